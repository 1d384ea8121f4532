"""A chord chart, `Dm | Gm C7 | A7 | Dm`, as what four voices are to sing (`chord_spans.py`).

Bars stand between upright strokes; several chords share their bar's beats evenly, so one of four has one, two or four.
N.C. leaves its beats free. Chords are named as charts name them: triads, sixths, sevenths, ninths, suspended ones, and
any bass after a stroke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from descant.composition.chord_spans import BEAT, ChordSpan
from descant.errors import InvalidValueError
from descant.io.score.chord_names import NO_CHORD, harte
from descant.types.chord_vocabulary import QUALITIES, interval
from descant.types.names import pitch_class

BAR = 16  # steps
HELD = 8  # steps that a last chord is held for, where it has as many
NINTHS = {"9": (0, 2, 4, 7, 10), "maj9": (0, 2, 4, 7, 11), "min9": (0, 2, 3, 7, 10), "maj(9)": (0, 2, 4, 7)}
SCALES = {"major": {0, 2, 4, 5, 7, 9, 11}, "minor": {0, 2, 3, 5, 7, 8, 9, 10, 11}}


@dataclass(frozen=True)
class ChartChord:
    """A chord for some steps from `start` on."""

    start: int
    stop: int
    text: str
    label: str  # Harte's
    root: int
    intervals: tuple[int, ...]  # semitones over the root
    bass: int

    def span(self, start: int, stop: int, *, held: bool = False) -> ChordSpan:
        """The chord from one step to another."""
        return ChordSpan.of(start, stop, self.root, self.intervals, self.bass, held=held)


@dataclass(frozen=True)
class ChordChart:
    """Chords in order of time, and how many bars they fill."""

    bars: int
    chords: tuple[ChartChord, ...]

    def spans(self, at: int = 0) -> list[ChordSpan]:
        """What is to be sung from step `at` on; the last chord ends the piece and is held."""
        found = [one.span(at + one.start, at + one.stop) for one in self.chords]
        last = self.chords[-1] if self.chords else None
        if last is not None and last.stop == self.bars * BAR:
            held = min(HELD, last.stop - last.start)
            found.pop()
            if last.stop - last.start > held:
                found.append(last.span(at + last.start, at + last.stop - held))
            found.append(last.span(at + last.stop - held, at + last.stop, held=True))
        return found


def chart(text: str, bars: Sequence[Sequence[int]] | None = None) -> ChordChart:
    """The chords of a chart.

    bars: of each bar the steps at which its beats begin, and its end; bars of four quarters, where nothing is said.
    Raises InvalidValueError where a chord cannot be read, or not be placed on beats, or the bars are not as many.
    """
    written = [one.split() for one in text.strip().strip("|").split("|")]
    edges = [range(at, at + BAR + 1, BEAT) for at in range(0, len(written) * BAR, BAR)] if bars is None else bars
    if len(edges) != len(written):
        raise InvalidValueError(
            f"the chords fill {len(written)} bars, and there are {len(edges)}: write a chord for each"
        )
    found = []
    for number, (bar, edge) in enumerate(zip(written, edges, strict=True)):
        beats = len(edge) - 1
        if not bar or beats % len(bar):
            takes = " or ".join(str(one) for one in range(1, beats + 1) if beats % one == 0)
            raise InvalidValueError(
                f"bar {number + 1} of the chords has {len(bar)} chords; a bar of {beats} beats takes {takes}"
            )
        each = beats // len(bar)
        for at, name in enumerate(bar):
            chord = _chord(name, edge[at * each], edge[(at + 1) * each])
            if chord is not None:
                found.append(chord)
    return ChordChart(len(written), tuple(found))


def foreign(found: ChordChart, tonic: int, mode: str) -> ChartChord | None:
    """The first chord that has no tone of the key."""
    scale = {(tonic + one) % 12 for one in SCALES[mode]}
    return next((one for one in found.chords if not scale & set(_classes(one))), None)


def _classes(chord: ChartChord) -> list[int]:
    return [(chord.root + one) % 12 for one in chord.intervals]


def _chord(name: str, start: int, stop: int) -> ChartChord | None:
    """A chord by its name; None for none."""
    label = harte(name)
    if label == "N":
        return None
    head, _, degree = (label or "").partition("/")
    root, _, quality = head.partition(":")
    intervals = QUALITIES.get(quality) or NINTHS.get(quality)
    if label is None or intervals is None:
        raise InvalidValueError(
            f"{name!r} is no chord that is known here; write triads, sixths, sevenths, ninths or "
            f"suspended chords as Dm, F#m7b5, Bbmaj7, A7/C#, Gsus4, or {NO_CHORD}"
        )
    tonic = pitch_class(root)
    return ChartChord(start, stop, name, label, tonic, intervals, (tonic + interval(degree)) % 12)
