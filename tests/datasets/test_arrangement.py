"""Songs in beats: there and back, other metres, keys, beginnings and tempi, with labels that stay on their notes."""

import numpy as np
import pytest

from descant.datasets.arrangement import (
    Sheet,
    beat_times,
    begun_at,
    felt_in,
    in_bars_of,
    performed,
    sheet_of,
    silenced,
    swung,
    transposed,
    transposed_label,
    with_part,
)
from descant.types import Beats, Chords, ControlChange, Keys, Notes, Part, Sections

BARS, BEAT = 8, 0.5


def song() -> Sheet:
    """A note on every beat, pitch 60 + position; a chord a bar, sections of four bars, a pickup of one beat."""
    count = 4 * BARS + 1
    time = 1.0 + BEAT * np.arange(count)
    positions = (np.arange(count) - 1) % 4 + 1
    bars = time[positions == 1]
    ends = np.append(bars[1:], bars[-1] + 4 * BEAT)
    return sheet_of(
        Notes(time, time + 0.4, 60 + positions, np.full(count, 80), controls=(ControlChange(0, 0.3, 64, 127),)),
        Beats(time, positions),
        Chords(bars, ends, tuple("C:maj" if at % 2 else "A:min7/b3" for at in range(BARS))),
        Keys(np.zeros(1), np.array([20.0]), ("C major",), overall="C major"),
        Sections(bars[[0, 4]], ends[[3, 7]], ("A", "B")),
    )


def even(sheet: Sheet) -> np.ndarray:
    return BEAT * np.arange(len(sheet.positions))


def test_there_and_back() -> None:
    sheet = song()
    timed = performed(sheet, 1.0 + even(sheet))
    assert np.allclose(timed.notes.onset, 1.0 + BEAT * np.arange(33))
    assert np.allclose(timed.notes.offset - timed.notes.onset, 0.4)
    assert np.allclose(timed.chords.start, timed.beats.downbeats)
    assert timed.sections is not None
    assert np.allclose(timed.sections.start, timed.beats.downbeats[[0, 4]])
    assert timed.notes.controls[0].time == pytest.approx(0.3)


def test_three_beats_are_left_of_four() -> None:
    sheet = in_bars_of(song(), 3)
    timed = performed(sheet, even(sheet))
    assert sheet.steady == 3
    assert not np.any(timed.notes.pitch == 64)
    on = np.searchsorted(timed.beats.time, timed.notes.onset + 1e-6) - 1
    assert np.array_equal(timed.notes.pitch, 60 + timed.beats.position[on])
    assert np.allclose(timed.chords.start, timed.beats.downbeats)
    assert np.allclose((timed.chords.end - timed.chords.start)[:-1], 3 * BEAT)


@pytest.mark.parametrize("beats", [5, 7])
def test_two_bars_become_one_of_five_or_seven(beats: int) -> None:
    sheet = in_bars_of(song(), beats)
    assert set(np.diff(sheet.bars)) == {beats}
    assert set(sheet.sections.start) <= set(sheet.bars.astype(float))


def test_threes_are_felt_as_six_eighths() -> None:
    three = in_bars_of(song(), 3)
    sheet = felt_in(three, 2, 3.0, int(three.bars[0]))
    assert sheet.positions[:4].tolist() == [1, 2, 1, 2]
    assert np.allclose(sheet.chords.start, np.arange(len(sheet.chords.start)))


def test_a_slow_song_is_counted_twice_as_fast() -> None:
    slow = song()
    sheet = felt_in(slow, 4, 0.5, int(slow.bars[0]))
    assert np.allclose(sheet.chords.start, 8.0 * np.arange(BARS))
    assert sheet.steady == 4


def test_other_keys() -> None:
    assert transposed_label("A:min7/b3", 3) == "C:min7/b3"
    assert transposed_label("Bb:maj", -1) == "A:maj"
    assert transposed_label("N", 5) == "N"
    sheet = with_part(song(), Part("", 0, drum=True), [(0.0, 0.1, 36, 90)])
    moved = transposed(sheet, 2)
    assert moved.overall_key == "D major"
    assert moved.chords.label[0] == "B:min7/b3"
    drum = moved.part == 1
    assert moved.pitch[drum].tolist() == [36]
    assert np.array_equal(moved.pitch[~drum], sheet.pitch[~drum] + 2)


def test_a_song_may_begin_between_two_beats() -> None:
    sheet = begun_at(song(), 6.5)
    timed = performed(sheet, even(sheet))
    assert len(timed.beats) == 33 - 7
    assert timed.beats.position[0] == 3
    assert np.array_equal(timed.notes.pitch, 60 + timed.beats.position)
    assert np.all(np.isin(np.round(timed.chords.start[1:], 6), np.round(timed.beats.downbeats, 6)))


def test_parts_rest_and_swing() -> None:
    sheet = silenced(song(), [0], 1.0, 5.0)
    assert len(sheet.onset) == 33 - 4
    off = swung(with_part(song(), Part(), [(2.5, 3.0, 60, 80)]), 2 / 3)
    assert off.onset[-1] == pytest.approx(2 + 2 / 3)
    assert np.allclose(off.onset[:33], np.arange(33))


def test_tempo() -> None:
    sheet = song()
    straight = beat_times(sheet, np.full(32, BEAT), 2.0, 0.0, 0.0, np.random.default_rng(0))
    assert np.allclose(np.diff(straight), BEAT / 2)
    free = beat_times(sheet, np.full(32, BEAT), 1.0, 0.05, 0.5, np.random.default_rng(0))
    assert np.diff(free)[-1] > 1.2 * BEAT
    assert 0.01 < np.std(np.diff(free)[:-8]) < 0.06


def test_nothing_comes_before_the_start() -> None:
    sheet = with_part(song(), Part(), [(-3.0, -2.0, 60, 80)])
    timed = performed(sheet, even(sheet))
    assert timed.notes.onset[0] == 0.0
    assert timed.beats.time[0] == pytest.approx(3 * BEAT)
