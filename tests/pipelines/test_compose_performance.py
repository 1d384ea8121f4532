"""What is asked of a performance is met or refused, whatever the player has learnt."""

import numpy as np
import pytest

import descant
from descant.composition.music_transformer_performance import key_heard
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.pipelines.compose_performance import compose_performance
from descant.pipelines.written import written_json
from tests.pieces import short_piece
from tests.scores import chorale


def test_seconds_are_exact_and_given_notes_come_back(tmp_path):
    given = short_piece().only(np.arange(len(short_piece())) < 6)
    descant.save(given, tmp_path / "in.mid")
    given = descant.open(tmp_path / "in.mid")
    found = compose_performance(tmp_path / "in.mid", seconds=6.5, seed=2)
    descant.save(found.notes, tmp_path / "out.mid")
    back = descant.open(tmp_path / "out.mid")
    assert back.duration == pytest.approx(given.duration + 6.5, abs=1e-3)
    for name in ("onset", "offset", "pitch", "velocity", "part"):
        assert np.allclose(getattr(back, name)[: len(given)], getattr(given, name), atol=1e-4)
    assert back.made_by == found.made_by
    assert back.made_by.parameters["seed"] == 2
    rows = {one.what: one.reached for one in found.told}
    assert rows["seconds"] == "6.5"
    assert rows["given"] == f"{len(given)} notes as they were"
    assert written_json(found, "out.mid")["transform"] == "music-transformer-performance"


def test_a_seed_gives_the_same_bytes(tmp_path):
    for name, seed in (("one", 4), ("again", 4), ("other", 5)):
        descant.save(compose_performance(seconds=4, seed=seed).notes, tmp_path / f"{name}.mid")
    one, again, other = ((tmp_path / f"{name}.mid").read_bytes() for name in ("one", "again", "other"))
    assert one == again != other


@pytest.mark.parametrize("key", ["C major", "F# minor", "Eb"])
def test_a_key_that_is_asked_for_is_heard(key):
    found = compose_performance(seconds=8, key=key, seed=1)
    number = key_heard(found.notes)
    assert number == {"C major": 0, "F# minor": 18, "Eb": 3}[key]
    assert found.notes.duration == pytest.approx(8)


def test_what_is_given_goes_on_in_its_own_key():
    with pytest.raises(InvalidValueError, match="its own key"):
        compose_performance(short_piece(), seconds=3, key="C major")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"bars": 4}, "no bars"),
        ({"key": "H minor"}, "is no key"),
        ({"chords": "C | G"}, "chords"),
        ({"tempo": 90.0}, "a tempo"),
        ({"best_of": 3}, "one performance"),
        ({"seconds": 0.0}, "not for 0"),
        ({"seconds": 1e9}, "not for 1e"),
        ({"seed": -1}, "a seed"),
    ],
)
def test_what_it_cannot_do_is_refused_with_the_reason(asked, said):
    with pytest.raises(InvalidValueError, match=said):
        compose_performance(**asked)


def test_a_score_is_neither_taken_nor_made():
    with pytest.raises(UnsupportedFormatError, match="give MIDI"):
        compose_performance(chorale())
    with pytest.raises(UnsupportedFormatError, match="no page"):
        _ = compose_performance(seconds=1.5).score
