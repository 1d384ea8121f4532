"""Singing against its own notes: pitch, time, what may sound before a note, choirs, and refusals."""

import time

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.synthesis.voice import CONTROL, RATE, lines, monophonic, pitch_contour, voice
from descant.types import Notes, Part, PitchBend


def melody(pitches, length=0.6, gap=0.2, velocity=90):
    onset = 0.5 + np.arange(len(pitches)) * (length + gap)
    return Notes(onset, onset + length, np.array(pitches), np.full(len(pitches), velocity))


def measured(samples, low, high, at, width=2048):
    """MIDI pitch by autocorrelation around a time, seconds."""
    middle = int(at * RATE)
    part = samples[middle - width // 2 : middle + width // 2] * np.hanning(width)
    power = np.fft.irfft(np.abs(np.fft.rfft(part, 4 * width)) ** 2)
    lags = np.arange(int(RATE / high), int(RATE / low))
    return 69 + 12 * np.log2(RATE / lags[np.argmax(power[lags])] / 440)


@pytest.mark.parametrize("pitch", [40, 50, 57, 64, 72, 81])
def test_every_register_is_in_tune_with_its_contour(pitch):
    notes = melody([pitch, pitch + 2, pitch + 4])
    samples = voice(notes, seed=pitch).samples[0]
    line = lines(notes, seed=pitch)[0]
    hz = 440 * 2 ** ((pitch - 69) / 12)
    for onset, written in zip(notes.onset, notes.pitch, strict=True):
        middle = np.array([onset + 0.35])
        heard = measured(samples, hz / 1.4, hz * 1.7, middle[0])
        assert heard == pytest.approx(line.pitch_at(middle)[0], abs=0.5)
        assert heard == pytest.approx(written, abs=1.0)


def test_the_tone_begins_with_the_note_and_ends_soon_after_it():
    notes = melody([60, 64, 67])
    for seed in range(5):
        samples = voice(notes, seed=seed).samples[0]
        level = np.sqrt(np.convolve(samples**2, np.ones(220) / 220, mode="same"))
        for onset, offset in zip(notes.onset, notes.offset, strict=True):
            body = level[int((onset + 0.1) * RATE) : int((offset - 0.05) * RATE)].mean()
            assert level[int((onset + 0.06) * RATE)] > 0.3 * body
            assert onset > notes.onset[0] or level[int((onset - 0.16) * RATE)] < 0.02 * body
            assert offset < notes.offset[-1] or level[int((offset + 0.17) * RATE)] < 0.1 * body


def test_pitch_glides_between_bound_notes_and_trembles_late_in_long_ones():
    notes = Notes(np.array([0.2, 1.7]), np.array([1.7, 4.0]), np.array([60, 67]), np.array([90, 90]))
    swings = []
    for seed in range(8):
        line = lines(notes, seed=seed)[0]
        way = line.pitch_at(np.array([1.45, 1.7, 1.95]))
        assert way[0] < 61.5 < 66.5 < way[2] + 0.5
        passing = line.pitch[int(1.55 * CONTROL) : int(1.95 * CONTROL)]
        assert np.abs(np.diff(passing)).max() < 3.5  # no jump
        swings.append(np.ptp(line.pitch_at(np.arange(3.0, 3.9, 0.01))))
    assert max(swings) > 0.6  # semitones: a trained voice's vibrato
    assert len({round(one, 3) for one in swings}) == 8


def test_the_contour_is_voiced_where_it_sings():
    notes = melody([57, 60])
    contour = pitch_contour(lines(notes, seed=3)[0])
    inside = (contour.time > notes.onset[0] + 0.1) & (contour.time < notes.offset[0] - 0.05)
    assert contour.voiced[inside].all()
    assert not contour.voiced[contour.time < 0.3].any()
    assert np.median(contour.hz[inside]) == pytest.approx(220.0, rel=0.03)


def test_bends_are_sung():
    plain = Notes(np.array([0.2]), np.array([1.5]), np.array([60]), np.array([90]))
    bent = Notes(np.array([0.2]), np.array([1.5]), np.array([60]), np.array([90]), bends=(PitchBend(0, 0.8, 2.0),))
    difference = lines(bent, seed=1)[0].pitch - lines(plain, seed=1)[0].pitch
    assert difference[int(0.7 * CONTROL)] == pytest.approx(0.0)
    assert difference[int(1.0 * CONTROL)] == pytest.approx(2.0)


def test_chords_are_shared_out_and_drums_left_out():
    notes = Notes(
        np.array([0.0, 0.0, 0.5, 0.55]),
        np.array([1.0, 1.0, 0.6, 1.0]),
        np.array([60, 64, 38, 72]),
        np.full(4, 90),
        np.array([0, 0, 1, 2]),
        (Part(), Part("", 0, True), Part()),
    )
    shared = list(monophonic(notes))
    assert [one.pitch.tolist() for one in shared] == [[60], [64], [72]]
    slurred = Notes(np.array([0.0, 0.5]), np.array([0.6, 1.0]), np.array([60, 62]), np.array([90, 90]))
    (alone,) = monophonic(slurred)
    assert alone.offset.tolist() == [0.5, 1.0]


def test_a_choir_has_more_singers_than_lines():
    notes = melody([60, 64])
    one, many = lines(notes, seed=1), lines(notes, seed=1, singers=3)
    assert (len(one), len(many)) == (1, 3)
    assert len({line.singer.vibrato_hz for line in many}) == 3
    assert many[0].notes.onset.tolist() == notes.onset.tolist()
    assert np.abs(many[1].notes.onset - notes.onset).max() < 0.08


def test_the_same_seed_sings_the_same_and_another_differently():
    notes = melody([60, 64])
    first, again, other = (voice(notes, seed=seed).samples for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_silence_stays_silent():
    nothing = Notes(np.zeros(0), np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    assert not voice(nothing).samples.any()


def test_refusals_are_clear():
    late = Notes(np.array([5000.0]), np.array([5001.0]), np.array([60]), np.array([90]))
    with pytest.raises(InvalidValueError, match="20 at most"):
        voice(late)
    with pytest.raises(InvalidValueError, match="at least one singer"):
        voice(melody([60]), singers=0)


def test_it_sings_faster_than_twenty_times_real_time():
    notes = melody(list(range(48, 64)) * 2)
    voice(notes)
    start = time.process_time()
    sound = voice(notes, seed=1)
    assert time.process_time() - start < sound.duration / 20
