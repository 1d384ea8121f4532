"""The modular analysis with its weights, and what it refuses."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.harmony import modular_harmony
from descant.harmony.note_features import written_notes
from descant.types import Score
from tests.scores import FOUR, chorale, frame, full_score


def test_a_score_without_notes_is_refused():
    with pytest.raises(InvalidValueError, match="no pitched notes"):
        modular_harmony.modular_harmony(Score(frame((4, FOUR, {})), ()))


def test_segments_do_not_reach_over_a_sure_change():
    changes = np.log([0.9, 0.5, 1 - 1e-6, 0.5])
    stays = np.log1p(-np.exp(changes))
    begin, end, logs = modular_harmony._segments(changes, stays)
    found = dict(zip(zip(begin.tolist(), end.tolist(), strict=True), np.exp(logs).tolist(), strict=True))
    assert set(found) == {(0, 1), (0, 2), (1, 2), (2, 3), (2, 4), (3, 4)}
    assert found[0, 1] == pytest.approx(0.5)
    assert found[0, 2] == pytest.approx(0.5, rel=1e-5)
    assert found[2, 4] == pytest.approx(0.5)
    assert found[3, 4] == pytest.approx(1)


def test_a_score_is_read_from_its_first_note_to_its_last():
    score = full_score()
    found, again = modular_harmony.modular_harmony(score), modular_harmony.modular_harmony(score)
    sounding = [one for one in score.sounding() if one.drum is None and one.duration > 0]
    assert found.start[0] == min(float(one.onset) for one in sounding)
    assert found.end[-1] == max(float(one.onset + one.duration) for one in sounding)
    assert np.all(found.start[1:] == found.end[:-1])
    assert (found.start.tolist(), found.key, found.figure) == (again.start.tolist(), again.key, again.figure)


def test_chords_are_those_that_the_modules_told():
    told = modular_harmony.told(written_notes(chorale()))
    found = modular_harmony.analysis(told, beam=20)
    assert found.classes.shape == (len(found.chords), 6)
    assert np.all((found.confidence > 0) & (found.confidence <= 1))
    for start, chord in zip(found.start.tolist(), found.chords, strict=True):
        at = told.begin == int(np.flatnonzero(told.time == start)[0])
        assert (chord.root, chord.kind) in zip(told.root[at].ravel(), told.kind[at].ravel(), strict=True)


def test_what_the_modules_remember_goes_with_their_hypotheses():
    modules = modular_harmony.Modules()
    rng = np.random.default_rng(0)
    told = np.stack([rng.integers(0, size, (3, 4)) for size in (1100, 51, 2, 15)], axis=2)  # rows, chords
    memory = np.zeros((3, modules.key_memory), np.float32)
    for at in range(4):
        *_, following, memory = modules.keys(told[:, at], memory)
    order = np.array([2, 0, 1])
    again = np.zeros((3, modules.key_memory), np.float32)
    for at in range(4):
        *_, other, again = modules.keys(told[order, at], again)
    np.testing.assert_allclose(other, following[order], atol=1e-6)
    np.testing.assert_allclose(again, memory[order], atol=1e-6)
