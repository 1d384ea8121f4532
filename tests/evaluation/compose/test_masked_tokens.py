"""Floors of covered tokens by hand, and the task on chorales made here."""

import json

import numpy as np
import pytest

from descant.composition import discrete_diffusion
from descant.composition.absorbing_state import COVERED, covered
from descant.composition.frames_before import LOWEST
from descant.composition.jsb_raster import JsbRaster
from descant.errors import MissingDataError
from descant.evaluation.compose import masked_floors, masked_tokens
from descant.evaluation.compose.masked_floors import CopyNeighbour, Ngram, unigrams
from descant.evaluation.compose.masked_tokens import asked, covering
from descant.evaluation.task import evaluated

RASTER = JsbRaster()
CHORDS = np.array([[72, 67, 64, 48], [74, 67, 62, 47], [72, 69, 65, 53], [71, 67, 62, 43]]) - LOWEST + 1
PIECES = [np.roll(np.repeat(CHORDS, 4, axis=0), 4 * shift, axis=0) for shift in range(3)]
PIECES = [np.tile(one, (3, 1)) for one in PIECES]


def test_unigrams_by_hand():
    found = unigrams([CHORDS])
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert found[0, CHORDS[0, 0]] == pytest.approx(3 / (23 + 4))  # C twice, and once as every token that it may sing
    assert (found[~RASTER.voice_masks] == 0).all()
    assert (found[RASTER.voice_masks] > 0).all()


def test_the_nearest_is_copied():
    copies = CopyNeighbour.fit(PIECES)
    frames = np.tile(CHORDS[0], (8, 1))
    frames[4:] = CHORDS[1]
    frames[1:6, 0] = COVERED
    found = copies.odds(frames)
    assert found[1:6, 0].argmax(axis=-1).tolist() == [*[CHORDS[0, 0]] * 3, *[CHORDS[1, 0]] * 2]
    assert found.sum(axis=-1) == pytest.approx(1.0)
    assert found[1, 0].max() > found[2, 0].max() > found[3, 0].max()  # farther away it is trusted less
    by_hand = (PIECES[0][1:] == PIECES[0][:-1]).mean()
    assert copies.alike[1] == pytest.approx(by_hand, abs=0.01)
    frames[:, 0] = COVERED
    assert copies.odds(frames)[:, 0] == pytest.approx(np.tile(unigrams(PIECES)[0], (8, 1)))


def test_an_ngram_knows_what_it_has_read():
    frames = PIECES[0]
    hidden = covered(frames, np.random.default_rng(0).random(frames.shape) < 0.3)
    wanted = hidden == COVERED
    right = []
    model = Ngram.fit(PIECES)
    for guess in (model.left_to_right, model.both_ways):
        odds = guess(hidden)
        right.append((odds.argmax(axis=-1) == frames)[wanted].mean())
        assert odds[wanted].sum(axis=-1) == pytest.approx(1.0)
        assert (odds[:, ~RASTER.voice_masks] == 0).all()
    assert 0.6 < right[0] < right[1]


def test_both_ways_by_hand():
    model = Ngram.fit(PIECES)
    hidden = PIECES[0].copy()
    hidden[16, 2] = COVERED  # the last frame of a chord, as its neighbours show
    row, at = PIECES[0].ravel().tolist(), 4 * 16 + 2
    before = model.forward.probabilities(row[:at])
    after = model.backward.probabilities(row[:at:-1])
    expected = np.where(
        RASTER.voice_masks[2], before * after / np.where(model.unigrams[2] > 0, model.unigrams[2], 1), 0
    )
    assert model.both_ways(hidden)[16, 2] == pytest.approx(expected / expected.sum())


def test_what_is_covered():
    found = dict(covering(1000, np.random.default_rng(0)))
    assert {name: one.shape for name, one in found.items()} == dict.fromkeys(found, (1000, 4))
    for share in masked_tokens.SHARES:
        assert found[f"{100 * share:.0f} %"].mean() == pytest.approx(share, abs=0.05)
    assert found["alto"].mean(axis=0).tolist() == [0, 1, 0, 0]
    assert found["alto, tenor and bass"].mean(axis=0).tolist() == [0, 1, 1, 1]
    steps = np.flatnonzero(found["two bars"].all(axis=1))
    assert len(steps) == 32 == found["two bars"].any(axis=1).sum()
    assert steps[-1] - steps[0] == 31


def test_what_is_told_is_counted_by_hand():
    def sure(frames):
        """Half for the right soprano, all for token 30 elsewhere."""
        found = np.zeros((*frames.shape, RASTER.size))
        found[:, 0] = 0.5 / (RASTER.size - 1)
        found[:, 0, 40] = 0.5
        found[:, 1:, 30] = 1.0
        return found

    told = asked(sure, np.tile([40, 30, 30, 30], (40, 1)), np.random.default_rng(0))
    assert told["nll, soprano"] == (pytest.approx(40 * np.log(2)), 40)
    assert told["accuracy, soprano"] == (40.0, 40)
    assert told["nll, alto, tenor and bass"] == (0.0, 120)
    assert told["nll, two bars"] == (pytest.approx(32 * np.log(2)), 128)


@pytest.fixture
def chorales(monkeypatch, tmp_path):
    folder = tmp_path / "jsb"
    folder.mkdir()
    grids = [(one + LOWEST - 1).tolist() for one in PIECES]
    sets = {"train": grids[:1], "valid": grids[1:2], "test": grids[2:]}
    (folder / "Jsb16thSeparated.json").write_text(json.dumps(sets))
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    monkeypatch.setattr(masked_floors, "ORDER", 4)


def test_every_system_is_beside_the_copies(chorales, monkeypatch):
    monkeypatch.setattr(masked_tokens.weights, "find", lambda name: None)
    even = np.broadcast_to(RASTER.voice_masks / RASTER.voice_masks.sum(axis=1, keepdims=True), (48, 4, RASTER.size))
    monkeypatch.setattr(discrete_diffusion, "odds", lambda frames: even)
    report = evaluated({"masked tokens": masked_tokens.TASK})
    assert not report.left_out
    found = {(row["system"], row["metric"]): row for row in report.rows}
    assert {system for system, _ in found} == {
        "copy-neighbour",
        "n-gram, left to right",
        "n-gram, both ways",
        "discrete_diffusion",
    }
    assert {row["data"] for row in report.rows} == {"jsb/test"}
    for system in ("copy-neighbour", "n-gram, left to right", "n-gram, both ways"):
        assert found[system, "nll, 15 %"]["value"] < found["discrete_diffusion", "nll, 15 %"]["value"]
    assert found["discrete_diffusion", "nll, tenor"]["value"] == pytest.approx(np.log(25))
    assert found["discrete_diffusion", "nll, tenor"]["baseline_system"] == "copy-neighbour"
    assert found["discrete_diffusion", "nll, tenor"]["n"] == 48


def test_missing_weights_are_told_of(chorales, monkeypatch):
    def missing(name):
        raise MissingDataError(f"the model {name} is not there")

    monkeypatch.setattr(masked_tokens.weights, "find", missing)
    report = evaluated({"masked tokens": masked_tokens.TASK})
    assert report.left_out == [
        "masked tokens: discrete_diffusion is left out: the model discrete_diffusion is not there"
    ]
    assert len({row["system"] for row in report.rows}) == 3
