"""Convert: from what one has to another representation, through the best chain of transforms."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from descant.errors import NoRouteError, UnknownTransformError, UnsupportedFormatError
from descant.features import Feature, prepare
from descant.io.open import open as open_file
from descant.io.save import part_of
from descant.registry import Transform
from descant.route import chain, run
from descant.types import FIELDS, Audio, AudioFile, Piece, Score

# What a source can be taken as, by its name on the command line.
NAMES: dict[str, type[Any]] = {**FIELDS, "score": Score, "audio": Audio}


def convert(
    source: Any, target: type[Any], *, as_: type[Any] | None = None, via: str | None = None, **parameters: Any
) -> Any:
    """`source` as another representation.

    source: a file's name, or any value that descant knows. A `Piece` gives the annotation that it holds.
    as_: what the source is made into first: `Score` for MIDI that is to be written down and played as written.
    via: the name of a transform that the chain is to pass through.
    parameters: of the chain's last transform.

    A file that decodes to peaks beyond full scale is turned down as a whole, with a FullScaleWarning. Raises
    NoRouteError where no chain leads there, UnknownTransformError where a name or a parameter is not known.
    """
    if isinstance(source, str | os.PathLike):
        source = open_file(source)
    steps = way(source, target, via, as_)
    if as_ is not None and isinstance(source, Piece) and as_ is not Piece:
        source = part_of(source, as_)
    if parameters and not steps:
        raise UnknownTransformError(
            f"nothing needs to run from {type(source).__name__} to {target.__name__}, so there is no parameter "
            f"{next(iter(parameters))!r}"
        )
    if not steps:
        return part_of(source, target) if isinstance(source, Piece) and target is not Piece else source
    values = [source]
    for at, step in enumerate(steps):
        if isinstance(values[-1], Audio | AudioFile):
            prepare(values[-1], _heard(steps[at:]))
        options = {"turn_down": True} if step.name == "decode" else {}
        values += run([step], values, {step.name: {**options, **(parameters if step is steps[-1] else {})}})
    return values[-1]


def way(source: Any, target: type[Any], via: str | None = None, as_: type[Any] | None = None) -> list[Transform]:
    """The transforms that `convert` runs; none where the source is, or holds, what is wanted."""
    if as_ is not None:
        return _way_by(as_, source, target, via)
    if isinstance(source, Piece) and target is not Piece and via is None:
        return []
    return chain(type(source), target, via)


def _way_by(as_: type[Any], source: Any, target: type[Any], via: str | None) -> list[Transform]:
    """The transforms to `as_` and from there to the target; `via` may be in either part."""
    have = as_ if isinstance(source, Piece) else type(source)
    if via is not None:
        try:
            return chain(have, as_, via) + chain(as_, target)
        except NoRouteError:
            return chain(have, as_) + chain(as_, target, via)
    return chain(have, as_) + chain(as_, target)


def named_type(name: str) -> type[Any]:
    """The type of a name in NAMES. Raises UnsupportedFormatError."""
    if name not in NAMES:
        raise UnsupportedFormatError(f"nothing can be taken as {name!r}; choose from {', '.join(NAMES)}")
    return NAMES[name]


def _heard(steps: Iterable[Transform]) -> list[Feature]:
    """What these steps read from the newest sound, so that one pass serves them all; a step that makes another sound
    is the last to read from this one.
    """
    features: list[Feature] = []
    for step in steps:
        features += step.needs
        if issubclass(step.target, Audio | AudioFile):
            break
    return features
