"""The timeline's data: whole numbers in columns, so that three hours of music stay a few megabytes of JSON.

Times are milliseconds, written as steps from the entry before; confidences are percent; pitch is in cents above MIDI 0.
A lane that the piece lacks, or that is empty, is left out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.io.report.preview import Preview
from descant.io.report.words import chord_name, key_name
from descant.types import Beats, Chords, Keys, Notes, Piece, PitchContour, Sections, Tuning

MOST_COLUMNS = 60_000  # of the outline; at three hours, one every 0.18 s
MOST_PITCHES = 200_000  # voiced frames drawn; beyond, every second, third... frame
GRID_SLACK = 0.004  # seconds that a frame may lie off the regular grid before its run is broken


def timeline(piece: Piece, preview: Preview) -> dict[str, Any]:
    """Everything the page draws and sounds, ready for `json.dumps`."""
    data: dict[str, Any] = {"duration": _ms(piece.duration)}
    values, step = preview.outline(MOST_COLUMNS)
    if len(values):
        data["peaks"] = {"step": step, "values": base64.b64encode(values.tobytes()).decode("ascii")}
    beats, tuning = piece.get(Beats), piece.get(Tuning)
    if beats is not None and len(beats):
        data["beats"] = {
            "start": _steps(beats.time),
            "position": beats.position.tolist(),
            "sure": _percent(beats.confidence),
        }
    for field, kind, name in (("chords", Chords, chord_name), ("keys", Keys, key_name), ("sections", Sections, str)):
        found: Any = piece.get(kind)
        if found is not None and len(found):
            data[field] = _segments(found, name)
    notes, pitch = piece.get(Notes), piece.get(PitchContour)
    if notes is not None and len(notes):
        data["notes"] = _notes(notes)
    if pitch is not None and bool(np.any(pitch.voiced)):
        data["pitch"] = packed_pitch(pitch)
    if tuning is not None:
        data["tuning"] = round(tuning.cents, 1)
    return data


def _segments(found: Any, name: Any) -> dict[str, Any]:
    labels = list(dict.fromkeys(found.label))
    index = {label: at for at, label in enumerate(labels)}
    return {
        "labels": [[label, name(label)] for label in labels],
        "start": _steps(found.start),
        "length": _lengths(found.start, found.end),
        "label": [index[label] for label in found.label],
        "sure": _percent(found.confidence),
    }


def _notes(notes: Notes) -> dict[str, Any]:
    return {
        "parts": [[part.name, int(part.drum)] for part in notes.parts],
        "start": _steps(notes.onset),
        "length": _lengths(notes.onset, notes.offset),
        "pitch": notes.pitch.tolist(),
        "velocity": notes.velocity.tolist(),
        "part": [] if notes.part is None or not np.any(notes.part) else notes.part.tolist(),
        "sure": _percent(notes.confidence),
    }


def packed_pitch(pitch: PitchContour) -> dict[str, Any]:
    """Voiced runs on a regular grid: `[start ms, mean confidence, cents, change in cents, ...]` each."""
    stride = -(-int(np.count_nonzero(pitch.voiced)) // MOST_PITCHES)
    time, voiced = pitch.time[::stride], pitch.voiced[::stride]
    step = float(np.median(np.diff(time))) if len(time) > 1 else 0.01
    hz = np.where(voiced, pitch.hz[::stride], 440.0)
    cents = np.round(6900 + 1200 * np.log2(hz / 440.0)).astype(np.int64)
    sure = np.ones(len(time)) if pitch.confidence is None else pitch.confidence[::stride]
    return {
        "step": round(step * 1000, 4),
        "runs": [
            [_ms(time[low]), round(100 * float(np.mean(sure[low:high]))), *_differences(cents[low:high])]
            for low, high in _runs(time, voiced, step)
        ],
    }


def _runs(time: npt.NDArray[Any], voiced: npt.NDArray[Any], step: float) -> Iterator[tuple[int, int]]:
    """[low, high) of each stretch of voiced frames that lie on the grid `time[low] + i * step`."""
    frames = np.flatnonzero(voiced)
    low = 0
    for at in range(1, len(frames) + 1):
        begin = frames[low]
        if (
            at == len(frames)
            or frames[at] != frames[at - 1] + 1
            or abs(time[frames[at]] - time[begin] - (frames[at] - begin) * step) > GRID_SLACK
        ):
            yield int(begin), int(frames[at - 1]) + 1
            low = at


def _ms(seconds: float) -> int:
    return round(float(seconds) * 1000)


def _steps(seconds: npt.NDArray[Any]) -> list[int]:
    return _differences(np.round(seconds * 1000).astype(np.int64))


def _lengths(start: npt.NDArray[Any], end: npt.NDArray[Any]) -> list[int]:
    lengths: list[int] = (np.round(end * 1000) - np.round(start * 1000)).astype(np.int64).tolist()
    return lengths


def _differences(values: npt.NDArray[np.int64]) -> list[int]:
    differences: list[int] = np.diff(values, prepend=0).tolist()
    return differences


def _percent(confidence: npt.NDArray[Any] | None) -> list[int]:
    percent: list[int] = [] if confidence is None else np.round(confidence * 100).astype(np.int64).tolist()
    return percent
