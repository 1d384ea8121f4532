"""How fast folders are indexed, and how much room and memory it takes: `descant index` in fresh processes, one worker.

Tracks of 30 s: clips that were rendered for the search by words (`datasets/captioned_clips.py`, the test's) and
excerpts from the middle of recorded music, such as games bring along. Hours of music are told for an hour of one core,
by the processor's clock, so that a busy machine measures what an idle one does. The start of the processes counts.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from descant.datasets.captioned_clips import TEST_CLIPS, clips
from descant.errors import MissingDataError
from descant.evaluation.benchmark_listen import Figure, Usage, run
from descant.io.audio import open_audio
from descant.library.item import LEVELS
from descant.library.walker import kind_of, walk

SECONDS = 30.0
# Where Debian's packages singularity-music and warzone2100-music put theirs.
GAMES = (Path("/usr/share/games/singularity/music"), Path("/usr/share/games/warzone2100/music"))


def benchmark(tracks: int = 1_000, folder: Path | None = None, levels: tuple[str, ...] = LEVELS) -> list[Figure]:
    """Index so many tracks at each level. folder: recorded music, of which up to half of them are cut.

    Raises MissingDataError where there is nothing to index, DescantError where the command fails.
    """
    with tempfile.TemporaryDirectory(prefix="descant-benchmark-") as name:
        music = Path(name) / "music"
        music.mkdir()
        recorded = _cut(folder, tracks // 2, music)
        rendered = _linked(min(tracks - recorded, TEST_CLIPS), music)
        hours = (recorded + rendered) * SECONDS / 3600.0
        figures = [Figure("tracks, rendered", rendered, ""), Figure("tracks, recorded", recorded, "")]
        for level in levels:
            library = Path(name) / f"{level}.db"
            used = _index(music, library, level)
            figures.append(Figure(f"{level}: music", hours / (_processor(used) / 3600.0), "hours a core's hour"))
            figures.append(Figure(f"{level}: library", library.stat().st_size / (recorded + rendered), "bytes a track"))
            if used.together is not None:
                figures.append(Figure(f"{level}: peak of all processes together", used.together, "MiB"))
            again = _processor(_index(music, library, level))
            figures.append(Figure(f"{level}: again, nothing changed", again, "s of one core"))
        return figures


def _index(music: Path, library: Path, level: str) -> Usage:
    command = ["index", str(music), "--library", str(library), "--level", level, "--jobs", "1"]
    return run([sys.executable, "-m", "descant", *command])


def _processor(used: Usage) -> float:
    return used.processor if used.processor is not None else used.seconds


def _cut(folder: Path | None, most: int, target: Path) -> int:
    """Excerpts of recorded music, written as FLAC: from the middle of each piece, then round it. Gives how many."""
    import soundfile

    sources = [one for one in ([folder] if folder is not None else GAMES) if one.is_dir()]
    if folder is not None and not sources:
        raise MissingDataError(f"{folder}: there is no such folder of music")
    paths = sorted(file.path for source in sources for file in walk(source) if kind_of(file.path) == "audio")
    done = 0
    for path, start in _places(paths):
        if done == most:
            break
        with soundfile.SoundFile(str(path)) as file:
            file.seek(round(start * file.samplerate))
            samples = file.read(round(SECONDS * file.samplerate), dtype="float32")
            soundfile.write(str(target / f"recorded {done:04d}.flac"), samples, file.samplerate, "PCM_16")
        done += 1
    return done


def _places(paths: list[Path]) -> Iterator[tuple[Path, float]]:
    """Where to cut, seconds: one excerpt of every piece, then a second one of each that is long enough, and so on."""
    lengths = {path: open_audio(path).duration for path in paths}
    for turn in range(max((int(length / SECONDS) for length in lengths.values()), default=0)):
        for path, length in lengths.items():
            count = int(length / SECONDS)
            if turn < count:
                first = (length - count * SECONDS) / 2
                yield path, first + (count // 2 + turn) % count * SECONDS


def _linked(count: int, target: Path) -> int:
    """Links to rendered clips, which are made where they are not on disk. Gives how many."""
    try:
        made = clips("test", count)
    except MissingDataError:
        if not any(target.iterdir()):
            raise
        return 0
    for one in made:
        (target / f"rendered {one.number:04d}.flac").symlink_to(one.path.absolute())
    return len(made)
