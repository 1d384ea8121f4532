"""Which items have a word: as many as FTS5 itself finds, and quickly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.library.item import Entry
from descant.library.store import open_library
from descant.library.words import common_words, matching


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.db"
    with open_library(path, write=True) as library:
        for number in range(1, 31):
            facts = {"title": "Élan vital" if number % 3 else "love song", "artist": f"a{number}"}
            library.put(Entry(content=str(number), kind="tune", level=0, duration=1.0, **facts))
    return path


def test_items_that_match(path: Path) -> None:
    with open_library(path) as library:
        assert matching(library, '"ELAN"').tolist() == [one for one in range(1, 31) if one % 3]
        assert matching(library, "title : love").tolist() == list(range(3, 31, 3))
        assert matching(library, "artist : a7").tolist() == [7]
        assert matching(library, '"nowhere"').tolist() == []
        for expression in ("love OR vital", "love", '"love song"', "vital NOT love"):
            assert matching(library, expression).tolist() == sorted(item for item, _ in library.words(expression))
        assert matching(library, "love").dtype == np.int64


def test_what_is_no_expression_is_refused(path: Path) -> None:
    with open_library(path) as library, pytest.raises(InvalidValueError, match="cannot be searched for"):
        matching(library, 'love AND "')


def test_common_words(path: Path) -> None:
    with open_library(path) as library:
        assert common_words(library, 11) == ["elan", "vital"]
        assert common_words(library, 10) == ["elan", "love", "song", "vital"]
        assert common_words(library, 1000) == []
