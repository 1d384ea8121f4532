"""Examples of metre: what is said of each cluster, of pages made by hand."""

import numpy as np

from descant.analysis.pm2s_beats import METRES, PLACES
from descant.datasets.score_notes import ScoreNotes
from descant.training.metre_examples import (
    IGNORED,
    OTHER,
    Page,
    beaten,
    played,
    with_graces,
    written_places,
)
from descant.types import Beats, Notes


def page(bars=8):
    """Bars of three: a quarter, two eighths and a triplet, over a bass."""
    tune = [0.0, 1.0, 1.5, 2.0, 2 + 1 / 3, 2 + 2 / 3]
    onset = [3.0 * bar + one for bar in range(bars) for one in tune]
    pitch = [60 + at % 6 for at in range(len(onset))]
    bass = [3.0 * bar for bar in range(bars)]
    score = ScoreNotes(
        "by hand",
        onset + bass,
        [0.3] * len(onset) + [2.9] * bars,
        pitch + [40] * bars,
        [0] * len(onset) + [1] * bars,
        np.arange(3.0 * bars),
        np.array(bass),
        100,
    )
    return Page(score, np.array([0.0]), np.array([METRES.index("3/4")]))


def example(seed):
    """A performance."""
    return played(page(), np.random.default_rng(seed))


def plain():
    """An example whose clusters are those of the page."""
    return next(one for one in map(example, range(20)) if len(one["time"]) == 48)


def test_beats_downbeats_places_and_metre():
    one = plain()
    assert one["beat"].reshape(8, 6).tolist() == [[1, 1, 0, 1, 0, 0]] * 8
    assert one["downbeat"].reshape(8, 6).tolist() == [[1, 0, 0, 0, 0, 0]] * 8
    steps = [[PLACES[at] for at in row] for row in one["phase"].reshape(8, 6)]
    assert steps == [[0, 0, 12, 0, 8, 16]] * 8
    assert set(one["metre"].tolist()) == {METRES.index("3/4")}
    assert np.all(np.diff(one["time"]) > 0)


def test_the_same_numbers_make_the_same_performance():
    one, other = example(3), example(3)
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_every_played_note_has_its_place_on_the_page():
    score = page().score
    notes = Notes(score.onset + 0.01, score.onset + 0.3, score.pitch, np.full(len(score), 80))
    assert written_places(score, notes).tolist() == score.onset.tolist()


def test_grace_notes_stand_on_no_place():
    onset = 1.0 + 0.5 * np.arange(400)
    notes = Notes(onset, onset + 0.4, np.full(400, 60), np.full(400, 80))
    found, place = with_graces(notes, np.arange(400.0), np.random.default_rng(0))
    graces = np.isnan(place)
    assert len(found) == len(place)
    assert 5 < graces.sum() < 40
    assert set(found.pitch[graces].tolist()) <= {58, 59, 61, 62}
    assert np.all(found.offset - found.onset > 0)
    after = np.flatnonzero(graces) + 1
    assert np.all(found.onset[after] - found.onset[after - 1] < 0.13)


def test_of_a_song_the_beats_are_known_and_the_metre_is_not():
    beats = Beats(1.0 + 0.5 * np.arange(9), [4, 1, 2, 3, 4, 1, 2, 3, 4])
    onset = np.array([1.0, 1.52, 1.75, 2.0, 2.6, 3.0])
    one = beaten(Notes(onset, onset + 0.2, [60, 62, 64, 65, 67, 69], [80] * 6), beats)
    assert one["beat"].tolist() == [1, 1, 0, 1, 0, 1]
    assert one["downbeat"].tolist() == [0, 1, 0, 0, 0, 0]
    assert one["phase"][[0, 2]].tolist() == [0, 1]
    assert set(one["metre"].tolist()) == {IGNORED}


def test_before_the_first_beat_nothing_is_known():
    onset = np.array([0.0, 0.4, 5.0])
    one = beaten(Notes(onset, onset + 0.2, [60, 62, 64], [80] * 3), Beats(5.0 + 0.5 * np.arange(4), [1, 2, 3, 4]))
    assert one["phase"].tolist()[:2] == [OTHER, OTHER]
    assert one["beat"].tolist() == [0, 0, 1]
