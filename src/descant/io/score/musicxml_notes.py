"""The notes, chords and rests of a MusicXML part: pitch or stroke, length, ties, accidental, beams and signs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

from descant.io.score.accidentals import Accidentals
from descant.io.score.beams import plain, written
from descant.io.score.marks import SIGNS, TREMOLO
from descant.io.score.musicxml_elements import VALUES, add
from descant.io.score.span_numbers import numbered
from descant.io.score.transposing import written_pitch, written_sharps
from descant.types.score import Event, Measure, Score, ScorePart, SpelledPitch

ACCIDENTALS = {
    -3: "triple-flat",
    -2: "flat-flat",
    -1: "flat",
    0: "natural",
    1: "sharp",
    2: "double-sharp",
    3: "triple-sharp",
}
CROSSES = frozenset({42, 44, 46, 49, 51, 52, 53, 55, 57, 59})  # hi-hats and cymbals have crosses for heads


class NoteWriter:
    """Writes the events of a part; it knows what ties hold over and which accidentals a bar has had."""

    def __init__(self, score: Score, part: ScorePart, number: int, divisions: int) -> None:
        self.part, self.number, self.divisions = part, number, divisions
        self.accidentals = [Accidentals() for _ in range(part.staves)]
        self.held: set[tuple[SpelledPitch, int]] = set()  # by pitch and voice, what the last event of a voice ties on
        # By place in the score and voice: which slurs, by number, start and stop there.
        self.slurs: dict[tuple[Fraction, int], list[tuple[str, int]]] = defaultdict(list)
        for span, slur in numbered((one for one in part.spans if one.kind == "slur"), score):
            self.slurs[span.start, span.voice].append(("start", slur))
            self.slurs[span.end, span.end_voice].append(("stop", slur))

    def begin(self, measure: Measure) -> None:
        """Go on to a measure."""
        self.measure = measure
        for staff in self.accidentals:
            staff.begin_bar(written_sharps(measure.key.sharps, self.part.transposition))

    def ticks(self, quarters: Fraction) -> int:
        """A length in the part's divisions."""
        return int(quarters * self.divisions)

    def write(self, measure: Element, event: Event, beams: Sequence[str], bracket: Sequence[str]) -> list[Element]:
        """An event into a measure's element; gives the elements of its notes.

        beams: what each does on it; bracket: `start` and `stop` of a tuplet's.
        """
        elements = []
        for number in range(max(1, len(event.pitches))):
            note = add(measure, "note")
            elements.append(note)
            if event.grace:
                add(note, "grace", **({"slash": "yes"} if event.grace == "acciaccatura" else {}))
            if number:
                add(note, "chord")
            ties = self._head(note, event, number)
            if not event.grace:
                add(note, "duration", self.ticks(event.duration))
            for one in ties:
                add(note, "tie", type=one)
            if event.drums:
                add(note, "instrument", id=f"P{self.number}-I{event.drums[number]}")
            add(note, "voice", event.voice)
            self._value(note, event)
            if event.pitches and self.shown is not None:
                add(note, "accidental", ACCIDENTALS[self.shown])
            if event.tuplet is not None:
                ratio = add(note, "time-modification")
                add(ratio, "actual-notes", event.tuplet.actual)
                add(ratio, "normal-notes", event.tuplet.normal)
            if event.drums and event.drums[number] in CROSSES:
                add(note, "notehead", "x")
            if self.part.staves > 1:
                add(note, "staff", event.staff)
            for level, sign in enumerate(beams, 1):
                if not number:
                    add(note, "beam", sign, number=level)
            self._notations(note, event, ties, bracket if not number else (), first=not number)
            for lyric in event.lyrics if not number else ():
                syllable = add(note, "lyric", number=lyric.verse)
                add(syllable, "syllabic", lyric.place)
                add(syllable, "text", lyric.text)
        if not event.grace:
            self.held = {(pitch, voice) for pitch, voice in self.held if voice != event.voice}
            self.held |= {(pitch, event.voice) for pitch, tied in zip(event.pitches, event.tied, strict=True) if tied}
        return elements

    def _head(self, note: Element, event: Event, number: int) -> list[str]:
        """The pitch, stroke or rest; gives the ties of it, and sets which accidental is shown."""
        self.shown: int | None = None
        if event.rest:
            add(note, "rest", **({"measure": "yes"} if self._fills(event) else {}))
            return []
        pitch = event.pitches[number]
        ties = ["stop"] if (pitch, event.voice) in self.held else []
        ties += ["start"] if event.tied[number] else []
        if event.drums:
            place = add(note, "unpitched")
            add(place, "display-step", pitch.step)
            add(place, "display-octave", pitch.octave)
            return ties
        read = written_pitch(pitch, self.part.transposition)
        head = add(note, "pitch")
        add(head, "step", read.step)
        if read.alter:
            add(head, "alter", read.alter)
        add(head, "octave", read.octave)
        if self.accidentals[event.staff - 1].shows(read, held="stop" in ties):
            self.shown = read.alter
        return ties

    def _value(self, note: Element, event: Event) -> None:
        """The kind of note and its dots; nothing where no such kind exists."""
        length = written(event)
        value, dots = plain(length), 0
        rest, half = length - value, value / 2
        while rest >= half > 0 and dots < 4:
            rest, half, dots = rest - half, half / 2, dots + 1
        if value not in VALUES or rest or self._fills(event):
            return
        add(note, "type", VALUES[value])
        for _ in range(dots):
            add(note, "dot")

    def _fills(self, event: Event) -> bool:
        """Whether it is the rest of a whole bar."""
        whole = event.duration == self.measure.length == self.measure.time.length
        return event.rest and whole and event.tuplet is None

    def _notations(
        self, note: Element, event: Event, ties: Sequence[str], bracket: Sequence[str], *, first: bool
    ) -> None:
        found = Element("notations")
        for one in ties:
            add(found, "tied", type=one)
        if first and not event.grace:
            for does, number in self.slurs.get((self.measure.start + event.onset, event.voice), ()):
                add(found, "slur", type=does, number=number)
        for one in bracket:
            add(found, "tuplet", type=one)
        groups: dict[str, Element] = {}
        for mark in event.marks if first else ():
            if mark.startswith(TREMOLO):
                kind, name, strokes = "ornaments", TREMOLO, mark.removeprefix(f"{TREMOLO}-")
            elif mark in SIGNS:
                kind, name, strokes = SIGNS[mark].group, SIGNS[mark].element, None
            else:
                continue
            if kind and kind not in groups:
                groups[kind] = add(found, kind)
            add(groups[kind] if kind else found, name, strokes)
        if len(found):
            note.append(found)
