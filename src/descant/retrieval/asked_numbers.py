"""Tempos, years and lengths in a sentence: "between 80 and 100 bpm", "from the 80s", "under 3 minutes"."""

from __future__ import annotations

import re
from collections.abc import Callable

from descant.retrieval.conditions import Within
from descant.retrieval.filters import TOLERANCE
from descant.retrieval.reading import ABOUT, NUMBER, TO, Reading

AROUND = 0.06  # of a tempo that is named as "about" so much: about what listeners take for the same tempo
LENGTH_AROUND = 0.15  # of a length that is named so
SOON = 30  # the decade from which on "the 30s" are of the 20th century

Made = Callable[..., Within]

_BPM = r"[ -]*(?:bpm|b\.p\.m\.?|beats?[ -](?:per|a|/)[ -]min(?:ute)?s?)\b"
_LEAD = r"(?:\b(?:at |with )?(?:an? )?(?:bpm|tempo|speed|quarter(?:[ -]notes?)?|crotchets?)|♩) ?(?:of |is |at |[=:] ?)?"
_OR_MORE = r"(?: ?\+| (?:or|and) (?:more|faster|above|higher|up|over)(?! ?\d| than))"
_OR_LESS = r" (?:or|and) (?:less|slower|below|under)(?! ?\d| than)"
_NO = r"(?:no|not) "  # of "no more than", which stands before "more than" in the tables
_THAN = r"(?:faster|slower|longer|shorter|more|less) than"
_SIDE = rf"(?:(?:{_NO})?{_THAN}|(?:not )?(?:over|under|above|below)|at (?:least|most))"
_AND = r"(?:,|,? (?:and|but|or))"
_TEMPOS: tuple[tuple[str, Made], ...] = (
    (rf"(?:between |from )?{NUMBER}(?:{_BPM})?{TO}{NUMBER}", lambda a, b: Within("tempo", min(a, b), max(a, b))),
    (
        rf"(?:at least|from|{_NO}(?:slower|less) than|not (?:under|below)|>=|≥) ?{NUMBER}",
        lambda a: Within("tempo", low=a),
    ),
    (
        rf"(?:at most|up to|{_NO}(?:faster|more) than|not (?:over|above)|<=|≤) ?{NUMBER}",
        lambda a: Within("tempo", high=a),
    ),
    (rf"(?:over|above|faster than|more than|>) ?{NUMBER}", lambda a: Within("tempo", low=a, open=True)),
    (rf"(?:under|below|slower than|less than|<) ?{NUMBER}", lambda a: Within("tempo", high=a, open=True)),
    (rf"{ABOUT}{NUMBER}", lambda a: Within("tempo", round(a * (1 - AROUND), 1), round(a * (1 + AROUND), 1))),
    (NUMBER, lambda a: Within("tempo", a - TOLERANCE, a + TOLERANCE)),
)

_YEAR = r"((?:1[0-9]|20)\d\d)"
_DECADE = r"(?:the )?(?:(early|mid|late)[ -])?['’]?((?:1[89]|20)?\d0)['’]?s"
_WHEN = rf"(?:{_DECADE}|{_YEAR})\b"


def _all_of(years: list[int]) -> Within:
    return Within("year", min(years), max(years))


_YEARS: tuple[tuple[str, Callable[[list[int]], Within]], ...] = (  # of the years named, and of decades both ends
    (rf"(?:(?:from|of|between) )?{_YEAR}{TO}{_YEAR}", _all_of),
    (rf"between {_DECADE} and {_DECADE}", _all_of),
    (rf"(?:from )?{_DECADE} ?(?:-|to|\.\.) ?{_DECADE}", _all_of),
    (rf"(?:since|{_NO}(?:earlier|older) than|not before) {_WHEN}", lambda years: Within("year", low=min(years))),
    (
        rf"(?:until|up to|till|{_NO}(?:later|newer) than|not after) {_WHEN}",
        lambda years: Within("year", high=max(years)),
    ),
    (rf"(?:after|later than|newer than) {_WHEN}", lambda years: Within("year", low=max(years), open=True)),
    (rf"(?:before|earlier than|older than) {_WHEN}", lambda years: Within("year", high=min(years), open=True)),
    (rf"(?:from|of|in) (?:the year )?{_WHEN}", _all_of),
    (_DECADE, _all_of),
)
_THIRDS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9), "": (0, 9)}

_LONG = r" ?-?(?P<unit>m|s)(?:in(?:ute)?|ec(?:ond)?)s?\b"
_LENGTHS: tuple[tuple[str, Made], ...] = (
    (rf"(?:between |from )?{NUMBER}{TO}", lambda a, b: Within("duration", min(a, b), max(a, b))),
    (rf"(?:at least|{_NO}(?:shorter|less) than|not (?:under|below)) ?", lambda a: Within("duration", low=a)),
    (rf"(?:at most|up to|{_NO}(?:longer|more) than|not (?:over|above)) ?", lambda a: Within("duration", high=a)),
    (r"(?:longer than|over|more than|above) ?", lambda a: Within("duration", low=a, open=True)),
    (r"(?:shorter than|under|less than|below) ?", lambda a: Within("duration", high=a, open=True)),
    (ABOUT, lambda a: Within("duration", (1 - LENGTH_AROUND) * a, (1 + LENGTH_AROUND) * a)),
)


def read_tempos(reading: Reading) -> None:
    """Beats a minute: a tempo that is one number means two beats to either side, and not twice or half of it."""
    reading.left = re.sub(rf"{NUMBER}( or {NUMBER}{_BPM})", r"\1 bpm\2", reading.left, flags=re.I)
    _say_twice(reading, _BPM)
    sides = rf"({_LEAD}){_SIDE} {NUMBER}{_AND} (?={_SIDE} {NUMBER})"  # a tempo above 100 and (a tempo) below 120
    reading.left = re.sub(sides, r"\g<0>\1", reading.left, flags=re.I)
    reading.take(rf"{NUMBER}{_BPM}{_OR_MORE}", lambda found: Within("tempo", low=float(found[1])))
    reading.take(rf"{NUMBER}{_BPM}{_OR_LESS}", lambda found: Within("tempo", high=float(found[1])))
    for form, made in _TEMPOS:
        reading.take(rf"(?:{_LEAD})?(?<![\w.#]){form}{_BPM}", _of_numbers(made))
        reading.take(rf"{_LEAD}{form}(?![\w.]*\d)", _of_numbers(made))


def read_lengths(reading: Reading) -> None:
    """Minutes and seconds, where they are said to bound a length."""
    _say_twice(reading, _LONG)
    for bound, made in _LENGTHS:

        def use(found: re.Match[str], made: Made = made) -> Within:
            *numbers, unit = found.groups()
            return made(*(float(one) * (60.0 if unit.lower() == "m" else 1.0) for one in numbers))

        reading.take(rf"(?<!\w){bound}{NUMBER}{_LONG}(?: long)?", use)


def read_years(reading: Reading) -> None:
    """Years and decades."""
    for form, made in _YEARS:

        def use(found: re.Match[str], made: Callable[[list[int]], Within] = made) -> Within:
            return made([year for one in re.finditer(_WHEN, found[0], re.I) for year in _years(*one.groups())])

        reading.take(rf"(?<![\w'’]){form}\b", use)


def _say_twice(reading: Reading, unit: str) -> None:
    """A unit that two bounds share is said of each: "longer than 3 minutes but shorter than 5 minutes"."""
    shared = rf"({_SIDE} {NUMBER})(?={_AND} {_SIDE} {NUMBER}(?P<both>{unit}))"
    reading.left = re.sub(shared, r"\1\g<both>", reading.left, flags=re.I)


def _of_numbers(made: Made) -> Callable[[re.Match[str]], Within]:
    return lambda found: made(*map(float, found.groups()))


def _years(third: str | None, decade: str | None, year: str | None) -> tuple[int, ...]:
    """A year, or the first and the last of a decade or of a third of it."""
    if year is not None:
        return (int(year),)
    first = int(decade or 0)
    if first < 100:
        first += 1900 if first >= SOON else 2000
    low, high = _THIRDS[(third or "").lower()]
    return first + low, first + high
