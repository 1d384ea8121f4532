"""Cheap work for the tests of indexing: importable by the pool's workers, it goes through the real one's door."""

import time

from descant.errors import DescantError, UnreadableFileError
from descant.library.describe import described
from descant.library.item import Entry
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
        fingerprint=text.encode(),
        melodies=(("top", text.encode()),),
        analysis=bytes(2_000),
    )


def at_once(work, arguments, workers, patience=None):
    """`run_jobs` without processes, for what has nothing to do with them."""
    for number, job in enumerate(arguments):
        yield Started(number)
        try:
            yield Finished(number, learn(job, lambda _: None))
        except DescantError as error:
            yield Failed(number, str(error))
