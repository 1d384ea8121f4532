"""What the figures are held against: answers that anybody could give in a few lines.

None of these is offered to users, so none is in the registry, but for `ellis-dp`, which the suite calls by name.
"""

from __future__ import annotations

import numpy as np

from descant.features import FRAME_RATE, Sound, get
from descant.features.harmony import Harmony
from descant.types import Beats, Chords, Keys, Notes, Sections, Tempo, TempoCandidate
from descant.types.annotations import segments_from_boundaries
from descant.types.arrays import FloatArray
from descant.types.names import FLAT_NAMES

WINDOW_SECONDS = 0.5  # of `binary_templates`
BARS = 8  # of `every_eight_bars`
RATE = 22_050  # Hz, of `cqt_threshold`
HOP = 512  # samples
LOWEST = 21  # MIDI pitch
THRESHOLD_DB = -30.0  # below the loudest bin
SHORTEST_SECONDS = 0.08


def every_fourth(beats: Beats) -> Beats:
    """Every fourth beat, from the first, is a downbeat."""
    return Beats(beats.time, np.arange(len(beats)) % 4 + 1)


def beat_tempo(beats: Beats) -> Tempo:
    """The tempo of the median distance between beats."""
    if len(beats) < 2:
        return Tempo(())
    return Tempo((TempoCandidate(float(60.0 / np.median(np.diff(beats.time)))),))


def always_c_major(duration: float) -> Keys:
    """C major, the key that most would guess."""
    return Keys(np.zeros(1), np.array([duration]), ("C major",), overall="C major")


def binary_templates(sound: Sound) -> Chords:
    """The major or minor triad nearest to each half second's chroma, on its own (Fujishima, ICMC 1999)."""
    chroma = get(sound, Harmony()).chroma
    size = round(WINDOW_SECONDS * FRAME_RATE)
    edges = np.append(np.arange(0, len(chroma), size), len(chroma))
    windows = np.add.reduceat(chroma, edges[:-1], axis=0)  # (windows, 12)
    triads = [(root, quality, third) for root in range(12) for quality, third in (("maj", 4), ("min", 3))]
    templates = np.zeros((24, 12))
    for at, (root, _, third) in enumerate(triads):
        templates[at, [root, (root + third) % 12, (root + 7) % 12]] = 1.0
    labels = [f"{FLAT_NAMES[triads[best][0]]}:{triads[best][1]}" for best in (windows @ templates.T).argmax(axis=1)]
    return Chords(*segments_from_boundaries(edges / FRAME_RATE, labels))


def every_eight_bars(beats: Beats, duration: float) -> Sections:
    """A new section every eight bars, all of them alike."""
    edges = np.concatenate([[0.0], beats.downbeats[BARS::BARS], [duration]])
    edges = np.unique(edges[edges <= duration])
    return Sections(edges[:-1], edges[1:], ("A",) * (len(edges) - 1))


def cqt_threshold(sound: Sound) -> Notes:
    """Every local peak of the constant-Q spectrum over a threshold is a note for as long as it stays there."""
    import librosa
    import soxr

    from descant.io.audio import blocks

    native = np.concatenate([block.mean(axis=0) for block in blocks(sound, 20.0)])
    mono = soxr.resample(native, sound.sample_rate, RATE)
    spectrum = np.abs(librosa.cqt(mono, sr=RATE, hop_length=HOP, fmin=librosa.midi_to_hz(LOWEST), n_bins=88))
    padded = np.pad(spectrum, ((1, 1), (0, 0)))
    loud = spectrum > 10 ** (THRESHOLD_DB / 20) * spectrum.max(initial=0.0)
    return _runs(loud & (spectrum > padded[:-2]) & (spectrum >= padded[2:]))


def _runs(active: np.ndarray) -> Notes:
    """The runs of True along time in (pitches, frames), as notes; short ones are left out."""
    steps = np.diff(np.pad(active.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    pitch, start = np.nonzero(steps == 1)
    end = np.nonzero(steps == -1)[1]
    kept = (end - start) * HOP / RATE >= SHORTEST_SECONDS
    seconds: FloatArray = np.array([HOP / RATE])
    return Notes(start[kept] * seconds, end[kept] * seconds, pitch[kept] + LOWEST, np.full(kept.sum(), 80))
