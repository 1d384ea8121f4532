"""The table of voice leading: by hand, on counterpoint in place of Bach, and on Bach where he is there."""

import json

import numpy as np
import pytest

from descant.composition.copy_rate import Passages
from descant.composition.illiac import illiac
from descant.datasets import jsb
from descant.errors import MissingDataError
from descant.evaluation.compose import next_token, voice_leading
from descant.evaluation.compose.composers import COMPOSERS
from descant.evaluation.compose.suite import evaluate
from descant.evaluation.compose.voice_leading import BACH, COPYING, DISTANCE, GROUPS, counts, distances, rates

SPOOFS = [name for name in COMPOSERS if name.startswith("spoof")]
C, D = (72, 67, 64, 48), (74, 69, 65, 50)


def made(seeds, steps=4):
    """Counterpoint of three bars."""
    return [np.repeat(illiac(12, np.random.default_rng(seed)), steps, axis=0) for seed in seeds]


def held_against(train):
    """Of pieces, the distance as a whole and that of each family."""
    passages = Passages.of(train)
    own = [counts(frames, passages.longest(frames, but=at).steps) for at, frames in enumerate(train)]

    def apart(pieces):
        found = distances([counts(frames, passages.longest(frames).steps) for frames in pieces], own)
        return float(np.mean(list(found.values()))), found

    return apart


def spoofed(name, train, count):
    return COMPOSERS[name](train)([len(train[0])] * count, np.random.default_rng(0))


def test_counts_by_hand():
    found = counts(np.repeat(np.array([C, D]), 16, axis=0), copied=8)
    assert set(found) == {name for family in GROUPS.values() for name in family}
    assert found["parallel fifths"] == found["parallel octaves"] == (1, 6)
    assert found["voice crossing"] == (0, 96)
    assert found["voice overlap"] == (0, 3)
    assert found["chords"] == (32, 32)
    assert found["chords on beats"] == (8, 8)
    assert found["same as 1 bar ago"] == (0, 64)
    assert found["same as 2 bars ago"] == (0, 0)
    assert found["longest passage copied, steps"] == (8, 1)
    assert found["longest passage copied, share"] == (8, 32)


def test_rates_are_of_pieces_that_were_asked():
    pieces = [{"chords": (1, 4)}, {"chords": (0, 0)}, {"chords": (3, 4)}]
    assert rates(pieces, "chords").tolist() == [0.25, 0.75]
    assert len(rates(pieces[1:2], "chords")) == 0


def test_a_measure_is_left_out_where_it_is_never_asked_of_bach():
    known, unknown = {"chords": (1, 2)}, {"chords": (0, 0)}
    rest = {name: (0, 0) for family in GROUPS.values() for name in family}
    bach, other = [{**rest, **known}] * 2, [{**rest, **unknown}] * 2
    assert distances(bach, bach) == {"sonorities": 0.0}
    assert distances(other, bach) == {"sonorities": 1.0}


def test_other_pieces_of_one_hand_win_and_spoofs_lose():
    train = made(range(32))
    apart = held_against(train)
    near, _ = apart(made(range(100, 124)))
    assert abs(near) < 0.02
    for name in SPOOFS:
        far, families = apart(spoofed(name, train, 32))
        assert far > 0.08
    assert families[COPYING] > 0.9  # the last are copies
    assert far == pytest.approx(families[COPYING] / len(families), abs=0.02)


def test_every_measure_has_a_row_for_everybody(monkeypatch, tmp_path):
    sets = {"train": made(range(6)), "valid": made(range(6, 9)), "test": made(range(9, 12))}
    folder = tmp_path / "jsb"
    folder.mkdir()
    text = json.dumps({name: [piece.tolist() for piece in pieces] for name, pieces in sets.items()})
    (folder / "Jsb16thSeparated.json").write_text(text)
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    monkeypatch.setattr(next_token, "STATES", (4,))
    monkeypatch.setattr(voice_leading, "PIECES", 4)
    rows = {(row["system"], row["metric"]): row for row in evaluate("test", tasks=["voice leading"]).rows}
    own = [BACH, "Bach, valid", "Bach, test"]
    assert list(dict.fromkeys(system for system, _ in rows)) == [*own, *COMPOSERS]
    assert {row["data"] for row in rows.values()} == {"jsb/train"}
    for system in (*own, *COMPOSERS):
        assert ("chords", system) in {(metric, of) for of, metric in rows}
        assert ((system, DISTANCE) in rows) == (system != BACH)
    assert rows["illiac", "chords"]["baseline"] == rows[BACH, "chords"]["value"] == 1.0
    copied = rows["spoof: copies", "longest passage copied, share"]
    assert copied["value"] == 1.0 > copied["baseline"]
    families = [row["value"] for (system, metric), row in rows.items() if system == "hmm" and f"{DISTANCE}, " in metric]
    assert len(families) == len(GROUPS)
    assert rows["hmm", DISTANCE]["value"] == pytest.approx(np.mean(families))
    assert rows["hmm", DISTANCE]["n"] == 4
    tuned = {row["system"] for row in evaluate("valid", tasks=["voice leading"]).rows}
    assert "Bach, test" not in tuned


def test_bach_held_out_is_near_bach_and_spoofs_are_far():
    try:
        train, valid = ([one.grid for one in jsb.chorales(split)] for split in ("train", "valid"))
    except MissingDataError as error:
        pytest.skip(str(error))
    apart = held_against(train)
    near, families = apart(valid)
    assert near < 0.02
    assert max(families.values()) < 0.05  # of a sample of 76
    for name in SPOOFS:
        far, _ = apart(spoofed(name, train, 40))
        assert far > 0.08
    far, _ = apart(spoofed("spoof: shuffled bars", valid, 40))
    assert far > 0.05  # even where the bars are not those of what was learned
