"""Bach's chorales with Roman numerals and the ends of phrases, which the analyses of When in Rome mark with `||`.

The scores are those of the music21 package. Every tenth chorale, by Riemenschneider's numbers, is for tests (10, 20,
...), every other tenth for tuning (5, 15, ...).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descant.datasets import roman_analyses, when_in_rome
from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import Measure, read_musicxml
from descant.datasets.roman_analyses import LATER, Pair, RomanPiece
from descant.datasets.roman_text import BEAT, KEY, LINE, exact
from descant.harmony.note_features import WrittenNotes
from descant.harmony.roman import key_name
from descant.types.arrays import FloatArray, IntArray
from descant.types.roman_numerals import RomanNumerals

CHORALES = "Early_Choral/Bach,_Johann_Sebastian/Chorales"
MARK = "||"
REMAINDER = {"test": 0, "valid": 5}  # of a chorale's number by ten
NEAR = 1e-3  # quarters


@dataclass(frozen=True, eq=False)
class PhrasedChorale:
    """A chorale. Times are quarters from its beginning."""

    id: str  # its number, such as 010
    notes: WrittenNotes
    line: IntArray  # (n,) the voice of each note, 0 is the soprano
    numerals: RomanNumerals
    phrase_end: FloatArray  # rising: the onsets of the chords that phrases end with


def chorales(split: str) -> Iterator[PhrasedChorale]:
    """The chorales of `valid` or `test` whose score fits their analysis. Raises MissingDataError."""
    corpus = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"
    elsewhere = when_in_rome.music21_scores()
    for path in sorted((corpus / CHORALES).glob("*/analysis.txt")):
        name, score = path.parent.name, when_in_rome.score_of(path, elsewhere)
        if not name.isdigit() or int(name) % 10 != REMAINDER[split] or score is None:
            continue
        pair = Pair(name, path, score)
        piece = roman_analyses.read_piece(pair)
        marks = phrase_marks(path.read_text(encoding="utf-8"))
        if piece is not None and marks:
            yield _phrased(pair, piece, marks)


def phrase_marks(text: str) -> tuple[tuple[int, float], ...]:
    """(measure, beat) of every chord that a phrase ends with, in an analysis in RomanText."""
    found = []
    place = (0, 1.0)  # of the last chord
    for line in text.splitlines():
        measure = LINE.match(line.strip())
        if not measure:
            continue
        beat = 1.0
        for token in measure[4].split():
            if at := BEAT.fullmatch(token):
                beat = exact(float(at[1]))
            elif token == MARK:
                found.append(place)
            elif not KEY.fullmatch(token):
                place = (int(measure[1]), beat)
    return tuple(dict.fromkeys(found))


def _phrased(pair: Pair, piece: RomanPiece, marks: tuple[tuple[int, float], ...]) -> PhrasedChorale:
    score, measures = read_musicxml(pair.score, pair.name)
    by_number: dict[int, Measure] = {}
    for measure in measures:
        if measure.number.isdigit():
            by_number.setdefault(int(measure.number), measure)
    placed = []
    for later in LATER:
        bars = [(by_number.get(number + later), beat) for number, beat in marks]
        placed.append(np.unique([bar.bar_start + (beat - 1) * bar.beat for bar, beat in bars if bar is not None]))

    def known(times: FloatArray) -> int:
        """How many are onsets of chords."""
        return int(np.sum(np.abs(times[:, None] - piece.start[None]).min(axis=1, initial=np.inf) < NEAR))

    chords = [(key_name(one.key), one.figure) for one in piece.chords]
    first = [at for at, one in enumerate(chords) if at == 0 or one != chords[at - 1]]
    start = piece.start[first]
    end = max(float(np.max(piece.notes.onset + piece.notes.duration)), float(start[-1]) + NEAR)
    return PhrasedChorale(
        pair.name,
        piece.notes,
        line=score.part,
        numerals=RomanNumerals(
            start,
            np.append(start[1:], end),
            tuple(chords[at][0] for at in first),
            tuple(chords[at][1] for at in first),
        ),
        phrase_end=max(placed, key=known),
    )
