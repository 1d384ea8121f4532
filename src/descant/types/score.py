"""Written music: parts, measures, spelled pitches and exact durations.

All parts share one frame of measures. Within a measure each voice is a row of events (notes, chords and rests), whose
onsets are quarter notes from the measure's start, exact fractions. Pitches are as they sound; a part of a transposing
instrument says how its page differs. Nothing here is seconds: `Notes` are what is performed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from descant.types._check import require
from descant.types.annotations import HARTE
from descant.types.names import PITCH_CLASSES
from descant.types.notes import Part
from descant.types.provenance import Provenance
from descant.types.roman_numerals import FIGURE, KEY

STEPS = "CDEFGAB"
PITCH = re.compile(r"([A-G])(#{0,3}|b{0,3})(-?\d)")
FARTHEST = 3  # semitones that a letter may be altered by
MOST_SHARPS = 7
LONGEST = 1024  # quarters in a measure: some nine minutes
FASTEST = 10_000  # quarters a minute
BPM = 120.0  # quarters a minute, where a score names no tempo
GRACES = ("", "acciaccatura", "appoggiatura")
DIRECTIONS = ("words", "dynamics", "rehearsal")
JUMPS = (
    *("segno", "coda", "To Coda", "Fine"),
    *(f"{back}{until}" for back in ("D.C.", "D.S.") for until in ("", " al Fine", " al Coda")),
)
SPANS = ("slur", "crescendo", "diminuendo")
CLEFS = ("G2", "G2-8", "F4", "C3", "C4", "C1", "percussion")  # treble, the tenor's treble, bass, alto, tenor, soprano


@dataclass(frozen=True)
class SpelledPitch:
    """A pitch with its name: F sharp and G flat are two. Octave 4 begins at middle C."""

    step: str
    octave: int
    alter: int = 0  # semitones: 1 is a sharp

    def __post_init__(self) -> None:
        require(self.step in STEPS and len(self.step) == 1, f"a pitch's letter is one of {STEPS}, got {self.step!r}")
        require(abs(self.alter) <= FARTHEST, f"a pitch is altered by {FARTHEST} semitones at most, got {self.alter}")
        require(0 <= self.midi < 128, f"{self.step}{self.octave} lies beyond MIDI's pitches")

    @classmethod
    def named(cls, name: str) -> SpelledPitch:
        """From `F#4` or `Bb3`."""
        found = PITCH.fullmatch(name)
        require(found is not None, f"{name!r} is no pitch; write a letter, # or b, and the octave: Bb3")
        assert found is not None
        step, signs, octave = found.groups()
        return cls(step, int(octave), len(signs) if "#" in signs else -len(signs))

    @property
    def midi(self) -> int:
        """The MIDI number; 60 is middle C."""
        return 12 * (self.octave + 1) + PITCH_CLASSES[self.step] + self.alter

    @property
    def name(self) -> str:
        """Such as `F#4`."""
        return f"{self.step}{'#' * self.alter}{'b' * -self.alter}{self.octave}"


@dataclass(frozen=True)
class TimeSignature:
    """Beats over their unit; the beats of an additive metre stand in groups, (3, 2) over 8."""

    beats: tuple[int, ...]
    unit: int  # 4 is a quarter

    def __post_init__(self) -> None:
        require(bool(self.beats) and all(0 < one <= 64 for one in self.beats), f"no metre has {self.beats} beats")
        require(self.unit in (1, 2, 4, 8, 16, 32, 64), f"a metre counts in powers of two, got {self.unit}")

    @property
    def length(self) -> Fraction:
        """Quarters in a bar."""
        return Fraction(4 * sum(self.beats), self.unit)

    @property
    def beat(self) -> Fraction:
        """Quarters in a beat: the dotted note in 6/8, 9/8, 12/16 and the like, else the unit."""
        compound = self.unit >= 8 and len(self.beats) == 1 and self.beats[0] % 3 == 0 and self.beats[0] > 3
        return Fraction(12 if compound else 4, self.unit)


@dataclass(frozen=True)
class KeySignature:
    """Sharps (above 0) or flats (below), and the mode where the score says it."""

    sharps: int
    mode: str = ""  # major, minor, or what else the score says

    def __post_init__(self) -> None:
        require(abs(self.sharps) <= MOST_SHARPS, f"a key signature has {MOST_SHARPS} signs at most, got {self.sharps}")


@dataclass(frozen=True)
class Tuplet:
    """`actual` notes in the time of `normal` ones: (3, 2) is a triplet."""

    actual: int
    normal: int

    def __post_init__(self) -> None:
        require(self.actual > 0 and self.normal > 0, f"a tuplet has notes, got {self.actual} for {self.normal}")


@dataclass(frozen=True)
class Lyric:
    """A syllable under a note."""

    text: str
    place: str = "single"  # in its word: single, begin, middle, end
    verse: int = 1


@dataclass(frozen=True)
class Event:
    """A note, a chord or a rest of one voice within a measure."""

    onset: Fraction  # quarters from the measure's start
    duration: Fraction  # quarters; 0 for a grace note
    pitches: tuple[SpelledPitch, ...] = ()  # from low to high, as they sound; none in a rest
    tied: tuple[bool, ...] = ()  # of each pitch: whether it is held on into the voice's next event
    voice: int = 1
    staff: int = 1  # of the part, 1 is the upper one
    tuplet: Tuplet | None = None
    grace: str = ""  # acciaccatura, appoggiatura; empty for what has its own time
    value: Fraction = Fraction(1, 2)  # quarters that a grace note is written as
    lyrics: tuple[Lyric, ...] = ()
    marks: tuple[str, ...] = ()  # staccato, accent, fermata, trill...
    drums: tuple[int, ...] = ()  # General MIDI key of each stroke; its pitch is then a place on the staff

    def __post_init__(self) -> None:
        object.__setattr__(self, "onset", Fraction(self.onset))
        object.__setattr__(self, "duration", Fraction(self.duration))
        object.__setattr__(self, "tied", tuple(self.tied) or (False,) * len(self.pitches))
        require(self.onset >= 0, f"an event cannot begin {-self.onset} quarters before its measure")
        require(self.grace in GRACES, f"a grace note is one of {', '.join(GRACES[1:])}, got {self.grace!r}")
        require((self.duration > 0) != bool(self.grace), "what is no grace note has a duration, and a grace note none")
        require(len(self.tied) == len(self.pitches), "ties are said of each pitch")
        require(len(self.drums) in (0, len(self.pitches)), "drums are said of each pitch")
        require(self.voice >= 1 and self.staff >= 1, "voices and staves count from 1")

    @property
    def end(self) -> Fraction:
        """Quarters from the measure's start."""
        return self.onset + self.duration

    @property
    def rest(self) -> bool:
        """Whether nothing sounds."""
        return not self.pitches


@dataclass(frozen=True)
class Measure:
    """A measure of the whole score: what all parts share."""

    start: Fraction  # quarters from the score's beginning
    length: Fraction  # quarters that it holds, less than its bar in a pickup
    time: TimeSignature
    key: KeySignature
    number: str = ""  # as printed; an upbeat is usually 0
    repeat_start: bool = False
    repeat_end: int = 0  # how often the passage is played; 0: no sign
    ending: str = ""  # the number over its bracket: 1, 2
    barline: str = ""  # at its end, where it is not plain: double, final
    jumps: tuple[str, ...] = ()  # of JUMPS: a segno or a coda stands at its beginning, the others at its end

    def __post_init__(self) -> None:
        for one in self.jumps:
            require(one in JUMPS, f"a jump is one of {', '.join(JUMPS)}, got {one!r}")
        object.__setattr__(self, "jumps", tuple(one for one in JUMPS if one in self.jumps))
        require(self.length <= LONGEST, f"a measure holds {LONGEST:,} quarters at most, got {float(self.length):g}")

    @property
    def end(self) -> Fraction:
        return self.start + self.length

    @property
    def pickup(self) -> bool:
        """Whether it lacks some of its bar."""
        return self.length < self.time.length


@dataclass(frozen=True)
class TempoMark:
    """From `at` on, so many quarters a minute."""

    at: Fraction  # quarters from the score's beginning
    bpm: float  # quarters a minute
    unit: Fraction | None = Fraction(1)  # quarters of the note that the page counts in; None: the page shows nothing

    def __post_init__(self) -> None:
        require(0 < self.bpm < FASTEST, f"a tempo lies between 0 and {FASTEST:,} bpm, got {self.bpm:g}")


@dataclass(frozen=True)
class ChordSymbol:
    """A chord over the staves, until the next one."""

    at: Fraction  # quarters from the score's beginning
    label: str  # Harte's: Bb:min7/b3, or N

    def __post_init__(self) -> None:
        require(HARTE.fullmatch(self.label) is not None, f"{self.label!r} is no chord in Harte's syntax")


@dataclass(frozen=True)
class Numeral:
    """A Roman numeral under the staves, until the next one."""

    at: Fraction  # quarters from the score's beginning
    figure: str  # such as V65/ii
    key: str  # that it is read in, such as Eb major

    def __post_init__(self) -> None:
        require(FIGURE.fullmatch(self.figure) is not None, f"{self.figure!r} is no Roman numeral; write V65/ii")
        require(KEY.fullmatch(self.key) is not None, f"{self.key!r} is no key; write Eb major")


@dataclass(frozen=True)
class Direction:
    """Words and dynamics at a place in a part: mf, cresc., dolce."""

    at: Fraction  # quarters from the score's beginning
    text: str
    kind: str = "words"  # one of DIRECTIONS
    staff: int = 1

    def __post_init__(self) -> None:
        require(self.kind in DIRECTIONS, f"a direction is one of {', '.join(DIRECTIONS)}, got {self.kind!r}")


@dataclass(frozen=True)
class Span:
    """What reaches over several events of a part: a slur, a hairpin."""

    kind: str  # one of SPANS
    start: Fraction  # quarters from the score's beginning, where its first note begins
    end: Fraction  # where its last note begins; of a hairpin, where it ends
    voice: int = 1
    staff: int = 1
    end_voice: int = 0  # of its last note; 0 is the same

    def __post_init__(self) -> None:
        object.__setattr__(self, "end_voice", self.end_voice or self.voice)
        require(self.kind in SPANS, f"a span is one of {', '.join(SPANS)}, got {self.kind!r}")
        require(self.start <= self.end, "a span cannot end before it begins")


@dataclass(frozen=True)
class Clef:
    """From `at` on a staff is read so."""

    at: Fraction  # quarters from the score's beginning
    sign: str  # one of CLEFS
    staff: int = 1

    def __post_init__(self) -> None:
        require(self.sign in CLEFS, f"a clef is one of {', '.join(CLEFS)}, got {self.sign!r}")


@dataclass(frozen=True)
class ScorePart:
    """One player's line: a row of events for each measure of the score, in order of onset, then voice."""

    measures: tuple[tuple[Event, ...], ...]
    name: str = ""
    sound: Part = field(default_factory=Part)
    staves: int = 1
    clefs: tuple[Clef, ...] = ()
    directions: tuple[Direction, ...] = ()
    spans: tuple[Span, ...] = ()
    transposition: tuple[int, int] = (0, 0)  # letters and semitones from what is written to what sounds

    def __post_init__(self) -> None:
        rows = tuple(tuple(sorted(row, key=_place)) for row in self.measures)
        object.__setattr__(self, "measures", rows)
        require(self.staves >= 1, "a part has at least one staff")
        staff = max((event.staff for row in rows for event in row), default=1)
        require(staff <= self.staves, f"{self.name or 'a part'} has {self.staves} staves, but a note on staff {staff}")


@dataclass(frozen=True)
class Score:
    """A piece of written music. Every part has a row of events for every measure."""

    measures: tuple[Measure, ...]
    parts: tuple[ScorePart, ...]
    title: str = ""
    composer: str = ""
    tempos: tuple[TempoMark, ...] = ()
    chords: tuple[ChordSymbol, ...] = ()
    numerals: tuple[Numeral, ...] = ()
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        place = Fraction(0)
        for number, measure in enumerate(self.measures):
            require(measure.start == place, f"measure {number} begins at {measure.start}, not where the last one ends")
            require(measure.length > 0, f"measure {number} has no length")
            place = measure.end
        for part in self.parts:
            name = part.name or "a part"
            require(len(part.measures) == len(self.measures), f"{name} has another number of measures than the score")
            for measure, row in zip(self.measures, part.measures, strict=True):
                for event in row:
                    require(
                        event.end <= measure.length,
                        f"{name}, measure {measure.number}: a note ends beyond the bar line",
                    )
        for name in ("tempos", "chords", "numerals"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=lambda one: one.at)))

    @property
    def length(self) -> Fraction:
        """Quarters."""
        return self.measures[-1].end if self.measures else Fraction(0)

    def measure_at(self, quarter: Fraction) -> int:
        """The index of the measure that a place lies in; the last one beyond the end."""
        return max(0, bisect_right(self._starts, quarter) - 1)

    @cached_property
    def _starts(self) -> list[Fraction]:
        return [measure.start for measure in self.measures]

    def sounding(self) -> Iterator[SoundingNote]:
        """Every note as it is heard, ties joined: by part, then in order of onset and pitch. Repeats are not played."""
        for number, part in enumerate(self.parts):
            yield from sorted(_joined(number, part, self.measures), key=lambda one: (one.onset, one.pitch.midi))

    def excerpt(self, first: int, last: int) -> Score:
        """The measures from index `first` to `last`, both included, moved to the beginning."""
        require(0 <= first <= last < len(self.measures), f"the score has no measures {first + 1} to {last + 1}")
        kept = self.measures[first : last + 1]
        start, end = kept[0].start, kept[-1].end
        return replace(
            self,
            measures=tuple(replace(measure, start=measure.start - start) for measure in kept),
            parts=tuple(_cut(part, first, last, start, end) for part in self.parts),
            tempos=_carried(self.tempos, start, end),
            chords=_carried(self.chords, start, end),
            numerals=_carried(self.numerals, start, end),
        )


@dataclass(frozen=True)
class SoundingNote:
    """A note as it is heard: all that ties join."""

    onset: Fraction  # quarters from the score's beginning
    duration: Fraction  # quarters; 0 for a grace note
    pitch: SpelledPitch
    part: int
    voice: int
    staff: int
    measure: int  # index of the one that it begins in
    drum: int | None = None


Placed = TypeVar("Placed", TempoMark, ChordSymbol, Numeral, Clef)


def _place(event: Event) -> tuple[Fraction, bool, int, int]:
    return event.onset, not event.grace, event.staff, event.voice


def _joined(number: int, part: ScorePart, measures: Sequence[Measure]) -> Iterator[SoundingNote]:
    """The notes of a part. A tie joins a note to the next one of its pitch that begins where it ends."""
    held: dict[tuple[SpelledPitch, Fraction], SoundingNote] = {}  # by pitch, and where it ends
    for at, (measure, row) in enumerate(zip(measures, part.measures, strict=True)):
        for event in row:
            onset = measure.start + event.onset
            drums = event.drums or (None,) * len(event.pitches)
            for pitch, tied, drum in zip(event.pitches, event.tied, drums, strict=True):
                before = held.pop((pitch, onset), None)
                note = SoundingNote(onset, event.duration, pitch, number, event.voice, event.staff, at, drum)
                if before is not None:
                    note = replace(before, duration=before.duration + event.duration)
                if tied:
                    held[pitch, onset + event.duration] = note
                else:
                    yield note
    yield from held.values()  # tied to nothing


def _cut(part: ScorePart, first: int, last: int, start: Fraction, end: Fraction) -> ScorePart:
    inside = (one for one in part.directions if start <= one.at < end)
    clefs = [
        _carried(tuple(one for one in part.clefs if one.staff == staff), start, end)
        for staff in range(1, part.staves + 1)
    ]
    return replace(
        part,
        measures=part.measures[first : last + 1],
        clefs=tuple(clef for staff in clefs for clef in staff),
        directions=tuple(replace(one, at=one.at - start) for one in inside),
        spans=tuple(
            replace(one, start=one.start - start, end=one.end - start)
            for one in part.spans
            if start <= one.start and one.end < end
        ),
    )


def _carried(marks: tuple[Placed, ...], start: Fraction, end: Fraction) -> tuple[Placed, ...]:
    """The marks within a stretch, counted from its start, and the last one before it, which holds on."""
    earlier = sum(one.at <= start for one in marks)
    kept = [one for one in marks[max(0, earlier - 1) :] if one.at < end]
    return tuple(replace(one, at=max(one.at, start) - start) for one in kept)
