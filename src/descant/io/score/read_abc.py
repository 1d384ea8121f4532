"""ABC files: the first tune of one, as a score.

Every voice is a part, except where `%%score` puts voices on one staff or staves in one brace. A clef that is not said
is told by the pitches.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import median

from descant.errors import InvalidValueError, UnreadableFileError
from descant.io.files import read_text
from descant.io.said import Said
from descant.io.score.abc_lines import Line, Tune, first_tune
from descant.io.score.abc_voice import Bar, Place, VoiceReader
from descant.io.score.beams import plain
from descant.io.score.marks import VOICES
from descant.io.score.musicxml_checked import MOST_PARTS
from descant.io.score.musicxml_elements import VALUES
from descant.io.score.read_musicxml import LeftOutWarning
from descant.types.score import ChordSymbol, Clef, Direction, Event, Measure, Score, ScorePart, Span, TempoMark

MOST_CHARACTERS = 50_000_000  # of a file
MOST_IN_TUNE = 1_000_000
MOST_NAMED = 10  # of one kind of signs that are left out
LOWEST_TREBLE = 55  # a part of lower pitches, by their median, gets a bass clef
PROPAGATE = re.compile(r"propagate-accidentals\s+(not|octave|pitch)")
GROUPS = re.compile(r"(?:score|staves)\s+(.*)")
GROUP = re.compile(r"[{}()]|[^\s{}()\[\]|]+")
VOICE = re.compile(r"(\S+)\s*(.*)")
INLINE_VOICE = re.compile(r"\[V:\s*([^\]]{0,200})\]")
Staff = list[VoiceReader]


def read_abc(path: Path) -> Score:
    """The score of the file's first tune. Raises UnreadableFileError, with the line and the fault."""
    text, said = read_text(path), Said()
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFileError(f"{path}: has {len(text):,} characters; no book of tunes is so long")
    tune = first_tune(text, said)
    if tune is None:
        raise UnreadableFileError(f"{path}: has no K: field, after which a tune's music begins, so it is no ABC")
    score = score_of_tune(tune, path, said)
    if tune.tunes > 1:
        warnings.warn(f"{path}: has {tune.tunes} tunes; the first is read", LeftOutWarning, stacklevel=2)
    said.warn(path)
    return score


def score_of_tune(tune: Tune, path: Path, said: Said) -> Score:
    """The score of a tune's lines; `path` is named in errors. Raises UnreadableFileError."""
    if sum(len(line.text) for line in tune.body) > MOST_IN_TUNE:
        raise UnreadableFileError(f"{path}: its first tune has over {MOST_IN_TUNE:,} characters; save it in parts")
    return _Reader(path, said).score(tune)


class _Reader:
    """Reads a tune, line by line, each for the voice that it belongs to."""

    def __init__(self, path: Path, said: Said) -> None:
        self.path, self.said = path, said
        self.title, self.composer = "", ""
        self.head: list[Line] = []  # what each voice begins with
        self.known: dict[str, str] = {}  # parameters of voices that the head names
        self.voices: dict[str, VoiceReader] = {}
        self.name = ""  # of the voice that lines belong to now
        self.propagate, self.groups = "pitch", ""

    def score(self, tune: Tune) -> Score:
        for line in tune.head:
            self._in_head(line)
        for line in tune.body:
            with self._refusing(line.number):
                self._in_body(line)
        for voice in self.voices.values():
            with self._refusing(voice.line):
                voice.finish()
        self.voices = {name: voice for name, voice in self.voices.items() if voice.bars}
        voices = list(self.voices.values())
        notes = sum(1 for voice in voices for bar in voice.bars for event in bar.events if event.pitches)
        if not any(bar.events for voice in voices for bar in voice.bars):
            raise UnreadableFileError(f"{self.path}: no note in it could be read as ABC")
        if sum(voice.unknown for voice in voices) > notes:
            raise UnreadableFileError(f"{self.path}: most of it is no music in ABC")
        self._tell_left_out(voices)
        measures = self._measures(voices)
        return Score(
            measures,
            tuple(_part(staves, measures) for staves in self._parts()),
            self.title,
            self.composer,
            tuple(_tempos(voices, measures)),
            tuple(ChordSymbol(at, label) for at, label in _over(voices, measures).items()),
        )

    def _tell_left_out(self, voices: Sequence[VoiceReader]) -> None:
        for kind in dict.fromkeys(kind for voice in voices for kind in voice.left):
            found = {text: line for voice in reversed(voices) for text, line in voice.left.get(kind, {}).items()}
            names = ", ".join(list(found)[:MOST_NAMED]) + (", ..." if len(found) > MOST_NAMED else "")
            self.said.add(f"{kind} left out: {names}", f"line {min(found.values())}")

    @contextmanager
    def _refusing(self, line: int) -> Iterator[None]:
        """What is wrong in a line becomes an error about the file."""
        try:
            yield
        except InvalidValueError as error:
            raise UnreadableFileError(f"{self.path}: line {line}: {error}") from None

    def _in_head(self, line: Line) -> None:
        if line.field == "T":
            self.title = self.title or line.text
        elif line.field == "C":
            self.composer = self.composer or line.text
        elif line.field == "V" and (found := VOICE.fullmatch(line.text)):
            self.known[found[1]] = found[2]
        elif line.field in ("%", "I"):
            self._directive(line.text)
        elif line.field == "P":
            self.said.add("the order of its parts is left out", f"line {line.number}")
        elif line.field in ("K", "L", "M", "Q"):
            self.head.append(line)

    def _directive(self, text: str) -> None:
        if found := PROPAGATE.match(text):
            self.propagate = found[1]
        elif found := GROUPS.match(text):
            self.groups = found[1]

    def _in_body(self, line: Line) -> None:
        if line.field == "V":
            self._go_to(line.text)
        elif line.field in ("%", "I"):
            self._directive(line.text)
        elif line.field:
            self._voice().field(line.field, line.text, line.number)
        else:
            music, *others = INLINE_VOICE.split(line.text)
            if music.strip():
                self._voice().music(music, line.number)
            for name, music in zip(others[::2], others[1::2], strict=True):
                self._go_to(name)
                self._voice().music(music, line.number)

    def _go_to(self, text: str) -> None:
        found = VOICE.fullmatch(text)
        self.name = found[1] if found else ""
        new = self.name not in self.voices
        voice = self._voice()
        if found and found[2] and not (new and self.known.get(self.name) == found[2]):
            voice.parameters(found[2])

    def _voice(self) -> VoiceReader:
        """The voice that lines belong to; a new one begins with what the head says."""
        if self.name not in self.voices:
            if len(self.voices) == MOST_PARTS:
                raise InvalidValueError(f"more than {MOST_PARTS} voices are not read")
            voice = VoiceReader(Said() if self.voices else self.said, self.propagate)
            for line in self.head:
                with self._refusing(line.number):
                    voice.field(line.field, line.text, line.number)
            voice.parameters(self.known.get(self.name, ""))
            voice.said = self.said
            self.voices[self.name] = voice
        return self.voices[self.name]

    def _measures(self, voices: Sequence[VoiceReader]) -> tuple[Measure, ...]:
        """What all voices share; a voice that is shorter than the others is told."""
        most = max(len(voice.bars) for voice in voices)
        for name, voice in self.voices.items():
            if len(voice.bars) < most:
                what = f"voice {name[:40]} has {len(voice.bars):,} bars where others have {most:,}; the rest is empty"
                self.said.add(what)
        found: list[Measure] = []
        for at in range(most):
            bars = [voice.bars[at] for voice in voices if at < len(voice.bars)]
            found.append(self._measure(bars, found))
        return tuple(found)

    def _measure(self, bars: Sequence[Bar], before: Sequence[Measure]) -> Measure:
        first, length = bars[0], max(bar.length for bar in bars)
        where = f"line {first.line}"
        if length > first.time.length and not first.free:
            self.said.add("a measure holds more than its metre; it is kept so long", where)
        if any(bar.length != length for bar in bars):
            self.said.add("voices differ in length in a measure; the rest of the shorter ones is empty", where)
        upbeat = before[0].pickup if before else length < first.time.length
        return Measure(
            before[-1].end if before else Fraction(0),
            length,
            first.time,
            first.key.signature,
            str(len(before) + (0 if upbeat else 1)),
            any(bar.repeat_start for bar in bars),
            max(bar.repeat_end for bar in bars),
            next((bar.ending for bar in bars if bar.ending), ""),
            next((bar.barline for bar in bars if bar.barline), ""),
            tuple(set().union(*(bar.jumps for bar in bars))),
        )

    def _parts(self) -> list[list[Staff]]:
        """The voices of each staff of each part, as %%score groups them; those that it does not name stand alone."""
        left = dict(self.voices)
        parts: list[list[Staff]] = []
        brace: list[Staff] | None = None
        shared: Staff | None = None
        for sign in GROUP.findall(self.groups):
            if sign == "{":
                brace = []
                parts.append(brace)
            elif sign == "(":
                shared = []
            elif sign == "}":
                brace = None
            elif sign == ")":
                shared = None
            elif sign in left:
                staff = [] if shared is None else shared
                staff.append(left.pop(sign))
                if len(staff) == 1 and brace is not None:
                    brace.append(staff)
                elif len(staff) == 1:
                    parts.append([staff])
        return [one for one in parts if one] + [[[voice]] for voice in left.values()]


def _at(place: Place, measures: Sequence[Measure]) -> Fraction:
    """Quarters from the score's beginning; a place after the last bar is its end."""
    bar, onset = place
    return measures[bar].start + onset if bar < len(measures) else measures[-1].end


def _tempos(voices: Sequence[VoiceReader], measures: Sequence[Measure]) -> Iterator[TempoMark]:
    found = {_at(place, measures): (bpm, beat) for voice in voices for place, bpm, beat in voice.tempos}
    for at, (bpm, beat) in found.items():
        printed = plain(beat) in VALUES and beat in (plain(beat), plain(beat) * 3 / 2)
        yield TempoMark(at, bpm, beat if printed else None)


def _over(voices: Sequence[VoiceReader], measures: Sequence[Measure]) -> dict[Fraction, str]:
    """The chord symbols by their places."""
    return {_at(place, measures): label for voice in voices for place, label in voice.chords}


def _part(staves: Sequence[Staff], measures: Sequence[Measure]) -> ScorePart:
    """A part of one or several staves. A voice of a staff is one for each of its layers."""
    layers = [[voice.layers for voice in staff] for staff in staves]
    most = max(VOICES, *(sum(one) for one in layers))
    rows: list[list[Event]] = [[] for _ in measures]
    clefs: list[Clef] = []
    directions: set[Direction] = set()
    spans: list[Span] = []
    for number, staff in enumerate(staves, 1):
        for at, voice in enumerate(staff):
            first = 1 + most * (number - 1) + sum(layers[number - 1][:at])
            for row, bar in zip(rows, voice.bars, strict=False):
                row += [replace(one, voice=first - 1 + one.voice, staff=number) for one in bar.events]
            directions |= {
                Direction(_at(place, measures), text, kind, number) for place, text, kind in voice.directions
            }
            for start, layer, end, last in voice.slurs:
                spans.append(
                    Span("slur", _at(start, measures), _at(end, measures), first + layer, number, first + last)
                )
        clefs += _clefs(staff, number, measures)
    return ScorePart(
        tuple(tuple(row) for row in rows),
        next((voice.voice.name for staff in staves for voice in staff if voice.voice.name), ""),
        staves=len(staves),
        clefs=tuple(clefs),
        directions=tuple(sorted(directions, key=lambda one: (one.at, one.staff, one.kind, one.text))),
        spans=tuple(sorted(spans, key=lambda one: (one.start, one.end, one.voice))),
    )


def _clefs(staff: Staff, number: int, measures: Sequence[Measure]) -> Iterator[Clef]:
    """The clefs that a staff's voices name; the first by its pitches where none does."""
    found = {_at(place, measures): sign for voice in staff for place, sign in voice.clefs}
    if Fraction(0) not in found:
        pitches = [one.midi for voice in staff for bar in voice.bars for event in bar.events for one in event.pitches]
        found[Fraction(0)] = "F4" if pitches and median(pitches) < LOWEST_TREBLE else "G2"
    last = ""
    for at, sign in sorted(found.items()):
        if sign != last:
            yield Clef(at, sign, number)
        last = sign
