"""Following sound: how far from its true moment each onset of the score is reached, in milliseconds.

Performances are rendered, in rooms, noisy and out of tune, on another SoundFont than the score. What followers say of a
moment is said when it has been heard; nothing is put right afterwards, and times are those of the sound, so that the
latency (`AudioFollower.latency`) comes on top. Beside them warping of the whole recording, which hears what follows,
and who keeps the page's tempo from the first place on.

The truth is the mean of the notes that begin at an onset (Vienna 4x22), or the marked beat, where notes begin (ASAP).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from descant.alignment.audio_follower import HIDDEN_SEMI_MARKOV, ONLINE_DTW, AudioFollower
from descant.alignment.high_resolution import align_written
from descant.alignment.online_dtw import OnlineDtw
from descant.evaluation.follow.recordings import Followed
from descant.evaluation.follow.symbolic import SETS, STEADY, in_ms, pooled, reached, with_notes
from descant.evaluation.measured import Measured
from descant.evaluation.mono import mono
from descant.evaluation.task import Request, Task, each_piece
from descant.features import RATE, get
from descant.features.following import FPS, TIME, FollowerFrames, ScoreSound
from descant.types.arrays import FloatArray

BLOCK = 4410  # samples that are handed on at once
SLACK = 1e-4  # quarters


def online(piece: Followed, asked: FloatArray, system: str) -> FloatArray:
    """When a follower first says that places are reached."""
    follower = AudioFollower(piece.written, piece.score_sound(), system)
    samples = mono(piece.sound(), RATE)
    said = [one for at in range(0, len(samples), BLOCK) for one in follower.push(samples[at : at + BLOCK])]
    said += follower.finish()
    return reached([one.quarter for one in said], np.array([one.time for one in said]), asked, SLACK)


def as_published(piece: Followed, asked: FloatArray) -> FloatArray:
    """The same frames warped as in the paper: one pace, no inertia, no onsets waited for; the start is told."""
    page, frames = get(piece.score_sound(), ScoreSound()), FollowerFrames(noisy=True)
    samples = mono(piece.sound(), RATE)
    begins = max(0, round((float(piece.take.onset[0]) - 0.1) * RATE))
    warping = OnlineDtw(page)
    places = [warping.push(frame) for frame in np.concatenate([frames.push(samples[begins:]), frames.finish()])]
    time = np.arange(len(places)) / FPS + TIME + begins / RATE
    return reached(piece.written.quarters(np.array(places) / FPS + TIME).tolist(), time, asked, SLACK)


def offline(piece: Followed, asked: FloatArray) -> FloatArray:
    """When places come by warping of the whole recording."""
    return align_written(piece.written, piece.sound()).alignment.seconds(asked)


def steady(piece: Followed, asked: FloatArray) -> FloatArray:
    """When places come at the page's tempo, the first one given."""
    page = piece.written.seconds(asked)
    found: FloatArray = float(piece.second[0]) + page - float(piece.written.seconds(piece.quarter[0]))
    return found


SYSTEMS: dict[str, Callable[[Followed, FloatArray], FloatArray]] = {
    "hidden_semi_markov": partial(online, system=HIDDEN_SEMI_MARKOV),
    "online_dtw": partial(online, system=ONLINE_DTW),
    "online_dtw, as published": as_published,
    "dtw": offline,
    STEADY: steady,
}


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every performance, all together and piece by piece."""
    for one, piece in each_piece(SETS, request, TASK.name):
        asked = with_notes(piece)
        true = np.interp(asked, piece.quarter, piece.second)
        data = f"{one.name}/{request.split}"
        for name, system in SYSTEMS.items():
            errors = 1000.0 * np.abs(system(piece, asked) - true)
            yield Measured(TASK.name, data, piece.id, piece.rendered, name, in_ms(errors), errors)
            yield Measured(TASK.name, f"{data}, {piece.piece}", piece.id, piece.rendered, name, {}, errors)


TASK = Task(name="score following", baseline=STEADY, measure=measure, pooled=pooled, listed="mean_ms")
