"""Written notes played as a person would: tempo, timing, touch, loudness and pedal after performance rules.

The rules are those of the KTH system, with the quantities drawn anew for each performance: phrases that begin and end
slow and soft and are fast and loud between (phrase arch), a final ritard after the stopping runner, micropauses
between phrases, high notes and accented beats louder, repeated notes detached, motor noise and a slow drift of the
clock. Chords are not struck at once: the melody leads by some 20 ms because it is struck harder, and what no hand can
span is rolled. The pedal is syncopated: it goes up just after a new harmony's onset and down again shortly after.

Friberg, Bresin and Sundberg: Overview of the KTH rule system for musical performance, Advances in Cognitive
Psychology 2(2-3), 2006. Friberg and Sundberg: Does music performance allude to locomotion? A model of final
ritardandi, JASA 105(3), 1999. Goebl: Melody lead in piano performance, JASA 110(1), 2001. Simplified: phrases are
even groups of bars, and the rules about harmony (harmonic and melodic charge) are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.datasets.score_notes import ScoreNotes
from descant.errors import InvalidValueError
from descant.types import Beats, ControlChange, Notes, Part
from descant.types.arrays import FloatArray, IntArray

__all__ = ["Performance", "ScoreNotes", "perform"]

STEP = 0.125  # quarters; the tempo changes from one step to the next
SUSTAIN = 64  # the pedal's control number
HAND = 14  # semitones; wider chords in one hand are rolled
RESTRIKE = 0.04  # seconds; a piano key cannot be struck again sooner
FASTEST = 0.08  # seconds between notes, where the score asks for no tempo
AT_ONCE = 1e-6  # quarters; notes written nearer than this belong together


@dataclass(frozen=True, eq=False)
class Performance:
    """A performance and the time it keeps."""

    notes: Notes
    beats: Beats  # those of the score, in seconds
    quarter: FloatArray  # rising; with `second`, the map from score to performance
    second: FloatArray

    def seconds(self, quarters: npt.ArrayLike) -> FloatArray:
        """When places of the score come, seconds; places outside the score come with its ends."""
        return np.interp(np.asarray(quarters, dtype=np.float64), self.quarter, self.second)


def perform(
    score: ScoreNotes, rng: np.random.Generator, *, pedal: bool, rubato: float, programs: Sequence[int] = (0,)
) -> Performance:
    """Play `score`. `rubato` scales every change of tempo: 0 is a metronome, 1 a romantic, more is allowed.

    `programs` are General MIDI programmes: with one, all parts are played on one instrument, where notes that two
    parts share are struck once; with more, part i is played on programme i (the last serves what is left).
    """
    if not (rubato >= 0 and len(programs)):
        raise InvalidValueError(f"a performance needs a programme, and rubato of 0 or more, got {rubato}")
    score, player = _struck_once(score, np.minimum(score.part, len(programs) - 1))
    phrases = _Phrases.of(score, rng)
    quarter, second = _tempo_map(score, phrases, rubato, rng)
    melody = _highest(score)
    onset = np.interp(score.onset, quarter, second) + _asynchrony(score, melody, quarter, second, rng)
    written = np.interp(score.onset + score.duration, quarter, second)
    offset = _touch(score, phrases, onset, written, rng)
    onset, offset = _keys_come_up(onset, offset, score.pitch + 128 * player, rng)
    parts = tuple(Part("", program) for program in programs)
    controls = _pedalling(score, quarter, second, len(programs), rng) if pedal else ()
    velocity = _velocity(score, phrases, melody, rng)
    notes = Notes(onset, offset, score.pitch, velocity, player, parts, controls=tuple(controls))
    return Performance(notes, Beats(np.interp(score.beats, quarter, second), score.positions), quarter, second)


@dataclass(frozen=True)
class _Phrases:
    """Phrases within phrases: their edges in quarters, the longer first."""

    levels: tuple[FloatArray, ...]

    @classmethod
    def of(cls, score: ScoreNotes, rng: np.random.Generator) -> _Phrases:
        """Even groups of bars; bars of four quarters where the score has none."""
        end = max(score.end, STEP)
        bars = score.downbeats if len(score.downbeats) else np.arange(0.0, end, 4.0)
        long = int(rng.choice([4, 8]))
        edges = [np.unique(np.concatenate([[0.0], bars[::bars_each], [end]])) for bars_each in (long, long // 4 + 1)]
        return cls(tuple(level[level <= end] for level in edges))

    def place(self, quarters: FloatArray, level: int) -> FloatArray:
        """How far each place lies within its phrase, 0 to 1."""
        edges = self.levels[level]
        at = np.clip(np.searchsorted(edges, quarters, side="right") - 1, 0, len(edges) - 2)
        return np.clip((quarters - edges[at]) / (edges[at + 1] - edges[at]), 0.0, 1.0)

    def number(self, quarters: FloatArray) -> IntArray:
        """Which of the shorter phrases each place lies in."""
        return np.clip(np.searchsorted(self.levels[-1], quarters, side="right") - 1, 0, len(self.levels[-1]) - 2)


def _arch(place: FloatArray, turn: float) -> FloatArray:
    """1 at a phrase's ends, 0 at its turning point, parabolic between."""
    return np.where(place < turn, 1 - place / turn, (place - turn) / (1 - turn)) ** 2


def _wander(count: int, memory: float, rng: np.random.Generator) -> FloatArray:
    """A slow random walk that is drawn back to 0; standard deviation 1, `memory` steps long."""
    from scipy.signal import lfilter

    keep = np.exp(-1 / memory)
    kicks = rng.normal(0.0, np.sqrt(1 - keep**2), count)
    kicks[:1] = rng.normal()
    return np.asarray(lfilter([1.0], [1.0, -keep], kicks), dtype=np.float64)


def _tempo_map(
    score: ScoreNotes, phrases: _Phrases, rubato: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """(quarters, seconds): the score's steps and when they come."""
    last = max([score.end, *score.beats[-1:]])
    quarter = np.arange(int(np.ceil(last / STEP)) + 2, dtype=np.float64) * STEP
    middle: FloatArray = quarter[:-1] + STEP / 2
    slowness = np.ones(len(middle))  # relative to the main tempo
    for level in range(len(phrases.levels)):
        depth, turn = rubato * rng.uniform(0.05, 0.3) / (1 + level), rng.uniform(0.3, 0.6)
        slowness += depth * (_arch(phrases.place(middle, level), turn) - 1 / 3)
    slowness *= np.exp(rubato * rng.uniform(0.02, 0.06) * _wander(len(middle), 8 / STEP, rng))
    slowness *= np.exp(rubato * 0.02 * _wander(len(middle), 0.5 / STEP, rng))
    slowness /= _final_ritard(middle, score.end, min(rubato, 1.0), rng)
    seconds = np.clip(slowness, 0.4, 4.0) * STEP * 60 / _main_tempo(score, rng)
    ends = np.searchsorted(quarter, phrases.levels[0][1:-1] - AT_ONCE) - 1  # the step before a phrase begins
    pauses = (rng.random(len(ends)) < 0.4) * rng.uniform(0.03, 0.4, len(ends)) * rubato
    seconds[np.maximum(ends, 0)] += pauses
    return quarter, rng.uniform(0.2, 1.0) + np.concatenate([[0.0], np.cumsum(seconds)])


def _main_tempo(score: ScoreNotes, rng: np.random.Generator) -> float:
    """Quarters a minute: near what the score asks for, else any at which its fast notes can be played."""
    if score.bpm is not None:
        return score.bpm * float(np.exp(rng.normal(0.0, 0.04)))
    steps = np.diff(np.unique(np.round(score.onset, 6)))
    limit = 60 * float(np.quantile(steps, 0.05)) / FASTEST if len(steps) else np.inf
    return min(float(np.exp(rng.uniform(np.log(50), np.log(150)))), limit)


def _final_ritard(quarters: FloatArray, end: float, amount: float, rng: np.random.Generator) -> FloatArray:
    """Tempo relative to before: v(x) = (1 + (w^q - 1) x)^(1/q) over the last quarters, q = 3 for a runner who stops."""
    final = 1 - amount * rng.uniform(0.2, 0.6)
    x = np.clip(1 - (end - quarters) / min(rng.uniform(3.0, 9.0), max(end / 2, STEP)), 0.0, 1.0)
    return np.cbrt(1 + (final**3 - 1) * x)


def _struck_once(score: ScoreNotes, player: IntArray) -> tuple[ScoreNotes, IntArray]:
    """The score without notes that a player already strikes at that moment: the longest of them stays."""
    tick = np.round(score.onset / AT_ONCE).astype(np.int64)
    order = np.lexsort((-score.duration, score.pitch, player, tick))
    key = np.stack([tick, player, score.pitch])[:, order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.any(key[:, 1:] != key[:, :-1], axis=0)
    kept = np.sort(order[first])
    return score.only(kept), player[kept]  # what is in order stays so, and with its player


def _highest(score: ScoreNotes) -> npt.NDArray[np.bool_]:
    """Whether each note is above all that sounds when it starts: what is heard as the melody."""
    result = np.zeros(len(score), dtype=bool)
    sounding: list[tuple[float, int]] = []  # (end, pitch)
    ends = (score.onset + score.duration).tolist()
    onsets, pitches = score.onset.tolist(), score.pitch.tolist()
    first = 0
    for onset in sorted(set(onsets)):
        last = first
        while last < len(onsets) and onsets[last] == onset:
            last += 1
        sounding = [note for note in sounding if note[0] > onset + AT_ONCE]
        sounding += [(ends[at], pitches[at]) for at in range(first, last)]
        result[last - 1] = pitches[last - 1] >= max(pitch for _, pitch in sounding)  # the highest comes last
        first = last
    return result


def _asynchrony(
    score: ScoreNotes,
    melody: npt.NDArray[np.bool_],
    quarter: FloatArray,
    second: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """How much later than its place in time each note is struck, seconds."""
    count = len(score)
    late = rng.normal(0.0, rng.uniform(0.003, 0.009), count)
    lead = rng.uniform(0.0, 0.03)
    roll = rng.uniform(0.02, 0.06)
    rolled = rng.random() < 0.3  # some players roll other chords too, now and then
    places, chord = np.unique(np.round(score.onset / AT_ONCE), return_inverse=True)
    together = np.bincount(chord, minlength=len(places))[chord] > 1
    late -= np.where(melody & together, np.maximum(rng.normal(lead, 0.3 * lead, count), 0.0), 0.0)
    _, hand = np.unique(chord * (int(score.part.max(initial=0)) + 1) + score.part, return_inverse=True)
    order = np.lexsort((score.pitch, hand))
    for notes in np.split(order, np.flatnonzero(np.diff(hand[order])) + 1):
        span = score.pitch[notes[-1]] - score.pitch[notes[0]] if len(notes) else 0
        if span > HAND or (rolled and len(notes) > 2 and rng.random() < 0.05):
            late[notes] += np.arange(len(notes)) * roll * rng.uniform(0.8, 1.2)
    # Never so much that fast notes change their order.
    moment = np.interp(places * AT_ONCE, quarter, second)
    gap = np.diff(moment, prepend=moment[:1] - 1, append=moment[-1:] + 1)
    reach = 0.35 * np.minimum(gap[:-1], gap[1:])[chord]
    kept: FloatArray = np.clip(late, -np.minimum(reach, 0.15), reach)
    return kept


def _touch(
    score: ScoreNotes, phrases: _Phrases, onset: FloatArray, written: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """When each key is let go, seconds: legato with overlap, portato or staccato, part by part and phrase by phrase."""
    phrase, parts = phrases.number(score.onset), int(score.part.max(initial=0)) + 1
    shape = (len(phrases.levels[-1]), parts)
    kind = rng.choice(3, size=shape, p=[0.55, 0.3, 0.15])
    length = np.choose(
        kind, [rng.uniform(0.97, 1.0, shape), rng.uniform(0.65, 0.95, shape), rng.uniform(0.25, 0.5, shape)]
    )
    overlap = np.where(kind == 0, rng.uniform(0.0, 0.07, shape), 0.0)
    mine = (phrase, score.part)
    held = (written - onset) * length[mine] + overlap[mine] + rng.normal(0.0, 0.012, len(score))
    offset: FloatArray = onset + np.maximum(held, 0.05)
    return offset


def _keys_come_up(
    onset: FloatArray, offset: FloatArray, key: IntArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Onsets and offsets that one key can do: it comes up some 10 to 50 ms before it is struck again."""
    onset, offset = onset.copy(), offset.copy()
    gap = rng.uniform(0.01, 0.05, len(onset))
    order = np.lexsort((onset, key))
    for one, next_ in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
        if key[one] == key[next_]:
            onset[next_] = max(onset[next_], onset[one] + RESTRIKE)
            room = onset[next_] - onset[one]
            offset[one] = min(offset[one], onset[next_] - min(gap[one], 0.4 * room))
    return onset, np.maximum(offset, onset + 0.02)


def _velocity(
    score: ScoreNotes, phrases: _Phrases, melody: npt.NDArray[np.bool_], rng: np.random.Generator
) -> IntArray:
    """MIDI velocities, 1 to 127."""
    count = len(score)
    level = np.full(count, rng.uniform(48.0, 88.0))
    for number in range(len(phrases.levels)):
        arch = _arch(phrases.place(score.onset, number), rng.uniform(0.4, 0.8))
        level += rng.uniform(4.0, 16.0) / (1 + number) * (1 / 3 - arch)
    steps = _wander(int(score.end) + 2, 12.0, rng)  # crescendi and diminuendi, one value a quarter
    level += rng.uniform(4.0, 12.0) * np.interp(score.onset, np.arange(len(steps)), steps)
    for places, accent in ((score.beats, rng.uniform(0.0, 4.0)), (score.downbeats, rng.uniform(0.0, 5.0))):
        level += accent * _falls_on(score.onset, places)
    level += rng.uniform(0.05, 0.25) * (score.pitch - 60)  # high loud
    level += np.where(melody, rng.uniform(4.0, 16.0), 0.0)
    level += rng.normal(0.0, rng.uniform(2.0, 5.0), count)
    return np.clip(np.round(level), 12, 127).astype(np.int64)


def _falls_on(onset: FloatArray, places: FloatArray) -> npt.NDArray[np.bool_]:
    if not len(places):
        return np.zeros(len(onset), dtype=bool)
    nearest = places[np.clip(np.searchsorted(places, onset - AT_ONCE), 0, len(places) - 1)]
    on: npt.NDArray[np.bool_] = np.abs(nearest - onset) < AT_ONCE * 2
    return on


def _pedalling(
    score: ScoreNotes, quarter: FloatArray, second: FloatArray, players: int, rng: np.random.Generator
) -> list[ControlChange]:
    """The sustain pedal: taken anew with each harmony or bar, sometimes half, sometimes not at all."""
    change = np.interp(_harmonies(score, by_bar=bool(rng.random() < 0.4)), quarter, second)
    end = float(np.interp(score.end, quarter, second)) + rng.uniform(0.1, 1.0)
    used, deep = rng.uniform(0.5, 1.0), rng.uniform(0.4, 1.0)
    delay = rng.uniform(0.08, 0.25)
    moves: list[tuple[float, int]] = []  # (seconds, value)
    for start, stop in zip(change, [*change[1:], end], strict=True):
        if rng.random() > used or stop - start < 0.15:
            continue
        down = start + min(max(rng.normal(delay, 0.03), 0.03), 0.5 * (stop - start))
        up = stop + min(max(rng.normal(0.02, 0.02), -0.02), 0.05)
        depth = int(rng.integers(100, 128) if rng.random() < deep else rng.integers(66, 96))
        rest = int(rng.integers(0, 40))
        moves += [(down, (rest + depth) // 2), (down + 0.015, depth), (up - 0.012, (rest + depth) // 2), (up, rest)]
    return [ControlChange(part, max(time, 0.0), SUSTAIN, value) for part in range(players) for time, value in moves]


def _harmonies(score: ScoreNotes, *, by_bar: bool) -> FloatArray:
    """Where the pedal is changed, quarters: at downbeats, and unless `by_bar` at beats with a new bass too."""
    beats = score.beats if len(score.beats) else np.arange(0.0, max(score.end, 1.0))
    strong = score.downbeats if len(score.downbeats) else beats[::4]
    if by_bar:
        return strong
    low = 128
    kept: list[float] = []
    for beat in beats.tolist():
        sounding = (score.onset <= beat + AT_ONCE) & (score.onset + score.duration > beat + AT_ONCE)
        bass = int(score.pitch[sounding].min(initial=128)) % 12
        if bass != low or np.any(np.abs(strong - beat) < AT_ONCE):
            kept.append(beat)
        low = bass
    return np.array(kept)
