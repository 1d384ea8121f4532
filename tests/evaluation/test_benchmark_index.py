"""Indexing is measured on tracks of 30 s, as many as there are."""

import numpy as np
import pytest

from descant.errors import MissingDataError
from descant.evaluation import benchmark_index
from descant.evaluation.benchmark_index import benchmark
from descant.io.audio import open_audio, write_audio
from descant.types import Audio


@pytest.fixture
def folder(tmp_path):
    """A piece of 95 s, which has three excerpts, and one that is too short."""
    for name, seconds in (("long.flac", 95.0), ("short.flac", 20.0)):
        time = np.arange(int(seconds * 8_000)) / 8_000
        write_audio(Audio((0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32), 8_000), tmp_path / name)
    return tmp_path


@pytest.fixture
def no_clips(monkeypatch):
    def missing(split, count):
        raise MissingDataError("no data sets")

    monkeypatch.setattr(benchmark_index, "clips", missing)


def test_what_is_recorded_is_cut_to_tracks(folder, tmp_path):
    target = tmp_path / "tracks"
    target.mkdir()
    assert benchmark_index._cut(folder, 10, target) == 3
    assert [open_audio(path).duration for path in sorted(target.iterdir())] == [30.0] * 3
    long = folder / "long.flac"
    assert list(benchmark_index._places([long])) == [(long, 32.5), (long, 62.5), (long, 2.5)]


def test_each_level_is_measured(folder, no_clips):
    found = {one.name: one for one in benchmark(4, folder, levels=("tags",))}
    assert (found["tracks, recorded"].value, found["tracks, rendered"].value) == (2, 0)
    assert found["tags: music"].unit == "hours a core's hour"
    assert found["tags: music"].value > 0
    assert found["tags: library"].value > 1_000
    assert found["tags: again, nothing changed"].value > 0


def test_without_music_it_says_so(tmp_path, no_clips):
    with pytest.raises(MissingDataError, match="no data sets"):
        benchmark(4, tmp_path, levels=())
    with pytest.raises(MissingDataError, match="no such folder"):
        benchmark(4, tmp_path / "nowhere", levels=())
