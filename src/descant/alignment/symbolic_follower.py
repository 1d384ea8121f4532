"""Score following over notes: a hidden Markov model of which chord of the score each note played belongs to.

A state is a chord: the notes that begin together. A note stays in the chord, goes on to the next, leaves out one or
two, or comes from anywhere: the way from anywhere to anywhere is an outer product, so that a note costs time in
proportion to the score. How probable a step is, is told by the note's pitch, and by its time: each state keeps the
tempo of the likeliest way to it, which says when the next chord is due. Beside the chords one state stands for notes
that are not in the score; where it is the likeliest, or several places are as likely, the follower is lost.

Nakamura, Nakamura, Saito, Ono and Sagayama: Outer-Product Hidden Markov Model and Polyphonic MIDI Score Following,
Journal of New Music Research 43(2), 2014; Nakamura, Cuvillier, Cont, Ono and Sagayama: Autoregressive Hidden
Semi-Markov Model of Symbolic Music Performance for Score Following, ISMIR 2015. Simplified: the chances are set by
hand; trills and grace notes are wrong notes that are likely in their chord; a Kalman filter tracks each state's tempo.

Arrays hold one entry a chord, (chords,); tables one a MIDI pitch and chord, (128, chords).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.alignment.written import Written
from descant.errors import InvalidValueError
from descant.types.alignment import ENDED, FOLLOWING, LOST, WAITING, Position
from descant.types.arrays import BoolArray, FloatArray, IntArray

Table = npt.NDArray[np.float32]

PITCHES = 128
AT_ONCE = 1 / 48  # quarters; notes written nearer than this belong together
SHORT_OF = 1 / 48  # quarters; so near to the next chord the follower waits for it

# Where the next note belongs
ON = (0.94, 0.04, 0.02)  # chances that a chord left is followed by the next one, or one or two are left out
MORE, EXTRA = 0.93, 0.1  # that a note stays in a chord of which something is still to come, and of which nothing is
JUMP = 1e-7  # that it begins somewhere else
NEAR, REACH = 0.8, 16.0  # the part of the jumps that lands near the last sure place, so many chords around
STRAY, BACK = 1e-6, 0.02  # that notes begin that are not in the score, and that they are over
START = 0.999  # that the first note is the score's first

# Which pitch it has
RIGHT, NEIGHBOUR, OTHER = 0.9, 0.01, 0.08  # of the chord; one of those around it; any
AGAIN, TURNED, BESIDE, ANY = 0.2, 0.03, 0.2, 0.5  # of an extra note: of the chord; around it; of a chord beside it
NEIGHBOURS = (-12, -2, -1, 1, 2, 12)  # semitones

# When it comes
TOGETHER, ROLLED = 0.012, 0.08  # mean seconds between the notes of a chord: of most, and of one that is rolled
LOOSE = 0.15  # the part of notes in a chord that come as in a rolled one
LATE = 0.1  # the part of all times that keeps to no tempo
CLOCK, FREE = 0.03, 0.2  # spread of a time in seconds, and as a part of the interval
NEW, DRIFT = 0.5, 0.003  # variance of the logarithm of a tempo not known; what comes to it in a second
USUAL = 4.0  # notes a second

# Whether the follower is lost
MEMORY, FIT_NEW = 12.0, 0.65  # how many notes a fit goes back; what it is after a jump
HALF = 0.5  # what a note counts that is near what is written
FIT_STAYS, STAYS = 0.6, 0.5  # the part of the last notes that were written, with which a place is kept; its chance then
FIT_LOST, FIT_FOUND = 0.5, 0.75  # the part of the last notes that were written: lost below; found from here on
LOST_BELOW, FOUND_ABOVE = 0.01, 0.9  # the chance of the place: lost below; found from here on
AROUND, AHEAD = 2, 4  # chords on either side that count as one place; that may be passed by without a jump


class SymbolicFollower:
    """Follows notes through a score, each as it is struck.

    latency: seconds from when a note is struck until it is told of, where there is such a delay.
    """

    def __init__(self, written: Written, latency: float = 0.0) -> None:
        self.written, self.latency = written, latency
        first, chord = chords(written)
        self.place = written.onset[first]  # quarters
        self.clock = written.seconds(self.place)
        self.noise = _noise(written.pitch)
        self.size, self.member, self.related, self.entering, self.staying = _tables(written.pitch, chord, self.noise)
        self.restart()

    def restart(self) -> None:
        """As if nothing had been heard."""
        count = len(self.place)
        self.weight, self.stray = np.zeros(count), 0.0
        self.entered, self.heard = np.zeros(count), np.zeros(count)  # seconds; notes since then
        self.fit = np.full(count, FIT_NEW)  # the part of the last notes on the way here that were written
        self.pace, self.doubt = np.zeros(count), np.full(count, NEW)  # log of seconds by the page's; its variance
        self.struck = np.full(PITCHES, -np.inf)  # when each key was struck last
        self.last = -np.inf
        self.sure, self.confidence, self.state = 0, 0.0, WAITING  # the last chord that was sure

    @property
    def tempo(self) -> float:
        """Quarters a second."""
        at = max(int(np.searchsorted(self.written.tempo_at, self.place[self.sure], side="right")) - 1, 0)
        return float(self.written.bpm[at] / 60.0 * np.exp(-self.pace[self.sure]))

    def push(self, time: float, pitch: int) -> Position:
        """Where a note belongs that is struck at `time`, in seconds; notes come in order of time.

        Raises InvalidValueError for a time before the last note's, or a pitch that MIDI does not have.
        """
        if not time >= self.last and not np.isinf(self.last):
            raise InvalidValueError(f"notes come in order of time: {time} s after {self.last} s")
        if not (0 <= pitch < PITCHES and np.isfinite(time)):
            raise InvalidValueError(f"no note has pitch {pitch} at {time} s")
        if self.state == WAITING:
            self._begin(time, pitch)
        else:
            self._go_on(time, pitch)
        self.struck[pitch] = self.last = time
        self._look()
        return self.at(time)

    def at(self, time: float) -> Position:
        """Where the player is at a time after the last note.

        The next chord's place is reached only by playing it. Where notes are told of late, and that chord is due so
        soon that it is better foretold, the position goes on for as long as it may have been struck already.
        """
        chord = self.sure
        if self.state in (WAITING, LOST):
            return Position(time, float(self.place[chord]), self.confidence, self.state)
        quarter = self.place[chord] + max(time - self.entered[chord], 0.0) * self.tempo
        limit = self.written.end
        if chord + 1 < len(self.place):
            step = self.place[chord + 1] - self.place[chord]
            soon = FREE * step / self.tempo < self.latency
            limit = self.place[chord + 1] + (self.latency * self.tempo if soon else -SHORT_OF)
        return Position(time, float(max(min(quarter, limit), self.place[chord])), self.confidence, self.state)

    def _begin(self, time: float, pitch: int) -> None:
        landing = np.full(len(self.place), (1 - START) / len(self.place))
        landing[0] += START
        self.weight, self.stray = landing * self.entering[pitch], STRAY * self.noise[pitch]
        self.entered[:], self.heard[:] = time, 1.0
        self._normalise()

    def _go_on(self, time: float, pitch: int) -> None:
        """The forward step: every way to every chord, summed up; the likeliest one says when it was entered."""
        gap = time - self.last
        any_time = USUAL / (1.0 + USUAL * gap) ** 2  # a density with a long tail: for what keeps to no tempo
        left = np.maximum(self.size - self.heard, 0.0)
        stays = np.where(left > 0, MORE, EXTRA)
        fresh = self.member[pitch] & (self.struck[pitch] < self.entered)
        at_once = (1 - LOOSE) * np.exp(-gap / TOGETHER) / TOGETHER + LOOSE * np.exp(-gap / ROLLED) / ROLLED
        own = at_once * fresh * RIGHT / np.maximum(left, 1.0)
        weight = self.weight * (stays * own + EXTRA * (0.5 * at_once + 0.5 * any_time) * self.staying[pitch])
        best = weight.copy()
        entered, heard = self.entered.copy(), self.heard + 1.0
        pace, doubt = self.pace.copy(), self.doubt.copy()
        fit = self.fit + (np.where(fresh, 1.0, HALF * self.related[pitch]) - self.fit) / MEMORY

        leaves = self.weight * (1.0 - stays)
        for step, chance in enumerate(ON, 1):
            if step >= len(self.place):
                break
            asked = self.clock[step:] - self.clock[:-step]
            passed = np.maximum(time - self.entered[:-step], 1e-3)
            expected = asked * np.exp(self.pace[:-step])
            variance = CLOCK**2 + expected**2 * (FREE**2 + self.doubt[:-step])
            in_time = np.exp(-0.5 * (passed - expected) ** 2 / variance) / np.sqrt(2 * np.pi * variance)
            steady, free = (1 - LATE) * in_time, LATE * any_time
            way = chance * leaves[:-step] * (steady + free) * self.entering[pitch][step:]
            weight[step:] += way
            better = np.flatnonzero(way > best[step:])
            to, since = better + step, better
            best[to], entered[to], heard[to] = way[better], time, 1.0
            fits = np.where(self.member[pitch, to], 1.0, HALF * self.related[pitch, to])
            fit[to] = self.fit[since] + (fits - self.fit[since]) / MEMORY
            noise = (CLOCK / passed[better]) ** 2 + FREE**2
            gain = self.doubt[since] / (self.doubt[since] + noise)
            gain *= steady[better] / (steady[better] + free)
            pace[to] = self.pace[since] + gain * (np.log(passed[better] / asked[better]) - self.pace[since])
            doubt[to] = (1 - gain) * self.doubt[since] + DRIFT * passed[better]

        free_weight = JUMP * float(self.weight.sum()) + BACK * self.stray
        way = free_weight * any_time * self._landing() * self.entering[pitch]
        weight += way
        jumped = way > best
        entered[jumped], heard[jumped], fit[jumped] = time, 1.0, FIT_NEW
        pace[jumped], doubt[jumped] = self.pace[self.sure], NEW / 4
        total = float(self.weight.sum())
        self.stray = (STRAY * total + (1 - BACK) * self.stray) * any_time * self.noise[pitch]
        self.weight, self.entered, self.heard, self.fit = weight, entered, heard, fit
        self.pace, self.doubt = pace, np.minimum(doubt, NEW)
        self._normalise()

    def _landing(self) -> FloatArray:
        """Where jumps lead, a chance for each chord."""
        near = np.exp(-np.abs(np.arange(len(self.place)) - self.sure) / REACH)
        found: FloatArray = NEAR * near / near.sum() + (1 - NEAR) / len(self.place)
        return found

    def _normalise(self) -> None:
        total = float(self.weight.sum()) + self.stray
        self.weight /= total
        self.stray /= total

    def _look(self) -> None:
        """Where the player is taken to be: near the last sure place while that is likely at all, else where most is."""
        start, stop = max(self.sure - AROUND, 0), self.sure + AHEAD + 1
        here = start + int(np.argmax(self.weight[start:stop]))
        self.confidence = self._around(here)
        if self.state != LOST and self.confidence < LOST_BELOW and self.fit[here] >= FIT_STAYS:
            self._stay(here)
        lost = self.state == LOST
        fits = self.fit[here] >= (FIT_FOUND if lost else FIT_LOST)
        if self.confidence < (FOUND_ABOVE if lost else LOST_BELOW) or not fits:
            there = int(np.argmax(self.weight))
            found = self._around(there)
            if found < FOUND_ABOVE or self.fit[there] < FIT_FOUND:
                self.state, self.confidence = LOST, max(found, self.confidence)
                return
            here, self.confidence = there, found
        self.sure = here
        self.state = ENDED if here == len(self.place) - 1 else FOLLOWING

    def _stay(self, chord: int) -> None:
        """Half of all chances to a place that still fits; some odd notes lead else to the passage's return."""
        start, stop = max(chord - AROUND, 0), chord + AROUND + 1
        here = self.weight[start:stop] / self.confidence
        self.weight *= (1.0 - STAYS) / (1.0 - self.confidence)
        self.stray *= (1.0 - STAYS) / (1.0 - self.confidence)
        self.weight[start:stop] = STAYS * here
        self.confidence = STAYS

    def _around(self, chord: int) -> float:
        """The chance of being within a few chords."""
        return float(self.weight[max(chord - AROUND, 0) : chord + AROUND + 1].sum())


def chords(written: Written) -> tuple[IntArray, IntArray]:
    """Of each chord the note that tells its place, one that is no grace note if there is; of each note its chord."""
    onsets = np.unique(written.onset)
    begins = np.append(True, np.diff(onsets) >= AT_ONCE)
    chord = (np.cumsum(begins) - 1)[np.searchsorted(onsets, written.onset)]
    order = np.lexsort((written.onset, written.duration <= 0, chord))
    first = order[np.searchsorted(chord[order], np.arange(int(chord[-1]) + 1))]
    return first.astype(np.int64), chord.astype(np.int64)


def _tables(
    pitch: IntArray, chord: IntArray, noise: FloatArray
) -> tuple[FloatArray, BoolArray, BoolArray, Table, Table]:
    """Of each chord its number of pitches; which they are; how likely each pitch is as its first note, and as a further
    one beside those that are still to come.
    """
    count = int(chord[-1]) + 1
    member = np.zeros((PITCHES, count), dtype=bool)
    member[pitch, chord] = True
    size = member.sum(axis=0).astype(np.float64)
    share = member / size
    around = sum(_moved(share, by) for by in NEIGHBOURS)
    beside = np.zeros_like(share)
    beside[:, 1:] += 0.5 * share[:, :-1]
    beside[:, :-1] += 0.5 * share[:, 1:]
    entering = RIGHT * share + NEIGHBOUR * around + OTHER * noise[:, None]
    staying = AGAIN * share + TURNED * around + BESIDE * beside + ANY * noise[:, None]
    related = (share > 0) | (around > 0) | (beside > 0)
    return size, member, related, entering.astype(np.float32), staying.astype(np.float32)


def _moved(table: FloatArray, semitones: int) -> FloatArray:
    moved = np.zeros_like(table)
    if semitones > 0:
        moved[semitones:] = table[:-semitones]
    else:
        moved[:semitones] = table[-semitones:]
    return moved


def _noise(pitch: IntArray) -> FloatArray:
    """How likely each pitch is among notes that are not in the score: half as often as in it, half any."""
    found: FloatArray = 0.5 * np.bincount(pitch, minlength=PITCHES) / len(pitch) + 0.5 / 88
    return found
