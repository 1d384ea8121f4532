"""What the figures are held against: answers that anybody could give in a few lines.

None of these is offered to users, so none is in the registry, but for `ellis-dp`, which the suite calls by name.
"""

from __future__ import annotations

import numpy as np

from descant.evaluation.mono import mono
from descant.features import FRAME_RATE, Sound, get
from descant.features.harmony import Harmony
from descant.types import Beats, Chords, Keys, Notes, Part, Sections, Tempo, TempoCandidate
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
STROKE_HOP = 220  # samples at RATE: 10 ms, of `band_strokes`
STROKE_BANDS = ((0.0, 120.0), (150.0, 2_500.0), (6_000.0, 11_025.0))  # Hz: kick, snare, hi-hat
STROKE_KEYS = (36, 38, 42)  # General MIDI's
STROKE_GAIN = 1e6  # of the mel power before the logarithm
STROKE_DELTA = 0.12  # above the mean around it, as a share of the strongest rise
STROKE_FLOOR = 0.05  # the strongest rise, in log power, under which nothing is a stroke of its own


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

    samples = mono(sound, RATE)
    spectrum = np.abs(librosa.cqt(samples, sr=RATE, hop_length=HOP, fmin=librosa.midi_to_hz(LOWEST), n_bins=88))
    padded = np.pad(spectrum, ((1, 1), (0, 0)))
    loud = spectrum > 10 ** (THRESHOLD_DB / 20) * spectrum.max(initial=0.0)
    return _runs(loud & (spectrum > padded[:-2]) & (spectrum >= padded[2:]))


def band_strokes(sound: Sound) -> Notes:
    """A drum stroke wherever a band of the spectrum suddenly rises: the lowest band is a kick, the highest a hi-hat."""
    import librosa

    samples = mono(sound, RATE)
    if not len(samples):
        return _drum_notes([])
    spectrum = librosa.feature.melspectrogram(y=samples, sr=RATE, n_fft=1024, hop_length=STROKE_HOP, n_mels=80)
    level = np.log1p(STROKE_GAIN * spectrum)
    rise = np.maximum(np.diff(level, axis=1, prepend=level[:, :1]), 0.0)
    centre = librosa.mel_frequencies(n_mels=82, fmin=0.0, fmax=RATE / 2)[1:-1]
    strokes = []
    for (low, high), key in zip(STROKE_BANDS, STROKE_KEYS, strict=True):
        strength = rise[(centre >= low) & (centre < high)].mean(axis=0)
        strength = strength / max(float(strength.max()), STROKE_FLOOR)
        peaks = librosa.util.peak_pick(
            strength, pre_max=3, post_max=3, pre_avg=12, post_avg=12, delta=STROKE_DELTA, wait=5
        )
        strokes += [(float(frame) * STROKE_HOP / RATE, key) for frame in peaks]
    return _drum_notes(strokes)


def _drum_notes(strokes: list[tuple[float, int]]) -> Notes:
    """Strokes (seconds, percussion key) as the notes of one drum kit."""
    onset: FloatArray = np.array([time for time, _ in strokes], dtype=np.float64)
    keys = np.array([key for _, key in strokes], dtype=np.int64)
    return Notes(onset, onset + 0.05, keys, np.full(len(keys), 90), parts=(Part("drums", 0, drum=True),))


def _runs(active: np.ndarray) -> Notes:
    """The runs of True along time in (pitches, frames), as notes; short ones are left out."""
    steps = np.diff(np.pad(active.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    pitch, start = np.nonzero(steps == 1)
    end = np.nonzero(steps == -1)[1]
    kept = (end - start) * HOP / RATE >= SHORTEST_SECONDS
    seconds: FloatArray = np.array([HOP / RATE])
    return Notes(start[kept] * seconds, end[kept] * seconds, pitch[kept] + LOWEST, np.full(kept.sum(), 80))
