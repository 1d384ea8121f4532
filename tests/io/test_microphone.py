"""A microphone that is not there, one that hears, and one that falls silent."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from descant.errors import MissingExtraError, UnreadableFileError
from descant.io.microphone import Microphone


class PortAudioError(Exception):
    pass


class InputStream:
    """Hands over what it was given, once it is started."""

    def __init__(self, samplerate, channels, dtype, callback):
        assert (samplerate, channels, dtype) == (48_000, 1, "float32")
        self.callback = callback

    def __enter__(self):
        for at, lost in enumerate((False, True, True)):
            data = np.full((480, 1), at / 10, np.float32)
            self.callback(data, 480, None, SimpleNamespace(input_overflow=lost))
            data[:] = 9.0  # the library uses its memory again

    def __exit__(self, *_):
        return False


def install(monkeypatch, query):
    fake = SimpleNamespace(PortAudioError=PortAudioError, InputStream=InputStream, query_devices=query)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)


def test_it_hears_and_says_what_it_lost(monkeypatch):
    install(monkeypatch, lambda kind: {"default_samplerate": 48_000.0})
    said: list[str] = []
    microphone = Microphone()
    assert microphone.rate == 48_000
    blocks = microphone.blocks(0.1, said.append)
    heard = [next(blocks) for _ in range(3)]
    assert [one.shape for one in heard] == [(1, 480)] * 3
    assert [float(one[0, 0]) for one in heard] == pytest.approx([0.0, 0.1, 0.2])
    assert len(said) == 1
    with pytest.raises(UnreadableFileError, match="nothing has come for"):
        next(blocks)


def test_no_microphone(monkeypatch):
    def query(kind):
        raise PortAudioError("Error querying device -1")

    install(monkeypatch, query)
    with pytest.raises(UnreadableFileError, match=r"no microphone can be opened.*--stdin"):
        Microphone()


def test_no_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'descant\[live\]'"):
        Microphone()
