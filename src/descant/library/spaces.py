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

from descant.description import chroma_2dftm, interval_ngrams, mulan, scale_transform, single_gaussian
from descant.description.heard import FEATURES
from descant.errors import InvalidValueError
from descant.features import Feature, Sound
from descant.features.harmony import Harmony
from descant.features.onset_strength import OnsetStrength
from descant.features.timbre import Timbre
from descant.types import Beats, Embedding, Notes, Piece

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


def _rhythm(sound: Sound, piece: Piece) -> Vector:  # noqa: ARG001
    found: Embedding = scale_transform.scale_transform(sound)
    return found.vector


def _harmony(sound: Sound, piece: Piece) -> Vector:
    found: Embedding = chroma_2dftm.chroma_2dftm(sound, piece.get(Beats) or NO_BEATS)
    return found.vector


def _timbre(sound: Sound, piece: Piece) -> Vector:  # noqa: ARG001
    found: Embedding = single_gaussian.single_gaussian(sound)
    return found.vector


def _melody(sound: Sound, piece: Piece) -> Vector:  # noqa: ARG001
    notes = piece.get(Notes)
    return np.zeros(interval_ngrams.DIMENSIONS, np.float32) if notes is None else interval_ngrams.melody_vector(notes)


def _words(sound: Sound, piece: Piece) -> Vector:  # noqa: ARG001
    found: Embedding = mulan.mulan_audio(sound)
    return found.vector


NO_BEATS = Beats(np.zeros(0), np.zeros(0, dtype=np.int64))

SPACES: tuple[Space, ...] = (
    Space("rhythm", scale_transform.MODEL, scale_transform.DIMENSIONS, (OnsetStrength(),), (), _rhythm),
    Space("harmony", chroma_2dftm.MODEL, chroma_2dftm.DIMENSIONS, (Harmony(),), ("beats",), _harmony),
    Space("timbre", single_gaussian.MODEL, single_gaussian.DIMENSIONS, (Timbre(),), (), _timbre),
    Space("melody", interval_ngrams.MODEL, interval_ngrams.DIMENSIONS, (), ("notes",), _melody),
    Space(mulan.SPACE, mulan.version(), mulan.DIMENSIONS, FEATURES, (), _words),
)


def embedded(sound: Sound, piece: Piece, spaces: Iterable[Space] = SPACES) -> dict[str, Vector]:
    """The vector of a sound in each space, by the space's name; `piece` is what was heard in it."""
    return {one.name: one.embed(sound, piece) for one in spaces}


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
