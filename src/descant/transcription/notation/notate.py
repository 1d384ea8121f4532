"""Performed notes to a page: grid, durations, spelling, hands and voices, as a copyist would write what was played.

Each step has a file of its own: bars (`timeline`, or `given` where a MIDI file knows its own), the grid (`grid`), key
signatures (`key_signature`), spelling (`ps13`), and each player's part (`written_part`), made of hands (`hands`),
voices (`voices`) and lengths (`values`), with what is tied and filled with rests (`rhythm`, `page`).

The order is that of the field's classical systems: beats, grid, metre, spelling, voices (Temperley: The Cognition of
Basic Musical Structures, 2001; Cogliati, Temperley and Duan: Transcribing Human Piano Performances into Music
Notation, ISMIR 2016). Dynamics, pedal and articulation other than staccato are not written.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from descant.errors import DescantWarning, InvalidValueError
from descant.features.struck_together import struck_together
from descant.transcription.notation import drum_staff
from descant.transcription.notation.given import given, given_timeline, on_grid, quarters
from descant.transcription.notation.grid import Place, placed
from descant.transcription.notation.key_signature import signatures
from descant.transcription.notation.notated import LEFT_OUT, Notated
from descant.transcription.notation.page import clefs, rows
from descant.transcription.notation.ps13 import spelled
from descant.transcription.notation.struck import struck
from descant.transcription.notation.tempo import tempo_marks
from descant.transcription.notation.timeline import Timeline, timeline
from descant.transcription.notation.written_part import written_part
from descant.types import Beats, Notes
from descant.types.score import Direction, KeySignature, Measure, Score, ScorePart, SpelledPitch

MOST_NOTES = 100_000  # of a page
COMPOUND_GAIN = 0.3  # cost a beat by which dividing beats in three must be cheaper


class NoBeatWarning(DescantWarning):
    """No beat was heard, so the bars of a page mean nothing."""


def notate(notes: Notes, beats: Beats, *, simple: bool = False) -> Score:
    """The page for some performed notes, in bars after `beats` or, where the notes keep to them, the file's own.

    simple: nothing shorter than eighths and their triplets, one voice a staff, no grace notes. Raises
    InvalidValueError for more than 100,000 notes.
    """
    return notated(notes, beats, simple=simple).score


def notated(
    notes: Notes, beats: Beats | None = None, *, simple: bool = False, key: KeySignature | None = None
) -> Notated:
    """The same, with which written note stands for which played one. key: the signature, if it is known.

    Without beats, and where a file's own bars cannot be believed, the page is written in 4/4 at 120, and a
    NoBeatWarning says so.
    """
    limited(notes)
    if not len(notes):
        return _empty()
    line, places = _places(notes, beats if beats is not None and len(beats) > 1 else None, simple)
    quarter = [line.quarter(one.beat) for one in places]
    measures = _measures(notes, line, quarter)
    if key is not None:
        measures = [replace(one, key=key) for one in measures]
    starts = [one.start for one in measures]
    sharps = [measures[max(0, bisect_right(starts, one) - 1)].key.sharps for one in quarter]
    names = _spelled(notes, quarter, sharps)
    held = line.quarters_at(notes.offset)
    parts = []
    for number in _order(notes):
        mine = np.flatnonzero(np.asarray(notes.part) == number).tolist()
        parts.append((number, written_part(notes, number, mine, places, quarter, held, names, measures, simple)))
    score = Score(
        tuple(measures),
        tuple(part for _, part in parts),
        tempos=tuple(tempo_marks(notes, line, measures)),
    )
    of_notes = _written(score, notes, [number for number, _ in parts], quarter, places)
    return Notated(score, of_notes, line.seconds, np.array([float(one) for one in line.quarters]))


def limited(notes: Notes) -> None:
    """Raise InvalidValueError where there are more notes than can be written."""
    if len(notes) > MOST_NOTES:
        raise InvalidValueError(
            f"{len(notes)} notes are too many for a page; cut the piece, {MOST_NOTES} can be written"
        )


def _empty() -> Notated:
    """A page with one empty bar."""
    from descant.types.score import TimeSignature

    time = TimeSignature((4,), 4)
    measure = Measure(Fraction(0), time.length, time, KeySignature(0), "1", barline="final")
    words = (Direction(Fraction(0), "nothing was heard"),)
    part = ScorePart(rows([], [measure], 1), clefs=clefs([], [measure], 1), directions=words)
    return Notated(Score((measure,), (part,)), ())


def _places(notes: Notes, beats: Beats | None, simple: bool) -> tuple[Timeline, list[Place]]:
    """The bars, and where each note stands."""
    told = given(notes)
    if told.exact and not simple:
        exact = given_timeline(notes)
        return exact, [Place(_beat_at(exact, on_grid(float(one)))) for one in quarters(notes, notes.onset)]
    first, last = float(notes.onset[0]), float(notes.onset[-1])
    of = struck_together(notes.onset)
    if told.near:
        line = given_timeline(notes)
        dotted = line.bars[0][2].beat.numerator == 3
        found, _ = placed(struck(notes, of, line, simple), line.seconds, dotted, simple)
    else:
        if beats is None:
            warnings.warn("no beat was found; the bars are in 4/4 at 120 and mean nothing", NoBeatWarning, stacklevel=3)
            beats = Beats(np.array([first, first + 0.5]), np.array([1, 2]))
        line = timeline(beats, first, last, compound=False)
        seen = struck(notes, of, line, simple)
        found, cost = placed(seen, line.seconds, False, simple)
        in_three, other = placed(seen, line.seconds, True, simple)
        if other < cost - COMPOUND_GAIN * len(line.seconds):
            line, found = timeline(beats, first, last, compound=True), in_three
    return line, [found[one] for one in of.tolist()]


def _beat_at(line: Timeline, quarter: Fraction) -> Fraction:
    at = min(max(bisect_right(line.quarters, quarter) - 1, 0), len(line.quarters) - 2)
    return at + (quarter - line.quarters[at]) / (line.quarters[at + 1] - line.quarters[at])


def _measures(notes: Notes, line: Timeline, quarter: Sequence[Fraction]) -> list[Measure]:
    """The bars with their key signatures."""
    ends = [start + length for start, length, _ in line.bars]
    last = max(quarter)
    kept = [one for one, end in zip(line.bars, ends, strict=True) if one[0] <= last or end <= last]
    starts = [start for start, _, _ in kept]
    sounding = np.zeros((len(kept), 12))
    lengths = np.minimum(line.quarters_at(notes.offset) - line.quarters_at(notes.onset), 4.0)
    for at in np.flatnonzero(~notes.drum).tolist():
        measure = max(0, bisect_right(starts, quarter[at]) - 1)
        sounding[measure, notes.pitch[at] % 12] += max(float(lengths[at]), 0.1)
    upbeat = len(kept) > 1 and kept[0][1] < kept[0][2].length
    return [
        Measure(
            start,
            length,
            time,
            KeySignature(key.sharps, key.mode),
            str(number if upbeat else number + 1),
            barline="final" if number + 1 == len(kept) else "",
        )
        for number, ((start, length, time), key) in enumerate(zip(kept, signatures(sounding), strict=True))
    ]


def _spelled(notes: Notes, quarter: Sequence[Fraction], sharps: Sequence[int]) -> list[SpelledPitch]:
    """The name of each note; strokes have places on the staff."""
    pitched = [at for at in range(len(notes)) if not notes.drum[at]]
    pitched.sort(key=lambda at: (quarter[at], notes.pitch[at]))
    names = [SpelledPitch("C", 4)] * len(notes)
    found = spelled([int(notes.pitch[at]) for at in pitched], [sharps[at] for at in pitched])
    for at, name in zip(pitched, found, strict=True):
        names[at] = name
    for at in np.flatnonzero(notes.drum).tolist():
        names[at] = drum_staff.place(int(notes.pitch[at]))
    return names


def _order(notes: Notes) -> list[int]:
    """The parts that have notes, drums last."""
    used = np.unique(np.asarray(notes.part)).tolist()
    return sorted(used, key=lambda one: notes.parts[one].drum)


def _written(
    score: Score, notes: Notes, order: Sequence[int], quarter: Sequence[Fraction], places: Sequence[Place]
) -> tuple[int, ...]:
    """Of each note the index of the sounding note that stands for it."""
    index: dict[tuple[int, Fraction, int, bool], int] = {}
    for at, one in enumerate(score.sounding()):
        key = one.drum if one.drum is not None else one.pitch.midi
        index.setdefault((one.part, one.onset, key, one.duration == 0), at)
    rank = {number: at for at, number in enumerate(order)}
    part = [rank[one] for one in np.asarray(notes.part).tolist()]
    return tuple(
        index.get((part[at], quarter[at], int(notes.pitch[at]), places[at].grace), LEFT_OUT) for at in range(len(notes))
    )
