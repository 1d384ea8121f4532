"""The router: finds the chain of transforms from what one has to what one wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from descant.errors import NoRouteError, UnknownTransformError
from descant.registry import Transform, find, fits, towards
from descant.types import Audio, AudioFile


def plan(have: Iterable[type], want: Iterable[type], use: Mapping[type, str] | None = None) -> list[Transform]:
    """The transforms to run, in order, to get every type in `want` from values of the types in `have`.

    Each type is made once, by the transform that `use` names for it, or else by the best-ranked one whose own
    sources can be reached. Notes are played only to be listened to where nothing reads them as they are. Raises
    NoRouteError where there is no way.
    """
    chosen = {kind: _named(kind, name) for kind, name in (use or {}).items()}
    have = tuple(have)

    def reach(kind: type, steps: list[Transform], pending: frozenset[type], play: bool) -> list[Transform] | None:
        """`steps`, lengthened by what makes `kind`; None where nothing does."""
        if any(fits(one, kind) for one in have) or any(fits(step.target, kind) for step in steps):
            return steps
        for transform in [chosen[kind]] if kind in chosen else towards(kind):
            if transform.target in pending or kind in pending:  # what is being made cannot be made from itself
                continue
            if pending and not play and _plays(transform):
                continue
            longer: list[Transform] | None = steps
            for source in transform.source:
                known = pending | {kind, transform.target}
                longer = reach(source, longer, known, play) if longer is not None else None
            if longer is not None:
                return [*longer, transform]
        return None

    steps: list[Transform] = []
    for kind in want:
        longer = reach(kind, steps, frozenset(), False) or reach(kind, steps, frozenset(), True)
        if longer is None:
            names = " + ".join(one.__name__ for one in have)
            by = f" by {chosen[kind].name}" if kind in chosen else ""
            raise NoRouteError(
                f"no chain of transforms leads from {names} to {kind.__name__}{by}; "
                "`descant models` lists what there is"
            )
        steps = longer
    return steps


def run(
    steps: Iterable[Transform], sources: Iterable[Any], parameters: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Any]:
    """Run a plan's steps in order and give each step's result. `parameters` are by transform name."""
    values = list(sources)
    results = []
    for step in steps:
        inputs = [next(value for value in reversed(values) if fits(type(value), kind)) for kind in step.source]
        results.append(step(*inputs, **(parameters or {}).get(step.name, {})))
        values.append(results[-1])
    return results


def chain(have: type, want: type, via: str | None = None) -> list[Transform]:
    """The plan from one type to another, through the transform named `via` if one is named.

    Raises NoRouteError where there is none, or where it does not pass through `via`.
    """
    steps = plan([have], [want], {find(via).target: via} if via else None)
    if via and all(step.name != via for step in steps):
        raise NoRouteError(
            f"the chain from {have.__name__} to {want.__name__} does not pass through {find(via).target.__name__}, "
            f"so {via} cannot be used"
        )
    return steps


def _plays(transform: Transform) -> bool:
    """Whether it makes sound of something else."""
    return issubclass(transform.target, Audio) and not any(
        issubclass(one, Audio | AudioFile) for one in transform.source
    )


def _named(kind: type, name: str) -> Transform:
    transform = find(name)
    if transform.target is not kind:
        raise UnknownTransformError(f"{name} gives {transform.target.__name__}, not {kind.__name__}")
    return transform
