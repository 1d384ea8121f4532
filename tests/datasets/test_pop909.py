"""POP909: the split, and a song written here in the set's own form, whose quantised copy drops an upbeat."""

import os
from pathlib import Path

import numpy as np
import pytest

from descant.datasets import pop909
from descant.datasets.location import VARIABLE, data_folder
from descant.errors import MissingDataError
from descant.io.midi import write_midi
from descant.types import Beats, Notes, Part

BEAT = 0.5  # seconds
MELODY = [60, 62, 64, 65, 67, 69, 71, 72]  # one a bar, on the downbeat


@pytest.fixture
def folders(tmp_path):
    """One song: an upbeat, then eight bars of four beats; the copy starts at the first bar."""
    own, study = tmp_path / "pop909", tmp_path / "pop909_struct"
    song, structure = own / "POP909" / "001", study / "POP909" / "001"
    song.mkdir(parents=True), structure.mkdir(parents=True)
    onset = np.array([BEAT * (1 + 4 * bar) for bar in range(8)])
    notes = Notes(onset, onset + 0.4, MELODY, np.full(8, 80), parts=(Part("MELODY"),))
    write_midi(notes, song / "001.mid")
    rows = [f"{BEAT * beat} {float(beat % 2 == 1)} {float(beat % 4 == 1)}" for beat in range(33)]
    (song / "beat_midi.txt").write_text("\n".join(rows))
    (song / "chord_midi.txt").write_text("0.0\t0.5\tN\n0.5\t8.5\tC:maj\n8.5\t16.5\tD:min7/b3\n")
    (structure / "melody.txt").write_text("".join(f"{pitch} 16\n" for pitch in MELODY))
    (structure / "finalized_chord.txt").write_text("C:maj [0, 4, 7] 0 16 \nD:min [2, 5, 9] 2 16 \n")
    (structure / "human_label1.txt").write_text("i2A4b2")
    (structure / "human_label2.txt").write_text("A9999")
    (structure / "analyzed_key.txt").write_text("Gb:maj\n")
    return own, study


def test_reads_a_song_with_its_annotations_in_seconds(folders):
    song = pop909.read_song("001", *folders)
    assert (song.id, pop909.split_of(song.id), len(song.notes)) == ("001", "train", 8)
    assert song.beats.position[:6].tolist() == [4, 1, 2, 3, 4, 1]
    assert song.chords.label == ("N", "C:maj", "D:min7/b3")
    assert song.keys.overall == "Gb major"
    [sections] = song.sections  # the other annotator's bars do not add up to the song
    assert sections.label == ("i", "A", "b")
    assert sections.start == pytest.approx([0.5, 4.5, 12.5])
    assert sections.end[-1] == pytest.approx(16.0)  # the last beat


def test_a_song_that_changes_key_has_no_key_in_time(tmp_path):
    path = tmp_path / "analyzed_key.txt"
    path.write_text("B:min\nC:min\n")
    assert pop909.read_keys(path, 10.0) is None


def test_bars_follow_the_melody_where_the_copy_lacks_beats():
    beats = Beats(np.arange(40) * BEAT, np.arange(40) % 4 + 1)
    onset = BEAT * np.array([0.0, 4.0, 8.0, 16.0, 20.0])  # the copy left out the bar before the fourth note
    notes = Notes(onset, onset + 0.3, [60, 64, 67, 72, 71], np.full(5, 80), parts=(Part("MELODY"),))
    bars = pop909.align("60 16\n64 16\n67 16\n72 16\n71 16\n", notes, beats)
    assert bars.seconds(np.array([0, 8, 12, 16])) == pytest.approx([0.0, 4.0, 8.0, 10.0])


def test_a_bar_line_a_beat_from_a_downbeat_is_put_onto_it():
    beats = Beats(np.arange(12) * BEAT, (np.arange(12) + 3) % 4 + 1)  # downbeats at beats 1, 5, 9
    bars = pop909.BarTimes(np.array([0.0]), np.array([0.0]), beats)
    assert bars.seconds(np.array([0, 4, 7])) == pytest.approx([0.5, 2.5, 3.5])


def test_triple_time_counts_bars_of_three(tmp_path):
    path = tmp_path / "beat_midi.txt"
    path.write_text("\n".join(f"{0.4 * beat} {float(beat % 3 == 2)} {float(beat % 6 == 2)}" for beat in range(12)))
    assert pop909.read_beats(path).position.tolist() == [2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1]


def test_splits_are_disjoint_and_cover_every_song():
    assert [len(pop909.song_ids(split)) for split in pop909.SPLITS] == [727, 91, 91]
    assert not pop909.VALID & pop909.TEST
    with pytest.raises(MissingDataError, match="train, valid, test"):
        pop909.song_ids("dev")


def test_the_split_is_the_published_one():
    folder = os.environ.get(VARIABLE, "")
    beside = [Path(folder) / "splits" / "pop909.tsv", Path(folder).parent / "splits" / "pop909.tsv"]
    found = [path for path in beside if folder and path.is_file()]
    if not found:
        pytest.skip("splits/pop909.tsv is neither in nor beside DESCANT_DATA")
    rows = dict(line.split() for line in found[0].read_text().splitlines() if line.strip())
    assert all(pop909.split_of(song) == split for song, split in rows.items())
    assert len(rows) == 909


def test_says_what_to_do_where_the_data_is_missing(tmp_path, monkeypatch, folders):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(MissingDataError, match=f"set {VARIABLE}"):
        pop909.read_song("038")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(MissingDataError, match="no such folder"):
        data_folder()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(MissingDataError, match="music-x-lab"):
        pop909.read_song("002", *folders)


def test_the_real_set_can_be_read():
    try:
        song = pop909.read_song(pop909.song_ids("valid")[0])
    except MissingDataError as error:
        pytest.skip(str(error))
    assert len(song.sections) == 2
    assert len(song.notes) > 500
    for sections in song.sections:  # phrases start with bars, but for a few
        assert np.mean(np.isin(sections.start, song.beats.downbeats)) > 0.8
