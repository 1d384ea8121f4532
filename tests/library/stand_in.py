"""Cheap work for the tests of indexing: importable by the pool's workers, it goes through the real one's door."""

import time
from pathlib import Path

import numpy as np

from descant.errors import DescantError, UnreadableFileError
from descant.features.spectral_peaks import Peaks
from descant.library import indexing
from descant.library.describe import describe, described
from descant.library.fingerprints import to_bytes
from descant.library.indexing import Indexing
from descant.library.item import FULL, Entry
from descant.library.store import open_library
from descant.pipelines.pool import Failed, Finished, Started

WORK = "tests.library.stand_in:learn"


def learn(job, progress):
    """What the file says is its title; one that says `bad` cannot be read, one that says `slow` takes its time."""
    return described(job, progress, _learnt)


def _learnt(job, content, progress):
    text = job.file.path.read_bytes().decode()
    if "bad" in text:
        raise UnreadableFileError(f"{job.file.path}: is damaged")
    if "slow" in text:
        for _ in range(20):
            progress(0.5)
            time.sleep(0.1)
    if "changes" in text:
        job.file.path.write_text("now it is something else")
    return Entry(
        content=content,
        kind="audio",
        level=job.level,
        duration=float(len(text)),
        title=text,
        instruments=(("piano", 0.5),),
        fingerprint=to_bytes(Peaks(*(np.zeros(0, dtype=kind) for kind in (np.int32, np.float32, np.int16)), len(text))),
        melodies=(("top", text.encode()),),
        analysis=bytes(2_000),
    )


def at_once(name, arguments, workers, patience=None, work=None):
    """`run_jobs` without processes, for what has nothing to do with them."""
    for number, job in enumerate(arguments):
        yield Started(number)
        try:
            yield Finished(number, (work or learn)(job, lambda _: None))
        except DescantError as error:
            yield Failed(number, str(error))


def index_here(path, library):
    """Index a file in full, by the real work, in this process."""
    indexing.run_jobs = lambda _, jobs, *more: at_once("", jobs, 1, work=describe)
    with open_library(Path(library), write=True) as opened:
        print(Indexing(opened, [Path(path)], FULL).run(1).learnt)
