"""Tags are read off posteriors: what a window has is placed where the frames say so."""

import numpy as np
import pytest

from descant.analysis.instruments import GENRES, LABELS, STEP, WINDOW, pooled_scores, tags
from descant.features import FRAME_RATE
from descant.registry import find
from descant.synthesis.sampler import sampler
from descant.types import Audio, Notes, Part
from descant.types.instruments import INSTRUMENTS
from tests.pieces import TIM

PIANO, BASS, DRUMS = (INSTRUMENTS.index(name) for name in ("piano", "bass", "drums"))
ROCK = len(INSTRUMENTS) + GENRES.index("rock")


def silence(seconds):
    frames = round(seconds * FRAME_RATE)
    return np.zeros((frames, len(LABELS)), np.float32), np.ones((frames, len(LABELS)), np.float32)


def test_an_instrument_is_placed_where_its_frames_are():
    activity, attention = silence(12.0)
    activity[100:400, PIANO] = 0.9
    attention[100:400, PIANO] = 50.0  # the clip's answer listens where it sounds
    found = tags(pooled_scores(activity, attention), 12.0)
    assert found.label == ("piano",)
    assert (found.start[0], found.end[0]) == pytest.approx((2.0, 8.0), abs=STEP)
    assert 0.8 < found.confidence[0] <= 0.9
    assert found.solo(8.0) == "piano"


def test_what_the_windows_do_not_have_is_no_tag_even_where_frames_flicker():
    activity, attention = silence(12.0)
    activity[200:230, BASS] = 0.9
    assert len(tags(pooled_scores(activity, attention), 12.0)) == 0


def test_strokes_are_one_span_but_a_long_rest_is_none_of_it():
    activity, attention = silence(40.0)
    struck = [*range(50, 500, 100), *range(1500, 1950, 100)]  # every two seconds, from 1 to 10 and from 30 to 39
    for frame in struck:
        activity[frame : frame + 10, DRUMS] = 0.9
        attention[frame : frame + 10, DRUMS] = 50.0
    found = tags(pooled_scores(activity, attention), 40.0)
    assert found.label == ("drums", "drums")
    assert found.start == pytest.approx((1.0, 30.0), abs=STEP)
    assert found.end == pytest.approx((9.2, 38.2), abs=STEP)


def test_the_likeliest_genre_holds_throughout_but_not_without_instruments():
    activity, attention = silence(8.0)
    activity[:, ROCK] = 0.8
    assert len(tags(pooled_scores(activity, attention), 8.0)) == 0
    activity[:, PIANO] = 0.9
    found = tags(pooled_scores(activity, attention), 8.0)
    assert found.seconds("genre") == {"rock": 8.0}


def test_the_answer_of_a_window_is_the_mean_weighted_by_attention():
    rng = np.random.default_rng(0)
    frames = round(WINDOW / 2 * FRAME_RATE)
    activity, attention = (rng.uniform(0.1, 1.0, size=(frames, len(LABELS))).astype(np.float32) for _ in range(2))
    found = pooled_scores(activity, attention)
    whole = (attention * activity).sum(axis=0) / attention.sum(axis=0)
    np.testing.assert_allclose(found.window[0], whole, rtol=1e-5)  # all of it lies within half a window
    np.testing.assert_allclose(found.frame[3], activity[15:20].mean(axis=0), rtol=1e-5)


def test_nothing_in_no_time():
    empty = np.zeros((0, len(LABELS)), np.float32)
    assert len(tags(pooled_scores(empty, empty), 0.0)) == 0


@pytest.fixture
def hearing():
    return find("instruments")


def test_a_piano_alone_is_heard_as_such(hearing):
    onset = np.arange(40) * 0.25
    pitch = np.tile([48, 60, 64, 67, 72, 67, 64, 60], 5)
    notes = Notes(onset, onset + 0.4, pitch, np.full(40, 80), np.zeros(40, int), (Part("piano", 0),))
    audio = sampler(notes, soundfont=TIM)
    assert hearing(audio).solo(audio.duration) == "piano"


def test_silence_is_nothing(hearing):
    assert len(hearing(Audio(np.zeros((1, 44_100), np.float32), 22_050))) == 0
