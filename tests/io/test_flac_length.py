"""FLAC whose header does not say how long it is: the length is read from its last frame."""

import numpy as np
import pytest
import soundfile

from descant.io.audio import blocks, open_audio
from descant.io.flac_length import flac_frames
from descant.pipelines.listen import listen

RATE = 44_100


def unsaid(path):
    """Take the number of samples out of a FLAC file's header, as in one that was written to a pipe."""
    data = bytearray(path.read_bytes())
    assert data[:4] == b"fLaC"
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("frames", [RATE, 4096 * 10, 4096 * 10 + 1, 7 * RATE + 123, 90 * RATE + 5])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_last_frame_tells_the_length(tmp_path, frames, channels):
    sound = np.random.default_rng(frames).normal(0, 0.1, (frames, channels))
    path = tmp_path / "piped.flac"
    soundfile.write(path, sound, RATE)
    assert flac_frames(path) == frames
    opened = open_audio(unsaid(path))
    assert (opened.frames, opened.truncated) == (frames, False)
    assert sum(one.shape[1] for one in blocks(opened, 10.0)) == frames


def test_silence_is_counted_too(tmp_path):
    path = tmp_path / "silent.flac"
    soundfile.write(path, np.zeros(60 * RATE), RATE)
    assert open_audio(unsaid(path)).frames == 60 * RATE


def test_of_one_that_is_cut_off_nothing_absurd_is_said(tmp_path):
    path = tmp_path / "cut.flac"
    soundfile.write(path, np.random.default_rng(1).normal(0, 0.1, 20 * RATE), RATE)
    data = unsaid(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    opened = open_audio(path)
    assert opened.duration == pytest.approx(10.0, abs=0.2)
    assert listen(path, only=["tuning"]).warnings == ("the header promises 10.0 s, but only 9.0 s could be decoded",)
    path.write_bytes(data[:4000])  # no whole frame
    assert open_audio(path).frames < 1e9
