"""What is written is read back, by a reader beside a writer; what cannot be opened is said in words."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest

from descant.errors import (
    InvalidValueError,
    MissingDataError,
    UnreadableFileError,
    UnsupportedFormatError,
    UnwritableFileError,
)
from descant.library import database, migrations
from descant.library.database import faults_told
from descant.library.describe import content_hash
from descant.library.item import FINGERPRINT, FULL, NO_KEY, TAGS, key_number
from descant.library.migrations import NEWEST
from descant.library.store import library_path, open_library
from tests.library.entries import entry, space, stamp


@pytest.fixture
def path(tmp_path):
    return tmp_path / "library.db"


def test_an_item_is_read_as_it_was_written(path):
    with open_library(path, write=True) as library:
        number = library.put(entry(), stamp("/music/a.wav"))
        (item,) = library.items([number, 99])
    assert (item.id, item.title, item.tempo, item.key, item.meter) == (number, "Für Elise", 120.5, "D minor", "3/4")
    assert item.paths == (Path("/music/a.wav"),)
    assert item.instruments == (("piano", 1.0), ("flute", 0.25))
    assert item.warnings == ("clipped",)
    assert item.name == "Nobody: Für Elise"


def test_items_come_in_the_order_asked_for(path):
    with open_library(path, write=True) as library:
        numbers = [library.put(entry(str(n)), stamp(f"/{n}")) for n in range(5)]
        assert [item.id for item in library.items(reversed(numbers))] == numbers[::-1]


def test_facts_are_columns(path):
    with open_library(path, write=True) as library:
        first = library.put(entry(), stamp("/a"))
        second = library.put(
            entry("two", kind="midi", tempo=None, key=None, meter=None, loudness=None, year=None), stamp("/b")
        )
        facts = library.facts()
        labels = library.instruments()
    assert facts.id.tolist() == facts.recording.tolist() == [first, second]
    assert facts.kind.tolist() == [0, 1]
    assert facts.key.tolist() == [key_number("D minor"), NO_KEY] == [2 + 12, -1]
    assert facts.meter.tolist() == ["3/4", ""]
    assert facts.year.tolist() == [1990, 0]
    assert facts.tempo[0] == 120.5
    assert np.isnan([facts.tempo[1], facts.loudness[1]]).all()
    assert [column.tolist() for column in labels] == [
        [first, first, second, second],
        ["flute", "piano"] * 2,
        [0.25, 1.0] * 2,
    ]


def test_an_empty_library_has_empty_columns(path):
    with open_library(path, write=True) as library:
        library.adopt([space()])
        assert len(library) == len(library.facts()) == len(library.ids()) == 0
        assert library.vectors("room")[1].shape == (0, 2)


def test_keys_of_one_pitch_class_are_one():
    assert key_number("Db major") == key_number("C# major") == 1
    assert key_number("N") == key_number(None) == NO_KEY


def test_vectors_fingerprints_melodies_and_analyses(path):
    with open_library(path, write=True) as library:
        library.adopt([space(), space("other", dimensions=3)])
        vectors = {"room": np.array([0.6, 0.8], dtype=np.float32), "other": np.array([1, 0, 0], dtype=np.float32)}
        full = entry(vectors=vectors, fingerprint=b"print", melodies=(("top", b"la"), ("bass", b"do")), analysis=b"z")
        number = library.put(full, stamp("/a"))
        library.put(entry("two"), stamp("/b"))
        ids, found = library.vectors("room")
        assert ids.tolist() == [number]
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, [[0.6, 0.8]], atol=5e-4)
        assert library.vectors("other")[1].tolist() == [[1.0, 0.0, 0.0]]
        assert list(library.fingerprints()) == [(number, b"print")]
        assert list(library.melodies()) == [(number, 0, "top", b"la"), (number, 1, "bass", b"do")]
        assert library.analysis(number) == b"z"
        assert library.analysis(number + 1) is None


def test_a_vector_that_does_not_fit_is_refused_and_nothing_is_written(path):
    with open_library(path, write=True) as library:
        library.adopt([space()])
        for bad in ({"room": np.zeros(3)}, {"room": np.array([np.nan, 0])}, {"nowhere": np.zeros(2)}):
            with pytest.raises(InvalidValueError):
                library.put(entry(vectors=bad), stamp("/a"))
        assert len(library) == 0
        with pytest.raises(MissingDataError, match="nowhere"):
            library.vectors("nowhere")


def test_what_is_learnt_again_replaces_what_was_known(path):
    with open_library(path, write=True) as library:
        number = library.put(entry(level=TAGS), stamp("/a"))
        assert library.put(entry(title="Again", instruments=(), fingerprint=b"x"), stamp("/a")) == number
        (item,) = library.items([number])
        assert (item.title, item.level, item.instruments) == ("Again", FULL, ())


def test_less_does_not_replace_more(path):
    with open_library(path, write=True) as library:
        number = library.put(entry(title="all of it"), stamp("/a"))
        assert library.put(entry(level=TAGS, title="less"), stamp("/b")) == number
        (item,) = library.items([number])
        assert (item.title, item.level, len(item.paths)) == ("all of it", FULL, 2)


def test_a_copy_is_one_more_name_and_a_changed_file_another_item(path):
    with open_library(path, write=True) as library:
        first = library.put(entry("one"), stamp("/a"))
        assert library.link(stamp("/copy"), "one") == first
        assert library.link(stamp("/new"), "never seen") is None
        second = library.put(entry("two"), stamp("/a", size=2))
        assert {item.id: item.paths for item in library.items([first, second])} == {
            first: (Path("/copy"),),
            second: (Path("/a"),),
        }
        assert library.find_file(Path("/a")) == second
        assert library.find_file(Path("/b")) is None


def test_which_item_a_file_is(path, tmp_path):
    song, copy, away = (tmp_path / name for name in ("song.wav", "copy.wav", "away.wav"))
    song.write_bytes(b"la")
    copy.write_bytes(b"la")
    with open_library(path, write=True) as library:
        facts = song.stat()
        number = library.put(entry(content_hash(song)), stamp(song, facts.st_size, facts.st_mtime_ns))
        gone = library.put(entry("gone"), stamp(away))
        assert [library.item_of(one) for one in (song, copy, away, number, 99)] == [number, number, gone, number, None]
        os.utime(song, ns=(1, 1))
        assert library.item_of(song) == number  # only its time has changed
        song.write_bytes(b"la la la")
        assert library.item_of(song) is None
        with pytest.raises(UnreadableFileError, match="no such file"):
            library.item_of(tmp_path / "nowhere.wav")


def test_an_item_without_files_is_kept_and_not_found(path):
    with open_library(path, write=True) as library:
        library.adopt([space()])
        number = library.put(entry(fingerprint=b"x", vectors={"room": np.ones(2)}), stamp("/a"))
        assert library.forget_files([Path("/a"), Path("/never")]) == 1
        assert len(library) == len(library.facts()) == len(library.vectors("room")[0]) == 0
        assert not list(library.fingerprints())
        assert library.words("elise") == []
        assert library.link(stamp("/b"), "one") == number
        assert library.ids().tolist() == [number]
        assert len(list(library.fingerprints())) == 1


def test_a_tune_needs_no_file(path):
    with open_library(path, write=True) as library:
        number = library.put(entry(kind="tune", source="Essen"))
        assert library.ids().tolist() == [number]


def test_removed_items_take_all_of_theirs_along_and_their_numbers_are_not_used_again(path):
    with open_library(path, write=True) as library:
        library.adopt([space()])
        number = library.put(entry(fingerprint=b"x", vectors={"room": np.ones(2)}), stamp("/a"))
        assert library.remove([number, 77]) == 1
        for table in ("file", "fingerprint", "vector", "instrument", "words"):
            assert library.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert library.put(entry(), stamp("/a")) > number


def test_words_are_found_without_accents_in_tags_and_in_names(path):
    with open_library(path, write=True) as library:
        number = library.put(entry(composer="Dvořák"), stamp("/music/New_World/04 Allegro.flac"))
        library.put(entry("two", title="Allegro", artist=None), stamp("/x"))
        for word in ("fur elise", "dvorak", "world", "allegro world"):
            assert [item for item, _ in library.words(word)] == [number], word
        ranked = library.words("allegro")
        assert len(ranked) == 2
        assert ranked[0][1] <= ranked[1][1]
        with pytest.raises(InvalidValueError, match="cannot be searched"):
            library.words('"never closed')


def test_a_name_that_is_not_utf_8_is_kept_to_the_byte(path):
    name = Path(os.fsdecode(b"/music/caf\xe9 \xff.wav"))
    with open_library(path, write=True) as library:
        number = library.put(entry(), stamp(name))
        assert library.items([number])[0].paths == (name,)
        assert library.find_file(name) == number
        library.fail(stamp(name, size=9), FULL, f"{name}: is damaged")


def test_a_failure_unseats_what_the_file_held_before_and_no_more(path):
    with open_library(path, write=True) as library:
        number = library.put(entry(level=TAGS), stamp("/a"))
        library.fail(stamp("/a"), FULL, "cannot be listened to")
        assert library.ids().tolist() == [number]
        library.fail(stamp("/a", size=2), FULL, "is damaged")
        assert library.ids().tolist() == []


def test_another_model_of_a_space_makes_its_vectors_anew(path):
    with open_library(path, write=True) as library:
        library.adopt([space()])
        number = library.put(entry(vectors={"room": np.ones(2)}), stamp("/a"))
        before = library.version()
        library.adopt([space()])
        assert library.version() == before
        library.adopt([space(model="2", dimensions=3)])
        assert library.spaces() == {"room": ("2", 3)}
        assert len(library.vectors("room")[0]) == 0
        assert library.items([number])[0].level == FINGERPRINT


def test_the_version_goes_up_with_every_write(path):
    with open_library(path, write=True) as library:
        versions = [library.version()]
        for step in (
            lambda: library.put(entry(), stamp("/a")),
            lambda: library.link(stamp("/b"), "one"),
            lambda: library.forget_files([Path("/a")]),
            lambda: library.remove([1]),
        ):
            step()
            versions.append(library.version())
        with open_library(path) as reader:
            assert reader.version() == versions[-1]
    assert versions == sorted(set(versions))


def test_a_new_library_in_an_old_ones_place_has_another_version(path):
    versions = set()
    for _ in range(3):
        with open_library(path, write=True) as library:
            versions.add(library.version())
        path.unlink()
    assert len(versions) == 3


def test_an_older_layout_is_brought_up_by_reading(path, monkeypatch):
    with open_library(path, write=True) as library:
        library.put(entry(), stamp("/a"))
    more = (*migrations.MIGRATIONS, ("ALTER TABLE item ADD COLUMN colour TEXT",))
    monkeypatch.setattr(migrations, "MIGRATIONS", more)
    for module in (migrations, database):
        monkeypatch.setattr(module, "NEWEST", len(more))
    with open_library(path) as library:
        assert library.value("PRAGMA user_version") == len(more)
        assert library.value("SELECT count(*) FROM item WHERE colour IS NULL") == 1


def test_a_library_in_a_folder_that_cannot_be_written_is_read(path, monkeypatch):
    with open_library(path, write=True) as library:
        library.put(entry(), stamp("/a"))
    monkeypatch.setattr(database.os, "access", lambda *_: False)
    with open_library(path) as library:
        assert len(library) == 1
    assert not path.with_name("library.db-wal").exists()


def test_a_reader_reads_while_a_writer_writes(path):
    with open_library(path, write=True) as writer:
        writer.put(entry("one"), stamp("/a"))
        with open_library(path) as reader, writer.transaction():
            writer.connection.execute("UPDATE item SET title = 'half done'")
            assert reader.items([1])[0].title == "Für Elise"  # at once, and as it was
            with pytest.raises(UnwritableFileError):
                reader.connection_rows = list(reader.rows("UPDATE item SET title = 'no'"))
        with open_library(path) as reader:
            assert reader.items([1])[0].title == "half done"


def test_a_failed_transaction_leaves_nothing(path):
    with open_library(path, write=True) as library:
        library.put(entry(), stamp("/a"))
        before = library.version()
        with suppress(KeyboardInterrupt), library.transaction():
            library.connection.execute("DELETE FROM item")
            raise KeyboardInterrupt
        assert (len(library), library.version()) == (1, before)


def test_a_full_disk_is_said_and_leaves_what_was_there(path):
    with open_library(path, write=True) as library:
        library.put(entry(), stamp("/a"))
        (pages,) = library.connection.execute("PRAGMA page_count").fetchone()
        library.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(UnwritableFileError, match="disk is full"):
            library.put(entry("two", analysis=bytes(100_000)), stamp("/b"))
        assert library.ids().tolist() == [1]


def test_two_writers_are_refused_with_who_holds_it(path):
    with open_library(path, write=True), pytest.raises(UnwritableFileError, match=str(os.getpid())):
        open_library(path, write=True)
    open_library(path, write=True).close()


def test_no_library_says_how_to_make_one(path):
    with pytest.raises(MissingDataError, match="descant index"):
        open_library(path)


def test_a_library_of_a_newer_descant_is_left_alone(path):
    open_library(path, write=True).close()
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version = {NEWEST + 3}")
    raw.close()
    for write in (False, True):
        with pytest.raises(UnsupportedFormatError, match="newer descant"):
            open_library(path, write=write)


def test_another_programs_database_is_left_alone(path):
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE theirs (a)")
    raw.close()
    before = path.read_bytes()
    for write in (False, True):
        with pytest.raises(UnsupportedFormatError, match="another program"):
            open_library(path, write=write)
    assert path.read_bytes() == before


@pytest.mark.parametrize("write", [False, True])
def test_what_is_no_database_is_said(path, write):
    path.write_bytes(b"this is not a database, however long it may be" * 100)
    with pytest.raises(UnreadableFileError, match="library check"):
        open_library(path, write=write)


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnwritableFileError, match="--library"):
        open_library(tmp_path / "file" / "library.db", write=True)
    with pytest.raises(UnwritableFileError):
        open_library(tmp_path, write=True)


def test_the_library_is_where_it_is_said_to_be(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_LIBRARY", str(tmp_path / "mine.db"))
    assert library_path() == tmp_path / "mine.db"
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        open_library("long" * 100)
    assert library_path(Path("other.db")) == library_path("other.db") == Path("other.db")
    monkeypatch.delenv("DESCANT_LIBRARY")
    assert library_path().name == "library.db"


def test_a_library_that_is_just_being_made_is_not_there_yet(tmp_path):
    path = tmp_path / "library.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
    assert path.stat().st_size > 0
    with pytest.raises(MissingDataError, match="there is no library yet"):
        open_library(path)


def test_a_disk_that_fails_is_no_damaged_library(tmp_path: Path) -> None:
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorname = "SQLITE_IOERR_WRITE"
    with pytest.raises(UnwritableFileError, match="is the disk full, or gone"), faults_told(tmp_path / "library.db"):
        raise fault
