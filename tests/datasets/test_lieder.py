"""Which songs are kept."""

import numpy as np
import pytest

from descant.datasets.lieder import lieder, sung_singly
from descant.datasets.score_notes import ScoreNotes
from descant.errors import MissingDataError


def song(voice):
    onset = np.array([*voice, 0.0, 0.0])
    part = np.array([0] * len(voice) + [1, 2])
    return ScoreNotes("made up", onset, np.ones(len(onset)), np.full(len(onset), 60), part, np.arange(4.0), np.zeros(1))


def test_the_voice_sings_one_note_at_a_time():
    assert sung_singly(song([0.0, 1.0, 2.0]))
    assert not sung_singly(song([0.0, 1.0, 1.0]))
    assert not sung_singly(song([1.0]))


def test_a_set_without_songs(tmp_path, monkeypatch):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    (tmp_path / "when_in_rome" / "Corpus").mkdir(parents=True)
    with pytest.raises(MissingDataError, match="no scores"):
        next(lieder(lambda _: True))
