"""Concert performances (ASAP), those of the suite `ears`, with the scores that they were played from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.datasets import asap
from descant.datasets.asap_score import AsapScore, read_score
from descant.datasets.excerpt import beats_between, excerpt
from descant.errors import MissingDataError
from descant.evaluation.ears.collections.performances import PLAYED, SECONDS, TUNED
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.evaluation.transcribe.beaten import bar_at, bars_on, between, holding
from descant.evaluation.transcribe.matching import UNMATCHED, nearest
from descant.evaluation.transcribe.page import Page
from descant.evaluation.transcribe.passage import Collection, Passage
from descant.types import Notes
from descant.types.arrays import FloatArray
from descant.types.score import TimeSignature

REACH = 0.75  # quarters from where a note is played, by the beats around it, to where it is written
FEWEST = 0.5  # of the notes, that must be found in the score


def ids(split: str) -> tuple[str, ...]:
    """The performances of a split."""
    return PLAYED if split == "test" else TUNED


def load(split: str, name: str) -> Passage:
    """The first two minutes of one performance. Raises MissingDataError where it does not follow its score."""
    performance = asap.read_performance(name)
    score = read_score(name)
    notes = excerpt(performance.notes, 0.0, SECONDS)
    truth = page_of(score, notes, between(score.seconds, score.beats, notes.onset))
    if np.mean(truth.known) < FEWEST:
        raise MissingDataError(f"{name}: only {np.mean(truth.known):.0%} of its notes are found in its score")
    return Passage(f"{asap.NAME}/{split}", name, notes, truth, beats_between(performance.beats, 0.0, SECONDS))


def load_heard(split: str, name: str) -> Passage:
    """The same as sound, as `ears` hears it."""
    passage = load(split, name)
    sound = rendered(passage.notes, split, f"performances/{name.replace('/', '-')}")
    return replace(passage, sound=sound, rendered=SOUNDFONTS[split])


def page_of(score: AsapScore, notes: Notes, place: FloatArray) -> Page:
    """The true page of played notes, whose places by the beats around them are `place`, quarters."""
    near = np.where(np.isnan(place), -np.inf, place)
    written = nearest(near, notes.pitch, score.onset, score.pitch, REACH)
    known = written != UNMATCHED
    onset = np.where(known, score.onset[written], 0.0)
    lines = score.downbeats
    times = [TimeSignature((beats,), unit) for beats, unit in score.meters]
    return Page(
        known=known,
        onset=onset,
        duration=np.where(known, score.duration[written], 0.0),
        bar=bar_at(lines, onset),
        bars=bars_on(
            lines,
            [times[at] for at in holding(score.meter_at, lines)],
            [score.sharps[at] for at in holding(score.key_at, lines)],
        ),
    )


PERFORMANCES = Collection("performances", ids, load, (asap,))
HEARD = Collection("performances heard", ids, load_heard, (asap,))
