"""How hums are measured: ranks counted by hand, floors computed by hand, sounds, and a small run of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from descant.evaluation.find import hum
from descant.evaluation.find.hum import Tunes, pooled, rank, same_intervals
from descant.evaluation.find.hum_floors import edit_distance, shared_grams
from descant.evaluation.find.hum_sounds import SILENCE, SOUNDS
from descant.evaluation.find.hummed import EASY, hummed
from descant.evaluation.measured import Measured
from descant.evaluation.task import Request
from descant.retrieval.hum_query import heard
from descant.retrieval.melody_index import Line, MelodyIndex
from descant.types import Melody


def test_ranks_count_each_tune_once():
    """Melodies 0 and 1 are one tune, so are 2 and 3; two others share a score with the right one."""
    same = np.array([7, 7, 8, 8, 9, 10, 11])
    scores = np.array([5.0, 4.0, 9.0, 8.0, 5.0, 5.0, 1.0])
    assert rank(scores, same, 8) == 1
    assert rank(scores, same, 7) == 1 + 1 + 2 / 2
    assert rank(scores, same, 11) == 1 + 4
    assert rank(np.where(same == 9, -np.inf, scores), same, 9) == np.inf


def melody(*pitch: float) -> bytes:
    return Melody(pitch, np.arange(len(pitch)), np.ones(len(pitch)), "quarters").to_bytes()


MELODIES = (
    melody(60, 62, 64, 65, 67),  # steps 2 2 1 2
    melody(60, 67, 60, 67, 60),  # 7 -7 7 -7
    melody(50, 52, 55, 57, 59, 60),  # 2 3 2 2 1
)
INDEX = MelodyIndex([(at, 0, "", one) for at, one in enumerate(MELODIES)])


def line(*steps: float) -> Line:
    pitch = np.cumsum([70.0, *steps])
    return Line(pitch, np.arange(len(pitch)) / 2.0)


@pytest.mark.parametrize(
    ("steps", "distances"),
    [
        ((2, 2, 1, 2), (0, 4, 1)),  # the third ends after 2 2 1
        ((2, 1, 2), (0, 3, 1)),
        ((2.3, 1.8, 1.2), (0, 3, 0)),  # rounded
        ((7, -7, 7), (3, 0, 3)),
        ((2, 9, 2, 1), (1, 4, 1)),  # 2 2 1 with one too many; 2 3 2 2 1 with two changed: 2 (3) 2 1
    ],
)
def test_edit_distance(steps, distances):
    assert (-edit_distance(INDEX, line(*steps))).tolist() == list(distances)


def test_shared_grams():
    assert shared_grams(INDEX, line(2, 2, 1, 2)).tolist() == [2, -np.inf, 1]
    assert shared_grams(INDEX, line(7, -7, 7, -7)).tolist() == [-np.inf, 2, -np.inf]


def test_the_same_intervals_are_one_tune():
    assert same_intervals(melody(60, 62, 64)) == same_intervals(melody(50, 52, 54))
    assert same_intervals(melody(60, 62, 64)) != same_intervals(melody(60, 62, 65))


def random_tunes(count: int) -> Tunes:
    rng = np.random.default_rng(0)
    melodies = tuple(melody(*(60 + np.cumsum(rng.integers(-4, 5, 30)) % 15)) for _ in range(count))
    index = MelodyIndex([(at, 0, "", one) for at, one in enumerate(melodies)])
    return Tunes(index, melodies, np.array([same_intervals(one) for one in melodies]))


def test_splits_share_no_tune_and_are_always_the_same():
    tunes = random_tunes(60)
    test, valid = ({one.to_bytes() for one in tunes.drawn(split, 100)} for split in ("test", "valid"))
    assert not test & valid
    assert len(test | valid) == 60
    assert 5 < len(valid) < 30
    few = [one.to_bytes() for one in tunes.drawn("test", 5)]
    assert few == [one.to_bytes() for one in tunes.drawn("test", 9)][:5]


@pytest.mark.parametrize("kind", SOUNDS)
def test_sounds_of_hums(kind):
    """What is heard again is about what was hummed, between the silences."""
    tune = Melody.from_bytes(random_tunes(3).melodies[1])
    given = hummed(tune, EASY)
    sound = SOUNDS[kind](given, EASY)
    assert sound.duration == pytest.approx(given.onset[-1] + given.duration[-1] + 2 * SILENCE, abs=0.6)
    found = heard(sound)
    assert 0.6 * len(given) < len(found) <= len(given) + 2
    assert found.onset[0] == pytest.approx(SILENCE + given.onset[0], abs=0.15)
    np.testing.assert_array_equal(sound.samples, SOUNDS[kind](given, EASY).samples)


def test_figures():
    group = [Measured("hum", "d", "a", "notes", "s", {}, (place, 10.0, 0.0)) for place in (1.0, 1.5, 20.0, np.inf)]
    figures = pooled(group)
    assert figures["top-1"] == (0.25, 4)
    assert figures["top-10"] == (0.5, 4)
    assert figures["MRR"][0] == pytest.approx((1 + 1 / 1.5 + 1 / 20) / 4)
    assert "ms hearing" not in figures


def test_the_whole_task_on_few_tunes(monkeypatch):
    monkeypatch.setattr(hum, "read_tunes", lambda: random_tunes(40))
    shares: list[float] = []
    found = list(hum.measure(Request("test", 2, [], shares.append)))
    assert shares[-1] == pytest.approx(1.0)
    assert {one.system for one in found} == set(hum.SYSTEMS)
    assert {one.rendered for one in found} == {None, *SOUNDS}
    assert len(found) == 2 * 3 * 3 * 3
    easy = [one.raw[0] for one in found if one.system == hum.BY_HUM and "easy" in one.data]
    assert np.mean(np.array(easy) == 1) >= 5 / 6
