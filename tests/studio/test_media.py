"""What is heard and seen of a piece: bytes in ranges, the outline, the spectrum and the melody of a made sound."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from descant.io.midi import midi_bytes
from descant.studio import pictures, sounds
from descant.studio.apart import Apart
from descant.studio.browser_sound import browser_sound
from tests.pieces import short_piece
from tests.studio.asked import error
from tests.studio.piece_client import sent, store_of

RATE = 44_100
TONE = 0.3


def recording(**form: str) -> bytes:
    """Four seconds in stereo: A4 sounds from 1 s to 3 s."""
    time = np.arange(4 * RATE) / RATE
    wave = np.where((time >= 1) & (time < 3), TONE * np.sin(2 * np.pi * 440 * time), 0.0)
    file = io.BytesIO()
    soundfile.write(file, np.stack([wave, wave], axis=1), RATE, **form)
    return file.getvalue()


@pytest.fixture(scope="module")
def wav(here):
    return sent(here, "tone.wav", recording(format="WAV", subtype="PCM_16"), only=["pitch"])


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=0-", 0, None),
        ("bytes=5-9999999999", 5, None),
    ],
)
def test_parts_of_a_recording_are_its_own_bytes(here, wav, asked, low, high):
    data = recording(format="WAV", subtype="PCM_16")
    answer = here.get(f"/api/pieces/{wav}/audio", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == data[low:high]
    first = low % len(data)
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(data)}"
    assert answer.headers["content-type"] == "audio/wav"


def test_the_whole_recording_and_its_head(here, wav):
    data = recording(format="WAV", subtype="PCM_16")
    whole = here.get(f"/api/pieces/{wav}/audio")
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, data, "bytes")
    head = here.head(f"/api/pieces/{wav}/audio")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(data)))
    part = here.get(f"/api/pieces/{wav}/audio", headers={"Range": "bytes=0-9", "If-Range": whole.headers["etag"]})
    assert part.status_code == 206
    assert here.get(f"/api/pieces/{wav}/audio", headers={"Range": "bytes=0-9", "If-Range": '"x"'}).status_code == 200


@pytest.mark.parametrize("asked", ["bytes=9999999-", "bytes=900000000-900000001", "bytes=-0"])
def test_a_range_beyond_the_end_is_told(here, wav, asked):
    size = len(recording(format="WAV", subtype="PCM_16"))
    answer = here.get(f"/api/pieces/{wav}/audio", headers={"Range": asked})
    assert f"the file has {size}" in error(answer, 416)
    assert answer.headers["content-range"] == f"bytes */{size}"


@pytest.mark.parametrize("asked", ["bytes=abc", "bytes=5-2", "items=0-1", "bytes=", "bytes=" + "9" * 5000 + "-", "x"])
def test_a_range_that_means_nothing_is_passed_over(here, wav, asked):
    answer = here.get(f"/api/pieces/{wav}/audio", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, recording(format="WAV", subtype="PCM_16"))


def test_several_ranges_are_several_parts(here, wav):
    answer = here.get(f"/api/pieces/{wav}/audio", headers={"Range": "bytes=0-3, 8-11"})
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges")
    assert answer.content.count(b"Content-Range: bytes ") == 2
    assert b"RIFF" in answer.content
    assert b"WAVE" in answer.content


def test_the_outline_has_the_extremes_of_each_column(here, wav):
    answer = here.get(f"/api/pieces/{wav}/waveform")
    columns = np.frombuffer(answer.content, np.int8).reshape(-1, 2)
    rate = float(answer.headers["x-columns-per-second"])
    assert len(columns) == 4 * rate
    middle = columns[round(1.2 * rate) : round(2.8 * rate)]
    assert np.all(np.abs(middle[:, 1] - TONE * 127) < 2)
    assert np.all(np.abs(middle[:, 0] + TONE * 127) < 2)
    assert not columns[: round(0.9 * rate)].any()


def test_the_spectrum_shows_the_tone_where_its_facts_say(here, wav, monkeypatch):
    monkeypatch.setattr("descant.studio.routes_media.TILE_ROWS", 40)
    facts = here.get(f"/api/pieces/{wav}/spectrum").json()
    tiles = []
    for tile in range(-(-facts["frames"] // facts["tile_frames"])):
        tiles.append(here.get(f"/api/pieces/{wav}/spectrum/{tile}").content)
    assert "there is no tile" in error(here.get(f"/api/pieces/{wav}/spectrum/{len(tiles)}"), 404)
    picture = np.frombuffer(b"".join(tiles), np.uint8).reshape(facts["frames"], facts["bins"])
    assert facts["frames"] == pytest.approx(4 * facts["frames_per_second"], abs=1)
    seconds = np.arange(facts["frames"]) / facts["frames_per_second"]
    sounding = picture[(seconds > 1.3) & (seconds < 2.7)]
    pitch = facts["lowest_midi"] + sounding.argmax(axis=1) / facts["bins_per_semitone"]
    assert np.allclose(pitch, 69, atol=0.2)
    assert not picture[seconds < 0.7].any()
    assert np.all(sounding.max(axis=1) > 150)


def test_the_melody_is_packed_in_runs(here, wav):
    found = here.get(f"/api/pieces/{wav}/pitch").json()
    (run,) = found["runs"]
    assert run[0] == pytest.approx(1000, abs=40)
    assert len(run) - 2 == pytest.approx(2000 / found["step"], abs=8)
    assert np.all(np.abs(np.cumsum(run[2:]) - 6900) < 30)


def test_notes_have_no_recording_and_no_melody(here):
    piece = sent(here, "song.mid", midi_bytes(short_piece()))
    assert "is no recording" in error(here.get(f"/api/pieces/{piece}/audio"), 404)
    assert "is no recording" in error(here.get(f"/api/pieces/{piece}/waveform"), 404)
    assert here.get(f"/api/pieces/{piece}/pitch").json() == {"step": 0.0, "runs": []}


@pytest.mark.parametrize(("form", "subtype"), [("AIFF", "PCM_16"), ("WAV", "PCM_32"), ("CAF", "PCM_16")])
def test_a_copy_is_made_of_what_browsers_do_not_play(here, form, subtype):
    data = recording(format=form, subtype=subtype)
    answer = here.post("/api/pieces", params={"name": f"a.{form.lower()}"}, content=data)
    piece = answer.json()["id"]
    assert not answer.json()["has"]["audio"]
    assert "cannot be played yet" in error(here.get(f"/api/pieces/{piece}/audio"), 404)
    from descant.studio.work_listen import listen

    listen(store_of(here), piece, only=["loudness"])
    played = here.get(f"/api/pieces/{piece}/audio")
    assert played.headers["content-type"] == "audio/flac"
    samples, rate = soundfile.read(io.BytesIO(played.content))
    assert (rate, samples.shape) == (RATE, (4 * RATE, 2))
    assert np.abs(samples - soundfile.read(io.BytesIO(data))[0]).max() < 1e-4


def test_copies_of_long_recordings_are_small(tmp_path, monkeypatch):
    monkeypatch.setattr("descant.studio.browser_sound.FLAC_SECONDS", 1.0)
    path = tmp_path / "long.aiff"
    path.write_bytes(recording(format="AIFF", subtype="PCM_16"))
    assert browser_sound(path) == ("copy.ogg", "audio/ogg")


def test_the_spectrum_of_ten_hours_is_no_larger_than_that_of_three(monkeypatch):
    for hours in (0.1, 1.0, 3.0, 10.0, 100.0):
        rows = 3600 * hours * 50 / pictures.joined(3600 * hours)
        assert rows * 264 <= pictures.MOST_BYTES
    assert pictures.joined(600) == 2


def test_a_sprite_holds_each_pitch_at_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(sounds, "PITCHES", (45, 57, 69))
    path = sounds.sprite(tmp_path, Apart(), "73")  # a flute
    samples, rate = soundfile.read(path)
    assert (rate, samples.shape) == (44_100, (round(3 * sounds.SECONDS * 44_100),))
    for at, pitch in enumerate(sounds.PITCHES):
        part = samples[round((at * sounds.SECONDS + 0.5) * rate) :][:rate]
        power = np.abs(np.fft.rfft(part * np.hanning(rate)))
        hz = 440 * 2 ** ((pitch - 69) / 12)
        near = [power[round(hz * one) - 2 : round(hz * one) + 3].max() for one in (1, 2, 3)]
        assert max(near) > 0.5 * power.max()  # a partial of this note, and of no other
        low = power[: round(hz * 0.94)].max()
        assert low < 0.1 * power.max()
    before = path.stat().st_mtime_ns
    assert sounds.sprite(tmp_path, Apart(), "073").stat().st_mtime_ns == before  # it is rendered once


def test_the_sounds_are_told_and_served(here, monkeypatch):
    monkeypatch.setattr(sounds, "DRUMS", (36, 38))
    told = here.get("/api/sounds").json()
    assert told["drums"] == {"pitches": list(range(35, 82)), "seconds": 1.0}
    answer = here.get("/api/sounds/drums.flac")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/flac")
    assert "immutable" in answer.headers["cache-control"]
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert len(samples) == 2 * rate
    assert np.abs(samples[:2000]).max() > 0.05  # a stroke at once
    assert "there is no sound" in error(here.get("/api/sounds/128.flac"), 404)
    error(here.get("/api/sounds/piano.flac"), 422)
