"""A stream of music21 to a `Score`.

Staves that a brace joins are one part. Pitches come as they sound, in transposing parts too. A stretch of a voice in
which nothing is printed is left empty, whether the file has a hidden rest there or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from descant.io.score.chord_names import NO_CHORD
from descant.io.score.instrument_names import program_named
from descant.io.score.marks import CHORD_KINDS, DEGREES, DRUM_COLOUR, OF_CLASS, TREMOLO, VOICES, quarters
from descant.types import Part
from descant.types.score import (
    CLEFS,
    FARTHEST,
    MOST_SHARPS,
    ChordSymbol,
    Clef,
    Direction,
    Event,
    KeySignature,
    Lyric,
    Measure,
    Score,
    ScorePart,
    Span,
    SpelledPitch,
    TempoMark,
    TimeSignature,
    Tuplet,
)

SNARE = 38
Staves = list[Any]  # the music21 parts of one player, from the upper staff down


def from_music21(stream: Any) -> Score:
    """The score of a `music21.stream.Score`, or of what `music21.converter.parse` gives of one tune."""
    parts = list(stream.parts) or [stream]
    parts = [part if part.hasMeasures() else part.makeMeasures() for part in parts]
    for part in parts:
        if part.atSoundingPitch is False:  # else unknown or already so
            part.toSoundingPitch(inPlace=True)
    rows = [list(part.getElementsByClass("Measure")) for part in parts]
    measures = _frame(parts, rows)
    players = _players(stream, parts)
    data = stream.metadata
    return Score(
        measures=measures,
        parts=tuple(_part(staves, measures) for staves in players),
        title=": ".join(dict.fromkeys(one for one in (data and data.title, data and data.movementName) if one)),
        composer=(data and data.composer) or "",
        tempos=tuple(_tempos(stream)),
        chords=tuple(_chords(stream)),
    )


def _players(stream: Any, parts: Sequence[Any]) -> list[Staves]:
    """The parts, those together that are staves of one player."""
    joined = {}
    for group in stream.recurse().getElementsByClass("StaffGroup"):
        staves = list(group.getSpannedElements())
        if group.symbol == "brace" and all("PartStaff" in one.classes for one in staves):
            joined.update({id(one): id(staves[0]) for one in staves})
    found: dict[int, Staves] = {}
    for part in parts:
        found.setdefault(joined.get(id(part), id(part)), []).append(part)
    return list(found.values())


# -- measures


def _frame(parts: Sequence[Any], rows: Sequence[Sequence[Any]]) -> tuple[Measure, ...]:
    """What all parts share: the measures, where they begin and how much they hold."""
    longest = max(rows, key=len)
    endings = _endings(rows, parts)
    time, key = TimeSignature((4,), 4), KeySignature(0)
    found: list[Measure] = []
    place = Fraction(0)
    for at, measure in enumerate(longest):
        across = [row[at] for row in rows if at < len(row)]
        time = next((_time(one.timeSignature) for one in across if one.timeSignature is not None), time)
        key = next((_key(one.keySignature) for one in across if one.keySignature is not None), key)
        length = _length(across, time.length)
        repeats = [bar for one in across for bar in (one.leftBarline, one.rightBarline) if bar is not None]
        start = any(bar.direction == "start" for bar in repeats if "Repeat" in bar.classes)
        ends = [bar for bar in repeats if "Repeat" in bar.classes and bar.direction == "end"]
        style = next((one.rightBarline.type for one in across if one.rightBarline is not None), "")
        found.append(
            Measure(
                start=place,
                length=length,
                time=time,
                key=key,
                number=_number(measure),
                repeat_start=start,
                repeat_end=(ends[0].times or 2) if ends else 0,
                ending=endings.get(id(measure), ""),
                barline=style if style in ("double", "final") and not ends else "",
            )
        )
        place += length
    return tuple(found)


def _number(measure: Any) -> str:
    """As printed. A measure that is not counted, X1, has the number before it in music21."""
    suffix = measure.numberSuffix or ""
    return suffix if suffix.startswith("X") else f"{measure.number}{suffix}"


def _length(across: Sequence[Any], bar: Fraction) -> Fraction:
    """Quarters that the parts' measures hold, whatever the metre says; hidden rests do not reach over the bar line."""
    ends = [
        (quarters(voice.elementOffset(one)) + _lasting(one.duration), _printed(one))
        for measure in across
        for voice in (measure, *measure.voices)
        for one in voice.notesAndRests
        if "Harmony" not in one.classes
    ]
    printed = max((end for end, shown in ends if shown), default=Fraction(0))
    whole = max((end for end, _ in ends), default=bar) or bar
    return bar if printed <= bar <= whole else whole


def _printed(element: Any) -> bool:
    return not ("Harmony" in element.classes or (element.isRest and element.style.hideObjectOnPrint))


def _time(signature: Any) -> TimeSignature:
    parts = [one.split("/") for one in signature.ratioString.split("+")]
    unit = max(int(one[-1]) for one in parts)
    beats = [int(one[0]) * unit // int(one[-1]) for one in parts]
    return TimeSignature(tuple(beats), unit)


def _key(signature: Any) -> KeySignature:
    sharps = max(-MOST_SHARPS, min(signature.sharps or 0, MOST_SHARPS))
    return KeySignature(sharps, getattr(signature, "mode", None) or "")


def _endings(rows: Sequence[Sequence[Any]], parts: Sequence[Any]) -> dict[int, str]:
    """The number over each measure that lies under a bracket, by the measure's identity."""
    found: dict[int, str] = {}
    for part, row in zip(parts, rows, strict=True):
        places = {id(one): at for at, one in enumerate(row)}
        for bracket in part.getElementsByClass("RepeatBracket"):  # it knows its first and last measures alone
            ends = [places[id(one)] for one in bracket.getSpannedElements() if id(one) in places]
            for one in row[min(ends) : max(ends) + 1] if ends else ():
                found[id(one)] = str(bracket.number)
    return found


# -- parts


def _part(staves: Staves, measures: Sequence[Measure]) -> ScorePart:
    rows: list[list[Event]] = [[] for _ in measures]
    for staff, part in enumerate(staves, 1):
        for row, measure in zip(rows, part.getElementsByClass("Measure"), strict=False):
            for number, voice in enumerate(_voices(measure), 1 + VOICES * (staff - 1)):
                row += _events(voice, number, staff)
    starts = [_starts(part, measures) for part in staves]
    instrument = staves[0].getInstrument(returnDefault=False)
    name = " ".join((staves[0].partName or "").split())
    return ScorePart(
        measures=tuple(tuple(row) for row in rows),
        name=name,
        sound=_sound(instrument, name, rows),
        staves=len(staves),
        clefs=tuple(clef for staff, part in enumerate(staves, 1) for clef in _clefs(part, starts[staff - 1], staff)),
        directions=tuple(
            one for staff, part in enumerate(staves, 1) for one in _directions(part, starts[staff - 1], staff)
        ),
        spans=tuple(sorted(_spans(staves, starts), key=lambda one: (one.start, one.end, one.kind, one.voice))),
        transposition=_transposition(instrument),
    )


def _sound(instrument: Any, name: str, rows: Sequence[Sequence[Event]]) -> Part:
    if any(event.drums for row in rows for event in row):
        return Part(drum=True)
    said, program = (getattr(instrument, one, None) for one in ("instrumentName", "midiProgram"))
    if program is None:
        program = program_named(said or name)
        said = said or (name if program else "")
    return Part(said or "", program)


def _transposition(instrument: Any) -> tuple[int, int]:
    interval = getattr(instrument, "transposition", None)
    if interval is None:
        return 0, 0
    return interval.generic.staffDistance, round(interval.semitones)


def _starts(part: Any, measures: Sequence[Measure]) -> dict[int, Fraction]:
    """Where each of a part's measures begins in the score, by the identity of music21's measure."""
    return {id(one): frame.start for one, frame in zip(part.getElementsByClass("Measure"), measures, strict=False)}


def _voices(measure: Any) -> list[Any]:
    """The streams that hold a measure's printed notes and rests, the upper voice first."""
    return [one for one in (measure, *measure.voices) if any(_printed(element) for element in one.notesAndRests)]


# -- notes


def _events(voice: Any, number: int, staff: int) -> Iterator[Event]:
    for element in voice.notesAndRests:
        if not _printed(element):
            continue
        grace = element.duration.isGrace
        pitches, tied, drums = _pitches(element)
        yield Event(
            onset=quarters(element.offset),
            duration=Fraction(0) if grace else _lasting(element.duration),
            pitches=pitches,
            tied=tied,
            voice=number,
            staff=staff,
            tuplet=None if grace else _tuplet(element.duration.tuplets),
            grace=("acciaccatura" if element.duration.slash else "appoggiatura") if grace else "",
            value=_written(element.duration) if grace else Fraction(1, 2),
            lyrics=tuple(_lyrics(element)),
            marks=tuple(sorted(_marks(element))),
            drums=drums,
        )


def _pitches(element: Any) -> tuple[tuple[SpelledPitch, ...], tuple[bool, ...], tuple[int, ...]]:
    """The pitches from low to high, which of them are held on, and the keys of drums."""
    if element.isRest:
        return (), (), ()
    percussion = "Unpitched" in element.classes or "PercussionChord" in element.classes
    heads = list(element.notes) if "ChordBase" in element.classes else [element]
    found = sorted(((_place(one), _held(one), _drum(one)) for one in heads), key=lambda one: (one[0].midi, one[0].name))
    pitches, tied, drums = zip(*found, strict=True)
    return pitches, tied, drums if percussion else ()


def _place(note: Any) -> SpelledPitch:
    if "Unpitched" in note.classes:
        return SpelledPitch(note.displayStep, note.displayOctave)
    return _pitch(note.pitch)


def _drum(stroke: Any) -> int:
    """The General MIDI key of a stroke; the acoustic snare drum where the score does not say."""
    colour = stroke.style.color or ""
    if colour.startswith(DRUM_COLOUR):
        return int(colour.removeprefix(DRUM_COLOUR), 16)
    return getattr(getattr(stroke, "storedInstrument", None), "percMapPitch", None) or SNARE


def _pitch(pitch: Any) -> SpelledPitch:
    alter = int(pitch.alter)
    if abs(alter) > FARTHEST:
        pitch = pitch.simplifyEnharmonic()
        alter = int(pitch.alter)
    return SpelledPitch(pitch.step, pitch.implicitOctave, alter)


def _held(note: Any) -> bool:
    return note.tie is not None and note.tie.type in ("start", "continue")


def _lasting(duration: Any) -> Fraction:
    """Quarters; a note of a tuplet lasts as it is written, if the file counts it so nearly."""
    from music21.duration import typeToDuration

    found = quarters(duration.quarterLength)
    tuplet = _tuplet(duration.tuplets)
    if tuplet is None or duration.type not in typeToDuration:
        return found
    written = quarters(typeToDuration[duration.type]) * (2 - Fraction(1, 2**duration.dots))
    meant = written * tuplet.normal / tuplet.actual
    return meant if abs(meant - found) < Fraction(1, 100) else found


def _tuplet(tuplets: Sequence[Any]) -> Tuplet | None:
    """Tuplets within tuplets count as one of their product."""
    if not tuplets:
        return None
    actual, normal = 1, 1
    for one in tuplets:
        actual, normal = actual * one.numberNotesActual, normal * one.numberNotesNormal
    return Tuplet(actual, normal)


def _written(duration: Any) -> Fraction:
    """Quarters that a grace note is written as."""
    from music21.duration import typeToDuration

    return quarters(typeToDuration.get(duration.type, 0.5)) or Fraction(1, 2)


def _lyrics(element: Any) -> Iterator[Lyric]:
    for number, lyric in enumerate(element.lyrics, 1):
        if lyric.text:
            verse = lyric.number if isinstance(lyric.number, int) and lyric.number > 0 else number
            yield Lyric(lyric.text, lyric.syllabic if lyric.syllabic in ("begin", "middle", "end") else "single", verse)


def _marks(element: Any) -> Iterator[str]:
    for sign in (*element.articulations, *element.expressions):
        name = type(sign).__name__
        if name in OF_CLASS:
            yield OF_CLASS[name]
        elif name == "Tremolo":
            yield f"{TREMOLO}-{sign.numberOfMarks}"


# -- what stands over and under the notes


def _within(part: Any, starts: dict[int, Fraction], kind: str) -> Iterator[tuple[Fraction, Any]]:
    """Elements of a class in a part's measures and voices, with their places in the score."""
    for measure in part.getElementsByClass("Measure"):
        if id(measure) not in starts:
            continue
        for stream in (measure, *measure.voices):
            for element in stream.getElementsByClass(kind):
                yield starts[id(measure)] + quarters(element.offset), element


def _clefs(part: Any, starts: dict[int, Fraction], staff: int) -> Iterator[Clef]:
    """Where a staff's clef changes; a clef that is not in CLEFS counts as the nearest of its sign."""
    last = ""
    for at, clef in _within(part, starts, "Clef"):
        octave = {1: "+8", -1: "-8"}.get(clef.octaveChange or 0, "")
        name = "percussion" if clef.sign == "percussion" else f"{clef.sign}{clef.line}{octave}"
        if name not in CLEFS:
            name = {"G": "G2", "F": "F4", "C": "C3"}.get(clef.sign or "", "G2")
        if name != last:
            yield Clef(at, name, staff)
        last = name


def _directions(part: Any, starts: dict[int, Fraction], staff: int) -> Iterator[Direction]:
    for at, one in _within(part, starts, "Dynamic"):
        yield Direction(at, one.value, "dynamics", staff)
    for at, one in _within(part, starts, "TextExpression"):
        if one.content and one.content.strip():
            yield Direction(at, one.content.strip(), "words", staff)
    for at, one in _within(part, starts, "RepeatExpression"):  # words that it takes out of the others
        yield Direction(at, one.getText().strip(), "words", staff)
    for at, one in _within(part, starts, "MetronomeMark"):
        if one.text and not one.textImplicit:
            yield Direction(at, one.text, "words", staff)
    for at, one in _within(part, starts, "RehearsalMark"):
        yield Direction(at, str(one.content), "rehearsal", staff)


def _spans(staves: Staves, starts: Sequence[dict[int, Fraction]]) -> Iterator[Span]:
    place: dict[int, tuple[Fraction, Fraction, int, int]] = {}  # of each note: onset, end, voice, staff
    for staff, part in enumerate(staves, 1):
        for measure in part.getElementsByClass("Measure"):
            start = starts[staff - 1].get(id(measure))
            if start is None:
                continue
            for number, voice in enumerate(_voices(measure), 1 + VOICES * (staff - 1)):
                for element in voice.notesAndRests:
                    onset = start + quarters(element.offset)
                    end = onset + _lasting(element.duration)
                    place[id(element)] = onset, end, number, staff
    kinds = {"Slur": "slur", "Crescendo": "crescendo", "Diminuendo": "diminuendo"}
    for part in staves:
        for spanner in part.recurse().getElementsByClass("Spanner"):
            kind = kinds.get(type(spanner).__name__)
            ends = [spanner.getFirst(), spanner.getLast()]
            if kind is None or any(id(one) not in place for one in ends):
                continue
            first, last = (place[id(one)] for one in ends)
            end = last[0] if kind == "slur" else last[1]
            if end > first[0]:
                yield Span(kind, first[0], end, first[2], first[3], last[2])


def _tempos(stream: Any) -> Iterator[TempoMark]:
    seen: set[Fraction] = set()
    for mark in stream.recurse().getElementsByClass("MetronomeMark"):
        bpm = mark.getQuarterBPM()
        at = quarters(mark.getOffsetInHierarchy(stream))
        if bpm and at not in seen:
            seen.add(at)
            printed = mark.number is not None and not mark.numberImplicit
            unit = quarters(mark.referent.quarterLength) if printed else None
            yield TempoMark(at, float(bpm), unit)


def _chords(stream: Any) -> Iterator[ChordSymbol]:
    for symbol in stream.recurse().getElementsByClass("ChordSymbol"):
        at = quarters(symbol.getOffsetInHierarchy(stream))
        label = _label(symbol)
        if label:
            yield ChordSymbol(at, label)


def _label(symbol: Any) -> str:
    """A chord symbol in Harte's syntax; empty where its kind has no name there."""
    if "NoChord" in symbol.classes:  # some programs keep words in such a symbol that name no chord
        return "N" if (symbol.chordKindStr or NO_CHORD) in (NO_CHORD, "NC", "none") else ""
    name = CHORD_KINDS.get(symbol.chordKind)
    root, bass = symbol.root(), symbol.bass()
    if name is None or root is None:
        return ""
    label = f"{root.name.replace('-', 'b')}:{name}"
    over = (bass.pitchClass - root.pitchClass) % 12 if bass is not None else 0
    return f"{label}/{DEGREES[over]}" if over else label
