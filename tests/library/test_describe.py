"""What is learnt of files with known truth, at each level; and that nothing leaves the machine meanwhile."""

import struct
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from descant.errors import UnreadableFileError
from descant.io.audio import write_audio
from descant.io.midi import read_midi, write_midi
from descant.library.analysis import packed, unpacked
from descant.library.describe import content_hash, describe
from descant.library.describe_audio import tag_facts
from descant.library.describe_notes import stated
from descant.library.indexing import Job, Known
from descant.library.item import FINGERPRINT, FULL, TAGS, FileStamp
from descant.library.spaces import SPACES
from descant.library.store import open_library
from descant.transcription.notation.given import with_default_map
from descant.types import Notes, Piece, PitchContour, TempoChange
from tests.pieces import rendered, short_piece

ABC = """X:1
T:A jig
C:Trad.
M:6/8
L:1/8
Q:3/8=90
K:{key}
DED FEF|AGF EDE|DED FEF|AGE D3|
"""


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.db", write=True) as opened:
        opened.adopt(SPACES)
        yield opened


def job(path, library, level):
    facts = path.stat()
    return Job(FileStamp(path, facts.st_size, facts.st_mtime_ns), level, library.path)


def learn(path, library, level):
    return describe(job(path, library, level), lambda _: None)


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    return write_audio(rendered(), tmp_path_factory.mktemp("song") / "song.flac")


def test_midi_says_what_it_is(library, tmp_path):
    path = write_midi(short_piece(), tmp_path / "a.mid")
    entry = learn(path, library, TAGS)
    assert (entry.kind, entry.level, entry.key, entry.meter) == ("midi", TAGS, "C major", "4/4")
    assert entry.tempo == pytest.approx(120.0, abs=0.01)
    assert entry.duration == pytest.approx(8.0, abs=0.1)
    shares = dict(entry.instruments)
    assert set(shares) == {"flute", "piano", "bass", "drums"}
    assert all(0.9 < share <= 1.0 for share in shares.values())
    assert {label for label, _ in entry.melodies} >= {"tune"}
    assert not entry.vectors
    assert entry.fingerprint is None


def test_midi_is_played_once_for_its_vectors(library, tmp_path):
    entry = learn(write_midi(short_piece(), tmp_path / "a.mid"), library, FULL)
    assert set(entry.vectors) == {space.name for space in SPACES}
    for space in SPACES:
        assert entry.vectors[space.name].shape == (space.dimensions,)
        assert np.linalg.norm(entry.vectors[space.name]) == pytest.approx(1.0, abs=1e-3)
    piece = unpacked(entry.analysis)
    assert len(piece.get(Notes)) == len(short_piece())
    np.testing.assert_allclose(piece.get("beats").time, np.arange(0.0, 7.9, 0.5), atol=1e-3)
    number = library.put(entry)
    assert library.items([number])[0].level == FULL


def test_beats_follow_a_tempo_that_changes():
    notes = replace(short_piece(), tempos=(TempoChange(0.0, 120.0), TempoChange(4.0, 60.0)))
    beats = stated(notes, notes).get("beats").time
    np.testing.assert_allclose(beats, [*np.arange(0.0, 4.0, 0.5), 4, 5, 6, 7], atol=1e-6)


def test_a_performance_is_not_of_the_tempo_that_its_recorder_has_written(library, tmp_path):
    rng = np.random.default_rng(3)
    onset = np.cumsum(rng.uniform(0.2, 0.6, 60))
    played = Notes(onset, onset + 0.3, rng.integers(50, 80, 60), np.full(60, 80), tempos=(TempoChange(0.0, 120.0),))
    entry = learn(write_midi(played, tmp_path / "played.mid"), library, TAGS)
    assert (entry.tempo, entry.meter) == (None, None)


def test_notes_on_the_grid_of_a_file_without_a_tempo_have_that_of_midi(library, tmp_path):
    onset = np.arange(64) * 0.125
    written = Notes(onset, onset + 0.1, 60 + np.arange(64) % 12, np.full(64, 80))
    assert with_default_map(written).tempos == (TempoChange(0.0, 120.0),)
    path = write_midi(written, tmp_path / "written.mid")
    assert read_midi(path).tempos == ()  # the file names none
    assert learn(path, library, TAGS).tempo == pytest.approx(120.0)
    uneven = replace(written, onset=written.onset * 1.07, offset=written.offset * 1.07)
    assert with_default_map(uneven) is uneven


def test_drums_alone_have_no_key(library, tmp_path):
    drums = short_piece().only(short_piece().drum)
    entry = learn(write_midi(drums, tmp_path / "a.mid"), library, TAGS)
    assert entry.key is None
    assert [label for label, _ in entry.instruments] == ["drums"]
    assert entry.melodies == ()


@pytest.mark.parametrize(("key", "name"), [("Dm", "D minor"), ("D", "D major"), ("D minor", "D minor")])
def test_a_score_says_what_it_is(library, tmp_path, key, name):
    path = tmp_path / "a.abc"
    path.write_text(ABC.format(key=key))
    entry = learn(path, library, TAGS)
    assert (entry.kind, entry.title, entry.composer) == ("score", "A jig", "Trad.")
    assert (entry.key, entry.meter) == (name, "6/8")
    assert entry.tempo == pytest.approx(90.0)  # dotted quarters
    assert len(entry.melodies) == 1


def test_every_tune_of_a_book_can_be_hummed(library, tmp_path):
    path = tmp_path / "book.abc"
    second = ABC.format(key="D").replace("X:1", "X:2").replace("A jig", "Another")
    path.write_text(f"{ABC.format(key='Dm')}\nX:9\nT:damaged\n\n{second}")
    entry = learn(path, library, TAGS)
    assert [label for label, _ in entry.melodies] == ["A jig", "Another"]
    assert entry.key == "D minor"
    assert "3 tunes" in entry.warnings[0]


def test_a_score_without_a_tempo_has_none(library, tmp_path):
    path = tmp_path / "a.abc"
    path.write_text(ABC.format(key="Dm").replace("Q:3/8=90\n", ""))
    assert learn(path, library, TAGS).tempo is None


def test_a_recording_level_by_level(library, song):
    tags = learn(song, library, TAGS)
    assert (tags.kind, tags.tempo, tags.fingerprint) == ("audio", None, None)
    assert tags.duration == pytest.approx(rendered().duration, abs=1e-3)
    printed = learn(song, library, FINGERPRINT)
    assert len(printed.fingerprint) > 100
    told = []
    full = describe(job(song, library, FULL), told.append)
    assert told == sorted(told)
    assert full.fingerprint == printed.fingerprint
    assert full.tempo == pytest.approx(120.0, abs=1.0)
    assert (full.key, full.meter) == ("C major", "4/4")
    assert full.loudness < 0.0
    assert {label for label, _ in full.instruments} & {"flute", "piano", "drums", "bass"}
    assert set(full.vectors) == {space.name for space in SPACES}
    assert full.melodies
    piece = unpacked(full.analysis)
    assert piece.get(PitchContour) is None
    assert len(piece.get("beats")) > 10
    library.put(full)
    assert learn(song, library, FULL) == Known(full.content)
    assert learn(song, library, TAGS) == Known(full.content)


def test_the_same_recording_gives_the_same_bytes(library, song):
    one, two = (learn(song, library, FINGERPRINT) for _ in range(2))
    assert one == two


def test_a_content_is_known_by_its_bytes(tmp_path):
    one, two = tmp_path / "one.wav", tmp_path / "two.mp3"
    one.write_bytes(b"x" * 3_000_000)
    two.write_bytes(b"x" * 3_000_000)
    told = []
    assert content_hash(one, told.append) == content_hash(two)
    assert len(told) == 3
    two.write_bytes(b"x" * 2_999_999 + b"y")
    assert content_hash(one) != content_hash(two)


def test_a_file_that_was_changed_meanwhile_is_refused(library, song, tmp_path):
    path = tmp_path / "a.flac"
    path.write_bytes(song.read_bytes())
    stale = Job(FileStamp(path, 1, 1), TAGS, library.path)
    with pytest.raises(UnreadableFileError, match="was changed"):
        describe(stale, lambda _: None)


def test_a_recording_that_is_cut_off_is_learnt_and_says_so(library, tmp_path):
    whole = write_audio(rendered(), tmp_path / "whole.wav").read_bytes()
    path = tmp_path / "cut.wav"
    path.write_bytes(whole[: len(whole) // 2])
    entry = learn(path, library, FINGERPRINT)
    assert "cut off" in entry.warnings[0]
    assert entry.fingerprint


def id3(frames):
    """An ID3v2.3 tag with these text frames."""
    body = b""
    for name, text in frames.items():
        data = b"\x01" + text.encode("utf-16")
        body += name.encode() + struct.pack(">IH", len(data), 0) + data
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def test_hostile_tags_are_kept_as_harmless_text(library, tmp_path):
    path = write_audio(rendered(), tmp_path / "plain.mp3")
    hostile = {
        "TIT2": "A" * 5_000_000,  # 10 MB as it is stored
        "TPE1": "Robert'); DROP TABLE item;--\x00\x1b[31m\u202e",
        "TALB": "<script>alert(1)</script>",
        "TCOM": "\r\n\t" * 50,
        "TYER": "the year 1999 or so",
    }
    path.write_bytes(id3(hostile) + path.read_bytes())
    entry = learn(path, library, TAGS)
    assert entry.title == "A" * 200
    assert entry.album == "<script>alert(1)</script>"
    assert entry.artist.isprintable()
    assert entry.composer is None
    assert entry.year == 1999
    number = library.put(entry, FileStamp(path, 1, 1))
    (item,) = library.items([number])
    assert item.artist.startswith("Robert'); DROP TABLE item;--")
    assert len(library) == 1
    assert [found for found, _ in library.words('"drop table"')] == [number]


def test_years_are_found_in_dates():
    assert tag_facts({"year": "2001-05-17"}) == {"year": 2001}
    assert tag_facts({"year": "unknown", "title": "T"}) == {"title": "T"}
    assert tag_facts({"year": "20011"}) == {}


def test_an_analysis_is_read_back_without_its_contour():
    contour = PitchContour(np.arange(3.0), np.full(3, 440.0), np.ones(3, dtype=bool))
    piece = unpacked(packed(Piece("a.wav", 3.0).with_(contour).with_(short_piece())))
    assert (piece.file, piece.duration) == ("a.wav", 3.0)
    assert piece.get(PitchContour) is None
    assert len(piece.get(Notes)) == len(short_piece())


def test_nothing_leaves_the_machine(library, song):
    """No socket is made, let alone connected, while a recording is learnt and written."""
    script = (
        "import sys\n"
        "def refuse(event, arguments):\n"
        "    if event.startswith('socket.'): raise SystemExit(f'{event} {arguments}')\n"
        "sys.addaudithook(refuse)\n"
        "from tests.library.stand_in import index_here\n"
        f"index_here({str(song)!r}, {str(library.path.with_name('other.db'))!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1\n"


def test_what_was_heard_is_not_heard_again_for_a_new_space(library, song, monkeypatch):
    first = learn(song, library, FULL)
    library.put(first, job(song, library, FULL).file)
    library.adopt(SPACES[1:])
    library.adopt(SPACES)
    assert library.known(first.content)[1] == FINGERPRINT

    def refuse(*_, **__):
        raise AssertionError("heard again")

    monkeypatch.setattr("descant.library.describe_audio.hear", refuse)
    again = learn(song, library, FULL)
    assert again.melodies == first.melodies
    assert again.fingerprint == first.fingerprint
    for name, vector in first.vectors.items():
        np.testing.assert_allclose(again.vectors[name], vector, atol=1e-3)
    assert again.tempo == pytest.approx(first.tempo)
    assert dict(again.instruments) == pytest.approx(dict(first.instruments))
    assert (again.key, again.meter, again.loudness) == (first.key, first.meter, pytest.approx(first.loudness))


def test_what_another_version_heard_is_heard_again(library, song, monkeypatch):
    from descant.library import heard_before

    library.put(learn(song, library, FULL))
    content = content_hash(song)
    assert heard_before.heard_before(library, content, ["tempo"]) is not None
    assert heard_before.heard_before(library, content, ["pitch"]) is None
    assert heard_before.heard_before(library, "unknown", ["tempo"]) is None
    monkeypatch.setattr(heard_before, "__version__", "another")
    assert heard_before.heard_before(library, content, ["tempo"]) is None
