"""Clips of made-up music are found again, noisy, fast or in the phone's band; strangers, silence and scraps are not."""

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from descant.errors import InvalidValueError, MissingDataError
from descant.io.audio import write_audio
from descant.library.fingerprints import fingerprint
from descant.library.landmark_index import landmark_index
from descant.library.store import open_library
from descant.retrieval.by_clip import ByClip, Identified, identified
from descant.types import Audio
from tests.library.sounds import RATE, cut, faster, music, noisy
from tests.retrieval.collection import entry


@pytest.fixture(scope="module")
def index():
    return landmark_index((10 + seed, fingerprint(music(seed))) for seed in range(6))


def only(found):
    assert len(found) == 1
    return found[0]


def test_a_noisy_clip_is_found_with_its_place(index):
    found = only(identified(index, noisy(cut(music(2), 7.0, 5.0), 3.0)))
    assert found.item == 12
    assert found.at == pytest.approx(7.0, abs=0.1)
    assert found.speed == pytest.approx(1.0, abs=0.003)
    assert found.confidence > 0.99
    assert found.told() == "heard from 0:07 on"


@pytest.mark.parametrize("speed", [0.96, 0.99, 1.025, 1.04])
def test_another_speed_is_found_and_told(index, speed):
    found = only(identified(index, faster(cut(music(3), 4.0, 6.0), speed)))
    assert found.item == 13
    assert found.speed == pytest.approx(speed, abs=0.002)
    assert f"{abs(speed - 1):.1%} {'faster' if speed > 1 else 'slower'}" in found.told()


def test_a_telephone_and_two_channels_at_another_rate(index):
    clip = cut(music(1), 3.0, 6.0)
    band = sosfilt(butter(4, [300, 3400], "bandpass", fs=RATE, output="sos"), clip.samples[0])
    stereo = np.stack([np.repeat(band, 3)[: 3 * len(band)], np.zeros(3 * len(band))])  # 48 kHz, the right side dead
    assert only(identified(index, Audio(stereo.astype(np.float32) * 0.5, 3 * RATE))).item == 11


def test_silence_before_the_music_is_no_matter(index):
    clip = cut(music(4), 9.0, 5.0)
    found = only(identified(index, Audio(np.pad(clip.samples, [(0, 0), (2 * RATE, 0)]), RATE)))
    assert found.item == 14
    assert found.at == pytest.approx(7.0, abs=0.1)


def test_a_clip_that_begins_before_the_recording_does(index):
    clip = Audio(np.pad(cut(music(4), 0.0, 6.0).samples, [(0, 0), (2 * RATE, 0)]), RATE)
    found = only(identified(index, clip))
    assert found.at == 0.0
    assert found.clip_from == pytest.approx(2.0, abs=0.1)


def test_of_a_long_clip_a_part_that_is_known_is_told(index):
    clip = Audio(np.concatenate([music(50, 40.0).samples, music(5).samples], axis=1), RATE)
    found = only(identified(index, clip))
    assert found.item == 15
    assert found.clip_from - found.at == pytest.approx(40.0, abs=0.2)


@pytest.mark.parametrize("seed", range(60, 70))
def test_strangers_are_refused(index, seed):
    assert identified(index, cut(music(seed), 2.0, 6.0)) == ()


def beat(seed, seconds=20.0):
    """One bar on the same three drums, over and over, by hand: some 12 ms early or late."""
    rng, drums = np.random.default_rng(seed), np.random.default_rng(99)
    hits = [drums.standard_normal(4000) * np.exp(-np.arange(4000) / wide) for wide in (300, 800, 1500)]
    total = np.zeros(round((seconds + 1) * RATE))
    for step in range(round(seconds / 0.125)):
        drum = {0: 2, 4: 1}.get(step % 8, 0)
        at = max(round((0.125 * step + rng.normal(0, 0.012)) * RATE), 0)
        total[at : at + 4000] += rng.uniform(0.6, 1.0) * hits[drum]
    return Audio((0.3 * total / np.abs(total).max()).astype(np.float32)[: round(seconds * RATE)], RATE)


def test_a_beat_is_told_from_another_hand_at_the_same_drums():
    beats = landmark_index((seed, fingerprint(beat(seed))) for seed in range(3))
    assert [one.item for one in identified(beats, cut(beat(1), 7.0, 6.0))] == [1]
    assert identified(beats, cut(beat(7), 7.0, 6.0)) == ()


@pytest.mark.parametrize("at", [2.0, 5.0, 9.0])
def test_a_track_made_of_one_loop_is_known_by_what_lies_over_it(at):
    loops = np.tile(music(3, 4.0).samples[:, : 2 * RATE], 12)
    track = Audio(0.4 * loops + 0.3 * music(5, 24.0).samples, RATE)
    tracks = landmark_index([(1, fingerprint(track)), (2, fingerprint(music(9)))])
    found = only(identified(tracks, cut(track, at, 6.0)))
    assert (found.item, found.at) == (1, pytest.approx(at, abs=0.1))


def test_noise_alone_is_refused(index):
    noise = np.clip(0.2 * np.random.default_rng(0).standard_normal(6 * RATE), -1, 1)
    assert identified(index, Audio(noise.astype(np.float32), RATE)) == ()


def test_a_recording_that_is_there_twice_is_told_twice():
    twice = landmark_index((seed, fingerprint(music(0))) for seed in (1, 2))
    assert {one.item for one in identified(twice, cut(music(0), 5.0, 6.0))} == {1, 2}


def test_scraps_and_silence_are_bad_input(index):
    with pytest.raises(InvalidValueError, match=r"the clip: lasts 0\.5 s"):
        identified(index, cut(music(0), 1.0, 0.5))
    with pytest.raises(InvalidValueError, match="silent"):
        identified(index, Audio(np.zeros(5 * RATE, np.float32), RATE))


def test_a_library_is_followed_as_it_grows(tmp_path):
    path = tmp_path / "library.db"
    clip = write_audio(cut(music(1), 3.0, 6.0), tmp_path / "clip.wav")
    with open_library(path, write=True) as writer:
        writer.put(entry(1, duration=20.0, fingerprint=fingerprint(music(0)), source="a collection", kind="tune"))
    with open_library(path) as library:
        by_clip = ByClip(library)
        assert by_clip.identify(clip) == ()
        assert len(by_clip.find(clip)) == 0
        with open_library(path, write=True) as writer:
            number = writer.put(
                entry(2, duration=20.0, fingerprint=fingerprint(music(1)), source="a collection", kind="tune")
            )
        found = by_clip.find(clip)
        assert found.ids.tolist() == [number]
        assert found.reason(number) == "heard from 0:03 on"


def test_a_library_without_fingerprints_says_so(tmp_path):
    path = tmp_path / "library.db"
    with open_library(path, write=True) as writer:
        writer.put(entry(1))
    with open_library(path) as library, pytest.raises(MissingDataError, match="--level fingerprint"):
        ByClip(library).identify(music(0))


def test_small_differences_of_speed_are_not_told():
    assert Identified(1, 83.0, 0.0, 1.001, 1.0).told() == "heard from 1:23 on"
