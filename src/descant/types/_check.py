"""The checks that every representation makes when it is built."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types.arrays import FloatArray, IntArray

Column = TypeVar("Column", bound=npt.NDArray[Any])


def require(condition: bool, message: str) -> None:
    """Raise `InvalidValueError` with `message` unless `condition` holds."""
    if not condition:
        raise InvalidValueError(message)


def floats(what: str, values: npt.ArrayLike, length: int | None = None) -> FloatArray:
    """A read-only 1-D float64 copy of `values`; every entry finite, `length` entries if given."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidValueError(f"{what} must be numbers: {error}") from None
    return _column(what, array, length)


def integers(what: str, values: npt.ArrayLike, length: int | None = None) -> IntArray:
    """A read-only 1-D int64 copy of `values`, which must be whole numbers."""
    array = floats(what, values, length)
    whole = (array == np.round(array)) & (np.abs(array) <= 2.0**53)
    require(bool(np.all(whole)), f"{what} must be whole numbers")
    return frozen(array.astype(np.int64))


def within(what: str, array: npt.NDArray[Any], low: float, high: float, unit: str = "") -> None:
    """Every entry of `array` lies in [low, high]; the message names the first that does not."""
    bad = np.flatnonzero((array < low) | (array > high))
    if bad.size:
        at = int(bad[0])
        raise InvalidValueError(f"{what} must lie in {low:g} to {high:g}{unit}; entry {at} is {array[at]:g}")


def ordered(what: str, times: FloatArray, *, strictly: bool) -> None:
    """`times` never step back (and, if `strictly`, never stand still)."""
    steps = np.diff(times)
    bad = np.flatnonzero(steps <= 0 if strictly else steps < 0)
    if bad.size:
        at = int(bad[0])
        raise InvalidValueError(
            f"{what} must be in order of time; entry {at + 1} at {times[at + 1]:.6g} s "
            f"follows entry {at} at {times[at]:.6g} s"
        )


def spans(what: str, start: FloatArray, end: FloatArray) -> None:
    """Segments in seconds: start >= 0, end > start, in order, none overlapping the next."""
    within(f"{what} start", start, 0.0, np.inf, " s")
    bad = np.flatnonzero(end <= start)
    if bad.size:
        at = int(bad[0])
        raise InvalidValueError(f"{what} {at} ends at {end[at]:.6g} s, not after its start at {start[at]:.6g} s")
    overlap = np.flatnonzero(start[1:] < end[:-1] - 1e-6)
    if overlap.size:
        at = int(overlap[0])
        raise InvalidValueError(
            f"{what} {at + 1} starts at {start[at + 1]:.6g} s, before {what} {at} ends at {end[at]:.6g} s"
        )


def confidences(what: str, values: npt.ArrayLike | None, length: int) -> FloatArray:
    """Confidences in [0, 1], one an entry; certain (1) where none are given."""
    array = floats(f"{what} confidence", np.ones(length) if values is None else values, length)
    within(f"{what} confidence", array, 0.0, 1.0)
    return array


def confidence_of_all(what: str, value: float) -> None:
    """One confidence for a whole annotation, in [0, 1]."""
    good = isinstance(value, int | float | np.number) and 0.0 <= value <= 1.0
    require(bool(good), f"a {what}'s confidence must lie in 0 to 1, got {value!r}")


def labels(what: str, values: Sequence[str], length: int, pattern: re.Pattern[str] | None = None) -> tuple[str, ...]:
    """A tuple of `length` strings, each one printable line without spaces around it, matching `pattern` if given."""
    require(not isinstance(values, str), f"{what} labels must be a sequence of strings, got the string {values!r}")
    result = tuple(values)
    require(len(result) == length, f"{what} needs {length} labels, got {len(result)}")
    for at, label in enumerate(result):
        good = isinstance(label, str) and label != "" and label.isprintable() and label == label.strip()
        good = good and (pattern is None or pattern.fullmatch(label) is not None)
        require(good, f"{what} label {at} is not valid: {label!r}")
    return result


def _column(what: str, array: FloatArray, length: int | None) -> FloatArray:
    require(array.ndim == 1, f"{what} must be one-dimensional, got shape {array.shape}")
    if length is not None:
        require(len(array) == length, f"{what} needs {length} entries, got {len(array)}")
    require(bool(np.all(np.isfinite(array))), f"{what} must be finite numbers")
    return frozen(array)


def frozen(array: Column) -> Column:
    """The array itself, no longer writable."""
    array.setflags(write=False)
    return array
