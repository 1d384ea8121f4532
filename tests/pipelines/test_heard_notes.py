"""A piano's strokes are told of in time, at any rate and however the sound is cut."""

import numpy as np
import pytest

from descant.alignment.written import Written
from descant.pipelines.heard_notes import LATENCY, HeardFollower, HeardNotes
from descant.synthesis.sampler import sampler
from descant.types import Notes
from descant.types.alignment import ENDED, WAITING
from tests.pieces import TIM

PITCH = np.array([60, 64, 67, 72, 69, 65])


def scale() -> Notes:
    onset = 0.5 + 0.4 * np.arange(len(PITCH))
    return Notes(onset, onset + 0.35, PITCH, np.full(len(PITCH), 80))


@pytest.mark.parametrize("block", [0.02, 0.37])
def test_strokes_are_told_of_within_the_latency(block):
    sound = sampler(scale(), soundfont=TIM)
    ear, told = HeardNotes(sound.sample_rate), []
    size = round(block * sound.sample_rate)
    for start in range(0, sound.frames, size):
        piece = sound.samples[:, start : start + size]
        now = (start + piece.shape[1]) / sound.sample_rate
        told += [(now, one) for one in ear.push(piece)]
    told += [(now, one) for one in ear.finish()]
    assert [one.pitch for _, one in told] == PITCH.tolist()
    assert [one.time for _, one in told] == pytest.approx(scale().onset.tolist(), abs=0.03)
    assert all(now <= one.time + LATENCY + block + 0.03 for now, one in told)


def test_a_piano_is_followed_by_its_sound_to_the_end():
    sound = sampler(scale(), soundfont=TIM)
    page = Written(np.arange(6.0), np.ones(6), PITCH, np.zeros(6, dtype=np.int64))
    follower, size = HeardFollower(page, sound.sample_rate), round(0.02 * sound.sample_rate)
    said = [follower.push(sound.samples[:, start : start + size]) for start in range(0, sound.frames, size)]
    assert said[0].state == WAITING
    for number, onset in enumerate(scale().onset.tolist()):
        reached = next(one.time for one in said if one.state != WAITING and one.quarter >= number - 0.01)
        assert reached == pytest.approx(onset, abs=LATENCY + 0.04)
    assert follower.finish().state == ENDED
