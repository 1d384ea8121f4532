"""Chords of a large vocabulary from a network that also says what they are made of.

McFee and Bello (Structured Training for Large-Vocabulary Chord Recognition, ISMIR 2017): a convolutional and recurrent
network tells the root, the pitch classes and the bass, and the chord's tag in the light of those, so that rare chords
learn from frequent ones that share notes with them. It was trained on every song in all twelve transpositions. Here
the network looks at half beats (levels of the tuned variable-Q transform, (steps, 2 slices, 288 bins)). A Viterbi pass
over chords in inversions weighs all four answers; chords change on beats, most of them on downbeats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.analysis.beat_steps import OFF_BEAT, Steps, beat_steps
from descant.analysis.key_profiles import key_probabilities
from descant.analysis.template_hmm import FLAT_KEYS, MIXED_KEYS, MIXED_NAMES, SHARP_NAMES
from descant.features import Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.key_fit import NAMES as KEY_NAMES
from descant.features.slow_vqt import Levels, SlowFrames, SlowVqt, stretch_means
from descant.features.vqt import Array
from descant.registry import needs
from descant.types import Beats, Chords
from descant.types.annotations import segments_from_boundaries
from descant.types.chord_vocabulary import NO_CHORD, NONE, QUALITIES, Chord, name, tones
from descant.types.names import FLAT_NAMES
from descant.weights.chunked import Chunked

WEIGHTS = "structured_chords"
SLICES = 2  # of each half beat

# How much each answer counts, as powers of its probability. The tag has read the others already: they break its ties.
TAG, ROOT, BASS, PITCHES = 1.0, 0.1, 0.3, 0.02
# The odds of a change against going on, in nats, by position in the bar: between beats, unknown, 1, 2, ...
CHANGE = {OFF_BEAT: -6.0, 0: -2.0, 1: -1.0, 2: -3.0, 3: -1.5, 4: -3.0}
CHANGE_LATER = -2.5
DOUBT = 1.0  # nats against no chord: where a melody is alone or all is soft, the network is too ready to hear none
LEAST = 1e-4  # probability: no answer is so sure that it outweighs all others
KEY_STEPS = 8  # half beats whose pitch classes are judged together to spell roots
_STEPS_AT_ONCE = 1024
QUIET = 0.02  # level: what never rises above it is silence


@needs(SlowVqt(), Extent())
def structured_chords(sound: Sound, beats: Beats) -> Chords:
    """The chords of a recording, in Harte's syntax with inversions; every change lies on a beat or half beat.

    The spans run without a gap from 0 to the recording's end. A span's confidence is the mean probability that the
    model gives its label. Silence is `N`, and so is a recording shorter than half a second, which says nothing either
    way. Raises MissingDataError where the weights are not installed.
    """
    slow: SlowFrames = get(sound, SlowVqt())
    duration: float = get(sound, Extent())
    if duration <= 0:
        return Chords(np.zeros(0), np.zeros(0), ())
    if duration < SCRAP_SECONDS or not np.any(slow.levels > QUIET):
        return Chords(np.zeros(1), np.array([duration]), ("N",), np.zeros(1))
    steps = beat_steps(beats, duration)
    return decode(answers(heard(slow.levels, steps.edges)), steps)


def heard(levels: Levels, edges: npt.NDArray[np.float64]) -> Array:
    """What the network looks at, float32 (steps, SLICES, 288): the mean levels of each half beat's slices."""
    parts = np.arange(SLICES) / SLICES
    slices = np.append((edges[:-1, np.newaxis] + np.diff(edges)[:, np.newaxis] * parts).ravel(), edges[-1])
    return stretch_means(levels, slices).reshape(len(edges) - 1, SLICES, -1)


def answers(frames: Array) -> dict[str, Array]:
    """The network's probabilities for every step: `root`, `pitch_classes`, `bass` and `tag`, each (steps, ...)."""
    model = weights.load(WEIGHTS)
    chunked = Chunked(
        lambda rows: {one: out[0] for one, out in model.run({"frames": rows[np.newaxis]}).items()},
        model.card.context,
        model.card.chunk,
    )
    parts = [*chunked.push(frames), *chunked.finish()]
    return {one: np.concatenate([part[one] for part in parts]) for one in parts[0]}


def decode(answer: Mapping[str, npt.NDArray[Any]], steps: Steps) -> Chords:
    """The chords that explain the network's answers best, changes being likelier on beats, likeliest on downbeats."""
    states = _states()
    evidence = states.evidence(answer)
    change = np.array([CHANGE.get(int(at), CHANGE_LATER) for at in steps.position], dtype=np.float32)
    path = _viterbi(evidence, change)
    probable = _probabilities(evidence, change, path)
    keys = _keys(np.asarray(answer["pitch_classes"], dtype=np.float64))
    labels: list[str] = []
    for at, state in enumerate(path):  # a chord keeps its spelling for as long as it sounds
        held = at > 0 and path[at - 1] == state
        labels.append(labels[-1] if held else name(states.chords[state], _spelling(keys[at])))
    start, end, label = segments_from_boundaries(steps.edges, labels)
    span = np.searchsorted(start, steps.edges[:-1], side="right") - 1
    confidence = np.bincount(span, probable, len(start)) / np.bincount(span, minlength=len(start))
    return Chords(start, end, label, np.clip(confidence, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class _States:
    """Every chord on every one of its notes as bass, and last, no chord."""

    chords: tuple[Chord, ...]
    tones: Array  # (states, 12)

    def evidence(self, answer: Mapping[str, npt.NDArray[Any]]) -> Array:
        """How well each state explains each step's answers, log likelihoods, float32 (steps, states)."""
        columns = np.array([(one.tag, one.root, one.bass) for one in self.chords]).T
        found = np.empty((len(answer["tag"]), len(self.chords)), dtype=np.float32)
        for low in range(0, len(found), _STEPS_AT_ONCE):
            part = slice(low, low + _STEPS_AT_ONCE)
            tag, root, bass, pitches = (
                np.clip(np.asarray(answer[one][part], dtype=np.float32), LEAST, 1 - LEAST)
                for one in ("tag", "root", "bass", "pitch_classes")
            )
            absent = np.log1p(-pitches)
            found[part] = PITCHES * ((np.log(pitches) - absent) @ self.tones.T + absent.sum(axis=1, keepdims=True))
            for weight, told, column in zip((TAG, ROOT, BASS), (tag, root, bass), columns, strict=True):
                found[part] += weight * np.log(told)[:, column]
        found[:, -1] -= DOUBT
        return found


@cache
def _states() -> _States:
    chords = [
        Chord(root, number, (root + step) % 12)
        for number, intervals in enumerate(QUALITIES.values())
        for root in range(12)
        for step in intervals
    ]
    chords.append(Chord(NONE, 0, NONE))
    assert chords[-1].tag == NO_CHORD
    return _States(tuple(chords), np.stack([tones(one) for one in chords]))


def _viterbi(evidence: Array, change: Array) -> npt.NDArray[np.int64]:
    """The best path, (steps,): to go on costs nothing, a change costs minus `change`, whatever it leads to."""
    score = evidence[0].copy()
    own = np.arange(evidence.shape[1], dtype=np.int16)
    came_from = np.empty(evidence.shape, dtype=np.int16)
    for at in range(1, len(evidence)):
        best = int(np.argmax(score))
        jump = score[best] + change[at]
        came_from[at] = np.where(jump > score, best, own)
        score = np.maximum(score, jump) + evidence[at]
        score -= score.max()
    path = np.empty(len(evidence), dtype=np.int64)
    path[-1] = np.argmax(score)
    for at in range(len(evidence) - 1, 0, -1):
        path[at - 1] = came_from[at, path[at]]
    return path


def _probabilities(evidence: Array, change: Array, path: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """How probable the path's state is in each step, given all steps, (steps,)."""
    odds = np.exp(change)
    forward = np.empty_like(evidence)
    for at in range(len(evidence)):
        here = (forward[at - 1] + odds[at] if at else 1.0) * _likelihood(evidence[at])
        forward[at] = here / here.sum()
    probable = np.empty(len(evidence))
    backward = np.ones(evidence.shape[1], dtype=np.float32)
    for at in range(len(evidence) - 1, -1, -1):
        both = forward[at] * backward
        probable[at] = both[path[at]] / both.sum()
        after = backward * _likelihood(evidence[at])
        backward = after + odds[at] * after.sum()
        backward /= backward.sum()
    return probable


def _likelihood(evidence: Array) -> Array:
    """One step's likelihoods, the greatest 1."""
    return np.asarray(np.exp(evidence - evidence.max()))


def _keys(pitches: npt.NDArray[np.float64]) -> list[str]:
    """The key at each step, as the pitch classes of the stretch around it suggest."""
    starts = np.arange(0, len(pitches), KEY_STEPS)
    sums = np.add.reduceat(pitches, starts, axis=0)
    best = key_probabilities(sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-9)).argmax(axis=1)
    return [KEY_NAMES[best[at // KEY_STEPS]] for at in range(len(pitches))]


def _spelling(key: str) -> tuple[str, ...]:
    """How the twelve roots are written in a key."""
    return MIXED_NAMES if key in MIXED_KEYS else FLAT_NAMES if key in FLAT_KEYS else SHARP_NAMES
