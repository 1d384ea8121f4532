"""What practice found as plain values, ready for `json.dumps`; docs/practice.md tells the fields."""

from __future__ import annotations

from typing import Any

import numpy as np

from descant import __version__
from descant.alignment.note_matching import NONE
from descant.alignment.practice import EARLY, LATE, LOUD, MARK, PAUSE, SOFT, WRONG, Finding
from descant.alignment.singing import FLAT, OCTAVE, SHARP, Singing
from descant.pipelines.practice import PracticeReport, played_name, written_name

SCHEMA = 1
# Of each kind: what its amount counts.
UNITS = {
    WRONG: "semitones",
    OCTAVE: "semitones",
    EARLY: "seconds",
    LATE: "seconds",
    PAUSE: "seconds",
    LOUD: "velocity",
    SOFT: "velocity",
    MARK: "velocity",
    FLAT: "cents",
    SHARP: "cents",
}


def practice_json(report: PracticeReport, score: str, take: str) -> dict[str, Any]:
    """All of it. score, take: their names."""
    judgement = report.judgement
    quarters, tempi = judgement.curve
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "descant": __version__,
        "score": score,
        "take": take,
        "title": report.score.title,
        "repeats": report.played.said,
        "heard": report.heard,
        "sung": isinstance(judgement, Singing),
        "points": round(judgement.score, 1),
        "first": [one.number for one in report.first],
        "counts": report.counts,
        "bars": [
            {
                "measure": one.number,
                "points": None if one.score is None else round(one.score, 1),
                "counts": dict(one.counts),
            }
            for one in report.bars
        ],
        "findings": [_entry(report, one) for one in judgement.findings],
        "tempo": [_tempo(report, at, bpm) for at, bpm in zip(quarters.tolist(), tempi.tolist(), strict=True)],
    }
    if isinstance(judgement, Singing):
        document["transposed"], document["tuning_cents"] = judgement.transposed, round(judgement.tuning, 1)
        document["notes"] = _sung_notes(report, judgement)
    return document


def _tempo(report: PracticeReport, at: float, bpm: float) -> dict[str, Any]:
    """A beat's tempo, with what the page asks for there, where it does."""
    measure, beat = report.place(at)
    entry: dict[str, Any] = {"quarter": round(at, 4), "measure": measure, "beat": beat, "bpm": round(bpm, 1)}
    if report.score.tempos:
        notes = report.judgement.page.notes
        entry["written_bpm"] = round(float(notes.bpm[np.searchsorted(notes.tempo_at, at + 1e-9, "right") - 1]), 1)
    return entry


def _entry(report: PracticeReport, one: Finding) -> dict[str, Any]:
    """A finding as plain values."""
    measure, beat = report.place(one.quarter)
    entry: dict[str, Any] = {"kind": one.kind, "measure": measure, "beat": beat, "quarter": round(one.quarter, 4)}
    if one.until > one.quarter:
        entry["until_measure"], entry["until_beat"] = report.place(one.until - 1e-6)[0], report.place(one.until)[1]
        entry["until_quarter"] = round(one.until, 4)
    if one.note != NONE:
        entry["written"] = written_name(report, one.note)
        entry["part"] = report.heads[one.note][0].part
    if one.played != NONE and report.take is not None:
        entry["played"] = played_name(report, one)
        entry["time"] = round(float(report.take.onset[one.played]), 3)
    if one.kind in UNITS:
        entry[UNITS[one.kind]] = round(one.amount, 3)
    return entry


def _sung_notes(report: PracticeReport, found: Singing) -> list[dict[str, Any]]:
    return [
        {
            "measure": report.place(float(quarter))[0],
            "beat": report.place(float(quarter))[1],
            "written": written_name(report, note),
            "time": _or_none(found.start[note], 3),
            "cents": _or_none(found.cents[note], 1),
            "octave": int(found.octave[note]),
            "seconds_late": _or_none(found.off[note], 3),
        }
        for note, quarter in enumerate(found.page.notes.onset)
    ]


def _or_none(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)
