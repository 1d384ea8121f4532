"""Audio files: opened, read in blocks, written. No file is ever held whole to be analysed.

soundfile reads wav, flac, ogg, opus, mp3, aiff and their kin; PyAV (the extra `codecs`) reads m4a, aac and wma.
"""

from __future__ import annotations

import errno
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError, MissingExtraError, UnreadableFileError, UnsupportedFormatError
from descant.io.files import readable, write_beside
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

NEARLY_FULL = 2**20  # bytes left on a disk, where a failed write is put down to it

_WRITERS = {
    ".wav": ("WAV", "PCM_16"),
    ".flac": ("FLAC", "PCM_16"),
    ".ogg": ("OGG", "VORBIS"),
    ".opus": ("OGG", "OPUS"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
    ".aif": ("AIFF", "PCM_16"),
    ".aiff": ("AIFF", "PCM_16"),
}


class FullScaleWarning(UserWarning):
    """A recording was turned down because it peaks beyond full scale."""


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
    return AudioFile(path, int(info.samplerate), int(info.channels), frames, str(info.format))


def blocks(sound: Audio | AudioFile, seconds: float) -> Iterator[npt.NDArray[np.float32]]:
    """The sound from start to end in blocks of at most `seconds`, each float32 of shape (channels, frames).

    Raises UnreadableFileError where a file cannot be decoded, holds no sample at all, or holds NaN or infinite samples.
    """
    size = max(1, round(seconds * sound.sample_rate))
    if isinstance(sound, Audio):
        for start in range(0, sound.frames, size):
            yield sound.samples[:, start : start + size]
        return
    done = 0
    for block in _av_blocks(sound, size) if sound.format.startswith("av:") else _soundfile_blocks(sound, size):
        if not np.isfinite(block).all():
            at = int(np.flatnonzero(~np.isfinite(block).all(axis=0))[0])
            raise UnreadableFileError(
                f"{sound.path}: holds NaN or infinite samples, the first at {(done + at) / sound.sample_rate:.3f} s; "
                "export it again from the program that made it"
            )
        done += block.shape[1]
        yield block
    if done == 0:
        raise UnreadableFileError(f"{sound.path}: no sound could be decoded; the file is damaged or cut off")


def decode(sound: AudioFile, *, turn_down: bool = False) -> Audio:
    """A whole file in memory, for short signals.

    Lossy formats may decode to peaks beyond [-1, 1]. Such a file is refused, or, with `turn_down`, scaled as a whole
    so that its peak is 1, with a warning that says by how much.
    """
    samples = np.concatenate(list(blocks(sound, 20.0)), axis=1)
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
    container, subtype = _WRITERS[ending]
    if ending == ".opus" and audio.sample_rate not in (8000, 12000, 16000, 24000, 48000):
        raise UnsupportedFormatError(
            f"{target}: Opus holds 8, 12, 16, 24 or 48 kHz, not {audio.sample_rate} Hz; choose another format"
        )
    with write_beside(target) as temporary:
        try:
            with soundfile.SoundFile(
                _name(temporary), "w", audio.sample_rate, audio.channels, subtype, format=container
            ) as out:
                for start in range(0, audio.frames, WRITE_FRAMES):
                    out.write(audio.samples[:, start : start + WRITE_FRAMES].T)
        except (soundfile.LibsndfileError, RuntimeError) as error:
            # libsndfile does not say why the system refused; a full disk can be seen, though.
            full = shutil.disk_usage(target.parent).free < NEARLY_FULL
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from None
    return target


def _name(path: Path) -> str | bytes:
    """A file's name as soundfile takes it: bytes where the system's names are bytes, which need not be UTF-8."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _soundfile_blocks(sound: AudioFile, size: int) -> Iterator[npt.NDArray[np.float32]]:
    import soundfile

    try:
        with soundfile.SoundFile(_name(sound.path)) as file:
            while len(block := file.read(size, dtype="float32", always_2d=True)):
                yield np.ascontiguousarray(block.T)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise UnreadableFileError(
            f"{sound.path}: decoding failed ({str(error).strip().rstrip('.')}); the file is damaged or cut off"
        ) from None


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


def _av_blocks(sound: AudioFile, size: int) -> Iterator[npt.NDArray[np.float32]]:
    av = _av(sound.path)
    held: npt.NDArray[np.float32] = np.zeros((sound.channels, 0), dtype=np.float32)
    parts = [held]
    count = 0
    try:
        with av.open(str(sound.path), metadata_errors="replace") as container:
            resampler = av.AudioResampler(format="fltp", rate=sound.sample_rate)
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    parts.append(part.to_ndarray().astype(np.float32, copy=False))
                    count += parts[-1].shape[1]
                if count >= size:
                    held = np.concatenate(parts, axis=1)
                    while held.shape[1] >= size:
                        yield held[:, :size]
                        held = held[:, size:]
                    parts, count = [held], held.shape[1]
            held = np.concatenate(parts, axis=1)
    except av.error.FFmpegError as error:
        raise _av_fault(sound.path, error.strerror) from None
    except ValueError as error:  # a stream that changes its channels on the way, or nonsense in its metadata
        raise _av_fault(sound.path, str(error)) from None
    if held.shape[1]:
        yield held


def _av_fault(path: Path, why: str) -> UnreadableFileError:
    return UnreadableFileError(f"{path}: cannot be decoded ({why}); the file is damaged or cut off")


def _av(path: Path):  # type: ignore[no-untyped-def]  # PyAV is an extra and has no place in the signature
    try:
        import av
    except ImportError:
        raise MissingExtraError(
            f"{path}: AAC, M4A and WMA need the codecs extra; install it with: pip install 'descant[codecs]'"
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
