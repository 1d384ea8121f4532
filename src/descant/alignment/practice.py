"""What a take makes of a score: wrong, missed and extra notes, early and late ones, what is too loud or too soft, where
the player stopped, skipped or played again, and which bars to practise first.

Notes are matched to the score (`note_matching`); what was played is judged by what is played around it (`timing`,
`touch`), not by a metronome. Where a place was played several times, the last time counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from descant.alignment.note_matching import NONE, Matching, match
from descant.alignment.timing import Timing, timing
from descant.alignment.touch import stands_out
from descant.alignment.written import Written
from descant.errors import InvalidValueError
from descant.types.arrays import BoolArray, FloatArray, IntArray

WRONG, MISSED, EXTRA, EARLY, LATE, LOUD, SOFT = "wrong", "missed", "extra", "early", "late", "loud", "soft"
PAUSE, SKIPPED, UNREPEATED, REPEATED, MARK = "pause", "skipped", "unrepeated", "repeated", "mark"
OF_NOTES = (WRONG, MISSED, EXTRA, EARLY, LATE, LOUD, SOFT)
KINDS = (*OF_NOTES, PAUSE, SKIPPED, UNREPEATED, REPEATED, MARK)

# Notes off by more than all three of these are early or late.
OFF_SECONDS = 0.075
OFF_QUARTERS = 0.12
OFF_SPREADS = 3.2
# Notes off by more than both of these stand out.
OUT_VELOCITY = 22.0
OUT_SPREADS = 2.5

DOUBLED = 0.05  # seconds within which a key is struck twice for one note
FITS = 0.6  # of a take and its score; less, and it is another piece
COST = {WRONG: 1.0, MISSED: 1.0, EXTRA: 0.5, EARLY: 0.5, LATE: 0.5, LOUD: 0.25, SOFT: 0.25, PAUSE: 1.0}  # notes
FIRST = 3  # bars that are to be practised first
LEVELS = ("pppp", "ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "ffff")
MARKED_NOTES = 4  # notes on either side of a dynamic mark that make it heard
MARKED_VELOCITY = 3.0  # that it must change


class OtherPieceError(InvalidValueError):
    """The take is not of this score."""


@dataclass(frozen=True, eq=False)
class PracticePage:
    """What is looked at of a score, in quarters of the order in which it is played."""

    notes: Written
    bars: FloatArray  # where each begins, and the end of the last one
    beat: FloatArray  # quarters, one a bar
    printed: IntArray  # of each bar, its number on the page: a bar that is played twice has one
    ornamented: BoolArray  # notes under a trill, a turn or the like, which others are played around
    rolled: BoolArray  # notes under a sign to roll them
    accented: BoolArray  # notes that are meant to stand out
    holds: FloatArray  # places under a fermata or before a breath, where a pause is in order
    dynamics: tuple[tuple[float, str], ...] = ()  # places and LEVELS

    @property
    def bar_of_notes(self) -> IntArray:
        """Of each note the index of the bar that it begins in."""
        return np.searchsorted(self.bars[:-1], self.notes.onset + 1e-9, "right") - 1

    def bar_of(self, quarter: float) -> int:
        """The index of the bar that a place lies in."""
        return int(np.clip(np.searchsorted(self.bars, quarter + 1e-9, "right") - 1, 0, len(self.bars) - 2))


@dataclass(frozen=True)
class Finding:
    """Something that is not as written."""

    kind: str  # one of KINDS
    quarter: float  # where, of the score in the order in which it is played
    until: float  # the end of what is skipped or repeated; else the same
    note: int = NONE  # the written note, in Written's order
    played: int = NONE  # the performed one
    amount: float = 0.0  # semitones; seconds late, below 0 early; velocity louder; seconds of a pause


@dataclass(frozen=True, eq=False)
class Judgement:
    """What was found in a take, played or sung."""

    page: PracticePage
    findings: tuple[Finding, ...]  # in order of place
    bar_score: FloatArray  # of each bar, 0 to 100; nan where the take does not come to it
    score: float  # of all bars that the take comes to, by their notes
    curve: tuple[FloatArray, FloatArray]  # quarters, and quarters a minute there, beat by beat


@dataclass(frozen=True, eq=False)
class Practice(Judgement):
    """What was found in a take that was played."""

    matching: Matching
    timing: Timing


def practised(
    page: PracticePage, onset: FloatArray, pitch: IntArray, velocity: IntArray, sure: BoolArray | None = None
) -> Practice:
    """A take, its notes in order of onset (seconds), held against a score.

    sure: the notes that were certainly played; others may answer what is written, and are passed over where they do
    not. All, if not given.

    Raises InvalidValueError for a take without notes, OtherPieceError for one of another piece.
    """
    if not len(onset):
        raise InvalidValueError("the take has no notes, so there is nothing to hold against the score")
    found = match(page.notes, onset, pitch, page.bars)
    sure = np.ones(len(onset), dtype=bool) if sure is None else sure
    fit = found.fit(sure)
    if fit < FITS:
        raise OtherPieceError(
            f"the take does not fit the score: {100 * fit:.0f} in 100 notes agree; "
            "is it another piece, or in another key?"
        )
    time = timing(page.notes, found, onset, page.rolled)
    judged = _judged(page, found)
    findings = [
        *_notes(page, found, time, onset, pitch, sure),
        *_out_of_time(page, time, found),
        *_out_of_touch(page, found, velocity),
        *(Finding(PAUSE, at, at, amount=long) for at, long in time.pauses if not _held(page, at)),
        *_jumps(page, found, judged),
        *_unrepeated(page, judged),
        *_marks(page, found, velocity),
    ]
    findings.sort(key=lambda one: (one.quarter, KINDS.index(one.kind), one.note, one.played))
    scores, weight = _scores(page, judged, findings)
    overall = float(np.average(scores[weight > 0], weights=weight[weight > 0]))
    return Practice(page, tuple(findings), scores, overall, tempo_curve(page, time), found, time)


def _notes(
    page: PracticePage, found: Matching, time: Timing, onset: FloatArray, pitch: IntArray, sure: BoolArray
) -> Iterator[Finding]:
    """Wrong, missed and extra notes."""
    bars = page.bar_of_notes
    touched = np.unique(bars[found.pass_of != NONE])
    for note in range(len(page.notes)):
        quarter = float(page.notes.onset[note])
        if found.played[note] != NONE or (found.pass_of[note] == NONE and bars[note] not in touched):
            continue
        other = int(found.instead[note])
        if found.pass_of[note] == NONE and _is_skipped(found, int(found.onset_of[note])):
            continue
        if other != NONE and sure[other]:
            yield Finding(WRONG, quarter, quarter, note, other, float(pitch[other] - page.notes.pitch[note]))
        elif page.notes.duration[note] > 0:  # who leaves out a grace note has not missed one
            yield Finding(MISSED, quarter, quarter, note)
    excused = {*found.instead.tolist(), *_struck_twice(found, onset, pitch), *np.flatnonzero(~sure).tolist()}
    for number, one in enumerate(found.passes):
        mine = time.of_pass == number
        place, second = time.place[mine], time.second[mine]
        for at in range(one.first, one.last):
            if found.written[at] == NONE and at not in excused and len(place):
                quarter = _place_at(float(onset[at]), place, second)
                if not _ornaments(page, quarter, int(pitch[at])):
                    yield Finding(EXTRA, quarter, quarter, played=at)


def _struck_twice(found: Matching, onset: FloatArray, pitch: IntArray) -> Iterator[int]:
    """Notes that double one that is right: two hands, or two parts, share it on the page."""
    for key in np.unique(pitch).tolist():
        mine = np.flatnonzero(pitch == key)
        right = mine[found.written[mine] != NONE]
        if len(right):
            away = np.abs(onset[mine][:, None] - onset[right]).min(axis=1)
            yield from mine[(found.written[mine] == NONE) & (away < DOUBLED)].tolist()


def _place_at(time: float, place: FloatArray, second: FloatArray) -> float:
    """The quarter at which a pass is at a time."""
    return float(np.interp(time, np.maximum.accumulate(second), place))


def _is_skipped(found: Matching, at: int) -> bool:
    """Whether an onset that no pass comes to lies between two passes, so that it was jumped over."""
    return any(one.high <= at for one in found.passes) and any(one.low > at for one in found.passes)


def _ornaments(page: PracticePage, quarter: float, pitch: int) -> bool:
    """Whether a note may belong to an ornament that is written there."""
    notes = page.notes
    near = page.ornamented & (notes.onset - 0.5 <= quarter) & (quarter <= notes.onset + notes.duration + 0.1)
    return bool((np.abs(notes.pitch[near] - pitch) <= 3).any())


def _out_of_time(page: PracticePage, time: Timing, found: Matching) -> Iterator[Finding]:
    limit = np.maximum(OFF_SECONDS, np.maximum(OFF_QUARTERS * time.pace, OFF_SPREADS * time.spread))
    for note in np.flatnonzero(np.abs(time.off) > limit).tolist():
        quarter, late = float(page.notes.onset[note]), float(time.off[note])
        yield Finding(LATE if late > 0 else EARLY, quarter, quarter, note, int(found.played[note]), late)


def _out_of_touch(page: PracticePage, found: Matching, velocity: IntArray) -> Iterator[Finding]:
    played = np.flatnonzero(found.played != NONE)
    part, pitch = page.notes.part[played], page.notes.pitch[played]
    chord = found.onset_of[played] * (int(page.notes.part.max()) + 1) + part
    top = np.full(int(chord.max(initial=0)) + 1, NONE)
    np.maximum.at(top, chord, pitch)
    off, spread = stands_out(velocity[found.played[played]], 2 * part + (pitch == top[chord]))
    for at in np.flatnonzero(np.abs(off) > np.maximum(OUT_VELOCITY, OUT_SPREADS * spread)).tolist():
        note, louder = int(played[at]), float(off[at])
        if louder > 0 and page.accented[note]:
            continue
        quarter = float(page.notes.onset[note])
        yield Finding(LOUD if louder > 0 else SOFT, quarter, quarter, note, int(found.played[note]), louder)


def _held(page: PracticePage, quarter: float) -> bool:
    """Whether a pause before a place is in order: the note before it has a fermata."""
    before = page.notes.onset[page.notes.onset < quarter - 1e-9]
    return bool(len(before)) and bool(np.isclose(page.holds, before.max()).any())


def _judged(page: PracticePage, found: Matching) -> BoolArray:
    """Which bars the take comes to."""
    bars = page.bar_of_notes[found.pass_of != NONE]
    judged: BoolArray = np.bincount(bars, minlength=len(page.bars) - 1) > 0
    return judged


def _jumps(page: PracticePage, found: Matching, judged: BoolArray) -> Iterator[Finding]:
    """What was jumped over, and what was played again."""
    last = len(found.onsets)
    elsewhere = np.isin(page.printed, page.printed[judged]) & ~judged
    for before, after in zip(found.passes, found.passes[1:], strict=False):
        left = float(found.onsets[before.high]) if before.high < last else float(page.bars[-1])
        came = float(found.onsets[after.low])
        if came > left and not elsewhere[page.bar_of(left) : page.bar_of(came - 2e-9) + 1].all():
            yield Finding(SKIPPED, left, came)
        elif came < left:
            again = found.onsets[after.high] if after.high < last else page.bars[-1]
            yield Finding(REPEATED, came, float(min(left, again)))


def _unrepeated(page: PracticePage, judged: BoolArray) -> Iterator[Finding]:
    """Bars that were to be played again, and were played once."""
    elsewhere = np.isin(page.printed, page.printed[judged]) & ~judged
    edges = np.flatnonzero(np.diff(np.concatenate([[False], elsewhere, [False]]).astype(np.int64)))
    for first, last in edges.reshape(-1, 2).tolist():
        yield Finding(UNREPEATED, float(page.bars[first]), float(page.bars[last]))


def _marks(page: PracticePage, found: Matching, velocity: IntArray) -> Iterator[Finding]:
    """Dynamic marks that change nothing, or the other way: the notes after a mark are held against those before it."""
    notes = np.flatnonzero(found.played != NONE)
    onset, loud = page.notes.onset[notes], velocity[found.played[notes]].astype(np.float64)
    for (begun, old), (at, new) in zip(page.dynamics, page.dynamics[1:], strict=False):
        until = min([one for one, _ in page.dynamics if one > at], default=page.bars[-1])
        wanted = LEVELS.index(new) - LEVELS.index(old)
        before, after = loud[(onset >= begun) & (onset < at)], loud[(onset >= at) & (onset < until)]
        if wanted and min(len(before), len(after)) >= MARKED_NOTES:
            change = float(np.median(after[: 4 * MARKED_NOTES]) - np.median(before[-4 * MARKED_NOTES :]))
            if change * np.sign(wanted) < MARKED_VELOCITY:
                yield Finding(MARK, at, at, amount=change)


def _scores(page: PracticePage, judged: BoolArray, findings: Sequence[Finding]) -> tuple[FloatArray, FloatArray]:
    """Each bar's score, nan where the take does not come to it, and the notes that it counts for."""
    weight = np.bincount(page.bar_of_notes, minlength=len(judged)).astype(np.float64)
    lost = np.zeros(len(judged))
    judged = judged.copy()
    for one in findings:
        lost[page.bar_of(one.quarter)] += COST.get(one.kind, 0.0)
        if one.kind == SKIPPED:
            left_out = (page.bars[:-1] >= one.quarter - 1e-9) & (page.bars[1:] <= one.until + 1e-9)
            lost[left_out & ~judged] += weight[left_out & ~judged]
            judged |= left_out
    scores = 100 * np.clip(1 - lost / np.maximum(weight, 1), 0.0, 1.0)
    return np.where(judged, scores, np.nan), np.where(judged, weight, 0.0)


def tempo_curve(page: PracticePage, time: Timing) -> tuple[FloatArray, FloatArray]:
    """Beats that the take goes through, in quarters, and its tempo over each, quarters a minute."""
    quarters: list[float] = []
    tempi: list[float] = []
    beats = [
        (float(at), float(min(at + beat, stop)))
        for start, stop, beat in zip(page.bars[:-1], page.bars[1:], page.beat, strict=True)
        for at in np.arange(start, stop - 1e-9, beat)
    ]
    for number in np.unique(time.section).tolist():
        mine = time.section == number
        place, second = time.place[mine], np.maximum.accumulate(time.second[mine])
        for start, stop in beats:
            if place[0] <= start and stop <= place[-1]:
                took = float(np.interp(stop, place, second) - np.interp(start, place, second))
                if took > 0:
                    quarters.append(start)
                    tempi.append(60.0 * (stop - start) / took)
    return np.array(quarters), np.array(tempi)


def practise_first(bars: FloatArray, count: int = FIRST) -> list[int]:
    """The bars with the lowest scores, lowest first; those that are as they should be are not among them."""
    order = np.argsort(np.where(np.isnan(bars), np.inf, bars), kind="stable")
    return [int(at) for at in order[:count] if bars[at] < 100]
