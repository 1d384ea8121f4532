"""Words, embeddings and rankings are checked when made."""

from __future__ import annotations

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.types import Embedding, Ranked, Ranking, Text


def test_a_text_needs_words() -> None:
    assert Text("calm piano").words == "calm piano"
    for bad in ("", "  \n"):
        with pytest.raises(InvalidValueError, match="at least one word"):
            Text(bad)
    with pytest.raises(InvalidValueError, match="not int"):
        Text(7)  # type: ignore[arg-type]


def test_the_similarity_of_embeddings_is_their_cosine() -> None:
    one, other = Embedding("s", np.array([1.0, 0.0])), Embedding("s", np.array([0.6, 0.8]))
    assert one.similarity(other) == pytest.approx(0.6)
    assert one.vector.dtype == np.float32
    assert not one.vector.flags.writeable


def test_embeddings_of_two_spaces_are_not_compared() -> None:
    one = Embedding("s", np.array([1.0, 0.0]))
    with pytest.raises(InvalidValueError, match="two spaces"):
        one.similarity(Embedding("t", np.array([1.0, 0.0])))
    with pytest.raises(InvalidValueError, match="two versions of s"):
        one.similarity(Embedding("s", np.array([1.0, 0.0, 0.0])))


def test_an_embedding_is_of_length_one_or_says_nothing() -> None:
    assert Embedding("s", np.zeros(3)).similarity(Embedding("s", np.array([0.0, 0.0, 1.0]))) == 0.0
    for bad in ([2.0, 0.0], [np.nan, 1.0], [[1.0, 0.0]], []):
        with pytest.raises(InvalidValueError):
            Embedding("s", np.array(bad))
    with pytest.raises(InvalidValueError, match="name of its space"):
        Embedding("", np.array([1.0]))


def test_a_ranking_goes_from_the_best_down_and_names_each_thing_once() -> None:
    best, next_best = Ranked(4, "A", 99.0, ("tempo 120",)), Ranked(2, "B", 97.5)
    assert len(Ranking((best, next_best))) == 2
    with pytest.raises(InvalidValueError, match="from the best down"):
        Ranking((next_best, best))
    with pytest.raises(InvalidValueError, match="each item once"):
        Ranking((best, best))
    with pytest.raises(InvalidValueError, match="between 0 and 100"):
        Ranked(1, "C", 100.1)
