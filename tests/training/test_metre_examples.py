"""Examples of metre: what is said of each cluster, of pages made by hand."""

import numpy as np

from descant.analysis.pm2s_beats import METRES, PLACES
from descant.datasets.score_notes import ScoreNotes
from descant.training.metre_examples import (
    BOUNDS,
    IGNORED,
    LEAST_STEP,
    OTHER,
    Page,
    a_tempo,
    as_heard,
    beaten,
    one_line,
    played,
    some_parts,
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
    return next(one for one in map(example, range(30)) if len(one["time"]) == 48)


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


def test_tempi_are_as_beats_go_or_as_notes_do():
    """The same page in notes four times as short is played slower, and never so fast that nobody could."""
    score = page().score
    short = ScoreNotes(
        "short", score.onset / 4, score.duration / 4, score.pitch, score.part, score.beats[:6], score.downbeats[:2]
    )
    long, shorter = (np.array([a_tempo(one, np.random.default_rng(at)) for at in range(300)]) for one in (score, short))
    assert np.median(shorter) < 0.7 * np.median(long)
    for tempi, quickest in ((long, 1 / 3), (shorter, 1 / 12)):
        assert tempi.min() >= BOUNDS[0]
        assert tempi.max() <= 60 * quickest / LEAST_STEP + 1e-6
        assert tempi.max() / tempi.min() > 3


def test_one_line_is_a_part_and_of_its_chords_the_highest_notes():
    chords = ScoreNotes(
        "chords", [0, 0, 0, 1, 1], [1.0] * 5, [60, 64, 40, 62, 65], [0, 0, 1, 0, 0], np.arange(3.0), np.zeros(1)
    )
    found = {tuple(one_line(chords, np.random.default_rng(seed)).pitch.tolist()) for seed in range(20)}
    assert found == {(64, 65), (40,)}


def test_some_parts_are_whole_parts_and_never_none():
    score = page().score
    found = {tuple(np.unique(some_parts(score, np.random.default_rng(seed)).part).tolist()) for seed in range(20)}
    assert found == {(0,), (1,), (0, 1)}


def test_what_is_heard_lacks_notes_and_has_others():
    onset = 1.0 + 0.5 * np.arange(400)
    notes = Notes(onset, onset + 0.4, np.full(400, 60), np.full(400, 80))
    lengths = set()
    for seed in range(8):
        found, place = as_heard(notes, np.arange(400.0), np.random.default_rng(seed))
        assert len(found) == len(place)
        true = found.pitch == 60
        assert np.array_equal(1.0 + 0.5 * place[true], found.onset[true])
        assert 340 < true.sum() <= 400
        assert np.mean(np.isnan(place[~true])) > 0.5 or not np.any(~true)
        lengths.add(int(true.sum()))
    assert len(lengths) > 4
