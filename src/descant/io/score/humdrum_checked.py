"""A Humdrum text made ready for music21: what would trip it, or be misread or dropped without a word, is found here.

The columns of the file are followed as they split, join and end (https://www.humdrum.org/guide/ch05/), and every note
of a **kern column must be one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from descant.errors import UnreadableFileError
from descant.io.said import Said
from descant.io.score.musicxml_checked import MOST_PARTS, UNITS
from descant.types.score import FASTEST, LONGEST

RECORD = re.compile(r"!!![^:\s]+:.*")
PITCH = re.compile(r"([a-gA-G])\1{0,5}(?:#{0,3}|-{0,3}|n?)(?![a-gA-G#n-])")
LETTERS = re.compile(r"[a-gA-G]")
LENGTH = re.compile(r"\d+(?:%\d+)?")
BREVES = {"0": Fraction(8), "00": Fraction(16), "000": Fraction(32)}
SHORTEST = Fraction(1, 1024)  # quarters of a note
MOST_DOTS = 4
MOST_IN_CHORD = 100
SIGNS = {  # of a column, by how they begin: what they must be, and what they are called
    "*M": (re.compile(r"\*M(?:(\d{1,2}(?:\+\d{1,2})*)/(\d{1,2})|[^\d/+%]*)"), "metre"),
    "*MM": (re.compile(r"\*MM(?:\d{1,4}(?:\.\d{1,6})?|\[.*\])"), "tempo"),
    "*k[": (re.compile(r"\*k\[(?:[a-g](?:#{1,2}|-{1,2}|n))*\]"), "key signature"),
    "*clef": (re.compile(r"\*clef(?:[GFC]v{0,2}\^{0,2}[1-5]?|X)"), "clef"),
}


def checked(text: str, path: Path, said: Said) -> str:
    """The text, what nothing can be made of left out, telling `said`. Raises UnreadableFileError with the line."""
    return _Check(path, said).text(text)


class _Check:
    """Goes through a file line by line, with the columns that are open."""

    def __init__(self, path: Path, said: Said) -> None:
        self.path, self.said = path, said
        self.columns: list[str] = []  # by what they hold: **kern
        self.known: set[str] = set()
        self.line = 0

    def text(self, text: str) -> str:
        lines = []
        for self.line, line in enumerate(text.splitlines(), 1):
            if line.startswith("!!"):
                lines.append(line if not line.startswith("!!!") or RECORD.fullmatch(line) else "!!")
            elif line.strip():
                lines.append("\t".join(self._cells(re.split(r"\t+", line.strip("\t")))))
        if "**kern" not in self.known:
            raise UnreadableFileError(f"{self.path}: has no column of **kern, so there are no notes to read")
        if self.columns:
            self.said.add("its columns do not end with *-; the rest of the file may be missing")
        return "\n".join(lines) + "\n"

    def _refusal(self, what: str) -> UnreadableFileError:
        return UnreadableFileError(f"{self.path}: line {self.line}: {what}")

    def _cells(self, cells: list[str]) -> list[str]:
        if not self.columns:
            self._begin(cells)
        elif len(cells) != len(self.columns):
            raise self._refusal(f"has {len(cells):,} columns, parted by tabs, where {len(self.columns):,} go on")
        elif any(cell.startswith("*") for cell in cells):
            cells = [self._interpretation(cell) for cell in cells]
            self.columns = self._after(cells)
        elif not cells[0].startswith(("!", "=")):
            for cell, kind in zip(cells, self.columns, strict=True):
                if kind == "**kern" and cell != ".":
                    self._data(cell)
        return cells

    def _begin(self, cells: Sequence[str]) -> None:
        if not all(cell.startswith("**") for cell in cells):
            raise self._refusal("does not begin columns as Humdrum has them, such as **kern")
        if any(" " in cell.strip() for cell in cells):
            raise self._refusal("its columns are parted by spaces; Humdrum parts them by tabs")
        self._open([cell.strip() for cell in cells])

    def _open(self, columns: list[str]) -> None:
        if len(columns) > MOST_PARTS:
            raise self._refusal(f"has {len(columns):,} columns; more than {MOST_PARTS} are not read")
        self.columns = columns
        self.known |= set(columns)

    def _after(self, cells: Sequence[str]) -> list[str]:
        """The columns after a line that may split, join, exchange, add and end them."""
        found: list[str] = []
        exchanged = [at for at, cell in enumerate(cells) if cell == "*x"]
        columns = list(self.columns)
        if len(exchanged) not in (0, 2):
            raise self._refusal("exchanges another number of columns than two")
        if exchanged:
            one, other = exchanged
            columns[one], columns[other] = columns[other], columns[one]
        for at, (cell, kind) in enumerate(zip(cells, columns, strict=True)):
            before, after = cells[at - 1] if at else "", cells[at + 1] if at + 1 < len(cells) else ""
            if cell == "*v" and "*v" not in (before, after):
                raise self._refusal("joins a column with none")
            if cell == "*-" or (cell == "*v" and before == "*v"):
                continue
            found.append(cell if cell.startswith("**") else kind)
            if cell in ("*^", "*+"):
                found.append(kind if cell == "*^" else "")
        self._open(found)
        return found

    def _interpretation(self, cell: str) -> str:
        begins = max((one for one in SIGNS if cell.startswith(one)), key=len, default="")
        if not begins:
            return cell
        pattern, name = SIGNS[begins]
        found = pattern.fullmatch(cell)
        good = found is not None
        if found and name == "metre" and found[1]:
            beats = [int(one) for one in found[1].split("+")]
            good = found[2] in (*UNITS, "0") and all(0 < one <= 64 for one in beats)
        if found and name == "tempo" and cell[3:4].isdigit():
            good = 0 < float(cell[3:]) < FASTEST
        if not good:
            self.said.add(f"the {name} {cell[:40]!r} is none; it is left out", f"line {self.line}")
        return cell if good else "*"

    def _data(self, cell: str) -> None:
        """The notes of a cell, a chord if there are several."""
        notes = cell.split(" ")
        if len(notes) > MOST_IN_CHORD:
            raise self._refusal(f"has a chord of {len(notes):,} notes; more than {MOST_IN_CHORD} are not read")
        lengths = {self._length(note) for note in notes if note}
        if len(lengths - {None}) > 1:
            where = f"line {self.line}"
            self.said.add("the notes of a chord differ in length; they get that of the first", where)
        for note in notes:
            pitch = PITCH.search(note)
            letters = len(pitch[0].rstrip("#-n")) if pitch else 0
            if note and "r" not in note and not 0 < letters == len(LETTERS.findall(note)):
                raise self._refusal(f"{note[:40]!r} is no note of **kern")

    def _length(self, note: str) -> Fraction | None:
        """Quarters; None where it has no length of its own: a grace note."""
        found = LENGTH.findall(note)
        if not found and not set(note) & set("qQpP"):
            self.said.add("a note has no length; it is taken for a quarter", f"line {self.line}")
        if not found:
            return None
        over, _, under = found[0].partition("%")
        good = len(found) == 1 and len(over) < 6 and len(under) < 6 and note.count(".") <= MOST_DOTS
        if good and over in BREVES and not under:
            length = BREVES[over]
        elif good and int(over) and int(under or 1):
            length = Fraction(4 * int(under or 1), int(over))
        else:
            raise self._refusal(f"{note[:40]!r} has no length that a note can have")
        if not SHORTEST <= length <= LONGEST:
            raise self._refusal(f"{note[:40]!r} lasts {float(length):g} quarters, which no note does")
        return length
