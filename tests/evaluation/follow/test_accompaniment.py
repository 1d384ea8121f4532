import numpy as np
import pytest

from descant.datasets.score_notes import ScoreNotes
from descant.evaluation.follow import accompaniment
from descant.evaluation.follow.held_out import answered, performed, played_by, without
from tests.alignment.test_accompaniment import halves
from tests.evaluation.follow import made


def two_hands(times=lambda quarter: 1.0 + 0.6 * quarter):
    """Sixteen bars for two hands, one of quarters, one of sixteenths, played without a lapse."""
    right, left = halves()
    onset, pitch = np.append(right.onset, left.onset), np.append(right.pitch, left.pitch)
    part = np.repeat([0, 1], [len(right), len(left)])
    page = type(right)(onset, np.append(right.duration, left.duration), pitch, part)
    quarter = np.unique(onset)
    return made.performed(page, quarter, times(quarter), "two hands")


def test_asynchronies_are_of_what_was_played_and_shares_of_all():
    found = accompaniment.asynchrony(np.array([20.0, 60.0, 100.0, np.nan]))
    assert found == {"mean_ms": 60.0, "median_ms": 60.0, "within_50_ms": 0.25, "within_100_ms": 0.75, "played": 0.75}
    assert "mean_ms" not in accompaniment.asynchrony(np.array([np.nan]))


def test_a_part_is_held_out_with_its_times():
    piece = two_hands()
    answers = answered(piece)
    assert np.all(answers >= 0)
    held = without(piece, 1, played_by(piece, answers), answers, "left")
    assert len(held.solo) == len(held.heard) == 64
    assert held.true == pytest.approx(1.0 + 0.6 * held.other.onset)


def test_the_tempo_model_beats_a_fixed_tempo_and_the_follower_where_the_tempo_changes():
    piece = two_hands(lambda quarter: 1.0 + 0.5 * quarter + 0.3 * quarter**2 / 64 + 0.4 * np.sin(quarter / 5))
    answers = answered(piece)
    held = without(piece, 1, played_by(piece, answers), answers, "left")
    off = {
        (name, late): np.nanmedian(np.abs(system(held, late) - held.true))
        for name, system in accompaniment.SYSTEMS.items()
        for late in (0.0, 0.1)
    }
    assert off["tempo model", 0.0] < 0.02
    assert off["tempo model", 0.0] < min(off["follower alone", 0.0], off["steady tempo", 0.0]) / 4
    assert off["tempo model", 0.1] < off["follower, between notes", 0.1] / 2


def test_a_steady_player_is_met_by_a_steady_tempo():
    piece = two_hands()
    answers = answered(piece)
    held = without(piece, 1, played_by(piece, answers), answers, "left")
    assert accompaniment.steady(held, 0.0) == pytest.approx(held.true)


def test_a_quartet_is_performed_the_same_way_each_time():
    onset = np.arange(16.0)
    line = [np.full(16, part) for part in range(4)]
    score = ScoreNotes(
        "op20n2-01",
        np.tile(onset, 4),
        np.ones(64),
        np.repeat([72, 67, 60, 48], 16),
        np.concatenate(line),
        onset,
        onset[::4],
    )
    first, again = performed("op20n2-01", score), performed("op20n2-01", score)
    assert np.array_equal(first.take.onset, again.take.onset)
    assert set(np.asarray(first.take.part).tolist()) == {0, 1, 2, 3}
    answers = answered(first)
    held = without(first, 3, np.asarray(first.take.part), answers, "cello")
    assert np.mean(~np.isnan(held.true)) > 0.9
    assert set(held.other.pitch.tolist()) == {48}
