"""Beats, downbeats and form at once, by a network that hears harmony and percussion in channels of their own.

The network (`all_in_one_model`) says for every frame how likely a beat and a downbeat fall on it, and for every 0.4
seconds whether a section begins and what it sounds like: an embedding that is alike wherever the same section is
played. A bar pointer (`bar_pointer`) finds the beats and bars that explain the first two best, and beside them what is
plain to see: onsets, low and high, and changes of harmony (`bar_pointer_hmm`), whatever instruments there were in
training. Sections begin at bar lines. What the network says of boundaries and of likeness is weighed with what repeats
what, bar by bar, and with the usual lengths (`checkerboard_novelty`): it hears half a minute at a time, and a
repetition may lie further off.

Kim and Nam: All-In-One Metrical and Functional Structure Analysis with Neighborhood Attentions on Demixed Audio, WASPAA
2023. Trained on synthesised audio.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.analysis.bar_pointer import Habits, Observations, StateSpace, decode, state_space
from descant.analysis.bar_pointer_hmm import cues
from descant.analysis.bar_pointer_hmm import observe as by_rules
from descant.analysis.checkerboard_novelty import (
    SILENT,
    bar_chroma,
    bar_lines,
    bar_means,
    best_cuts,
    boundary_strength,
    letters,
    repetition,
    similarity,
)
from descant.errors import InvalidValueError
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import Extent
from descant.features.harmonic_percussive import HarmonicPercussive
from descant.features.harmony import Harmony
from descant.features.onset_strength import OnsetStrength
from descant.features.posteriors import PosteriorFrames, Posteriors
from descant.features.timbre import ROW_RATE, Timbre
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
    bar_cost=(1.0, 0.3, 0.0),
    metre_change=8.0,
    tempo_change=15.0,  # performances in free time change it a lot
    typical_bpm=90.0,
    octaves=0.5,
    prior_weight=1.0,
)
RULES = 1.0  # weight of what is plain to see, beside what the network says
BEAT_BIAS, DOWNBEAT_BIAS = -1.2, -0.5  # logits at which beat and none are as likely
MOST = 6.0  # logits count no further
NEAR = 2  # frames to either side in which a beat's activation is looked for
NEIGHBOURS = 9  # beats over which a pulse must be heard
LEAST = 0.25  # their mean activation
MIN_BEATS = 3


@needs(HEARD, OnsetStrength(), Harmony(), Extent())
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
    space = state_space(min_bpm, max_bpm, HABITS)
    rises = get(sound, OnsetStrength())
    plain = by_rules(space, rises, *cues(rises, get(sound, Harmony())))
    beats = decode_beats(heard.outputs["beat"], heard.outputs["downbeat"], space, plain)
    kept = beats.time <= get(sound, Extent())
    assert beats.confidence is not None
    return Beats(beats.time[kept], beats.position[kept], beats.confidence[kept])


def decode_beats(
    beat: npt.NDArray[np.floating],
    downbeat: npt.NDArray[np.floating],
    space: StateSpace,
    plain: Observations | None = None,
) -> Beats:
    """The beats that explain the logits of every frame, (frames,) each, and what is `plain` to see, best."""
    beat, downbeat = beat.astype(np.float32) - BEAT_BIAS, downbeat.astype(np.float32) - DOWNBEAT_BIAS
    heard = observe(space, beat, downbeat)
    frames, positions = decode(space, heard if plain is None else both(heard, plain))
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


def both(heard: Observations, plain: Observations) -> Observations:
    """What the network hears and what is plain to see, as far as either goes."""
    count = min(len(heard.beat), len(plain.beat))
    sums = (
        one[:count] + np.float32(RULES) * other[:count]
        for one, other in ((heard.beat, plain.beat), (heard.half, plain.half), (heard.quarter, plain.quarter))
    )
    return Observations(*sums)


def _peaks(frames: Ints, beat: Array) -> Floats:
    """Each beat's frame, moved to the centre of the activation around it."""
    near = np.clip(frames[:, None] + np.arange(-NEAR, NEAR + 1), 0, len(beat) - 1)
    weight = _probability(beat[near]) ** 2 + 1e-9
    return np.asarray((weight * near).sum(axis=1) / weight.sum(axis=1))


_NO_BEATS = Beats(np.zeros(0), np.zeros(0, dtype=np.int64))

# -- form

BOUNDARY_BIAS = -1.5  # the logit at which a boundary and none are as likely
BOUNDARY_WEIGHT = 1.0  # of what the network says of a boundary, beside what repetitions and novelty say
BESIDE = 0.4  # seconds: how far from a bar line a boundary is looked for
LETTER_WEIGHT, LETTER_MIDDLE = 0.2, 0.5  # of two sections' cosine, over MIDDLE, beside how they match bar by bar
ALIKE = 0.6  # from which two sections share a letter


@needs(HEARD, Harmony(), Timbre(), Extent())
def all_in_one_sections(sound: Sound, beats: Beats) -> Sections:
    """The form of a piece: sections that cover it from its first sample to its last; nothing in silence.

    Each begins at a bar line; where no downbeats are known that is every fourth beat, without beats every two seconds.
    A section's confidence is how likely a boundary is at its beginning.
    """
    heard: PosteriorFrames = get(sound, HEARD)
    harmony, timbre = get(sound, Harmony()), get(sound, Timbre())
    duration: float = get(sound, Extent())
    if duration <= 0 or float(harmony.chroma.max(initial=0.0)) < SILENT:
        return Sections(np.zeros(0), np.zeros(0), ())
    edges = bar_lines(beats, duration)
    chroma = bar_chroma(harmony.chroma, harmony.bass_chroma, edges)
    alike = similarity(chroma, chroma)
    said = boundaries_said(heard.outputs["boundary"], edges)
    strength = boundary_strength(alike, bar_means(timbre, ROW_RATE, edges)) + BOUNDARY_WEIGHT * said
    cuts = best_cuts(strength, repetition(alike))
    likeness = LETTER_WEIGHT * (sounds_alike(heard.outputs["form"], edges[cuts]) - LETTER_MIDDLE)
    start, sure = edges[cuts[:-1]], _probability(said[cuts[:-1]])
    sure[0] = 1.0
    return Sections(start, edges[cuts[1:]], letters(chroma, cuts, likeness, ALIKE), sure)


def boundaries_said(logit: npt.NDArray[np.floating], edges: Floats) -> Floats:
    """What the network's logits, (frames,), say for a boundary at each of the edges, seconds; 0 is undecided."""
    near = round(BESIDE * FRAME_RATE)
    at = np.round(edges * FRAME_RATE).astype(int)
    highest = [float(logit[max(0, one - near) : one + near + 1].max(initial=-MOST)) for one in at.tolist()]
    return np.clip(np.array(highest) - BOUNDARY_BIAS, -MOST, MOST)


def sounds_alike(form: npt.NDArray[np.floating], edges: Floats) -> Floats:
    """The cosine of the mean embeddings, from (frames, letters), of each two stretches between edges."""
    sounds = bar_means(form.astype(np.float32), FRAME_RATE, edges)
    unit = sounds / np.maximum(np.linalg.norm(sounds, axis=1, keepdims=True), 1e-9)
    return np.asarray(unit @ unit.T)


def _probability(logit: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))), dtype=np.float64)


def _log_sigmoid(logit: Array) -> Array:
    return np.asarray(-np.logaddexp(0.0, -logit), dtype=np.float32)
