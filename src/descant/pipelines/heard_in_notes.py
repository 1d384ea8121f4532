"""What a recording is heard for, of a score or performed notes: beats with their places in the bar, chords, keys.

A score says its beats, and so do notes that keep to their own tempo map; of other notes `pm2s-beats` finds them. Chords
are the symbols over the staves or the Roman numerals under them, where there are any; else numerals are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

import numpy as np

from descant.harmony.numerals import named
from descant.harmony.roman import pitch_name
from descant.io.score.unfolded import unfolded
from descant.io.score.whole_bars import Bar, whole_bars
from descant.pipelines.harmonic_analysis import one_line
from descant.pipelines.transcribe import beats_of, notated
from descant.registry import towards
from descant.transcription.notation.given import given, given_timeline
from descant.types import Beats, Chords, Keys, Notes, RomanNumerals, Score
from descant.types.annotations import KEY
from descant.types.arrays import FloatArray
from descant.types.clock import Clock

MOST_POSITIONS = 64  # of beats in a bar that have a number
QUALITIES = {"hdim7": "hdim7", "aug7": "aug(7)", "aug6": "7"}  # as Harte writes them, where that is not their own name
BASSES = {
    "maj": ("3", "5"),
    "min": ("b3", "5"),
    "dim": ("b3", "b5"),
    "aug": ("3", "#5"),
    "maj7": ("3", "5", "7"),
    "min7": ("b3", "5", "b7"),
    "7": ("3", "5", "b7"),
    "dim7": ("b3", "b5", "bb7"),
    "hdim7": ("b3", "b5", "b7"),
    "aug7": ("3", "#5", "7"),
}

TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

Seconds = Callable[[FloatArray], FloatArray]  # from quarters


def beats_in(music: Notes | Score) -> Beats | None:
    """The beats of a score as it is played, or of performed notes; None where none are found."""
    if isinstance(music, Score):
        played = unfolded(music).score
        clock = Clock.of(played)
        rows = [row for bar in whole_bars(played) for row in _beats(bar)]
        return _told(clock.seconds([float(at) for at, _ in rows]), [position for _, position in rows])
    if not given(music).near:
        return beats_of(music)
    line = given_timeline(music)
    places: dict[Fraction, int] = {}
    for number, (start, length, time) in enumerate(line.bars):
        lacks = time.length - length if number == 0 else Fraction(0)  # of an upbeat
        here = [at for at in line.quarters if start <= at < start + length]
        places |= {at: int((at - start + lacks) / time.beat) + 1 for at in here}
    kept = [at for at, place in enumerate(line.quarters) if place in places and line.seconds[at] < music.duration]
    return _told(line.seconds[kept], [places[line.quarters[at]] for at in kept])


def harmony_in(music: Notes | Score, beats: Beats | None) -> tuple[Chords | None, Keys | None]:
    """Chords and local keys; None where they cannot be told, as of a tune alone."""
    if isinstance(music, Score):
        score = unfolded(music).score
        seconds: Seconds = Clock.of(score).seconds
    else:
        page = notated(music, beats)
        score = page.score
        if not len(page.second):
            return None, None
        # an upbeat's first beat may lie before the first note, and so before time begins
        seconds = lambda quarters: np.maximum(0.0, np.interp(quarters, page.quarter, page.second))  # noqa: E731
    end = float(score.length)
    if score.chords:
        starts = [float(one.at) for one in score.chords]
        return _chords(
            [*zip(starts, [*starts[1:], end], strict=True)], [one.label for one in score.chords], seconds
        ), None
    if score.numerals:
        numerals = _written_numerals(score)
    elif one_line(score) or not any(one.drum is None for one in score.sounding()):
        return None, None
    else:
        numerals = towards(RomanNumerals)[0](score)
    spans = list(zip(numerals.start.tolist(), numerals.end.tolist(), strict=True))
    labels = [harte(key, figure) for key, figure in zip(numerals.key, numerals.figure, strict=True)]
    chords = _chords(spans, labels, seconds, np.asarray(numerals.confidence))
    return replace(chords, made_by=numerals.made_by), replace(_keys(numerals, seconds), made_by=numerals.made_by)


def harte(key: str, figure: str) -> str:
    """A Roman numeral as it sounds: `V65` in `C major` is `G:7/3`."""
    chord = named(key, figure)
    quality = QUALITIES.get(chord.quality, chord.quality)
    bass = f"/{BASSES[chord.quality][chord.inversion - 1]}" if chord.inversion and chord.quality in BASSES else ""
    return f"{pitch_name(chord.root)}:{quality}{bass}"


def _beats(bar: Bar) -> Iterator[tuple[Fraction, int]]:
    """Each beat of a bar that is on the page, and its number."""
    at, number = bar.start, 1
    step = 1 / (bar.beat(bar.start + 1) - 1)  # quarters
    while at < bar.end:
        if at >= 0:
            yield at, number
        at, number = at + step, number + 1


def _told(time: FloatArray, position: list[int]) -> Beats | None:
    """Beats of rising times; what a tempo beyond all measure lets fall together is left out."""
    rising = np.flatnonzero(np.diff(time, prepend=-1.0) > 1e-6)
    places = np.array(position, dtype=np.int64)
    places[places > MOST_POSITIONS] = 0
    return Beats(time[rising], places[rising]) if len(rising) else None


def _chords(
    spans: list[tuple[float, float]], labels: list[str], seconds: Seconds, confidence: FloatArray | None = None
) -> Chords:
    """Chords over time; those that a tempo leaves no time for are left out."""
    edges = seconds(np.array(spans, dtype=np.float64).reshape(-1, 2))
    kept = np.flatnonzero(edges[:, 1] > edges[:, 0])
    sure = None if confidence is None else confidence[kept]
    return Chords(edges[kept, 0], edges[kept, 1], tuple(labels[at] for at in kept), sure)


def _written_numerals(score: Score) -> RomanNumerals:
    """Those under the staves; of two at one place the later."""
    each = {float(one.at): one for one in score.numerals if one.at < score.length}
    start = np.array(sorted(each))
    kept = [each[at] for at in start.tolist()]
    end = np.append(start[1:], float(score.length))
    return RomanNumerals(start, end, tuple(one.key for one in kept), tuple(one.figure for one in kept))


def _keys(numerals: RomanNumerals, seconds: Seconds) -> Keys:
    """The local keys, each as likely as its chords are on average; the one of the whole is that which holds longest."""
    sure = np.asarray(numerals.confidence)
    spans = [list(group) for _, group in groupby(range(len(numerals)), key=lambda at: numerals.key[at])]
    start = seconds(numerals.start[[one[0] for one in spans]])
    end = seconds(numerals.end[[one[-1] for one in spans]])
    label = [_simple(numerals.key[one[0]]) for one in spans]
    confidence = np.array([sure[one].mean() for one in spans])
    kept = np.flatnonzero(end > start)
    held: dict[str, float] = {}
    for at in kept.tolist():
        held[label[at]] = held.get(label[at], 0.0) + float(end[at] - start[at])
    overall = max(held, key=lambda key: held[key], default="N")
    likely = float(np.average(confidence[kept], weights=(end - start)[kept])) if len(kept) else 0.0
    return Keys(
        start[kept],
        end[kept],
        tuple(label[at] for at in kept),
        confidence[kept],
        overall=overall,
        overall_confidence=likely,
    )


def _simple(key: str) -> str:
    """A key with at most one accidental in its name."""
    if KEY.fullmatch(key):
        return key
    tonic, mode = key.split()
    step = "C D EF G A B".index(tonic[0]) + tonic.count("#") - tonic.count("b")
    return f"{TONICS[step % 12]} {mode}"
