"""A `Score` as ABC text, version 2.1 (https://abcnotation.com/wiki/abc:standard:v2.1).

Every voice of every staff is a voice of ABC's, the whole piece after its `V:` field. Pitches are as they sound: ABC's
own reading of transposing parts differs from program to program. A gap in a voice is an invisible rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from descant.io.files import write_beside
from descant.io.score.accidentals import Accidentals
from descant.io.score.beams import beam_groups, tuplet_groups, written
from descant.io.score.chord_names import printed
from descant.io.score.jump_words import BEGINNING
from descant.io.score.transposing import key_name
from descant.types.score import Event, Measure, Score, ScorePart, SpelledPitch, TempoMark, TimeSignature

UNIT = Fraction(1, 2)  # quarters: L:1/8
BARS_A_LINE = 4
SIGNS = {-3: "___", -2: "__", -1: "_", 0: "=", 1: "^", 2: "^^", 3: "^^^"}
CLEFS = {
    "G2": "treble",
    "G2-8": "treble-8",
    "F4": "bass",
    "C3": "alto",
    "C4": "tenor",
    "C1": "soprano",
    "percussion": "perc",
}
DECORATIONS = {
    "staccato": ".",
    "staccatissimo": "!wedge!",
    "tenuto": "!tenuto!",
    "accent": "!accent!",
    "breath": "!breath!",
    "up-bow": "u",
    "down-bow": "v",
    "trill": "!trill!",
    "turn": "!turn!",
    "mordent": "!mordent!",
    "inverted-mordent": "!uppermordent!",
    "fermata": "!fermata!",
    "arpeggio": "!arpeggio!",
}

JUMPS = {
    "segno": "!segno!",
    "coda": "!coda!",
    "To Coda": "!dacoda!",
    "Fine": "!fine!",
    "D.C.": "!D.C.!",
    "D.C. al Fine": "!D.C.alfine!",
    "D.C. al Coda": "!D.C.alcoda!",
    "D.S.": "!D.S.!",
    "D.S. al Fine": "!D.S.alfine!",
    "D.S. al Coda": "!D.S.alcoda!",
}


def write_abc(score: Score, path: Path) -> Path:
    """Write a score as one tune."""
    with write_beside(path) as temporary:
        temporary.write_text(abc(score), encoding="utf-8")
    return path


def abc(score: Score) -> str:
    """A score as the text of an ABC tune."""
    first = score.measures[0] if score.measures else None
    lines = ["%abc-2.1", "%%propagate-accidentals octave", "X:1", f"T:{_line(score.title) or 'Untitled'}"]
    if score.composer:
        lines.append(f"C:{_line(score.composer)}")
    voices = [voice for number, part in enumerate(score.parts) for voice in _voices(number, part)]
    lines += [_groups(voices)] if len(voices) > 1 else []
    lines.append(f"L:1/{4 / UNIT}")
    if first is not None:
        lines += [f"M:{_metre(first.time)}", *_first_tempo(score), f"K:{_key(first)}"]
    for number, voice in enumerate(voices, 1):
        if len(voices) > 1 or voice.part.name or voice.clef != "treble":
            name = f' name="{_line(voice.part.name)}"' if voice.part.name and voice.leads else ""
            lines.append(f"V:{number} clef={voice.clef}{name}")
        lines += _VoiceWriter(score, voice, first=number == 1).lines()
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Voice:
    """One voice of one staff, through the whole piece."""

    player: int
    part: ScorePart
    staff: int
    number: int
    leads: bool  # the first of its part

    @property
    def clef(self) -> str:
        clefs = [one.sign for one in self.part.clefs if one.staff == self.staff]
        return CLEFS[clefs[0]] if clefs else "treble"


def _voices(player: int, part: ScorePart) -> Iterator[_Voice]:
    leads = True
    for staff in range(1, part.staves + 1):
        numbers = sorted({event.voice for row in part.measures for event in row if event.staff == staff})
        for number in numbers or [0]:
            yield _Voice(player, part, staff, number, leads)
            leads = False


def _groups(voices: Sequence[_Voice]) -> str:
    """Which voices share a staff, and which staves a brace."""
    players: dict[int, dict[int, list[str]]] = {}
    for number, voice in enumerate(voices, 1):
        players.setdefault(voice.player, {}).setdefault(voice.staff, []).append(str(number))
    drawn = []
    for staves in players.values():
        one = " ".join(f"({' '.join(row)})" if len(row) > 1 else row[0] for row in staves.values())
        drawn.append(f"{{{one}}}" if len(staves) > 1 else one)
    return f"%%score {' '.join(drawn)}"


class _VoiceWriter:
    """Writes one voice, line by line."""

    def __init__(self, score: Score, voice: _Voice, *, first: bool) -> None:
        self.score, self.voice, self.first = score, voice, first
        self.chords = {one.at: one for one in score.chords} if first else {}
        self.tempos = {one.at: one for one in score.tempos if one.at > 0} if first else {}
        self.accidentals = Accidentals()

    def lines(self) -> list[str]:
        """Music in lines of BARS_A_LINE bars, each with its words under it."""
        found: list[str] = []
        for low in range(0, len(self.score.measures), BARS_A_LINE):
            numbers = range(low, min(low + BARS_A_LINE, len(self.score.measures)))
            found.append(" ".join(self._bar(number) for number in numbers))
            found += self._words(numbers)
        return found

    def _bar(self, number: int) -> str:
        measure = self.score.measures[number]
        before = self.score.measures[number - 1] if number else None
        self.accidentals.begin_bar(measure.key.sharps)
        left = "|:" if measure.repeat_start else ""
        if measure.ending and (before is None or before.ending != measure.ending):
            left += f"[{measure.ending.replace(' ', '')}"
        if before is not None and before.time != measure.time:
            left += f"[M:{_metre(measure.time)}]"
        if before is not None and before.key != measure.key:
            left += f"[K:{_key(measure)}]"
        after = self.score.measures[number + 1] if number + 1 < len(self.score.measures) else None
        plain = "" if after is not None and after.repeat_start else "|"  # the next bar's sign is its line
        right = ":|" if measure.repeat_end else {"double": "||", "final": "|]"}.get(measure.barline, plain)
        if self.first:
            left += "".join(JUMPS[one] for one in measure.jumps if one in BEGINNING)
            right = "".join(JUMPS[one] for one in measure.jumps if one not in BEGINNING) + right
        return " ".join(one for one in (left, self._music(number), right) if one)

    def _music(self, number: int) -> str:
        measure = self.score.measures[number]
        events = self._events(number)
        joined = {
            one
            for group in beam_groups(
                events, measure.time, measure.time.length - measure.length if not number else Fraction(0)
            )
            for one in group[1:]
        }
        brackets = dict(tuplet_groups(events))
        text, place = "", Fraction(0)
        for at, event in enumerate(events):
            if event.onset > place:
                text += f" x{_length(event.onset - place)}"
            if at in brackets:
                count = sum(1 for one in events[at : brackets[at] + 1] if not one.grace)
                assert event.tuplet is not None
                text += f" ({event.tuplet.actual}:{event.tuplet.normal}:{count}"
            elif at not in joined:
                text += " "
            if not event.grace:
                text += self._over(measure.start + event.onset)
            text += self._event(event, measure.start + event.onset)
            place = max(place, event.end)
        if place < measure.length:
            text += f" x{_length(measure.length - place)}"
        return text.strip()

    def _events(self, number: int) -> list[Event]:
        row = self.voice.part.measures[number]
        return [one for one in row if (one.staff, one.voice) == (self.voice.staff, self.voice.number)]

    def _over(self, at: Fraction) -> str:
        """What stands over a note: tempo, words, dynamics, chord symbol, beginnings of slurs."""
        text = _tempo(self.tempos[at], "[Q:", "]") if at in self.tempos else ""
        part, voice = self.voice.part, self.voice
        for one in part.directions:
            if (one.at, one.staff) == (at, voice.staff):
                text += f"!{one.text}!" if one.kind == "dynamics" else f'"^{_line(one.text)}"'
        text += f'"{printed(self.chords[at].label)}"' if at in self.chords else ""
        starts = [one for one in part.spans if (one.kind, one.start, one.voice) == ("slur", at, voice.number)]
        return text + "(" * len(starts)

    def _event(self, event: Event, at: Fraction) -> str:
        text = "".join(DECORATIONS.get(mark, "") for mark in event.marks)
        if event.rest:
            return f"{text}z{_length(written(event))}"
        heads = [
            self._head(pitch) + ("-" if tied and len(event.pitches) > 1 else "")
            for pitch, tied in zip(event.pitches, event.tied, strict=True)
        ]
        if event.grace:
            slash = "/" if event.grace == "acciaccatura" else ""
            return f"{{{slash}{''.join(heads)}{_length(event.value)}}}"
        text += heads[0] if len(heads) == 1 else f"[{''.join(heads)}]"
        text += _length(written(event))
        text += "-" if event.tied == (True,) else ""
        ends = [one for one in self.voice.part.spans if (one.kind, one.end, one.end_voice) == ("slur", at, event.voice)]
        return text + ")" * len(ends)

    def _head(self, pitch: SpelledPitch) -> str:
        """A pitch: C is middle C, c an octave higher, commas and apostrophes go on."""
        # A note that a tie holds over the bar line has its sign again: a program need not know of the tie.
        sign = SIGNS[pitch.alter] if self.accidentals.shows(pitch, held=False) else ""
        octave = pitch.octave + (1 if self.voice.clef == CLEFS["G2-8"] else 0)  # which ABC reads an octave lower
        if octave >= 5:
            return f"{sign}{pitch.step.lower()}{chr(39) * (octave - 5)}"
        return f"{sign}{pitch.step}{',' * (4 - octave)}"

    def _words(self, numbers: range) -> Iterator[str]:
        """A line of syllables for each verse; a star under a note that has none."""
        notes = [event for number in numbers for event in self._events(number) if event.pitches and not event.grace]
        for verse in sorted({one.verse for event in notes for one in event.lyrics}):
            text = "w:"
            for event in notes:
                syllable = next((one for one in event.lyrics if one.verse == verse), None)
                if syllable is None:
                    text += " *"
                    continue
                words = _line(syllable.text).replace("-", "\\-").replace(" ", "~").replace("*", "\\*")
                text += f" {words}" + ("-" if syllable.place in ("begin", "middle") else "")
            yield text


def _length(quarters: Fraction) -> str:
    """A length in units, as ABC writes it: nothing for one, 3/2 for one and a half."""
    units = quarters / UNIT
    if units == 1:
        return ""
    return str(units.numerator) + (f"/{units.denominator}" if units.denominator > 1 else "")


def _metre(time: TimeSignature) -> str:
    beats = "+".join(str(one) for one in time.beats)
    return f"({beats})/{time.unit}" if len(time.beats) > 1 else f"{beats}/{time.unit}"


def _key(measure: Measure) -> str:
    return key_name(measure.key)


def _first_tempo(score: Score) -> list[str]:
    return [_tempo(one, "Q:", "") for one in score.tempos if one.at == 0][:1]


def _tempo(mark: TempoMark, before: str, after: str) -> str:
    unit = mark.unit or Fraction(1)
    return f"{before}{(unit / 4).numerator}/{(unit / 4).denominator}={mark.bpm / float(unit):g}{after}"


def _line(text: str) -> str:
    """Text that a field or a quotation can hold."""
    return " ".join(text.replace('"', "'").replace("%", "\\%").split())
