"""Sound files: every rate, channel count and container; damage and refusals; nothing half written."""

import builtins
import errno
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from descant.errors import (
    InvalidValueError,
    MissingExtraError,
    UnreadableFileError,
    UnsupportedFormatError,
    UnwritableFileError,
)
from descant.io.audio import CutOffWarning, FullScaleWarning, blocks, decode, open_audio, write_audio
from descant.types import Audio


def tone(seconds=1.0, rate=16_000, channels=1, level=0.5):
    wave = level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return Audio(np.tile(wave.astype(np.float32), (channels, 1)), rate)


def read(path, seconds=0.25):
    return np.concatenate(list(blocks(open_audio(path), seconds)), axis=1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_rates_and_channels_come_back(rate, channels, tmp_path):
    for ending in ("wav", "flac"):
        audio = tone(0.1, rate, channels)
        path = write_audio(audio, tmp_path / f"a.{ending}")
        info = open_audio(path)
        assert (info.sample_rate, info.channels, info.frames) == (rate, channels, audio.frames)
        assert np.allclose(read(path), audio.samples, atol=1e-4)


@pytest.mark.parametrize("ending", ["wav", "flac", "aiff", "aif", "ogg", "opus", "mp3"])
def test_every_written_format_is_read_with_the_same_pitch_and_length(ending, tmp_path):
    audio = tone(1.0, 48_000, 2)
    back = read(write_audio(audio, tmp_path / f"a.{ending}"))
    assert back.shape[0] == 2
    assert abs(back.shape[1] - audio.frames) < 3_000
    spectrum = np.abs(np.fft.rfft(back[0]))
    assert np.argmax(spectrum) * 48_000 / back.shape[1] == pytest.approx(440, abs=2)


@pytest.mark.parametrize("frames", [1, 441])
@pytest.mark.parametrize("ending", ["wav", "flac", "aiff", "ogg", "mp3"])
def test_one_sample_and_ten_milliseconds(frames, ending, tmp_path):
    path = write_audio(Audio(np.full((1, frames), 0.25), 44_100), tmp_path / f"a.{ending}")
    assert read(path).shape[1] >= frames


def test_blocks_are_the_file_in_pieces_of_the_asked_length(tmp_path):
    path = write_audio(tone(1.03), tmp_path / "a.wav")
    sizes = [block.shape[1] for block in blocks(open_audio(path), 0.25)]
    assert sizes == [4_000] * 4 + [480]
    assert [block.shape[1] for block in blocks(tone(1.03), 0.25)] == sizes


def test_an_offset_and_clipping_come_back_unchanged(tmp_path):
    wave = np.clip(3 * tone().samples + 0.25, -1.0, 0.99)
    assert np.allclose(read(write_audio(Audio(wave, 16_000), tmp_path / "a.wav")), wave, atol=1e-4)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused_with_their_time(value, tmp_path):
    wave = tone().samples[0].copy()
    wave[8_000] = value
    soundfile.write(tmp_path / "a.wav", wave, 16_000, subtype="FLOAT")
    with pytest.raises(UnreadableFileError, match=r"a\.wav: holds NaN or infinite samples, the first at 0\.500 s"):
        read(tmp_path / "a.wav")


def test_peaks_beyond_full_scale_are_refused_or_turned_down_aloud(tmp_path):
    soundfile.write(tmp_path / "a.wav", 4.0 * tone().samples[0], 16_000, subtype="FLOAT")
    sound = open_audio(tmp_path / "a.wav")
    assert max(block.max() for block in blocks(sound, 1.0)) == pytest.approx(2.0, abs=0.01)
    with pytest.raises(InvalidValueError, match=r"a\.wav: its samples peak at 2, beyond full scale"):
        decode(sound)
    with pytest.warns(FullScaleWarning, match=r"turned down by 6\.0\d dB"):
        audio = decode(sound, turn_down=True)
    assert np.abs(audio.samples).max() == pytest.approx(1.0)
    assert np.allclose(audio.samples, 2 * tone().samples, atol=1e-2)


@pytest.mark.parametrize("name", ["a b.wav", 'it\'s "quoted".wav', "🎵 é.wav", "-x.wav"])
def test_any_name(name, tmp_path):
    assert read(write_audio(tone(), tmp_path / name)).shape == (1, 16_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only here file names may be any bytes")
def test_a_name_that_is_not_unicode(tmp_path):
    assert read(write_audio(tone(), tmp_path / "caf\udce9.flac")).shape == (1, 16_000)


def test_no_sound_at_all_is_said(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(0), 16_000)
    with pytest.raises(UnreadableFileError, match=r"holds no sound \(0 samples\)"):
        open_audio(tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("start", "words"),
    [(b"\x89PNG\r\n", "a PNG picture"), (b"%PDF-1.7", "a PDF document"), (b"MThd\0\0\0\6", "a MIDI file")],
)
def test_other_files_under_a_sound_files_name_are_called_what_they_are(start, words, tmp_path):
    (tmp_path / "a.mp3").write_bytes(start + bytes(100))
    with pytest.raises(UnreadableFileError, match=rf"a\.mp3: is {words}, not a sound file"):
        open_audio(tmp_path / "a.mp3")


def test_a_wav_that_promises_more_than_it_holds_gives_what_it_holds(tmp_path):
    path = write_audio(tone(), tmp_path / "a.wav")
    data = bytearray(path.read_bytes())
    data[40:44] = (2**31 - 1).to_bytes(4, "little")
    path.write_bytes(data[: 44 + 16_000])
    assert read(path).shape == (1, 8_000)


def test_an_mp3_behind_rubbish_is_found(tmp_path):
    path = write_audio(tone(), tmp_path / "a.mp3")
    rubbish = b"ID3\x03\0\0\0\0\x07\x76" + np.random.default_rng(0).bytes(1_014)
    path.write_bytes(rubbish + path.read_bytes())
    assert abs(read(path).shape[1] - 16_000) < 3_000


def test_an_mp3_with_an_absurd_frame_count_stays_small(tmp_path):
    path = write_audio(tone(4.0, 44_100), tmp_path / "a.mp3")
    data = bytearray(path.read_bytes())
    at = max(data.find(b"Info"), data.find(b"Xing"))
    assert at > 0
    data[at + 8 : at + 12] = b"\x7f\xff\xff\xff"
    path.write_bytes(data)
    assert open_audio(path).duration < 60
    assert abs(read(path).shape[1] - 4 * 44_100) < 4_000


def make_with_av(path, codec="aac", form=None):
    import av  # part of the test extra

    audio = tone(1.0, 48_000)
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(audio.samples.copy(), format="fltp", layout="mono")
        frame.rate = 48_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


@pytest.mark.parametrize(("name", "form"), [("a.m4a", None), ("a.aac", "adts"), ("named.mp3", "mp4")])
def test_aac_is_read_with_the_extra(name, form, tmp_path):
    back = read(make_with_av(tmp_path / name, form=form), 0.1)
    assert abs(back.shape[1] - 48_000) < 3_000
    assert np.argmax(np.abs(np.fft.rfft(back[0]))) * 48_000 / back.shape[1] == pytest.approx(440, abs=2)


def test_aac_behind_an_id3_tag_is_found(tmp_path):
    path = make_with_av(tmp_path / "a.aac", form="adts")
    path.write_bytes(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + path.read_bytes())
    assert abs(read(path).shape[1] - 48_000) < 3_000


def test_aac_without_the_extra_says_what_to_install(tmp_path, monkeypatch):
    path = make_with_av(tmp_path / "a.m4a")
    real = builtins.__import__

    def without_av(name, *more, **named):
        if name == "av":
            raise ImportError("No module named 'av'")
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without_av)
    with pytest.raises(MissingExtraError) as caught:
        open_audio(path)
    assert str(caught.value) == (
        f"{path}: AAC, M4A and WMA need the codecs extra; install it with: "
        "pip install 'descant[codecs]' (or: pip install av)"
    )


@pytest.mark.parametrize("name", ["a.m4a", "a.aac"])
def test_cut_off_and_damaged_aac_gives_sound_or_a_clear_error(name, tmp_path):
    whole = make_with_av(tmp_path / name, form="adts" if name.endswith("aac") else None).read_bytes()
    random = np.random.default_rng(1)
    path = tmp_path / f"bad {name}"
    for number in range(60):
        data = bytearray(whole[: random.integers(1, len(whole))] if number % 2 else whole)
        for at in random.integers(0, len(data), number % 8):
            data[at] = random.integers(256)
        path.write_bytes(data)
        with suppress(UnreadableFileError):
            assert read(path).shape[0] >= 1


def test_more_than_a_minute_of_vorbis_is_written(tmp_path):
    path = write_audio(tone(70.0, 8_000), tmp_path / "a.ogg")
    assert open_audio(path).duration == pytest.approx(70.0)


@pytest.mark.parametrize(
    ("name", "rate", "words"),
    [
        ("a.xyz", 16_000, "cannot write sound as .xyz; use one of .aif, "),
        ("a", 16_000, "cannot write sound as a file without an ending"),
        ("a.opus", 44_100, "Opus holds 8, 12, 16, 24 or 48 kHz, not 44100 Hz"),
    ],
)
def test_formats_that_cannot_be_written_say_so(name, rate, words, tmp_path):
    with pytest.raises(UnsupportedFormatError) as caught:
        write_audio(tone(0.1, rate), tmp_path / name)
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "rate", "channels", "words"),
    [
        ("a.mp3", 44_100, 6, "MP3 holds at most 2 channels, not 6; choose another format"),
        (
            "a.mp3",
            96_000,
            2,
            "MP3 holds 8, 11.025, 12, 16, 22.05, 24, 32, 44.1 or 48 kHz, not 96000 Hz; choose another",
        ),
        ("a.flac", 44_100, 9, "FLAC holds at most 8 channels, not 9"),
        ("a.flac", 700_000, 1, "FLAC holds up to 655.35 kHz, not 700000 Hz"),
        ("a.ogg", 384_000, 1, "Vorbis holds up to 200 kHz, not 384000 Hz"),
        ("a.ogg", 44_100, 256, "Vorbis holds at most 255 channels, not 256"),
        ("a.opus", 48_000, 256, "Opus holds at most 255 channels, not 256"),
        ("a.wav", 48_000, 1025, "WAV holds at most 1024 channels, not 1025"),
    ],
)
def test_what_a_format_cannot_hold_is_said_before_anything_is_written(name, rate, channels, words, tmp_path):
    with pytest.raises(UnsupportedFormatError) as caught:
        write_audio(Audio(np.zeros((channels, 2_000)), rate), tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {words}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rate", [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])
def test_every_rate_of_mp3_is_written(rate, tmp_path):
    assert open_audio(write_audio(tone(0.2, rate, 2), tmp_path / "a.mp3")).sample_rate == rate


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files by resource.setrlimit")
@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_a_disk_that_takes_no_more_leaves_no_half_file(ending, tmp_path):
    code = (
        "import resource, sys, numpy as np\n"
        "from descant.types import Audio\n"
        "from descant.io.audio import write_audio\n"
        "from descant.errors import UnwritableFileError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n"
        "    write_audio(Audio(np.random.default_rng(0).uniform(-1, 1, (1, 160_000)), 16_000), sys.argv[1])\n"
        "except UnwritableFileError as error:\n"
        "    print(error)\n"
    )
    path = tmp_path / f"a.{ending}"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert done.stdout.startswith(f"{path}: cannot be written: "), done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only here is there a disk that is always full")
@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "opus", "mp3", "aiff"])
def test_a_full_disk_is_called_full(ending, tmp_path, monkeypatch):
    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *mode: real(Path("/dev/full") if path.suffix == ".part" else path, *mode)
    )
    with pytest.raises(UnwritableFileError) as caught:
        write_audio(tone(3.0), tmp_path / f"a.{ending}")
    assert str(caught.value) == f"{tmp_path}/a.{ending}: cannot be written: the disk is full"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_forbids_writing_says_so(tmp_path, monkeypatch):
    def forbid(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(UnwritableFileError) as caught:
        write_audio(tone(), tmp_path / "a.wav")
    assert str(caught.value) == f"{tmp_path / 'a.wav'}: cannot be written: no permission to write there"


def test_an_encoder_that_refuses_is_a_clear_error_without_the_temporary_name(tmp_path, monkeypatch):
    def refuse(*_):
        raise soundfile.LibsndfileError(34, "Error opening 'a.part': ")

    monkeypatch.setattr(soundfile.SoundFile, "write", refuse)
    with pytest.raises(UnwritableFileError, match=r"a\.wav: cannot be written: ") as caught:
        write_audio(tone(), tmp_path / "a.wav")
    assert ".part" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["wav", "aiff", "ogg", "opus"])
def test_a_file_that_was_cut_off_is_known_by_its_header_or_last_page(ending, tmp_path):
    noise = np.random.default_rng(0).uniform(-0.2, 0.2, (2, 120_001))
    whole = write_audio(Audio(noise, 24_000), tmp_path / f"a.{ending}")
    assert not open_audio(whole).truncated
    with whole.open("ab") as file:
        file.write(b"LIST" + bytes(300))
    assert not open_audio(whole).truncated
    cut = tmp_path / f"cut.{ending}"
    data = whole.read_bytes()[:-304]
    for length in (len(data) * 2 // 3, len(data) - 10):
        cut.write_bytes(data[:length])
        sound = open_audio(cut)
        assert sound.truncated
        with pytest.warns(CutOffWarning, match=rf"cut\.{ending}: is damaged or cut off; \d\.\d s could be decoded"):
            assert decode(sound).frames > 10_000


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 0x7FFF_FFFF])
def test_a_wav_written_to_a_pipe_does_not_say_its_size_and_is_not_cut_off(size, tmp_path):
    path = write_audio(tone(), tmp_path / "a.wav")
    data = bytearray(path.read_bytes())
    data[40:44] = data[4:8] = size.to_bytes(4, "little")
    path.write_bytes(data)
    try:
        sound = open_audio(path)
    except UnreadableFileError:
        assert size == 0  # libsndfile takes it at its word
    else:
        assert not sound.truncated


def test_a_wav_of_one_odd_byte_without_its_padding_is_whole(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(8_001), 8_000, subtype="PCM_U8")
    path.write_bytes(path.read_bytes()[: 44 + 8_001])
    assert not open_audio(path).truncated


def test_a_long_wav_tells_its_size_elsewhere(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(16_000, 0.25), 16_000, format="RF64", subtype="PCM_16")
    assert path.read_bytes()[:4] == b"RF64"
    assert not open_audio(path).truncated
    path.write_bytes(path.read_bytes()[:20_000])
    assert open_audio(path).truncated


def test_a_flac_that_was_cut_off_gives_what_could_be_decoded(tmp_path):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 80_000)).astype(np.float32)
    whole = write_audio(Audio(noise, 8_000), tmp_path / "a.flac").read_bytes()
    path = tmp_path / "cut.flac"
    path.write_bytes(whole[: len(whole) // 2])
    back = read(path, 20.0)
    assert 3 * 8_000 <= back.shape[1] <= 5 * 8_000
    assert np.allclose(back, noise[:, : back.shape[1]], atol=1e-4)
    path.write_bytes(whole[: len(whole) // 20])
    with pytest.raises(UnreadableFileError, match=r"cut\.flac: decoding failed.*; the file is damaged or cut off"):
        read(path)


def test_finite_samples_that_are_no_sound_are_refused(tmp_path):
    wave = tone().samples[0].copy()
    wave[8_000] = -1e30
    soundfile.write(tmp_path / "a.wav", wave, 16_000, subtype="FLOAT")
    with pytest.raises(UnreadableFileError) as caught:
        read(tmp_path / "a.wav")
    assert str(caught.value) == (
        f"{tmp_path / 'a.wav'}: holds samples that reach 1e+30; not sound scaled to [-1, 1]; export it again"
    )
