"""Vienna 4x22: four piano excerpts, each played by 22 pianists, matched to the score note by note.

For evaluation only: the repository states no licence. Everything is read from the match files: what was written,
what was played, which note answers which, and the pedal.

Goebl: Numerisch-klassifikatorische Interpretationsanalyse mit dem "Bösendorfer Computerflügel", 1999; match files
(version 1.0.0) as Foscarin, Karystinaios, Peter, Cancino-Chacón, Grachten and Widmer describe them: The match file
format: Encoding Alignments between Scores and Performances, MEC 2022.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets.location import dataset_folder
from descant.errors import MissingDataError
from descant.types import ControlChange, Notes
from descant.types.arrays import FloatArray, IntArray

NAME = "vienna4x22"
PUBLISHED = "https://github.com/CPJKU/vienna4x22"
LICENCE = "none stated: for evaluation only"

SUSTAIN, SOFT = 64, 67  # control numbers
UNMATCHED = -1

_INFO = re.compile(r"info\((\w+),(.*)\)\.")
_SCORE = re.compile(
    r"snote\([^,]+,\[([A-G]),([^\]]+)\],(-?\d+),(\d+):(\d+),[^,]+,[^,]+,(-?[\d.]+),(-?[\d.]+),\[([^\]]*)\]\)"
)
_PLAYED = re.compile(r"(?:-|^insertion-)note\([^,]+,(\d+),(\d+),(\d+),(\d+),\d+,\d+\)")
_PEDAL = re.compile(r"(sustain|soft)\((\d+),(\d+)\)\.")
_METER = re.compile(r"scoreprop\(timeSignature,(\d+)/(\d+),")
_KEY = re.compile(r"scoreprop\(keySignature,([A-G][#b]?)(m?),")
_VOICE, _STAFF = re.compile(r"v(\d+)"), re.compile(r"staff(\d+)")
_FIFTHS = {letter: number for number, letter in enumerate("FCGDAEB", -1)}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ALTERATIONS = {"n": 0, "#": 1, "##": 2, "x": 2, "b": -1, "bb": -2}


@dataclass(frozen=True, eq=False)
class ViennaPerformance:
    """A performance, the written notes and the match between them. Written notes come in the score's order."""

    id: str  # such as Mozart_K331_1st-mov_p01
    piece: str
    notes: Notes  # seconds; with both pedals
    meter: tuple[int, int]
    sharps: int  # of the key signature; flats below 0
    written_onset: FloatArray  # quarters; below 0 in an upbeat
    written_offset: FloatArray  # quarters; equal to the onset for a grace note
    written_pitch: IntArray
    written_fifths: IntArray  # the spelling on the line of fifths: F -1, C 0, G 1, F sharp 6
    written_measure: IntArray  # 1 is the first whole one
    written_staff: IntArray  # 1 is the upper one; 0 where the file does not say
    written_voice: IntArray  # of the whole piece; 0 where the file does not say
    played: IntArray  # the note of `notes` that answers each written one; -1 where it was left out


def performances(folder: Path | None = None) -> Iterator[ViennaPerformance]:
    """Every performance, by name. Raises MissingDataError where there is none."""
    folder = dataset_folder(NAME, PUBLISHED, folder)
    paths = sorted((folder / "match").glob("*.match"))
    if not paths:
        raise MissingDataError(f"{folder}: no match files in match; get them from {PUBLISHED}")
    for path in paths:
        yield read_match(path)


def read_match(path: Path) -> ViennaPerformance:
    """A match file, version 1.0.0, as a performance. Raises MissingDataError where it is something else."""
    lines = path.read_text(encoding="utf-8").splitlines()
    info = {found[1]: found[2] for line in lines if (found := _INFO.match(line))}
    meters = [found.groups() for line in lines if (found := _METER.match(line))]
    keys = [found.groups() for line in lines if (found := _KEY.match(line))]
    if info.get("matchFileVersion") != "1.0.0" or not meters or not keys:
        raise MissingDataError(f"{path}: not a match file of version 1.0.0; get it again from {PUBLISHED}")
    numerator, denominator = (int(number) for number in meters[0])
    quarter = 4 / denominator  # the file counts in the metre's beats
    second = float(info["midiClockRate"]) / 1e6 / float(info["midiClockUnits"])
    played: list[tuple[float, float, int, int]] = []
    written: list[tuple[float, float, int, int, int, int, int, int]] = []
    controls: list[ControlChange] = []
    for line in lines:
        if pedal := _PEDAL.match(line):
            number = SUSTAIN if pedal[1] == "sustain" else SOFT
            controls.append(ControlChange(0, int(pedal[2]) * second, number, int(pedal[3])))
        note = _PLAYED.search(line)
        if note:
            pitch, start, end, velocity = (int(value) for value in note.groups())
            played.append((start * second, max(end, start + 1) * second, pitch, velocity))
        if score := _SCORE.match(line):
            step, alteration, octave, measure, _, start_beat, end_beat, attributes = score.groups()
            alter = _ALTERATIONS[alteration]
            pitch, fifths = 12 * (int(octave) + 1) + _STEPS[step] + alter, _FIFTHS[step] + 7 * alter
            answer = len(played) - 1 if note else UNMATCHED
            place = float(start_beat) * quarter, float(end_beat) * quarter
            staff, voice = (_numbered(one, attributes) for one in (_STAFF, _VOICE))
            written.append((*place, pitch, fifths, int(measure), staff, voice, answer))
    onset, offset, pitches, velocities = np.array(played).T
    order = np.lexsort((pitches, onset))  # as Notes will order them
    rank = np.append(np.argsort(order), UNMATCHED)
    columns = np.array(written)
    return ViennaPerformance(
        id=path.stem,
        piece=info["piece"],
        notes=Notes(
            onset[order], offset[order], pitches[order], np.clip(velocities[order], 1, 127), controls=tuple(controls)
        ),
        meter=(numerator, denominator),
        sharps=_sharps(*keys[0]),
        written_onset=columns[:, 0],
        written_offset=columns[:, 1],
        written_pitch=columns[:, 2].astype(np.int64),
        written_fifths=columns[:, 3].astype(np.int64),
        written_measure=columns[:, 4].astype(np.int64),
        written_staff=columns[:, 5].astype(np.int64),
        written_voice=columns[:, 6].astype(np.int64),
        played=rank[columns[:, 7].astype(np.int64)],
    )


def _numbered(pattern: re.Pattern[str], attributes: str) -> int:
    """The number of a voice or a staff among a note's attributes; 0 where there is none."""
    found = next((one for one in map(pattern.fullmatch, attributes.split(",")) if one), None)
    return int(found[1]) if found else 0


def _sharps(tonic: str, minor: str) -> int:
    """The key signature of a key."""
    return _FIFTHS[tonic[0]] + 7 * (tonic.count("#") - tonic.count("b")) - (3 if minor else 0)
