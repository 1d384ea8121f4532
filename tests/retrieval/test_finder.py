"""Searches in a made-up library: by facts, by names, by the sound's vector, and by several of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import descant
from descant.errors import InvalidValueError, MissingDataError
from descant.io.audio import write_audio
from descant.library.fingerprints import fingerprint
from descant.library.spaces import Space
from descant.library.store import Library, open_library
from descant.retrieval.by_words import ByWords
from descant.retrieval.columns import read_columns
from descant.retrieval.finder import Finder, Query
from descant.types import Melody
from tests.library.sounds import cut, music
from tests.retrieval.collection import ENTRIES, axis, entry, made, titles


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("library") / "library.db")


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with open_library(path) as opened:
        yield opened


@pytest.fixture
def finder(library: Library) -> Finder:
    return Finder(library)


NO_VECTORS = "names and facts alone were searched: `descant index` makes what compares sound with words"


def found(finder: Finder, words: str) -> list[int]:
    return [one.item for one in finder.find(Query(words)).ranking.items]


def test_a_tempo_is_a_condition_and_not_its_double(finder: Finder) -> None:
    assert found(finder, "120 bpm") == [2, 4]  # 119 and 120, not 123
    result = finder.find(Query("120 bpm"))
    assert "2 more at half or twice that tempo" in result.told  # 60 and 60.2
    assert result.ranking.items[0].reasons == ("120 bpm",)
    assert found(finder, "faster than 122 bpm") == [3]


def test_a_key_is_what_was_heard_or_what_a_title_says(finder: Finder) -> None:
    assert sorted(found(finder, "in D minor")) == [1, 5]  # the suite was heard in its relative, F major
    why = {one.item: one.reasons for one in finder.find(Query("in D minor")).ranking.items}
    assert why == {1: ("D minor",), 5: ("named “D minor”",)}
    assert found(finder, "key:Dm") == [1]  # a filter asks for what was heard
    assert sorted(found(finder, "in a minor key")) == [1, 3]


def test_titles_are_not_believed_against_a_distant_key(tmp_path: Path) -> None:
    entries = (entry(1, title="In D minor", key="C# major"), entry(2, title="In D minor", key="A minor"))
    with open_library(made(tmp_path / "library.db", entries)) as library:
        assert found(Finder(library), "in D minor") == [2]


def test_instruments_are_heard_or_not(finder: Finder) -> None:
    assert sorted(found(finder, "piano")) == [1, 3, 6]
    assert found(finder, "piano without drums") == [1, 6, 4]  # the piano is a wish
    assert sorted(found(finder, "no drums")) == [1, 4, 6]  # of 5 and 7 nobody knows
    assert found(finder, "violin and harpsichord") == [4]
    assert found(finder, "instrument:guitar") == [2]


def test_one_or_the_other(finder: Finder) -> None:
    assert sorted(found(finder, "in D minor or E major")) == [1, 2, 5]
    why = {one.item: one.reasons for one in finder.find(Query("in D minor or E major")).ranking.items}
    assert why == {1: ("D minor",), 2: ("E major",), 5: ("named “D minor”",)}
    assert sorted(found(finder, "60 or 120 bpm")) == [1, 2, 4, 6]
    assert sorted(found(finder, "piano or violin")) == [1, 3, 4, 6]
    assert finder.find(Query("not in a minor key")).told == (NO_VECTORS,)  # it is not read as the contrary


def test_other_facts(finder: Finder) -> None:
    assert found(finder, "from the 80s") == [1]
    assert found(finder, "year:>1991") == [3]  # unknown years are not old ones
    assert found(finder, "year:<1992") == [1, 2]
    assert sorted(found(finder, "3/4")) == [1, 4]
    assert found(finder, "kind:midi") == [7]
    assert found(finder, "duration:3:00..4:00") == [2]
    assert found(finder, 'artist:"the quarries" tempo:>121') == [3]
    assert found(finder, "title:aedan's") == [7]  # accents and case do not matter
    assert found(finder, "genre:jazz") == []


def test_names_are_searched_and_rare_words_count_for_more(finder: Finder) -> None:
    assert found(finder, "bach suite") == [5, 4]
    assert found(finder, "Aedan's") == [7]
    assert finder.find(Query("Bach")).ranking.items[0].reasons == ("named “bach”",)
    assert found(finder, "xyzzy") == []
    assert found(finder, '" OR * NEAR( title: " ; DROP TABLE item') == []


def test_wishes_put_first_and_leave_nothing_out(finder: Finder) -> None:
    assert found(finder, "piano, not slow") == [3, 1, 2, 4, 6]
    assert finder.find(Query("piano, not slow")).told[0] == "read as: rather tempo at least 85, piano"
    assert finder.find(Query("piano, not slow")).ranking.items[0].reasons == (
        "123 bpm",
        "piano 30 % of the time",
    )
    twice = finder.find(Query("piano, not slow", filters=("tempo:123",))).ranking.items[0].reasons
    assert twice == ("123 bpm", "piano 30 % of the time")  # each reason once


def test_wishes_beside_a_filter_leave_nothing_out(finder: Finder) -> None:
    slow, fast = found(finder, "slow"), found(finder, "fast")
    kinds = found(finder, "kind:audio")
    assert slow
    assert not set(slow) & set(fast)
    assert sorted(found(finder, "slow kind:audio")) == sorted(kinds)


def test_words_are_compared_with_sound_where_there_are_vectors(library: Library) -> None:
    search = ByWords(library, embed=lambda words: axis(1))
    scores = search.find("loud")
    assert titles(library, scores.ids[np.argsort(-scores.score)][:2].tolist()) == ["Rock on", "Nearly there"]
    assert scores.reason(2) == "sounds more like the words than 100 % of the rest"
    assert scores.reason(7) == ""
    assert search.find("a sonata").score.argmax() == 3  # the name comes before the sound
    assert search.find("no drums").ids.tolist() == [1, 4, 6]
    assert search.hears(read_columns(library))
    assert not ByWords(library).hears(read_columns(library))


@pytest.fixture
def mixed(tmp_path: Path) -> Iterator[Library]:
    """Two hundred recordings, whose names lack a word of the question, and after them tunes, which have no vectors."""
    rng = np.random.default_rng(4)
    recordings = [
        entry(at, title="Jig" if at % 2 else "Reel", instruments=(("flute", 0.9),), vectors={"mulan": one})
        for at, one in enumerate(rng.normal(size=(200, 8)).astype(np.float32))
    ]
    tunes = [entry(200 + at, kind="tune", title=title) for at, title in enumerate(("Garryowen Jig", "Oyster Girl"))]
    with open_library(made(tmp_path / "library.db", (*recordings, *tunes))) as opened:
        yield opened


@pytest.mark.parametrize("words", ["Garryowen", "garryowen jig"])
def test_what_is_named_so_comes_before_all_that_sounds_so(mixed: Library, words: str) -> None:
    scores = ByWords(mixed, embed=lambda words: axis(3)).find(words)
    assert scores.ids[scores.score.argmax()] == 201
    assert scores.score[scores.ids == 202] == scores.score.min()  # neither named so nor heard


def test_sound_is_compared_with_what_has_one(mixed: Library) -> None:
    scores = ByWords(mixed, embed=lambda words: axis(3)).find("loud")
    order = scores.ids[np.argsort(-scores.score, kind="stable")].tolist()
    assert scores.reason(order[0]) == "sounds more like the words than 100 % of the rest"
    assert scores.reason(order[49]) == "sounds more like the words than 75 % of the rest"
    assert [scores.reason(one) for one in (*order[101:200], 201, 202)] == [""] * 101


def test_percentiles_are_of_the_library(finder: Finder) -> None:
    shares = [one.percentile for one in finder.find(Query("bach suite")).ranking.items]
    assert shares == [100.0, pytest.approx(100 * 5 / 6)]
    assert [one.percentile for one in finder.find(Query("genre:rock")).ranking.items] == [
        pytest.approx(100 * 5 / 6)
    ] * 2


def test_pages(finder: Finder) -> None:
    whole = found(finder, "duration:>1")
    assert whole == [1, 2, 3, 4, 5, 6, 7]  # equals in the order of their numbers
    pages = [finder.find(Query("duration:>1"), limit=3, page=page) for page in (1, 2, 3, 4)]
    assert [[one.item for one in page.ranking.items] for page in pages] == [[1, 2, 3], [4, 5, 6], [7], []]
    assert (pages[3].count, pages[3].pages) == (7, 3)
    for limit, page in ((0, 1), (1001, 1), (5, 0)):
        with pytest.raises(InvalidValueError):
            finder.find(Query("piano"), limit=limit, page=page)


def test_what_stands_in_the_way_is_said(finder: Finder) -> None:
    result = finder.find(Query("no drums at 123 bpm"))
    assert (len(result.ranking), result.count) == (0, 0)
    assert "without “tempo 121 to 125” there would be 3" in result.told
    assert "without “no drums” there would be 1" in result.told


def test_a_recording_is_shown_once(tmp_path: Path) -> None:
    path = made(tmp_path / "library.db", tuple(entry(at, title=f"copy {at}", tempo=100.0 + at) for at in range(1, 6)))
    with open_library(path, write=True) as library, library.transaction():
        library.connection.execute("UPDATE item SET recording = 2 WHERE id IN (2, 4)")
    with open_library(path) as library:
        finder = Finder(library)
        assert found(finder, "tempo:>1") == [1, 2, 3, 5]
        assert found(finder, "copy 4")[0] == 4  # the one that fits best
        assert 2 not in found(finder, "copy 4")
        assert finder.find(Query("tempo:>1")).count == 4


def test_indexes_follow_the_library(tmp_path: Path) -> None:
    path = made(tmp_path / "library.db", ENTRIES[:2])
    with open_library(path) as library:
        finder = Finder(library)
        assert found(finder, "sonata") == []
        with open_library(path, write=True) as writer:
            writer.put(entry(9, title="Sonata", kind="tune"))
        assert found(finder, "sonata") == [3]


def test_nothing_in_the_library(tmp_path: Path) -> None:
    with open_library(made(tmp_path / "library.db", ())) as library:
        for words in ("piano", "120 bpm in D minor", "tempo:>3", "xyzzy"):
            assert found(Finder(library), words) == []
    with pytest.raises(MissingDataError, match="descant index"):
        descant.search("piano", library=tmp_path / "none.db")


def test_search_from_python(path: Path) -> None:
    result = descant.search("piano", filters=["key:Dm"], library=path)
    assert [one.title for one in result.items] == ["Nocturne in D minor"]
    assert result.ranking.items[0].name == "Ada Byron: Nocturne in D minor"
    with pytest.raises(InvalidValueError, match="say what to look for"):
        descant.search(library=path)
    with pytest.raises(InvalidValueError, match="not by 'colour'"):
        descant.search("x", by="colour", library=path)


def test_words_and_likeness_in_one_list(tmp_path: Path) -> None:
    def at(degrees: float) -> np.ndarray:
        return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float32)

    timbre = Space("timbre", "made up", 2, (), (), lambda sound, piece: at(0))
    names = ("seed", "waltz far", "near", "waltz nearer", "far waltz of others")
    angles = (0, 150, 5, 30, 120)
    with open_library(tmp_path / "library.db", write=True) as library:
        library.adopt([timbre])
        for number, (name, angle) in enumerate(zip(names, angles, strict=True), 1):
            library.put(entry(number, kind="tune", title=name, vectors={"timbre": at(angle)}))
        finder = Finder(library)
        alone = finder.find(Query(like=1))
        assert [one.item for one in alone.ranking.items] == [3, 4, 5, 2]  # the seed is not like itself
        mixed = finder.find(Query("waltz", like=1))
        assert mixed.ranking.items[0].item == 4  # second by likeness, among the first by its name
        assert "named “waltz”" in mixed.ranking.items[0].reasons
        assert len(mixed.ranking.items[0].reasons) == 2
        assert {one.item for one in finder.find(Query("waltz title:far", like=1)).ranking.items} == {2, 5}
        assert [one.percentile for one in alone.ranking.items] == [100.0, 75.0, 50.0, 25.0]


def test_notes_with_words_and_filters(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    twinkle = [60.0, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60]
    with open_library(tmp_path / "library.db", write=True) as library:
        for number in range(1, 31):
            pitch = np.array(twinkle if number in (7, 9) else rng.integers(55, 79, 14), np.float64)
            onset = np.arange(14.0)
            melody = Melody(pitch, onset, np.ones(14), "quarters", label="tune")
            name = "star" if number in (9, 12) else "other"
            told = {"title": name, "meter": "2/4", "melodies": (("tune", melody.to_bytes()),)}
            library.put(entry(number, kind="tune", **told))
        library.put(entry(31, kind="tune", title="star without notes"))
        finder = Finder(library)
        tune = "C C G G A A G"
        assert {one.item for one in finder.find(Query(notes=tune)).ranking.items[:2]} == {7, 9}
        mixed = finder.find(Query("star", notes=tune)).ranking.items
        assert mixed[0].item == 9
        assert 31 not in {one.item for one in mixed}  # what is hummed must be there
        assert {"named “star”"} < set(mixed[0].reasons)
        assert finder.find(Query(notes=tune, filters=("meter:3/4",))).count == 0
        with pytest.raises(InvalidValueError, match="is no note"):
            finder.find(Query(notes="C C what"))


def test_a_clip_is_told_with_its_place(tmp_path: Path) -> None:
    clip = write_audio(cut(music(1), 3.0, 6.0), tmp_path / "clip.wav")
    with open_library(tmp_path / "library.db", write=True) as library:
        for seed in range(3):
            told = {"kind": "tune", "duration": 20.0, "fingerprint": fingerprint(music(seed)), "title": "any"}
            library.put(entry(seed + 1, **told))
        finder = Finder(library)
        found = finder.find(Query(clip=clip))
        assert [one.item for one in found.ranking.items] == [2]
        assert found.at == pytest.approx([3.0], abs=0.1)
        assert finder.find(Query("any")).at == (None, None, None)
