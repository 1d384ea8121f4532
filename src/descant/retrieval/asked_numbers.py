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
_SIDE = r"(?:(?:faster|slower|more|less) than|over|under|above|below|at (?:least|most))"
_TEMPOS: tuple[tuple[str, Made], ...] = (
    (rf"(?:between |from )?{NUMBER}(?:{_BPM})?{TO}{NUMBER}", lambda a, b: Within("tempo", min(a, b), max(a, b))),
    (rf"(?:over|above|faster than|more than|>) ?{NUMBER}", lambda a: Within("tempo", low=a, open=True)),
    (
        rf"(?:at least|from|no (?:slower|less) than|not (?:under|below|slower than)|>=|≥) ?{NUMBER}",
        lambda a: Within("tempo", low=a),
    ),
    (rf"(?:under|below|slower than|less than|<) ?{NUMBER}", lambda a: Within("tempo", high=a, open=True)),
    (
        rf"(?:at most|up to|no (?:faster|more) than|not (?:over|above|faster than)|<=|≤) ?{NUMBER}",
        lambda a: Within("tempo", high=a),
    ),
    (rf"{ABOUT}{NUMBER}", lambda a: Within("tempo", round(a * (1 - AROUND), 1), round(a * (1 + AROUND), 1))),
    (NUMBER, lambda a: Within("tempo", a - TOLERANCE, a + TOLERANCE)),
)

_YEAR = r"((?:1[0-9]|20)\d\d)"
_YEARS: tuple[tuple[str, Made], ...] = (
    (rf"(?:(?:from|of|between) )?{_YEAR}{TO}{_YEAR}", lambda a, b: Within("year", min(a, b), max(a, b))),
    (rf"(?:after|later than) {_YEAR}", lambda a: Within("year", low=a, open=True)),
    (rf"since {_YEAR}", lambda a: Within("year", low=a)),
    (rf"(?:before|earlier than|older than) {_YEAR}", lambda a: Within("year", high=a, open=True)),
    (rf"(?:until|up to|till) {_YEAR}", lambda a: Within("year", high=a)),
    (rf"(?:from|of|in) (?:the year )?{_YEAR}", lambda a: Within("year", a, a)),
)
_DECADE = r"(?<![\w'])(?:(?:from|of|in) )?(?:the )?(?:(early|mid|late)[ -])?['’]?((?:1[89]|20)?\d0)['’]?s\b"
_THIRDS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9), "": (0, 9)}

_LENGTHS: tuple[tuple[str, Made], ...] = (
    (rf"(?:between |from )?{NUMBER}{TO}", lambda a, b: Within("duration", min(a, b), max(a, b))),
    (r"(?:shorter than|under|less than|below) ?", lambda a: Within("duration", high=a, open=True)),
    (r"(?:at most|up to|no longer than) ?", lambda a: Within("duration", high=a)),
    (r"(?:longer than|over|more than|above) ?", lambda a: Within("duration", low=a, open=True)),
    (r"at least ?", lambda a: Within("duration", low=a)),
    (ABOUT, lambda a: Within("duration", (1 - LENGTH_AROUND) * a, (1 + LENGTH_AROUND) * a)),
)


def read_tempos(reading: Reading) -> None:
    """Beats a minute: a tempo that is one number means two beats to either side, and not twice or half of it."""
    reading.left = re.sub(rf"{NUMBER}( or {NUMBER}{_BPM})", r"\1 bpm\2", reading.left, flags=re.I)
    sides = rf"({_SIDE} {NUMBER})((?:,|,? and|,? but) {_SIDE} {NUMBER}{_BPM})"
    reading.left = re.sub(sides, r"\1 bpm\3", reading.left, flags=re.I)
    reading.take(rf"{NUMBER}{_BPM}{_OR_MORE}", lambda found: Within("tempo", low=float(found[1])))
    reading.take(rf"{NUMBER}{_BPM}{_OR_LESS}", lambda found: Within("tempo", high=float(found[1])))
    for form, made in _TEMPOS:
        reading.take(rf"(?:{_LEAD})?(?<![\w.#]){form}{_BPM}", _of_numbers(made))
        reading.take(rf"{_LEAD}{form}(?![\w.]*\d)", _of_numbers(made))


def read_lengths(reading: Reading) -> None:
    """Minutes and seconds, where they are said to bound a length."""
    for bound, made in _LENGTHS:

        def use(found: re.Match[str], made: Made = made) -> Within:
            *numbers, unit = found.groups()
            return made(*(float(one) * (60.0 if unit.lower() == "m" else 1.0) for one in numbers))

        reading.take(rf"(?<!\w){bound}{NUMBER} ?-?(m|s)(?:in(?:ute)?|ec(?:ond)?)s?\b(?: long)?", use)


def read_years(reading: Reading) -> None:
    """Years and decades."""
    for form, made in _YEARS:
        reading.take(rf"\b{form}\b", _of_numbers(made))

    def decade(found: re.Match[str]) -> Within:
        first = int(found[2])
        if first < 100:
            first += 1900 if first >= SOON else 2000
        low, high = _THIRDS[(found[1] or "").lower()]
        return Within("year", first + low, first + high)

    reading.take(_DECADE, decade)


def _of_numbers(made: Made) -> Callable[[re.Match[str]], Within]:
    return lambda found: made(*map(float, found.groups()))
