"""A SoundFont packed as sf3 plays what it played before."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from descant.errors import UnreadableFileError
from descant.io.cache import VARIABLE
from descant.synthesis import sf2, sf3, soundfonts
from descant.synthesis.sampler import sampler
from descant.types import Notes, Part

HEADER = struct.Struct("<20sIIIIIBbHH")
TIM = next(path for path in soundfonts.installed() if path.name == soundfonts.ALWAYS)


def packed(data: bytes, few: int) -> bytes:
    """TimGM6mb with its first `few` samples as Vorbis streams and the others left out."""
    found = sf2.parts(data)
    sound = found[b"sdta"][b"smpl"]
    rows, streams, at = [], [], 0
    headers = list(HEADER.iter_unpack(found[b"pdta"][b"shdr"]))
    for number, (name, start, end, loop, loop_end, *rest, kind) in enumerate(headers):
        if number >= few:
            rows.append((name, 0, 0, 0, 0, *rest, kind))
            continue
        buffer = io.BytesIO()
        samples = np.frombuffer(sound[2 * start : 2 * end], "<i2")
        soundfile.write(buffer, samples, rest[0], format="OGG", subtype="VORBIS", compression_level=0.1)
        streams.append(buffer.getvalue())
        length = len(streams[-1])
        rows.append((name, at, at + length, loop - start, loop_end - start, *rest, kind | sf3.COMPRESSED))
        at += length
    lists = sf2.records(found[b"pdta"])
    lists[b"shdr"] = np.frombuffer(b"".join(HEADER.pack(*row) for row in rows), sf2.SAMPLE)
    return sf2.assembled({**found[b"INFO"], b"ifil": b"\x03\x00\x01\x00"}, b"".join(streams), lists)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return tmp_path


def test_plays_as_before(cache: Path) -> None:
    count = len(list(HEADER.iter_unpack(_headers(TIM.read_bytes())))) - 1
    path = cache / "small.sf3"
    path.write_bytes(packed(TIM.read_bytes(), count))
    assert path.stat().st_size < 0.7 * TIM.stat().st_size
    notes = Notes([0.0, 0.5, 1.0], [0.4, 0.9, 1.5], [60, 64, 67], [90, 90, 90], [0, 1, 1], (Part(), Part("", 73)))
    before, after = (sampler(notes, soundfont=str(one)).samples.mean(axis=0) for one in (TIM, path))
    size = min(len(before), len(after))
    assert np.corrcoef(before[:size], after[:size])[0, 1] > 0.98


def test_the_copy_is_made_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cache / "small.sf3"
    path.write_bytes(packed(TIM.read_bytes(), 3))
    first = soundfonts.read(path)
    soundfonts._read.cache_clear()
    monkeypatch.setattr(sf3, "decompressed", lambda *_: pytest.fail("made twice"))
    assert soundfonts.read(path)[:] == first[:]
    assert len(list((cache / "cache" / "soundfonts").iterdir())) == 1


def test_a_damaged_one_is_refused_and_leaves_nothing(cache: Path) -> None:
    data = bytearray(packed(TIM.read_bytes(), 3))
    at = data.find(b"OggS")
    data[at : at + 400] = bytes(400)
    path = cache / "bad.sf3"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="cannot be decoded"):
        soundfonts.read(path)
    assert not any((cache / "cache").rglob("*.sf2"))


def _headers(data: bytes) -> memoryview:
    return sf2.parts(data)[b"pdta"][b"shdr"]
