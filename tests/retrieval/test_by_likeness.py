"""What is like a piece, in a library of vectors that we wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from descant.errors import InvalidValueError, MissingDataError, UnreadableFileError
from descant.io.audio import write_audio
from descant.library.describe import content_hash
from descant.library.item import FULL, Entry, FileStamp
from descant.library.spaces import Space, space
from descant.library.store import Library, open_library
from descant.retrieval.by_likeness import FEW, WEIGHTS, ByLikeness, FacetVectors, listened, told
from descant.retrieval.scores import share_below
from tests.pieces import rendered, short_piece

SIZE = 6
FACETS = tuple(
    Space(name, "stand-in 1", SIZE, (), (), lambda sound, piece: np.zeros(SIZE, np.float32))
    for name in ("rhythm", "harmony", "timbre", "melody")
)
RNG = np.random.default_rng(0)


def unit(vector: np.ndarray) -> np.ndarray:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def entry(content: str, **vectors: np.ndarray) -> Entry:
    return Entry(content=content, kind="audio", level=FULL, duration=60.0, vectors=vectors)


def random_vectors() -> dict[str, np.ndarray]:
    return {one.name: unit(RNG.standard_normal(SIZE)) for one in FACETS}


FIRST = random_vectors()
NEAR = {**random_vectors(), "harmony": unit(FIRST["harmony"] + 0.1 * random_vectors()["harmony"])}
COVER = {name: unit(vector + 0.2 * random_vectors()[name]) for name, vector in FIRST.items()} | {
    "timbre": unit(-FIRST["timbre"])
}
DRUMS = {"rhythm": unit(RNG.standard_normal(SIZE)), "timbre": unit(RNG.standard_normal(SIZE))} | {
    name: np.zeros(SIZE, dtype=np.float32) for name in ("harmony", "melody")
}
OTHER_DRUMS = {**DRUMS, "rhythm": unit(RNG.standard_normal(SIZE))}
OTHERS = [random_vectors() for _ in range(40)]
ENTRIES = [
    entry("first", **FIRST),  # item 1, and so on
    entry("near", **NEAR),
    entry("cover", **COVER),
    entry("drums", **DRUMS),
    entry("other drums", **OTHER_DRUMS),
    entry("unheard"),
    *(entry(f"other {number}", **vectors) for number, vectors in enumerate(OTHERS)),
]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library.db", write=True) as written:
        written.adopt(FACETS)
        for number, one in enumerate(ENTRIES):
            written.put(one, FileStamp(tmp_path / f"{number}.wav", 1, 1))
        yield written


def best(found: ByLikeness, *asked: object) -> int:
    scores = found.find(*asked)  # type: ignore[arg-type]
    return int(scores.ids[scores.score.argmax()])


def test_the_cover_by_all_and_the_nearest_by_one_facet(library: Library) -> None:
    search = ByLikeness(library)
    assert best(search, 1) == 3
    assert best(search, 1, "harmony") == 2
    assert best(search, 1, "timbre") not in (1, 3)
    assert best(search, 3) == 1


def test_by_one_facet_it_is_the_order_of_the_cosines_from_the_mean(library: Library) -> None:
    scores = ByLikeness(library).find(1, "rhythm")
    vectors = np.array([one.vectors["rhythm"] for one in ENTRIES if one.vectors])
    away = vectors - vectors.sum(axis=0) / (len(vectors) + FEW)
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    order = np.argsort(-(away @ away[0]))[1:]
    numbers = np.array([at + 1 for at, one in enumerate(ENTRIES) if one.vectors])
    assert scores.ids[np.argsort(-scores.score)][:10].tolist() == numbers[order][:10].tolist()


def test_the_item_itself_and_its_re_encodings_are_left_out(library: Library) -> None:
    library.connection.execute("UPDATE item SET recording = 1 WHERE id IN (1, 2)")
    found = ByLikeness(library).find(1)
    assert 1 not in found
    assert 2 not in found
    assert 3 in found
    assert len(found) == len(ENTRIES) - 3  # nor is there anything to say of what was not listened to


def test_reasons_name_the_facets_that_beat_most_others(library: Library) -> None:
    scores = ByLikeness(library).find(1)
    assert scores.reason(2) == "alike in harmony (nearer than 100 %)"
    assert all(name in scores.reason(3) for name in ("rhythm", "melody"))
    assert "timbre" not in scores.reason(3)


def test_drum_beats_are_alike_in_having_no_melody(library: Library) -> None:
    search = ByLikeness(library)
    scores = search.find(4)
    assert best(search, 4) == 5
    assert "melody" not in scores.reason(5)
    with pytest.raises(InvalidValueError, match="no melody"):
        search.find(4, "melody")
    assert 4 not in search.find(1, "melody")


def test_the_index_follows_the_library(library: Library, tmp_path: Path) -> None:
    search = ByLikeness(library)
    assert best(search, 1) == 3
    twin = {name: unit(vector + 0.01) for name, vector in FIRST.items()}
    added = library.put(entry("twin", **twin), FileStamp(tmp_path / "twin.wav", 1, 1))  # type: ignore[attr-defined]
    assert best(search, 1) == added


def test_what_cannot_be_asked_is_refused(library: Library, tmp_path: Path) -> None:
    search = ByLikeness(library)
    with pytest.raises(InvalidValueError, match="rhythm, harmony, timbre, melody, all"):
        search.find(1, "colour")
    for item in (6, 999):
        with pytest.raises(MissingDataError, match=f"item {item}"):
            search.find(item)
    with pytest.raises(UnreadableFileError):
        search.find(tmp_path / "absent.wav")
    with open_library(tmp_path / "empty.db", write=True) as empty, pytest.raises(MissingDataError, match="index"):
        ByLikeness(empty).find(1)


def test_a_file_that_is_not_in_the_library_is_listened_to(tmp_path: Path) -> None:
    piece = short_piece()
    inside = write_audio(rendered(piece), tmp_path / "inside.wav")
    facets = [space(name) for name in WEIGHTS]
    with open_library(tmp_path / "library.db", write=True) as written:
        written.adopt(facets)
        vectors = {one.name: unit(RNG.standard_normal(one.dimensions)) for one in facets}
        written.put(entry("other", **vectors), FileStamp(tmp_path / "other.wav", 1, 1))
        written.put(entry(content_hash(inside), **dict(listened(inside, WEIGHTS))), FileStamp(inside, 1, 1))
        search = ByLikeness(written)
        outside = write_audio(rendered(piece, noise_db=-30.0), tmp_path / "outside.wav")
        assert best(search, outside) == 2
        assert 2 not in search.find(inside)
        copy = tmp_path / "copy.wav"
        copy.write_bytes(inside.read_bytes())
        assert 2 not in search.find(copy)
        # A file of other content is another piece, whatever the library has under its name.
        assert 2 in search.find(write_audio(rendered(piece, noise_db=-25.0), inside))


def test_two_items_are_not_called_opposites() -> None:
    one = unit(np.array([1.0, 0.2, 0.0]))
    other = unit(np.array([1.0, 0.0, 0.2]))
    found = FacetVectors.of(np.array([0, 1]), np.stack([one, other]))
    assert float(found.at(0) @ found.at(1)) > 0.8


def test_percentile_and_words_by_hand() -> None:
    assert share_below(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 4.0) == 75.0
    assert told({"rhythm": 20.0, "melody": 80.0}) == "alike in melody (nearer than 80 %)"
    assert told({"timbre": 49.0, "rhythm": 0.0}) == ""  # what most others beat is no reason
    assert told({"rhythm": 95.0, "melody": 99.0, "timbre": 91.0}) == (
        "alike in melody (nearer than 99 %), rhythm (95 %) and timbre (91 %)"
    )
