"""Beats of performed notes: of marches whose beats are known, and from logits made by hand."""

import tracemalloc

import numpy as np
import pytest

from descant.analysis.bar_pointer import state_space
from descant.analysis.note_clusters import Clusters
from descant.analysis.pm2s_beats import HABITS, METRES, PHASES, PLACES, Told, beats_of, observed, pm2s_beats
from descant.types import Notes
from tests.pipelines.test_transcribe import march


def f_measure(found, true, within=0.07):
    near = [(np.abs(one[:, None] - other).min(axis=1) < within).mean() for one, other in ((found, true), (true, found))]
    return 2 * near[0] * near[1] / max(sum(near), 1e-9)


@pytest.mark.parametrize(("beats", "bpm"), [(2, 60.0), (2, 100.0), (3, 60.0), (3, 100.0), (3, 120.0), (4, 100.0)])
def test_marches_with_rubato(beats, bpm):
    played = march(0, 0.7, beats=beats, bpm=bpm)
    found = pm2s_beats(played.notes)
    assert f_measure(found.time, played.beats.time) > 0.9
    assert f_measure(played.beats.downbeats, found.downbeats) > 0.6
    assert np.asarray(found.confidence).min() >= 0.0


def decoded(time, said):
    row = Clusters(time, np.arange(len(time)), np.zeros((len(time), 1), np.float32))
    space = state_space(32.0, 240.0, HABITS)
    return beats_of(row, said, space, observed(space, row, said))


def told(beat, downbeat, place):
    """A network that is sure of each beat and downbeat, of the place of each cluster and of nothing about the metre."""
    logit = [np.where(one, 4.0, -8.0).astype(np.float32) for one in (beat, downbeat)]
    phase = np.full((len(beat), PHASES), -4.0, np.float32)
    phase[np.arange(len(beat)), [PLACES.index(one) for one in place]] = 2.0
    return Told(*logit, phase, np.zeros((len(beat), len(METRES)), np.float32))


@pytest.mark.parametrize("bar", [2, 3, 4])
def test_beats_from_logits(bar):
    """Eighths in even time; the network is sure of each beat and downbeat."""
    time = 1.0 + 0.3 * np.arange(24 * bar)
    on = np.arange(len(time)) % 2 == 0
    down = np.arange(len(time)) % (2 * bar) == 0
    found = decoded(time, told(on, down, np.where(on, 0, 12)))
    assert found.time == pytest.approx(time[on])
    assert found.position.tolist() == [at % bar + 1 for at in range(on.sum())]


@pytest.mark.parametrize("each", [2, 3, 4])
def test_the_place_of_every_cluster_tells_the_beat_from_its_parts(each):
    """The network half believes that every note is a beat, but knows where in it each of them stands."""
    time = 1.0 + 0.25 * np.arange(20 * each)
    at = np.arange(len(time)) % each
    sure = told(at == 0, np.zeros(len(time), dtype=bool), at * 24 // each)
    unsure = Told(np.zeros(len(time), np.float32), 0 * sure.downbeat, sure.phase, sure.metre)
    found = decoded(time, unsure)
    assert found.time == pytest.approx(time[at == 0])


def test_fewer_than_four_moments_have_no_beat():
    for count in range(4):
        onset = 0.5 * np.arange(count)
        assert len(pm2s_beats(Notes(onset, onset + 0.4, np.full(count, 60), np.full(count, 80)))) == 0
    chord = Notes(np.zeros(9), np.ones(9), 60 + np.arange(9), np.full(9, 80))
    assert len(pm2s_beats(chord)) == 0


def test_the_same_notes_have_the_same_beats():
    notes = march(3).notes
    one, other = pm2s_beats(notes), pm2s_beats(notes)
    assert one.time.tolist() == other.time.tolist()
    assert one.position.tolist() == other.position.tolist()


def test_a_long_pause_and_a_late_beginning():
    played = march(1, 0.3, bars=8)
    notes = played.notes
    later = [np.where(one > 12.0, one + 30.0, one) + 100.0 for one in (notes.onset, notes.offset)]
    found = pm2s_beats(Notes(later[0], np.maximum(later[1], later[0] + 0.01), notes.pitch, notes.velocity))
    assert len(found) > 10
    assert found.time[0] > 99.0
    assert np.all(np.diff(found.time) > 0)


def test_memory_is_bounded():
    """Three minutes take as much as a few copies of their frames, some states of a byte or two."""
    onset = 0.3 * np.arange(600)
    notes = Notes(onset, onset + 0.2, 48 + np.arange(600) % 24, np.full(600, 80))
    tracemalloc.start()
    pm2s_beats(notes)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 300e6
