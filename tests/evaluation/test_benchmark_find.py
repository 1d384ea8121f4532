"""Searches are timed on vectors and a library that are made up, the same each time."""

import numpy as np

from descant.errors import MissingExtraError
from descant.evaluation import benchmark_find
from descant.evaluation.benchmark_find import (
    EXACT,
    LARGE,
    QUERIES,
    SINGLE,
    Searched,
    benchmark,
    chart,
    clustered,
    figures,
    searches,
)


def test_vectors_are_clustered_of_length_one_and_the_same_each_time():
    vectors, queries = clustered(2000, 32)
    assert vectors.shape == (2000, 32)
    assert queries.shape == (QUERIES, 32)
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors.astype(np.float32), axis=1), 1.0, atol=2e-3)
    nearest = np.sort(queries @ vectors.astype(np.float32).T, axis=1)
    assert np.median(nearest[:, -1]) > 2 * np.median(nearest[:, -500])  # others of the cluster, and the rest
    np.testing.assert_array_equal(clustered(2000, 32)[0], vectors)


def test_every_index_finds_nearly_all():
    found = benchmark([3000])
    assert {one.system for one in found} == {EXACT, SINGLE, LARGE}
    for one in found:
        assert one.recall == 1.0 or (one.system != EXACT and one.recall > 0.9)
        assert one.milliseconds > 0
    assert {one.unit for one in figures(found)} == {"ms", "", "s", "MiB"}


def test_without_the_extra_the_rest_is_measured(monkeypatch):
    def absent(vectors):
        raise MissingExtraError("needs faiss")

    monkeypatch.setattr(benchmark_find.LargeIndex, "built", absent)
    said = []
    assert {one.system for one in benchmark([1000], said.append)} == {EXACT, SINGLE}
    assert set(said) == {"needs faiss"}


def test_whole_searches_are_timed():
    found = {one.name.split(": ")[1]: one.value for one in searches(200)}
    assert 0.0 < found["a search by words, median"] <= found["a search by words, 9 of 10"]
    assert found["a search by likeness, median"] > 0.0


def test_the_chart_has_a_bar_for_each_doubling():
    def one(count, milliseconds):
        return Searched("exact", count, 8, milliseconds, 1.0, 0.0, 0.0, 0.0)

    title, *bars = chart([one(10_000, 0.5), one(100_000, 4.0)]).splitlines()
    assert "8 dimensions" in title
    assert [line.count("█") for line in bars] == [1, 4]
    assert bars[1].endswith(" 4")
