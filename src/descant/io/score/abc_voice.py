"""One voice of an ABC tune, read sign by sign into bars.

A length, a pitch or a bracket that makes no sense is refused; what is only left out is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from descant.errors import InvalidValueError
from descant.io.said import Said
from descant.io.score import abc_fields
from descant.io.score.abc_fields import ALTERS, Key
from descant.io.score.abc_signs import (
    IN_CHORD,
    NAMED,
    NORMAL,
    NOTE,
    OF_JUMPS,
    SHORT,
    TOKEN,
    length_of,
    octave_of,
    syllables,
)
from descant.io.score.chord_names import harte
from descant.io.score.jump_words import BEGINNING, jump_of
from descant.io.score.musicxml_elements import DYNAMICS
from descant.types.score import LONGEST, Event, KeySignature, Lyric, SpelledPitch, TimeSignature, Tuplet

SHORTEST = Fraction(1, 1024)  # quarters of a note
MOST_RESTS = 999  # whole bars of them in one sign
MOST_IN_TUPLET = 128
MOST_VERSES = 30
PLACES = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}


@dataclass
class Bar:
    """A bar as it is read."""

    time: TimeSignature
    key: Key
    free: bool  # whether no metre says how long it is
    line: int  # of the file, where it begins
    events: list[Event] = field(default_factory=list)
    length: Fraction = Fraction(0)
    repeat_start: bool = False
    repeat_end: int = 0
    ending: str = ""
    barline: str = ""
    jumps: set[str] = field(default_factory=set)


Place = tuple[int, Fraction]  # index of the bar, quarters from its start


class VoiceReader:
    """Reads the lines of one voice; what it found stands in its fields."""

    def __init__(self, said: Said, propagate: str) -> None:
        self.said, self.propagate = said, propagate
        self.line = 0  # of the file
        self.unit = Fraction(0)  # quarters of a note without a length; 0: the metre tells
        self.time, self.free = TimeSignature((4,), 4), True
        self.key = Key.of(KeySignature(0))
        self.voice = abc_fields.Voice()
        self.bars: list[Bar] = []
        self.clefs: list[tuple[Place, str]] = []
        self.tempos: list[tuple[Place, float, Fraction]] = []
        self.chords: list[tuple[Place, str]] = []
        self.directions: list[tuple[Place, str, str]] = []  # text and kind
        self.slurs: list[tuple[Place, int, Place, int]] = []  # from a note and its layer to another
        self.unknown = 0  # letters and signs that are no music
        self.left: dict[str, dict[str, int]] = {}  # what is left out, of each kind, and the line where it is first
        self.words: list[tuple[Bar, int]] = []  # notes of the last line of music
        self.verse = 0
        self.goes_on = False  # the line of music, on the next one
        self.opened: list[tuple[Place, int]] = []
        self.opening = 0  # slurs before the next note
        self.marks: list[str] = []
        self.tuplet: tuple[Tuplet, int] | None = None  # and how many notes it still takes
        self.broken = Fraction(1)  # how much longer the next note is
        self.held: dict[tuple[str, int], int] = {}  # by line of the staff: what a tie holds on
        self.ending = ""
        self.asked: list[tuple[str, Fraction]] = []  # jumps since the last bar line, with their places
        self.layer = 0  # of the bar: more than 0 after an &
        self.last: int | None = None  # the layer's last event of some length, in the bar
        self._begin()

    # -- lines

    def music(self, text: str, line: int) -> None:
        """Read a line of music. Raises InvalidValueError."""
        self.line = line
        if not self.goes_on:
            self.words, self.verse = [], 0
        self.goes_on = text.endswith("\\")
        if not self.bar.events:
            self.bar.line = line
        for token in TOKEN.finditer(text):
            self._token(token)

    def field(self, letter: str, text: str, line: int) -> None:
        """Read a field. Raises InvalidValueError where the notes hang on it and it makes no sense."""
        self.line = line
        if letter == "K":
            self.key, rest = abc_fields.key(text)
            self.parameters(rest)
            self.signs = dict(self.key.signs)
        elif letter == "L":
            self.unit = abc_fields.unit(text)
        elif letter == "M":
            self._metre(text)
        elif letter == "Q":
            self._tempo(text)
        elif letter == "w":
            self._lyrics(text)
        elif letter == "P" and text:
            self.directions.append((self._here(), text, "rehearsal"))
        elif letter in "WsUm":
            self._left_out(f"a field {letter}:")
        self._same_bar()

    def parameters(self, text: str) -> None:
        """How the voice is read, from the parameters of K: or V:."""
        said = abc_fields.voice(text)
        self.voice = abc_fields.Voice(said.name or self.voice.name, said.clef or self.voice.clef, self.voice.octave)
        if said.clef or said.octave:
            self.voice = self.voice._replace(octave=said.octave)
        if said.clef:
            self.clefs.append((self._here(), said.clef))
        for one in said.unknown:
            self._left_out(f"{one[:40]!r} of a voice or a key")

    def finish(self) -> None:
        """End the last bar."""
        self._check_broken()
        if self.bar.length:
            self._close()
        self._end_bar_before()
        if self.tuplet is not None:
            self._told("a tuplet lacks notes", self.line)
        if self.opened or self.opening:
            self._left_out("a slur that is not closed")

    @property
    def layers(self) -> int:
        """How many voices it is at most."""
        return max((event.voice for bar in self.bars for event in bar.events), default=1)

    def _metre(self, text: str) -> None:
        try:
            found = abc_fields.metre(text)
        except InvalidValueError:
            self._left_out(f"the metre {text[:40]!r}, which is none,")
            return
        self.time, self.free = found or self.time, found is None

    def _tempo(self, text: str) -> None:
        words = " ".join(re.findall(r'"([^"]*)"', text)).strip()
        if words:
            self.directions.append((self._here(), words, "words"))
        try:
            found = abc_fields.tempo(text, self._unit())
        except InvalidValueError:
            self._left_out(f"the tempo {text[:40]!r}, which is none,")
            return
        if found is not None:
            self.tempos.append((self._here(), *found))

    def _lyrics(self, text: str) -> None:
        """Words under the notes of the last line of music: one verse more."""
        self.verse += 1
        if self.verse > MOST_VERSES:
            self._left_out(f"a verse after the {MOST_VERSES}th")
            return
        at = left = 0
        inside = False
        for syllable, goes_on in syllables(text):
            if syllable == "|":  # on to the next bar
                while 0 < at < len(self.words) and self.words[at][0] is self.words[at - 1][0]:
                    at += 1
            elif at == len(self.words):
                left += syllable not in ("*", "_")
            else:
                bar, index = self.words[at]
                at += 1
                if syllable not in ("*", "_"):
                    lyric = Lyric(syllable, PLACES[inside, goes_on], self.verse)
                    bar.events[index] = replace(bar.events[index], lyrics=(*bar.events[index].lyrics, lyric))
                    inside = goes_on
        if left:
            self.said.add("a syllable has no note to stand under; it is left out", f"line {self.line}", left)

    # -- signs

    def _token(self, token: re.Match[str]) -> None:
        kind, text = token.lastgroup, token[0]
        if token["field"]:
            self.field(token["field"], token["value"].strip(), self.line)
        elif token["text"] is not None:
            self._text(token["text"])
        elif token["ending"]:
            self._ending(token["ending"])
        elif token["bar"]:
            self._bar_line(token["bar"])
            self._ending(token["numbers"] or "")
        elif token["tuplet"]:
            self._tuplet(token["tuplet"], token["normal"], token["count"])
        elif kind == "slur":
            self.opening += 1
        elif kind == "unslur":
            self._end_slur()
        elif token["grace"] is not None:
            self._grace(token["grace"], "acciaccatura" if token["slash"] else "appoggiatura")
        elif token["sign"] or token["old"]:
            self._sign(token["sign"] or token["old"])
        elif token["chord"] is not None:
            self._chord(token["chord"], token["lasting"])
        elif token["label"]:
            self._left_out(f"the ending {token['label'][:40]}")
        elif token["note"]:
            self._chord(token["note"], "")
        elif token["rest"]:
            self._event(length_of(token["resting"]) * self._unit(), token["rest"] == "x")
        elif token["bars"]:
            self._whole_bars(int(token["many"][:4] or 1), hidden=token["bars"] == "X")
        elif token["broken"]:
            self._break(token["broken"])
        elif token["tie"]:
            self._tie()
        elif token["overlay"]:
            self.layer, self.place, self.last = self.layer + 1, Fraction(0), None
        elif token["short"]:
            self._mark(SHORT.get(text, ""), text)
        elif token["unknown"]:
            self._unknown(text)

    def _unknown(self, text: str) -> None:
        for opening, name in (("[", "chord"), ("{", "group of grace notes"), ('"', "text")):
            if text == opening:
                raise InvalidValueError(f"a {name} is not closed in its line")
        self.unknown += 1
        self._not_known("what is no music", text)

    def _text(self, text: str) -> None:
        if text[:1] in tuple("^_<>@"):
            words = text[1:].strip()
            asked = jump_of(words)
            if asked is not None:
                self.asked.append((asked.jump, self.place))
            if words and not (asked and asked.alone):
                self.directions.append((self._here(), words, "words"))
        elif label := harte(text.strip()):
            self.chords.append((self._here(), label))
        elif text.strip():
            self._not_known("chords that are not known", text.strip())

    def _sign(self, name: str) -> None:
        if name in DYNAMICS:
            self.directions.append((self._here(), name, "dynamics"))
        elif name in OF_JUMPS:
            self.asked.append((OF_JUMPS[name], self.place))
        else:
            self._mark(NAMED.get(name, ""), f"!{name}!")

    def _mark(self, mark: str, text: str) -> None:
        if mark:
            self.marks.append(mark)
        elif text != "~":
            self.unknown += len(text) == 1
            self._not_known("signs", text)

    # -- bars

    def _begin(self) -> None:
        self.bar = Bar(self.time, self.key, self.free, self.line)
        self.place, self.layer = Fraction(0), 0
        self.last = None
        self.signs = dict(self.key.signs)
        self.sharpened: dict[tuple[str, int], int] = {}  # by letter and octave, what the bar has altered

    def _same_bar(self) -> None:
        """Let a bar that has not begun be of the metre and key that hold now."""
        if not self.bar.length:
            self.bar.time, self.bar.key, self.bar.free = self.time, self.key, self.free

    def _here(self) -> Place:
        return len(self.bars), self.place

    def _bar_line(self, text: str) -> None:
        ends = len(text) - len(text.lstrip(".:")) - text.startswith(".")
        starts = len(text) - len(text.rstrip(":"))
        self._check_broken()
        if self.tuplet is not None:
            self._told("a tuplet goes over a bar line", self.line)
        if set(text) == {":"}:
            ends = starts = len(text) // 2
        style = "final" if "|]" in text and not starts else "double" if text.count("|") > 1 or "[" in text else ""
        if self.bar.length:
            self._close()
        else:
            self._end_bar_before()
        if self.bars:
            before = self.bars[-1]
            before.repeat_end = max(before.repeat_end, ends + 1 if ends else 0)
            before.barline = before.barline or ("" if ends or starts else style)
        if ends or starts or style:
            self.ending = ""
        self.bar.repeat_start = self.bar.repeat_start or starts > 0

    def _close(self) -> None:
        self.bar.ending = self.ending
        later = [jump for jump, place in self.asked if jump in BEGINNING and place == self.bar.length]
        self.bar.jumps |= {jump for jump, _ in self.asked if jump not in later}
        self.asked = [(jump, Fraction(0)) for jump in later]
        self.bars.append(self.bar)
        self._begin()

    def _end_bar_before(self) -> None:
        """Give the last bar the jumps that stand after its line and before no note."""
        ends = {jump for jump, _ in self.asked if jump not in BEGINNING}
        if self.bars:
            self.bars[-1].jumps |= ends
            self.asked = [(jump, place) for jump, place in self.asked if jump not in ends]

    def _ending(self, numbers: str) -> None:
        if not numbers:
            return
        found: list[int] = []
        for one in numbers.rstrip(",.-").replace(".", ",").split(","):
            first, _, last = one.partition("-")
            if not (first.isdigit() and len(first) < 3 and (not last or (last.isdigit() and len(last) < 3))):
                self._left_out(f"an ending {numbers[:40]!r}")
                return
            found += range(int(first), int(last or first) + 1)
        self.ending = ",".join(str(one) for one in found)

    def _whole_bars(self, many: int, *, hidden: bool) -> None:
        if self.bar.length or not 1 <= many <= MOST_RESTS:
            raise InvalidValueError(f"rests of whole bars stand alone, from 1 to {MOST_RESTS} of them")
        for number in range(many):
            if number:
                self._close()
            if not hidden:
                self.bar.events.append(Event(Fraction(0), self.time.length))
            self.bar.length = self.place = self.time.length

    # -- notes

    def _unit(self) -> Fraction:
        return self.unit or (Fraction(1, 4) if self.time.length < 3 else Fraction(1, 2))

    def _chord(self, text: str, length: str) -> None:
        for sign, words in IN_CHORD.findall(text):
            self._sign(sign) if sign else self._text(words)
        text = IN_CHORD.sub("", text)
        for other in re.findall(r"[^\s().~-]", NOTE.sub("", text)):
            self._unknown(other)
        heads = list(NOTE.finditer(text))
        if not heads:
            self._told("a chord without notes is left out", self.line)
            return
        if len({length_of(head[4]) for head in heads}) > 1:
            self._told("the notes of a chord differ in length; they get that of the first", self.line)
        found = [(head, self._pitch(head)) for head in heads]
        tied = {pitch: bool(head[5]) for head, pitch in found}
        self._event(length_of(heads[0][4]) * length_of(length) * self._unit(), False, tied)
        self.held = {(pitch.step, octave_of(head)): pitch.alter for head, pitch in found if head[5]}

    def _pitch(self, head: re.Match[str]) -> SpelledPitch:
        step, octave = head[2].upper(), octave_of(head)
        line = step, octave if self.propagate == "octave" else 0
        if head[1]:
            if head[1] not in ALTERS:
                raise InvalidValueError(f"{head[0][:40]!r} is no pitch of twelve")
            alter = ALTERS[head[1]]
            if self.propagate != "not":
                self.sharpened[line] = alter
        elif not self.place and (step, octave) in self.held:
            alter = self.held[step, octave]
        else:
            alter = self.sharpened.get(line, self.signs.get(step, 0))
        return SpelledPitch(step, octave + self.voice.octave, alter)

    def _event(self, length: Fraction, hidden: bool, pitches: dict[SpelledPitch, bool] | None = None) -> None:
        """A note, a chord or a rest; a hidden one only takes its time."""
        tuplet = None
        if self.tuplet is not None:
            tuplet, left = self.tuplet
            length = length * tuplet.normal / tuplet.actual
            self.tuplet = (tuplet, left - 1) if left > 1 else None
        length *= self.broken
        self.broken = Fraction(1)
        if not SHORTEST <= length <= LONGEST:
            raise InvalidValueError(f"a note of {float(length):g} quarters is none")
        if self.place + length > LONGEST:
            raise InvalidValueError(f"a bar holds over {LONGEST:,} quarters; it lacks a bar line")
        heads = sorted((pitches or {}).items(), key=lambda one: (one[0].midi, one[0].name))
        self.last = None if hidden else len(self.bar.events)
        if not hidden:
            self.bar.events.append(
                Event(
                    self.place,
                    length,
                    tuple(pitch for pitch, _ in heads),
                    tuple(tied for _, tied in heads),
                    voice=1 + self.layer,
                    tuplet=tuplet,
                    marks=tuple(sorted(set(self.marks))),
                )
            )
        if heads:
            self.opened += [(self._here(), self.layer)] * self.opening
            self.opening = 0
            if not self.layer:
                self.words.append((self.bar, len(self.bar.events) - 1))
        self.marks, self.held = [], {}
        self._on(length)

    def _on(self, length: Fraction) -> None:
        self.place += length
        self.bar.length = max(self.bar.length, self.place)

    def _grace(self, text: str, kind: str) -> None:
        for head in NOTE.finditer(text):
            value = min(max(length_of(head[4]) * self._unit(), Fraction(1, 16)), Fraction(4))
            pitch = self._pitch(head)
            self.bar.events.append(
                Event(self.place, Fraction(0), (pitch,), voice=1 + self.layer, grace=kind, value=value)
            )

    def _tie(self) -> None:
        event = self.bar.events[self.last] if self.last is not None else None
        if event is None or not event.pitches:
            self._left_out("a tie without a note")
            return
        assert self.last is not None
        self.bar.events[self.last] = replace(event, tied=(True,) * len(event.pitches))
        shift = self.voice.octave
        self.held = {(one.step, one.octave - shift): one.alter for one in event.pitches}

    def _tuplet(self, actual: str, normal: str | None, count: str | None) -> None:
        notes = int(actual[:4])
        compound = self.time.beat.numerator == 3
        time = int(normal[:4]) if normal else NORMAL.get(notes, 3 if compound else 2)
        many = int(count[:4]) if count else notes
        if self.tuplet is not None:
            raise InvalidValueError("a tuplet begins within a tuplet")
        if notes < 2 or not all(1 <= one <= MOST_IN_TUPLET for one in (notes, time, many)):
            raise InvalidValueError(f"a tuplet of {notes} notes in the time of {time}, {many} long, is none")
        self.tuplet = Tuplet(notes, time), many

    def _break(self, signs: str) -> None:
        """Lengthen the note before and shorten the one after, or the other way round."""
        if self.last is None or len(signs) > 3:
            raise InvalidValueError("< and > stand between two notes of a bar, at most three together")
        less = Fraction(1, 2 ** len(signs))
        before, self.broken = (2 - less, less) if signs[0] == ">" else (less, 2 - less)
        event = self.bar.events[self.last]
        self.bar.events[self.last] = replace(event, duration=event.duration * before)
        self.place = event.onset
        self._on(event.duration * before)

    def _check_broken(self) -> None:
        if self.broken != 1:
            raise InvalidValueError("< and > stand between two notes of a bar")

    def _end_slur(self) -> None:
        if not self.opened or self.last is None:
            self._left_out("a slur that nothing begins")
            return
        place, layer = self.opened.pop()
        end = len(self.bars), self.bar.events[self.last].onset
        if place < end:
            self.slurs.append((place, layer, end, self.layer))

    # -- words about it

    def _told(self, what: str, line: int) -> None:
        self.said.add(what, f"line {line}")

    def _not_known(self, kind: str, text: str) -> None:
        self.left.setdefault(kind, {}).setdefault(text[:40], self.line)

    def _left_out(self, what: str) -> None:
        self._told(f"{what} is left out", self.line)
