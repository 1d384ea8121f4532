"""A `Score` as MusicXML 4.0, plain or compressed.

Written here and not by music21, whose writer refuses what it cannot draw, names parts by chance and dates the file.
Beams, tuplet brackets and accidentals are said, as engravers draw only what is said. A gap in a voice is gone over and
prints nothing.

MusicXML 4.0: https://www.w3.org/2021/06/musicxml40/
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, indent, tostring

from descant.io.files import write_beside
from descant.io.provenance import NAME, as_text
from descant.io.score.instrument_names import program_named
from descant.io.score.musicxml_elements import add
from descant.io.score.musicxml_part import PartWriter
from descant.types.score import Score, ScorePart

DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">'
)
CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles>'
    '<rootfile full-path="score.musicxml" media-type="application/vnd.recordare.musicxml+xml"/></rootfiles>'
    "</container>\n"
)


def write_musicxml(score: Score, path: Path) -> Path:
    """Write a score, compressed where the name ends in .mxl. The same score gives the same bytes."""
    text = musicxml(score)
    with write_beside(path) as temporary:
        if path.suffix.lower() == ".mxl":
            temporary.write_bytes(_packed(text))
        else:
            temporary.write_text(text, encoding="utf-8")
    return path


def musicxml(score: Score, *, named: bool = False) -> str:
    """A score as the text of a MusicXML file. named: measures and notes have the ids that engravers keep (`names`)."""
    root = Element("score-partwise", {"version": "4.0"})
    if score.title:
        add(add(root, "work"), "work-title", score.title)
    if score.composer or score.made_by is not None:
        identification = add(root, "identification")
        if score.composer:
            add(identification, "creator", score.composer, type="composer")
        if score.made_by is not None:
            add(add(identification, "miscellaneous"), "miscellaneous-field", as_text(score.made_by), name=NAME)
    _part_list(root, score.parts)
    for number, part in enumerate(score.parts, 1):
        root.append(PartWriter(score, part, number, named=named).written())
    indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{DOCTYPE}\n{tostring(root, encoding="unicode")}\n'


def _packed(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("META-INF/container.xml", CONTAINER), ("score.musicxml", text)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def _part_list(root: Element, parts: Sequence[ScorePart]) -> None:
    listed = add(root, "part-list")
    for number, part in enumerate(parts, 1):
        one = add(listed, "score-part", id=f"P{number}")
        add(one, "part-name", part.name)
        if part.sound.drum:
            for drum in _drums(part):
                add(add(one, "score-instrument", id=f"P{number}-I{drum}"), "instrument-name", f"Drum {drum}")
            for drum in _drums(part):
                midi = add(one, "midi-instrument", id=f"P{number}-I{drum}")
                add(midi, "midi-channel", 10)
                add(midi, "midi-unpitched", drum + 1)
            continue
        if part.sound.name or part.sound.program or program_named(part.name):
            add(add(one, "score-instrument", id=f"P{number}-I1"), "instrument-name", part.sound.name)
            midi = add(one, "midi-instrument", id=f"P{number}-I1")
            add(midi, "midi-program", part.sound.program + 1)


def _drums(part: ScorePart) -> list[int]:
    return sorted({drum for row in part.measures for event in row for drum in event.drums})
