"""Chords: beat-wise chroma against chord templates, smoothed by a hidden Markov model.

The idea of Bello and Pickens (A Robust Mid-level Representation for Harmonic Content in Music Signals, ISMIR 2005)
with the chroma of Mauch and Dixon (Simultaneous Estimation of Chords and Musical Context from Audio, TASLP 2010): note
activations folded into a chroma of all voices and one of the bass. A state is a chord in an inversion. It explains a
beat's chroma as draws from its own distribution over the pitch classes, so that chords of many notes are not favoured;
the prior of a chord depends on the key of the moment, and the chance of a change on the beat's place in the bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from descant.analysis.key_profiles import STEP_SECONDS, key_probabilities, step_chroma
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.harmony import Harmony, HarmonyFrames
from descant.features.key_fit import NAMES
from descant.registry import needs
from descant.types import Beats, Chords
from descant.types.annotations import segments_from_boundaries
from descant.types.names import FLAT_NAMES

FloatArray = npt.NDArray[np.float64]

# Harte's name: (intervals of the chord in semitones, prior among chords, inversions that are looked for).
QUALITIES: dict[str, tuple[tuple[int, ...], float, tuple[str, ...]]] = {
    "maj": ((0, 4, 7), 0.50, ("3", "5")),
    "min": ((0, 3, 7), 0.30, ("b3", "5")),
    "7": ((0, 4, 7, 10), 0.015, ("3", "5", "b7")),
    "maj7": ((0, 4, 7, 11), 0.010, ("3", "5", "7")),
    "min7": ((0, 3, 7, 10), 0.015, ("b3", "5", "b7")),
    "sus4": ((0, 5, 7), 0.006, ()),
    "sus2": ((0, 2, 7), 0.006, ()),
    "dim": ((0, 3, 6), 0.010, ("b3",)),
    "hdim7": ((0, 3, 6, 10), 0.010, ()),
    "dim7": ((0, 3, 6, 9), 0.005, ()),
    "aug": ((0, 4, 8), 0.005, ()),
}
BASSES = {"": 0, "3": 4, "b3": 3, "5": 7, "b7": 10, "7": 11}
INVERTED = 0.1  # the prior of each inversion over that of the root position
NO_CHORD = 0.0003  # the prior of no chord

TREBLE_DRAWS = 16.0  # how many independent draws a beat's chroma counts for
BASS_DRAWS = 18.0  # and its bass chroma
TREBLE_LEAK = 0.3  # the share of a pitch class that the chord does not hold, beside a chord tone's 1
BASS_LEAK = 0.2  # the same in the bass chroma, beside the bass note's 1
BASS_OTHER = 0.3  # and the share of the chord tones above the bass
SILENCE = 4.0  # without a chord, the share of silence beside each pitch class's 1
OUTSIDE = 0.2  # the factor on a chord's prior for each of its notes outside the key
QUIET = 0.05  # of the recording's typical chroma: this much of silence is added to every beat
BASS_QUIET = 0.2  # and of its typical bass: where the bass pauses, what leaks into its chroma should not count

# The chance that the chord changes on a beat, by position in the bar; with no position known, the first.
CHANGE = (0.45, 0.8, 0.2, 0.5, 0.2)
CHANGE_LATER = 0.3  # on the fifth beat and beyond
GRID_SECONDS = 0.5  # where there are no beats

# How roots outside the scale are written: keys of many sharps or flats keep to theirs, the keys between mix them.
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
MIXED_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MIXED_KEYS = frozenset(
    [f"{tonic} major" for tonic in ("Bb", "F", "C", "G")] + [f"{tonic} minor" for tonic in ("G", "D", "A", "E")]
)
FLAT_KEYS = frozenset(
    [f"{tonic} major" for tonic in ("Db", "Ab", "Eb")] + [f"{tonic} minor" for tonic in ("Eb", "Bb", "F", "C")]
)


@needs(Harmony(), Extent())
def template_hmm(sound: Sound, beats: Beats) -> Chords:
    """The chords of a recording, in Harte's syntax; every change lies on a beat.

    The spans run without a gap from 0 to the recording's end. Without beats, changes lie on a grid of half seconds.
    A span's confidence is the mean probability that the model gives its label. Silence and noise are `N`, and so
    is a recording shorter than half a second, which says nothing either way.
    """
    harmony: HarmonyFrames = get(sound, Harmony())
    duration: float = get(sound, Extent())
    if duration <= 0:
        return Chords(np.zeros(0), np.zeros(0), ())
    if duration < SCRAP_SECONDS:
        return Chords(np.zeros(1), np.array([duration]), ("N",), np.zeros(1))
    boundaries, position = _grid(beats, duration)
    states = _states()
    keys = _keys_at(harmony, boundaries)
    # Log likelihoods of each span under each state, (spans, states), up to a constant of the span.
    evidence = TREBLE_DRAWS * _between(harmony.chroma, boundaries, QUIET) @ states.treble_log.T
    evidence += BASS_DRAWS * _between(harmony.bass_chroma, boundaries, BASS_QUIET) @ states.bass_log.T
    prior = keys @ states.prior  # (spans, states)
    change = np.array([CHANGE[at] if at < len(CHANGE) else CHANGE_LATER for at in position])
    path = _viterbi(evidence, prior, change)
    probable = _posteriors(evidence, prior, change)[np.arange(len(path)), path]
    names = [states.name(state, NAMES[int(np.argmax(key))]) for state, key in zip(path, keys, strict=True)]
    start, end, label = segments_from_boundaries(boundaries, names)
    span = np.searchsorted(start, boundaries[:-1], side="right") - 1
    confidence = np.bincount(span, probable, len(start)) / np.bincount(span, minlength=len(start))
    return Chords(start, end, label, np.clip(confidence, 0.0, 1.0))


@dataclass(frozen=True)
class _States:
    """Every chord and inversion, and last, no chord."""

    root: tuple[int, ...]  # pitch class
    quality: tuple[str, ...]
    bass: tuple[str, ...]  # as an interval of the root; empty in root position
    treble_log: FloatArray  # (states, 13) log distributions over the pitch classes and silence
    bass_log: FloatArray  # (states, 13)
    prior: FloatArray  # (24 keys, states)

    def name(self, state: int, key: str) -> str:
        """The chord in Harte's syntax, its root spelled as the key writes it."""
        if state == len(self.root):
            return "N"
        roots = MIXED_NAMES if key in MIXED_KEYS else FLAT_NAMES if key in FLAT_KEYS else SHARP_NAMES
        inversion = f"/{self.bass[state]}" if self.bass[state] else ""
        return f"{roots[self.root[state]]}:{self.quality[state]}{inversion}"


@cache
def _states() -> _States:
    root, quality, bass, treble, low, prior = [], [], [], [], [], []
    scales = _scales()
    for name, (intervals, share, inversions) in QUALITIES.items():
        for inversion in ("", *inversions):
            for tonic in range(12):
                tones = [(tonic + step) % 12 for step in intervals]
                root.append(tonic)
                quality.append(name)
                bass.append(inversion)
                treble.append(np.full(13, TREBLE_LEAK))
                treble[-1][tones] = 1.0
                low.append(np.full(12, BASS_LEAK))
                low[-1][tones] = BASS_OTHER
                low[-1][(tonic + BASSES[inversion]) % 12] = 1.0
                outside = (1 - scales[:, tones]).sum(axis=1)  # (24,) notes foreign to each key
                prior.append(share * (INVERTED if inversion else 1.0) * OUTSIDE**outside)
    treble.append(np.append(np.ones(12), SILENCE))
    low.append(np.ones(12))
    chances = np.stack(prior, axis=1)  # (24, chords)
    chances = np.concatenate(
        [(1 - NO_CHORD) * chances / chances.sum(axis=1, keepdims=True), np.full((24, 1), NO_CHORD)], axis=1
    )
    # A silent bass says nothing about the chord, not even that there is none.
    bass_log = np.pad(_log(low), ((0, 0), (0, 1)))
    return _States(tuple(root), tuple(quality), tuple(bass), _log(treble), bass_log, chances)


def _scales() -> FloatArray:
    """How far each pitch class belongs to each key, (24, 12); in minor, the raised seventh half does."""
    major = np.array([1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1.0])
    minor = np.array([1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0.7])
    return np.stack([np.roll(mode, tonic) for mode in (major, minor) for tonic in range(12)])


def _log(rows: list[FloatArray]) -> FloatArray:
    table = np.stack(rows)
    return np.asarray(np.log(table / table.sum(axis=1, keepdims=True)))


def _grid(beats: Beats, duration: float) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """(boundaries in seconds from 0 to the end, position in the bar of each span's start)."""
    if len(beats):
        inside = (beats.time > 0) & (beats.time < duration)
        times, position = beats.time[inside], beats.position[inside]
    else:
        times = np.arange(GRID_SECONDS, duration, GRID_SECONDS)
        position = np.zeros(len(times), dtype=np.int64)
    return np.concatenate([[0.0], times, [duration]]), np.concatenate([[0], position])


def _between(chroma: npt.NDArray[np.float32], boundaries: FloatArray, quiet: float) -> FloatArray:
    """What sounds between boundaries, (spans, 13): the shares of the pitch classes and of silence, of sum 1."""
    edges = np.clip(np.round(boundaries * FRAME_RATE).astype(int), 0, len(chroma) - 1)
    first, last = edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)
    sums = np.concatenate([np.zeros((1, 12)), np.cumsum(chroma, axis=0, dtype=np.float64)])
    mean = np.maximum(sums[last] - sums[first], 0.0) / (last - first)[:, None]
    silence = np.full((len(mean), 1), quiet * mean.sum(axis=1).mean() + 1e-9)
    shares = np.concatenate([mean, silence], axis=1)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _keys_at(harmony: HarmonyFrames, boundaries: FloatArray) -> FloatArray:
    """The probability of each key at the start of each span, (spans, 24)."""
    probable = key_probabilities(step_chroma(harmony))
    step = np.minimum((boundaries[:-1] / STEP_SECONDS).astype(int), len(probable) - 1)
    return np.asarray(probable[step])


def _viterbi(evidence: FloatArray, prior: FloatArray, change: FloatArray) -> npt.NDArray[np.int64]:
    """The most probable states, (spans,): each span goes on with the last state or draws a new one from the prior."""
    score = evidence[0] + np.log(prior[0])
    came_from = np.empty(evidence.shape, dtype=np.int16)
    own = np.arange(evidence.shape[1])
    for at in range(1, len(evidence)):
        best = int(np.argmax(score))
        stay = score + np.log(1 - change[at] + change[at] * prior[at])
        jump = score[best] + np.log(change[at] * prior[at])
        came_from[at] = np.where(jump > stay, best, own)
        score = np.maximum(stay, jump) + evidence[at]
    path = np.empty(len(evidence), dtype=np.int64)
    path[-1] = np.argmax(score)
    for at in range(len(evidence) - 1, 0, -1):
        path[at - 1] = came_from[at, path[at]]
    return path


def _posteriors(evidence: FloatArray, prior: FloatArray, change: FloatArray) -> FloatArray:
    """The probability of each state in each span given the whole recording, (spans, states)."""
    likelihood = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    forward, backward = np.empty_like(likelihood), np.ones_like(likelihood)
    for at in range(len(likelihood)):
        before = (1 - change[at]) * forward[at - 1] + change[at] * prior[at] if at else prior[0]
        here = before * likelihood[at]
        forward[at] = here / here.sum()
    for at in range(len(likelihood) - 2, -1, -1):
        after = backward[at + 1] * likelihood[at + 1]
        here = (1 - change[at + 1]) * after + change[at + 1] * (prior[at + 1] @ after)
        backward[at] = here / here.sum()
    forward *= backward  # in place: a three-hour recording has twenty thousand beats
    forward /= forward.sum(axis=1, keepdims=True)
    return np.asarray(forward)
