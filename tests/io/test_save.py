"""Saving: the ending decides, a piece gives what is asked, wrong pairs are refused."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from descant.errors import NoRouteError, UnsupportedFormatError
from descant.io.open import open as open_file
from descant.io.save import ENDINGS, FORMATS, ending_of, save, save_all, wanted_type
from descant.types import FIELDS, Audio, Beats, Chords, Keys, Notes, Piece, Score, Sections, Tempo
from tests.io.samples import full_piece


@pytest.mark.parametrize(
    ("name", "what", "kind"),
    [
        ("a.json", None, Piece),
        ("a.JAMS", None, Piece),
        ("a.mid", None, Notes),
        ("a.mid", "notes", Notes),
        ("a.wav", None, Audio),
        ("a.lab", None, Chords),
        ("a.lab", "beats", Beats),
        ("a.beats.lab", None, Beats),
        ("a.beats.lab", "keys", Keys),
        ("No. 5.lab", None, Chords),
        ("a.sections.txt", None, Sections),
        ("a.tempo.csv", None, Tempo),
    ],
)
def test_the_name_says_what_a_file_holds(name, what, kind):
    assert wanted_type(name, what) is kind


@pytest.mark.parametrize(
    ("name", "what", "words"),
    [
        ("a.docx", None, "a.docx: .docx is not a format that can be written; use one of .json, .jams"),
        ("a", None, "a file without an ending is not a format"),
        ("a.csv", None, "a .csv file can hold"),
        ("a.txt", None, "a name like a.chords.txt"),
        ("a.lab", "pitch", "a .lab file holds Chords, Keys, Sections, Beats, not pitch"),
        ("a.lab", "chrods", "nothing is named 'chrods'; choose from tempo, meter"),
        ("a.mid", "chords", "a .mid file holds Notes, not chords"),
    ],
)
def test_what_cannot_be_written_says_why(name, what, words):
    with pytest.raises(UnsupportedFormatError) as caught:
        wanted_type(name, what)
    assert words in str(caught.value)


def test_a_piece_gives_what_the_name_asks(tmp_path):
    path = save(full_piece(), tmp_path / "song.sections.lab")
    assert open_file(path).label == ("A", "B")
    assert type(open_file(save(full_piece(), tmp_path / "song.mid"))) is Notes
    assert type(open_file(save(full_piece(), tmp_path / "song.txt", "beats"), Beats)) is Beats
    with pytest.raises(NoRouteError, match="holds no Chords; it holds nothing"):
        save(Piece("x", 1.0), tmp_path / "song.lab")


def test_a_wrong_pair_is_refused(tmp_path):
    with pytest.raises(UnsupportedFormatError, match="is to hold Notes, and was given Beats"):
        save(Beats([1.0], [1]), tmp_path / "a.mid")
    with pytest.raises(UnsupportedFormatError, match="is to hold Chords, and was given Beats"):
        save(Beats([1.0], [1]), tmp_path / "a.csv", "chords")
    assert list(tmp_path.iterdir()) == []


def test_a_value_is_written_as_what_it_is(tmp_path):
    assert save(Beats([1.0], [1]), tmp_path / "a.lab").read_text() == "1.000000\t1\n"
    assert open_file(save(Audio(np.zeros(100), 8_000), tmp_path / "a.flac")).frames == 100


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("jams", {"My. song.jams"}),
        ("lab", {f"My. song.{name}.lab" for name in ("chords", "keys", "sections", "beats")}),
        ("audacity", {f"My. song.{name}.txt" for name in ("chords", "keys", "sections", "beats", "notes")}),
        ("csv", {f"My. song.{name}.csv" for name in FIELDS}),
    ],
)
def test_a_whole_piece_in_each_format(form, names, tmp_path):
    paths = list(save_all(full_piece(), tmp_path / "My. song", form))
    assert {path.name for path in paths} == names
    assert all(path.stat().st_size for path in paths)


def test_only_what_a_piece_holds_is_written(tmp_path):
    piece = Piece("x", 1.0).with_(Beats([0.5], [1]))
    assert [path.name for path in save_all(piece, tmp_path / "a", "lab")] == ["a.beats.lab"]
    with pytest.raises(UnsupportedFormatError, match="no format is named 'docx'"):
        list(save_all(piece, tmp_path / "a", "docx"))


def test_every_writer_in_the_table_exists():
    for writers in ENDINGS.values():
        for writer in writers.values():
            module, _, name = writer.partition(":")
            assert callable(getattr(importlib.import_module(module), name))
    assert set(FORMATS.values()) <= set(ENDINGS)


def test_a_double_ending_in_the_table_is_a_format_of_its_own():
    assert wanted_type("song.jianpu.svg") is wanted_type("My.Song.JIANPU.PDF") is Score
    assert ending_of(Path("song.jianpu.svg")) == ".jianpu.svg"
    assert ending_of(Path("song.beats.lab")) == ".lab"
