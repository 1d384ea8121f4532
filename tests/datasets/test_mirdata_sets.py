"""Sets that mirdata loads: a stand-in for the package, and mirdata's own classes where it is installed."""

import sys
import types

import numpy as np
import pytest

from descant.datasets import mirdata_sets
from descant.errors import MissingDataError, MissingExtraError
from descant.io.audio import write_audio
from descant.types import Audio


class BeatData:
    times, time_unit = np.array([0.5, 1.0, 1.0, 1.5]), "s"
    positions, position_unit = np.array([1, 2, 2, 1]), "bar_index"


class ChordData:
    intervals, interval_unit = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 2.5], [2.0, 3.0]]), "s"
    labels = ("C:maj", "D:min", "E:strange!", "N")


class KeyData:
    intervals, interval_unit = np.array([[0.0, 2.0], [2.0, 3.0], [3.0, 9.0]]), "s"
    keys = ("A:min", "Eb", "D:mixolydian")


class SectionData:
    intervals, interval_unit, labels = np.array([[0.0, 2.0], [2.0, 3.0]]), "s", ["verse", "chorus "]


class NoteData:
    intervals, interval_unit = np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 2.0]]), "s"
    pitches, pitch_unit, confidence, confidence_unit = np.array([440.0, 261.6, 100.0]), "hz", None, None


class MultiAnnotator:
    annotations = (SectionData(),)


class Track:
    beats, chords, key, sections, notes = BeatData(), ChordData(), KeyData(), MultiAnnotator(), NoteData()

    def __init__(self, audio_path):
        self.audio_path = audio_path


class Bare:
    """A track of which the set says one thing, and that by name."""

    key = "F# minor"

    def __init__(self, audio_path):
        self.audio_path = audio_path


class Dataset:
    def __init__(self, home):
        self.tracks = {"b": Track(f"{home}/b.wav"), "a": Bare(f"{home}/a.wav"), "gone": Track(f"{home}/c.wav")}
        self.tracks["none"] = Track(None)
        self.track_ids = list(self.tracks)

    def track(self, track_id):
        return self.tracks[track_id]


@pytest.fixture
def stand_in(monkeypatch):
    module = types.ModuleType("mirdata")
    module.list_datasets = lambda: ["tiny", "huge"]
    module.initialize = lambda name, data_home: Dataset(data_home)
    monkeypatch.setitem(sys.modules, "mirdata", module)
    return module


def test_converts_what_is_annotated(stand_in, tmp_path):
    for name in "ab":
        write_audio(Audio(np.zeros(4410), 44_100), tmp_path / f"{name}.wav")
    full, bare = mirdata_sets.items("tiny", tmp_path)
    assert (full.id, full.audio) == ("b", tmp_path / "b.wav")
    assert full.beats.time.tolist() == [0.5, 1.0, 1.5]
    assert full.beats.position.tolist() == [1, 2, 1]
    assert full.chords.label == ("C:maj", "X", "N")
    assert full.chords.end.tolist() == [1.0, 2.0, 3.0]  # cut where the next begins
    assert full.keys.label == ("A minor", "Eb major")
    assert full.keys.overall == "A minor"
    assert full.sections.label == ("verse", "chorus")
    assert full.notes.pitch.tolist() == [69, 60]
    assert bare.keys.overall == "F# minor"
    assert (bare.beats, bare.chords, bare.sections, bare.notes) == (None,) * 4


def test_says_what_is_missing(stand_in, tmp_path, monkeypatch):
    with pytest.raises(MissingDataError, match="tiny, huge"):
        next(mirdata_sets.items("other", tmp_path))
    with pytest.raises(MissingDataError, match="none of the 4 recordings of tiny"):
        next(mirdata_sets.items("tiny", tmp_path))
    with pytest.raises(MissingDataError, match="tiny is not there"):
        next(mirdata_sets.items("tiny", tmp_path / "nowhere"))

    def no_index(self):
        raise FileNotFoundError("no index")

    monkeypatch.setattr(
        stand_in, "initialize", lambda name, data_home: type("D", (), {"track_ids": property(no_index)})()
    )
    with pytest.raises(MissingDataError, match=r"download\(\['index'\]\)"):
        next(mirdata_sets.items("tiny", tmp_path))
    monkeypatch.setitem(sys.modules, "mirdata", None)
    with pytest.raises(MissingExtraError, match=r"descant\[datasets\]"):
        next(mirdata_sets.items("tiny", tmp_path))


def test_a_missing_annotation_is_named(stand_in, tmp_path, monkeypatch):
    class Broken(Bare):
        @property
        def key(self):
            raise FileNotFoundError("b.key")

    monkeypatch.setattr(Dataset, "track", lambda self, track_id: Broken(str(tmp_path / "a.wav")))
    write_audio(Audio(np.zeros(4410), 44_100), tmp_path / "a.wav")
    with pytest.raises(MissingDataError, match=r"b has no readable annotation.*b\.key"):
        next(mirdata_sets.items("tiny", tmp_path))


def test_mirdata_itself_reads_made_up_files(tmp_path):
    pytest.importorskip("mirdata", reason="needs the datasets extra: pip install 'descant[datasets]'")
    from mirdata.datasets import beatles

    paths = {"audio": "a.wav", "beat": "a.txt", "chords": "a.lab", "keys": "k.lab", "sections": "s.lab"}
    write_audio(Audio(np.zeros(4410), 44_100), tmp_path / "a.wav")
    (tmp_path / "a.txt").write_text("0.5\t1\n1.0\t2\n1.5\t3\n2.0\t4\n")
    (tmp_path / "a.lab").write_text("0.0 1.0 N\n1.0 2.5 E:min7/b3\n")
    (tmp_path / "k.lab").write_text("0.0\t2.5\tKey\tE:aeolian\n")
    (tmp_path / "s.lab").write_text("0.0\t1.0\t0\tsilence\n1.0\t2.5\t0\tverse_(a)\n")
    index = {"tracks": {"0": {name: [path, "0"] for name, path in paths.items()}}}
    track = beatles.Track("0", str(tmp_path), "beatles", index, lambda: None)
    item = mirdata_sets._item("0", track, tmp_path / "a.wav", "beatles")
    assert item.beats.position.tolist() == [1, 2, 3, 4]
    assert item.chords.label == ("N", "E:min7/b3")
    assert item.keys.overall == "E minor"
    assert item.sections.label[1] == "verse_(a)"
