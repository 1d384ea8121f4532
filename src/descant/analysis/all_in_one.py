"""Beats, downbeats and form at once, by a network that hears harmony and percussion in channels of their own.

The network (`all_in_one_model`) says for every frame how likely a beat and a downbeat fall on it, and for every 0.4
seconds whether a section begins and what it sounds like: an embedding that is alike wherever the same section is
played. A bar pointer (`bar_pointer`) finds the beats and bars that explain the first two best. Sections begin at bar
lines, where boundaries are likely and the lengths are usual; sections with embeddings alike share a letter.

Kim and Nam: All-In-One Metrical and Functional Structure Analysis with Neighborhood Attentions on Demixed Audio, WASPAA
2023. Trained on synthesised audio.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.analysis.bar_pointer import Habits, Observations, StateSpace, decode, state_space
from descant.analysis.checkerboard_novelty import bar_lines, bar_means
from descant.errors import InvalidValueError
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import Extent
from descant.features.harmonic_percussive import HarmonicPercussive
from descant.features.posteriors import PosteriorFrames, Posteriors
from descant.registry import needs
from descant.types import Beats, Sections

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

NAME = "all_in_one"
HEARD = Posteriors(NAME, HarmonicPercussive())

# -- beats

HABITS = Habits(
    bars=(2, 3, 4),
    bar_cost=(0.5, 0.25, 0.0),
    tempo_change=60.0,
    typical_bpm=100.0,
    octaves=1.0,
    prior_weight=0.3,
)
BEAT_BIAS, DOWNBEAT_BIAS = 0.0, 0.0  # logits
MOST = 6.0  # logits count no further
NEAR = 2  # frames to either side in which a beat's activation is looked for
NEIGHBOURS = 9  # beats over which a pulse must be heard
LEAST = 0.25  # their mean activation
MIN_BEATS = 3


@needs(HEARD, Extent())
def all_in_one(sound: Sound, *, min_bpm: float = 40.0, max_bpm: float = 240.0) -> Beats:
    """Beats with their positions in bars of two, three or four; none where no pulse is heard.

    The tempo stays between `min_bpm` and `max_bpm`. A beat's confidence is what the network says of it; a downbeat's
    is that of the downbeat as well.
    """
    if not (min_bpm >= 25.0 and 1.2 * min_bpm <= max_bpm <= 400.0):
        raise InvalidValueError(
            f"all-in-one needs 25 <= min_bpm and 1.2 * min_bpm <= max_bpm <= 400; got {min_bpm:g} and {max_bpm:g}"
        )
    heard: PosteriorFrames = get(sound, HEARD)
    beats = decode_beats(heard.outputs["beat"], heard.outputs["downbeat"], state_space(min_bpm, max_bpm, HABITS))
    kept = beats.time <= get(sound, Extent())
    assert beats.confidence is not None
    return Beats(beats.time[kept], beats.position[kept], beats.confidence[kept])


def decode_beats(beat: npt.NDArray[np.floating], downbeat: npt.NDArray[np.floating], space: StateSpace) -> Beats:
    """The beats that explain the logits of every frame, (frames,) each, best."""
    beat, downbeat = beat.astype(np.float32) - BEAT_BIAS, downbeat.astype(np.float32) - DOWNBEAT_BIAS
    frames, positions = decode(space, observe(space, beat, downbeat))
    if len(frames) < MIN_BEATS:
        return _NO_BEATS
    near = np.clip(frames[:, None] + np.arange(-NEAR, NEAR + 1), 0, len(beat) - 1)
    sure, first = _probability(beat[near].max(axis=1)), _probability(downbeat[near].max(axis=1))
    around = np.convolve(np.pad(sure, NEIGHBOURS // 2, mode="edge"), np.full(NEIGHBOURS, 1 / NEIGHBOURS), "valid")
    kept = _trimmed(around >= LEAST, sure >= LEAST)
    if kept.sum() < MIN_BEATS:
        return _NO_BEATS
    confidence = np.where(positions == 1, sure * first, sure)
    time = np.maximum.accumulate(np.maximum(_peaks(frames, beat), 0.0) / FRAME_RATE)
    kept &= np.diff(time, prepend=-1.0) > 0
    return Beats(time[kept], positions[kept], confidence[kept])


def _trimmed(heard: npt.NDArray[np.bool_], clear: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The stretches of beats that are `heard`, each from its first clear beat to its last."""
    number = np.cumsum(np.diff(heard, prepend=False) != 0)
    kept = np.zeros(len(heard), dtype=bool)
    for stretch in np.unique(number[heard & clear]):
        at = np.flatnonzero((number == stretch) & clear)
        kept[at[0] : at[-1] + 1] = True
    return kept


def observe(space: StateSpace, beat: Array, downbeat: Array) -> Observations:
    """Log-likelihood ratios: a beat of a bar is a beat, the first is a downbeat too and the others are none.

    Where no beat is heard, nothing is known of downbeats either.
    """
    beat, downbeat = np.clip(beat, -MOST, MOST), np.clip(downbeat, -MOST, MOST)
    given = np.stack([_log_sigmoid(downbeat), _log_sigmoid(-downbeat)]) * _probability(beat)  # first, not first
    number = np.ones(int(space.last[-1]) + 1, dtype=np.int64)
    number[space.first] = 0
    nothing = np.zeros(len(beat), dtype=np.float32)
    return Observations(np.ascontiguousarray((beat + given[number]).T, dtype=np.float32), nothing, nothing)


def _peaks(frames: Ints, beat: Array) -> Floats:
    """Each beat's frame, moved to the centre of the activation around it."""
    near = np.clip(frames[:, None] + np.arange(-NEAR, NEAR + 1), 0, len(beat) - 1)
    weight = _probability(beat[near]) ** 2 + 1e-9
    return np.asarray((weight * near).sum(axis=1) / weight.sum(axis=1))


_NO_BEATS = Beats(np.zeros(0), np.zeros(0, dtype=np.int64))

# -- form

BOUNDARY_BIAS = 1.0  # logits
BESIDE = 0.4  # seconds: how far from a bar line a boundary is looked for
LONGEST = 24  # bars in a section
COSTS = {1: 3.0, 2: 1.6, 4: 0.2, 6: 1.2, 8: 0.0, 10: 1.4, 12: 1.0, 16: 0.6}  # of a section, by its bars
ODD_COST, EVEN_COST = 1.5, 1.3  # of other lengths
ALIKE = 0.5  # cosine from which two sections share a letter: what training holds to be as likely as not


@needs(HEARD, Extent())
def all_in_one_sections(sound: Sound, beats: Beats) -> Sections:
    """The form of a piece: sections that cover it from its first sample to its last; nothing in silence.

    Each begins at a bar line; where no downbeats are known that is every fourth beat, without beats every two seconds.
    A section's confidence is how likely a boundary is at its beginning.
    """
    heard: PosteriorFrames = get(sound, HEARD)
    duration: float = get(sound, Extent())
    if duration <= 0:
        return Sections(np.zeros(0), np.zeros(0), ())
    return decode_sections(heard.outputs["boundary"], heard.outputs["form"], beats, duration)


def decode_sections(
    boundary: npt.NDArray[np.floating], form: npt.NDArray[np.floating], beats: Beats, duration: float
) -> Sections:
    """Sections from logits (frames,) and embeddings (frames, letters)."""
    edges = bar_lines(beats, duration)
    logit = boundary.astype(np.float64) - BOUNDARY_BIAS
    strength = np.array([_highest(logit, edge) for edge in edges])
    cuts = best_cuts(np.clip(strength, -MOST, MOST))
    sounds = bar_means(form.astype(np.float32), FRAME_RATE, edges[cuts])  # (sections, letters)
    start, sure = edges[cuts[:-1]], _probability(strength[cuts[:-1]])
    sure[0] = 1.0
    return Sections(start, edges[cuts[1:]], letters(sounds), sure)


def best_cuts(strength: Floats) -> Ints:
    """The bar lines, from 0 to the number of bars, that have the best sum of strengths less the lengths' costs."""
    bars = len(strength) - 1
    cost = np.array([COSTS.get(length, ODD_COST if length % 2 else EVEN_COST) for length in range(LONGEST + 1)])
    best = np.concatenate([[0.0], np.full(bars, -np.inf)])
    previous = np.zeros(bars + 1, dtype=np.int64)
    for end in range(1, bars + 1):
        first = np.arange(max(0, end - LONGEST), end)
        value = best[first] - cost[end - first]
        at = int(value.argmax())
        previous[end] = first[at]
        best[end] = value[at] + (strength[end] if end < bars else 0.0)
    cuts = [bars]
    while cuts[-1] > 0:
        cuts.append(int(previous[cuts[-1]]))
    return np.array(cuts[::-1])


def letters(sounds: Floats) -> tuple[str, ...]:
    """A letter for each section, in order of appearance, from their embeddings (sections, letters)."""
    from scipy.cluster import hierarchy
    from scipy.spatial import distance

    if len(sounds) < 2:
        return ("A",) * len(sounds)
    unit = sounds / np.maximum(np.linalg.norm(sounds, axis=1, keepdims=True), 1e-9)
    away = np.maximum(1.0 - unit @ unit.T, 0.0)
    np.fill_diagonal(away, 0.0)
    tree = hierarchy.linkage(distance.squareform(away, checks=False), "average")
    groups = hierarchy.fcluster(tree, 1.0 - ALIKE, "distance").tolist()
    order = list(dict.fromkeys(groups))
    return tuple(_letter(order.index(group)) for group in groups)


def _highest(logit: Floats, second: float) -> float:
    low = max(0, round((second - BESIDE) * FRAME_RATE))
    return float(logit[low : round((second + BESIDE) * FRAME_RATE) + 1].max(initial=-MOST))


def _letter(number: int) -> str:
    """A to Z, then AA, AB and so on."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _probability(logit: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))), dtype=np.float64)


def _log_sigmoid(logit: Array) -> Array:
    return np.asarray(-np.logaddexp(0.0, -logit), dtype=np.float32)
