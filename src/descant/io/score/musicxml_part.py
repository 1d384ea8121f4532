"""A part of MusicXML: its measures, and in each the voices one after another, going back in time between them.

What belongs to a place and not to a note is written before the note that begins there, on its own staff.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple
from xml.etree.ElementTree import Element

from descant.io.score.beams import beam_groups, beam_signs, tuplet_groups
from descant.io.score.jump_words import BEGINNING
from descant.io.score.marks import VOICES
from descant.io.score.musicxml_elements import add, clef, direction, hairpin, harmony, tempo
from descant.io.score.musicxml_jumps import jumps
from descant.io.score.musicxml_notes import NoteWriter
from descant.io.score.musicxml_numerals import Printed, numeral, printed
from descant.io.score.names import measure_name, note_name
from descant.io.score.span_numbers import numbered
from descant.io.score.transposing import written_sharps
from descant.types.score import ChordSymbol, Clef, Direction, Event, Score, ScorePart, Span, TempoMark

BARLINES = {"double": "light-light", "final": "light-heavy"}


class _Symbol(NamedTuple):
    chord: ChordSymbol
    offset: Fraction  # quarters from the note that it is written before


_Over = _Symbol | Clef | Direction | Printed | TempoMark
_Waiting = dict[tuple[int, Fraction], list[_Over]]  # by staff and place in the measure


class PartWriter:
    """Writes one part, measure by measure."""

    def __init__(self, score: Score, part: ScorePart, number: int, *, named: bool = False) -> None:
        self.score, self.part, self.number, self.named = score, part, number, named
        times = [event.onset for row in part.measures for event in row]
        times += [event.duration for row in part.measures for event in row]
        times += [measure.length for measure in score.measures]
        times += [one.at for one in part.directions]
        times += [one.at for one in part.clefs]
        times += [at for span in part.spans for at in (span.start, span.end)]
        if number == 1:
            times += [one.at for one in score.tempos]
            times += [one.at for one in score.chords]
        if number == bottom(score):
            times += [one.at for one in score.numerals]
        self.divisions = math.lcm(1, *(one.denominator for one in times))
        self.notes = NoteWriter(score, part, number, self.divisions)
        self.beginning: dict[tuple[Fraction, int], list[tuple[Span, int]]] = defaultdict(list)  # hairpins
        for span, hairpin_number in numbered((one for one in part.spans if one.kind != "slur"), score):
            self.beginning[span.start, span.voice].append((span, hairpin_number))
        self.open: list[tuple[Span, int]] = []  # hairpins that go on
        self.over = self._over()
        self.clefs: dict[Fraction, list[Clef]] = defaultdict(list)  # by where they stand
        for sign in part.clefs:
            self.clefs[sign.at].append(sign)

    def written(self) -> Element:
        """The part's element."""
        root = Element("part", {"id": f"P{self.number}"})
        for at in range(len(self.score.measures)):
            self._measure(root, at)
        return root

    def _measure(self, root: Element, at: int) -> None:
        measure, self.at = self.score.measures[at], at
        implicit = {"implicit": "yes"} if measure.pickup and at == 0 else {}
        self.element = add(root, "measure", number=measure.number or at + 1, **implicit)
        if self.named and self.number == 1:
            self.element.set("id", measure_name(at))
        self.measure, self.place = measure, Fraction(0)
        self._left_barline(at)
        self._attributes(at)
        self._jumps([one for one in measure.jumps if one in BEGINNING])
        self.notes.begin(measure)
        row = self.part.measures[at]
        waiting = self.over[at]
        for staff in range(1, self.part.staves + 1):
            voices = sorted({event.voice for event in row if event.staff == staff})
            for voice in voices:
                self._voice([event for event in row if (event.staff, event.voice) == (staff, voice)], staff, waiting)
            if not voices:
                self._go_to(Fraction(0))
                self._place_over(waiting.pop((staff, Fraction(0)), []))
                self._nothing(Fraction(0), VOICES * (staff - 1) + 1, staff)
        end, voice, staff = max(
            ((event.end, event.voice, event.staff) for event in row), default=(measure.length, 1, 1)
        )
        if end < measure.length:
            self._nothing(end, voice, staff)
        for staff, place in sorted(waiting):
            self._go_to(place)
            self._place_over(waiting[staff, place])
        self._end_other_hairpins()
        self._go_to(measure.length)
        self._jumps([one for one in measure.jumps if one not in BEGINNING])
        self._right_barline(at)

    # -- what a measure begins and ends with

    def _attributes(self, at: int) -> None:
        measure = self.score.measures[at]
        before = self.score.measures[at - 1] if at else None
        attributes = Element("attributes")
        if before is None:
            add(attributes, "divisions", self.divisions)
        if (before is None or before.key != measure.key) and not self.part.sound.drum:
            key = add(attributes, "key")
            add(key, "fifths", written_sharps(measure.key.sharps, self.part.transposition))
            if measure.key.mode:
                add(key, "mode", measure.key.mode)
        if before is None or before.time != measure.time:
            time = add(attributes, "time")
            add(time, "beats", "+".join(str(one) for one in measure.time.beats))
            add(time, "beat-type", measure.time.unit)
        if before is None and self.part.staves > 1:
            add(attributes, "staves", self.part.staves)
        for sign in self.clefs[measure.start]:
            clef(attributes, sign, self.part.staves)
        letters, semitones = self.part.transposition
        if before is None and (letters or semitones):
            transpose = add(attributes, "transpose")
            add(transpose, "diatonic", letters)
            add(transpose, "chromatic", semitones)
        if len(attributes):
            self.element.append(attributes)

    def _left_barline(self, at: int) -> None:
        measure, before = self.score.measures[at], self.score.measures[at - 1] if at else None
        begins = measure.ending and (before is None or before.ending != measure.ending)
        if not (begins or measure.repeat_start):
            return
        barline = add(self.element, "barline", location="left")
        if measure.repeat_start:
            add(barline, "bar-style", "heavy-light")
        if begins:
            add(barline, "ending", number=measure.ending, type="start")
        if measure.repeat_start:
            add(barline, "repeat", direction="forward")

    def _right_barline(self, at: int) -> None:
        measure = self.score.measures[at]
        after = self.score.measures[at + 1] if at + 1 < len(self.score.measures) else None
        ends = measure.ending and (after is None or after.ending != measure.ending)
        if not (ends or measure.repeat_end or measure.barline):
            return
        barline = add(self.element, "barline", location="right")
        if measure.repeat_end:
            add(barline, "bar-style", "light-heavy")
        elif measure.barline:
            add(barline, "bar-style", BARLINES[measure.barline])
        if ends:
            add(barline, "ending", number=measure.ending, type="stop" if measure.repeat_end else "discontinue")
        if measure.repeat_end:
            times = {"times": measure.repeat_end} if measure.repeat_end != 2 else {}
            add(barline, "repeat", direction="backward", **times)

    def _jumps(self, asked: Sequence[str]) -> None:
        if self.number == 1:
            words = (one for one in self.part.directions if self.measure.start <= one.at < self.measure.end)
            jumps(self.element, asked, words, self.part.staves)

    # -- time

    def _go_to(self, place: Fraction) -> None:
        if place != self.place:
            step = add(self.element, "forward" if place > self.place else "backup")
            add(step, "duration", self.notes.ticks(abs(place - self.place)))
        self.place = place

    # -- notes

    def _voice(self, events: Sequence[Event], staff: int, waiting: _Waiting) -> None:
        self._go_to(Fraction(0))
        upbeat = (
            self.measure.time.length - self.measure.length if self.measure is self.score.measures[0] else Fraction(0)
        )
        beams = {
            number: signs
            for group in beam_groups(events, self.measure.time, max(upbeat, Fraction(0)))
            for number, signs in beam_signs(group, events)
        }
        brackets = tuplet_groups(events)
        starts, stops = {first for first, _ in brackets}, {last for _, last in brackets}
        for number, event in enumerate(events):
            self._go_to(event.onset)
            if not event.grace:
                self._place_over(waiting.pop((staff, event.onset), []))
                self._begin_hairpins(event)
            bracket = [name for name, at in (("start", starts), ("stop", stops)) if number in at]
            written = self.notes.write(self.element, event, beams.get(number, []), bracket)
            if self.named and event.pitches:
                at, row = self.at, self.part.measures[self.at]
                mine = next(index for index, one in enumerate(row) if one is event)
                for pitch, note in enumerate(written):
                    note.set("id", note_name(self.number - 1, at, mine, pitch))
            self.place = event.end
            if not event.grace:
                self._end_hairpins(event)

    def _nothing(self, place: Fraction, voice: int, staff: int) -> None:
        """Nothing from a place on to the measure's end: readers close the gap unless a rest is hidden there."""
        self._go_to(place)
        note = add(self.element, "note", print_object="no")
        add(note, "rest")
        add(note, "duration", self.notes.ticks(self.measure.length - place))
        add(note, "voice", voice)
        if self.part.staves > 1:
            add(note, "staff", staff)
        self.place = self.measure.length

    # -- what stands over and under the notes

    def _over(self) -> list[_Waiting]:
        """Everything that belongs to a place and not to a note, measure by measure."""
        found: list[_Waiting] = [defaultdict(list) for _ in self.score.measures]
        starts = {measure.start for measure in self.score.measures}
        marks: list[tuple[int, _Over]] = [(one.staff, one) for one in self.part.directions]
        marks += [(one.staff, one) for one in self.part.clefs if one.at not in starts]
        if self.number == 1:
            marks += [(1, mark) for mark in self.score.tempos]
            marks += [(1, _Symbol(chord, Fraction(0))) for chord in self.score.chords]
        if self.number == bottom(self.score):
            marks += [(self.part.staves, one) for one in printed(self.score.numerals)]
        for staff, one in marks:
            beginning = one.chord.at if isinstance(one, _Symbol) else one.at
            at = self.score.measure_at(beginning)
            place = beginning - self.score.measures[at].start
            if isinstance(one, Printed):
                before = self._note_before(at, place, staff)
                place, one = before, replace(one, offset=place - before)
            elif isinstance(one, _Symbol):
                before = self._note_before(at, place, staff)
                place, one = before, one._replace(offset=place - before)
            found[at][staff, place].append(one)
        return found

    def _note_before(self, at: int, place: Fraction, staff: int) -> Fraction:
        """Where a note or rest of a staff's first voice begins: engravers want harmony in order and before a note."""
        row = [one for one in self.part.measures[at] if one.staff == staff and not one.grace]
        first = min((one.voice for one in row), default=0)
        return max((one.onset for one in row if one.voice == first and one.onset <= place), default=Fraction(0))

    def _place_over(self, marks: Iterable[_Over]) -> None:
        for mark in marks:
            if isinstance(mark, _Symbol):
                harmony(self.element, mark.chord, self.part.transposition, self.notes.ticks(mark.offset))
            elif isinstance(mark, Printed):
                numeral(self.element, mark, self.part.staves, self.notes.ticks(mark.offset))
            elif isinstance(mark, Clef):
                clef(add(self.element, "attributes"), mark, self.part.staves)
            elif isinstance(mark, TempoMark):
                tempo(self.element, mark)
            else:
                direction(self.element, mark, self.part.staves)

    def _begin_hairpins(self, event: Event) -> None:
        at = self.measure.start + event.onset
        for span, number in self.beginning.get((at, event.voice), ()):
            self._hairpin(span.kind, number, span.staff)
            self.open.append((span, number))

    def _end_hairpins(self, event: Event) -> None:
        at = self.measure.start + event.end
        for span, number in list(self.open):
            if (span.end, span.end_voice) == (at, event.voice):
                self._hairpin("stop", number, span.staff)
                self.open.remove((span, number))

    def _end_other_hairpins(self) -> None:
        """Those that end within the measure where no note of their voice does."""
        for span, number in list(self.open):
            if span.end <= self.measure.end:
                self._go_to(max(span.end - self.measure.start, Fraction(0)))
                self._hairpin("stop", number, span.staff)
                self.open.remove((span, number))

    def _hairpin(self, kind: str, number: int, staff: int) -> None:
        hairpin(self.element, kind, number, staff, self.part.staves)


def bottom(score: Score) -> int:
    """The number, from 1, of the lowest part that is not drums."""
    return max((at for at, part in enumerate(score.parts, 1) if not part.sound.drum), default=len(score.parts))
