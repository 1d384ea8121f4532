"""What is timed writes what it says: tokens of chorales side by side, with and without PyTorch."""

import importlib.util

import pytest

from descant.evaluation.benchmark_compose import benchmark


def test_a_few_frames_are_timed():
    found = {one.name: one for one in benchmark(steps=3, pieces=(1, 2), lengths=(2,))}
    assert found["music_transformer, alone"].unit == "tokens/s"
    assert all(one.value > 0 for one in found.values() if one.unit != "MiB")
    names = {"music_transformer, alone", "music_transformer, 2 side by side", "a fresh process: the first four tokens"}
    assert names <= set(found)
    assert ("faster than PyTorch, 2" in found) == bool(importlib.util.find_spec("torch"))
    if "faster than PyTorch, 2" in found:
        both = [
            found[f"{what}, 2 side by side"].value for what in ("music_transformer", "PyTorch, keys and values kept")
        ]
        assert found["faster than PyTorch, 2"].value == pytest.approx(both[0] / both[1])
