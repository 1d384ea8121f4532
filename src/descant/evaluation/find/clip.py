"""Clips found again: which recording of a library a few noisy seconds are from, and whether strangers are refused.

The library is the captioned clips of a split, 30 s each, rendered. Top-1: a clip's recording comes first, whether or
not it is refused; told: it comes first and is not refused. Strangers are clips of pieces that are not in the library:
of the same split and SoundFont, a fifth of the pieces left out at a time, and real recordings (under DESCANT_DATA and
of Debian's games); any answer is wrong.

The baseline is plain landmark pairs as of 2003: the highest count at one offset, at the clip's own speed, nothing
verified, refused below a fixed count, near which the highest of the strangers on validation data lay.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets.captioned_clips import CaptionedClip, clips
from descant.datasets.clip_pieces import DRUMS
from descant.datasets.location import data_folder
from descant.errors import DescantError, MissingDataError
from descant.evaluation.find.clip_conditions import CONDITIONS, Condition, Samples
from descant.evaluation.find.indexed_clips import CLIPS
from descant.evaluation.measured import Measured, plain
from descant.evaluation.mono import mono
from descant.evaluation.task import Request, Task
from descant.features import RATE, get
from descant.features.spectral_peaks import FRAME_RATE, SpectralPeaks
from descant.io.audio import AUDIO_ENDINGS, decode, open_audio
from descant.library.fingerprints import fingerprint
from descant.library.landmark_index import LandmarkIndex, landmark_index
from descant.retrieval.by_clip import looked_up
from descant.types import Audio

LANDMARKS, PLAIN = "landmarks", "plain landmarks"
PLAIN_KNOWN = 100  # pairs that agree: the baseline's threshold
ASKED = 100  # clips of each condition
FOLDS = 5
STRANGERS = (Condition(), Condition(noise="babble", snr_db=10.0), Condition(seconds=15.0), Condition(seconds=2.0))
STRANGERS_EACH = {"test": 2, "valid": 4}  # of every clip of the library
GAMES = Path("/usr/share/games")
OF_A_FILE = 24  # strangers at most
AT_ONE_PLACE, AT_ONE_SPEED = 0.25, 0.005  # seconds and share, within which a place and a speed are right
SILENT = 1e-3


@dataclass(frozen=True)
class Told:
    """What a system says of a clip."""

    item: int  # the likeliest
    at: float  # seconds of it at which the clip begins
    speed: float
    sure: bool  # or the clip is refused


NOTHING = Told(-1, 0.0, 1.0, False)


def by_landmarks(index: LandmarkIndex, clip: Audio) -> Told:
    """What `descant identify` says."""
    places, sure = looked_up(index, get(clip, SpectralPeaks()))
    if not places:
        return NOTHING
    best = places[0].laid
    return Told(int(index.items[places[0].at]), best.frame / FRAME_RATE, best.speed, sure > 0)


def by_plain_landmarks(index: LandmarkIndex, clip: Audio) -> Told:
    """Where most pairs agree."""
    found = index.candidates(get(clip, SpectralPeaks()), (1.0,), 1)
    if not found:
        return NOTHING
    return Told(int(index.items[found[0].at]), found[0].frame / FRAME_RATE, 1.0, found[0].hits >= PLAIN_KNOWN)


SYSTEMS: dict[str, Callable[[LandmarkIndex, Audio], Told]] = {LANDMARKS: by_landmarks, PLAIN: by_plain_landmarks}


def measure(request: Request) -> Iterator[Measured]:
    """What it costs, every condition, and strangers."""
    try:
        library = clips(request.split, request.count or CLIPS[request.split])
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: captioned clips are left out: {error}")
        return
    began = time.process_time()
    prints = [fingerprint(open_audio(one.path)) for one in library]
    seconds = time.process_time() - began
    index = landmark_index(enumerate(prints))
    yield from costs(request.split, library, prints, index, seconds)
    parts = [*known(request.split, library, index), *strangers(request.split, library, prints), *real(index, request)]
    for at, part in enumerate(parts):
        yield from part()
        request.progress((at + 1) / len(parts))


Part = Callable[[], Iterable[Measured]]


def costs(
    split: str, library: Sequence[CaptionedClip], prints: Sequence[bytes], index: LandmarkIndex, seconds: float
) -> Iterator[Measured]:
    """Bytes and seconds of one core that an hour of music takes."""
    hours = sum(open_audio(one.path).duration for one in library) / 3600
    measures = {
        "fingerprint bytes a track-hour": sum(map(len, prints)) / hours,
        "index bytes a track-hour": index.place.nbytes / hours,
        "indexing seconds a track-hour": seconds / hours,
    }
    yield Measured(TASK.name, f"captioned clips/{split}", "all", library[0].soundfont, LANDMARKS, measures)


def known(split: str, library: Sequence[CaptionedClip], index: LandmarkIndex) -> Iterator[Part]:
    """Clips of the library in every condition."""
    asked = np.unique(np.linspace(0, len(library) - 1, min(ASKED, len(library))).round().astype(int)).tolist()
    for condition in CONDITIONS:

        def part(condition: Condition = condition) -> Iterator[Measured]:
            for number in asked:
                start, heard = cut(library[number], condition)
                for system, tell in SYSTEMS.items():
                    told = tell(index, heard)
                    first = told.item == number
                    measures = {
                        "top-1": float(first),
                        "told": float(first and told.sure),
                        "wrong": float(told.sure and not first),
                    }
                    if first and told.sure:
                        measures["place"] = float(abs(told.at - start) < AT_ONE_PLACE)
                        measures["speed"] = float(abs(told.speed / condition.speed - 1) < AT_ONE_SPEED)
                    data = f"captioned clips/{split}, {condition.name}"
                    yield Measured(TASK.name, data, str(number), library[number].soundfont, system, measures)

        yield part


def strangers(split: str, library: Sequence[CaptionedClip], prints: Sequence[bytes]) -> Iterator[Part]:
    """Clips of pieces that are not among those that are searched."""
    fold = np.array([zlib.crc32(one.piece.encode()) % FOLDS for one in library])
    for out in range(FOLDS):

        def part(out: int = out) -> Iterator[Measured]:
            index = landmark_index((number, prints[number]) for number in np.flatnonzero(fold != out).tolist())
            if not len(index.items):
                return
            for number in np.flatnonzero(fold == out).tolist():
                kind = "drum beats" if library[number].attributes.style == DRUMS else "other music"
                data = f"captioned clips/{split}, strangers, {kind}"
                for turn in range(STRANGERS_EACH[split]):
                    condition = STRANGERS[(number + turn) % len(STRANGERS)]
                    heard = cut(library[number], condition)[1]
                    yield from accepted(index, heard, data, str(number), library[number].soundfont)

        yield part


def real(index: LandmarkIndex, request: Request) -> Iterator[Part]:
    """Clips of real recordings."""
    folder = data_folder() / "recordings"
    if not folder.is_dir():
        request.left_out.append(f"{TASK.name}: recordings are left out: {folder} is not there")
    files = [*sorted(folder.glob("*")), *sorted(GAMES.glob("*/music/**/*"))]
    for path in [one for one in files if one.suffix.lower() in AUDIO_ENDINGS][: request.count]:

        def part(path: Path = path) -> Iterator[Measured]:
            try:
                sound = mono(decode(open_audio(path), turn_down=True), RATE)
            except DescantError as error:
                request.left_out.append(f"{TASK.name}: {error}")
                return
            rng = np.random.default_rng(zlib.crc32(path.name.encode()))
            for number in range(min(OF_A_FILE, round(len(sound) / RATE / 10))):
                heard = STRANGERS[number % len(STRANGERS)].cut(sound, RATE, rng)[1]
                if np.std(heard) > SILENT:
                    yield from accepted(index, _audio(heard), "real recordings, strangers", path.name, None)

        yield part


def accepted(index: LandmarkIndex, heard: Audio, data: str, name: str, rendered: str | None) -> Iterator[Measured]:
    """Whether each system takes a stranger for known."""
    for system, tell in SYSTEMS.items():
        yield Measured(TASK.name, data, name, rendered, system, {"false accepts": float(tell(index, heard).sure)})


def cut(clip: CaptionedClip, condition: Condition) -> tuple[float, Audio]:
    """(where it begins, a stretch of a clip as it is heard), drawn by lot among those that sound."""
    sound = decode(open_audio(clip.path)).samples[0]
    rng = np.random.default_rng([clip.number, zlib.crc32(condition.name.encode())])
    for _ in range(10):
        start, heard = condition.cut(sound, RATE, rng)
        at = round(start * RATE)
        if np.std(sound[at : at + round(condition.seconds * RATE)]) > SILENT:
            break
    return start, _audio(heard)


def _audio(samples: Samples) -> Audio:
    return Audio(np.clip(samples, -1.0, 1.0), RATE)


TASK = Task(name="clip", baseline=PLAIN, measure=measure, pooled=plain)
