"""Books of tunes: a file in ABC that holds several is one item, and each of its tunes is found by its own title."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from descant.errors import DescantError, DescantWarning
from descant.io.score.abc_book import BookTune, book_tunes
from descant.io.tags import readable
from descant.types import Score


@dataclass(frozen=True)
class Titled:
    """A tune of a book."""

    title: str
    text: str  # ABC, with what the book says of all its tunes
    score: Score


def is_book(path: Path) -> bool:
    """Whether a file holds several tunes."""
    with suppress(DescantError):
        return len(_tunes(path)) > 1
    return False


def titled_tunes(path: Path) -> Iterator[Titled]:
    """The tunes of a book that can be read; none of a file that holds a single one, or is no book."""
    tunes = _tunes(path)
    for tune in tunes if len(tunes) > 1 else []:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DescantWarning)
                score = tune.read().score
        except DescantError:  # the others are found without one that is damaged
            continue
        yield Titled(readable(score.title) or f"tune {tune.number}", tune.text, score)


def tune_called(path: Path, title: str) -> Titled | None:
    """The first tune of a book with this title."""
    return next((one for one in titled_tunes(path) if one.title == title), None)


def _tunes(path: Path) -> list[BookTune]:
    return list(book_tunes(path)) if path.suffix.lower() == ".abc" else []
