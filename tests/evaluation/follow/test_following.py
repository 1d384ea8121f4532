"""Sound followed and measured, on a performance made here and played by formula."""

import numpy as np
import pytest

from descant.evaluation.follow import following, recovery
from descant.evaluation.follow.symbolic import STEADY
from descant.evaluation.task import PieceSet, Request
from descant.features import RATE
from tests.evaluation.follow.made import Formula, performance


def made(seed):
    one = performance(60, seed)
    take, written = one.take, one.written
    page = type(take)(
        written.seconds(written.onset), written.seconds(written.onset) + 0.4, written.pitch, take.velocity
    )
    return Formula(one.data, one.id, one.piece, one.split, written, page, take, one.quarter, one.second)


@pytest.fixture
def request_of_one(monkeypatch):
    monkeypatch.setattr(following, "SETS", (PieceSet("made", lambda _: iter([made(0)])),))
    return Request("test", None, [], lambda _: None)


def test_the_follower_is_nearer_than_a_steady_tempo(request_of_one):
    found = {one.system: one.measures for one in following.measure(request_of_one) if one.measures}
    assert list(found) == list(following.SYSTEMS)
    for name in ("hidden_semi_markov", "online_dtw"):
        assert found[name]["median_ms"] < 30.0
        assert found[name]["mean_ms"] < 0.2 * found[STEADY]["mean_ms"]
    assert found["dtw"]["median_ms"] < 30.0


def test_what_goes_wrong_is_where_it_is_said_to_be():
    piece = made(0)
    whole = recovery.undisturbed(piece)
    for kind, change in recovery.BROKEN.items():
        broken = change(piece)
        assert np.all(np.diff(broken.time) > 0), kind
        assert broken.time[0] < broken.resumes < broken.time[-1]
        assert np.isnan(np.interp(broken.resumes - 0.05, broken.time, broken.quarter)), kind
    assert len(recovery.BROKEN["pause"](piece).samples) / RATE == pytest.approx(
        float(piece.second[-1]) + recovery.PAUSE, abs=0.01
    )
    skipped = recovery.BROKEN["skip"](piece)
    assert len(skipped.samples) < len(whole.samples)
    stop = piece.second[0] + recovery.PLACE * (piece.second[-1] - piece.second[0])
    here = np.interp(stop, piece.second, piece.quarter)
    there = np.interp(skipped.resumes + 1e-3, skipped.time, skipped.quarter)
    assert there == pytest.approx((here + piece.quarter[-1]) / 2, abs=0.2)
    foreign = recovery.with_another(piece, made(1))
    assert foreign.resumes == pytest.approx(stop + recovery.FOREIGN + 2 * recovery.BREATH, abs=0.01)


def test_recovery_is_the_first_moment_from_which_it_stays_right():
    time = np.arange(0.0, 20.0, 0.1)
    heard = recovery.Heard(np.zeros(1, np.float32), np.array([0.0, 20.0]), np.array([0.0, 40.0]), 5.0)
    right = (time > 6.95) & (time < 8.05) | (time > 8.95)
    assert recovery._recovery("skip", heard, time, right) == {
        "skip: seconds to recover": pytest.approx(4.0, abs=0.11),
        "skip: not recovered": 0.0,
    }
    never = recovery._recovery("skip", heard, time, np.zeros(len(time), dtype=bool))
    assert never["skip: not recovered"] == 1.0
    assert never["skip: seconds to recover"] == pytest.approx(14.9, abs=0.11)
