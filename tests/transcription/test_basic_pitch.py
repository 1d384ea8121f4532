"""Decoding against posteriors made by hand, and the whole against tones made here."""

import numpy as np
import pytest

from descant.transcription.basic_pitch import (
    BEND_STEP,
    KEYS,
    Decoding,
    NoteFrames,
    basic_pitch,
    bends,
    key_levels,
    notes_of,
    stored,
)
from descant.types import Audio

A4 = 69 - 21
DECODING = Decoding(onset=0.4, note=0.4, shortest=0.06, quiet=3)


def heard(frames=100, tuning=0.0):
    return NoteFrames(
        np.zeros((frames, KEYS), np.float16),
        np.zeros((frames, KEYS), np.uint8),
        np.zeros((frames, KEYS), np.int8),
        np.full((frames, KEYS), 100, np.uint8),
        tuning,
    )


def put(frames, start, end, key=A4, peak=0.9):
    """One note: an onset peak at `start`, frames, sounding to `end`."""
    frames.onset[max(start - 1, 0) : start + 2, key] = peak / 2
    frames.onset[start, key] = peak
    frames.note[start:end, key] = 230
    return frames


def test_a_note_lasts_from_its_onset_until_it_no_longer_sounds():
    notes = notes_of(put(heard(), 10, 40), 2.0, DECODING)
    assert notes.pitch.tolist() == [69]
    assert notes.onset == pytest.approx([0.2])
    assert notes.offset == pytest.approx([0.8])
    assert notes.confidence == pytest.approx([0.9], abs=1e-3)


def test_an_onset_lies_between_frames():
    frames = heard()
    frames.onset[9:13, A4] = [0.1, 0.8, 0.8, 0.1]
    frames.note[10:40, A4] = 230
    assert notes_of(frames, 2.0, DECODING).onset == pytest.approx([10.5 / 50])


def test_a_second_onset_ends_the_first_note():
    frames = put(put(heard(), 10, 40), 25, 40)
    notes = notes_of(frames, 2.0, DECODING)
    assert notes.onset == pytest.approx([0.2, 0.5])
    assert notes.offset == pytest.approx([0.5, 0.8])


def test_a_short_gap_is_bridged_and_a_long_one_ends_the_note():
    frames = put(heard(), 10, 40)
    frames.note[20:22, A4] = 0
    assert notes_of(frames, 2.0, DECODING).offset == pytest.approx([0.8])
    frames.note[20:23, A4] = 0
    assert notes_of(frames, 2.0, DECODING).offset == pytest.approx([0.4])


def test_an_onset_that_does_not_sound_and_a_scrap_are_dropped():
    frames = heard()
    frames.onset[10, A4] = 0.9
    put(frames, 30, 32, key=A4 + 1)
    assert len(notes_of(frames, 2.0, DECODING)) == 0


def test_what_has_no_onset_is_no_note():
    frames = heard()
    frames.note[10:40, A4] = 250
    assert len(notes_of(frames, 2.0, DECODING)) == 0


def test_nothing_sounds_beyond_the_end():
    frames = put(put(heard(), 10, 100), 98, 100, key=A4 + 4)
    notes = notes_of(frames, 1.97, DECODING)
    assert notes.offset == pytest.approx([1.97, 1.97])  # the second is short because the recording is


def test_louder_notes_have_greater_velocities():
    frames = put(put(put(heard(), 10, 30), 10, 30, key=A4 + 4), 10, 30, key=A4 + 7)
    frames.level[:, A4] = 90
    frames.level[:, A4 + 7] = 112
    assert np.all(np.diff(notes_of(frames, 2.0, DECODING).velocity) > 0)


def test_bends_of_a_lone_note_hold_its_glide_and_the_tuning():
    frames = put(heard(tuning=20.0), 10, 40)
    frames.bend[10:40, A4] = np.round(np.linspace(0, 50, 30) / BEND_STEP)
    notes = notes_of(frames, 2.0, DECODING)
    time = [one.time for one in notes.bends]
    semitones = [one.semitones for one in notes.bends]
    assert (time[0], semitones[0]) == (0.0, 0.2)  # the recording is 20 cents sharp
    assert max(semitones) == pytest.approx(0.7, abs=0.06)
    assert (time[-1], semitones[-1]) == (pytest.approx(0.8), 0.2)


def test_notes_that_sound_together_are_not_bent():
    frames = put(put(heard(), 10, 40), 20, 50, key=A4 + 4)
    frames.bend[:, A4] = 20
    assert notes_of(frames, 2.0, DECODING).bends == ()


def test_a_bend_is_where_the_contour_is_highest():
    contour = np.zeros((3, 264), np.float32)
    centre = 3 * A4 + 1
    contour[0, centre - 1 : centre + 2] = [0.2, 0.9, 0.2]
    contour[1, centre - 1 : centre + 2] = [0.0, 0.5, 0.5]
    contour[2, centre + 1 : centre + 4] = [0.1, 0.8, 0.1]
    found = bends(contour)
    assert found[:, A4] == pytest.approx([0.0, 0.5 / 3, 2 / 3], abs=1e-6)
    assert stored(contour, found, found)["bend"][2, A4] == round(200 / 3 / BEND_STEP)


def test_levels_count_half_decibels_of_the_lowest_partials():
    magnitudes = np.zeros((1, 288), np.float32)
    magnitudes[0, 3 * A4 + 1] = 1.0
    levels = key_levels(magnitudes)
    assert levels.shape == (1, 88)
    assert levels[0, A4] == levels[0, A4 - 12] == 220  # 0 dB, 110 above nothing; the octave below has it as partial
    assert levels[0, A4 + 12] == 0


def tone(pitch, seconds=1.0, cents=0.0):
    time = np.arange(int(seconds * 22050)) / 22050
    hz = 440 * 2 ** ((pitch - 69 + cents / 100) / 12)
    sound = sum(0.5**number * np.sin(2 * np.pi * hz * number * time) for number in range(1, 8))
    return sound * np.minimum(1, time / 0.005) * np.minimum(1, (seconds - time) / 0.05) * np.exp(-1.5 * time)


def transcribed(samples, **options):
    return basic_pitch(Audio(np.asarray(samples, np.float32), 22050), **options)


def test_plucked_tones_come_back_at_their_pitches_and_times():
    pitches = [48, 60, 55, 64, 67, 72]
    sound = np.concatenate([np.zeros(11025), *(0.2 * tone(pitch, 0.5) for pitch in pitches), np.zeros(11025)])
    notes = transcribed(sound)
    assert notes.pitch.tolist() == pitches
    assert notes.onset == pytest.approx(0.5 + 0.5 * np.arange(6), abs=0.04)


def test_a_detuned_instrument_keeps_its_note_names():
    pitches = [57, 60, 64, 69]
    notes = transcribed(np.concatenate([0.2 * tone(pitch, 0.6, cents=30.0) for pitch in pitches]))
    assert notes.pitch.tolist() == pitches
    assert notes.bends[0].semitones == pytest.approx(0.3, abs=0.06)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("samples", [np.zeros(22050 * 2), np.zeros(1), np.zeros(220), np.full(44100, 0.5)])
def test_silence_scraps_and_a_constant_hold_no_notes(samples):
    assert len(transcribed(samples)) == 0


@pytest.mark.filterwarnings("error")
def test_noise_holds_few_notes():
    noise = 0.1 * np.random.default_rng(0).standard_normal(5 * 22050)
    assert len(transcribed(noise)) <= 5


def test_the_threshold_is_the_least_confidence():
    sound = np.concatenate([0.2 * tone(pitch, 0.5) for pitch in (60, 64, 67)])
    few, many = transcribed(sound, onset_threshold=0.9), transcribed(sound, onset_threshold=0.1)
    assert len(few) <= len(many)
