"""What the network is told of notes, by hand."""

import numpy as np

from descant.harmony.note_features import SIGNATURES, SPELLINGS, graph_inputs, within, written_notes
from descant.harmony.roman import ROOTS
from tests.scores import full_score


def test_a_score_as_notes():
    score = full_score()
    notes = written_notes(score)
    pitched = [one for one in score.sounding() if one.duration > 0 and one.drum is None]
    assert len(notes) == len(pitched)
    assert np.all(np.diff(notes.onset) >= 0)
    assert np.all(notes.pitch % 12 == 7 * notes.fifths % 12)
    assert notes.bar.tolist()[:2] == [-3, 1]  # the upbeat's bar would begin before it
    assert notes.sharps.tolist()[-1] == -3


def test_features():
    notes = written_notes(full_score())
    inputs = graph_inputs(notes)
    spelled = inputs.notes[:, :SPELLINGS].argmax(axis=1) + ROOTS[0]
    assert spelled.tolist() == notes.fifths.tolist()
    time, onset_of = inputs.graph.time, inputs.graph.onset_of
    down = inputs.onsets[:, SIGNATURES + 3]
    assert [at for at, one in zip(time.tolist(), down.tolist(), strict=True) if one] == [
        at for at in time.tolist() if at in notes.bar
    ]
    struck_low = inputs.notes[:, SPELLINGS + 2] == 1
    for at in range(len(time)):
        heard = (notes.onset <= time[at]) & (notes.onset + notes.duration > time[at] + 1e-6)
        lowest = notes.pitch[heard].min()
        assert np.all(struck_low[onset_of == at] == (notes.pitch[onset_of == at] <= lowest))


def test_far_spellings_are_moved_by_twelve():
    assert within(np.array([-16, -15, 19, 20, 35]), -15, 19).tolist() == [-4, -15, 19, 8, 11]
