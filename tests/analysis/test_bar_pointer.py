"""The bar pointer's decoder, against the full state space."""

import numpy as np
import pytest

from descant.analysis import bar_pointer
from descant.analysis.bar_pointer import Observations, StateSpace, decode, state_space
from descant.analysis.bar_pointer_hmm import HABITS


def naive(space: StateSpace, heard: Observations) -> tuple[list[int], list[int]]:
    """Viterbi over every state (bar, beat, interval, frame within the beat), one by one, as the paper draws it."""
    states = [
        (kind, beat, k, frame)
        for kind, beats in enumerate(space.bars)
        for beat in range(beats)
        for k, interval in enumerate(space.intervals)
        for frame in range(interval)
    ]
    number = {state: at for at, state in enumerate(states)}
    before: list[list[tuple[int, float]]] = [[] for _ in states]
    for kind, beat, k, frame in states:
        if frame + 1 < space.intervals[k]:
            before[number[kind, beat, k, frame + 1]].append((number[kind, beat, k, frame], 0.0))
            continue
        for k_next in range(len(space.intervals)):
            change = float(space.tempo_change[k, k_next])
            here = number[kind, beat, k, frame]
            if beat + 1 < space.bars[kind]:
                before[number[kind, beat + 1, k_next, 0]].append((here, change))
            else:
                for other in range(len(space.bars)):
                    turn = 0.0 if other == kind else space.metre_change
                    before[number[other, 0, k_next, 0]].append((here, change + turn))

    def score(state: tuple[int, int, int, int], at: int) -> float:
        kind, beat, k, frame = state
        interval = int(space.intervals[k])
        quarter, half, third = (round(interval * part) for part in (0.25, 0.5, 0.75))
        total = 0.0
        if frame == 0:
            total += float(heard.beat[at, space.first[kind] + beat]) + (float(space.bar[kind]) if beat == 0 else 0.0)
            total += float(space.tempo[k])
            total += 0.0 if heard.within is None else float(heard.within[at, k])
        if frame in (quarter, third):
            total += float(heard.quarter[at])
        return total + (float(heard.half[at]) if frame == half else 0.0)

    def tail(state: tuple[int, int, int, int], at: int) -> float:
        """What the last beat still scores beyond the end, where the last frame is taken to stand still."""
        kind, beat, k, frame = state
        return sum(score((kind, beat, k, later), at) for later in range(frame + 1, int(space.intervals[k])))

    # Before the first beat that is heard whole nothing is scored.
    best = [score(state, 0) if state[3] == 0 else 0.0 for state in states]
    seen = [state[3] == 0 for state in states]
    paths = [[(0, state)] if state[3] == 0 else [] for state in states]
    for at in range(1, len(heard.beat)):
        fresh, fresh_seen, fresh_paths = [], [], []
        for to, state in enumerate(states):
            value, start = max((best[one] + cost, one) for one, cost in before[to])
            if not seen[start] and state[3] == 0:
                value = 0.0  # any state may be the first, without a price
            counted = seen[start] or state[3] == 0
            fresh.append(value + (score(state, at) if counted else 0.0))
            fresh_seen.append(counted)
            fresh_paths.append([*paths[start], (at, state)] if state[3] == 0 else paths[start])
        best, seen, paths = fresh, fresh_seen, fresh_paths
    end = len(heard.beat) - 1
    final = [value + tail(state, end) if ok else -np.inf for value, state, ok in zip(best, states, seen, strict=True)]
    path = paths[int(np.argmax(final))]
    return [at for at, _ in path], [state[1] + 1 for _, state in path]


@pytest.mark.parametrize("seed", range(4))
def test_the_decoder_finds_the_best_path_of_the_full_state_space(seed: int) -> None:
    generator = np.random.default_rng(seed)
    intervals = np.arange(4, 8)
    change = -np.abs(intervals - intervals[:, None]) * 0.7
    space = StateSpace(
        bars=(2, 3),
        bar=np.array([-0.3, 0.0], dtype=np.float32),
        metre_change=-1.0,
        intervals=intervals,
        tempo=np.array([0.1, 0.2, 0.0, -0.1], dtype=np.float32),
        tempo_change=change.astype(np.float32),
        reach=3,
    )
    frames = 60
    heard = Observations(
        beat=generator.normal(0, 1, (frames, 5)).astype(np.float32),
        half=generator.normal(0, 0.5, frames).astype(np.float32),
        quarter=generator.normal(0, 0.5, frames).astype(np.float32),
        within=generator.normal(0, 0.5, (frames, 4)).astype(np.float32) if seed % 2 else None,
    )
    found, positions = decode(space, heard)
    expected, expected_positions = naive(space, heard)
    assert found.tolist() == expected
    assert positions.tolist() == expected_positions


def test_a_path_that_is_found_stretch_by_stretch_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    space = state_space(60, 200, HABITS)
    frames = 1500
    heard = Observations(
        beat=generator.normal(0, 1, (frames, 7)).astype(np.float32),
        half=generator.normal(0, 0.5, frames).astype(np.float32),
        quarter=generator.normal(0, 0.5, frames).astype(np.float32),
    )
    whole = decode(space, heard)
    monkeypatch.setattr(bar_pointer, "STRETCH", 100)
    parts = decode(space, heard)
    assert np.array_equal(whole, parts)
    assert len(whole[0]) > 20


def test_the_state_space_is_a_distribution_over_tempi() -> None:
    space = state_space(50, 215, HABITS)
    assert np.allclose(np.exp(space.tempo_change).sum(axis=1), 1.0, atol=1e-5)
    assert space.intervals[0] == 14
    assert space.intervals[-1] == 60
