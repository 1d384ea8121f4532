"""The suite on sequences made here."""

import numpy as np
import pytest

from descant.datasets.chord_sequences import ChordSequence
from descant.datasets.roman_analyses import RomanPiece
from descant.errors import MissingDataError, UnknownTransformError
from descant.evaluation.beam_widths import WIDTHS
from descant.evaluation.harmony import chord_bits, roman_numeral
from descant.evaluation.harmony.suite import TASKS, evaluate
from descant.evaluation.rows import FIELDS
from descant.evaluation.task import PieceSet
from descant.harmony.degree_chords import parse

LOOP = [parse(one) for one in ("I", "V", "vi", "IV", "I", "IV", "V", "I")]


def load(split):
    sizes = {"train": range(20, 30), "valid": range(18, 20), "test": (16, 24)}[split]
    return (ChordSequence(f"{split}/{size}", np.array(LOOP * 4)[:size]) for size in sizes)


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setattr(chord_bits, "SEQUENCES", (PieceSet("loops", load),))
    monkeypatch.setattr(chord_bits, "STATES", (2, 8))
    return evaluate(tasks=["chord sequence"]).rows


def test_every_system_has_its_bits_beside_the_unigrams(rows):
    assert all(tuple(row) == FIELDS for row in rows)
    bits = {row["system"]: row for row in rows if row["metric"] == "bits a chord"}
    assert list(bits) == list(chord_bits.SYSTEMS)
    assert {(row["data"], row["n"]) for row in bits.values()} == {("loops/test", 40)}
    assert bits["uniform"]["value"] == pytest.approx(np.log2(144))
    assert bits["markov, kneser-ney"]["value"] < 1.0 < bits["unigram"]["value"]
    assert bits["hmm"]["value"] < bits["unigram"]["value"]
    assert bits["grammar"]["value"] < bits["grammar, by hand"]["value"]
    assert bits["unigram"]["baseline"] is None
    assert bits["hmm"]["baseline"] == bits["unigram"]["value"]


def test_what_was_chosen_is_said(rows):
    chosen = {(row["system"], row["metric"]): row["value"] for row in rows if "chosen" in row["metric"]}
    assert chosen["hmm", "states, chosen"] == 8
    assert set(chosen) == {
        ("markov, kneser-ney", "order, chosen"),
        ("markov, ppm", "order, chosen"),
        ("hmm", "states, chosen"),
    }


def test_missing_data_is_told_of(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    report = evaluate()
    assert report.rows == []
    assert all(" is left out: " in line for line in report.left_out)
    assert {line.partition(": ")[0] for line in report.left_out} == set(TASKS)


def test_refuses_what_is_not_known():
    with pytest.raises(UnknownTransformError, match="choose from chord sequence, roman numeral"):
        evaluate(tasks=["rhythm"])
    with pytest.raises(MissingDataError, match="test, valid"):
        evaluate("train")


def test_numerals_are_measured_over_all_pieces_and_by_collection(monkeypatch):
    from tests.evaluation.test_roman_pieces import PIECE, knows, thinks_of_one

    listed = {"bps-1": "a pair", "wir-2": "a pair", "wir-3": None}
    analyses = "descant.datasets.roman_analyses"
    monkeypatch.setattr(f"{analyses}.listed", lambda split: listed)
    monkeypatch.setattr(f"{analyses}.read_piece", lambda pair: PIECE)
    monkeypatch.setattr(roman_numeral, "SYSTEMS", {roman_numeral.BASELINE: thinks_of_one, "chord_gnn": knows})
    assert type(PIECE) is RomanPiece
    report = evaluate(tasks=["roman numeral"])
    assert "roman numeral: wir-3 is left out: its score or its analysis is not there" in report.left_out
    found = {(row["system"], row["data"], row["metric"]): row for row in report.rows}
    whole = found["chord_gnn", "augmented_net/test", "roman"]
    assert (whole["value"], whole["n"], whole["baseline"]) == (1.0, 2, 0.5)
    assert found["chord_gnn", "augmented_net/test, wir", "key"]["n"] == 1
    assert found[roman_numeral.BASELINE, "augmented_net/test", "error: the chord before or after"]["value"] == 0.5
    assert [(one["id"], one["system"], one["value"]) for one in report.items] == [
        ("bps-1", roman_numeral.BASELINE, 0.5),
        ("bps-1", "chord_gnn", 1.0),
        ("wir-2", roman_numeral.BASELINE, 0.5),
        ("wir-2", "chord_gnn", 1.0),
    ]


def test_a_beam_of_each_width_is_measured_on_all_pieces(monkeypatch):
    from tests.evaluation.test_roman_pieces import PIECE

    monkeypatch.setattr("descant.datasets.roman_analyses.pieces", lambda split: iter([PIECE] * 2))
    rows = evaluate(tasks=["beam width"]).rows
    assert {(row["data"], row["n"]) for row in rows} == {("augmented_net/test", 2)}
    roman = {row["system"]: row for row in rows if row["metric"] == "roman"}
    assert list(roman) == [f"modular_harmony, beam {width}" for width in WIDTHS]
    assert all(0 <= row["value"] <= 1 for row in roman.values())
    assert all(row["value"] > 0 for row in rows if row["metric"] == "seconds")
