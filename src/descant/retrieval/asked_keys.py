"""Keys in a sentence: "in D minor", "Bbm", "in the key of E", "a minor key", which is not A minor."""

from __future__ import annotations

import re

from descant.retrieval.conditions import InKey
from descant.retrieval.filters import key_named
from descant.retrieval.reading import Fact, Reading

_SIGN = r"(?:[ -]?(?:sharp|flat)\b|#|b(?![a-z]))?"
_SAID = r"(?P<said>\b[Ii]n (?:the key of )?|\b[Kk]ey(?: of|:)? ?)"
_MODE = re.compile(
    r"\b(?:in )?(?:an? |the )?(minor|major)[ -](?:key|mode|tonality|scale)s?\b|\bin (?:the )?(minor|major)\b", re.I
)
_KEY = re.compile(rf"{_SAID}?\b(?P<tonic>[A-Ga-g])(?P<sign>{_SIGN})[ -]?(?P<mode>(?i:major|minor|maj|min)\b)")
_CHORD = re.compile(rf"{_SAID}?\b(?P<tonic>[A-G])(?P<sign>[#b]?)m\b(?!['’])(?P<goes_on>(?= [A-Za-z]))?")
_TONIC = re.compile(rf"{_SAID}(?P<tonic>[A-G])(?P<sign>{_SIGN})(?= *(?:$|[,.;\d\0]|with |at |and |by |for ))")

_ONE = rf"[A-Ga-g]{_SIGN}"
# "in C or D minor": the mode is said of both.
_SHARED = re.compile(
    rf"((?:\b[Ii]n [a-g]|\b[A-G]){_SIGN})(?=(?:, {_ONE})*,? or {_ONE}[ -]?(?P<mode>(?i:major|minor|maj|min)\b))"
)
_MINOR_OR_MAJOR = re.compile(rf"{_SAID}?(?<![\w-])(?:{_ONE}[ -]?)?(?P<mode>minor|major)(?![\w-])")


def read_keys(reading: Reading) -> None:
    """Keys and modes. A tonic alone is major, as musicians say it."""

    def key(found: re.Match[str]) -> Fact | None:
        if found["tonic"] in "aA" and not found["sign"]:
            after = reading.left[found.end() :].lstrip(" -").lower()
            at_first = found["tonic"] == "a" or found.start() == 0
            if at_first and after.startswith(("key", "mode", "tonality", "scale")):
                return None  # in a minor key
            if found["tonic"] == "a" and not found["said"]:
                return None  # a minor piece
        return _fact(_tonic(found), found["mode"].lower())

    def chord(found: re.Match[str]) -> Fact | None:
        if found["tonic"] + found["sign"] == "A" and not found["said"] and found["goes_on"] is not None:
            return None  # Am I Blue
        return _fact(_tonic(found), "minor")

    def mode(found: re.Match[str]) -> InKey:
        return InKey(mode=(found[1] or found[2]).lower())

    reading.left = _SHARED.sub(r"\1 \g<mode>", reading.left)
    reading.take(_KEY, key)
    reading.take(_MODE, mode)
    reading.take(_CHORD, chord)
    reading.take(_TONIC, lambda found: _fact(_tonic(found), "major"))


def wish_for_modes(reading: Reading) -> None:
    """Minor and major where they may be said of a key, as in "a sad minor waltz"."""
    for found in _MINOR_OR_MAJOR.finditer(reading.left):
        if not reading.denied(found.start()):
            reading.wish(InKey(mode=found["mode"]))


def _fact(tonic: str, mode: str) -> Fact:
    condition = key_named(f"{tonic} {mode}")
    letter, sign = tonic[0], {"#": " sharp", "b": " flat"}.get(tonic[1:], "")
    spelled = [f"{letter}{sign} {condition.mode}"] + ([f"{tonic} {condition.mode}"] if tonic[1:] == "b" else [])
    return Fact(condition, tuple(spelled))  # not "F# minor": searches pass over the sign, and find F minor


def _tonic(found: re.Match[str]) -> str:
    sign = found["sign"].strip(" -").lower()
    return found["tonic"].upper() + {"sharp": "#", "flat": "b"}.get(sign, sign)
