"""Audio files: opened, read in blocks, written. No file is ever held whole to be analysed.

soundfile reads wav, flac, ogg, opus, mp3, aiff and their kin; PyAV (the extra `codecs`) reads m4a, aac and wma.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.errors import MissingExtraError, UnreadableFileError, UnsupportedFormatError
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

_WRITERS = {
    ".wav": ("WAV", "PCM_16"),
    ".flac": ("FLAC", "PCM_16"),
    ".ogg": ("OGG", "VORBIS"),
    ".opus": ("OGG", "OPUS"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
    ".aif": ("AIFF", "PCM_16"),
    ".aiff": ("AIFF", "PCM_16"),
}


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
        info = soundfile.info(str(path))
    except (soundfile.LibsndfileError, RuntimeError, TypeError):
        raise _not_audio(path, head) from None
    if not MIN_SAMPLE_RATE <= info.samplerate <= MAX_SAMPLE_RATE:
        raise UnreadableFileError(
            f"{path}: its header says {info.samplerate} Hz, which no music is sampled at; the file is damaged"
        )
    if info.frames == 0:
        raise UnreadableFileError(f"{path}: holds no sound (0 samples)")
    return AudioFile(path, int(info.samplerate), int(info.channels), int(info.frames), str(info.format))


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


def decode(sound: AudioFile) -> Audio:
    """A whole file in memory, for short signals. Samples beyond [-1, 1] are refused by `Audio`."""
    return Audio(np.concatenate(list(blocks(sound, 20.0)), axis=1), sound.sample_rate)


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
                str(temporary), "w", audio.sample_rate, audio.channels, subtype, format=container
            ) as out:
                for start in range(0, audio.frames, WRITE_FRAMES):
                    out.write(audio.samples[:, start : start + WRITE_FRAMES].T)
        except (soundfile.LibsndfileError, RuntimeError) as error:
            raise OSError(str(error)) from None
    return target


def _soundfile_blocks(sound: AudioFile, size: int) -> Iterator[npt.NDArray[np.float32]]:
    import soundfile

    try:
        with soundfile.SoundFile(str(sound.path)) as file:
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
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise UnreadableFileError(f"{path}: holds no audio track")
            stream = container.streams.audio[0]
            duration = container.duration / av.time_base if container.duration else 0.0
            rate, channels = int(stream.codec_context.sample_rate), int(stream.codec_context.channels)
            return AudioFile(path, rate, channels, round(duration * rate), f"av:{container.format.name}")
    except av.error.FFmpegError as error:
        raise UnreadableFileError(
            f"{path}: cannot be decoded ({error.strerror}); the file is damaged or cut off"
        ) from None


def _av_blocks(sound: AudioFile, size: int) -> Iterator[npt.NDArray[np.float32]]:
    av = _av(sound.path)
    held: list[npt.NDArray[np.float32]] = []
    count = 0
    try:
        with av.open(str(sound.path)) as container:
            resampler = av.AudioResampler(format="fltp", rate=sound.sample_rate)
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    held.append(part.to_ndarray().astype(np.float32, copy=False))
                    count += held[-1].shape[1]
                if count >= size:
                    yield np.concatenate(held, axis=1)
                    held, count = [], 0
    except av.error.FFmpegError as error:
        raise UnreadableFileError(
            f"{sound.path}: decoding failed ({error.strerror}); the file is damaged or cut off"
        ) from None
    if held:
        yield np.concatenate(held, axis=1)


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
