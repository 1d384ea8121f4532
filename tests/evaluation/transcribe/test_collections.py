"""Truth made from data sets: by hand here, and of the real sets where they are."""

from types import SimpleNamespace

import numpy as np
import pytest

from descant.datasets.asap_score import AsapScore
from descant.datasets.location import dataset_folder
from descant.errors import MissingDataError
from descant.evaluation.transcribe import metre
from descant.evaluation.transcribe.collections import COLLECTIONS, excerpts, performances, scores, songs
from descant.types import Beats, Keys, Notes, Part
from tests.evaluation.transcribe.pages import ONSETS, PITCHES, waltz


def notes(onset, pitch, **more):
    return Notes(onset, np.array(onset) + 0.5, pitch, [80] * len(pitch), **more)


def test_a_performance_is_found_in_its_score():
    score = AsapScore(
        onset=np.array([0.0, 1.0, 1.0, 2.0, 4.0]),
        duration=np.array([1.0, 1.0, 3.0, 0.0, 3.0]),
        pitch=np.array([62, 67, 55, 69, 71]),
        beats=np.arange(5.0),
        seconds=np.array([0.5, 1.0, 1.5, 2.0, 3.0]),
        downbeats=np.array([1.0, 4.0]),
        meter_at=np.array([1.0, 4.0]),
        meters=((3, 4), (6, 8)),
        key_at=np.array([0.0]),
        sharps=(1,),
    )
    played = notes([0.5, 1.0, 1.02, 1.5, 3.0, 9.0], [62, 55, 67, 70, 71, 71])
    page = performances.page_of(score, played, np.array([0.0, 1.0, 1.04, 2.0, 4.0, np.nan]))
    assert page.known.tolist() == [True, True, True, False, True, False]  # nobody wrote B flat, nor the last note
    known = page.known
    assert page.place[known].tolist() == [2, 0, 0, 0]
    assert page.duration[known].tolist() == [1, 3, 1, 3]
    assert page.time[known].tolist() == [[3, 4], [3, 4], [3, 4], [6, 8]]
    assert page.sharps[known].tolist() == [1] * 4


def test_a_matched_excerpt():
    played = SimpleNamespace(
        notes=notes([0.5, 1.0, 1.1, 2.0], [62, 55, 67, 40]),
        meter=(3, 4),
        sharps=1,
        written_onset=np.array([-1.0, 0.0, 0.0, 3.0]),
        written_offset=np.array([0.0, 3.0, 1.0, 4.0]),
        written_pitch=np.array([62, 55, 67, 69]),
        written_fifths=np.array([2, 1, 1, 3]),
        written_measure=np.array([0, 1, 1, 2]),
        written_staff=np.array([1, 2, 1, 1]),
        written_voice=np.array([1, 5, 1, 1]),
        played=np.array([0, 1, 2, -1]),  # nobody played the last one; the fourth played note was not written
    )
    page = excerpts.page_of(played)
    assert page.known.tolist() == [True, True, True, False]
    assert page.place[:3].tolist() == [2, 0, 0]
    assert page.duration[:3].tolist() == [1, 3, 1]
    assert [(bar.line, bar.start, bar.end) for bar in page.bars] == [(-3, -1, 0), (0, 0, 3), (3, 3, 6)]
    assert page.staff[:3].tolist() == [1, 2, 1]
    beats = excerpts.beats_of(page, played)
    assert beats.position.tolist() == [3, 1, 2, 3]
    assert beats.time == pytest.approx([0.5, 1.05, 1.6, 2.15])


def test_a_score_played_by_rule():
    played = SimpleNamespace(quarter=np.arange(0.0, 8.0), second=np.arange(0.0, 4.0, 0.5))
    heard = notes(np.array(ONSETS) / 2 + 0.02, PITCHES)
    page = scores.page_of(waltz(), played, heard)
    assert page.known.all()
    assert page.onset.tolist() == ONSETS
    assert page.staff.tolist() == [1, 2, 1, 1, 1, 1]


def test_a_voice_has_no_hands():
    song = waltz()
    single = song.__class__(song.measures, tuple(part.__class__(part.measures, staves=3) for part in song.parts))
    played = SimpleNamespace(quarter=np.arange(0.0, 8.0), second=np.arange(0.0, 8.0))
    assert scores.page_of(single, played, notes(ONSETS, PITCHES)).staff.tolist() == [0] * 6


def song(key="G major"):
    beats = Beats(np.arange(9) / 2, [4, 1, 2, 3, 4, 1, 2, 3, 4])
    parts = (Part(songs.pop909.MELODY), Part("PIANO"))
    played = notes([0.0, 0.49, 1.0, 0.49, 9.0], [62, 67, 61, 43, 67], part=[0, 0, 0, 1, 0], parts=parts)
    keys = None if key is None else Keys([0.0], [9.0], (key,), overall=key)
    return SimpleNamespace(id="1", notes=played, beats=beats, keys=keys, sections=())


def test_a_song_stands_on_its_beats(monkeypatch):
    monkeypatch.setattr(songs.pop909, "read_song", lambda name: song())
    whole = songs.load("test", "1")
    assert whole.notes.pitch.tolist() == [62, 43, 67, 61, 67]
    assert whole.melody.tolist() == [True, False, True, True, True]
    assert whole.truth.known.tolist() == [True] * 4 + [False]
    assert whole.truth.place[:4] == pytest.approx([3, -0.02, -0.02, 1])  # early notes belong to the bar they lead to
    assert whole.truth.sharps.tolist() == [1] * 5
    assert whole.truth.fifths.tolist() == [2, 1, 1, 7, 1]
    alone = songs.load_melody("test", "1")
    assert alone.notes.pitch.tolist() == [62, 67, 61, 67]
    monkeypatch.setattr(songs.pop909, "read_song", lambda name: song(None))
    assert not songs.load("test", "1").keyed


@pytest.mark.parametrize(
    ("key", "sharps", "tonic"), [("C major", 0, 0), ("Eb minor", -6, -3), ("F# minor", 3, 6), ("G# major", -4, -4)]
)
def test_signatures(key, sharps, tonic):
    assert songs.signature(key) == (sharps, tonic)


def test_spelling_in_a_key():
    # C major: D flat, E flat, F sharp, A flat, B flat
    assert songs.fifths_in(0, np.array([60, 61, 63, 66, 68, 70])).tolist() == [0, -5, -3, 6, -4, -2]
    assert songs.fifths_in(3, np.array([61, 68, 75])).tolist() == [7, 8, 9]  # A: C sharp, G sharp, D sharp


def needs(*sets):
    """Skip where a data set is not there; what is there must be read."""
    try:
        for one in sets:
            dataset_folder(one.NAME, one.PUBLISHED)
    except MissingDataError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", ["performances", "excerpts", "scores", "melodies"])
def test_the_true_page_of_a_real_piece_is_right_in_all(name):
    collection = COLLECTIONS[name]
    needs(*collection.sets)
    passage = collection.load("test", collection.ids("test")[0])
    found = metre.of_page(passage, passage.truth)
    assert found["notes whose place is known"] > 0.9
    assert found["onset-in-measure"] == 1.0
    assert found["beat F-measure"] > 0.9
    assert found["downbeat F-measure"] > 0.9


def test_songs_that_are_played_by_rule_are_played_the_same_again():
    needs(*scores.SCORES.sets)
    name = scores.ids("test")[-1]
    first, second = (scores.load("test", name) for _ in range(2))
    assert np.array_equal(first.notes.onset, second.notes.onset)
    assert isinstance(first.notes, Notes)


def test_nothing_is_tuned_on_the_pianists_of_vienna():
    needs(*excerpts.EXCERPTS.sets)
    assert excerpts.ids("valid") == ()
    assert len(excerpts.ids("test")) == 88
