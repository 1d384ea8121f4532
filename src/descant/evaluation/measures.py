"""The measures of listening, one function a task: (reference, estimate) to {measure: rate}, by mir_eval.

Only single measures are asked of mir_eval (its whole `beat.evaluate` takes longer than the tracking). Where nothing
was estimated, every rate is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.evaluation.pedal import pedal_extended
from descant.types import Beats, Chords, Keys, Notes, Sections, Tempo
from descant.types.arrays import FloatArray, IntArray
from descant.types.drums import DRUM_CLASSES, drum_class
from descant.types.names import FLAT_NAMES, pitch_class

Measures = Mapping[str, float]

MAIN_DRUMS = ("kick", "snare", "hihat")
TRIM_SECONDS = 5.0  # the customary start of beat scoring, to let a tracker settle
TRIM_FROM_SECONDS = 20.0  # in shorter clips the start is all there is
TEMPO_TOLERANCE = 0.04  # Gouyon et al. 2006
OCTAVE_TOLERANCE = 0.25  # octaves of tempo, half of what lies between three and two beats
TEMPO_FACTORS = (1.0, 2.0, 3.0, 1 / 2, 1 / 3)


def beat(reference: FloatArray, estimate: FloatArray, duration: float) -> Measures:
    """Beats (or downbeats) in seconds, right within 70 ms."""
    from mir_eval import beat

    if duration > TRIM_FROM_SECONDS:
        reference, estimate = (times[times >= TRIM_SECONDS] for times in (reference, estimate))
    if not len(reference) or not len(estimate):
        return {"F-measure": 0.0}
    return {"F-measure": float(beat.f_measure(reference, estimate))}


def beat_continuity(reference: FloatArray, estimate: FloatArray, duration: float) -> Measures:
    """The share of beats in correct runs: at the true level (CMLt), or at a related one or off the beat too (AMLt).

    Whether the whole is tracked at half or at double the tempo stands beside it, as 0 or 1.
    """
    from mir_eval import beat

    none = {"CMLt": 0.0, "AMLt": 0.0, "half-tempo error": 0.0, "double-tempo error": 0.0}
    if duration > TRIM_FROM_SECONDS:
        reference, estimate = (times[times >= TRIM_SECONDS] for times in (reference, estimate))
    if min(len(reference), len(estimate)) < 2:
        return none
    _, correct, _, allowed = beat.continuity(reference, estimate)
    faster = float(np.log2(np.median(np.diff(reference)) / np.median(np.diff(estimate))))  # octaves
    return {
        "CMLt": float(correct),
        "AMLt": float(allowed),
        "half-tempo error": float(abs(faster + 1) < OCTAVE_TOLERANCE),
        "double-tempo error": float(abs(faster - 1) < OCTAVE_TOLERANCE),
    }


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


def local_key(reference: Keys, estimate: Keys) -> Measures:
    """The weighted score of the key at each moment, over the time in which the reference has one."""
    from mir_eval import key, util

    start, end = float(reference.start[0]), float(reference.end[-1])
    intervals, true, heard = util.merge_labeled_intervals(
        *_filled(reference, start, end), *_filled(estimate, start, end)
    )
    seconds = util.intervals_to_durations(intervals)
    asked = np.array([label != "N" for label in true])
    if not np.any(asked):
        return {}
    score = [
        0.0 if "N" in (one, two) else key.weighted_score(_plain(one), _plain(two))
        for one, two in zip(true, heard, strict=True)
    ]
    return {"Weighted Score over time": float(np.average(score, weights=seconds * asked))}


def chord(reference: Chords, estimate: Chords, names: Sequence[str] = ("root", "majmin", "sevenths")) -> Measures:
    """The share of time in which the chord is right, over the time in which the measure knows the reference's chord.

    names: mir_eval's comparisons.
    """
    from mir_eval import chord, util

    start, end = float(reference.start[0]), float(reference.end[-1])
    intervals, true, heard = util.merge_labeled_intervals(
        *_filled(reference, start, end), *_filled(estimate, start, end)
    )
    seconds = util.intervals_to_durations(intervals)
    return {name: float(chord.weighted_accuracy(getattr(chord, name)(true, heard), seconds)) for name in names}


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


def stroke_counts(reference: Notes, estimate: Notes) -> IntArray:
    """Drum strokes of each class that are found within 50 ms, that there are, and that were heard: (classes, 3)."""
    from mir_eval.util import match_events

    pairs = zip(_classes(reference), _classes(estimate), strict=True)
    return np.array([(len(match_events(true, heard, 0.05)), len(true), len(heard)) for true, heard in pairs])


def strokes(counts: IntArray) -> Measures:
    """F-measures from (classes, 3): of each class that sounds or is heard, and the mean of the three main ones."""
    sounds = counts[:, 1:].sum(axis=1)
    found = {
        f"F-measure ({name})": float(2 * counts[at, 0] / sounds[at])
        for at, name in enumerate(DRUM_CLASSES)
        if sounds[at]
    }
    main = [found[one] for one in (f"F-measure ({name})" for name in MAIN_DRUMS) if one in found]
    return {f"F-measure ({', '.join(MAIN_DRUMS)})": float(np.mean(main)), **found} if main else found


def over_classes(what: str, truth: npt.NDArray[np.bool_], score: FloatArray) -> float | None:
    """The mean, over classes that are present in some rows and absent in others, of a ranking measure.

    truth and score: (rows, classes). what: `average precision` or `area under the curve`. None where no class varies.
    """
    from sklearn import metrics  # type: ignore[import-untyped]

    measure = {"average precision": metrics.average_precision_score, "area under the curve": metrics.roc_auc_score}
    varied = [at for at in range(truth.shape[1]) if 0 < np.count_nonzero(truth[:, at]) < len(truth)]
    return float(np.mean([measure[what](truth[:, at], score[:, at]) for at in varied])) if varied else None


def retrieval(right: int, found: int, true: int) -> Measures:
    """F-measure, precision and recall, from how many are right, are found, and are there."""
    return {
        "F-measure": 2 * right / max(found + true, 1),
        "Precision": right / max(found, 1),
        "Recall": right / max(true, 1),
    }


def true_tempo(beats: Beats) -> float:
    """The tempo that beats stand for, beats a minute: the median distance."""
    return float(60.0 / np.median(np.diff(beats.time)))


def _plain(name: str) -> str:
    """A key's name with one spelling for each tonic, as mir_eval knows few."""
    tonic, _, mode = name.partition(" ")
    return f"{FLAT_NAMES[pitch_class(tonic)]} {mode}"


def _filled(segments: Chords | Keys | Sections, start: float, end: float) -> tuple[FloatArray, list[str]]:
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


def _classes(notes: Notes) -> list[FloatArray]:
    """The onsets of each of DRUM_CLASSES, seconds; strokes at one moment count once."""
    kept = notes.drum
    kind = drum_class(notes.pitch[kept])
    return [np.unique(notes.onset[kept][kind == number]) for number in range(len(DRUM_CLASSES))]


def _numbered(labels: list[str]) -> list[str]:
    names = sorted(set(labels))
    return [str(names.index(label)) for label in labels]


def _pitched(notes: Notes) -> tuple[Any, Any]:
    """Intervals (n, 2) in seconds and pitches in Hz of what is not a drum."""
    kept = ~notes.drum
    hz = 440.0 * 2.0 ** ((notes.pitch[kept] - 69) / 12)
    return np.stack([notes.onset[kept], notes.offset[kept]], axis=1), hz
