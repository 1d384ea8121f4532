"""Words looked for in names: which are worth it, and how much of them an item has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from descant.library.store import open_library
from descant.retrieval.columns import read_columns
from descant.retrieval.metadata import MOST_WORDS, quoted, searched
from tests.retrieval.collection import entry, made


def test_words_worth_looking_for() -> None:
    assert searched("A song by the Beatles, the BEATLES!") == ("beatles",)
    assert searched("don't O’Neill's") == ("don't", "o’neill's")
    assert searched("the the") == ()
    assert searched("the the", at_least_one=True) == ("the",)
    assert len(searched(" ".join(f"w{number}" for number in range(1000)))) == MOST_WORDS


def test_rare_words_count_for_more(tmp_path: Path) -> None:
    entries = tuple(entry(at, title="love" if at > 1 else "love sarabande") for at in range(1, 11))
    with open_library(made(tmp_path / "library.db", entries)) as library:
        metadata = read_columns(library).metadata
        covered = metadata.coverage(("love", "sarabande"))
        rare, common = np.log1p(10), np.log1p(1)
        assert covered.tolist() == pytest.approx([1.0] + [common / (rare + common)] * 9)
        assert metadata.said(0, ("love", "sarabande", "fugue")) == ["love", "sarabande"]
        assert metadata.coverage(()).tolist() == [0.0] * 10
        metadata.warm()


def test_any_text_is_a_phrase(tmp_path: Path) -> None:
    with open_library(made(tmp_path / "library.db")) as library:
        metadata = read_columns(library).metadata
        for text in ('"', 'a" OR "b', "*", "NEAR(", "title:", "\0", "", "^x", "it's"):
            assert metadata.matching(quoted(text)).dtype == np.int64
