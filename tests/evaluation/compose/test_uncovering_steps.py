"""Steps against quality on chorales made here, with a denoiser that knows what they are."""

import json

import numpy as np
import pytest

from descant.composition import discrete_diffusion
from descant.composition.absorbing_state import COVERED
from descant.composition.frames_before import LOWEST
from descant.evaluation.compose import uncovering_steps
from descant.evaluation.task import evaluated

CHORDS = np.array([[72, 67, 64, 48], [74, 67, 62, 43]]) - LOWEST + 1


def one_of_two(tokens, levels, step=None):
    """Every piece is one of the two chords throughout, the one that more of what is known speaks for."""
    known = tokens != COVERED
    fits = [int((tokens == chord[:, None])[known].sum()) for chord in CHORDS]
    found = np.full((*tokens.shape, 47), -40.0)
    for chord, fit in zip(CHORDS, fits, strict=True):
        if fit == max(fits):
            found[np.arange(4), :, chord] = 0.0
    return found


@pytest.fixture
def rows(monkeypatch, tmp_path):
    one, other = (np.tile(chord + LOWEST - 1, (32, 1)).tolist() for chord in CHORDS)
    (tmp_path / "jsb").mkdir()
    (tmp_path / "jsb" / "Jsb16thSeparated.json").write_text(
        json.dumps({"train": [one, other], "valid": [one], "test": [one]})
    )
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    monkeypatch.setattr(uncovering_steps.weights, "find", lambda name: None)
    monkeypatch.setattr(discrete_diffusion, "denoise", one_of_two)
    report = evaluated({"uncovering steps": uncovering_steps.TASK})
    assert not report.left_out
    return {(row["system"], row["metric"]): row for row in report.rows}


def test_at_once_each_token_costs_by_itself(rows):
    once, ten = (rows[f"discrete_diffusion, {steps}", "nll at most"]["value"] for steps in ("1 step", "10 steps"))
    assert once == pytest.approx((3 / 4) * np.log(2))  # the alto sings the same in both
    first = 13 / 128  # of the tokens are uncovered in the first of ten steps, of which about three quarters cost
    assert ten == pytest.approx(first * (3 / 4) * np.log(2), rel=0.5)
    lower = rows["discrete_diffusion, 10 steps", "nll at most, alto, tenor and bass"]["value"]
    assert lower == pytest.approx(0.0, abs=1e-6)  # the soprano tells


def test_what_is_drawn_is_measured_as_bach_is(rows):
    bach = {metric: row for (system, metric), row in rows.items() if system == "Bach"}
    assert {"n-gram nll", "crossing", "non-chord tones"} <= set(bach)
    assert "nll at most" not in bach
    few = rows["discrete_diffusion, 50 steps", "n-gram nll"]
    assert few["baseline"] == bach["n-gram nll"]["value"]
    assert few["value"] < rows["discrete_diffusion, 1 step", "n-gram nll"]["value"]
    assert rows["discrete_diffusion, 1 step", "chords"]["value"] < bach["chords"]["value"] == 1.0


def test_what_is_taken_back_is_beside_it(rows):
    assert rows["discrete_diffusion, annealed Gibbs", "chords"]["value"] == 1.0
    assert ("discrete_diffusion, annealed Gibbs", "nll at most") not in rows
