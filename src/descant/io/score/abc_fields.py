"""What ABC's fields say: keys, metres, lengths, tempos, and how a voice is read. What they cannot mean is refused."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from descant.errors import InvalidValueError
from descant.io.score.accidentals import FLATS, SHARPS
from descant.types.score import FASTEST, MOST_SHARPS, KeySignature, TimeSignature

ALTERS = {"^": 1, "^^": 2, "^^^": 3, "_": -1, "__": -2, "___": -3, "=": 0}
MODES = {  # sharps against the major key of the same tonic, by the first three letters
    "maj": (0, "major"),
    "ion": (0, "ionian"),
    "min": (-3, "minor"),
    "aeo": (-3, "aeolian"),
    "mix": (-1, "mixolydian"),
    "dor": (-2, "dorian"),
    "phr": (-4, "phrygian"),
    "lyd": (1, "lydian"),
    "loc": (-5, "locrian"),
}
KEY = re.compile(r"([A-G])([#b]?)(m(?![a-z])|[A-Za-z]{3,}|)(?=\s|$)\s*(.*)", re.IGNORECASE)
SIGN = re.compile(r"(\^{1,2}|_{1,2}|=)([A-Ga-g])")
SIGNS = re.compile(r"([\^_=]{1,2}[A-Ga-g])+")
METRE = re.compile(r"\(?\s*(\d{1,2}(?:\s*\+\s*\d{1,2})*)\s*\)?\s*/\s*(\d{1,2})")
METRES = {"C": TimeSignature((4,), 4), "C|": TimeSignature((2,), 2)}
UNITS = {f"1/{2**power}": Fraction(4, 2**power) for power in range(10)} | {"1": Fraction(4)}
TEMPO = re.compile(r"((?:\d{1,3}/\d{1,3}\s*)*)=?\s*(\d{1,4}(?:\.\d{1,6})?)")
CLEF = re.compile(r"(treble|bass|alto|tenor|soprano|mezzosoprano|baritone|perc|none|[GFC])([1-5]?)([-+]8)?")
CLEFS = {"bass": "F4", "baritone": "F4", "F": "F4", "alto": "C3", "C": "C3", "mezzosoprano": "C3", "tenor": "C4"} | {
    "soprano": "C1",
    "perc": "percussion",
}
PARAMETER = re.compile(r'(\w+)\s*=\s*("[^"]*"|\S+)|"([^"]*)"|(\S+)')


class Key(NamedTuple):
    """A key signature, and the signs of notes that it does not say."""

    signature: KeySignature
    signs: dict[str, int]  # by letter: how far it is altered, unless a note says otherwise

    @classmethod
    def of(cls, signature: KeySignature) -> Key:
        """A key with the signs of its signature."""
        letters = SHARPS[: signature.sharps] if signature.sharps > 0 else FLATS[: -signature.sharps]
        return cls(signature, dict.fromkeys(letters, 1 if signature.sharps > 0 else -1))


class Voice(NamedTuple):
    """How a voice is read, where the file says it."""

    name: str = ""
    clef: str = ""
    octave: int = 0  # what sounds is so many higher than what is written
    unknown: tuple[str, ...] = ()


def key(text: str) -> tuple[Key, str]:
    """A key, and the parameters after it. Raises InvalidValueError where it is none."""
    first, _, rest = text.partition(" ")
    if not text or first.lower() == "none" or "=" in first or (first not in "GFC" and CLEF.fullmatch(first)):
        return Key.of(KeySignature(0)), text if first.lower() != "none" else rest
    if first in ("HP", "Hp"):
        return Key.of(KeySignature(0 if first == "HP" else 2)), rest
    found = KEY.fullmatch(text)
    mode, rest = (found[3], found[4]) if found else ("", "")
    if found and not mode and rest[:3].lower() in MODES and not CLEF.fullmatch(rest.split()[0]):
        mode, _, rest = rest.partition(" ")
    steps, name = MODES.get("min" if mode == "m" else mode[:3].lower() or "maj", (0, ""))
    explicit = mode.lower() == "exp"
    if not found or not (name or explicit):
        raise InvalidValueError(f"{text[:40]!r} is no key")
    sharps = SHARPS.index(found[1].upper()) - 1 + 7 * {"#": 1, "b": -1}.get(found[2], 0) + steps
    if abs(sharps) > MOST_SHARPS:
        raise InvalidValueError(f"{text[:40]!r} has over {MOST_SHARPS} signs")
    words = rest.split(" ")
    whole = Key.of(KeySignature(0) if explicit or "exp" in words else KeySignature(sharps, name))
    signs = {step.upper(): ALTERS[sign] for one in words if SIGNS.fullmatch(one) for sign, step in SIGN.findall(one)}
    others = " ".join(one for one in words if one != "exp" and not SIGNS.fullmatch(one))
    return Key(whole.signature, {**whole.signs, **signs}), others


def metre(text: str) -> TimeSignature | None:
    """A metre; None where it is free. Raises InvalidValueError where it is none."""
    if text.lower() in ("", "none"):
        return None
    if text in METRES:
        return METRES[text]
    found = METRE.fullmatch(text)
    if found is None:
        raise InvalidValueError(f"{text[:40]!r} is no metre")
    return TimeSignature(tuple(int(one) for one in found[1].split("+")), int(found[2]))


def unit(text: str) -> Fraction:
    """The quarters of a note without a length. Raises InvalidValueError."""
    found = UNITS.get(text.replace(" ", ""))
    if found is None:
        raise InvalidValueError(f"{text[:40]!r} is no length for notes; write 1/8 or the like")
    return found


def tempo(text: str, length: Fraction) -> tuple[float, Fraction] | None:
    """Quarters a minute, and how many the beat has; None where it is only words. length: of a note without one.

    Raises InvalidValueError where it is neither.
    """
    text = re.sub(r'"[^"]*"', "", text).strip()
    if not text:
        return None
    found = TEMPO.fullmatch(text)
    pairs = [one.split("/") for one in found[1].split()] if found else []
    if found is None or any(int(one) == 0 for pair in pairs for one in pair):
        raise InvalidValueError(f"{text[:40]!r} is no tempo")
    beat = sum((Fraction(4 * int(over), int(under)) for over, under in pairs), Fraction(0)) or length
    bpm = float(found[2]) * float(beat)
    if not 0 < bpm < FASTEST:
        raise InvalidValueError(f"a tempo lies between 0 and {FASTEST:,} bpm, got {bpm:g}")
    return bpm, beat


def voice(text: str) -> Voice:
    """What the parameters of a voice say, after its name or a key."""
    name, clef, octave, unknown = "", "", 0, []
    for label, value, _, word in PARAMETER.findall(text):
        value = value.strip('"')
        found = CLEF.fullmatch(value if label == "clef" else word)
        if found and label in ("", "clef"):
            clef = CLEFS.get(found[1], "G2")
            octave += {"+8": 1, "-8": -1}.get(found[3], 0)
            clef += "-8" if (clef, found[3]) == ("G2", "-8") else ""
        elif label in ("name", "nm"):
            name = value
        elif label == "octave" and re.fullmatch(r"-?[0-4]", value):
            octave += int(value)
        elif label not in ("snm", "sname", "subname", "stem", "stafflines", "staffscale", "merge", "up", "down"):
            unknown.append(label or word)
    return Voice(" ".join(name.split()), clef, octave, tuple(one for one in unknown if one))
