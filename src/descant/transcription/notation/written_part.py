"""One player's notes as a part of the page: on staves, in voices, as chords with written lengths."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from descant.transcription.notation.grid import Place
from descant.transcription.notation.hands import LEFT, RIGHT, hands
from descant.transcription.notation.hands import Chord as Keys
from descant.transcription.notation.page import Chord, clefs, rows
from descant.transcription.notation.parts import name_of, reading, staves_of, tenor
from descant.transcription.notation.values import value
from descant.transcription.notation.voices import UPPER, Onset, voices
from descant.types import Notes
from descant.types.score import Measure, ScorePart, SpelledPitch

SUSTAIN = 64  # the pedal's control number
LEAST = 1 / 32  # quarters that every note sounds


@dataclass
class _Note:
    """A played note on its way to the page."""

    at: int  # its index
    place: Fraction
    held: float  # quarters at which it is let go
    pitch: int
    staff: int = 1
    voice: int = UPPER


def written_part(
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
    """The part with index `number`: its notes `mine`, by index, laid out in measures.

    places, quarter, held and names have an entry for every note: its place on the grid, the same in quarters, the
    quarters at which it is let go, and its name. simple: one voice a staff.
    """
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
    if tenor(sound, notes.pitch[list(mine)], together):
        read = read._replace(clef="G2-8")
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
