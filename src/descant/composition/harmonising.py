"""Alto, tenor and bass to a soprano: drawn by diffusion on the soprano's beats, several times, the best kept.

The lower voices move on beats and half-way between them (`pulse.py`), so that chords change with the melody; the chord
under its last note is held, where several are asked for the last of them. Nobody crosses a neighbour where it can be
helped, nobody rests while the soprano sings, and chords that are asked for are sung on their beats (`chord_spans.py`):
what would break that has odds 0 (`voice_by_voice.py`). Pitches lean towards the key (`key_kept.py`). Of several
harmonies the best has the fewest faults, and of equals the fewest nats a token by a model that did not write it
(`music_transformer.py`).

Choosing among what diffusion fills in as Coconet does: Huang, Hawthorne et al.: The Bach Doodle, ISMIR 2019. Frames are
(steps, 4) of the raster's tokens (`jsb_raster.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from descant.composition import discrete_diffusion, music_transformer
from descant.composition.absorbing_state import COVERED
from descant.composition.annealed_gibbs import Annealing
from descant.composition.chorale_faults import voice_leading_faults
from descant.composition.chord_spans import BASS, DOMINANT, SEVENTH, TRIADS, ChordSpan
from descant.composition.frames_around import nearest
from descant.composition.jsb_raster import RANGES, VOICES, JsbRaster
from descant.composition.key_kept import CLASS, kept
from descant.composition.pulse import Pulse
from descant.composition.sonorities import chords
from descant.types.arrays import BoolArray, IntArray

RASTER = JsbRaster()
HALF = 1  # the finest level that lower voices move at
LEANING = 1.0  # of the key's profile, as its power; chosen as PLAN is
PLAN = (  # of beats, and of what is half-way between them; chosen on the validation chorales' sopranos
    Annealing(10, 20, (0.9, 0.05), (1.0, 0.6)),
    Annealing(3, 8, (0.6, 0.05), (0.8, 0.6)),
)


@dataclass(frozen=True, eq=False)
class Soprano:
    """A melody on the raster."""

    tokens: IntArray  # (steps,), 0 where everybody is silent
    struck: BoolArray  # (steps,), where its notes begin
    pulse: Pulse
    bar_lines: IntArray  # steps at which bars begin
    keys: IntArray  # (steps,) the key that is kept to (`key_kept.py`), as `frames_before.py` numbers them

    @property
    def last(self) -> int:
        """The step at which its last note begins."""
        return int(np.flatnonzero(self.struck)[-1])

    @property
    def beats(self) -> IntArray:
        """The steps at which a beat begins and somebody sings."""
        return np.flatnonzero((self.pulse.level == 0) & (self.tokens > 0))


@dataclass(frozen=True, eq=False)
class Harmony:
    """Four voices to a soprano."""

    frames: IntArray
    faults: dict[str, int]
    nats: float  # a token of the lower voices

    @property
    def order(self) -> tuple[int, float]:
        """Lower is better."""
        return sum(self.faults.values()), self.nats


def harmonise(
    soprano: Soprano,
    spans: Iterable[ChordSpan],
    rng: np.random.Generator,
    number: int,
    *,
    moved: int = 0,
    progress: Callable[[float], None] = lambda _: None,
) -> list[Harmony]:
    """So many harmonies, the best first. moved: by how many semitones all is read above what will be sung."""
    rule = Sung(soprano, spans, moved)
    found = []
    for at in range(number):
        frames = draw(soprano, rule, rng, progress=lambda share, at=at: progress((at + share) / number))  # type: ignore[misc]
        sung = soprano.tokens > 0
        nats = float(music_transformer.nll(frames)[sung, 1:].mean())
        found.append(Harmony(frames, faults(soprano, frames), nats))
    return sorted(found, key=lambda one: one.order)


def draw(
    soprano: Soprano, rule: Sung, rng: np.random.Generator, *, progress: Callable[[float], None] = lambda _: None
) -> IntArray:
    """One harmony, (steps, 4)."""
    sung = soprano.tokens > 0
    level = soprano.pulse.level.copy()
    enters = sung & ~np.concatenate([[False], sung[:-1]])
    level[enters] = np.minimum(level[enters], HALF)  # who was silent begins here, wherever that is
    level[soprano.last] = 0
    frames = np.full((len(sung), len(VOICES)), COVERED)
    frames[:, 0] = soprano.tokens
    frames[~sung] = 0
    wanted = np.zeros(frames.shape, dtype=bool)
    wanted[:, 1:] = (sung & (level <= HALF) & (np.arange(len(sung)) <= rule.held))[:, None]
    pulse = Pulse(level, soprano.pulse.step)
    leaning = np.stack([kept(np.zeros(RASTER.size), key, LEANING) for key in soprano.keys.tolist()])
    found = discrete_diffusion.inpaint(
        frames, wanted, rng, pulse=pulse, rule=rule, leaning=leaning, plan=PLAN, progress=progress
    )
    return np.where(found == COVERED, nearest(found)[0], found)  # held on


def ending(soprano: Soprano, tonic: int, mode: str) -> list[ChordSpan]:
    """A cadence where the melody allows one: the tonic triad under its last note, before that a beat of its dominant.

    Nothing where the last note is none of the tonic triad's; no dominant where the note before is none of its.
    """
    triad = ChordSpan.of(soprano.last, len(soprano.tokens), tonic, TRIADS[mode], tonic, held=True)
    if CLASS[soprano.tokens[soprano.last]] not in triad.tones:
        return []
    before = soprano.beats[soprano.beats < soprano.last][-1:]
    root = (tonic + DOMINANT[0]) % 12
    dominant = ChordSpan.of(int(before[0]), soprano.last, tonic, DOMINANT, root) if len(before) else None
    if dominant is None:
        return [triad]
    tones = dominant.tones | {(tonic + SEVENTH) % 12}
    if not {int(CLASS[one]) for one in soprano.tokens[dominant.start : dominant.stop]} <= tones:
        return [triad]
    return [ChordSpan(dominant.start, dominant.stop, tones, root, dominant.needed), triad]


class Sung:
    """The rule of a harmony (`voice_by_voice.py`): ranges, no rests, no crossing, and the chords that are asked for."""

    def __init__(self, soprano: Soprano, spans: Iterable[ChordSpan], moved: int = 0) -> None:
        low, high = np.array(RANGES).T
        token = np.arange(RASTER.size)
        pitch = token - 1 + RASTER.lowest - moved
        self._ranges = RASTER.voice_masks & (low[:, None] <= pitch) & (pitch <= high[:, None]) & (token > 0)
        spans = list(spans)
        self.held = max([soprano.last, *(one.start for one in spans if soprano.tokens[one.start])])  # from here on
        beats = {*soprano.beats.tolist(), soprano.last}
        self._chords = [
            (step, one, step == first)
            for one in spans
            for first in [min((step for step in beats if one.start <= step < one.stop), default=-1)]
            for step in sorted(beats)
            if one.start <= step < one.stop
        ]

    def __call__(self, frames: IntArray, voice: int) -> BoolArray:
        """Of a voice's tokens, (steps, 47)."""
        allowed = np.repeat(self._ranges[voice][None], len(frames), axis=0)
        for step, span, first in self._chords:
            classes = np.isin(CLASS, list(self._classes(frames[step], voice, span, first)))
            if (allowed[step] & classes).any():
                allowed[step] &= classes
        return uncrossed(frames, voice, allowed)

    @staticmethod
    def _classes(frame: IntArray, voice: int, span: ChordSpan, first: bool) -> set[int]:
        if voice == BASS:
            return {span.bass}
        others = [frame[one] for one in range(BASS) if one != voice]
        missing = set(span.needed) - {int(CLASS[one]) for one in others if one > 0}
        to_come = 1 + sum(one == COVERED for one in others)
        return missing if first and missing and len(missing) >= to_come else set(span.tones)


def uncrossed(frames: IntArray, voice: int, allowed: BoolArray) -> BoolArray:
    """Of what a voice may sing, (steps, 47), what lies between its neighbours, where there is any."""
    token = np.arange(RASTER.size)
    above = np.where(frames[:, :voice] > 0, frames[:, :voice], RASTER.size).min(axis=1, initial=RASTER.size)
    below = frames[:, voice + 1 :].max(axis=1, initial=0)
    between = allowed & (token <= above[:, None]) & (token >= below[:, None])
    return np.where(between.any(axis=1, keepdims=True), between, allowed)


def faults(soprano: Soprano, frames: IntArray) -> dict[str, int]:
    """What `chorale_faults.py` asks of voices, and beats without a chord, and bar lines that only the melody minds."""
    pitches = RASTER.frames(frames.ravel())
    sonorities = chords(pitches[soprano.beats])
    lines = [at for at in soprano.bar_lines.tolist() if at > 0 and soprano.struck[at] and (frames[at - 1] > 0).all()]
    return {
        **voice_leading_faults(pitches),
        "beats without a chord": int(np.count_nonzero(sonorities.asked & ~sonorities.found)),
        "bar lines held over": sum(bool((frames[at, 1:] == frames[at - 1, 1:]).all()) for at in lines),
    }


def met(spans: Sequence[ChordSpan], soprano: Soprano, frames: IntArray) -> tuple[int, int, int]:
    """On how many beats the lower voices sing what is asked, of how many, and on how many the melody does not."""
    sung = asked = beside = 0
    for span in spans:
        for step in (one for one in {*soprano.beats.tolist(), soprano.last} if span.start <= one < span.stop):
            classes = [int(CLASS[one]) for one in frames[step]]
            asked += 1
            sung += set(classes[1:BASS]) <= span.tones and classes[BASS] == span.bass
            beside += classes[0] not in span.tones
    return sung, asked, beside
