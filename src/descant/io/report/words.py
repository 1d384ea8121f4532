"""Music as people write it: chord symbols, keys, clock times."""

from __future__ import annotations

import re

_LETTERS = "CDEFGAB"
_SEMITONES = (0, 2, 4, 5, 7, 9, 11)  # of the major scale's degrees, and of the letters above
_QUALITIES = {
    "": "",
    "maj": "",
    "min": "m",
    "dim": "°",
    "aug": "+",
    "maj7": "maj7",
    "min7": "m7",
    "7": "7",
    "dim7": "°7",
    "hdim7": "ø7",
    "hdim": "ø7",
    "minmaj7": "m(maj7)",
    "maj6": "6",
    "min6": "m6",
    "maj9": "maj9",
    "min9": "m9",
    "min11": "m11",
    "min13": "m13",
    "sus4(b7)": "7sus4",
    "maj(9)": "add9",
    "(1,5)": "5",
    "aug(b7)": "+7",
}
_HARTE = re.compile(r"([A-G])([b#]*)(?::([a-z0-9]*)(?:\(([^)]*)\))?)?(?:/([b#]*)([0-9]+))?")


def chord_name(label: str) -> str:
    """A Harte label as a chord symbol: `D:min7/b3` is Dm7/F, `N` is N.C."""
    if label in ("N", "X"):
        return {"N": "N.C.", "X": "?"}[label]
    match = _HARTE.fullmatch(label)
    if match is None:
        return label
    letter, accidentals, quality, added, bass_accidentals, bass_degree = match.groups()
    root, base, more = _signs(letter + accidentals), quality or "", f"({added})" if added else ""
    name = root + _QUALITIES.get(base + more, _QUALITIES.get(base, base) + _signs(more))
    if bass_degree and (bass_accidentals, bass_degree) != ("", "1"):
        name += "/" + interval_above(letter + accidentals, bass_accidentals + bass_degree)
    return name


def interval_above(root: str, interval: str) -> str:
    """The note a Harte interval above a root, spelled by its degree: b3 above D is F, 3 above E is G♯."""
    degree = int(interval.lstrip("b#")) - 1
    letter = (_LETTERS.index(root[0]) + degree) % 7
    wanted = _SEMITONES[_LETTERS.index(root[0])] + _shift(root) + _SEMITONES[degree % 7] + _shift(interval)
    alteration = (wanted - _SEMITONES[letter] + 6) % 12 - 6
    return _LETTERS[letter] + ("♯" * alteration if alteration > 0 else "♭" * -alteration)


def key_name(label: str) -> str:
    """A key as written: `Bb major` is B♭ major; `N` is no key."""
    if label == "N":
        return "no key"
    tonic, _, mode = label.partition(" ")
    return f"{_signs(tonic)} {mode}"


def number(value: float, decimals: int = 1) -> str:
    """A number with a true minus sign and no trailing zeros."""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:.0f}"
    return {"-0": "0"}.get(text, text).replace("-", "−")


def _shift(name: str) -> int:
    return name.count("#") - name.count("b")


def _signs(text: str) -> str:
    return text.replace("b", "♭").replace("#", "♯")
