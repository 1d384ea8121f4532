"""Batches: names, bad files, crashes and interruptions."""

from pathlib import Path

import numpy as np
import pytest

from descant.errors import UnsupportedFormatError, UnwritableFileError
from descant.io.audio import write_audio
from descant.io.json_piece import read_json
from descant.pipelines import batch
from descant.pipelines.batch import Failed, Finished, Settings, listen_to_all, named, sources
from descant.pipelines.journal import NAME
from descant.types import Audio


def tone(path, hz=440.0, seconds=1.0):
    samples = 0.4 * np.sin(2 * np.pi * hz * np.arange(int(seconds * 16_000)) / 16_000)
    return write_audio(Audio(samples.astype(np.float32), 16_000), path)


def settings(out, **more):
    return Settings(out, only=("loudness", "tuning"), **more)


def ends(files, options, workers=2):
    return {
        path: event for path, event in listen_to_all(files, options, workers) if isinstance(event, Finished | Failed)
    }


def test_two_inputs_with_one_stem_get_numbered_names(tmp_path):
    files = [Path("a/song.mp3"), Path("b/song.wav"), Path("b/Song.flac"), Path("c/other.ogg")]
    assert list(named(files, {}, tmp_path).values()) == ["song", "song-2", "Song-3", "other"]
    taken = {str(Path("b/song.wav").absolute()): "song"}
    assert named(files, taken, tmp_path)[Path("b/song.wav")] == "song"
    assert named(files, taken, tmp_path)[Path("a/song.mp3")] == "song-2"


def test_files_that_are_no_results_of_ours_are_left_alone(tmp_path):
    path = tone(tmp_path / "song.wav")
    mine = tmp_path / "song.mid"
    mine.write_text("the user's own")
    for _ in range(2):
        written = ends([path], settings(tmp_path))[path].result.written
        assert {one.name for one in written} == {"song-2.json", "song-2.html"}
    assert mine.read_text() == "the user's own"


def test_folders_wildcards_and_names_are_expanded_once_each(tmp_path):
    for name in ("b.wav", "a.mp3", "notes.txt", ".hidden.wav", "deep/c.flac"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    found, faults = sources([str(tmp_path), str(tmp_path / "*.wav"), str(tmp_path / "a.mp3")])
    assert [path.name for path in found] == ["a.mp3", "b.wav", "c.flac"]
    assert faults == []
    assert [path.name for path in sources([str(tmp_path / "notes.txt")])[0]] == ["notes.txt"]


def test_what_stands_for_no_file_is_told_beside_the_rest(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "song.wav").write_bytes(b"x")
    found, faults = sources([str(tmp_path / "*.ogg"), str(tmp_path / "empty"), str(tmp_path / "song.wav")])
    assert [path.name for path in found] == ["song.wav"]
    assert "no file has such a name" in faults[0]
    assert "no sound files" in faults[1]


def test_a_batch_goes_on_past_bad_files(tmp_path):
    good = [tone(tmp_path / "one.wav"), tone(tmp_path / 'it\'s "two" 🎵.wav')]
    bad = tmp_path / "picture.mp3"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    out = tmp_path / "out"
    result = ends([good[0], bad, good[1]], settings(out))
    assert isinstance(result[bad], Failed)
    assert "PNG" in result[bad].message
    for path in good:
        assert all(written.exists() for written in result[path].result.written)
        assert (out / f"{path.stem}.json").exists()
        assert (out / f"{path.stem}.html").exists()
    assert not list(out.glob("*.part"))
    assert not list(out.glob(".*.part"))


def test_an_interrupted_batch_goes_on_where_it_stopped(tmp_path):
    files = [tone(tmp_path / f"{n}.wav") for n in range(3)]
    out = tmp_path / "out"
    events = listen_to_all(files, settings(out), 1)
    for _, event in events:
        if isinstance(event, Finished):
            break
    events.close()  # what Ctrl-C comes to
    first = (out / "0.json").stat().st_mtime_ns
    again = ends(files, settings(out), 1)
    assert [again[path].result.resumed for path in files] == [True, False, False]
    assert again[files[0]].result.piece.duration == 1.0
    assert (out / "0.json").stat().st_mtime_ns == first
    assert sorted(path.name for path in out.glob("*.json")) == ["0.json", "1.json", "2.json"]
    assert all(event.result is not None for event in ends(files, settings(out), 1).values()), (
        "a finished run starts anew"
    )


def test_without_a_folder_nothing_is_written(tmp_path):
    path = tone(tmp_path / "one.wav")
    result = ends([path], settings(None))
    assert result[path].result.written == ()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one.wav"]


def test_a_folder_that_cannot_be_made_is_said_before_any_work(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(UnwritableFileError, match="file"):
        ends([tone(tmp_path / "one.wav")], settings(blocked / "out"))


def test_a_full_disk_leaves_no_half_file(tmp_path, monkeypatch):
    path = tone(tmp_path / "one.wav")
    out = tmp_path / "out"
    out.mkdir()

    def full(self, data):
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UnwritableFileError, match="disk is full"):
        batch.do(batch.Job(path, "one", settings(out)), lambda _: None)
    for path in out.iterdir():  # what was finished before the disk was full is whole
        assert path.name == "one.json"
        assert read_json(path).duration == 1.0


def test_more_formats_are_written_beside(tmp_path):
    path = tone(tmp_path / "one.wav")
    result = ends([path], settings(tmp_path / "out", formats=("jams", "csv")))
    names = {written.name for written in result[path].result.written}
    assert {"one.json", "one.html", "one.jams"} <= names
    with pytest.raises(UnsupportedFormatError, match="docx"):
        settings(tmp_path, formats=("docx",))


def test_the_journal_is_hidden_and_readable(tmp_path):
    path = tone(tmp_path / "one.wav")
    ends([path], settings(tmp_path / "out"))
    assert (tmp_path / "out" / NAME).read_text().count('"done"') == 1
