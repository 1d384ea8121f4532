"""Beats and downbeats by a bar pointer: a hidden Markov model over the position in the bar and the tempo.

State space and inference are those of `bar_pointer`, after Krebs, Böck and Widmer (An Efficient State-Space Model for
Joint Tempo and Meter Tracking, ISMIR 2015). Bars of three and of four beats are followed at once.

Simplified: the paper takes its observations from a trained network. Here they are log-likelihood ratios made by hand
from onset strength and from changes of harmony (see `observe`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from descant.analysis.bar_pointer import Habits, Observations, StateSpace, decode, state_space
from descant.errors import InvalidValueError
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import Extent
from descant.features.harmony import Harmony, HarmonyFrames
from descant.features.onset_strength import LAG, OnsetStrength, onsets
from descant.registry import needs
from descant.types import Beats

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@needs(OnsetStrength(), Harmony(), Extent())
def bar_pointer_hmm(sound: Sound, *, min_bpm: float = 50.0, max_bpm: float = 215.0) -> Beats:
    """Beats with their positions in bars of three or four; none where nothing sets in, or where no pulse is heard.

    The tempo stays between `min_bpm` and `max_bpm`. A beat's confidence says how far the onsets on the beats around
    it stand out from those between them; a downbeat's is lowered further by how well other bars would fit.
    """
    if not (min_bpm >= 25.0 and 1.2 * min_bpm <= max_bpm <= 400.0):
        raise InvalidValueError(
            f"bar-pointer-hmm needs 25 <= min_bpm and 1.2 * min_bpm <= max_bpm <= 400; got {min_bpm:g} and {max_bpm:g}"
        )
    rises: Array = get(sound, OnsetStrength())
    harmony: HarmonyFrames = get(sound, Harmony())
    novelty, down = cues(rises, harmony)
    space = state_space(min_bpm, max_bpm, HABITS)
    frames, positions = decode(space, observe(space, rises, novelty, down))
    kept = _sounding(frames, rises)
    frames, positions = frames[kept], positions[kept]
    confidence = _confidence(frames, novelty)
    if len(frames) < MIN_BEATS or confidence.mean() < MIN_CONFIDENCE:
        return Beats(np.zeros(0), np.zeros(0, dtype=np.int64))
    confidence[positions == 1] *= _bar_certainty(down[frames], positions)[positions == 1]
    time = _seconds(frames, novelty)
    kept = time <= get(sound, Extent())
    return Beats(time[kept], positions[kept], confidence[kept])


# -- the model

HABITS = Habits(bars=(3, 4), bar_cost=(0.25, 0.0))  # three beats are rarer than four


# -- what is heard

WINDOW = 300  # frames that levels are compared over
HARMONY_WINDOW = 25  # frames before and after, whose harmony is compared
LOUDEST = 2.0  # times the usual onset: what is louder counts no more

# Each score is log(1 - p + p * exp(slope * novelty - offset)): with probability 1 - p nothing is played here, so that
# a silent beat or a silent half costs little.
BEAT = (3.0, 1.5, 0.9)  # slope, offset, p
HALF = (1.1, 0.8, 0.5)
QUARTER = (1.0, 0.5, 0.3)
BESIDE = 0.8  # of the novelty counts one frame beside its peak: beats do not fall on whole frames
USUAL_HALF = 0.7  # the novelty of an onset on a half; what is louder counts no more: it looks like a beat

# How much each beat of a bar is a strong one.
STRONG = {2: (0.5, -0.5), 3: (1.0, -0.5, -0.5), 4: (1.0, -1.0, 1.0, -1.0)}
LOW, HIGH = 0.5, 0.4  # a strong beat is played low (bass, kick drum), a weak one high (snare drum)
DOWN, DOWN_LOW, DOWN_CHORD, DOWN_BASS = 0.3, 0.3, 0.4, 0.5  # a downbeat is loud, low, and a change of chord and bass
DOWN_OFFSET = 0.6
OPENING = 4.0  # music tends to begin on a downbeat


def cues(rises: Array, harmony: HarmonyFrames) -> tuple[Array, Array]:
    """How new each frame is, and what speaks for a downbeat on it, both (frames,)."""
    novelty = _levelled(rises.sum(axis=1))
    return novelty, _downbeat(novelty, rises, harmony)


def observe(space: StateSpace, rises: Array, novelty: Array, down: Array) -> Observations:
    """Beats are played, their halves and quarters often are; strong beats are low; `down` speaks for downbeats."""
    low, high = _levelled(rises[:, 0]), _levelled(rises[:, 1] + rises[:, 2])
    near = maximum_filter1d(novelty, 3)
    half = np.minimum(near, USUAL_HALF)
    strong = LOW * (low - 0.5) - HIGH * (high - 0.7)
    beat = _played(np.maximum(novelty, BESIDE * near), *BEAT)[:, None] + strong[:, None] * np.concatenate(
        [STRONG[beats] for beats in space.bars]
    )
    beat[:, space.first] += down[:, None]
    begins = onsets(rises)[:1]
    if len(begins):
        beat[max(0, begins[0] - 1) : begins[0] + 4, space.first] += OPENING
    return Observations(beat.astype(np.float32), _played(half, *HALF), _played(near, *QUARTER))


def _downbeat(novelty: Array, rises: Array, harmony: HarmonyFrames) -> Array:
    """What speaks for a downbeat on each frame, (frames,): an accent, a low one, new harmony."""
    low = _levelled(rises[:, 0])
    down = DOWN * (novelty - 0.8) + DOWN_LOW * (low - 0.8) - DOWN_OFFSET
    down += DOWN_CHORD * _change(harmony.chroma) + DOWN_BASS * _change(harmony.bass_chroma)
    return np.asarray(down, dtype=np.float32)


def _played(novelty: Array, slope: float, offset: float, probability: float) -> Array:
    return np.asarray(np.log(1 - probability + probability * np.exp(slope * novelty - offset)), dtype=np.float32)


def _levelled(rise: Array) -> Array:
    """A rise in units of the onsets around it, the larger ones counting most."""
    rise = rise.astype(np.float64)
    power, sum_ = (np.maximum(uniform_filter1d(one, WINDOW, mode="nearest"), 0) for one in (rise**2, rise))
    level = (power + 0.02) / (sum_ + 0.1)
    return np.asarray(np.minimum(rise / level, LOUDEST), dtype=np.float32)


def _change(chroma: Array) -> Array:
    """How unlike the harmony after each frame is to that before it, in standard deviations over WINDOW."""
    sums = np.concatenate([np.zeros((1, 12)), np.cumsum(chroma, axis=0, dtype=np.float64)])
    at = np.arange(len(chroma))
    after = sums[np.minimum(at + HARMONY_WINDOW, len(chroma))] - sums[at]
    before = sums[at] - sums[np.maximum(at - HARMONY_WINDOW, 0)]
    norms = np.sqrt(np.maximum((after**2).sum(axis=1) * (before**2).sum(axis=1), 1e-12))
    unlike = 1.0 - (after * before).sum(axis=1) / norms
    mean = uniform_filter1d(unlike, WINDOW, mode="nearest")
    variance = uniform_filter1d(unlike**2, WINDOW, mode="nearest") - mean**2
    return np.asarray(np.clip((unlike - mean) / np.sqrt(np.maximum(variance, 0) + 1e-4), -2, 3), dtype=np.float32)


# -- what is said of it

PAUSE = 4.0  # seconds without an onset after which no pulse is heard any more
EARLY = 3  # frames a first beat may stand before its onset
NEIGHBOURS = 9  # beats that a beat's confidence is judged by
MIN_BEATS = 3
MIN_CONFIDENCE = 0.1  # on the average; less is what noise gives
BARS_BEATS = 49  # beats around a downbeat that its bars are judged by
OTHER_BARS = range(2, 8)  # beats
NESTED = 0.8  # shared downbeats from which one reading halves or doubles the other
LEAST_CONTRAST = 0.3  # of the evidence for downbeats: a smaller standard deviation counts as noise
# The lead over the next best reading at which bars are as likely right as wrong, and how fast that turns: a logistic,
# set by hand, so that a certainty ranks bars but is no measured share of right ones.
EVEN_ODDS, SPREAD = 0.05, 0.05
NOISE_CONTRAST, CLEAR_CONTRAST = 0.15, 0.65  # what chance makes of noise; what a plain beat in a song shows


def _sounding(frames: Ints, rises: Array) -> npt.NDArray[np.bool_]:
    """Which beats lie in a stretch of onsets with no long pause between them."""
    found = onsets(rises)
    if not len(found):
        return np.zeros(len(frames), dtype=bool)
    follows = found[np.minimum(np.searchsorted(found, frames - EARLY), len(found) - 1)]
    precedes = found[np.maximum(np.searchsorted(found, frames + EARLY, side="right") - 1, 0)]
    there = (follows >= frames - EARLY) & (precedes <= frames + EARLY)
    return np.asarray(there & (follows - precedes <= PAUSE * FRAME_RATE))


def _confidence(frames: Ints, novelty: Array) -> npt.NDArray[np.float64]:
    """From 0, where onsets on the beats stand out no more than chance makes them, to 1, where they do clearly."""
    if not len(frames):
        return np.zeros(0)
    near = maximum_filter1d(novelty, 3)
    here = uniform_filter1d(near[frames].astype(np.float64), NEIGHBOURS, mode="nearest")
    sums = np.concatenate([[0.0], np.cumsum(near, dtype=np.float64)])
    low = frames[np.maximum(np.arange(len(frames)) - NEIGHBOURS // 2, 0)]
    high = frames[np.minimum(np.arange(len(frames)) + NEIGHBOURS // 2, len(frames) - 1)] + 1
    everywhere = (sums[high] - sums[low]) / (high - low)
    contrast = (here - everywhere) / np.maximum(here + everywhere, 1e-9)
    return np.asarray(np.clip((contrast - NOISE_CONTRAST) / (CLEAR_CONTRAST - NOISE_CONTRAST), 0.0, 1.0))


def _bar_certainty(down: Array, positions: Ints) -> npt.NDArray[np.float64]:
    """How sure the bars around each beat are, in [0, 1]: how far they are ahead of the best other even reading.

    Other readings are bars of 2 to 7 beats in every phase, but for those that halve or double the bars found. A reading
    is as good as the share that it explains of the variance of `down`, the evidence for a downbeat on each beat, over
    BARS_BEATS beats: nothing is explained where every beat sounds the same, and a bar that the model does not know (of
    five beats, say) explains more than the one it took it for.
    """
    number = np.arange(len(down))
    chosen, own = _explained(down, positions == 1), _around(positions == 1)
    best = np.zeros(len(down))
    for length in OTHER_BARS:
        for phase in range(length):
            other = number % length == phase
            shared = _around(other & (positions == 1)) / np.maximum(np.minimum(_around(other), own), 1.0)
            best = np.maximum(best, np.where(shared > NESTED, 0.0, _explained(down, other)))
    return np.asarray(1.0 / (1.0 + np.exp(-(chosen - best - EVEN_ODDS) / SPREAD)))


def _explained(down: Array, downbeats: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """The share of the variance of `down` around each beat that downbeats explain; negative where they lie lower."""
    count, ones = _around(np.ones(len(down))), _around(downbeats)
    mean, on_them = _around(down) / count, _around(down * downbeats)
    variance = np.maximum(_around(np.square(down)) / count - mean**2, 0.0) + LEAST_CONTRAST**2
    share = ones / count
    apart = on_them / np.maximum(ones, 1.0) - mean  # (1 - share) of the distance between the two kinds of beats
    between = share / np.maximum(1.0 - share, 1e-9) * apart**2
    return np.asarray(np.where((ones > 0) & (ones < count), np.sign(apart) * between / variance, 0.0))


def _around(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """The sum over BARS_BEATS beats around each, or over as many of them as there are."""
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(len(values))
    return np.asarray(total[np.minimum(at + BARS_BEATS // 2 + 1, len(at))] - total[np.maximum(at - BARS_BEATS // 2, 0)])


def _seconds(frames: Ints, novelty: Array) -> npt.NDArray[np.float64]:
    """Each beat's time, moved to the peak of an onset within two frames where there is one."""
    near = np.clip(frames[:, None] + np.arange(-2, 3), 0, len(novelty) - 1)
    peak = near[np.arange(len(frames)), novelty[near].argmax(axis=1)]
    inner = np.clip(peak, 1, max(1, len(novelty) - 2))
    before, at, after = novelty[inner - 1], novelty[np.minimum(inner, len(novelty) - 1)], novelty[inner + 1]
    bend = before - 2 * at + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, -1.0), 0.0)
    clear = (inner == peak) & (at >= before) & (at >= after) & (at > 0.3)
    return np.asarray(np.maximum(np.where(clear, peak + shift, frames) / FRAME_RATE - LAG, 0.0), dtype=np.float64)
