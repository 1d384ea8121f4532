"""The tunes that the music21 package carries, as items of the library, to be found by humming.

Some 13,000: the Essen folksong collection, O'Neill's Music of Ireland, Aird's Airs, Ryan's Mammoth Collection, and
American fife tunes. descant ships none of them, since the Essen collection may be passed on for non-commercial ends
only: they are read where music21 is installed, and each says which collection it is from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descant.errors import MissingDataError, UnreadableFileError
from descant.io.score.abc_book import BookTune, book_tunes
from descant.library.item import FULL, Entry
from descant.pipelines.pool import Failed, Finished, run_jobs

if TYPE_CHECKING:
    from descant.library.writer import LibraryWriter

WORK = "descant.library.tunes:described"
TOGETHER = 64  # tunes of one job
LONGEST_FIELD = 200  # characters of a title
COLLECTIONS = {
    "essenFolksong": "Essen folksong collection",
    "oneills1850": "O'Neill's Music of Ireland",
    "airdsAirs": "Aird's Selection of Airs",
    "ryansMammoth": "Ryan's Mammoth Collection",
    "miscFolk": "American fife tunes and ballads",
    "nottingham-dataset": "Nottingham dataset",
}

Progress = Callable[[float], None]


@dataclass
class Added:
    """What became of the tunes."""

    known: int = 0
    added: int = 0
    faults: list[str] = field(default_factory=list)  # of those that could not be read
    left: int = 0  # not come to


def music21_corpus() -> Path:
    """The folder of the corpus that the installed music21 carries. Raises MissingDataError where there is none."""
    found = find_spec("music21")
    folder = Path(found.origin).parent / "corpus" if found is not None and found.origin else None
    if folder is None or not folder.is_dir():
        raise MissingDataError("music21 is not installed with its corpus; `pip install music21` brings the tunes")
    return folder


def corpus_tunes(corpus: Path) -> Iterator[BookTune]:
    """Every tune of the collections, unread. A collection that is not there is passed over."""
    for folder in COLLECTIONS:
        for path in sorted((corpus / folder).glob("*.abc")):
            yield from book_tunes(path)


def content_of(tune: BookTune) -> str:
    """What stands for a tune's bytes."""
    return "tune:" + hashlib.sha256(tune.text.encode()).hexdigest()


def add_tunes(
    library: LibraryWriter, added: Added, workers: int, progress: Progress = lambda _: None, corpus: Path | None = None
) -> None:
    """Put every tune into the library that it does not have yet. `added` tells at any moment how far it has come.

    A tune is committed as soon as it is read, so that an interrupted run loses a few, and the next goes on from there.
    Raises MissingDataError where there are no tunes.
    """
    folder = corpus or music21_corpus()
    waiting: dict[str, BookTune] = {}
    for tune in corpus_tunes(folder):
        content = content_of(tune)
        if content in waiting or library.known(content)[0] is not None:
            added.known += 1
        else:
            waiting[content] = tune
    if not waiting and not added.known:
        raise MissingDataError(f"{folder}: holds none of the collections of tunes; install music21 anew")
    total = added.left = len(waiting)
    tunes = list(waiting.values())
    batches = [tunes[at : at + TOGETHER] for at in range(0, total, TOGETHER)]
    for event in run_jobs(WORK, batches, workers):
        if isinstance(event, Finished | Failed):
            added.left -= len(batches[event.job])
        if isinstance(event, Finished):
            for one in event.result:
                if isinstance(one, Entry):
                    library.put(one)
                    added.added += 1
                else:
                    added.faults.append(one)
        elif isinstance(event, Failed):
            first = batches[event.job][0]
            added.faults.append(f"{first.path}, from tune {first.number} on: {event.message}")
        progress(1 - added.left / max(total, 1))


def described(tunes: Sequence[BookTune], progress: Progress) -> list[Entry | str]:
    """What is learnt of tunes, one entry each, or why it could not be read."""
    found: list[Entry | str] = []
    for at, tune in enumerate(tunes):
        try:
            found.append(_entry(tune))
        except UnreadableFileError as error:
            found.append(str(error))
        progress((at + 1) / len(tunes))
    return found


def _entry(tune: BookTune) -> Entry:
    from descant.library.describe_audio import heard_facts, stored
    from descant.library.describe_notes import stated
    from descant.pipelines.melodies import melodies
    from descant.synthesis.as_written import as_written

    read = tune.read()
    found = melodies(read.score)
    if not found:
        raise UnreadableFileError(f"{tune.path}, tune {tune.number}: has too few notes for a melody")
    facts: dict[str, Any] = heard_facts(stated(read.score, as_written(read.score)))
    facts["instruments"] = ()  # a tune has none
    collection = COLLECTIONS[tune.path.parent.name]
    return Entry(
        **facts,
        content=content_of(tune),
        kind="tune",
        level=FULL,
        title=_told(read.score.title) or f"tune {tune.number} of {tune.path.stem}",
        composer=_told(read.score.composer),
        album=collection,
        genre=_told(read.fields.get("R", "")),
        source=f"{collection}, by way of music21: {tune.path.parent.name}/{tune.path.name}, tune {tune.number}",
        melodies=stored(found),
    )


def _told(text: str) -> str | None:
    return " ".join(text.split())[:LONGEST_FIELD] or None
