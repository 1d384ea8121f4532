"""Keys over time from a small network that hears all twelve transpositions alike.

Korzeniowski and Widmer (End-to-End Musical Key Estimation Using a Convolutional Neural Network, EUSIPCO 2017; Genre-
Agnostic Key Classification with Convolutional Neural Networks, ISMIR 2018) tell a whole piece's key from its spectrum.
Here every two seconds get an answer of their own from a minute on either side, octaves are folded inside the network
and the rest goes round the circle of pitch classes, so that transposition holds by construction. The network sees
levels of the tuned variable-Q transform, (steps, 288 bins).

It takes a wide view, and a stretch's own notes tell more of a short visit: in a Viterbi pass, which lets keys last, its
word is weighed with how the notes of each step, and of the whole, go with the keys' profiles (`key_profiles`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.analysis.hmm import viterbi
from descant.analysis.key_profiles import step_chroma
from descant.features import Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.harmony import Harmony
from descant.features.key_fit import NAMES, likeness
from descant.features.slow_vqt import SlowFrames, SlowVqt, stretch_means
from descant.features.vqt import Array
from descant.registry import needs
from descant.types import Keys
from descant.types.annotations import segments_from_boundaries
from descant.weights.chunked import Chunked

WEIGHTS = "key_net"
STEP_SECONDS = 2.0
KEYS = len(NAMES)
NONE = KEYS  # the class of what has no key

CHANGE = 0.05  # probability that the key changes within a step
STEP_WEIGHT, WHOLE_WEIGHT = 16.0, 48.0  # nats that a unit of likeness to a key's profile counts for
LEAST = 1e-3  # probability
LATEST_STEP = 0.25  # of a step: a last step shorter than this joins the one before
QUIET = 0.02  # level: what never rises above it is silence


@needs(SlowVqt(), Harmony(), Extent())
def key_net(sound: Sound) -> Keys:
    """The keys of a recording in spans of whole steps of two seconds, and its overall key.

    Confidences are the model's probabilities. A recording without pitch, or shorter than half a second, has no spans
    and the overall key `N`. Raises MissingDataError where the weights are not installed.
    """
    slow: SlowFrames = get(sound, SlowVqt())
    duration: float = get(sound, Extent())
    if duration < SCRAP_SECONDS or not np.any(slow.levels > QUIET):
        return Keys(np.zeros(0), np.zeros(0), (), overall="N", overall_confidence=0.0)
    edges = step_edges(duration)
    alike = likeness(fitted(step_chroma(get(sound, Harmony())), len(edges) - 1))
    return decode(probabilities(stretch_means(slow.levels, edges)), edges, alike)


def step_edges(duration: float) -> npt.NDArray[np.float64]:
    """The bounds of the steps, seconds from 0 to the end."""
    count = max(1, int(np.ceil(duration / STEP_SECONDS - LATEST_STEP)))
    return np.append(np.arange(count) * STEP_SECONDS, duration)


def fitted(rows: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    """`count` rows: a recording's last, short step may have been joined to the one before, or not."""
    return rows[np.minimum(np.arange(count), len(rows) - 1)]


def probabilities(frames: Array) -> Array:
    """The network's probabilities of each key and of none, (steps, 25)."""
    model = weights.load(WEIGHTS)
    chunked = Chunked(
        lambda rows: {"key": model.run({"frames": rows[np.newaxis]})["key"][0]}, model.card.context, model.card.chunk
    )
    return np.concatenate([part["key"] for part in (*chunked.push(frames), *chunked.finish())])


def decode(
    probable: npt.NDArray[np.floating], edges: npt.NDArray[np.float64], alike: npt.NDArray[np.float64] | None = None
) -> Keys:
    """Keys that last, from the probabilities of every step (steps, 25); steps without key are left open.

    alike: how each step's chroma goes with the keys' profiles, (steps, 24); without, the network speaks alone.
    """
    probable = np.asarray(probable, dtype=np.float64)
    alike = np.zeros((len(probable), KEYS)) if alike is None else alike
    evidence = np.log(np.maximum(probable, LEAST))
    # Profiles say which key, and nothing of whether there is one: the likeliest stays where the network has it.
    evidence[:, :KEYS] += STEP_WEIGHT * (alike - alike.max(axis=1, keepdims=True))
    path = viterbi(evidence, _TRANSITIONS)
    sure = probable[np.arange(len(path)), path]
    start, end, label = segments_from_boundaries(edges, [(*NAMES, "N")[key] for key in path])
    span = np.searchsorted(start, edges[:-1], side="right") - 1
    confidence = np.bincount(span, sure, len(start)) / np.bincount(span, minlength=len(start))
    kept = np.array([one != "N" for one in label])
    if not kept.any():
        return Keys(np.zeros(0), np.zeros(0), (), overall="N", overall_confidence=0.0)
    overall, certain = overall_key(probable, np.diff(edges), alike)
    return Keys(
        start[kept],
        end[kept],
        tuple(one for one in label if one != "N"),
        np.clip(confidence[kept], 0.0, 1.0),
        overall=NAMES[overall],
        overall_confidence=certain,
    )


def overall_key(
    probable: npt.NDArray[np.floating], seconds: npt.NDArray[np.float64], alike: npt.NDArray[np.float64]
) -> tuple[int, float]:
    """The key of the whole, as an index into `NAMES`, and its share of all the probability that keys have over time.

    It is the one that all steps together, each as likely as the network says, and the profiles speak for: a key that
    some steps rule out is not that of the whole.
    """
    keys = np.asarray(probable[:, :KEYS], dtype=np.float64)
    said = seconds @ np.log(np.maximum(keys, LEAST)) / seconds.sum()
    share = seconds @ keys
    best = int(np.argmax(said + WHOLE_WEIGHT * (seconds @ alike) / seconds.sum()))
    return best, float(share[best] / share.sum())


def _transitions() -> npt.NDArray[np.float64]:
    """Log probabilities of going from one state to another within a step, (25, 25)."""
    states = KEYS + 1
    return np.asarray(np.log(np.full((states, states), CHANGE / KEYS) + (1 - CHANGE - CHANGE / KEYS) * np.eye(states)))


_TRANSITIONS = _transitions()
