"""One piece held against its truth, in words and figures that a musician reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from descant.evaluation import measures
from descant.types import Beats, Chords, Keys, Meter, Notes, Piece, Sections, Tempo

SHOWN = 8  # chords and sections of the start, enough to compare by eye

Compared = tuple[str, str, str, str]  # what, true, heard, agreement


def agreement(truth: Piece, heard: Piece) -> Iterator[Compared]:
    """A row for each field that both hold: what is true, what was heard, and the measures by which they agree."""
    for kind, row in _ROWS.items():
        true, found = truth.get(kind), heard.get(kind)
        if true is not None and found is not None:
            yield row(true, found, truth.duration)


def _tempo(true: Tempo, heard: Tempo, _: float) -> Compared:
    right = measures.tempo(true.bpm or 0.0, heard)["Accuracy1"] == 1.0
    return "tempo", _bpm(true), _bpm(heard), "within 4 %" if right else "wrong"


def _meter(true: Meter, heard: Meter, _: float) -> Compared:
    said = "right" if true.signature == heard.signature else "wrong"
    return "metre", true.signature or "-", heard.signature or "-", said


def _beats(true: Beats, heard: Beats, duration: float) -> Compared:
    beat = measures.beat(true.time, heard.time, duration)["F-measure"]
    downbeat = measures.beat(true.downbeats, heard.downbeats, duration)["F-measure"]
    first, second = (f"{len(one)} beats, {len(one.downbeats)} bars" for one in (true, heard))
    return "beats", first, second, f"beats {beat:.2f}, downbeats {downbeat:.2f} (F-measure)"


def _keys(true: Keys, heard: Keys, _: float) -> Compared:
    score = measures.key(true, heard)["Weighted Score"]
    return "key", _spans(true), _spans(heard), f"overall {true.overall} / {heard.overall}: {score:.1f} (weighted score)"


def _chords(true: Chords, heard: Chords, _: float) -> Compared:
    found = measures.chord(true, heard)
    return "chords", _labels(true), _labels(heard), f"majmin {found['majmin']:.2f}, sevenths {found['sevenths']:.2f}"


def _sections(true: Sections, heard: Sections, _: float) -> Compared:
    found = measures.section(true, heard)
    return "sections", _spans(true), _spans(heard), f"boundaries within 3 s {found['F-measure@3.0']:.2f} (F-measure)"


def _notes(true: Notes, heard: Notes, _: float) -> Compared:
    found = measures.note(true, heard)["F-measure_no_offset"]
    first, second = (f"{int((~one.drum).sum())} notes" for one in (true, heard))
    return "notes", first, second, f"onsets {found:.2f} (F-measure)"


_ROWS: dict[type[Any], Callable[[Any, Any, float], Compared]] = {
    Tempo: _tempo,
    Meter: _meter,
    Beats: _beats,
    Keys: _keys,
    Chords: _chords,
    Sections: _sections,
    Notes: _notes,
}


def _bpm(tempo: Tempo) -> str:
    return f"{tempo.bpm:.1f} bpm" if tempo.bpm else "no pulse"


def _labels(segments: Chords) -> str:
    return " ".join(segments.label[:SHOWN]) + (" ..." if len(segments) > SHOWN else "")


def _spans(segments: Keys | Sections) -> str:
    shown = [f"{label} {start:.1f}" for label, start in zip(segments.label, segments.start, strict=True)]
    return ", ".join(shown[:SHOWN]) + (" ..." if len(shown) > SHOWN else "") + " s" if shown else "-"
