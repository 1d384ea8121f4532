"""Performed notes to a page: grid, durations, spelling, hands and voices, as a copyist would write what was played.

Each step has a file of its own: bars (`timeline`, or `given` where a MIDI file knows its own), the grid (`grid`), key
signatures (`key_signature`), spelling (`ps13`), hands (`hands`), voices (`voices`), lengths (`values`), and what is
tied, beamed and filled with rests (`rhythm`, `page`).

The order is that of the field's classical systems: beats, grid, metre, spelling, voices (Temperley: The Cognition of
Basic Musical Structures, 2001; Cogliati, Temperley and Duan: Transcribing Human Piano Performances into Music
Notation, ISMIR 2016). Dynamics, pedal and articulation other than staccato are not written.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from descant.errors import DescantWarning, InvalidValueError
from descant.transcription.notation import drum_staff
from descant.transcription.notation.given import given, given_timeline, on_grid, quarters
from descant.transcription.notation.grid import Place, placed
from descant.transcription.notation.hands import LEFT, RIGHT, hands
from descant.transcription.notation.hands import Chord as Keys
from descant.transcription.notation.key_signature import signatures
from descant.transcription.notation.notated import LEFT_OUT, Notated
from descant.transcription.notation.page import UPPER, Chord, clefs, rows
from descant.transcription.notation.parts import name_of, reading, staves_of
from descant.transcription.notation.ps13 import spelled
from descant.transcription.notation.struck import grouped, struck
from descant.transcription.notation.tempo import tempo_marks
from descant.transcription.notation.timeline import Timeline, timeline
from descant.transcription.notation.values import value
from descant.transcription.notation.voices import Onset, voices
from descant.types import Beats, Notes
from descant.types.score import Direction, KeySignature, Measure, Score, ScorePart, SpelledPitch

MOST_NOTES = 100_000  # of a page
SUSTAIN = 64  # the pedal's control number
COMPOUND_GAIN = 0.3  # cost a beat by which dividing beats in three must be cheaper
LEAST = 1 / 32  # quarters that every note sounds


class NoBeatWarning(DescantWarning):
    """No beat was heard, so the bars of a page mean nothing."""


def notate(notes: Notes, beats: Beats, *, simple: bool = False) -> Score:
    """The page for some performed notes, in bars after `beats` or, where the notes keep to them, the file's own.

    simple: nothing shorter than eighths and their triplets, one voice a staff, no grace notes. Raises
    InvalidValueError for more than 100,000 notes.
    """
    return notated(notes, beats, simple=simple).score


def notated(notes: Notes, beats: Beats | None = None, *, simple: bool = False) -> Notated:
    """The same, with which written note stands for which played one.

    Without beats, and where a file's own bars cannot be believed, the page is written in 4/4 at 120, and a
    NoBeatWarning says so.
    """
    limited(notes)
    if not len(notes):
        return _empty()
    line, places = _places(notes, beats if beats is not None and len(beats) > 1 else None, simple)
    quarter = [line.quarter(one.beat) for one in places]
    measures = _measures(notes, line, quarter)
    starts = [one.start for one in measures]
    sharps = [measures[max(0, bisect_right(starts, one) - 1)].key.sharps for one in quarter]
    names = _spelled(notes, quarter, sharps)
    held = line.quarters_at(notes.offset)
    parts = []
    for number in _order(notes):
        mine = np.flatnonzero(np.asarray(notes.part) == number).tolist()
        parts.append((number, _part(notes, number, mine, places, quarter, held, names, measures, simple)))
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
    of = grouped(notes.onset)
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


@dataclass
class _Note:
    """A played note on its way to the page."""

    at: int  # its index
    place: Fraction
    held: float  # quarters at which it is let go
    pitch: int
    staff: int = 1
    voice: int = UPPER


def _part(
    notes: Notes,
    number: int,
    mine: Sequence[int],
    places: Sequence[Place],
    quarter: Sequence[Fraction],
    held: np.ndarray,
    names: Sequence[SpelledPitch],
    measures: Sequence[Measure],
    simple: bool,
) -> ScorePart:
    sound = notes.parts[number]
    here = Counter(quarter[at] for at in mine)
    together = sum(here[quarter[at]] > 1 for at in mine) / len(mine)
    staves = staves_of(sound, notes.pitch[list(mine)], together)
    found = [
        _Note(at, quarter[at], max(float(held[at]), float(quarter[at]) + LEAST), int(notes.pitch[at])) for at in mine
    ]
    plain = [one for one in found if not places[one.at].grace]
    graces = [one for one in found if places[one.at].grace]
    plain = _once(plain)
    if not sound.drum:
        if staves == 2:
            _to_hands(notes, plain)
        for staff in () if simple else (RIGHT, LEFT):
            _to_voices([one for one in plain if one.staff == staff])
    chords = _chords(notes, number, plain, graces, names, measures, sound.drum)
    read = reading(sound)
    written = notes.pitch[list(mine)] - read.transposition[1]
    if not sound.drum and (written.min() < 0 or written.max() > 127):
        read = read._replace(transposition=(0, 0))  # what no page can show stands where it sounds
    signs = clefs(chords, measures, staves, read.transposition[1], read.clef)
    return ScorePart(
        rows(chords, measures, staves), name_of(sound), sound, staves, signs, transposition=read.transposition
    )


def _once(found: Sequence[_Note]) -> list[_Note]:
    """One of the notes of a pitch that are written at one place: the longest."""
    kept: dict[tuple[Fraction, int], _Note] = {}
    for one in found:
        other = kept.get((one.place, one.pitch))
        if other is None or other.held < one.held:
            kept[one.place, one.pitch] = one
    return sorted(kept.values(), key=lambda one: (one.place, one.pitch))


def _at_once(found: Sequence[_Note]) -> list[list[_Note]]:
    """Notes by place, from low to high."""
    groups: dict[Fraction, list[_Note]] = defaultdict(list)
    for one in found:
        groups[one.place].append(one)
    return [sorted(groups[place], key=lambda one: one.pitch) for place in sorted(groups)]


def _to_hands(notes: Notes, found: Sequence[_Note]) -> None:
    groups = _at_once(found)
    struck_keys = [
        Keys(
            min(float(notes.onset[one.at]) for one in group),
            tuple(one.pitch for one in group),
            tuple(float(notes.offset[one.at]) for one in group),
        )
        for group in groups
    ]
    for group, sides in zip(groups, hands(struck_keys), strict=True):
        for one, side in zip(group, sides, strict=True):
            one.staff = side


def _to_voices(found: Sequence[_Note]) -> None:
    groups = _at_once(found)
    onsets = [
        Onset(float(group[0].place), tuple(one.pitch for one in group), tuple(one.held for one in group))
        for group in groups
    ]
    for group, numbers in zip(groups, voices(onsets), strict=True):
        for one, number in zip(group, numbers, strict=True):
            one.voice = number


def _chords(
    notes: Notes,
    part: int,
    plain: Sequence[_Note],
    graces: Sequence[_Note],
    names: Sequence[SpelledPitch],
    measures: Sequence[Measure],
    drum: bool,
) -> list[Chord]:
    """The chords of every voice with their written lengths."""
    starts = [one.start for one in measures]
    pedal = _Pedal(notes)
    ornaments = _ornaments(plain, graces, names)
    found: list[Chord] = []
    for staff, voice in sorted({(one.staff, one.voice) for one in plain}):
        groups = _at_once([one for one in plain if (one.staff, one.voice) == (staff, voice)])
        for number, group in enumerate(groups):
            place = group[0].place
            measure = measures[max(0, bisect_right(starts, place) - 1)]
            end = measures[-1].end
            following = groups[number + 1][0].place if number + 1 < len(groups) else end
            if drum:
                following = min(following, measure.end, (place // measure.time.beat + 1) * measure.time.beat)
            ends = sorted(one.held for one in group)
            played = ends[len(ends) // 2] - float(place)
            in_pedal = pedal.down(part, max(float(notes.offset[one.at]) for one in group))
            if drum:
                length, staccato = following - place, False
            else:
                whole = value(place - measure.start, played, following - measure.start, measure.time.beat, in_pedal)
                length, staccato = whole.length, whole.staccato
            pitches = {names[one.at].midi if drum else one.pitch: one for one in group}
            chosen = [pitches[key] for key in sorted(pitches)]
            found.append(
                Chord(
                    place,
                    length,
                    tuple(names[one.at] for one in chosen),
                    staff,
                    voice,
                    ("staccato",) if staccato else (),
                    ornaments.get((place, staff, voice), ()),
                    tuple(one.pitch for one in chosen) if drum else (),
                )
            )
    return found


def _ornaments(
    plain: Sequence[_Note], graces: Sequence[_Note], names: Sequence[SpelledPitch]
) -> dict[tuple[Fraction, int, int], tuple[tuple[SpelledPitch, ...], ...]]:
    """Grace notes, chord by chord, by the place, staff and voice of the note that they come before."""
    here: dict[Fraction, list[_Note]] = defaultdict(list)
    for one in plain:
        here[one.place].append(one)
    found: dict[tuple[Fraction, int, int], list[tuple[SpelledPitch, ...]]] = defaultdict(list)
    for one in graces:
        if here[one.place]:
            near = min(here[one.place], key=lambda other: abs(other.pitch - one.pitch))
            found[one.place, near.staff, near.voice].append((names[one.at],))
    return {key: tuple(value) for key, value in found.items()}


class _Pedal:
    """When the sustain pedal of a part is down."""

    def __init__(self, notes: Notes) -> None:
        self.times: dict[int, list[float]] = defaultdict(list)
        self.values: dict[int, list[int]] = defaultdict(list)
        for one in notes.controls:
            if one.number == SUSTAIN:
                self.times[one.part].append(one.time)
                self.values[one.part].append(one.value)

    def down(self, part: int, second: float) -> bool:
        at = bisect_right(self.times[part], second) - 1
        return at >= 0 and self.values[part][at] >= 64


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
