"""The suite on chorales made here."""

import json

import numpy as np
import pytest

from descant.errors import MissingDataError, UnknownTransformError
from descant.evaluation.compose import next_token
from descant.evaluation.compose.suite import TASKS, evaluate
from descant.evaluation.rows import FIELDS

CHORDS = [[72, 67, 64, 48], [74, 67, 62, 47], [72, 69, 65, 53], [71, 67, 62, 43]]


@pytest.fixture
def rows(monkeypatch, tmp_path):
    """A set of chorales of one progression, from other chords on."""
    pieces = [np.roll(np.repeat(CHORDS, 2, axis=0), 2 * shift, axis=0).tolist() * 3 for shift in range(4)]
    folder = tmp_path / "jsb"
    folder.mkdir()
    sets = {"train": pieces[:2], "valid": pieces[2:3], "test": pieces[3:]}
    (folder / "Jsb16thSeparated.json").write_text(json.dumps(sets))
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    monkeypatch.setattr(next_token, "STATES", (4, 8))
    return evaluate(tasks=["next token"]).rows


def test_every_model_has_its_nats_beside_the_unigrams(rows):
    assert all(tuple(row) == FIELDS for row in rows)
    nats = {row["system"]: row for row in rows if row["metric"] == "nll"}
    assert list(nats) == list(next_token.SYSTEMS)
    assert {(row["data"], row["n"]) for row in nats.values()} == {("jsb/test", 96)}
    assert nats["even"]["value"] == pytest.approx(np.log([23, 24, 25, 32]).mean())  # what each voice may sing
    assert nats["n-gram, kneser-ney"]["value"] < 1.0 < nats["unigram"]["value"] < nats["even"]["value"]
    assert nats["hmm"]["value"] < nats["unigram"]["value"]
    assert nats["hmm"]["baseline"] == nats["unigram"]["value"]
    chosen = {(row["system"], row["metric"]) for row in rows if "chosen" in row["metric"]}
    assert chosen == {
        ("hmm", "states, chosen"),
        ("n-gram, ppm", "order, chosen"),
        ("n-gram, kneser-ney", "order, chosen"),
    }


def test_copies_stay_within_the_ranges():
    raster = next_token.RASTER
    frames = np.array([[81, 67, 64, 48]])
    moved = [raster.frames(one)[0, 0] for one in next_token.transposed(raster.flatten(frames))]
    assert moved == [81, 78, 79, 80]  # the soprano sings no higher


def test_missing_data_is_told_of(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    report = evaluate()
    assert report.rows == []
    assert {line.partition(": ")[0] for line in report.left_out} == set(TASKS)


def test_refuses_what_is_not_known():
    with pytest.raises(UnknownTransformError, match="choose from next token"):
        evaluate(tasks=["rhythm"])
    with pytest.raises(MissingDataError, match="test, valid"):
        evaluate("train")
