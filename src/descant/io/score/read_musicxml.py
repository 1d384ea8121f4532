"""MusicXML files, plain and compressed (.mxl), read through music21, which is kept from what would harm it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from descant.errors import DescantWarning, UnreadableFileError
from descant.io.provenance import NAME, from_text
from descant.io.said import Said
from descant.io.score.from_music21 import from_music21
from descant.io.score.marks import DRUM_COLOUR
from descant.io.score.musicxml_checked import check
from descant.io.score.musicxml_jumps import taken as taken_jumps
from descant.io.score.musicxml_numerals import InMeasure
from descant.io.score.musicxml_numerals import taken as taken_numerals
from descant.io.score.musicxml_tree import read_tree
from descant.types.score import Numeral, Score

# What a page is without its signs: notes where they sound.
PLAIN = {
    "measure": frozenset(["attributes", "note", "backup", "forward"]),
    "note": frozenset(
        ["grace", "chord", "pitch", "unpitched", "rest", "duration", "instrument", "voice", "type", "dot", "staff"]
    )
    | {"tie", "time-modification"},
}


class LeftOutWarning(DescantWarning):
    """Something in a score could not be read; the rest was."""


def read_musicxml(path: Path) -> Score:
    """The score in a .musicxml, .xml or .mxl file. Raises UnreadableFileError.

    What the file leaves open, and signs that nothing can be made of, are told by an AssumedWarning or LeftOutWarning.
    """
    said = Said()
    root = _partwise_root(path, read_tree(path, said))
    check(root, path, said)
    if root.find("part/measure/note") is None:
        raise UnreadableFileError(f"{path}: a MusicXML score without a note or a rest")
    _colour_drums(root)
    numerals = taken_numerals(root, said)
    jumps = taken_jumps(root)
    made_by = from_text(root.findtext(f"identification/miscellaneous/miscellaneous-field[@name='{NAME}']", ""))
    score = _read(path, root)
    said.warn(path)
    measures = tuple(replace(one, jumps=jumps.get(at, ())) for at, one in enumerate(score.measures))
    return replace(score, measures=measures, numerals=tuple(_placed(numerals, score)), made_by=made_by)


def _placed(numerals: list[InMeasure], score: Score) -> Iterator[Numeral]:
    for one in numerals:
        if one.measure < len(score.measures) and one.into < score.measures[one.measure].length:
            yield Numeral(score.measures[one.measure].start + one.into, one.figure, one.key)


def _read(path: Path, root: Element) -> Score:
    """The score of a tree; without its chord symbols, or without any signs, where music21 cannot read them."""
    with refusing(path, "MusicXML"):
        try:
            return _parsed(root)
        except Exception:  # most of what trips music21 are chord symbols that hold something else
            found, left_out = _without_signs(root)
    warnings.warn(f"{path}: {left_out} cannot be read and are left out", LeftOutWarning, stacklevel=3)
    return found


def _without_signs(root: Element) -> tuple[Score, str]:
    if root.find("part/measure/harmony") is not None:
        for measure in root.iterfind("part/measure"):
            _keep(measure, frozenset(one.tag for one in measure) - {"harmony"})
        with suppress(Exception):  # else it was something else
            return _parsed(root), "its chord symbols"
    for measure in root.iterfind("part/measure"):
        _keep(measure, PLAIN["measure"])
        for note in measure.iterfind("note"):
            _keep(note, PLAIN["note"])
    return _parsed(root), "its signs, some of which make no sense,"


def _keep(element: Element, tags: frozenset[str]) -> None:
    element[:] = [one for one in element if one.tag in tags]


def _parsed(root: Element) -> Score:
    from music21 import converter

    return from_music21(converter.parseData(tostring(root, encoding="unicode"), format="musicxml"))


@contextmanager
def refusing(path: Path, form: str) -> Iterator[None]:
    """Whatever music21 raises while it reads a file becomes an error about the file; its warnings are dropped."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:  # any of music21's own, or of Python, wherever the file trips it
        said = next(reversed(str(error).split("\n")), "").strip()[:200] or type(error).__name__
        raise UnreadableFileError(f"{path}: cannot be read as {form} ({said})") from None


def _partwise_root(path: Path, root: Element) -> Element:
    """The `score-partwise` element of a file's tree."""
    if root.tag == "score-timewise":
        root = _partwise(root)
    if root.tag != "score-partwise":
        raise UnreadableFileError(f"{path}: its root is <{root.tag}>, so it is XML but not a MusicXML score")
    if root.find("part/measure") is None:
        raise UnreadableFileError(f"{path}: a MusicXML score without measures")
    for name in root.iter("part-name"):
        if name.get("print-object") == "no":
            name.text = ""
    return root


def _colour_drums(root: Element) -> None:
    keys = {
        one.get("id"): int(one.findtext("midi-unpitched", "0")) - 1
        for one in root.iter("midi-instrument")
        if one.findtext("midi-unpitched", "").isdecimal()
    }
    for note in root.iter("note"):
        instrument = note.find("instrument")
        key = keys.get(instrument.get("id")) if instrument is not None else None
        if key is not None and 0 <= key < 128 and note.find("unpitched") is not None:
            note.set("color", f"{DRUM_COLOUR}{key:02X}")


def _partwise(timewise: Element) -> Element:
    """The same score, measures within parts in place of parts within measures."""
    root = Element("score-partwise", timewise.attrib)
    root.extend(element for element in timewise if element.tag != "measure")
    parts: dict[str, Element] = {}
    for measure in timewise.findall("measure"):
        for part in measure.findall("part"):
            name = part.get("id", "")
            if name not in parts:
                parts[name] = SubElement(root, "part", {"id": name})
            SubElement(parts[name], "measure", measure.attrib).extend(part)
    return root
