"""Audio files: opened, read in blocks, written. No file is ever held whole to be analysed.

soundfile reads wav, flac, ogg, opus, mp3, aiff and their kin; PyAV (the extra `codecs`) reads m4a, aac and wma.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from descant.errors import (
    DescantWarning,
    InvalidValueError,
    MissingExtraError,
    UnreadableFileError,
    UnsupportedFormatError,
    UnwritableFileError,
)
from descant.io.cut_off import cut_off
from descant.io.files import readable, write_beside
from descant.io.flac_length import flac_frames
from descant.types import Audio, AudioFile
from descant.types.audio import MAX_SAMPLE_RATE, MIN_SAMPLE_RATE

# What libsndfile reads, by file ending; a file's content decides in the end, the ending only finds files in folders.
SOUNDFILE_ENDINGS = frozenset(
    {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".caf", ".w64", ".rf64"}
)
CODEC_ENDINGS = frozenset({".m4a", ".m4b", ".aac", ".wma", ".mp4", ".webm", ".mka", ".ac3", ".alac"})
AUDIO_ENDINGS = SOUNDFILE_ENDINGS | CODEC_ENDINGS

# A minute or more of Vorbis in one call crashes libsndfile, so everything is written in blocks of this many frames.
WRITE_FRAMES = 65_536

MOST_FRAMES = 1 << 36  # that a FLAC file's header can tell; libsndfile has more where it tells none
LOUDEST = 1e4  # 80 dB beyond full scale; floats that reach further are not sound


@dataclass(frozen=True)
class _Writer:
    """A format as libsndfile writes it, and what it can hold. (Beyond Vorbis's limits, libsndfile crashes.)"""

    name: str
    container: str
    subtype: str
    channels: int  # at most
    rates: Collection[int]  # Hz: a few, or a range

    def limits(self) -> str:
        """The rates in words."""
        if isinstance(self.rates, range):
            return f"up to {self.rates[-1] / 1000:g} kHz"
        *first, last = (f"{rate / 1000:g}" for rate in self.rates)
        return f"{', '.join(first)} or {last} kHz"


_WAV = _Writer("WAV", "WAV", "PCM_16", 1024, range(MAX_SAMPLE_RATE + 1))
_AIFF = _Writer("AIFF", "AIFF", "PCM_16", 1024, range(MAX_SAMPLE_RATE + 1))
_MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_WRITERS = {
    ".wav": _WAV,
    ".flac": _Writer("FLAC", "FLAC", "PCM_16", 8, range(655_350 + 1)),
    ".ogg": _Writer("Vorbis", "OGG", "VORBIS", 255, range(200_000 + 1)),
    ".opus": _Writer("Opus", "OGG", "OPUS", 255, (8_000, 12_000, 16_000, 24_000, 48_000)),
    ".mp3": _Writer("MP3", "MP3", "MPEG_LAYER_III", 2, _MP3_RATES),
    ".aif": _AIFF,
    ".aiff": _AIFF,
}


class FullScaleWarning(DescantWarning):
    """A recording was turned down because it peaks beyond full scale."""


class CutOffWarning(DescantWarning):
    """A recording is damaged or cut off; what could be decoded is less than its header promises."""


def open_audio(path: str | os.PathLike[str]) -> AudioFile:
    """Look at a file's header and say what it holds.

    Raises UnreadableFileError, UnsupportedFormatError or MissingExtraError with the file's name and the remedy.
    """
    path = readable(path)
    head = _head(path)
    if _needs_codecs(head):
        return _open_with_av(path)
    import soundfile

    try:
        info = soundfile.info(_name(path))
    except (soundfile.LibsndfileError, RuntimeError, TypeError):
        if path.suffix.lower() in CODEC_ENDINGS:  # AAC behind an ID3 tag has no signature of its own
            return _open_with_av(path)
        raise _not_audio(path, head) from None
    if not MIN_SAMPLE_RATE <= info.samplerate <= MAX_SAMPLE_RATE:
        raise UnreadableFileError(
            f"{path}: its header says {info.samplerate} Hz, which no music is sampled at; the file is damaged"
        )
    if info.frames == 0:
        raise UnreadableFileError(f"{path}: holds no sound (0 samples); it is empty, damaged or cut off")
    frames = int(info.frames)
    if info.format == "MP3":  # its count may come from a damaged header; 24 bytes hold 1152 samples at the very most
        frames = min(frames, path.stat().st_size * 48)
    if info.format == "FLAC" and frames > MOST_FRAMES:  # it does not say
        frames = flac_frames(path)
    cut = cut_off(path, head)
    return AudioFile(path, int(info.samplerate), int(info.channels), frames, str(info.format), cut)


def blocks(sound: Audio | AudioFile, seconds: float) -> Iterator[npt.NDArray[np.float32]]:
    """The sound from start to end in blocks of at most `seconds`, each float32 of shape (channels, frames).

    A file that is damaged or cut off after its first second gives what comes before the damage. Raises
    UnreadableFileError where less can be decoded, or the samples are NaN, infinite or absurdly large.
    """
    size = max(1, round(seconds * sound.sample_rate))
    if isinstance(sound, Audio):
        for start in range(0, sound.frames, size):
            yield sound.samples[:, start : start + size]
        return
    done = 0
    parts = _av_parts(sound) if sound.format.startswith("av:") else _soundfile_parts(sound, size)
    for block in _regrouped(parts, size):
        peak = float(max(block.max(), -block.min()))  # NaN wherever one sample is
        if not np.isfinite(peak):
            at = int(np.flatnonzero(~np.isfinite(block).all(axis=0))[0])
            raise UnreadableFileError(
                f"{sound.path}: holds NaN or infinite samples, the first at {(done + at) / sound.sample_rate:.3f} s; "
                "export it again from the program that made it"
            )
        if peak > LOUDEST:
            raise UnreadableFileError(
                f"{sound.path}: holds samples that reach {peak:.3g}; not sound scaled to [-1, 1]; export it again"
            )
        done += block.shape[1]
        yield block
    if done == 0:
        raise UnreadableFileError(f"{sound.path}: no sound could be decoded; the file is damaged or cut off")


def decode(sound: AudioFile, *, turn_down: bool = False) -> Audio:
    """A whole file in memory, for short signals.

    Lossy formats may decode to peaks beyond [-1, 1]. Such a file is refused, or, with `turn_down`, scaled as a whole
    so that its peak is 1, with a warning that says by how much. A file that holds less than it promises is a warning.
    """
    samples = np.concatenate(list(blocks(sound, 20.0)), axis=1)
    if sound.truncated or samples.shape[1] < sound.frames - sound.sample_rate // 2:
        seconds = samples.shape[1] / sound.sample_rate
        warnings.warn(
            f"{sound.path}: is damaged or cut off; {seconds:.1f} s could be decoded", CutOffWarning, stacklevel=2
        )
    peak = float(max(samples.max(), -samples.min()))
    if peak > 1.0 and not turn_down:
        raise InvalidValueError(
            f"{sound.path}: its samples peak at {peak:.4g}, beyond full scale; decode it with turn_down=True"
        )
    if peak > 1.0:
        decibels = 20 * np.log10(peak)
        warnings.warn(
            f"{sound.path}: peaks beyond full scale; turned down by {decibels:.2f} dB", FullScaleWarning, stacklevel=2
        )
        samples /= np.float32(peak)
        np.clip(samples, -1.0, 1.0, out=samples)  # rounding may leave the peak itself a bit above 1
    return Audio(samples, sound.sample_rate)


def write_audio(audio: Audio, path: str | os.PathLike[str]) -> Path:
    """Write a sound file in the format of its ending (wav, flac, ogg, opus, mp3, aiff), whole or not at all."""
    import soundfile

    target = Path(path)
    ending = target.suffix.lower()
    if ending not in _WRITERS:
        raise UnsupportedFormatError(
            f"{target}: cannot write sound as {ending or 'a file without an ending'}; "
            f"use one of {', '.join(sorted(_WRITERS))}"
        )
    writer = _WRITERS[ending]
    if audio.channels > writer.channels:
        raise UnsupportedFormatError(
            f"{target}: {writer.name} holds at most {writer.channels} channels, not {audio.channels}; "
            "choose another format"
        )
    if audio.sample_rate not in writer.rates:
        raise UnsupportedFormatError(
            f"{target}: {writer.name} holds {writer.limits()}, not {audio.sample_rate} Hz; choose another format"
        )
    with write_beside(target) as temporary, temporary.open("wb") as file:
        output = _Output(file)
        try:
            with soundfile.SoundFile(
                output, "w", audio.sample_rate, audio.channels, writer.subtype, format=writer.container
            ) as out:
                for start in range(0, audio.frames, WRITE_FRAMES):
                    out.write(audio.samples[:, start : start + WRITE_FRAMES].T)
        except (soundfile.LibsndfileError, RuntimeError, AssertionError) as error:
            if output.fault is None:
                why = getattr(error, "error_string", "") or "the encoder failed"
                raise UnwritableFileError(f"{target}: cannot be written: {why.rstrip('.')}") from None
        if output.fault is not None:
            raise output.fault
    return target


class _Output:
    """A file that libsndfile writes to. What is raised inside its calls would be lost, so the first fault is kept."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.fault: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self.file.write(data)
        except OSError as error:
            return self._failed(error)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self.file.seek(offset, whence)
        except OSError as error:
            return self._failed(error)

    def tell(self) -> int:
        try:
            return self.file.tell()
        except OSError as error:
            return self._failed(error)

    def _failed(self, error: OSError) -> int:
        self.fault = self.fault or error
        return 0


def _name(path: Path) -> str | bytes:
    """A file's name as soundfile takes it: bytes where the system's names are bytes, which need not be UTF-8."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _soundfile_parts(sound: AudioFile, size: int) -> Iterator[npt.NDArray[np.float32]]:
    """The sound a second at a time, or less: where decoding fails, the part it fails in is all that is lost."""
    import soundfile

    done = 0
    try:
        with soundfile.SoundFile(_name(sound.path)) as file:
            if file.frames > MOST_FRAMES:  # after reading soundfile seeks, which fails at an end that is not said
                file.seekable = lambda: False
            while len(part := file.read(min(size, sound.sample_rate), dtype="float32", always_2d=True)):
                done += len(part)
                yield part.T
    except (soundfile.LibsndfileError, RuntimeError) as error:
        if done < sound.sample_rate:
            why = str(error).strip().rstrip(".")
            raise UnreadableFileError(
                f"{sound.path}: decoding failed{f' ({why})' if why else ''}; the file is damaged or cut off"
            ) from None


def _regrouped(parts: Iterable[npt.NDArray[np.float32]], size: int) -> Iterator[npt.NDArray[np.float32]]:
    """Parts of any length joined and cut to blocks of `size` frames; the last may be shorter."""
    waiting: list[npt.NDArray[np.float32]] = []
    count = 0
    for part in parts:
        waiting.append(part)
        count += part.shape[1]
        if count >= size:
            held = np.concatenate(waiting, axis=1)
            whole = count // size * size
            for start in range(0, whole, size):
                yield held[:, start : start + size]
            waiting, count = [held[:, whole:]], count - whole
    if count:
        yield np.concatenate(waiting, axis=1)


def _needs_codecs(head: bytes) -> bool:
    iso_media = head[4:8] == b"ftyp"
    asf = head[:4] == b"\x30\x26\xb2\x75"
    matroska = head[:4] == b"\x1a\x45\xdf\xa3"
    adts = len(head) > 1 and head[0] == 0xFF and (head[1] & 0xF6) == 0xF0  # AAC in ADTS; MP3 has a layer set
    return iso_media or asf or matroska or adts


def _open_with_av(path: Path) -> AudioFile:
    av = _av(path)
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.audio:
                raise UnreadableFileError(f"{path}: holds no audio track")
            stream = container.streams.audio[0]
            duration = max(0.0, container.duration / av.time_base) if container.duration else 0.0
            rate, channels = int(stream.codec_context.sample_rate), int(stream.codec_context.channels)
            return AudioFile(path, rate, channels, round(duration * rate), f"av:{container.format.name}")
    except av.error.FFmpegError as error:
        raise _av_fault(path, error.strerror) from None
    except ValueError as error:
        raise _av_fault(path, str(error)) from None


def _av_parts(sound: AudioFile) -> Iterator[npt.NDArray[np.float32]]:
    av = _av(sound.path)
    try:
        with av.open(str(sound.path), metadata_errors="replace") as container:
            resampler = av.AudioResampler(format="fltp", rate=sound.sample_rate)
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    samples = part.to_ndarray()
                    if len(samples) != sound.channels:
                        raise _av_fault(sound.path, "its number of channels changes on the way")
                    yield samples.astype(np.float32, copy=False)
    except av.error.FFmpegError as error:
        raise _av_fault(sound.path, error.strerror) from None
    except ValueError as error:  # nonsense in its metadata
        raise _av_fault(sound.path, str(error)) from None


def _av_fault(path: Path, why: str) -> UnreadableFileError:
    return UnreadableFileError(f"{path}: cannot be decoded ({why}); the file is damaged or cut off")


def _av(path: Path):  # type: ignore[no-untyped-def]  # PyAV is an extra and has no place in the signature
    try:
        import av
    except ImportError:
        raise MissingExtraError(
            f"{path}: AAC, M4A and WMA need the codecs extra; install it with: "
            "pip install 'descant[codecs]' (or: pip install av)"
        ) from None
    return av


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


_SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a zip archive",
    b"MThd": "a MIDI file",
    b"<!DO": "a web page",
    b"<htm": "a web page",
    b"<?xm": "an XML file",
}


def _not_audio(path: Path, head: bytes) -> UnreadableFileError:
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            return UnreadableFileError(f"{path}: is {what}, not a sound file")
    return UnreadableFileError(
        f"{path}: is not a sound file that can be read, or it is damaged; try exporting it as WAV or FLAC"
    )
