"""Which families of instruments sound in a recording, and when.

Precision is averaged over clips for each family, then over families; the area under the curve is that of tenths of a
second, in which a family sounds or does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.analysis import instruments
from descant.evaluation import measures
from descant.evaluation.ears import mel_statistics
from descant.evaluation.ears.families import DRUMS, FAMILIES, PROGRAMS_EACH, Scores, sounding
from descant.evaluation.ears.recording import Recording
from descant.evaluation.ears.task import Hearing, Task
from descant.evaluation.measured import Pooled
from descant.types.instruments import INSTRUMENTS, PROGRAMS


@dataclass(frozen=True, eq=False)
class Compared:
    """One clip's truth and scores: (families,) and (tenths of a second, families)."""

    true_clip: npt.NDArray[np.bool_]
    clip: npt.NDArray[np.float64]
    true_frames: npt.NDArray[np.bool_]
    frames: npt.NDArray[np.float64]


def compare(recording: Recording, heard: Scores) -> Compared:
    """The scores beside the truth, cut to the same length."""
    assert recording.notes is not None
    truth = sounding(recording.notes)
    count = min(len(truth), len(heard.frames))
    return Compared(np.any(truth, axis=0, keepdims=True)[0], heard.clip, truth[:count], heard.frames[:count])


def pool(clips: Sequence[Compared]) -> Pooled:
    """Mean average precision over clips and area under the curve over frames, means over families that vary."""
    true_clip, clip = np.stack([one.true_clip for one in clips]), np.stack([one.clip for one in clips])
    true_frames, frames = (np.concatenate([getattr(one, name) for one in clips]) for name in ("true_frames", "frames"))
    found = {
        "mAP": measures.over_classes("average precision", true_clip, clip),
        "frame AUC": measures.over_classes("area under the curve", true_frames, frames),
    }
    return {name: (value, len(clips)) for name, value in found.items() if value is not None}


def known(recording: Recording) -> bool:
    """Whether the players are known."""
    return recording.notes is not None


def families_of(heard: instruments.Scores) -> Scores:
    """The network's classes as families: of the classes that belong to one, the likeliest counts."""
    belongs = np.zeros((len(instruments.LABELS), len(FAMILIES)), dtype=bool)
    for number, programs in enumerate(PROGRAMS):
        families = [program // PROGRAMS_EACH for program in programs if program // PROGRAMS_EACH < DRUMS]
        belongs[number, max(families, key=families.count)] = True
    belongs[INSTRUMENTS.index("drums"), DRUMS] = True
    clip = heard.window.max(axis=0, initial=0.0)
    frames = np.stack([heard.frame[:, mine].max(axis=1, initial=0.0) for mine in belongs.T], axis=1)
    return Scores(np.array([clip[mine].max(initial=0.0) for mine in belongs.T]), frames)


def chance(hearing: Hearing) -> Scores:
    """Every family is as likely as any other, at every moment."""
    count = round(hearing.sound.duration * 10)
    return Scores(np.zeros(len(FAMILIES)), np.zeros((count, len(FAMILIES))))


MEL = "mel statistics, logistic regression"

TASK = Task(
    name="instrument",
    part="instruments",
    collections=("orchestras",),
    systems=("instruments", "chance"),
    baseline=MEL,
    headline="frame AUC",
    measure=compare,
    known=known,
    own={
        "instruments": lambda hearing: families_of(instruments.scores(hearing.sound)),
        MEL: lambda hearing: mel_statistics.scores(hearing.sound),
        "chance": chance,
    },
    pool=pool,
    ready=mel_statistics.fit,
)
