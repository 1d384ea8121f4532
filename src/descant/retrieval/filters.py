"""Filters as they are typed: `tempo:118..122 key:Dm year:>1990 meter:3/4 instrument:piano artist:"Some Body"`.

A number is a value, a span `a..b`, open at an end `a..` or `..b`, or a bound `>a`, `>=a`, `<a`, `<=a`. A tempo that is
one number means two beats a minute to either side, as it does in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from descant.errors import InvalidValueError
from descant.library.item import KINDS
from descant.retrieval.conditions import Condition, InKey, InMeter, OfKind, Plays, Says, Within, Without
from descant.retrieval.instrument_words import classes_of
from descant.types.annotations import METER
from descant.types.instruments import INSTRUMENTS
from descant.types.names import pitch_class

TOLERANCE = 2.0  # beats a minute to either side of a tempo that is named as one number
GRAMMAR = {
    "tempo": "tempo:120, tempo:118..122, tempo:>100 (beats a minute)",
    "key": "key:Dm, key:Bb, key:F#minor, key:minor, key:major",
    "meter": "meter:3/4",
    "instrument": "instrument:piano",
    "without": "without:drums",
    "year": "year:1990..1999, year:>1990",
    "duration": "duration:<3:00, duration:2:00..4:30, duration:90 (seconds)",
    "loudness": "loudness:>-14 (LUFS)",
    "kind": f"kind:{', kind:'.join(KINDS)}",
    "title": 'title:"some words"',
    "artist": 'artist:"some body"',
    "album": 'album:"some words"',
    "genre": "genre:jazz",
    "composer": "composer:Bach",
}
TAGS = ("title", "artist", "album", "genre", "composer")
_KNOWN = rf"(?i:{'|'.join(GRAMMAR)})"  # in either case; an unknown field in capitals may be a title: Mission:Impossible
_FILTER = re.compile(rf'(?<!\S)(?P<field>{_KNOWN}|[a-z]+):(?P<value>"[^"]*"|[A-Ga-g][#b]? (?:major|minor)\b|\S+)')
_EMPTY = re.compile(rf"(?<!\S){_KNOWN}:(?=\s*$|\s+{_KNOWN}:\S)")
_KEY = re.compile(r"(?P<tonic>[A-Ga-g])(?P<sign>#|b|♯|♭)?(?P<mode>[ _-]?(?i:major|minor|maj|min)|m)?")
_BOUND = re.compile(r"(?P<sign>[<>]=?)?(?P<value>[^<>=.]+(?:\.\d+)?)")


def is_tag_filter(argument: str) -> bool:
    """Whether a command line's argument is one filter of a tag, from which the shell has taken the quotes."""
    return argument.partition(":")[0].lower() in TAGS and len(_FILTER.findall(argument)) == 1 and '"' not in argument


def split_filters(text: str) -> tuple[str, tuple[Condition, ...]]:
    """What is left of a text without the filters in it, and the filters. Raises InvalidValueError for a bad one."""
    if empty := _EMPTY.search(text):
        parse_filter(empty[0])
    found = [parse_filter(f"{one['field']}:{one['value']}") for one in _FILTER.finditer(text)]
    return " ".join(_FILTER.sub(" ", text).split()), tuple(found)


def parse_filter(text: str) -> Condition:
    """One filter. Raises InvalidValueError with what may be written instead."""
    field, _, value = text.partition(":")
    field = field.lower()
    value = value.strip().removeprefix('"').removesuffix('"').strip()
    if field not in GRAMMAR:
        raise InvalidValueError(
            f"{_short(text)}: nothing is filtered by {_short(field)!r}; filters are {', '.join(GRAMMAR)}. "
            "To search for these words, put a space after the colon"
        )
    if not value:
        raise InvalidValueError(f"{field}: says nothing after the colon; write {GRAMMAR[field]}")
    if field in TAGS:
        return Says(field, value)
    try:
        return _READERS[field](value)
    except InvalidValueError:
        raise
    except ValueError:
        raise InvalidValueError(f"{_short(text)}: is not understood; write {GRAMMAR[field]}") from None


def key_named(text: str) -> InKey:
    """A key such as `Dm`, `D minor`, `F#m`, `Bb` or `minor`. Raises ValueError for anything else."""
    mode = {"minor": "minor", "min": "minor", "major": "major", "maj": "major"}.get(text.lower())
    if mode is not None:
        return InKey(mode=mode)
    found = _KEY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    sign = (found["sign"] or "").replace("♯", "#").replace("♭", "b")
    ending = (found["mode"] or "").strip(" _-").lower()
    return InKey(pitch_class(found["tonic"].upper() + sign), "minor" if ending in ("m", "min", "minor") else "major")


def _number(field: str, read: Callable[[str], float]) -> Callable[[str], Condition]:
    def reader(text: str) -> Condition:
        low, dots, high = text.partition("..")
        if dots:
            if not (low or high):
                raise ValueError(text)
            span = Within(field, read(low) if low else -np.inf, read(high) if high else np.inf)
            if span.low > span.high:
                raise ValueError(text)
            return span
        found = _BOUND.fullmatch(text)
        if found is None:
            raise ValueError(text)
        value, sign = read(found["value"]), found["sign"]
        if not sign:
            around = TOLERANCE if field == "tempo" else 0.5 if field in ("duration", "loudness") else 0.0
            return Within(field, value - around, value + around)
        ends = (value, np.inf) if sign[0] == ">" else (-np.inf, value)
        return Within(field, *ends, open="=" not in sign)

    return reader


def _finite(text: str) -> float:
    if not re.fullmatch(r"-?\d{1,9}(?:\.\d{1,9})?", text.strip()):
        raise ValueError(text)
    return float(text)


def _seconds(text: str) -> float:
    """`90`, `3:05` or `1:02:03`."""
    parts = text.strip().split(":")
    if len(parts) > 3 or not all(re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", part) for part in parts):
        raise ValueError(text)
    numbers = [float(part) for part in parts]
    if any(one >= 60.0 for one in numbers[1:]):
        raise ValueError(text)
    return sum(one * 60.0**at for at, one in enumerate(reversed(numbers)))


def _meter(text: str) -> Condition:
    if METER.fullmatch(text) is None:
        raise ValueError(text)
    return InMeter((text,))


def _kind(text: str) -> Condition:
    if text not in KINDS:
        raise ValueError(text)
    return OfKind(text)


def _classes(text: str) -> tuple[str, ...]:
    found = classes_of(text)
    if not found:
        raise InvalidValueError(
            f"{_short(text)!r} is no instrument that is told apart; those are {', '.join(INSTRUMENTS)}"
        )
    return found


_READERS: dict[str, Callable[[str], Condition]] = {
    "tempo": _number("tempo", _finite),
    "year": _number("year", _finite),
    "loudness": _number("loudness", _finite),
    "duration": _number("duration", _seconds),
    "key": key_named,
    "meter": _meter,
    "kind": _kind,
    "instrument": lambda text: Plays(text, _classes(text)),
    "without": lambda text: Without(text, _classes(text)),
}


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
