"""The suite `listen`: what `descant listen` hears, held against what is known to be true.

Beats of two real recordings (MDB Drums), one by one: too few and too short for more than a smoke test. Everything on
POP909's songs, rendered with TimGM6mb, which no weights were fitted on; and pitch on tones made from a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from descant.datasets import mdb_drums, pop909
from descant.errors import DescantError, UnknownTransformError
from descant.evaluation import baselines, measures
from descant.evaluation.rows import Row
from descant.features import Sound
from descant.features.harmony import Harmony
from descant.io.audio import open_audio
from descant.pipelines.listen import hear, listening_plan
from descant.pipelines.pool import Failed, Finished, run_jobs
from descant.registry import find
from descant.types import Annotation, Audio, Beats, Chords, Keys, Notes, Piece, PitchContour, Sections, Tempo
from descant.types.piece import A

TASKS = ("beat", "downbeat", "tempo", "key", "chord", "section", "note", "pitch")
FIELD = {
    "beat": "beats",
    "downbeat": "beats",
    "tempo": "tempo",
    "key": "keys",
    "chord": "chords",
    "section": "sections",
    "note": "notes",
    "pitch": "pitch",
}
PULSE = {"beat", "downbeat", "tempo"}  # the tasks whose baseline tracks beats
SOUNDFONT = "TimGM6mb"
BEAT_BASELINE = "ellis-dp"
WORKERS = 2  # processes

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Score:
    """One measure of one item, of the system and of the baseline."""

    task: str
    system: str
    metric: str
    value: float
    baseline: float
    baseline_system: str


@dataclass(frozen=True)
class SongJob:
    """One song to listen to."""

    song: str
    tasks: tuple[str, ...]
    use: tuple[tuple[str, str], ...] = ()


def evaluate(
    split: str = "test",
    count: int | None = None,
    tasks: Iterable[str] = TASKS,
    use: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> list[Row]:
    """Every figure of the suite.

    split: `test`, or `valid` while a system is being tuned. count: only the first songs of it.
    use: for a field, the transform to measure, instead of the best-ranked one.

    Raises UnknownTransformError where a task or a transform is not known or would not run, MissingDataError where a
    data set is missing, and DescantError where a song could not be listened to.
    """
    wanted = tuple(tasks)
    use = use or {}
    for name in wanted:
        if name not in TASKS:
            raise UnknownTransformError(f"no task is named {name!r}; choose from {', '.join(TASKS)}")
    heard = tuple(task for task in TASKS if task in wanted and task != "pitch")
    # What is asked for is checked before hours of listening. In songs beats are always heard: measures rest on them.
    fields = {*(FIELD[task] for task in wanted), *(["beats"] if heard else [])}
    steps = listening_plan(fields, use)
    rows: list[Row] = []
    if {"beat", "downbeat"} & set(heard):
        rows += _mdb_rows(heard, use)
    if heard:
        rows += _pop909_rows(split, count, heard, {name: by for name, by in use.items() if name != "pitch"}, progress)
    if "pitch" in wanted:
        from descant.evaluation.pitch_tones import BASELINE, pitch_rows

        system = next(step.name for step in steps if step.target is PitchContour)
        rows += [Row(**row) for row in pitch_rows(list(dict.fromkeys([system, BASELINE])))]  # type: ignore[typeddict-item]
    return sorted(rows, key=lambda row: TASKS.index(row["task"]))


def score_song(job: SongJob, progress: Progress) -> list[Score]:
    """Render one song of POP909, listen to it, and hold it against its annotations."""
    song = pop909.read_song(job.song)
    sound = render(song.notes)
    progress(0.1)
    piece = hear(
        sound,
        only={"beats", *(FIELD[task] for task in job.tasks)},
        use=dict(job.use),
        also=[Harmony(), *(find(BEAT_BASELINE).needs if PULSE & set(job.tasks) else ())],
        progress=lambda share: progress(0.1 + 0.6 * share),
    )
    return list(scores(job.tasks, song, sound, piece))


def scores(tasks: Sequence[str], song: pop909.Pop909Song, sound: Sound, piece: Piece) -> Iterator[Score]:
    """Each task's measures of a piece heard in a song's sound, with the baselines'."""
    duration = sound.duration
    if PULSE & set(tasks):
        steady: Beats = find(BEAT_BASELINE)(sound)
        yield from beat_scores(tasks, song.beats, _chosen(piece, Beats), steady, duration)
    if "tempo" in tasks:
        true, tempo = measures.true_tempo(song.beats), _chosen(piece, Tempo)
        guess = baselines.beat_tempo(steady)
        yield from _compared("tempo", tempo, measures.tempo(true, tempo), BEAT_BASELINE, measures.tempo(true, guess))
    if "key" in tasks and song.keys is not None:
        keys = _chosen(piece, Keys)
        floor = measures.key(song.keys, baselines.always_c_major(duration))
        yield from _compared("key", keys, measures.key(song.keys, keys), "always C major", floor)
    if "chord" in tasks:
        chords = _chosen(piece, Chords)
        floor = measures.chord(song.chords, baselines.binary_templates(sound))
        yield from _compared("chord", chords, measures.chord(song.chords, chords), "binary templates", floor)
    if "section" in tasks and song.sections:
        sections, even = _chosen(piece, Sections), baselines.every_eight_bars(_chosen(piece, Beats), duration)
        found, floor = (measures.section(song.sections[0], one) for one in (sections, even))
        yield from _compared("section", sections, found, "every eight bars", floor)
    if "note" in tasks:
        notes = _chosen(piece, Notes)
        floor = measures.note(song.notes, baselines.cqt_threshold(sound))
        yield from _compared("note", notes, measures.note(song.notes, notes), "CQT threshold", floor)


def beat_scores(tasks: Sequence[str], true: Beats, heard: Beats, steady: Beats, duration: float) -> Iterator[Score]:
    """Beats and downbeats, beside those of the baseline, whose every fourth beat counts as a downbeat."""
    if "beat" in tasks:
        found, floor = (measures.beat(true.time, one.time, duration) for one in (heard, steady))
        yield from _compared("beat", heard, found, BEAT_BASELINE, floor)
    if "downbeat" in tasks:
        fourths = baselines.every_fourth(steady)
        found, floor = (measures.beat(true.downbeats, one.downbeats, duration) for one in (heard, fourths))
        yield from _compared("downbeat", heard, found, f"{BEAT_BASELINE}, every fourth", floor)


def render(notes: Notes) -> Audio:
    """The sound of notes on the suite's SoundFont."""
    from descant.synthesis.soundfonts import named

    audio: Audio = find("sampler")(notes, soundfont=str(named(SOUNDFONT)))
    return audio


def _compared(
    task: str, estimate: Annotation, found: measures.Measures, baseline: str, floor: measures.Measures
) -> Iterator[Score]:
    system = estimate.made_by.transform if estimate.made_by else ""
    for metric, value in found.items():
        yield Score(task, system, metric, value, floor[metric], baseline)


def _chosen(piece: Piece, kind: type[A]) -> A:
    found = piece.get(kind)
    assert found is not None, "the suite listens for every field that it measures"
    return found


def rows_of(found: Iterable[Score], data: str, rendered: str | None) -> list[Row]:
    """The mean of each measure over the items scored."""
    groups: dict[tuple[str, str, str, str], list[Score]] = {}
    for score in found:
        groups.setdefault((score.task, score.system, score.metric, score.baseline_system), []).append(score)
    return [
        Row(
            task=task,
            system=system,
            data=data,
            metric=metric,
            value=float(np.mean([one.value for one in group])),
            n=len(group),
            baseline=float(np.mean([one.baseline for one in group])),
            baseline_system=baseline_system,
            rendered=rendered,
        )
        for (task, system, metric, baseline_system), group in groups.items()
    ]


def _mdb_rows(tasks: Sequence[str], use: Mapping[str, str]) -> Iterator[Row]:
    mine = {name: by for name, by in use.items() if name == "beats"}
    for clip in mdb_drums.full_mixes():
        sound = open_audio(clip.audio)
        piece = hear(sound, only={"beats"}, use=mine, also=find(BEAT_BASELINE).needs)
        found = beat_scores(tasks, clip.beats, _chosen(piece, Beats), find(BEAT_BASELINE)(sound), sound.duration)
        yield from rows_of(found, f"{mdb_drums.NAME}/{clip.id}", None)


def _pop909_rows(
    split: str, count: int | None, tasks: tuple[str, ...], use: Mapping[str, str], progress: Progress
) -> list[Row]:
    songs = pop909.song_ids(split)[:count]
    pop909.read_song(songs[0])  # a missing data set is told of before any worker starts
    shares = [0.0] * len(songs)
    found: list[list[Score]] = [[] for _ in songs]
    for event in run_jobs(
        "descant.evaluation.listen:score_song", [SongJob(song, tasks, tuple(use.items())) for song in songs], WORKERS
    ):
        if isinstance(event, Failed):
            raise DescantError(f"POP909 song {songs[event.job]} could not be measured: {event.message}")
        if isinstance(event, Finished):
            found[event.job] = event.result
        shares[event.job] = getattr(event, "share", 1.0 if isinstance(event, Finished) else 0.0)
        progress(sum(shares) / len(songs))
    return rows_of((score for song in found for score in song), f"{pop909.NAME}/{split}", SOUNDFONT)
