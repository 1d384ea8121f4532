"""Of a damaged library, what can be read is carried over, and indexing makes anew what is lost."""

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from descant.errors import MissingDataError, UnreadableFileError, UnsupportedFormatError
from descant.features.spectral_peaks import Peaks
from descant.library.analysis import packed
from descant.library.fingerprints import to_bytes
from descant.library.item import FULL
from descant.library.rescue import faults, repair, rescue
from descant.library.store import open_library
from descant.types import Melody, Piece
from tests.library.entries import entry, space, stamp

ITEMS = 400


@pytest.fixture
def path(whole, tmp_path):
    """A library to spoil."""
    return Path(shutil.copy(whole, tmp_path))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A library of many pages with all kinds of rows."""
    tmp_path = tmp_path_factory.mktemp("whole")
    chance = np.random.default_rng(3)
    melody = Melody(np.arange(60.0, 70.0), np.arange(10.0), np.ones(10), "seconds").to_bytes()
    with open_library(tmp_path / "library.db", write=True) as library:
        library.adopt([space("room", dimensions=64), space("hall", dimensions=64)])
        for number in range(ITEMS):
            peaks = Peaks(
                np.sort(chance.integers(0, 900, 60)).astype(np.int32),
                chance.uniform(200, 600, 60).astype(np.float32),
                np.zeros(60, dtype=np.int16),
                1000,
            )
            library.put(
                entry(
                    str(number),
                    title=f"song {number}",
                    fingerprint=to_bytes(peaks),
                    melodies=(("top", melody),),
                    analysis=packed(Piece(f"{number}.wav", float(number))),
                    vectors={name: chance.normal(size=64) for name in ("room", "hall")},
                ),
                stamp(f"/music/{number}.wav"),
            )
    return tmp_path / "library.db"


def everything(path):
    with open_library(path) as library:
        titles = {item.title: (item.paths, item.level) for item in library.items(library.ids())}
        return titles, dict(library.fingerprints()), library.vectors("room"), library.words("song")


def test_a_sound_library_has_no_faults(path):
    assert faults(path) == []


def test_a_whole_library_is_carried_over_whole(path, tmp_path):
    saved = rescue(path, tmp_path / "new.db")
    assert (saved.torn, saved.to_do) == ([], 0)
    assert saved.rows["item"] == saved.rows["file"] == saved.rows["melody"] == ITEMS
    assert saved.rows["vector"] == 2 * ITEMS
    one, two = everything(path), everything(tmp_path / "new.db")
    assert one[:2] == two[:2]
    assert np.array_equal(one[2][1], two[2][1])
    assert one[3] == two[3]


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_of_a_library_that_was_cut_off_what_is_left_is_saved(path, kept):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    for write in (False, True):
        with pytest.raises(UnreadableFileError, match="library check"), open_library(path, write=write) as library:
            library.facts()
    assert faults(path)
    saved = repair(path)
    assert faults(path) == []
    assert saved.torn or kept > 0.95  # what comes last are the words, which are made anew
    assert (path.parent / "library.db.damaged").stat().st_size == int(len(whole) * kept)
    assert 0.5 * kept * ITEMS < saved.rows["item"] <= ITEMS
    titles, prints, (ids, vectors), _ = everything(path)
    assert len(vectors) == len(ids) <= ITEMS
    for title, (paths, _) in titles.items():
        assert [one.name for one in paths] == [f"{title.split()[1]}.wav"]
    with open_library(path) as library:
        full = [item.id for item in library.items(library.ids()) if item.level == FULL]
        assert set(full) <= set(prints) & set(ids.tolist())
        assert saved.to_do >= len(titles) - len(full)


def test_pages_overwritten_with_noise_cost_only_their_rows(path):
    data = bytearray(path.read_bytes())
    pages = len(data) // 4096
    for page in range(5, pages, pages // 6):
        data[page * 4096 : (page + 1) * 4096] = np.random.default_rng(page).bytes(4096)
    path.write_bytes(data)
    assert faults(path)
    saved = repair(path)
    assert faults(path) == []
    assert saved.torn
    assert sum(saved.rows.values()) > 2 * ITEMS
    everything(path)


def test_a_log_of_the_damaged_library_is_not_taken_for_the_new_ones(path):
    writer = open_library(path, write=True)
    writer.put(entry("late", title="late"), stamp("/late.wav"))
    log = path.with_name("library.db-wal").read_bytes()
    assert log
    writer.close()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    path.with_name("library.db-wal").write_bytes(log)
    repair(path)
    assert faults(path) == []
    assert path.with_name("library.db.damaged-wal").read_bytes() == log
    with open_library(path) as library:
        assert library.words("late") == []


def test_what_is_beyond_saving_is_said_and_left_alone(path):
    path.write_bytes(b"no database" * 1_000)
    assert faults(path)
    before = path.read_bytes()
    with pytest.raises(UnreadableFileError, match=r"nothing of it can be saved.*; move it away"):
        repair(path)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*rescued*"))


def test_a_folder_is_no_damaged_library(tmp_path):
    with pytest.raises(UnreadableFileError, match="is a folder, not a library"):
        faults(tmp_path)
    with pytest.raises(UnreadableFileError, match="nothing of it can be saved"):
        rescue(tmp_path, tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_a_newer_library_and_none_at_all_are_not_damaged(path, tmp_path):
    with pytest.raises(MissingDataError):
        faults(tmp_path / "none.db")
    with pytest.raises(MissingDataError):
        repair(tmp_path / "none.db")
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(UnsupportedFormatError, match="newer"):
        faults(path)
