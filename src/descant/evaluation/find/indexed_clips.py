"""The captioned clips of a split as a library that `descant index` made: what searches are measured on.

Made once, under the cache folder, and brought up to date where a model has changed. Synthesised throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from descant.datasets.captioned_clips import NAME, TEST_CLIPS, CaptionedClip, clips
from descant.io.cache import cache_folder
from descant.library.indexing import Indexing
from descant.library.item import FULL
from descant.library.store import Library, open_library
from descant.pipelines.pool import cores

CLIPS = {"test": TEST_CLIPS, "valid": 300}  # that searches are measured on

Progress = Callable[[float], None]


def clips_library(split: str, progress: Progress = lambda _: None, jobs: int = 0) -> Path:
    """The library that holds all clips of a split. Raises MissingDataError where data sets are missing."""
    path = library_of(split)
    folder = clips(split, CLIPS[split])[0].path.parent
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_library(path, write=True) as library:
        Indexing(library, [folder], FULL).run(jobs or cores(), progress)
    return path


def library_of(split: str) -> Path:
    """Where the library of a split lies."""
    return cache_folder() / "find" / f"{NAME}-{split}.db"


def item_of(library: Library, clip: CaptionedClip) -> int:
    """The item that a clip is in its library."""
    item = library.find_file(clip.path)
    assert item is not None, f"{clip.path} was indexed"
    return item
