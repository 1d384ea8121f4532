"""Spotify's Basic Pitch as it is published: its own network (`nmp.onnx`), its own decoding, its own settings.

The file lies in the wheel `basic-pitch` (Apache-2.0) under `basic_pitch/saved_models/icassp_2022/nmp.onnx`; it is
looked for as `comparators/basic_pitch/nmp.onnx` in the folder of data sets. Left out: pitch bends, which no measure
here asks for.

Bittner, Bosch, Rubinstein, Meseguer-Brocal and Ewert: A Lightweight Instrument-Agnostic Model for Polyphonic Note
Transcription and Multipitch Estimation, ICASSP 2022.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.datasets.location import data_folder
from descant.errors import MissingDataError
from descant.evaluation.comparators import Comparator
from descant.evaluation.mono import mono
from descant.features import Sound
from descant.types import Notes
from descant.types.arrays import FloatArray

PUBLISHED = "https://pypi.org/project/basic-pitch"
RATE = 22_050  # Hz
HOP = 256  # samples
FRAMES_A_SECOND = 86  # as it counts them; it is 86.13
WINDOW = 2 * RATE - HOP  # samples
WINDOW_FRAMES = 2 * FRAMES_A_SECOND
OVERLAP = 30  # frames of a window that another one has too; half of them are dropped at either end
PITCHES = 88
LOWEST = 21  # MIDI pitch

ONSET_THRESHOLD = 0.5
FRAME_THRESHOLD = 0.3
SHORTEST = 11  # frames: a note is longer than this
QUIET = 11  # frames under the threshold that end a note
RISE = 2  # frames over which the note posteriors must rise to hint at an onset

# What its output's clock loses in each window, and a constant found by its authors.
DRIFT = HOP / RATE * (WINDOW_FRAMES - WINDOW / HOP) + 0.0018  # seconds a window

Span = tuple[int, int, int, float]  # first frame, end frame, pitch, amplitude from 0 to 1


def missing() -> str:
    """Why it cannot run; empty where it can."""
    try:
        path = weights()
    except MissingDataError as error:
        return str(error)
    return "" if path.is_file() else f"{path} is not there; it is part of the wheel at {PUBLISHED}"


def weights() -> Path:
    """Where its network is looked for."""
    return data_folder() / "comparators" / "basic_pitch" / "nmp.onnx"


def basic_pitch_onnx(sound: Sound) -> Notes:
    """The notes that Basic Pitch hears, without drums or programmes."""
    note, onset = posteriors(mono(sound, RATE))
    spans = list(decode(note, onset))
    time = frame_times(len(note))
    return Notes(
        np.array([time[start] for start, *_ in spans]),
        np.array([time[end] for _, end, *_ in spans]),
        np.array([pitch for *_, pitch, _ in spans], dtype=np.int64),
        np.array([np.clip(round(127 * loud), 1, 127) for *_, loud in spans], dtype=np.int64),
    )


BASIC_PITCH = Comparator("Basic Pitch (ONNX)", basic_pitch_onnx, missing)


def posteriors(samples: npt.NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """Note and onset posteriors of samples at RATE, both (frames, PITCHES).

    The network sees windows of 2 s; of each, the middle 142 frames are kept and joined.
    """
    session = _session(str(weights()))
    padded = np.concatenate([np.zeros(OVERLAP * HOP // 2, dtype=np.float32), samples])
    kept: tuple[list[Any], list[Any]] = ([], [])
    for start in range(0, len(padded), WINDOW - OVERLAP * HOP):
        window = np.zeros((1, WINDOW, 1), dtype=np.float32)
        part = padded[start : start + WINDOW]
        window[0, : len(part), 0] = part
        found = session.run(
            ["StatefulPartitionedCall:1", "StatefulPartitionedCall:2"], {"serving_default_input_2:0": window}
        )
        for frames, rows in zip(kept, found, strict=True):
            frames.append(rows[0, OVERLAP // 2 : -OVERLAP // 2])
    count = int(np.floor(len(samples) * (FRAMES_A_SECOND / RATE)))
    note, onset = (np.concatenate(frames)[:count].astype(np.float64) for frames in kept)
    return note, onset


def frame_times(count: int) -> FloatArray:
    """The seconds of each frame, (count,)."""
    frame = np.arange(count)
    return np.asarray(frame * HOP / RATE - DRIFT * (frame // WINDOW_FRAMES))


def decode(note: FloatArray, onset: FloatArray) -> Iterator[Span]:
    """Notes from posteriors (frames, PITCHES).

    From each onset peak, the last one first, a note runs until its posterior stays low; what energy is left over then
    (its two neighbours' is taken away too) makes notes of its own, from each maximum in both directions.
    """
    if not np.any(note > FRAME_THRESHOLD):
        return
    energy = note.copy()
    for start, pitch in reversed(list(_peaks(hinted(onset, note)))):
        if start >= len(note) - 1:
            continue
        passed, quiet = _run(energy[start + 1 : len(note) - 1, pitch])
        end = start + 1 + passed - quiet
        if end - start > SHORTEST:
            energy[start:end, max(pitch - 1, 0) : pitch + 2] = 0
            yield start, end, pitch + LOWEST, float(note[start:end, pitch].mean())
    loudest = np.argsort(-energy, axis=None, kind="stable")
    for middle, pitch in zip(*np.unravel_index(loudest, energy.shape), strict=True):
        if energy[middle, pitch] > FRAME_THRESHOLD:
            start, end = _grow(energy, int(middle), int(pitch))
            if end - start > SHORTEST:
                yield start, end, int(pitch) + LOWEST, float(note[start:end, pitch].mean())


def hinted(onset: FloatArray, note: FloatArray) -> FloatArray:
    """The onset posteriors, or the rise of the note posteriors where that says more, scaled to the same maximum."""
    rises = [note - np.pad(note, ((frames, 0), (0, 0)))[: len(note)] for frames in range(1, RISE + 1)]
    rise = np.maximum(np.min(rises, axis=0), 0.0)
    rise[:RISE] = 0
    highest = rise.max(initial=0.0)
    return np.maximum(onset, onset.max() * rise / highest) if highest > 0 else onset


def _peaks(onset: FloatArray) -> Iterator[tuple[int, int]]:
    """(frame, pitch index) of local maxima in time over the threshold, by frame."""
    middle = onset[1:-1]
    peak = (middle > onset[:-2]) & (middle > onset[2:]) & (middle >= ONSET_THRESHOLD)
    for frame, pitch in np.argwhere(peak).tolist():
        yield frame + 1, pitch


def _grow(energy: FloatArray, middle: int, pitch: int) -> tuple[int, int]:
    """The note around a maximum: first frame and end; its energy, and its neighbours', is taken away."""
    energy[middle, pitch] = 0
    band = slice(max(pitch - 1, 0), pitch + 2)
    passed, quiet = _run(energy[middle + 1 : len(energy) - 1, pitch])
    energy[middle + 1 : middle + 1 + passed, band] = 0
    end = middle + passed - quiet
    passed, quiet = _run(energy[1:middle, pitch][::-1])
    energy[middle - passed : middle, band] = 0
    return middle - passed + quiet, end


def _run(energy: Iterable[float]) -> tuple[int, int]:
    """How many frames pass until QUIET ones in a row are low, and how many low ones stand at the end of these."""
    passed = quiet = 0
    for value in energy:
        if quiet == QUIET:
            break
        quiet = quiet + 1 if value < FRAME_THRESHOLD else 0
        passed += 1
    return passed, quiet


@cache
def _session(path: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
