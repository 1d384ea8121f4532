"""The measures of listening, one function a task: (reference, estimate) to {measure: rate}, by mir_eval.

Only single measures are asked of mir_eval (its whole `beat.evaluate` takes longer than the tracking). Where nothing
was estimated, every rate is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from descant.evaluation.pedal import pedal_extended
from descant.types import Beats, Chords, Keys, Notes, Sections, Tempo
from descant.types.arrays import FloatArray
from descant.types.names import FLAT_NAMES, pitch_class

Measures = Mapping[str, float]

TRIM_SECONDS = 5.0  # the customary start of beat scoring, to let a tracker settle
TRIM_FROM_SECONDS = 20.0  # in shorter clips the start is all there is
TEMPO_TOLERANCE = 0.04  # Gouyon et al. 2006
TEMPO_FACTORS = (1.0, 2.0, 3.0, 1 / 2, 1 / 3)


def beat(reference: FloatArray, estimate: FloatArray, duration: float) -> Measures:
    """Beats (or downbeats) in seconds, right within 70 ms."""
    from mir_eval import beat

    if duration > TRIM_FROM_SECONDS:
        reference, estimate = (times[times >= TRIM_SECONDS] for times in (reference, estimate))
    if not len(reference) or not len(estimate):
        return {"F-measure": 0.0}
    return {"F-measure": float(beat.f_measure(reference, estimate))}


def tempo(reference: float, estimate: Tempo) -> Measures:
    """The most likely tempo, right within 4 %; for Accuracy2, also where it is 2 or 3 times as fast or as slow."""
    bpm = estimate.bpm or 0.0
    right = [abs(bpm - reference * factor) <= TEMPO_TOLERANCE * reference * factor for factor in TEMPO_FACTORS]
    return {"Accuracy1": float(right[0]), "Accuracy2": float(any(right))}


def key(reference: Keys, estimate: Keys) -> Measures:
    """The key of the whole: 1 if right, 0.5 a fifth above, 0.3 relative, 0.2 parallel."""
    from mir_eval import key

    if estimate.overall == "N":
        return {"Weighted Score": 0.0}
    return {"Weighted Score": float(key.weighted_score(_plain(reference.overall), _plain(estimate.overall)))}


def chord(reference: Chords, estimate: Chords) -> Measures:
    """The share of time in which the chord is right, over the time in which the measure knows the reference's chord."""
    from mir_eval import chord, util

    start, end = float(reference.start[0]), float(reference.end[-1])
    intervals, true, heard = util.merge_labeled_intervals(
        *_filled(reference, start, end), *_filled(estimate, start, end)
    )
    seconds = util.intervals_to_durations(intervals)
    return {
        name: float(chord.weighted_accuracy(getattr(chord, name)(true, heard), seconds))
        for name in ("root", "majmin", "sevenths")
    }


def section(reference: Sections, estimate: Sections) -> Measures:
    """Boundaries within 0.5 s and 3 s, and which pairs of moments belong to one letter.

    Both are cut to the reference's span. `trimmed` leaves out its two ends, which are right by themselves.
    """
    from mir_eval import segment

    start, end = float(reference.start[0]), float(reference.end[-1])
    true, true_label = _filled(reference, start, end)
    heard, heard_label = _filled(estimate, start, end)
    true, heard = true - start, heard - start
    found: dict[str, float] = {}
    for window in (0.5, 3.0):
        for trim in (False, True):
            name = f"F-measure@{window}{' (trimmed)' if trim else ''}"
            enough = min(len(true), len(heard)) > 1 or not trim
            found[name] = float(segment.detection(true, heard, window=window, trim=trim)[2]) if enough else 0.0
    # mir_eval does not tell small letters from capitals, the annotators do.
    pairs = segment.pairwise(true, _numbered(true_label), heard, _numbered(heard_label))
    return {**found, "Pairwise F-measure": float(pairs[2])}


def note(reference: Notes, estimate: Notes) -> Measures:
    """Pitched notes, right within 50 ms and 50 cents; `F-measure` also asks for the offset (20 % of length).

    The reference's notes end where their sound does: the sustain pedal counts.
    """
    from mir_eval import transcription

    true, heard = (_pitched(notes) for notes in (pedal_extended(reference), estimate))
    if not len(true[0]) or not len(heard[0]):
        return {"F-measure_no_offset": 0.0, "F-measure": 0.0}
    ratios = {"F-measure_no_offset": None, "F-measure": 0.2}
    return {
        name: float(transcription.precision_recall_f1_overlap(*true, *heard, offset_ratio=ratio)[2])
        for name, ratio in ratios.items()
    }


def true_tempo(beats: Beats) -> float:
    """The tempo that beats stand for, beats a minute: the median distance."""
    return float(60.0 / np.median(np.diff(beats.time)))


def _plain(name: str) -> str:
    """A key's name with one spelling for each tonic, as mir_eval knows few."""
    tonic, _, mode = name.partition(" ")
    return f"{FLAT_NAMES[pitch_class(tonic)]} {mode}"


def _filled(segments: Chords | Sections, start: float, end: float) -> tuple[FloatArray, list[str]]:
    """Intervals (n, 2) and labels that cover start to end without a gap; `N` fills what was left open."""
    spans: list[tuple[float, float, str]] = []
    reached = start
    for low, high, label in zip(segments.start, segments.end, segments.label, strict=True):
        low, high = max(float(low), reached), min(float(high), end)
        if high <= low:
            continue
        if low > reached + 1e-6:
            spans.append((reached, low, "N"))
        else:
            low = reached
        spans.append((low, high, label))
        reached = high
    if reached < end:
        spans.append((reached, end, "N"))
    return np.array([span[:2] for span in spans]), [span[2] for span in spans]


def _numbered(labels: list[str]) -> list[str]:
    names = sorted(set(labels))
    return [str(names.index(label)) for label in labels]


def _pitched(notes: Notes) -> tuple[Any, Any]:
    """Intervals (n, 2) in seconds and pitches in Hz of what is not a drum."""
    kept = ~notes.drum
    hz = 440.0 * 2.0 ** ((notes.pitch[kept] - 69) / 12)
    return np.stack([notes.onset[kept], notes.offset[kept]], axis=1), hz
