"""DCML's Annotated Beethoven Corpus: 70 movements of string quartets with Roman numerals and the ends of phrases.

Its tables give the notes, the measures and the labels, all in quarters from the beginning; first endings are counted
as they stand on the page. Ends of phrases (`\\\\`) are marked on the chord that a phrase ends with; what kind of
cadence it makes is not said. A cadential six-four is written V(64) there, and read as I64 here. CC BY-NC-SA 4.0: for
evaluation.

Neuwirth, Harasim, Moss and Rohrmeier: The Annotated Beethoven Corpus (ABC): A Dataset of Harmonic Analyses of All
Beethoven String Quartets, Frontiers in Digital Humanities 2018.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from descant.datasets.location import dataset_folder, require_file
from descant.errors import MissingDataError
from descant.harmony.note_features import WrittenNotes
from descant.harmony.roman import MAJOR, MINOR, fifths_of, key_name, tonic_of
from descant.types.arrays import FloatArray, IntArray
from descant.types.roman_numerals import RomanNumerals

NAME = "dcml_abc"
PUBLISHED = "https://github.com/DCMLab/ABC"
LICENCE = "CC BY-NC-SA 4.0"
SPLITS = ("valid", "test")

_NUMERAL = re.compile(r"([#b]*)([IViv]+)")
_NUMBERS = ("I", "II", "III", "IV", "V", "VI", "VII")
_FORMS = {"o": "o", "%": "ø", "+": "+"}
Row = dict[str, str]


@dataclass(frozen=True, eq=False)
class Movement:
    """One movement of a quartet. Times are quarters from its beginning."""

    id: str  # such as n01op18-1_01
    notes: WrittenNotes
    line: IntArray  # (n,) of each note its staff, 0 is the first violin's
    closes: FloatArray  # where double bars, repeats and the end stand
    numerals: RomanNumerals
    phrase_end: FloatArray  # rising: the onsets of the chords that phrases end with


def split_of(movement: str) -> str:
    """`valid` for the quartets of odd number, `test` for the others, as the corpus counts them."""
    return "valid" if int(movement[1:3]) % 2 else "test"


def movements(split: str, folder: Path | None = None) -> Iterator[Movement]:
    """The movements of a split, in order. Raises MissingDataError."""
    if split not in SPLITS:
        raise MissingDataError(f"{NAME} has no split {split!r}; choose from {', '.join(SPLITS)}")
    root = dataset_folder(NAME, PUBLISHED, folder)
    names = sorted(path.name.split(".")[0] for path in (root / "harmonies").glob("*.harmonies.tsv"))
    if not names:
        raise MissingDataError(f"{root}: no harmonies; get them from {PUBLISHED}")
    for name in names:
        if split_of(name) == split:
            notes, measures, labels = (
                _rows(require_file(root / kind / f"{name}.{kind}.tsv", PUBLISHED))
                for kind in ("notes", "measures", "harmonies")
            )
            yield movement(name, notes, measures, labels)


def movement(name: str, notes: list[Row], measures: list[Row], labels: list[Row]) -> Movement:
    """A movement from the rows of its tables."""
    written, line = _notes(notes, measures)
    closing = [one for one in measures if one["barline"] or one["repeats"] in ("end", "lastMeasure")]
    ends = [_place(row) for row in labels if row["phraseend"]]
    return Movement(
        name,
        written,
        line,
        closes=np.unique([_place(one) + _number(one["act_dur"]) * 4 for one in closing]),
        numerals=_numerals(labels),
        phrase_end=np.unique(np.array(ends, dtype=np.float64)),
    )


def _notes(rows: list[Row], measures: list[Row]) -> tuple[WrittenNotes, IntArray]:
    """The notes with ties joined, without grace notes, and of each its staff."""
    held: dict[tuple[str, str], list[float]] = {}  # by staff and pitch: onset, duration, pitch, fifths, staff
    found: list[list[float]] = []
    for row in sorted(rows, key=_place):
        if row.get("gracenote"):
            continue
        length, name = _number(row["duration"]) * 4, (row["staff"], row["midi"])
        before = held.pop(name, None)
        if before is not None and row["tied"] in ("0", "-1") and abs(before[0] + before[1] - _place(row)) < 1e-6:
            note = before
            note[1] += length
        else:
            note = [_place(row), length, float(row["midi"]), float(row["tpc"]), float(row["staff"]) - 1]
            found.append(note)
        if row["tied"] in ("0", "1"):
            held[name] = note
    onset, duration, pitch, fifths, staff = np.array(sorted(found, key=lambda one: (one[0], one[2]))).T
    beats = [tuple(int(one) for one in row["timesig"].split("/")) for row in measures]
    starts = np.array([_place(row) for row in measures])
    bars = np.array([4 * above / below for above, below in beats])
    upbeat = 0 if _number(measures[0]["act_dur"]) * 4 >= bars[0] else bars[0] - _number(measures[0]["act_dur"]) * 4
    starts[0] -= upbeat
    return (
        WrittenNotes(
            onset,
            duration,
            pitch.astype(np.int64),
            fifths.astype(np.int64),
            bar=starts,
            bar_length=bars,
            beat=np.array(
                [(12 if above % 3 == 0 and above > 3 and below >= 8 else 4) / below for above, below in beats]
            ),
            sharps=np.array([int(row["keysig"]) for row in measures], dtype=np.int64),
        ),
        staff.astype(np.int64),
    )


def _numerals(labels: list[Row]) -> RomanNumerals:
    """The chords; where a label says that there is none, nothing. Equal neighbours are one."""
    placed: dict[float, tuple[str, str] | None] = {}  # the last label of a place counts
    end = 0.0
    for row in labels:
        placed[_place(row)] = _chord(row)
        end = max(end, _place(row) + float(Fraction(row["duration_qb"] or 1)))
    start, chords = sorted(placed), [placed[at] for at in sorted(placed)]
    first = [at for at in range(len(start)) if at == 0 or chords[at] != chords[at - 1]]
    stop = [*(start[at] for at in first[1:]), max(end, start[-1] + 1e-3)]
    kept = [(start[at], until, chord) for at, until in zip(first, stop, strict=True) if (chord := chords[at])]
    return RomanNumerals(
        np.array([one[0] for one in kept]),
        np.array([one[1] for one in kept]),
        tuple(one[2][0] for one in kept),
        tuple(one[2][1] for one in kept),
    )


def _chord(row: Row) -> tuple[str, str] | None:
    """(key, figure); None where there is no chord."""
    home = row["globalkey"]
    whole = (fifths_of(home), MINOR if home[0].islower() else MAJOR)
    number, alter = _degree(row["localkey"])
    key = (tonic_of(whole, (number, alter)), MINOR if row["localkey"].lstrip("#b").islower() else MAJOR)
    if not _NUMERAL.fullmatch(row["numeral"]):
        return None
    if row["numeral"] in ("V", "v") and row["changes"] == "64" and not row["figbass"]:
        figure = "i64" if key[1] == MINOR else "I64"
    else:
        figure = row["numeral"] + _FORMS.get(row["form"], "") + row["figbass"]
    leans_on = row["relativeroot"].split("/")[0]
    return key_name(key), f"{figure}/{leans_on}" if leans_on else figure


def _degree(numeral: str) -> tuple[int, int]:
    found = _NUMERAL.fullmatch(numeral)
    assert found is not None, "keys are numerals"
    return _NUMBERS.index(found[2].upper()) + 1, found[1].count("#") - found[1].count("b")


def _place(row: Row) -> float:
    return float(Fraction(row.get("quarterbeats_all_endings") or row["quarterbeats"]))


def _number(text: str) -> float:
    return float(Fraction(text))


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
