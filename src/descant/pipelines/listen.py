"""Listen: from a recording to everything that is heard in it, as one `Piece`.

The router plans which transforms run and in which order; one pass over the sound serves all of them; each result
joins the piece under the name of the transform that made it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from descant.errors import InvalidValueError, UnknownTransformError
from descant.features import Feature, Sound, forget, get, prepare
from descant.features.levels import LevelReport, Levels
from descant.io.audio import open_audio
from descant.io.tags import read_tags
from descant.registry import Transform
from descant.route import plan, run
from descant.types import FIELDS, Audio, AudioFile, Piece

# The shares of the work, for the progress bar: decoding with all features, then the conclusions.
PASS_SHARE = 0.7
CUT_OFF = "the file is cut off: it ends before its own end mark"

Progress = Callable[[float], None]


def listen(
    sound: Sound | str | os.PathLike[str],
    *,
    only: Iterable[str] = (),
    use: Mapping[str, str] | None = None,
) -> Piece:
    """Everything that is heard in a recording.

    sound: a file's name, an opened `AudioFile`, or `Audio` in memory.
    only: the fields wanted (`tempo`, `meter`, `beats`, `keys`, `chords`, `sections`, `notes`, `pitch`, `tuning`,
        `loudness`, `instruments`); all where none is named.
    use: for a field, the name of the transform that makes it, instead of the best-ranked one.
    """
    if isinstance(sound, str | os.PathLike):
        sound = open_audio(sound)
    if not isinstance(sound, Audio | AudioFile):
        raise InvalidValueError(
            f"listen takes a file's name, an AudioFile or Audio, not {type(sound).__name__}; "
            "samples become Audio(samples, sample_rate)"
        )
    return hear(sound, only=only, use=use)


def hear(
    sound: Sound,
    *,
    only: Iterable[str] = (),
    use: Mapping[str, str] | None = None,
    also: Iterable[Feature] = (),
    progress: Progress = lambda _: None,
) -> Piece:
    """`listen`, with further features measured in the same pass (`also`) and a progress from 0 to 1."""
    fields = wanted_fields(only)
    steps = listening_plan(fields, use)
    needs = [feature for step in steps for feature in step.needs]
    expected = max(sound.duration, 1e-6)
    wanted = [Levels(), *needs, *also]
    measured = prepare(sound, wanted, lambda done: progress(PASS_SHARE * min(1.0, done / expected)))
    levels: LevelReport = get(sound, Levels())

    file = str(sound.path) if isinstance(sound, AudioFile) else ""
    tags = read_tags(sound.path) if isinstance(sound, AudioFile) else {}
    duration = levels.frames / sound.sample_rate
    piece = Piece(file, duration, tags, warnings=tuple(oddities(sound, levels)))
    kinds = {FIELDS[name] for name in fields}
    values: list[object] = [sound]
    for done, step in enumerate(steps):
        values.append(run([step], values)[0])
        if step.target in kinds:
            piece = piece.with_(values[-1])  # type: ignore[arg-type]  # `kinds` holds annotations only
        still = {*also, *(feature for later in steps[done + 1 :] for feature in later.needs)}
        forget(sound, [feature for feature in measured if feature not in still])
        progress(PASS_SHARE + (1 - PASS_SHARE) * (done + 1) / len(steps))
    return piece


def wanted_fields(only: Iterable[str]) -> tuple[str, ...]:
    """The fields asked for, in the order of the file format; all where none is named."""
    asked = ((only,) if isinstance(only, str) and only else tuple(only)) or tuple(FIELDS)
    for name in asked:
        if name not in FIELDS:
            raise UnknownTransformError(f"nothing named {name!r} can be heard; choose from {', '.join(FIELDS)}")
    return tuple(name for name in FIELDS if name in asked)


def listening_plan(fields: Iterable[str], use: Mapping[str, str] | None = None) -> list[Transform]:
    """The transforms that hear these fields, in order. Refuses a `use` that nothing here would use."""
    use = use or {}
    for name in use:
        wanted_fields([name])
    steps = plan([AudioFile], [FIELDS[name] for name in fields], {FIELDS[name]: by for name, by in use.items()})
    for name, by in use.items():
        if all(step.name != by for step in steps):
            raise UnknownTransformError(f"{by} would not run, because neither {name} nor what rests on it is asked for")
    return steps


def oddities(sound: Sound, levels: LevelReport) -> Iterable[str]:
    """What a listener should know about the recording before trusting what was heard in it."""
    duration = levels.frames / sound.sample_rate
    if isinstance(sound, AudioFile) and sound.truncated:
        yield CUT_OFF
    elif duration < sound.duration - 0.5:
        yield f"the header promises {sound.duration:.1f} s, but only {duration:.1f} s could be decoded"
    if levels.peak < 1e-4:
        yield "silent: nothing above -80 dBFS"
    elif duration < 1.0:
        yield f"too short for most of the analysis ({duration * 1000:.0f} ms)"
    if levels.clipped > 1e-4:
        yield f"clipped: {levels.clipped * 100:.1f} % of the samples are cut off at full scale"
    if levels.peak > 1.0:
        yield f"the samples exceed full scale (peak {levels.peak:.3g}); players will clip them"
    if abs(levels.offset) > 0.01:
        yield f"a constant offset of {levels.offset:+.3f} (DC) runs through the recording"
