"""The measures of playlists, on lists whose figures are counted by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from descant.evaluation.find.playlists import (
    LOT,
    SYSTEM,
    TRADES,
    Alike,
    cadence_lists,
    mixing,
    neighbours,
    tempos_off,
    traded,
)
from descant.library.item import NO_KEY, Entry, FileStamp, key_number
from descant.library.spaces import Space
from descant.library.store import open_library
from descant.retrieval.columns import KEYS
from descant.retrieval.finder import Finder
from descant.retrieval.playlist import PlaylistMaker

C, G, D, NONE = key_number("C major"), key_number("G major"), key_number("D major"), NO_KEY


def test_tempos_off_a_cadence() -> None:
    told = tempos_off([160.0, 80.0, 320.0, 152.0], 160)
    assert told == {"mean tempo error": pytest.approx(0.05 / 4), "within 3 %": 0.75}


def test_keys_that_mix() -> None:
    truth = {1: (100.0, C), 2: (100.0, G), 3: (100.0, D), 4: (100.0, NONE)}
    assert mixing([1, 2, 3], truth) == {"keys that mix": 1.0}
    assert mixing([2, 1, 3, 4, 1], truth) == {"keys that mix": 0.5}
    assert mixing([4, 1], truth) == {}


def test_playlists_beside_the_lot(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    truth = {}
    with open_library(tmp_path / "library.db", write=True) as library:
        library.adopt([Space("timbre", "made up", 4, (), (), lambda sound, piece: np.zeros(4, np.float32))])
        for number in range(80):
            point = rng.normal(size=4)
            tempo, key = float(rng.uniform(60, 190)), int(rng.integers(24))
            item = library.put(
                Entry(
                    content=str(number),
                    kind="audio",
                    level=2,
                    duration=30.0,
                    tempo=tempo,
                    key=KEYS[key],
                    vectors={"timbre": (point / np.linalg.norm(point)).astype(np.float32)},
                ),
                FileStamp(tmp_path / f"{number}.wav", 1, number),
            )
            truth[item] = (tempo, key)
        finder = Finder(library)
        maker, alike = PlaylistMaker(library, finder), Alike.of(library)
        lists = cadence_lists(maker, truth, 160)
        off = {name: tempos_off([truth[one][0] for one in items], 160) for name, items in lists.items()}
        assert off[SYSTEM]["within 3 %"] == 1.0
        assert off[SYSTEM]["mean tempo error"] < 0.03 < off[LOT]["mean tempo error"]
        mixed = [neighbours(maker, truth, seed) for seed in (1, 2, 3)]
        better = np.mean([one[SYSTEM]["keys that mix"] - one[LOT]["keys that mix"] for one in mixed])
        assert better > 0.2
        curve = traded(finder, maker, alike, 5)
        ends = [curve[f"{SYSTEM}, λ {trade:g}"] for trade in (TRADES[0], TRADES[-1])]
        assert ends[0]["relevance"] > ends[1]["relevance"]
        assert ends[0]["diversity"] < ends[1]["diversity"]
        assert curve[LOT]["relevance"] < ends[0]["relevance"]
