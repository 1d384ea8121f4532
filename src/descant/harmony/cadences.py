"""Cadences of a score from its Roman numerals: where chords close and the music draws breath.

A close is a step of two chords: a dominant to its tonic (authentic: perfect where both stand in root position, the
tune ends on the tonic and the second place is no weaker than the first, else imperfect), any chord to a dominant triad
(half), a dominant to the sixth degree (deceptive), the fourth degree to the tonic (plagal). Music is full of such
steps: a cadence is one with enough evidence that a phrase ends there. A predominant chord or a six-four before the
dominant counts, and so does what follows: a beat with less motion than before, voices that rest within a bar, a
fermata, a double bar, a repeat. Of closes that stand nearer to each other than phrases do, the strongest is kept.

The kinds are those of Caplin: Classical Form, Oxford 1998. The evidence was weighed on the ends of phrases in one half
of the quartets of DCML's ABC (`descant.datasets.dcml_abc`) and in some chorales (`descant.datasets.chorale_phrases`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descant.harmony.note_features import WrittenNotes, written_notes
from descant.harmony.note_graph import EXACT
from descant.harmony.roman import fifths_of, semitones
from descant.types import Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.cadences import Cadences
from descant.types.roman_numerals import RomanNumerals

# Evidence that a phrase ends, in natural logarithms of odds.
BIAS = -2.5
OF_KIND = {"PAC": 0.0, "IAC": -0.7, "HC": -1.1, "DC": -3.0, "PC": -2.2}
INVERTED = -1.1  # an imperfect one whose dominant is no chord of V in root position
PREPARED = 1.4  # a chord of the second or fourth degree, or one that leans on V, before the dominant
SIX_FOUR = 1.3  # a tonic six-four between them
STILL = 1.2  # each halving of the onsets in the beat that follows, against a usual beat of two bars before
FEWEST = 1.0  # onsets in a usual beat, at least
BREATH, TOP_BREATH = 0.9, 0.7  # all lines rest within a bar; the highest one does
CLOSED = 1.5  # a double bar, a repeat or the end within a bar
FERMATA = 4.0
ENOUGH = -2.0
APART = 1.5  # bars between the ends of phrases, at least
SILENCE = 0.5  # of a beat or of a quarter, whichever is shorter: a rest that is heard as one

_FIGURE = re.compile(r"([#b]*)([IVX]+|[ivx]+|Ger|Fr|It)[o+ø]?(\d*)(?:/(.*))?")
_NUMBERS = ("I", "II", "III", "IV", "V", "VI", "VII")
ROOT_POSITION = ("", "7")


@dataclass(frozen=True, eq=False)
class Page:
    """Notes, and what else tells where phrases end. Times are quarters."""

    notes: WrittenNotes
    line: IntArray  # (n,) which staff of which part each note stands on
    closes: FloatArray  # where double bars, repeats and the end stand
    fermatas: FloatArray  # onsets of what has one


@dataclass(frozen=True)
class Close:
    """Two chords that might make a cadence."""

    time: float  # quarters: of the second chord
    kind: str
    key: str
    odds: float  # natural logarithm, that a phrase ends here
    bar: float  # quarters


def cadences(score: Score, numerals: RomanNumerals) -> Cadences:
    """The cadences of a score, each at the onset of its last chord. None without numerals or notes."""
    return cadences_of(page_of(score), numerals)


def page_of(score: Score) -> Page:
    """What is read of a score."""
    sounding = sorted(score.sounding(), key=lambda one: (one.onset, one.pitch.midi))
    staves = [(one.part, one.staff) for one in sounding if one.duration > 0 and one.drum is None]
    number = {one: at for at, one in enumerate(sorted(set(staves)))}
    fermatas = {
        float(measure.start + event.onset)
        for part in score.parts
        for measure, row in zip(score.measures, part.measures, strict=True)
        for event in row
        if "fermata" in event.marks
    }
    return Page(
        written_notes(score),
        line=np.array([number[one] for one in staves], dtype=np.int64),
        closes=np.array([float(one.end) for one in score.measures if one.barline or one.repeat_end]),
        fermatas=np.array(sorted(fermatas)),
    )


def cadences_of(page: Page, numerals: RomanNumerals) -> Cadences:
    """The cadences of what was read of a score."""
    found = _strongest([one for one in closes(page, numerals) if one.odds > ENOUGH])
    return Cadences(
        time=np.array([one.time for one in found]),
        kind=tuple(one.kind for one in found),
        key=tuple(one.key for one in found),
        confidence=1 / (1 + np.exp(-np.array([one.odds for one in found]))),
    )


def closes(page: Page, numerals: RomanNumerals) -> list[Close]:
    """Every step of chords that might make a cadence, in order."""
    if not len(page.notes):
        return []
    chords = [Chord.of(one) for one in numerals.figure]
    lines = Lines(page)
    found = []
    for at in range(1, len(numerals)):
        time, key = float(numerals.start[at]), numerals.key[at]
        kind = kind_of(chords[at - 1], chords[at], same_key=key == numerals.key[at - 1])
        if not kind:
            continue
        dominant = at if kind == "HC" else at - 1
        odds = BIAS + OF_KIND[kind] + _approach(chords, dominant) + lines.rest_after(time)
        if kind == "IAC":
            if chords[at - 1].number == 5 and chords[at - 1].figures in ROOT_POSITION:
                ends = lines.top(time) % 12 == semitones(fifths_of(key.split()[0]))
                rises = lines.strength(time) >= lines.strength(float(numerals.start[at - 1]))
                if ends and rises:
                    kind = "PAC"
                    odds += OF_KIND["PAC"] - OF_KIND["IAC"]
            else:
                odds += INVERTED
        found.append(Close(time, kind, key, odds, lines.bar(time)))
    return found


@dataclass(frozen=True)
class Chord:
    """What a figure says: `bVI64/V` has the number 6, altered, figures 64, and leans on V.

    A fifth and a seventh degree that hold no leading tone, v and VII, count as altered; #vii does not.
    """

    number: int  # 0 for augmented sixths
    altered: bool
    figures: str
    leans_on: str

    @classmethod
    def of(cls, figure: str) -> Chord:
        found = _FIGURE.fullmatch(figure)
        assert found is not None, "numerals are written as their type asks"
        signs, numeral, figures, leans_on = found.groups()
        number = _NUMBERS.index(numeral.upper()) + 1 if numeral.upper() in _NUMBERS else 0
        altered = numeral in ("v", "VII") or bool(signs.replace("#", "") if numeral == "vii" else signs)
        return cls(number, altered, figures, leans_on or "")

    def on(self, number: int, figures: Sequence[str] = ("",)) -> bool:
        """Whether it stands on this degree of the key itself, with one of these figures."""
        return (self.number, self.altered, self.leans_on) == (number, False, "") and self.figures in figures


def kind_of(before: Chord, now: Chord, *, same_key: bool) -> str:
    """The kind of cadence that two chords might make; `IAC` for all authentic ones, empty for none."""
    if now.on(5):
        return "HC"
    if not same_key or before.altered or before.leans_on:
        return ""
    if now.on(1):
        return "PC" if before.on(4) else "IAC" if before.number in (5, 7) else ""
    return "DC" if now.on(6) and before.on(5, ROOT_POSITION) else ""


def _approach(chords: Sequence[Chord], dominant: int) -> float:
    """What stands before a dominant."""
    at = dominant - 1
    found = 0.0
    if at >= 0 and chords[at].on(1, ("64",)):
        found += SIX_FOUR
        at -= 1
    if at >= 0 and (chords[at].leans_on == "V" or (not chords[at].leans_on and chords[at].number in (0, 2, 4))):
        found += PREPARED
    return found


class Lines:
    """The notes of a page, asked for moments."""

    def __init__(self, page: Page) -> None:
        self.page = page
        notes = page.notes
        self.end = notes.onset + notes.duration
        self.longest = float(np.max(notes.duration))
        self.struck = notes.onset[np.diff(notes.onset, prepend=-np.inf) > EXACT]
        self.breaths = [_breaths(notes.onset[mine], self.end[mine]) for mine in _each(page.line)]

    def rest_after(self, time: float) -> float:
        """How much tells that a phrase ends within a bar from a moment on."""
        beat, until = self.beat(time), time + self.bar(time) + EXACT
        least = SILENCE * min(beat, 1.0) - EXACT
        rests = [_any(end[gap >= least], time + EXACT, until) for end, gap in self.breaths]
        sounding = self._sounding(time)
        highest = int(self.page.line[sounding[np.argmax(self.page.notes.pitch[sounding])]]) if len(sounding) else 0
        return (
            STILL * self._stiller(time)
            + BREATH * float(np.mean(rests))
            + TOP_BREATH * rests[highest]
            + CLOSED * _any(self.page.closes, time + EXACT, until)
            + FERMATA * _any(self.page.fermatas, time - EXACT, time + beat)
        )

    def _stiller(self, time: float) -> float:
        """By how many octaves fewer onsets follow within a beat than a beat has had for two bars."""
        beat, past = self.beat(time), 2 * self.bar(time)
        before, here, after, later = np.searchsorted(
            self.struck, [time - past - EXACT, time - EXACT, time + EXACT, time + beat - EXACT]
        ).tolist()
        usual = (here - before) * beat / max(min(past, time), beat)
        return float(np.log2(max(usual, FEWEST) / (later - after + 1)))

    def top(self, time: float) -> int:
        """The highest pitch that sounds; -1 where none does."""
        return int(np.max(self.page.notes.pitch[self._sounding(time)], initial=-1))

    def strength(self, time: float) -> int:
        """Of a place in its bar: 3 is the downbeat, 2 the middle of a bar of evenly many beats, 1 a beat."""
        bar, beat = self.bar(time), self.beat(time)
        into = time - float(self.page.notes.bar[self._at(time)])
        if _whole(into / bar):
            return 3
        if _whole(bar / beat / 2) and _whole(2 * into / bar):
            return 2
        return int(_whole(into / beat))

    def bar(self, time: float) -> float:
        """Quarters in a bar."""
        return float(self.page.notes.bar_length[self._at(time)])

    def beat(self, time: float) -> float:
        """Quarters in a beat."""
        return float(self.page.notes.beat[self._at(time)])

    def _at(self, time: float) -> int:
        return max(0, int(np.searchsorted(self.page.notes.bar, time + EXACT, side="right")) - 1)

    def _sounding(self, time: float) -> IntArray:
        onset = self.page.notes.onset
        first, last = np.searchsorted(onset, [time - self.longest - EXACT, time + EXACT])
        found: IntArray = first + np.flatnonzero(self.end[first:last] > time + EXACT)
        return found


def _breaths(onset: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Of one line: when all that sounds has ended before the next onset, or the last, and how long it then rests."""
    reach = np.maximum.accumulate(end)
    gap = np.append(onset[1:], np.inf) - reach
    return reach[gap > EXACT], gap[gap > EXACT]


def _each(line: IntArray) -> list[BoolArray]:
    return [line == one for one in range(int(line.max()) + 1)]


def _any(times: FloatArray, low: float, high: float) -> bool:
    return bool(np.any((times > low) & (times < high)))


def _whole(number: float) -> bool:
    return abs(number - round(number)) < EXACT


def _strongest(found: Sequence[Close]) -> list[Close]:
    """Those that no stronger one stands near, in order."""
    kept: list[Close] = []
    for one in sorted(found, key=lambda close: (-close.odds, close.time)):
        if all(abs(one.time - other.time) >= APART * one.bar - EXACT for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda close: close.time)
