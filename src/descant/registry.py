"""The table of contents: every transform under its own name, with the types it goes from and to.

A room's `__init__.py` holds a tuple `TRANSFORMS`; the entry-point group `descant.transforms` finds descant's own rooms
and other packages' alike. Reading the table loads no model: a transform's function is imported when it is called.
"""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from descant import __version__
from descant.errors import UnknownTransformError
from descant.types import Audio, AudioFile, Provenance

GROUP = "descant.transforms"


@dataclass(frozen=True)
class Transform:
    """One system: a function from one or more representations to another."""

    name: str  # as the literature names it
    source: tuple[type, ...]  # what the function takes, in this order
    target: type  # what it gives
    call: str  # "module:function", imported on first use
    rank: int  # among transforms to one target, the highest runs by default
    summary: str  # one line: the idea
    paper: str = ""  # where the idea was published
    licence: str = "Apache-2.0"  # of the code and the weights that run
    size: int = 0  # bytes of weights
    example: str = ""  # a command line that uses it

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself, importing its module."""
        module, _, name = self.call.partition(":")
        function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        return function

    @property
    def needs(self) -> tuple[Any, ...]:
        """The features that the function reads from sound, so that several transforms can share one pass."""
        return tuple(getattr(self.function, "needs", ()))

    def __call__(self, *sources: Any, **parameters: Any) -> Any:
        """Run it. The result carries, in `made_by`, this transform's name, the version and all parameters."""
        if len(sources) != len(self.source) or not all(map(fits, map(type, sources), self.source)):
            raise UnknownTransformError(
                f"{self.name} takes {_names(self.source)}, got {_names(map(type, sources)) or 'nothing'}"
            )
        function = self.function
        options = list(inspect.signature(function).parameters.values())[len(self.source) :]
        known = {one.name: one.default for one in options if one.kind in (one.KEYWORD_ONLY, one.POSITIONAL_OR_KEYWORD)}
        for name in parameters:
            if name not in known:
                raise UnknownTransformError(
                    f"{self.name} has no parameter {name!r}; it has: {', '.join(known) or 'none'}"
                )
        result: Any = function(*sources, **parameters)
        if not issubclass(type(result), self.target):
            raise TypeError(f"{self.name} promised {self.target.__name__} and gave {type(result).__name__}")
        if "made_by" not in getattr(self.target, "__dataclass_fields__", {}):
            return result
        return replace(result, made_by=Provenance(self.name, __version__, {**known, **parameters}))


def needs(*features: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the features that a transform's function reads from its sound."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.needs = features  # type: ignore[attr-defined]
        return function

    return mark


@cache
def transforms() -> tuple[Transform, ...]:
    """Every installed transform, by target and falling rank."""
    found: dict[str, Transform] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda one: (_package(one) != "descant", one.name)):
        for transform in _listed(point):
            if transform.name in found:
                raise UnknownTransformError(
                    f"two installed packages name a transform {transform.name!r}; remove one of them"
                )
            found[transform.name] = transform
    return tuple(sorted(found.values(), key=lambda one: (one.target.__name__, -one.rank, one.name)))


def find(name: str) -> Transform:
    """The transform of this name."""
    for transform in transforms():
        if transform.name == name:
            return transform
    raise UnknownTransformError(f"no transform is named {name!r}; `descant models` lists them")


def towards(target: type) -> tuple[Transform, ...]:
    """The transforms that give `target`, or what can stand where `target` is asked; best rank first."""
    return tuple(sorted((one for one in transforms() if fits(one.target, target)), key=lambda one: -one.rank))


def fits(have: type, want: type) -> bool:
    """Whether a value of type `have` can stand where `want` is asked: sound in memory is read in blocks like a file."""
    return issubclass(have, want) or (want is AudioFile and issubclass(have, Audio))


def _listed(point: EntryPoint) -> tuple[Transform, ...]:
    """The transforms that an entry point names. Another package's that fails to load is left out, with a warning."""
    try:
        return tuple(point.load())
    except Exception as error:  # whatever is wrong with somebody's package, the rest goes on
        if _package(point) == "descant":
            raise
        warnings.warn(
            f"the transforms of the package {_package(point)} are left out, because it cannot be loaded "
            f"({type(error).__name__}: {error})",
            stacklevel=3,
        )
        return ()


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.name


def _names(kinds: Any) -> str:
    return " + ".join(kind.__name__ for kind in kinds)
