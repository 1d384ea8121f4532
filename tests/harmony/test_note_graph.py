"""The graph of a few notes, drawn by hand."""

import time

import numpy as np
import pytest

from descant.harmony.note_graph import (
    CONSECUTIVE,
    CONSECUTIVE_BACK,
    DURING,
    DURING_BACK,
    MOST,
    ONSET,
    RELATIONS,
    REST,
    REST_BACK,
    note_graph,
)


def drawn(onset, duration, pitch=None):
    graph = note_graph(np.array(onset, float), np.array(duration, float), np.array(pitch or range(len(onset))))
    pairs = {relation: set() for relation in range(RELATIONS)}
    for source, target, relation in graph.edges.T.tolist():
        pairs[relation].add((source, target))
    assert sum(map(len, pairs.values())) == graph.edges.shape[1]  # none twice
    return graph, pairs


def test_every_kind_of_edge():
    # 0 a long bass; 1, 2 a third over it; 3 follows them; silence from 4 to 5; 4 and 5 after it.
    graph, pairs = drawn([0, 0, 0, 2, 5, 5], [4, 2, 2, 1, 1, 2], [40, 60, 64, 62, 50, 70])
    assert pairs[ONSET] == {(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1), (4, 5), (5, 4)}
    assert pairs[CONSECUTIVE] == {(1, 3), (2, 3)}
    assert pairs[DURING] == {(0, 3)}
    assert pairs[REST] == {(0, 4), (0, 5)}  # the last to end before the silence
    for forward, back in ((CONSECUTIVE, CONSECUTIVE_BACK), (DURING, DURING_BACK), (REST, REST_BACK)):
        assert pairs[back] == {(target, source) for source, target in pairs[forward]}
    assert graph.onset_of.tolist() == [0, 0, 0, 1, 2, 2]
    assert graph.time.tolist() == [0, 2, 5]
    assert graph.sounding.T.tolist() == [[0, 0], [0, 1], [1, 0], [2, 0], [3, 1], [4, 2], [5, 2]]
    assert graph.bass.tolist() == [0, 0, 4]


def test_times_that_differ_by_rounding_are_one():
    _, pairs = drawn([0, 1 / 3, 2 / 3], [0.33333, 0.33334, 1])
    assert pairs[CONSECUTIVE] == {(0, 1), (1, 2)}
    assert not pairs[REST]
    assert not pairs[DURING]


def test_one_note_and_none():
    graph, _ = drawn([3], [1])
    assert graph.edges.shape == (3, 0)
    assert graph.sounding.tolist() == [[0], [0]]
    empty, _ = drawn([], [])
    assert empty.edges.shape == (3, 0)
    assert not len(empty.time)


def test_notes_come_in_order():
    with pytest.raises(ValueError, match="in order of onset"):
        drawn([1, 0], [1, 1])


def test_fifty_thousand_notes():
    onset = np.repeat(np.arange(12_500) / 4, 4)
    began = time.process_time()
    graph = note_graph(onset, np.tile([0.25, 0.25, 0.5, 2.0], 12_500), np.arange(50_000) % 60)
    assert time.process_time() - began < 5
    assert len(graph.time) == 12_500
    cluster = note_graph(np.zeros(2000), np.ones(2000), np.arange(2000))  # no chord, but it must not break anything
    assert cluster.edges.shape[1] <= 2000 * MOST
