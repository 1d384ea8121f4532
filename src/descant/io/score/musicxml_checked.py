"""A MusicXML tree made ready for music21: what would trip it, or be misread without a word, is found here.

What the notes are and when they sound must be certain: where it is not, the file is refused, with the place. Signs that
nothing can be made of are left out, with a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from fractions import Fraction
from math import isfinite
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from descant.errors import UnreadableFileError
from descant.io.said import Said
from descant.types.score import FASTEST, LONGEST, MOST_SHARPS, STEPS

MOST_PARTS = 300
MOST_STAVES = 8  # of one part
MOST_IN_MEASURE = 4_000  # elements of one part's measure
MOST_VOICES = 32  # of one part's measure
MOST_CHARACTERS = 10_000  # of one text
# Reading is music21's, which takes so long for every element of a measure, and for every pair of measures of a part.
AN_ELEMENT, A_PAIR = 1.5e-3, 1.5e-6  # seconds
MOST_SECONDS = 900.0

SHORTEST = Fraction(1, 10_000)  # quarters of a note
ROUNDING = Fraction(1, 32)  # quarters that a file may be out by
MOST_ALTERED = 4
FARTHEST_MOVED = 60  # semitones from what is written to what sounds
FARTHEST_SPELLED = Fraction(5, 2)  # semitones that so many letters may be out by: an augmented unison is, by one
MOST_TIMES = 99  # that a passage is repeated
MOST_IN_TUPLET = 128
STRETCHED = (4, 8)  # quarters of a rest alone that music21 makes as long as the bar
CLEF_SIGNS = ("G", "F", "C", "percussion", "TAB", "jianpu", "none")
BEATS = re.compile(r"\d{1,2}(\s*\+\s*\d{1,2})*")
UNITS = ("1", "2", "4", "8", "16", "32", "64")
ENDING = re.compile(r"\d{1,2}(\s*[,\s]\s*\d{1,2})*")
TYPES = frozenset(["maxima", "long", "breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th"]) | {
    f"{2**power}th" for power in range(7, 11)
}


def check(root: Element, path: Path, said: Said) -> None:
    """Mend a `score-partwise` tree in place, telling `said`. Raises UnreadableFileError with the place at fault."""
    _check_size(root, path)
    parts = root.findall("part")
    names = _listed(root, parts, said)
    for part, name in zip(parts, names, strict=True):
        _PartCheck(path, name, said).check(part)
    counts = [len(part.findall("measure")) for part in parts]
    for name, count in zip(names, counts, strict=True):
        if count < max(counts):
            said.add(f"has {count:,} measures where others have {max(counts):,}; the rest of it is empty", name)
    outside = sum(1 for _ in root.iter("note")) - sum(1 for _ in root.iterfind("part/measure/note"))
    if outside:
        said.add("a note that stands outside of a part's measures is not read", times=outside)


def _check_size(root: Element, path: Path) -> None:
    parts = [part.findall("measure") for part in root.findall("part")]
    if len(parts) > MOST_PARTS:
        raise UnreadableFileError(f"{path}: has {len(parts):,} parts; more than {MOST_PARTS} are not read")
    seconds = sum(AN_ELEMENT * sum(1 + len(one) for one in rows) + A_PAIR * len(rows) ** 2 for rows in parts)
    if seconds > MOST_SECONDS:
        raise UnreadableFileError(
            f"{path}: is so large that it would take some {seconds / 60:,.0f} minutes to read; save it in parts"
        )
    for one in root.iter():
        if one.text and len(one.text) > MOST_CHARACTERS and len(one.text.strip()) > MOST_CHARACTERS:
            raise UnreadableFileError(f"{path}: has a <{one.tag}> of {len(one.text):,} characters; it is no music")


def _listed(root: Element, parts: Sequence[Element], said: Said) -> list[str]:
    """The parts' names for messages; every part gets an identity of its own that the part list knows."""
    listed = root.find("part-list")
    if listed is None:
        listed = Element("part-list")
        root.insert(list(root).index(parts[0]), listed)
    known = {one.get("id"): one for one in listed.iter("score-part")}
    seen: set[str] = set()
    names = []
    for number, part in enumerate(parts, 1):
        name = part.get("id") or ""
        if name in seen or not name:
            if name:
                said.add(f"several parts are called {name!r}; each is read as a part of its own")
            name = f"descant-{number}"
            part.set("id", name)
        seen.add(name)
        if name not in known:
            known[name] = SubElement(listed, "score-part", {"id": name})
            SubElement(known[name], "part-name")
        names.append(" ".join((known[name].findtext("part-name") or "").split())[:60] or f"part {number}")
    return names


def _say_staves(part: Element) -> None:
    """Say how many staves a part has where only its notes and its clefs do: music21 goes by the number alone."""
    if part.find("measure/attributes/staves") is not None:
        return
    texts = [one.text for one in part.iterfind("measure/note/staff")]
    texts += [one.get("number") for one in part.iterfind("measure/attributes/clef")]
    staves = max((_whole(one) or 1 for one in texts), default=1)
    measure = part.find("measure")
    if staves > 1 and measure is not None:
        attributes = measure.find("attributes")
        if attributes is None:
            attributes = Element("attributes")
            measure.insert(0, attributes)
        SubElement(attributes, "staves").text = str(staves)


class _PartCheck:
    """Goes through one part, with what holds on from measure to measure."""

    def __init__(self, path: Path, name: str, said: Said) -> None:
        self.path, self.name, self.said = path, name, said
        self.divisions: Fraction | None = None
        self.bar: Fraction | None = Fraction(4)  # quarters; None where the metre is free
        self.staves = 1
        self.where = name

    def check(self, part: Element) -> None:
        _say_staves(part)
        for number, measure in enumerate(part.findall("measure"), 1):
            self.where = f"{self.name}, measure {measure.get('number') or number}"
            if len(measure) > MOST_IN_MEASURE:
                raise self._refusal(f"holds {len(measure):,} elements; more than {MOST_IN_MEASURE:,} are not read")
            voices = Counter(one.findtext("voice") for one in measure.findall("note"))
            if len(voices) > MOST_VOICES:
                raise self._refusal(f"has {len(voices):,} voices; more than {MOST_VOICES} are not read")
            self._measure(measure)

    def _refusal(self, what: str) -> UnreadableFileError:
        return UnreadableFileError(f"{self.path}: {self.where}: {what}")

    def _left_out(self, parent: Element, child: Element, what: str) -> None:
        parent.remove(child)
        self.said.add(f"{what}; it is left out", self.where)

    def _measure(self, measure: Element) -> None:
        place = begun = end = printed = Fraction(0)  # quarters; begun: where the last note did
        last: Element | None = None
        rests = [rest for rest in (note.find("rest") for note in measure.findall("note")) if rest is not None]
        for rest in rests:
            rest.attrib.pop("measure", None)  # music21 stretches the first rest of a measure that has such a one
        alone = len(rests) == len(measure.findall("note")) == 1
        for child in list(measure):
            if child.tag == "attributes":
                self._attributes(child)
            elif child.tag in ("backup", "forward"):
                step = self._duration(child, least=Fraction(0))
                place += step if child.tag == "forward" else -step
                if place < -ROUNDING:
                    self.said.add("goes back to before its beginning; what follows begins with it", self.where)
                place = max(place, Fraction(0))
            elif child.tag == "note":
                if child.find("chord") is None or last is None:
                    last, begun = child, place
                length = self._note(child, last)
                if length is None:
                    measure.remove(child)
                    continue
                if alone:
                    length = self._rest_alone(measure, child, length)
                if child is last:
                    place = begun + length
                if child.get("print-object") != "no" or child.find("rest") is None:
                    printed = max(printed, begun + length)
            elif child.tag == "direction":
                self._direction(measure, child, place)
            elif child.tag == "sound":
                self._tempo(child)
            elif child.tag == "barline":
                self._barline(child)
            end = max(end, place)
            if end > LONGEST:
                raise self._refusal(f"holds over {LONGEST:,} quarters; its durations or its divisions are wrong")
        if self.bar is not None and printed > self.bar + ROUNDING:
            self.said.add("a measure holds more than its metre; it is kept as long as what it holds", self.where)

    # -- attributes

    def _attributes(self, attributes: Element) -> None:
        for one in list(attributes):
            if one.tag == "divisions":
                self.divisions = _number(one.text)
                if self.divisions is None or self.divisions <= 0:
                    raise self._refusal(f"its divisions of a quarter are {one.text!r}, not a number over 0")
            elif one.tag == "staves":
                self.staves = _whole(one.text) or 0
                if not 1 <= self.staves <= MOST_STAVES:
                    raise self._refusal(f"its staves are {one.text!r}, not 1 to {MOST_STAVES}")
            elif one.tag == "transpose":
                self._transpose(one)
            elif one.tag == "measure-style":
                attributes.remove(one)  # how it looks
            elif one.tag == "time":
                self._time(attributes, one)
            elif one.tag == "key":
                self._key(attributes, one)
            elif one.tag == "clef":
                self._clef(attributes, one)

    def _transpose(self, transpose: Element) -> None:
        for one in transpose:
            value = _whole(one.text)
            if one.tag in ("diatonic", "chromatic", "octave-change"):
                if value is None or abs(value) > FARTHEST_MOVED:
                    raise self._refusal(f"transposes by {one.text!r}, so its pitches cannot be told")
                one.text = str(value)
        semitones, letters = (_whole(transpose.findtext(tag)) for tag in ("chromatic", "diatonic"))
        if semitones is None:
            raise self._refusal("transposes by an interval that it does not say, so its pitches cannot be told")
        if letters is not None and abs(semitones - Fraction(12 * letters, 7)) > FARTHEST_SPELLED:
            transpose[:] = [one for one in transpose if one.tag != "diatonic"]
            self.said.add(f"transposes by {letters} letters but {semitones} semitones; the semitones hold", self.where)

    def _time(self, attributes: Element, time: Element) -> None:
        if time.find("senza-misura") is not None:
            self.bar = None
            return
        beats, units = ([one.text or "" for one in time.findall(tag)] for tag in ("beats", "beat-type"))
        beats, units = [one.strip() for one in beats], [one.strip() for one in units]
        groups = [[int(group) for group in one.split("+")] if BEATS.fullmatch(one) else [0] for one in beats]
        good = len(beats) == len(units) > 0 and all(unit in UNITS for unit in units)
        if not good or not all(0 < group <= 64 for one in groups for group in one):
            said = " + ".join(f"{one}/{unit}" for one, unit in zip(beats, units, strict=False))
            self._left_out(attributes, time, f"its metre {said[:40]!r} is none")
            return
        self.bar = sum(
            (Fraction(4 * sum(one), int(unit)) for one, unit in zip(groups, units, strict=True)), Fraction(0)
        )

    def _key(self, attributes: Element, key: Element) -> None:
        fifths = key.find("fifths")
        if fifths is None:
            return
        sharps = _whole(fifths.text)
        if sharps is None:
            self._left_out(attributes, key, f"its key signature {(fifths.text or '')[:40]!r} is none")
        elif abs(sharps) > MOST_SHARPS:
            self.said.add(f"a key signature has over {MOST_SHARPS} signs; {MOST_SHARPS} are shown", self.where)
            fifths.text = str(MOST_SHARPS if sharps > 0 else -MOST_SHARPS)

    def _clef(self, attributes: Element, clef: Element) -> None:
        sign, line = (clef.findtext("sign") or "").strip(), clef.findtext("line")
        change = clef.findtext("clef-octave-change")
        good = sign in CLEF_SIGNS and (line is None or _whole(line) in range(1, 6))
        if not good or (change is not None and _whole(change) not in range(-3, 4)):
            self._left_out(attributes, clef, f"its clef {sign[:40]!r} on line {line!r} is not known")

    # -- notes

    def _duration(self, element: Element, least: Fraction) -> Fraction:
        """Quarters."""
        text = element.findtext("duration")
        ticks = _number(text)
        if ticks is None or ticks < 0:
            said = "no duration" if text is None else f"the duration {text[:40]!r}"
            raise self._refusal(f"a <{element.tag}> has {said}, so nothing after it has a place")
        if self.divisions is None:
            raise self._refusal("its durations count in divisions of a quarter, and nothing says how many there are")
        quarters = ticks / self.divisions
        if 0 < quarters < least or quarters > LONGEST:
            raise self._refusal(
                f"a <{element.tag}> lasts {float(quarters):g} quarters; its duration or the divisions are wrong"
            )
        return quarters

    def _note(self, note: Element, first: Element) -> Fraction | None:
        """The quarters that a note lasts; None where it is to be left out. first: of its chord."""
        self._pitch(note)
        self._staff(note, first)
        self._written(note)
        if note.find("grace") is not None:
            return Fraction(0)
        length = self._duration(note, SHORTEST)
        if note is not first:
            if first.find("grace") is None and length != self._duration(first, SHORTEST):
                self.said.add("the notes of a chord differ in length; they get that of the first", self.where)
            return Fraction(0)
        if length == 0:
            self.said.add("a note has no length; it is left out", self.where)
            return None
        return length

    def _rest_alone(self, measure: Element, note: Element, length: Fraction) -> Fraction:
        """The quarters that a measure's only rest lasts: as it says, but not longer than the bar."""
        duration = note.find("duration")
        if duration is None or self.divisions is None:
            return length
        if self.bar is not None and length > self.bar and note.get("print-object") != "no":
            length = self.bar
            duration.text = str(float(length * self.divisions))
            self.said.add("the rest of a whole measure lasts longer than its metre; it fills the bar", self.where)
        if length != self.bar and length in STRETCHED:  # unless there is another, hidden one at its side
            step, other = Element("backup"), deepcopy(note)
            step.append(deepcopy(duration))
            other.set("print-object", "no")
            voice = other.find("voice")
            (SubElement(other, "voice") if voice is None else voice).text = "descant"
            at = list(measure).index(note)
            measure[at + 1 : at + 1] = [step, other]
        return length

    def _pitch(self, note: Element) -> None:
        for tag, prefix in (("pitch", ""), ("unpitched", "display-")):
            pitch = note.find(tag)
            if pitch is None or (prefix and not len(pitch)):
                continue
            step, octave = (pitch.findtext(f"{prefix}{one}") for one in ("step", "octave"))
            height = _whole(octave)
            if (step or "").strip().upper() not in tuple(STEPS) or height is None or not -1 <= height <= 9:
                raise self._refusal(f"a note's letter and octave are {step!r} and {octave!r}, which is no pitch")
            alter = pitch.find("alter")
            if alter is not None and (value := _number(alter.text or "0")) is not None and abs(value) <= MOST_ALTERED:
                alter.text = alter.text or "0"
                if value != int(value):
                    self.said.add("a microtone is read as the semitone beside it that is less altered", self.where)
            elif alter is not None:
                raise self._refusal(f"a note is altered by {alter.text!r}, which is no pitch")

    def _staff(self, note: Element, first: Element) -> None:
        staff = note.find("staff")
        if self.staves == 1:
            return
        if staff is None:  # music21 puts what names no staff on all of them
            own = first.findtext("staff") or "1"
            staff = SubElement(note, "staff")
            staff.text = own
        if _whole(staff.text) not in range(1, self.staves + 1):
            raise self._refusal(f"a note is on staff {staff.text!r} of {self.staves}")

    def _written(self, note: Element) -> None:
        """How a note is written, which its duration does not hang on."""
        value = note.find("type")
        if value is not None and (value.text or "").strip() not in TYPES:
            self._left_out(note, value, f"a note's value {(value.text or '')[:40]!r} is not known")
            for dot in note.findall("dot"):
                note.remove(dot)
        ratio = note.find("time-modification")
        if ratio is not None:
            numbers = [_whole(ratio.findtext(tag)) for tag in ("actual-notes", "normal-notes")]
            if not all(one in range(1, MOST_IN_TUPLET + 1) for one in numbers):
                self._left_out(note, ratio, "a tuplet's numbers make no sense")

    # -- signs

    def _direction(self, measure: Element, direction: Element, place: Fraction) -> None:
        offset = direction.find("offset")
        if offset is not None:
            ticks = _number(offset.text)
            quarters = ticks / self.divisions if ticks is not None and self.divisions else None
            if quarters is None or not 0 <= place + quarters <= max(self.bar or LONGEST, place):
                direction.remove(offset)
                self.said.add("a direction's offset leads out of its measure; it is put where it stands", self.where)
        for sound in direction.findall("sound"):
            self._tempo(sound)
        for metronome in direction.findall("direction-type/metronome"):
            beats = metronome.findtext("per-minute")
            number = _number(beats) if beats is not None else None
            unknown = [one.text for one in metronome.findall("beat-unit") if (one.text or "").strip() not in TYPES]
            if unknown or (number is not None and not 0 < number < FASTEST):
                self._left_out(measure, direction, "a metronome mark makes no sense")
                return

    def _tempo(self, sound: Element) -> None:
        tempo = sound.get("tempo")
        number = _number(tempo)
        if tempo is not None and (number is None or not 0 < number < FASTEST):
            del sound.attrib["tempo"]
            self.said.add(f"a tempo of {tempo[:40]!r} is none; it is left out", self.where)

    def _barline(self, barline: Element) -> None:
        ending = barline.find("ending")
        if ending is not None and not ENDING.fullmatch((ending.get("number") or "").strip()):
            self._left_out(barline, ending, f"an ending's number is {(ending.get('number') or '')[:40]!r}")
        repeat = barline.find("repeat")
        if repeat is None:
            return
        times = repeat.get("times")
        if repeat.get("direction") not in ("forward", "backward"):
            self._left_out(barline, repeat, "a repeat sign has no direction")
        elif times is not None and _whole(times) not in range(1, MOST_TIMES + 1):
            del repeat.attrib["times"]
            self.said.add(f"a passage is to be played {times[:40]!r} times; it is played twice", self.where)


def _number(text: str | None) -> Fraction | None:
    """A decimal number, exactly; None where the text is none."""
    try:
        value = float(text or "")
        return Fraction((text or "").strip()) if isfinite(value) else None
    except ValueError:
        return None


def _whole(text: str | None) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number.denominator == 1 else None
