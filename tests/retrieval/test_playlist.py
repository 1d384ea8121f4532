"""Playlists of made-up libraries: what is in them, in what order, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from descant.library import describe
from descant.library.item import FULL, Entry, FileStamp, key_number
from descant.library.spaces import Space
from descant.library.store import Library, open_library
from descant.retrieval.cadence import error, nearest_ratio
from descant.retrieval.camelot import mixes
from descant.retrieval.columns import KEYS
from descant.retrieval.finder import Finder, Query, Whole
from descant.retrieval.maximal_marginal_relevance import spread
from descant.retrieval.playlist import PlaylistMaker, Wanted, crowding, likenesses

SIZE = 40


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Forty pieces of four artists in all keys, three in four of them sure, in two clusters of timbre."""
    path = tmp_path_factory.mktemp("library") / "library.db"
    rng = np.random.default_rng(5)
    with open_library(path, write=True) as writer:
        writer.adopt([Space("timbre", "made up", 4, (), (), lambda sound, piece: np.zeros(4, np.float32))])
        for number in range(SIZE):
            point = np.eye(4)[number % 2] + 0.1 * rng.normal(size=4)
            entry = Entry(
                content=str(number),
                kind="audio",
                level=FULL,
                duration=120.0 + number,
                title=f"piece {number}",
                artist=f"artist {number % 4}",
                tempo=80.0 + 3.0 * number,
                key=KEYS[int(rng.integers(24))],
                key_confidence=0.1 if number % 4 == 3 else 0.95,
                vectors={"timbre": (point / np.linalg.norm(point)).astype(np.float32)},
            )
            writer.put(entry, FileStamp(path.parent / f"{number:02d}.wav", 1, number))
    with open_library(path) as opened:
        yield opened


def test_tunes_without_a_file_are_played_by_nobody_who_has_not_asked_for_them(tmp_path: Path) -> None:
    with open_library(tmp_path / "library.db", write=True) as writer:
        for number in range(20):
            kind = "tune" if number % 2 else "audio"
            entry = Entry(content=str(number), kind=kind, level=FULL, duration=60.0, title=f"{number}", tempo=120.0)
            writer.put(entry, FileStamp(tmp_path / f"{number}.wav", 1, 1) if kind == "audio" else None)
    with open_library(tmp_path / "library.db") as opened:
        maker = PlaylistMaker(opened)
        for wanted in (Wanted(cadence=120.0), Wanted("120 bpm"), Wanted(filters=("tempo:120",))):
            made = maker.make(wanted)
            assert {one.kind for one in made.items} == {"audio"}
            assert len(made.items) == 10
            assert "tunes without a file are left out; kind:tune asks for them" in made.told
        for wanted in (Wanted("kind:tune"), Wanted(cadence=120.0, filters=("kind:tune",))):
            made = maker.make(wanted)
            assert ({one.kind for one in made.items}, len(made.items)) == ({"tune"}, 10)
            assert not any("left out" in one for one in made.told)


def test_a_cadence_and_its_multiples() -> None:
    tempo = np.array([170.0, 85.0, 340.0, 168.3, 120.0, np.nan])
    assert nearest_ratio(tempo, 170.0)[:3].tolist() == [1.0, 0.5, 2.0]
    assert error(tempo, 170.0)[:4] == pytest.approx([0.0, 0.0, 0.0, 0.01])
    assert error(tempo, 170.0)[4] > 0.25
    assert np.isnan(error(tempo, 170.0)[5])


def test_all_fit_the_cadence(library: Library) -> None:
    found = PlaylistMaker(library).make(Wanted(cadence=170.0))
    tempos = [one.tempo for one in found.items]
    assert sorted(tempos) == [83.0, 86.0, 167.0, 170.0, 173.0]
    assert all("a step a beat" in " ".join(one.reasons) or "two steps" in " ".join(one.reasons) for one in found.ranked)


def test_as_long_as_asked_for(library: Library) -> None:
    maker = PlaylistMaker(library)
    for minutes in (5.0, 20.0, 45.0):
        found = maker.make(Wanted(filters=("tempo:>0",), minutes=minutes))
        assert abs(found.seconds - 60.0 * minutes) < 80.0  # half a piece
    short = maker.make(Wanted(cadence=170.0, minutes=60.0))
    assert short.told == ("no more fits than 11:33",)
    assert len(maker.make(Wanted(filters=("tempo:>0",), count=7)).items) == 7


def test_a_long_piece_is_passed_over_for_shorter_ones(tmp_path: Path) -> None:
    with open_library(tmp_path / "library.db", write=True) as library:
        for number in range(12):
            tagged = {"title": f"piece {number}", "tempo": 100.0, "duration": 7200.0 if number == 2 else 180.0}
            entry = Entry(content=str(number), kind="audio", level=FULL, **tagged)
            library.put(entry, FileStamp(tmp_path / f"{number:02d}.wav", 1, number))
        maker = PlaylistMaker(library)
        half, more = (maker.make(Wanted(filters=("tempo:100",), minutes=minutes)) for minutes in (30.0, 45.0))
    assert (len(half.items), half.seconds, half.told) == (10, 1800.0, ())
    assert (len(more.items), more.seconds, more.told) == (11, 1980.0, ("no more fits than 33:00",))


def test_nobody_twice_in_a_row_where_that_can_be(library: Library) -> None:
    for order in ("harmonic", "relevance"):
        found = PlaylistMaker(library).make(Wanted(filters=("tempo:>0",), count=40, order=order))
        artists = [one.artist for one in found.items]
        assert len(artists) == SIZE
        assert all(one != other for one, other in pairwise(artists))


def test_sure_keys_follow_each_other(library: Library) -> None:
    items = PlaylistMaker(library).make(Wanted(filters=("tempo:>0",), count=40)).items
    rng = np.random.default_rng(0)

    def near(order: list[int]) -> float:
        steps = [(items[one], items[other]) for one, other in pairwise(order)]
        sure = [(one.key, other.key) for one, other in steps if min(one.key_confidence, other.key_confidence) > 0.5]
        return float(np.mean([mixes(key_number(one), key_number(other)) for one, other in sure]))

    by_chance = np.mean([near(rng.permutation(SIZE).tolist()) for _ in range(50)])
    assert near(list(range(SIZE))) > 2 * by_chance


def test_reasons_tell_how_sure_keys_follow(library: Library) -> None:
    found = PlaylistMaker(library).make(Wanted(filters=("tempo:>0",), count=40))
    wheel = [[reason for reason in one.reasons if reason.split(",")[0][-1] in "AB"] for one in found.ranked]
    assert [bool(told) for told in wheel] == [one.key_confidence > 0.5 for one in found.items]
    assert any(" after " in told[0] for told in wheel if told)


def test_diversity_is_traded_for_relevance(library: Library) -> None:
    maker = PlaylistMaker(library)
    lists = {trade: maker.make(Wanted(seed=1, count=8, trade=trade)).items for trade in (1.0, 0.2)}
    assert all(one[0].id == 1 for one in lists.values())  # it begins with its seed
    table = likenesses(library, library.items(range(1, SIZE + 1)))
    various = {trade: spread(table, [one.id - 1 for one in items]) for trade, items in lists.items()}
    assert various[0.2] > various[1.0]
    assert {one.id % 2 for one in lists[1.0]} == {1}  # the seed's own cluster


def test_crowding_is_a_share_of_pairs() -> None:
    likeness = np.array([[1.0, 0.50, 0.51], [0.50, 1.0, 0.52], [0.51, 0.52, 1.0]])
    found = crowding(likeness, ["a", "b", ""])
    assert found[0, 1] == 0.0
    assert found[0, 2] == pytest.approx(1 / 3)
    assert found[1, 2] == pytest.approx(2 / 3)
    assert crowding(likeness, ["a", "a", ""])[0, 1] == 0.9  # one artist is alike, however it sounds
    assert crowding(np.ones((1, 1)), ["a"]).tolist() == [[1.0]]


def test_the_same_every_time(library: Library) -> None:
    wanted = Wanted(filters=("tempo:90..160",), count=15)
    first, second = (PlaylistMaker(library).make(wanted) for _ in range(2))
    assert [one.id for one in first.items] == [one.id for one in second.items]


def test_a_seed_by_its_file(library: Library, tmp_path: Path) -> None:
    (by_number, by_file) = (
        PlaylistMaker(library).make(Wanted(seed=seed, count=5)) for seed in (3, library.path.parent / "02.wav")
    )
    assert [one.id for one in by_number.items] == [one.id for one in by_file.items]
    assert by_number.ranked[0].reasons[0] == "the seed"


def test_a_seed_is_looked_into_once(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy := tmp_path / "copy.wav").write_bytes(b"any")
    hashed = []

    def hashes(path: Path) -> str:
        hashed.append(path)
        return "2"  # the content of item 3

    monkeypatch.setattr(describe, "content_hash", hashes)
    assert PlaylistMaker(library).make(Wanted(seed=copy, count=5)).items[0].id == 3
    assert hashed == [copy]


@pytest.mark.parametrize("item", [None, 0, SIZE + 7])
def test_a_seed_that_cannot_be_played_is_not_mistaken_for_another_item(library: Library, item: int | None) -> None:
    """A file that the library lacks, and one whose item is there while its files are gone."""

    class Heard(Finder):
        def whole(self, query: Query) -> Whole:
            return replace(super().whole(replace(query, like=5)), like=item)

    made = PlaylistMaker(library, Heard(library)).make(Wanted(seed=Path("elsewhere.wav"), count=5))
    assert len(made.items) == 5
    assert not any("the seed" in one.reasons for one in made.ranked)
    assert made.told == ("the seed is not in the library, so that the playlist does not begin with it",)
