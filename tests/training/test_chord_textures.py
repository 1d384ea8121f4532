"""Made-up music over an analysis: its notes spell its chords, its bass is theirs, and it stays in its bars."""

import numpy as np
import pytest

from descant.datasets.roman_analyses import RomanPiece, chord_at
from descant.harmony.note_features import WrittenNotes
from descant.harmony.note_graph import note_graph
from descant.harmony.roman import MAJOR, MINOR, QUALITIES, Roman, semitones
from descant.training import chord_textures
from descant.training.chord_textures import textured, voiced

C, A = (0, MAJOR), (3, MINOR)
CHORDS = (
    Roman(C, (1, 0), "maj", 0, 0),
    Roman(C, (5, 0), "7", 1, 1),
    Roman(A, (4, 1), "aug6", 0, -1),
    Roman(A, (5, 0), "maj", 0, 4),
    Roman(A, (1, 0), "min", 2, 3),
)
BARS = np.arange(5) * 4.0
NOTES = WrittenNotes(
    onset=BARS,
    duration=np.full(5, 4.0),
    pitch=np.full(5, 60),
    fifths=np.zeros(5, dtype=np.int64),
    bar=BARS,
    bar_length=np.full(5, 4.0),
    beat=np.ones(5),
    sharps=np.zeros(5, dtype=np.int64),
)
PIECE = RomanPiece("five", NOTES, BARS, CHORDS)


def members(chord):
    more = {1} if chord.degree == (4, 1) else set()
    return {chord.root + step for step in {*QUALITIES[chord.quality], *more}}


@pytest.mark.parametrize("texture", range(chord_textures.TEXTURES))
def test_every_texture_spells_its_chords_over_their_bass(texture, monkeypatch):
    monkeypatch.setattr(chord_textures, "STAYS", 1.0)
    monkeypatch.setattr(chord_textures, "ORNAMENTED", 0.0)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        notes = chord_textures.textured(PIECE, _Always(rng, texture)).notes
        at = chord_at(BARS, notes.onset)
        for number, chord in enumerate(CHORDS):
            own = at == number
            assert set(notes.fifths[own].tolist()) <= members(chord)
            lowest = notes.fifths[own][notes.pitch[own].argmin()]
            assert lowest == chord.root + QUALITIES[chord.quality][chord.inversion]
        assert np.all(notes.pitch % 12 == [semitones(one) for one in notes.fifths.tolist()])
        ends = notes.onset + notes.duration
        assert np.all(ends <= BARS[at] + 4 + 1e-9)
        assert np.all(np.diff(notes.onset) >= 0)
        note_graph(notes.onset, notes.duration, notes.pitch)


class _Always:
    """A generator that has one texture throughout."""

    def __init__(self, rng, texture):
        self.rng, self.texture = rng, texture

    def integers(self, low, high=None):
        return self.texture if high is None and low == chord_textures.TEXTURES else self.rng.integers(low, high)

    def __getattr__(self, name):
        return getattr(self.rng, name)


def test_ornaments_are_steps_of_the_key(monkeypatch):
    monkeypatch.setattr(chord_textures, "ORNAMENTED", 1.0)
    notes = textured(PIECE, np.random.default_rng(0)).notes
    at = chord_at(BARS, notes.onset)
    outside = [
        int(one)
        for one, chord in zip(notes.fifths, np.array(CHORDS, dtype=object)[at], strict=True)
        if one not in members(chord)
    ]
    assert outside
    assert all(-3 <= one <= 8 for one in outside)
    assert np.all(notes.pitch % 12 == [semitones(one) for one in notes.fifths.tolist()])


def test_a_seed_gives_the_same_music_and_another_one_other():
    one, again, other = (textured(PIECE, np.random.default_rng(seed)).notes for seed in (1, 1, 2))
    assert np.array_equal(one.pitch, again.pitch)
    assert not np.array_equal(one.pitch, other.pitch)


def test_upper_notes_stand_over_the_bass():
    for seed in range(20):
        low, upper = voiced(CHORDS[1], 52.0, 58.0, np.random.default_rng(seed))
        assert low[1] == 5  # the third, B
        assert all(pitch > low[0] for pitch, _ in upper)
