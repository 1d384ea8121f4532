"""Roman numerals in MusicXML: harmony elements under the lowest staff; their text is the figure, after a new key.

What other programs say by number and kind alone, without a text that is a figure, is left out with a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from descant.io.said import Said
from descant.io.score.musicxml_elements import add
from descant.io.score.transposing import MAJOR, MINOR
from descant.types.roman_numerals import FIGURE
from descant.types.score import Numeral

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
SIXTHS = {"Ger": 4, "Fr": 2, "It": 4}  # the degrees of augmented sixth chords
TEXT = re.compile(r"(?:([A-Ga-g](?:#{0,2}|b{0,2})): ?)?(\S+)")


@dataclass(frozen=True)
class Printed:
    """A numeral and the text under the staff: `Eb: V65/ii` where the key is new, else `V65/ii`."""

    at: Fraction
    numeral: Numeral
    text: str
    offset: Fraction = Fraction(0)  # quarters from the note that it is written before


@dataclass(frozen=True)
class InMeasure:
    """A numeral as a file has it."""

    measure: int  # index
    into: Fraction  # quarters
    figure: str
    key: str


def printed(numerals: Iterable[Numeral]) -> Iterator[Printed]:
    """The numerals with the texts that are seen."""
    key = ""
    for one in numerals:
        text = one.figure if one.key == key else f"{short(one.key)}: {one.figure}"
        key = one.key
        yield Printed(one.at, one, text)


def short(key: str) -> str:
    """As RomanText has it: `Eb` for E flat major, `c` for C minor."""
    tonic, mode = key.split()
    return tonic if mode == "major" else tonic[0].lower() + tonic[1:]


def numeral(measure: Element, one: Printed, staves: int, ticks: int) -> None:
    """The element of a numeral; ticks: its offset."""
    harmony = add(measure, "harmony", placement="below")
    said = add(harmony, "numeral")
    figure = one.numeral.figure
    degree = figure.partition("/")[0].lstrip("#b")
    letters = re.match(r"[IViv]+", degree)
    number = NUMERALS.index(letters[0].upper()) + 1 if letters else SIXTHS[degree.rstrip("0123456789")]
    add(said, "numeral-root", number, text=one.text)
    tonic, mode = one.numeral.key.split()
    names = MAJOR if mode == "major" else MINOR
    if tonic in names:  # else MusicXML has no signature for it, and the text alone says it
        key = add(said, "numeral-key", print_object="no")
        add(key, "numeral-fifths", names.index(tonic) - 7)
        add(key, "numeral-mode", mode)
    add(harmony, "kind", "other", text="")
    if ticks:
        add(harmony, "offset", ticks)
    if staves > 1:
        add(harmony, "staff", staves)


def taken(root: Element, said: Said) -> list[InMeasure]:
    """The numerals of a checked score's tree, in order, taken out of it."""
    found: list[InMeasure] = []
    for part in root.iterfind("part"):
        if part.find("measure/harmony/numeral") is not None:
            found += _taken(part, said)
    return sorted(found, key=lambda one: (one.measure, one.into))


def _taken(part: Element, said: Said) -> Iterator[InMeasure]:
    key, divisions = "", Fraction(1)
    for at, measure in enumerate(part.iterfind("measure")):
        place = Fraction(0)
        for one in list(measure):
            divisions = Fraction(one.findtext("divisions") or divisions)
            if one.tag == "harmony" and one.find("numeral") is not None:
                measure.remove(one)
                root = one.find("numeral/numeral-root")
                text = TEXT.fullmatch("" if root is None else root.get("text", ""))
                key = (_named(text[1]) if text and text[1] else _by_fifths(one)) or key
                if text and key and FIGURE.fullmatch(text[2]):
                    yield InMeasure(at, place + _offset(one) / divisions, text[2], key)
                else:
                    said.add("a Roman numeral without a figure and a key as text is left out", f"measure {at + 1}")
            elif one.tag in ("note", "forward", "backup") and one.find("chord") is None:
                step = Fraction(one.findtext("duration") or 0) / divisions
                place += -step if one.tag == "backup" else step


def _offset(harmony: Element) -> Fraction:
    text = harmony.findtext("offset", "")
    return Fraction(text) if re.fullmatch(r"\d{1,9}", text) else Fraction(0)


def _named(name: str) -> str:
    return f"{name[0].upper()}{name[1:]} {'minor' if name[0].islower() else 'major'}"


def _by_fifths(harmony: Element) -> str:
    fifths = harmony.findtext("numeral/numeral-key/numeral-fifths", "")
    if not re.fullmatch(r"-?[0-7]", fifths):
        return ""
    minor = harmony.findtext("numeral/numeral-key/numeral-mode") == "minor"
    return f"{(MINOR if minor else MAJOR)[int(fifths) + 7]} {'minor' if minor else 'major'}"
