"""A band on a made-up song: the bass plays the chords' basses, chords their notes, drums their beats."""

import numpy as np
import pytest

from descant.datasets.accompaniment import (
    BASS_LINES,
    COMPS,
    DRUM_PATTERNS,
    bass_line,
    comping,
    drum_pattern,
    drummer,
    groove,
    harmony,
)
from descant.datasets.arrangement import Sheet, Spans
from descant.types import Beats, Notes

CHORDS = ("C:maj", "A:min7", "G:7/3", "N")


def sheet(bar: int = 4) -> Sheet:
    start = bar * np.arange(4.0)
    nothing = np.zeros(0)
    return Sheet(
        nothing,
        nothing,
        nothing.astype(int),
        nothing.astype(int),
        nothing.astype(int),
        (),
        np.arange(4 * bar) % bar + 1,
        chords=Spans(start, start + bar, CHORDS),
    )


def test_chords_are_read() -> None:
    found = harmony("G:7/3")
    assert found is not None
    assert (found.root, found.bass, found.tones) == (7, 11, (7, 11, 2, 5))
    assert harmony("N") is None


@pytest.mark.parametrize("kind", BASS_LINES)
@pytest.mark.parametrize("bar", [3, 4, 6])
def test_the_bass_begins_each_chord_with_its_bass_and_rests_without_one(kind: str, bar: int) -> None:
    line = bass_line(sheet(bar), kind, range(4), np.random.default_rng(0))
    assert all(-0.1 < onset < 3 * bar for onset, _, _, _ in line)
    for at, pitch_class in ((0, 0), (bar, 9), (2 * bar, 11)):
        first = min((one for one in line if one[0] > at - 0.1), key=lambda one: one[0])
        assert first[2] % 12 == pitch_class
    assert all(28 <= pitch < 60 for _, _, pitch, _ in line)


@pytest.mark.parametrize("kind", COMPS)
def test_chords_play_their_notes_alone(kind: str) -> None:
    tones = {0: {0, 4, 7}, 1: {9, 0, 4, 7}, 2: {7, 11, 2, 5}}
    for onset, offset, pitch, velocity in comping(sheet(), kind, range(4), np.random.default_rng(0)):
        assert pitch % 12 in tones[int((onset + 0.1) // 4)]
        assert offset > onset
        assert 1 <= velocity <= 127


def test_the_skank_is_off_the_beat() -> None:
    onsets = np.array([one[0] for one in comping(sheet(), "skank", [0], np.random.default_rng(0))])
    assert np.abs(onsets % 1 - 0.5).max() < 0.15


@pytest.mark.parametrize("bar", DRUM_PATTERNS)
def test_patterns_stay_in_their_bars(bar: int) -> None:
    for number in range(len(DRUM_PATTERNS[bar])):
        strokes = drum_pattern(sheet(bar), number, [1], np.random.default_rng(0))
        assert strokes
        assert all(bar - 0.1 < onset < 2 * bar for onset, _, _, _ in strokes)


def test_a_take_is_laid_onto_the_bars_with_its_timing() -> None:
    time = 0.5 * np.arange(16) + 0.02  # a stroke a little after each beat, at 120 bpm
    notes = Notes(time, time + 0.1, 36 + np.arange(16) % 4, np.full(16, 100))
    take = groove(notes, Beats(0.5 * np.arange(16), np.arange(16) % 4 + 1), "rock")
    strokes = drummer(sheet(), take, 3, [1, 2], None, 0.5)
    assert np.allclose([one[0] for one in strokes], 4 + np.arange(8) + 0.04)
    assert [one[2] for one in strokes] == [36, 37, 38, 39] * 2
    assert {one[3] for one in strokes} == {50}
    shorter = drummer(sheet(3), take, 0, [0, 1], None, 1.0)
    assert np.allclose([one[0] for one in shorter], np.arange(6) + 0.04)
