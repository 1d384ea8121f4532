"""The tunes of a book in ABC, one by one: one that cannot be read does not keep the others from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from descant.errors import UnreadableFileError
from descant.io.files import read_text
from descant.io.said import Said
from descant.io.score.abc_lines import BEGINS, first_tune
from descant.io.score.read_abc import MOST_CHARACTERS, score_of_tune
from descant.types.score import Score


@dataclass(frozen=True)
class BookTune:
    """A tune that is not read yet."""

    path: Path
    number: int  # within the book, from 1
    text: str  # with what the book says of all its tunes before it

    def read(self) -> ReadTune:
        """Raises UnreadableFileError, with the fault; its line counts from the tune's own."""
        said, where = Said(), Path(f"{self.path}, tune {self.number}")
        tune = first_tune(self.text, said)
        if tune is None:
            raise UnreadableFileError(f"{where}: has no K: field, after which a tune's music begins")
        score = score_of_tune(tune, where, said)
        fields: dict[str, str] = {}
        for line in tune.head:
            if line.field and line.text:
                fields.setdefault(line.field, line.text.strip('" '))
        return ReadTune(score, fields)


@dataclass(frozen=True)
class ReadTune:
    """A tune's score, and its head: R is its rhythm, O its origin, B the book that it is from."""

    score: Score
    fields: dict[str, str] = field(default_factory=dict)  # by letter, of each the first


def book_tunes(path: Path) -> Iterator[BookTune]:
    """Every tune of a file, none of them read. Raises UnreadableFileError where it is no text."""
    text = read_text(path)
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFileError(f"{path}: has {len(text):,} characters; no book of tunes is so long")
    lines = text.splitlines()
    begins = [at for at, line in enumerate(lines) if BEGINS.match(line)]
    for number, (first, end) in enumerate(pairwise([*begins, len(lines)]), 1):
        yield BookTune(path, number, "\n".join([*lines[: begins[0]], *lines[first:end]]))
