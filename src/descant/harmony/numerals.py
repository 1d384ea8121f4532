"""The numerals that are looked for: chords on the degrees of major and minor, borrowed ones, what leans on a degree.

Each table has, for a degree and its alteration, the qualities of the chords on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from descant.errors import InvalidValueError
from descant.harmony.roman import (
    DEGREES,
    KEYS,
    MAJOR,
    MINOR,
    NONE,
    QUALITIES,
    ROOTS,
    Roman,
    fifths_of,
    secondary_mode,
    tonic_of,
)

_MAJOR = {
    (1, 0): "maj maj7 7 min min7 aug dim7",
    (2, 0): "min min7 dim hdim7 maj 7 aug6 dim7",
    (3, 0): "min min7 maj 7 dim",
    (4, 0): "maj maj7 min min7 7 hdim7",
    (5, 0): "maj 7 min min7 aug",
    (6, 0): "min min7 maj 7",
    (7, 0): "dim hdim7 dim7 min maj",
    (2, -1): "maj maj7 min",
    (3, -1): "maj maj7 min aug",
    (6, -1): "maj maj7 min aug",
    (7, -1): "maj 7 maj7 min",
    (4, 1): "aug6 dim dim7 hdim7",
    (1, 1): "dim dim7 hdim7",
    (2, 1): "dim dim7",
    (5, 1): "dim dim7",
}
_MINOR = {
    (1, 0): "min min7 maj 7",
    (2, 0): "dim hdim7 min min7 aug6 maj",
    (3, 0): "maj maj7 aug aug7 min 7",
    (4, 0): "min min7 maj 7",
    (5, 0): "maj 7 min min7 aug",
    (6, 0): "maj maj7 min 7 aug",
    (7, 0): "maj 7 min",
    (7, 1): "dim dim7 hdim7",
    (6, 1): "dim hdim7 min min7",
    (2, -1): "maj maj7 min",
    (4, 1): "aug6 dim dim7 hdim7",
    (1, -1): "maj",
    (3, 1): "dim dim7",
}
_APPLIED = {
    MAJOR: {(5, 0): "maj 7 aug", (7, 0): "dim hdim7 dim7", (1, 0): "maj", (4, 0): "maj min", (2, 0): "min min7 aug6"},
    MINOR: {(5, 0): "maj 7", (7, 1): "dim dim7", (1, 0): "min", (4, 0): "min", (2, 0): "dim hdim7 aug6"},
}
for _mode in (MAJOR, MINOR):
    _APPLIED[_mode] |= {(4, 1): "aug6", (6, -1) if _mode == MAJOR else (6, 0): "maj"}
_LEANED_ON = ((2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (2, -1), (3, -1), (6, -1), (7, -1), (1, 0), (3, 1))


@cache
def numerals() -> tuple[Roman, ...]:
    """Every numeral of every key whose root can be named, those of a key together, in the order of KEYS."""
    return tuple(chord for key in KEYS for chord in _of_key(key) if chord.root in ROOTS)


@cache
def named(key: str, figure: str) -> Roman:
    """The chord of a figure in a key, such as `V65/ii` in `Eb major`: of several the first of `numerals`, else any.

    Raises InvalidValueError where no chord is written so.
    """
    mode = key.split()[1]
    of = (fifths_of(key.split()[0]), mode)
    usual = (one for one in numerals() if one.key == of and one.figure == figure)
    found = next(usual, None) or next((one for one in _every(of, figure) if one.figure == figure), None)
    if found is None:
        raise InvalidValueError(f"no chord of {key} is written {figure!r}")
    return found


def _every(key: tuple[int, str], figure: str) -> Iterator[Roman]:
    """Chords on every degree of a key, or of what its degree is that the figure leans on."""
    leaning = "/" in figure
    for secondary in DEGREES[1:] if leaning else (NONE,):
        for mode in (MAJOR, MINOR) if leaning else (key[1],):
            of = (tonic_of(key, secondary), mode) if leaning else key
            yield from (
                Roman(key, degree, quality, inversion, root_of(of, degree, quality), secondary)
                for degree in DEGREES[1:]
                for quality, steps in QUALITIES.items()
                for inversion in range(len(steps))
            )


def _of_key(key: tuple[int, str]) -> list[Roman]:
    found = _chords(key, key, _MAJOR if key[1] == MAJOR else _MINOR, NONE)
    for degree in _LEANED_ON:
        mode = secondary_mode(key, degree)
        for one in (mode, MINOR if mode == MAJOR else MAJOR):
            found += _chords(key, (tonic_of(key, degree), one), _APPLIED[one], degree)
    return list(dict.fromkeys(found))


def _chords(
    key: tuple[int, str], of: tuple[int, str], table: dict[tuple[int, int], str], secondary: tuple[int, int]
) -> list[Roman]:
    return [
        Roman(key, degree, quality, inversion, root_of(of, degree, quality), secondary)
        for degree, qualities in table.items()
        for quality in qualities.split()
        for inversion in range(1 if quality == "aug6" else len(QUALITIES[quality]))
    ]


def root_of(of: tuple[int, str], degree: tuple[int, int], quality: str) -> int:
    """The root, in fifths, of a chord on a degree of a key; of an augmented sixth chord the flat sixth degree."""
    return of[0] - 4 if quality == "aug6" else tonic_of(of, degree)
