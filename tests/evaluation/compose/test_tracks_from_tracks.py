"""Tracks told from tracks: floors and figures on grids small enough to be counted by hand."""

import numpy as np
import pytest

from descant import weights
from descant.composition.get_score import GetScore, Track
from descant.composition.track_rows import TrackRows
from descant.datasets.track_grids import TrackGrid
from descant.errors import MissingDataError
from descant.evaluation.compose import tracks_from_tracks
from descant.evaluation.compose.suite import TASKS, evaluate
from descant.evaluation.compose.track_floors import CopyNeighbour, HarmonyAndBeat, MostFrequent, both
from descant.evaluation.compose.tracks_from_tracks import COPY, piece_shares, pooled, shares, wanted_sets
from descant.evaluation.measured import Measured
from descant.types import Part
from descant.types.chord_vocabulary import NO_CHORD, parse

SONG = TrackRows(GetScore((Track(Part("melody")), Track(Part("piano"), 2)), chords=True))
DUET = TrackRows(GetScore((Track(Part("high")), Track(Part("low")))))
CHORDS = ("C:maj", "F:maj", "G:7", "A:min")


def song(roots=(0, 5, 7, 9), semitones=0):
    """A bar of four sixteenths a chord: the melody its third on the second sixteenth, the piano its root and fifth."""
    rows = np.zeros((4 * len(roots), 7), dtype=np.int64)
    for bar, root in enumerate(roots):
        label = CHORDS[(0, 5, 7, 9).index(root)]
        third = 3 if label == "A:min" else 4
        rows[4 * bar + 1, :2] = 1 + 60 + root + third + semitones, 2
        rows[4 * bar, 2:6] = 1 + 48 + root + 7 + semitones, 4, 1 + 48 + root + semitones, 4
        tag = parse(label).tag
        rows[4 * bar : 4 * bar + 4, -1] = tag // 12 * 12 + (tag + semitones) % 12
    return TrackGrid("song", SONG.tokens(rows), np.arange(len(rows)) % 4, None)


def told(floor, piece, wanted, held=False):
    return both(floor)(SONG.counted(piece.grid), piece.place, np.array(wanted))[held]


def test_most_frequent():
    floor = MostFrequent.fit(SONG, [song((0, 0, 5))])
    found = told(floor, song(), [True, False, True])
    assert not found[:, :2].any()
    assert (found[:, -1] == parse("C:maj").tag).all()
    assert np.array_equal(found[:, 2:6], SONG.counted(song().grid)[:, 2:6])
    known = told(floor, song(), [True, False, True], held=True)
    assert (known[:, :2] == (1 + 64, 2)).all()  # the third of C


def test_the_nearest_track_is_copied():
    rows = np.zeros((8, 4), dtype=np.int64)
    rows[[0, 4]] = (1 + 72, 4, 1 + 60, 3)
    piece = TrackGrid("", DUET.tokens(rows), np.arange(8), None)
    floor = CopyNeighbour.fit(MostFrequent.fit(DUET, [piece]), [piece])
    for held, elsewhere in ((False, [0, 0]), (True, [1 + 60, 3])):
        found = floor.told(rows + [3, 0, 0, 0] * (rows > 0), piece.place, np.array([False, True]), held=held)
        assert found[[0, 4], 2:].tolist() == [[1 + 63, 4]] * 2  # an octave below
        assert (found[[1, 2, 3, 5, 6, 7], 2:] == elsewhere).all()


def test_a_chord_is_the_triad_on_the_lowest_note():
    floor = CopyNeighbour.fit(MostFrequent.fit(SONG, [song()]), [song()])
    found = told(floor, song(), [True, False, True])[:, -1]
    assert found.reshape(4, 4).tolist() == [[root] * 4 for root in (0, 5, 7, 9)]


def test_harmony_and_beat_know_other_keys():
    floor = HarmonyAndBeat.fit(MostFrequent.fit(SONG, [song()]), [song()])
    for semitones in range(3):
        piece = song((9, 0, 5), semitones)
        rows = SONG.counted(piece.grid)
        chords = told(floor, piece, [False, False, True])
        assert np.array_equal(chords, rows)
        tracks = told(floor, piece, [True, True, False])
        assert np.array_equal(tracks, rows)
    rows = SONG.counted(song().grid)
    known = told(floor, song(), [True, True, False], held=True)
    assert np.array_equal(known[rows > 0], rows[rows > 0])
    alone = told(floor, song(), [True, True, True])  # no chord is known, no note is given
    assert (alone[:, -1] == alone[0, -1]).all()


def test_figures_counted_by_hand():
    """One melody note and a root go wrong."""
    rows = SONG.counted(song().grid)
    wrong = rows.copy()
    wrong[1, 0] += 1
    wrong[4:8, -1] = parse("D:min").tag  # for F
    wrong[8:12, -1] = parse("G:maj").tag  # for G:7
    wrong[12:16, -1] = parse("A:sus4").tag  # for A minor
    known = wrong.copy()
    known[5, 0] += 1
    found = dict(shares(SONG, rows, wrong, known, np.array([True, False, True])))
    assert found["melody of melody + chords: cells"] == (31, 32)
    assert found["melody of melody + chords: held cells"] == (6, 8)
    assert found["chords of melody + chords: chord"] == (4, 16)
    assert found["chords of melody + chords: root"] == (12, 16)
    assert found["chords of melody + chords: majmin"] == (8, 16)


def test_no_chord_is_a_chord_and_others_are_left_out_of_majmin():
    rows = SONG.counted(song((0, 5)).grid)
    rows[:4, -1], rows[4:, -1] = NO_CHORD, parse("C:dim").tag
    wanted = np.array([False, False, True])
    found = dict(shares(SONG, rows, rows, rows, wanted))
    assert found["chords of chords: majmin"] == (4, 4)
    other = rows.copy()
    other[:, -1] = parse("C:maj").tag
    found = dict(shares(SONG, rows, other, other, wanted))
    assert found["chords of chords: root"] == (4, 8)
    assert found["chords of chords: majmin"] == (0, 4)


def test_every_set_is_asked_for():
    assert len(wanted_sets(SONG)) == 7
    assert len(wanted_sets(TrackRows(tracks_from_tracks.SONGS.vocabulary))) == 15
    found = piece_shares(SONG, song(), lambda rows, place, wanted: (rows, rows))
    assert all(right == many for right, many in found.values())
    assert found["melody of melody + piano: cells"] == (32, 32)
    assert found["piano of melody + piano + chords: held cells"] == (16, 16)
    assert found["cells"] == (4 * (32 + 64 + 16),) * 2


def test_cells_of_all_pieces_count_alike():
    group = [Measured("", "", "", None, "", {}, {"cells": one}) for one in ((1, 2), (8, 8))]
    assert pooled(group) == {"cells": (0.9, 10)}


@pytest.fixture
def small(monkeypatch):
    """Two songs of a set of our own, and a network that says the first token of every row."""

    class Network:
        def run(self, given):
            columns = given["tokens"].shape[1]
            sizes = {"pitches": (3, 129), "durations": (3, 65), "chords": (181,)}
            return {name: np.zeros((1, columns, *size), dtype=np.float32) for name, size in sizes.items()}

    writer = type(tracks_from_tracks.SONGS)("getmusic", SONG.vocabulary)
    pieces = {"train": [song()], "valid": [song((0, 5))], "test": [song((7, 9)), song((5, 0))]}
    sets = (tracks_from_tracks.Set("songs", lambda split: iter(pieces[split]), writer),)
    monkeypatch.setattr(tracks_from_tracks, "SETS", sets)
    monkeypatch.setattr(weights, "load", lambda name: Network())
    monkeypatch.setattr(weights, "find", lambda name: None)


def test_the_task(small):
    report = evaluate(tasks=["tracks from tracks"])
    held = {row["system"]: row for row in report.rows if row["metric"] == "held cells"}
    assert list(held) == ["most frequent", COPY, "most frequent by harmony and beat", "getmusic"]
    assert {(row["data"], row["n"]) for row in held.values()} == {("songs/test", 2 * 4 * (4 + 8 + 8))}
    assert held["getmusic"]["value"] == 0.1  # the chord of C
    assert held["getmusic"]["baseline"] == held[COPY]["value"]
    best = held["most frequent by harmony and beat"]["value"]
    assert best > max(held[name]["value"] for name in ("most frequent", COPY, "getmusic"))
    assert tracks_from_tracks.TASK.name in TASKS


def test_weights_that_lack_are_told_of(small, monkeypatch):
    def lacking(name):
        raise MissingDataError(f"the model {name} is not there")

    monkeypatch.setattr(weights, "find", lacking)
    report = evaluate(tasks=["tracks from tracks"], count=1)
    assert report.left_out == ["tracks from tracks: getmusic is left out: the model getmusic is not there"]
    assert {row["system"] for row in report.rows} >= {"most frequent", COPY}
