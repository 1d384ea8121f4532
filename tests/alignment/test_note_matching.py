"""Notes matched to a score: by pitch and time, whatever the player leaves out, adds, repeats or skips."""

import numpy as np
import pytest

from descant.alignment import outer_product_hmm
from descant.alignment.note_matching import NONE, match, nearest
from descant.alignment.written import Written
from descant.errors import InvalidValueError

EIGHTHS = np.arange(0, 32, 0.5)  # eight bars of 4/4
BARS = np.arange(0.0, 32.0, 4.0)


def score(seed=0):
    """A tune over a bass in half notes."""
    rng = np.random.default_rng(seed)
    tune = 72 + np.clip(np.cumsum(rng.integers(-3, 4, len(EIGHTHS))), -10, 12)
    bass = 48 + rng.integers(-7, 7, 16)
    onset = np.append(EIGHTHS, np.arange(0, 32, 2.0))
    duration = np.append(np.full(len(EIGHTHS), 0.5), np.full(16, 2.0))
    return Written(onset, duration, np.append(tune, bass), np.append(np.zeros(64), np.ones(16)).astype(np.int64))


def played(written, pace=0.5):
    """(onset, pitch, written note) of everything, as written."""
    return written.onset * pace + 1.0, written.pitch, np.arange(len(written))


def in_time(onset, pitch, truth):
    order = np.lexsort((pitch, onset))
    return onset[order], pitch[order], truth[order]


@pytest.mark.parametrize("pace", [0.2, 0.5, 1.5])
def test_what_is_played_as_written_is_matched_at_any_tempo(pace):
    written = score()
    onset, pitch, _ = played(written, pace)
    found = match(written, onset, pitch, BARS)
    assert found.written.tolist() == found.played.tolist() == list(range(len(written)))
    assert len(found.passes) == 1
    assert found.fit() == 1.0


def test_with_rubato_and_rolled_chords_and_loose_hands():
    written = score(1)
    rng = np.random.default_rng(1)
    time = 0.5 * written.onset + 0.4 * np.sin(written.onset / 3) + rng.normal(0, 0.02, len(written))
    onset, pitch, truth = in_time(time + 2, written.pitch, np.arange(len(written)))
    assert (match(written, onset, pitch, BARS).written == truth).all()


def test_missed_extra_and_wrong_notes():
    written = score(2)
    onset, pitch, truth = played(written)
    pitch = pitch.copy()
    pitch[30] += 1
    kept = np.arange(len(onset)) != 50
    onset, pitch, truth = (np.append(one[kept], more) for one, more in ((onset, 9.13), (pitch, 101), (truth, NONE)))
    onset, pitch, truth = in_time(onset, pitch, truth)
    found = match(written, onset, pitch, BARS)
    assert found.played[50] == found.instead[50] == NONE
    assert found.played[30] == NONE
    assert truth[found.instead[30]] == 30
    (extra,) = np.setdiff1d(np.flatnonzero(found.written == NONE), found.instead)
    assert truth[extra] == NONE


def test_repeated_notes_keep_their_places():
    written = Written(np.arange(16) / 2, np.full(16, 0.5), np.full(16, 60), np.zeros(16, dtype=np.int64))
    truth = np.delete(np.arange(16), [6])
    found = match(written, truth * 0.25, np.full(15, 60), np.arange(0, 8, 4.0))
    assert found.written.tolist() == truth.tolist()


def test_a_bar_played_again():
    written = score(3)
    onset, pitch, truth = played(written)
    again = (written.onset >= 12) & (written.onset < 16)
    after = np.where(written.onset >= 16, 2.0, 0.0)
    onset, pitch, truth = in_time(
        np.append(onset + after, onset[again] + 2.0), np.append(pitch, pitch[again]), np.append(truth, truth[again])
    )
    found = match(written, onset, pitch, BARS)
    assert (found.written == truth).all()
    assert [(found.onsets[one.low], found.onsets[one.high - 1]) for one in found.passes] == [(0, 15.5), (12, 31.5)]
    assert (found.played >= 0).all()


def test_a_skipped_bar():
    written = score(4)
    onset, pitch, truth = played(written)
    kept = (written.onset < 12) | (written.onset >= 16)
    onset, pitch, truth = (onset - np.where(written.onset >= 16, 2.0, 0.0))[kept], pitch[kept], truth[kept]
    found = match(written, onset, pitch, BARS)
    assert (found.written == truth).all()
    assert (found.pass_of[~kept] == NONE).all()


def test_a_player_who_stops_and_goes_on():
    written = score(5)
    onset, pitch, truth = played(written)
    found = match(written, onset + np.where(written.onset >= 10, 3.0, 0.0), pitch, BARS)
    assert (found.written == truth).all()


def test_another_piece_does_not_fit():
    onset, pitch, _ = played(score(7))
    assert match(score(6), onset, pitch, BARS).fit() < 0.55


def test_what_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(outer_product_hmm, "MOST_BYTES", 1000)
    onset, pitch, _ = played(score())
    with pytest.raises(InvalidValueError, match="give one movement of each"):
        match(score(), onset, pitch, BARS)


def test_pairs_do_not_cross():
    assert nearest(np.array([[0.1, 0.9], [0.8, 0.2]])) == [(0, 0), (1, 1)]
    assert nearest(np.array([[0.9, 0.0], [2.0, 0.9]])) == [
        (0, 1)
    ]  # the second one has no partner left that it can reach
    assert nearest(np.array([[1.5]])) == []
