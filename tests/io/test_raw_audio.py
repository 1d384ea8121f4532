"""Raw samples through a pipe: whole whatever the pieces, told at once, and every end said."""

import os
import threading
import time

import numpy as np
import pytest

from descant.errors import InvalidValueError, UnreadableFileError, UnsupportedFormatError
from descant.io.raw_audio import RawDecoder, RawFormat, raw_blocks


@pytest.mark.parametrize("piece", [1, 3, 7, 1000])
@pytest.mark.parametrize("samples", ["s16le", "f32le"])
def test_samples_are_whole_however_they_are_cut(samples, piece):
    values = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    data = (values * 32_767).astype("<i2").tobytes() if samples == "s16le" else values.astype("<f4").tobytes()
    decoder = RawDecoder(RawFormat(44_100, 3, samples))
    found = np.concatenate([decoder.push(data[at : at + piece]) for at in range(0, len(data), piece)], axis=1)
    assert found.shape == (3, 50)
    assert np.abs(found.T - values).max() < 1e-4
    assert decoder.kept == b""


def test_full_scale_is_one():
    assert RawDecoder(RawFormat(8_000, 1, "s16le")).push(b"\x00\x80\x00\x40").tolist() == [[-1.0, 0.5]]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_what_is_no_sound_is_refused_with_its_time(value, recwarn):
    decoder = RawDecoder(RawFormat(8_000, 1, "f32le"))
    decoder.push(np.zeros(4_000, "<f4").tobytes())
    with pytest.raises(UnreadableFileError, match=r"0\.500 s.*is it f32le"):
        decoder.push(np.array([value], "<f4").tobytes())
    with pytest.raises(UnreadableFileError):
        RawDecoder(decoder.layout).push(b"\x00\x00\xa0\x7f")  # a NaN that signals
    assert not recwarn


@pytest.mark.parametrize(("head", "name"), [(b"RIFF\x00\x00\x00\x00WAVE", "WAV"), (b"fLaC....", "FLAC")])
def test_a_file_with_a_header_is_told(head, name):
    with pytest.raises(UnsupportedFormatError, match=f"is {name}, not raw samples"):
        RawDecoder(RawFormat(44_100, 1, "s16le")).push(head)


@pytest.mark.parametrize(
    ("layout", "words"),
    [((44_100, 1, "s24le"), "s16le or f32le"), ((100, 1, "s16le"), "4000 to"), ((44_100, 0, "s16le"), "1 to 64")],
)
def test_nonsense_is_refused(layout, words):
    with pytest.raises(InvalidValueError, match=words):
        RawFormat(*layout)


class Stream:
    """A pipe that is written to in time: (seconds to wait, bytes)."""

    def __init__(self, *steps: tuple[float, bytes], close: bool = True) -> None:
        self.out, self.into = os.pipe()
        self.steps, self.close = steps, close
        threading.Thread(target=self._write, daemon=True).start()

    def _write(self) -> None:
        for wait, data in self.steps:
            time.sleep(wait)
            os.write(self.into, data)
        if self.close:
            os.close(self.into)


def read(stream, give_up=10.0, patience=0.1):
    said: list[str] = []
    layout = RawFormat(8_000, 1, "s16le")
    blocks = [block.shape for block in raw_blocks(stream.out, layout, give_up, said.append, patience)]
    return blocks, said


def test_blocks_come_as_soon_as_they_are_there():
    blocks, said = read(Stream((0.0, b"\x00" * 20), (0.05, b"\x00" * 6)))
    assert blocks == [(1, 10), (1, 3)]
    assert said == []


def test_a_stall_is_said_once_and_the_stream_goes_on():
    blocks, said = read(Stream((0.0, b"\x00" * 20), (0.35, b"\x00" * 6)))
    assert blocks == [(1, 10), (1, 3)]
    assert len(said) == 1
    assert "nothing has come for" in said[0]


def test_a_stream_that_stalls_for_good_is_given_up():
    with pytest.raises(UnreadableFileError, match=r"nothing has come for 0\.3 s"):
        read(Stream((0.0, b"\x00" * 20), close=False), give_up=0.3)


def test_an_end_within_a_sample_is_said():
    blocks, said = read(Stream((0.0, b"\x00" * 21)))
    assert blocks == [(1, 10)]
    assert "its last 1 bytes" in said[0]


def test_no_sound_at_all_is_an_error():
    with pytest.raises(UnreadableFileError, match="no sound"):
        read(Stream())
