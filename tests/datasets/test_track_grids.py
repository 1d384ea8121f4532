"""Songs and chorales as grids: a song written out by hand, and the real sets there and back."""

import numpy as np
import pytest

from descant.composition.getmusic import CHORALE, POP
from descant.datasets import jsb, pop909, track_grids
from descant.datasets.arrangement import sheet_of
from descant.types import Beats, Chords, Notes, Part
from descant.types.chord_vocabulary import NO_CHORD, parse
from tests.composition import sets

HALF = 0.5 + 1e-6  # columns
PARTS = (Part("PIANO"), Part("MELODY"), Part("BRIDGE"))


def song(onset, offset, pitch, part, beats, positions, chords):
    notes = Notes(np.array(onset), np.array(offset), np.array(pitch), np.full(len(pitch), 80), np.array(part), PARTS)
    return pop909.Pop909Song("000", notes, Beats(np.array(beats), np.array(positions)), chords, None, ())


def test_a_song_stands_on_its_own_beats():
    """Beats of 0.4 s, then of 0.8 s; the melody begins before the first one, and a bar with the second."""
    chords = Chords(np.array([0.3, 0.7]), np.array([0.7, 2.3]), ("N", "A:min"))
    made = song(
        onset=[0.1, 0.7, 1.3],
        offset=[0.3, 1.5, 1.7],
        pitch=[72, 57, 64],
        part=[1, 0, 2],
        beats=[0.3, 0.7, 1.5, 2.3],
        positions=[4, 1, 2, 3],
        chords=chords,
    )
    found = track_grids.song_grid(made)
    names = [[POP.names[token].replace("empty", "-") for token in column] for column in found.grid]
    assert len(found.grid) == 16
    assert names[2][:2] == ["pitch 72", "duration 2"]  # half a beat before the first beat, which is column 4
    assert names[8][6:8] == ["pitch 57", "duration 4"]
    assert names[11][2:4] == ["pitch 64", "duration 2"]
    assert [column[-1] for column in names] == ["N"] * 8 + ["A:min"] * 8
    assert found.place.tolist() == [*range(8, 16), *range(8)]
    assert found.off_grid.exact


def test_bars_go_on_beyond_what_is_known():
    beats = np.arange(-2, 6)
    assert track_grids.positions(np.array([3, 1, 2]), beats).tolist() == [0, 1, 2, 0, 1, 2, 3, 0]
    assert track_grids.positions(np.array([0, 0]), np.arange(5)).tolist() == [0, 1, 2, 3, 0]


def rows(onset, end, pitch, part):
    found = np.stack([onset, end, pitch, part], axis=1).astype(float)
    return found[np.lexsort(found.T[::-1])]


def test_pop909_comes_back():
    """Notes that find a lane and all chords, on the grid of the song's own beats."""
    for one in sets.some(lambda: (pop909.read_song(f"{at:03d}") for at in range(1, 910)), 3):
        made = track_grids.song_grid(one)
        tokens = POP.flatten(made.grid)
        notes, chords = POP.decode(tokens), POP.decode_chords(tokens)
        again = POP.encode(notes, chords)
        assert again.off_grid.exact
        assert np.array_equal(again.tokens, tokens)
        sheet = sheet_of(one.notes, one.beats, one.chords)
        assert len(notes) == len(one.notes) - made.off_grid.lost
        early = round(-4 * np.floor(min(0.0, sheet.onset.min(), sheet.chords.start.min())))
        start, stop = 4 * sheet.onset + early, 4 * sheet.offset + early
        for onset, end, pitch, part in rows(notes.onset * 8, notes.offset * 8, notes.pitch, notes.part).round():
            near = (np.abs(start - onset) <= HALF) & (sheet.pitch == pitch) & (sheet.part == part)
            assert near.any()
            assert (np.abs(stop[near] - end) <= HALF).any() or end - onset in (1, 64)
        edges = np.round(4 * np.stack([sheet.chords.start, sheet.chords.end])).astype(int) + early
        tags = np.full(len(made.grid), NO_CHORD)
        for start, end, label in zip(*edges, sheet.chords.label, strict=True):
            tags[start:end] = parse(label).tag
        assert np.array_equal(made.grid[:, -1] - 193, tags)


def test_chorales_come_back():
    """Pitches of every sixteenth, up to the 64 that a note may last."""
    for one in sets.some(jsb.chorales, 30):
        made = track_grids.chorale_grid(one)
        assert made.grid.shape == (len(one.grid), 8)
        notes = CHORALE.decode(CHORALE.flatten(made.grid))
        held = np.full(one.grid.shape, jsb.REST)
        for start, end, pitch, part in rows(notes.onset * 8, notes.offset * 8, notes.pitch, notes.part).astype(int):
            held[start:end, part] = pitch
        assert made.off_grid.exact or made.off_grid.cut
        if not made.off_grid.cut:
            assert np.array_equal(held, one.grid)


def test_the_splits_are_the_sets_own():
    chorales = sets.some(lambda: track_grids.chorales("valid"), 2)
    assert [one.id for one in chorales[:2]] == ["valid/000", "valid/001"]
    songs = sets.some(lambda: track_grids.songs("valid"), 1)
    assert songs[0].id == pop909.song_ids("valid")[0]


@pytest.mark.parametrize("part", ["DRUMS", ""])
def test_parts_of_other_names_are_left_out(part):
    notes = Notes(
        np.zeros(2), np.ones(2), np.array([60, 64]), np.full(2, 80), np.array([0, 1]), (Part("melody"), Part(part))
    )
    assert track_grids.in_order(notes).pitch.tolist() == [60]
