"""What a follower of sound does when something goes wrong: how soon it is right again, and whether it says it is lost.

The recordings of `following.py`, cut: a passage left out or played again, a bar played again, a pause, a page of
another piece. It is right again at the first moment from which on it is within a quarter of the truth for two seconds,
and does not call itself lost; where that never happens the seconds to the end count, and the share of such performances
is told. A false alarm is each time that it calls itself lost in a performance in which nothing went wrong. Keys struck
that are not written are put into the notes before they are played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from descant.alignment.audio_follower import AudioFollower
from descant.evaluation.ears.rendering import SOUNDFONTS, kept
from descant.evaluation.follow.following import BLOCK
from descant.evaluation.follow.note_disturbances import BREATH, FOREIGN, PAUSE, PLACE, REPEATED, SKIPPED, with_extra
from descant.evaluation.follow.recordings import Followed, recorded
from descant.evaluation.follow.symbolic import SETS
from descant.evaluation.follow.symbolic_recovery import ANOTHER, LOST_SHARE, NEAR, NEVER, RIGHT, SECONDS, pooled
from descant.evaluation.measured import Measured
from descant.evaluation.mono import mono
from descant.evaluation.task import Request, Task, each_piece
from descant.features import RATE
from descant.types import Notes, Position
from descant.types.alignment import LOST
from descant.types.arrays import FloatArray

BAR = 4.0  # quarters
HOLDS = 2.0  # seconds
FADE = 0.005  # seconds at each cut
EVERY = 8  # of the pianists of one piece, one is measured

Stretch = tuple[float, float]  # seconds of the recording
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Heard:
    """Samples, and where in the score the player is at some moments; NaN where nothing of it sounds."""

    samples: Samples
    time: FloatArray  # seconds, rising
    quarter: FloatArray
    resumes: float  # seconds; NaN where nothing breaks off


def undisturbed(piece: Followed) -> Heard:
    """The recording as it is."""
    return Heard(mono(piece.sound(), RATE), piece.second, piece.quarter, np.nan)


def moved(piece: Followed, quarters: float) -> Heard:
    """So far forward or back, where the piece goes so far; forward, over half of what is left at most."""
    stop = _stop(piece)
    here = float(np.interp(stop, piece.second, piece.quarter))
    there = max(min(here + quarters, (here + float(piece.quarter[-1])) / 2), float(piece.quarter[0]))
    start = float(np.interp(there, piece.quarter, piece.second))
    return _joined(piece, [(0.0, stop), (start, float(piece.second[-1]))], BREATH, None)


def paused(piece: Followed) -> Heard:
    """Three seconds of nothing."""
    stop = _stop(piece)
    return _joined(piece, [(0.0, stop), (stop, float(piece.second[-1]))], PAUSE, None)


def with_another(piece: Followed, other: Followed) -> Heard:
    """Ten seconds of another piece, then on from where it broke off."""
    stop, begins = _stop(piece), float(other.second[0])
    page = mono(other.sound(), RATE)[round(begins * RATE) : round((begins + FOREIGN) * RATE)]
    return _joined(piece, [(0.0, stop), (stop, float(piece.second[-1]))], BREATH, page)


BROKEN: dict[str, Callable[[Followed], Heard]] = {
    "skip": lambda piece: moved(piece, SKIPPED),
    "repeat": lambda piece: moved(piece, -REPEATED),
    "bar again": lambda piece: moved(piece, -BAR),
    "pause": paused,
}


def extra_notes(piece: Followed) -> Heard:
    """One key in twenty more."""
    more = with_extra(piece)
    added = Notes(more.time, more.time + 0.3, more.pitch, np.full(len(more.time), 64))
    take = piece.take
    both = replace(
        take,
        onset=np.append(take.onset, added.onset),
        offset=np.append(take.offset, added.offset),
        pitch=np.append(take.pitch, added.pitch),
        velocity=np.append(take.velocity, added.velocity),
        part=np.append(np.asarray(take.part), np.zeros(len(added), dtype=np.int64)),
        confidence=None,
    )
    font, name = SOUNDFONTS[piece.split], piece.id
    sound = kept(both, f"follow/{font}/extra-{name.replace('/', '-')}", lambda: recorded(both, font, name))
    return Heard(mono(sound, RATE), piece.second, piece.quarter, np.nan)


def measure(request: Request) -> Iterator[Measured]:
    """One performance in EVERY of Vienna 4x22 and all of ASAP; what is missing is left out and told of."""
    asked = list(each_piece(SETS, replace(request, progress=lambda _: None), TASK.name))
    asked = [one for at, one in enumerate(asked) if one[1].data != SETS[0].name or at % EVERY == 0]
    for at, (one, piece) in enumerate(asked):
        other = next((other for _, other in asked[at + 1 :] + asked[:at] if other.piece != piece.piece), None)
        data = f"{one.name}/{request.split}"
        yield Measured(TASK.name, data, piece.id, piece.rendered, "hidden_semi_markov", disturbed(piece, other))
        request.progress((at + 1) / len(asked))


def disturbed(piece: Followed, other: Followed | None) -> dict[str, float]:
    """What the follower does in one performance."""
    plain = undisturbed(piece)
    time, right, lost = _followed(piece, plain)
    inside = (time >= plain.time[0]) & (time <= plain.time[-1])
    found = {
        "false alarms": float(np.sum(np.diff(lost[inside].astype(int), prepend=0) == 1)),
        "hours": float(plain.time[-1] - plain.time[0]) / 3600.0,
        f"as played: {RIGHT}": float(right[inside].mean()),
        f"as played: {LOST_SHARE}": float(lost[inside].mean()),
    }
    for kind, change in BROKEN.items():
        broken = change(piece)
        found |= _recovery(kind, broken, *_followed(piece, broken)[:2])
    time, right, _ = _followed(piece, extra_notes(piece))
    inside = (time >= plain.time[0]) & (time <= plain.time[-1])
    found[f"extra notes: {RIGHT}"] = float(right[inside].mean())
    if other is not None:
        broken = with_another(piece, other)
        time, right, lost = _followed(piece, broken)
        found |= _recovery(ANOTHER, broken, time, right)
        second_half = (time >= broken.resumes - BREATH - FOREIGN / 2) & (time < broken.resumes - BREATH)
        found[f"{ANOTHER}: {LOST_SHARE}"] = float(lost[second_half].mean())
    return found


def _stop(piece: Followed) -> float:
    """Where the player breaks off, seconds."""
    return float(piece.second[0] + PLACE * (piece.second[-1] - piece.second[0]))


def _joined(piece: Followed, stretches: list[Stretch], between: float, page: Samples | None) -> Heard:
    """Stretches of the recording with seconds of near silence between, or those around another page."""
    whole = mono(piece.sound(), RATE)
    gap = np.zeros(round(between * RATE), dtype=np.float32)
    filling = gap if page is None else np.concatenate([gap, _faded(page), gap])
    (begin, stop), (start, end) = stretches
    first, then = (_faded(whole[round(a * RATE) : round(b * RATE)]) for a, b in ((begin, stop), (start, end)))
    resumes = (len(first) + len(filling)) / RATE
    before, after = (piece.second < stop), (piece.second >= start)
    there = np.interp([stop, start], piece.second, piece.quarter)
    time = np.concatenate([piece.second[before], [stop, stop + 1e-3, resumes - 1e-3, resumes]])
    quarter = np.concatenate([piece.quarter[before], [there[0], np.nan, np.nan, there[1]]])
    time = np.append(time, piece.second[after] - start + resumes + 1e-6)
    return Heard(np.concatenate([first, filling, then]), time, np.append(quarter, piece.quarter[after]), resumes)


def _faded(samples: Samples) -> Samples:
    count = min(round(FADE * RATE), len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, count, dtype=np.float32)
    found = samples.copy()
    found[:count] *= ramp
    found[len(found) - count :] *= ramp[::-1]
    return found


def _followed(piece: Followed, heard: Heard) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Moments, whether the follower is right then, and whether it says that it is lost."""
    follower = AudioFollower(piece.written, piece.score_sound())
    said: list[Position] = []
    for at in range(0, len(heard.samples), BLOCK):
        said += follower.push(heard.samples[at : at + BLOCK])
    time = np.array([one.time for one in said])
    lost = np.array([one.state == LOST for one in said])
    true = np.interp(time, heard.time, heard.quarter)
    right = (np.abs(np.array([one.quarter for one in said]) - true) <= NEAR) & ~lost
    return time, right, lost


def _recovery(kind: str, heard: Heard, time: FloatArray, right: FloatArray) -> dict[str, float]:
    after = np.flatnonzero((time >= heard.resumes) & (time <= heard.time[-1]))
    wrong = np.append(after[~right[after].astype(bool)], after[-1] + 1)  # up to each of these it may hold
    begins = np.append(after[0], wrong[:-1] + 1)
    long = np.flatnonzero(time[np.minimum(wrong, len(time) - 1)] - time[np.minimum(begins, len(time) - 1)] >= HOLDS)
    found = int(begins[long[0]]) if len(long) else None
    seconds = float(time[after[-1] if found is None else found] - heard.resumes)
    return {f"{kind}: {SECONDS}": seconds, f"{kind}: {NEVER}": float(found is None)}


TASK = Task(name="recovery", baseline="", measure=measure, pooled=pooled)
