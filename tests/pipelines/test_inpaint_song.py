"""Bars of a song written anew by a network that has learnt nothing of songs; everything else as it was."""

from dataclasses import replace

import numpy as np
import pytest

import descant
from descant import weights
from descant.errors import InvalidValueError
from descant.pipelines.inpaint import inpainted
from descant.pipelines.inpaint_song import is_song
from descant.transcription.notation.notate import notated
from descant.types import MeterChange, Notes, Part, TempoChange
from tests.pipelines.song_network import Network


@pytest.fixture(autouse=True)
def _network(monkeypatch):
    network = Network()
    monkeypatch.setattr(weights, "load", lambda name: network)
    monkeypatch.setattr(weights, "find", lambda name: (network.card, None))


def song(**more):
    """Eight bars: a melody in quarters, a piano in halves with chords, and a drum on every beat, of uneven touch."""
    melody = [(at, 1.0, 60 + (at * 5) % 12, 80 + at % 20, 0) for at in range(32)]
    piano = [(2.0 * at, 2.0, pitch, 60 + at, 1) for at in range(16) for pitch in (48, 52, 55)]
    drums = [(at, 0.5, 36, 100, 2) for at in range(32)]
    onset, length, pitch, velocity, part = np.array(sorted(melody + piano + drums), dtype=float).T
    parts = (Part("MELODY", 73), Part("piano", 0), Part("kit", 0, drum=True))
    fields = {"tempos": (TempoChange(0.0, 60.0),), "meters": (MeterChange(0.0, 4, 4),), **more}
    columns = pitch.astype(int), velocity.astype(int), part.astype(int)
    return Notes(onset, onset + length, *columns, parts, **fields)


def rows(notes, kept=lambda row: True):
    columns = (notes.onset, notes.offset, notes.pitch, notes.velocity, notes.part)
    found = [tuple(row) for row in zip(*(np.asarray(one).round(9).tolist() for one in columns), strict=True)]
    return sorted(row for row in found if kept(row))


def reached(found, what):
    return next(one.reached for one in found.told if one.what == what)


@pytest.mark.parametrize(("tracks", "parts"), [("", {0, 1}), ("melody", {0}), ("2", {1}), ("piano, MELODY", {0, 1})])
def test_all_but_the_bars_and_tracks_comes_back_to_the_bit(tracks, parts, tmp_path):
    given = song()
    found = inpainted(given, "3-4", tracks=tracks, best_of=2)
    stays = lambda row: row[4] not in parts or not 8 <= row[0] < 16  # noqa: E731
    assert rows(found.notes, stays) == rows(given, stays)
    assert rows(found.notes) != rows(given)
    assert all(row[1] <= 16 for row in rows(found.notes, lambda row: not stays(row)))
    for name in ("parts", "tempos", "meters"):
        assert getattr(found.notes, name) == getattr(given, name)
    assert reached(found, "bars") == "2 of 8, 8 quarters"
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    assert read.made_by == found.made_by
    assert dict(read.made_by.parameters)["bars"] == "3-4"


@pytest.mark.parametrize("tracks", ["Vocals", "melody", "1"])
def test_a_melody_of_another_name_is_asked_for_by_it(tracks):
    named = replace(song(), parts=(Part("Vocals", 53), *song().parts[1:]))
    assert reached(inpainted(named, "3-4", tracks=tracks, best_of=1), "tracks") == "melody written"


def test_a_melody_without_a_name_is_called_so_on_the_page():
    found = inpainted(replace(song(), parts=(Part(), *song().parts[1:])), "2", tracks="piano", best_of=1)
    assert [one.name for one in found.notes.parts] == ["", "piano", "kit"]
    assert [one.name for one in found.score.parts][:2] == ["melody", "piano"]


def test_a_duo_beside_the_grid_of_songs_is_none():
    parts = (Part("Violin", 40), *song().parts[1:])
    assert is_song(replace(song(), parts=parts))
    assert not is_song(replace(song(meters=(MeterChange(0.0, 6, 8),)), parts=parts))
    assert is_song(song(meters=(MeterChange(0.0, 6, 8),)))  # named as one, and told what is amiss


def test_a_pitch_that_is_held_into_the_bars_is_not_struck_again(tmp_path):
    given = song()
    offset = given.offset.copy()
    offset[(given.onset == 6) & (np.asarray(given.part) == 1)] = 15.0  # the piano's chord goes on through the bars
    given = replace(given, offset=offset)
    found = inpainted(given, "3-4", tracks="piano", best_of=1)
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    held = {row for row in rows(given) if row[4] == 1 and row[0] == 6}
    assert {row[2:] for row in held} == {row[2:] for row in rows(read) if abs(row[0] - 6) < 1e-3 and row[4] == 1}
    assert all(abs(row[1] - 15) < 1e-2 for row in rows(read) if abs(row[0] - 6) < 1e-3 and row[4] == 1)


def test_what_is_told_is_counted():
    given = song()
    found = inpainted(given, "1", tracks="melody", best_of=1)
    kept = len(given) - 4
    assert reached(found, "given") == f"{kept} notes as they were, {len(found.notes) - kept} written"
    assert reached(found, "tracks") == "melody written"


def test_a_page_is_written_anew_and_says_so():
    page = notated(song()).score
    found = inpainted(page, "2", tracks="piano", best_of=1)
    assert "it is written on a new page, without its words and signs" in found.said
    part = next(at for at, one in enumerate(found.notes.parts) if one.name == "MELODY")
    assert found.notes.pitch[np.asarray(found.notes.part) == part].tolist() == [60 + at * 5 % 12 for at in range(32)]


@pytest.mark.parametrize(
    ("bars", "options", "words"),
    [
        ("0", {}, "there is no bar 0"),
        ("9", {}, "has 8 bars, so there is no bar 9"),
        ("4-3", {}, "run backwards"),
        ("2", {"tracks": "bridge"}, "has no track 'bridge'; it has 1 melody, 2 piano"),
        ("2", {"tracks": "soprano"}, "has no track 'soprano'"),
        ("2", {"best_of": 0}, "not of 0"),
    ],
)
def test_refusals(bars, options, words):
    with pytest.raises(InvalidValueError, match=words):
        inpainted(song(), bars, **{"best_of": 1, **options})


def test_metres_that_do_not_go():
    with pytest.raises(InvalidValueError, match="is in 7/8"):
        inpainted(song(meters=(MeterChange(0.0, 7, 8),)), "1", best_of=1)
