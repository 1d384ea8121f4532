"""The spaces in which a library holds a vector of every item: what is alike lies near.

A space says which features its vectors are made from, so that one pass over the sound serves all, and which fields of
the piece, so that listening hears no more than is needed. `model` changes whenever the same sound would get another
vector: vectors of two models are never compared, and an index makes the old ones anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.features import Feature, Sound
from descant.types import Piece

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Space:
    """A named space and the way into it."""

    name: str
    model: str  # what made the vectors, and its version
    dimensions: int
    features: tuple[Feature, ...]  # to be prepared in the one pass over the sound
    fields: tuple[str, ...]  # of the piece, as `listen --only` names them
    embed: Callable[[Sound, Piece], Vector]  # of length 1, or all zeros where nothing can be said


SPACES: tuple[Space, ...] = ()


def space(name: str) -> Space:
    """The space of this name. Raises InvalidValueError where there is none."""
    for one in SPACES:
        if one.name == name:
            return one
    raise InvalidValueError(f"no space is named {name!r}; choose from {', '.join(one.name for one in SPACES)}")


def features(spaces: Iterable[Space]) -> tuple[Feature, ...]:
    """All features that these spaces are made from, each once."""
    return tuple(dict.fromkeys(feature for one in spaces for feature in one.features))


def fields(spaces: Iterable[Space]) -> tuple[str, ...]:
    """All fields of a piece that these spaces are made from, each once."""
    return tuple(dict.fromkeys(field for one in spaces for field in one.fields))
