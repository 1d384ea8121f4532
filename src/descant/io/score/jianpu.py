"""Numbered notation (jianpu), as text that reads back.

The melody alone: the highest note of the first voice of the first part, or of the part that is asked for. 1 is the
tonic of the major key that the signature stands for, between C4 and B4; 0 is a rest.

The text is that of jianpu-ly (https://ssb22.user.srcf.net/mwrhome/jianpu-ly.html): `q` before a number is an eighth,
`s` a sixteenth, `d` a thirty-second; each `-` after it makes it a quarter longer; a point makes it longer by half;
`'` and `,` move it an octave; `#` and `b` before it alter it; `~` ties it to the next; `3[ q1 q2 q3 ]` is a triplet,
`2:3[ q1 q2 ]` two in the time of three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from descant.errors import InvalidValueError, UnreadableFileError, UnsupportedFormatError
from descant.io.files import read_text, write_beside
from descant.io.said import Said
from descant.io.score.beams import tuplet_groups, written
from descant.io.score.top_line import top_line
from descant.io.score.transposing import MAJOR, spelled, tonic
from descant.types.score import (
    LONGEST,
    STEPS,
    Clef,
    Event,
    KeySignature,
    Lyric,
    Measure,
    Score,
    ScorePart,
    SpelledPitch,
    TempoMark,
    TimeSignature,
    Tuplet,
)

SCALE = (0, 2, 4, 5, 7, 9, 11)  # semitones over the tonic
# How each length up to a quarter is written: the letter before the number and the points after it.
SHORT = {
    Fraction(1): ("", ""),
    Fraction(3, 2): ("", "."),
    Fraction(3, 4): ("q", "."),
    Fraction(1, 2): ("q", ""),
    Fraction(3, 8): ("s", "."),
    Fraction(1, 4): ("s", ""),
    Fraction(3, 16): ("d", "."),
    Fraction(1, 8): ("d", ""),
}
LENGTHS = {sign: length for length, sign in SHORT.items()}
NOTE = re.compile(r"([qsd]?)([#b]{0,2})([0-7])([',]*)(\.?)")
METRE = re.compile(r"(\d{1,4})/(\d{1,4})(,\d+(\.|/\d+)?)?")
TEMPO = re.compile(r"4=(\d+(?:\.\d+)?)")
BRACKET = re.compile(r"(\d+)(?::(\d+))?\[")
MOST_IN_TUPLET = 128


def write_jianpu(score: Score, path: Path) -> Path:
    """Write the melody of a score. Raises UnsupportedFormatError where a note is too short for jianpu."""
    with write_beside(path) as temporary:
        temporary.write_text(jianpu(score), encoding="utf-8")
    return path


def read_jianpu(path: Path) -> Score:
    """The score that such a text holds, one part. Raises UnreadableFileError, with the line and what was not read."""
    return _Reader(path).score(read_text(path))


@dataclass(frozen=True)
class Syllable:
    """A note of a melody that is to be written with numbers."""

    event: Event  # one pitch or a rest
    bracket: str = ""  # what stands before it: `3[`
    closes: bool = False  # whether a bracket closes after it


def melody(score: Score, part: int = 0) -> list[list[Syllable]]:
    """The highest line of a part, measure by measure; gaps are rests.

    Raises InvalidValueError where the score has no such part.
    """
    rows = []
    for events in top_line(score, part):
        groups = tuplet_groups(events)
        starts, ends = {first for first, _ in groups}, {last for _, last in groups}
        rows.append(
            [
                Syllable(event, _bracket(event.tuplet) if event.tuplet and at in starts else "", at in ends)
                for at, event in enumerate(events)
            ]
        )
    return rows


def _bracket(tuplet: Tuplet) -> str:
    """What stands before the notes of a tuplet: `3[`, or `2:3[` where there are not as many in its time as usual."""
    usual = tuplet.normal == _usual(tuplet.actual)
    return f"{tuplet.actual}[" if usual else f"{tuplet.actual}:{tuplet.normal}["


def _usual(actual: int) -> int:
    """In the time of how many notes so many usually stand: as many as halving gives."""
    return 1 << (actual - 1).bit_length() - 1


def jianpu(score: Score, part: int = 0) -> str:
    """The text of a melody, four measures a line."""
    lines = [f"title={score.title}"] if score.title else []
    if score.composer:
        lines.append(f"composer={score.composer}")
    for mark in [one for one in score.tempos if one.at == 0][:1]:
        lines.append(f"4={mark.bpm:g}")
    words: list[Event] = []
    line: list[str] = []
    before: Measure | None = None
    for number, (measure, row) in enumerate(zip(score.measures, melody(score, part), strict=True)):
        if before is None or before.key != measure.key:
            line.append(f"1={tonic(measure.key.sharps)}")
        if before is None or before.time != measure.time:
            short = f",{_value(measure.length)}" if measure.pickup and number == 0 else ""
            line.append(f"{sum(measure.time.beats)}/{measure.time.unit}{short}")
        before = measure
        for one in row:
            line += [one.bracket] if one.bracket else []
            line.append(_number(one.event, measure.key))
            line += ["]"] if one.closes else []
        words += [one.event for one in row if one.event.pitches]
        if number % 4 == 3 or number + 1 == len(score.measures):
            lines.append(" ".join(line) + (" |" if number + 1 < len(score.measures) else ""))
            lines += _words(words)
            line, words = [], []
        else:
            line.append("|")
    return "\n".join(lines) + "\n"


def _value(length: Fraction) -> str:
    """The length of an upbeat as jianpu-ly has it: the note value, with a point if it is dotted."""
    for power in range(7):
        value = Fraction(4, 2**power)
        if length in (value, value * 3 / 2):
            return f"{2**power}{'.' if length != value else ''}"
    return f"{length}"


def degree(pitch: SpelledPitch, key: KeySignature) -> tuple[int, int, int]:
    """(number from 1 to 7, octaves over the middle one, alteration) of a pitch in a key."""
    first = SpelledPitch.named(f"{tonic(key.sharps)}4")
    steps = 7 * (pitch.octave - first.octave) + STEPS.index(pitch.step) - STEPS.index(first.step)
    octave, number = divmod(steps, 7)
    natural = first.midi + 12 * octave + SCALE[number]
    return number + 1, octave, pitch.midi - natural


def pitch_of(number: int, octave: int, alter: int, key: KeySignature) -> SpelledPitch:
    """The pitch of a number in a key, the inverse of `degree`."""
    first = SpelledPitch.named(f"{tonic(key.sharps)}4")
    midi = first.midi + 12 * octave + SCALE[number - 1] + alter
    return spelled(7 * (first.octave + octave) + STEPS.index(first.step) + number - 1, midi)


def _number(event: Event, key: KeySignature) -> str:
    """An event as text; what no single number can say is tied together from several."""
    parts = list(values(written(event)))
    head, marks = "0", ""
    if event.pitches:
        number, octave, alter = degree(event.pitches[0], key)
        head = f"{'#' * alter}{'b' * -alter}{number}"
        marks = "'" * octave + "," * -octave
    texts = []
    for letter, point, dashes in parts:
        texts.append(f"{letter}{head}{marks}{point}" + " -" * dashes)
    joined = (" ~ " if event.pitches else " ").join(texts)
    return f"{joined} ~" if event.pitches and event.tied[0] else joined


def values(length: Fraction) -> Iterator[tuple[str, str, int]]:
    """(letter, point, dashes) of the numbers that together last so long."""
    if length >= 2:
        yield "", "", int(length) - 1
        length -= int(length)
    while length > 0:
        fitting = [one for one in SHORT if one <= length]
        if not fitting:
            raise UnsupportedFormatError(f"jianpu has no sign for what is left of a note, {length} of a quarter")
        letter, point = SHORT[max(fitting)]
        yield letter, point, 0
        length -= max(fitting)


def _words(events: Sequence[Event]) -> Iterator[str]:
    """The words of the first verse, one for each note; an underscore for a note without."""
    if not any(event.lyrics for event in events):
        return
    found = []
    for event in events:
        syllable = next((one for one in event.lyrics if one.verse == 1), None)
        text = "_" if syllable is None else "_".join(syllable.text.split()) or "_"
        found.append(text + (" --" if syllable is not None and syllable.place in ("begin", "middle") else ""))
    yield "L: " + " ".join(found)


class _Reader:
    """Reads a text, word by word."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.title, self.composer = "", ""
        self.tempos: list[TempoMark] = []
        self.key, self.time = KeySignature(0), TimeSignature((4,), 4)
        self.measures: list[Measure] = []
        self.rows: list[tuple[Event, ...]] = []
        self.row: list[Event] = []
        self.tuplet: Tuplet | None = None
        self.said = Said()
        self.unworded = 0  # the first measure whose notes have no words yet

    def score(self, text: str) -> Score:
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("%"):
                continue
            if line.startswith("L:"):
                self._words(line[2:].split())
            elif line.startswith("title="):
                self.title = line.removeprefix("title=")
            elif line.startswith("composer="):
                self.composer = line.removeprefix("composer=")
            else:
                for word in line.split():
                    try:
                        self._word(word, number)
                    except InvalidValueError as error:
                        raise UnreadableFileError(f"{self.path}: line {number}: {word[:40]!r}: {error}") from None
        self._bar()
        if not self.measures:
            raise UnreadableFileError(f"{self.path}: no number in it is a note")
        self.said.warn(self.path)
        part = ScorePart(tuple(self.rows), clefs=(Clef(Fraction(0), "G2"),))
        return Score(tuple(self.measures), (part,), title=self.title, composer=self.composer, tempos=tuple(self.tempos))

    def _word(self, word: str, line: int) -> None:
        if word == "|":
            self._bar()
        elif word.startswith("1=") and word[2:] in MAJOR:
            self.key = KeySignature(MAJOR.index(word[2:]) - 7)
        elif (found := METRE.fullmatch(word)) and not self.row:
            self.time = TimeSignature((int(found[1]),), int(found[2]))
        elif found := TEMPO.fullmatch(word):
            self.tempos.append(TempoMark(self._place(), float(found[1])))
        elif (found := BRACKET.fullmatch(word)) and self.tuplet is None:
            actual, normal = (int(one) if one and len(one) < 4 else 0 for one in found.groups())
            if not 2 <= actual <= MOST_IN_TUPLET or not (0 if found[2] is None else 1) <= normal <= MOST_IN_TUPLET:
                raise InvalidValueError(f"a bracket holds from 2 to {MOST_IN_TUPLET} notes")
            self.tuplet = Tuplet(actual, normal or _usual(actual))
        elif word == "]" and self.tuplet is not None:
            self.tuplet = None
        elif self.row and (word == "-" or (word == "~" and self.row[-1].pitches)):
            self._go_on(word)
        elif found := NOTE.fullmatch(word):
            self._note(found)
        else:
            raise UnreadableFileError(f"{self.path}: line {line}: {word[:40]!r} is nothing that jianpu knows there")

    def _place(self) -> Fraction:
        return self.measures[-1].end if self.measures else Fraction(0)

    def _note(self, found: re.Match[str]) -> None:
        letter, signs, number, octaves, point = found.groups()
        length = LENGTHS[letter, point]
        if self.tuplet is not None:
            length = length * self.tuplet.normal / self.tuplet.actual
        onset = self.row[-1].end if self.row else Fraction(0)
        pitches: tuple[SpelledPitch, ...] = ()
        if number != "0":
            alter = signs.count("#") - signs.count("b")
            octave = octaves.count("'") - octaves.count(",")
            pitches = (pitch_of(int(number), octave, alter, self.key),)
        self.row.append(Event(onset, length, pitches, tuplet=self.tuplet))

    def _go_on(self, word: str) -> None:
        last = self.row[-1]
        if word == "~":
            self.row[-1] = replace(last, tied=(True,))
            return
        longer = Fraction(last.tuplet.normal, last.tuplet.actual) if last.tuplet is not None else 1
        self.row[-1] = replace(last, duration=last.duration + longer)

    def _bar(self) -> None:
        """End a measure."""
        if not self.row:
            return
        length = self.row[-1].end
        upbeat = self.measures[0].pickup if self.measures else length < self.time.length
        number = len(self.measures) + (0 if upbeat else 1)
        if length > LONGEST:
            raise UnreadableFileError(
                f"{self.path}: measure {number} holds over {LONGEST:,} quarters; it lacks a bar line"
            )
        if self.tuplet is not None:
            raise UnreadableFileError(f"{self.path}: measure {number}: the bracket {self.tuplet.actual}[ is not closed")
        if length > self.time.length:
            self.said.add("a measure holds more than its metre; it is kept so long", f"measure {number}")
        self.measures.append(Measure(self._place(), length, self.time, self.key, str(number)))
        self.rows.append(tuple(self.row))
        self.row = []

    def _words(self, words: Sequence[str]) -> None:
        """Words under the notes of the lines of music since the last words."""
        self._bar()
        syllables = iter(_syllables(words))
        for at in range(self.unworded, len(self.rows)):
            row = []
            for event in self.rows[at]:
                found = next(syllables, None) if event.pitches else None
                lyrics = (found,) if found is not None and found.text != "_" else ()
                row.append(
                    Event(event.onset, event.duration, event.pitches, event.tied, tuplet=event.tuplet, lyrics=lyrics)
                )
            self.rows[at] = tuple(row)
        self.unworded = len(self.rows)
        if left := len(list(syllables)):
            self.said.add("a syllable has no note to stand under; it is left out", times=left)


def _syllables(words: Sequence[str]) -> Iterator[Lyric]:
    """Syllables with their places in words: `glad -- ness`."""
    inside = False
    for at, word in enumerate(words):
        if word == "--":
            continue
        goes_on = at + 1 < len(words) and words[at + 1] == "--"
        place = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        yield Lyric(word, place[inside, goes_on])
        inside = goes_on
