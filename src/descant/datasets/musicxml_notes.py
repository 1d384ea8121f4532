"""The plain notes and measures of a MusicXML score: what a data set needs, and no more.

Measures come in the order of the page: repeats are played once, endings one after the other. Ties are joined, grace
notes and cue notes left out, transposing instruments sound as they do. Each staff is a part.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from descant.datasets.score_notes import ScoreNotes, beat_length
from descant.errors import UnreadableFileError
from descant.types.arrays import FloatArray

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Measure:
    """A measure of the page."""

    number: str  # as printed; "0" is usually an upbeat, "X1" and the like carry no number of their own
    start: float  # quarters
    length: float  # quarters that it really holds
    numerator: int
    denominator: int
    upbeat: bool  # it lacks its beginning
    sharps: int = 0  # of the key signature as it sounds; flats below 0

    @property
    def bar(self) -> float:
        """Quarters that the metre asks for."""
        return self.numerator * 4 / self.denominator

    @property
    def beat(self) -> float:
        """Quarters a beat."""
        return beat_length(self.numerator, self.denominator)

    @property
    def bar_start(self) -> float:
        """Where the bar would start if the measure were whole, quarters: below `start` in an upbeat."""
        return self.start - (self.bar - self.length if self.upbeat else 0.0)


@dataclass(frozen=True)
class _Note:
    onset: Fraction  # quarters into the measure
    duration: Fraction
    pitch: int
    fifths: int  # the spelling: 0 is C, 1 is G, -1 is F
    staff: int
    tied_to_last: bool
    tied_to_next: bool


def read_musicxml(path: Path, name: str) -> tuple[ScoreNotes, tuple[Measure, ...]]:
    """The notes and measures of an `.mxl` or `.musicxml` file. Raises UnreadableFileError."""
    try:
        root = ElementTree.fromstring(_text(path))
    except (OSError, zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise UnreadableFileError(f"{path}: cannot be read as MusicXML ({error})") from None
    if root.tag != "score-partwise" or root.find("part") is None:
        raise UnreadableFileError(f"{path}: not a MusicXML score by parts")
    parts = [_Reader().measures(part) for part in root.iter("part")]
    measures = _measures(parts)
    rows: list[tuple[float, int, int, int]] = []  # (onset, pitch, staff, fifths)
    duration: list[float] = []
    first_staff = 0
    for part in parts:
        held: dict[tuple[int, int], int] = {}  # (staff, pitch) -> the note that a tie prolongs
        for measure, (_, _, _, notes) in zip(measures, part, strict=False):
            for note in notes:
                key = (note.staff, note.pitch)
                if note.tied_to_last and key in held:
                    duration[held[key]] += float(note.duration)
                else:
                    held[key] = len(rows)
                    place = measure.start + float(note.onset)
                    rows.append((place, note.pitch, first_staff + note.staff, note.fifths))
                    duration.append(float(note.duration))
                if not note.tied_to_next:
                    del held[key]
        first_staff += 1 + max((note.staff for _, _, _, notes in part for note in notes), default=0)
    beats, downbeats = beats_of(measures)
    onset, pitch, staff, fifths = np.array(rows).reshape(-1, 4).T
    score = ScoreNotes(
        name,
        onset,
        np.array(duration),
        pitch.astype(np.int64),
        staff.astype(np.int64),
        beats,
        downbeats,
        fifths=fifths.astype(np.int64),
    )
    return score, measures


def _text(path: Path) -> bytes:
    if path.suffix != ".mxl":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        root = next(element for element in container.iter() if element.tag.endswith("rootfile"))
        return archive.read(root.attrib["full-path"])


_Column = tuple[ElementTree.Element, tuple[int, int], int, list[_Note]]  # a part's measure, its metre, sharps and notes


class _Reader:
    """One part's measures, in order: `divisions`, metre and transposition carry over from measure to measure."""

    def __init__(self) -> None:
        self.divisions = 1
        self.meter = (4, 4)
        self.sharps = 0
        self.transposition = 0  # semitones
        self.transposed_fifths = 0

    def measures(self, part: ElementTree.Element) -> list[_Column]:
        return [(measure, *self._measure(measure)) for measure in part.findall("measure")]

    def _measure(self, measure: ElementTree.Element) -> tuple[tuple[int, int], int, list[_Note]]:
        cursor = longest = onset = Fraction(0)
        notes: list[_Note] = []
        for element in measure:
            length = Fraction(element.findtext("duration", "0").strip()) / self.divisions
            if element.tag == "attributes":
                self._attributes(element)
            elif element.tag == "backup":
                cursor -= length
            elif element.tag == "forward":
                cursor += length
            elif element.tag == "note":
                kinds = {child.tag for child in element}
                if "grace" in kinds:
                    continue
                if "chord" not in kinds:
                    onset, cursor = cursor, cursor + length
                if "pitch" in kinds and "cue" not in kinds and length > 0:
                    notes.append(self._note(element, onset, length))
            longest = max(longest, cursor)
        measure.set("length", str(longest))
        return self.meter, self.sharps + self.transposed_fifths, notes

    def _attributes(self, element: ElementTree.Element) -> None:
        self.divisions = int(element.findtext("divisions", str(self.divisions)))
        time = element.find("time")
        if time is not None and time.find("beats") is not None:
            numerators = [int(number) for number in time.findtext("beats", "4").split("+")]
            self.meter = (sum(numerators), int(time.findtext("beat-type", "4")))
        transpose = element.find("transpose")
        if transpose is not None:
            octaves = int(transpose.findtext("octave-change", "0"))
            semitones = int(float(transpose.findtext("chromatic", "0")))
            letters = int(transpose.findtext("diatonic", str(round(semitones * 7 / 12))))
            self.transposition = semitones + 12 * octaves
            self.transposed_fifths = 7 * semitones - 12 * letters
        self.sharps = int(element.findtext("key/fifths", str(self.sharps)))

    def _note(self, element: ElementTree.Element, onset: Fraction, duration: Fraction) -> _Note:
        step, octave = element.findtext("pitch/step", "C"), int(element.findtext("pitch/octave", "4"))
        alter = round(float(element.findtext("pitch/alter", "0")))
        ties = {tie.get("type") for tie in element.findall("tie")}
        return _Note(
            onset=onset,
            duration=duration,
            pitch=12 * (octave + 1) + _STEPS[step] + alter + self.transposition,
            fifths="FCGDAEB".index(step) - 1 + 7 * alter + self.transposed_fifths,
            staff=int(element.findtext("staff", "1")) - 1,
            tied_to_last="stop" in ties,
            tied_to_next="start" in ties,
        )


def _measures(parts: list[list[_Column]]) -> tuple[Measure, ...]:
    """The measures that all parts share; each is as long as its longest part.

    A measure is an upbeat if it is short and first, or goes on where the last one stopped short of its bar, as
    measures that a repeat sign divides do.
    """
    result: list[Measure] = []
    start = 0.0
    for at in range(max(len(part) for part in parts)):
        columns = [part[at] for part in parts if at < len(part)]
        length = max(float(Fraction(element.get("length", "0"))) for element, *_ in columns)
        _, (numerator, denominator), sharps, _ = columns[0]
        bar = numerator * 4 / denominator
        short = 0 < length < bar - 1e-6
        divided = bool(result) and not result[-1].upbeat and abs(result[-1].length + length - bar) < 1e-6
        upbeat = short and (at == 0 or divided)
        number = columns[0][0].get("number", str(at + 1))
        result.append(Measure(number, start, length, numerator, denominator, upbeat, sharps))
        start += length
    return tuple(result)


def beats_of(measures: tuple[Measure, ...]) -> tuple[FloatArray, FloatArray]:
    """(beats, downbeats) in quarters."""
    beats: list[float] = []
    for measure in measures:
        end = measure.start + measure.length
        place = np.arange(measure.bar_start, end - 1e-6, measure.beat)
        beats += place[place > measure.start - 1e-6].tolist()
    downbeats = [measure.start for measure in measures if measure.length > 0 and not measure.upbeat]
    return np.array(beats), np.array(downbeats)
