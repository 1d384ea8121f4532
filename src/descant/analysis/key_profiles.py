"""Keys over time: chroma against key profiles, smoothed by a hidden Markov model over the 24 keys.

How well a stretch of chroma fits a key is its likeness to the key's profile, the share of each scale degree in much
music of that key (profiles: Albrecht and Shanahan, The Use of Large Corpora to Train a New Type of Key-Finding
Algorithm, Music Perception 2013; the method: Krumhansl 1990, Temperley 1999). A key tends to go on, and where it
changes it goes to a near one rather than to a far one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.analysis.hmm import posteriors, viterbi
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.harmony import Harmony, HarmonyFrames
from descant.features.key_fit import NAMES, PROFILES, likeness
from descant.registry import needs
from descant.types import Keys
from descant.types.annotations import segments_from_boundaries

FloatArray = npt.NDArray[np.float64]

STEP_SECONDS = 2.0  # one state of the model
SHARPNESS = 12.0  # nats that one unit of likeness speaks for a key
CHANGE = 0.005  # probability that the key changes within a step
NEARNESS = 3.0  # how much rather a change goes to keys with like profiles
EVIDENCE_STEPS = 8.0  # steps of independent evidence that a whole recording counts for
QUIET = 0.03  # of the recording's typical chroma: what adds little more than this is not heard as pitch


@needs(Harmony(), Extent())
def key_profiles(sound: Sound) -> Keys:
    """The keys of a recording in spans of whole steps of two seconds, and its overall key.

    Confidences are the model's probabilities. A recording without pitch, or shorter than half a second,
    has no spans and the overall key `N`.
    """
    harmony: HarmonyFrames = get(sound, Harmony())
    duration: float = get(sound, Extent())
    chroma = step_chroma(harmony)
    if duration < SCRAP_SECONDS or not chroma.any():
        return Keys(np.zeros(0), np.zeros(0), (), overall="N", overall_confidence=0.0)
    probable = key_probabilities(chroma)
    path = viterbi(SHARPNESS * likeness(chroma), _transitions())
    boundaries = np.minimum(np.arange(len(path) + 1) * STEP_SECONDS, duration)
    boundaries[-1] = duration
    start, end, label = segments_from_boundaries(boundaries, [NAMES[key] for key in path])
    confidence = [
        float(np.mean([probable[at, path[at]] for at in range(len(path)) if low <= boundaries[at] < high]))
        for low, high in zip(start, end, strict=True)
    ]
    overall, sure = overall_key(chroma)
    return Keys(start, end, label, np.clip(confidence, 0, 1), overall=NAMES[overall], overall_confidence=sure)


def step_chroma(harmony: HarmonyFrames) -> FloatArray:
    """Chroma of each step, (steps, 12), every row's sum at most 1: less where it is quiet, 0 in silence."""
    size = round(STEP_SECONDS * FRAME_RATE)
    chroma = harmony.chroma.astype(np.float64)
    starts = np.arange(
        0, max(len(chroma) - size // 4, 1), size
    )  # a last step shorter than a quarter joins the one before
    total = np.add.reduceat(chroma, starts, axis=0) / np.diff([*starts, len(chroma)])[:, None]
    level = total.sum(axis=1, keepdims=True)
    return np.asarray(total / np.maximum(level + QUIET * level.mean(), 1e-9))


def key_probabilities(chroma: FloatArray) -> FloatArray:
    """The probability of each key in each step, (steps, 24), in the light of all steps."""
    return posteriors(SHARPNESS * likeness(chroma), _transitions())


def overall_key(chroma: FloatArray) -> tuple[int, float]:
    """The key of the whole, as an index into `NAMES`, and its probability."""
    fit = SHARPNESS * EVIDENCE_STEPS * likeness(chroma.mean(axis=0, keepdims=True))[0]
    weight = np.exp(fit - fit.max())
    return int(np.argmax(fit)), float(weight.max() / weight.sum())


def _transitions() -> FloatArray:
    """Log probabilities of going from one key to another within a step, (24, 24)."""
    near = np.exp(NEARNESS * PROFILES @ PROFILES.T)
    np.fill_diagonal(near, 0.0)
    change = CHANGE * near / near.sum(axis=1, keepdims=True)
    return np.asarray(np.log(change + (1 - CHANGE) * np.eye(24)))
