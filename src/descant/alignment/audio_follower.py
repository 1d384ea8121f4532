"""Follows sound through a score while it is heard.

Frames of what is heard (`features/following.py`) are held against frames of the score's own sound, onset by onset
(`hidden_semi_markov.py`) or by online time warping (`warped_path.py`). Beside it runs a coarse search of the whole
score (`whereabouts.py`): it finds a player who has jumped, and tells when what is heard is nowhere in the score.
Nothing is followed before something is heard, nor through a pause.

Latency: a position is told for the moment `features.following.HEARD` before a frame's end, when the frame is there.
"""

from __future__ import annotations

from collections import deque
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from descant.alignment.hidden_semi_markov import HiddenSemiMarkov
from descant.alignment.warped_path import WarpedPath
from descant.alignment.whereabouts import COARSE_FPS, Whereabouts
from descant.alignment.written import Written
from descant.features import RATE, Sound, get
from descant.features.following import FPS, HEARD, HOP, LEVELS, TIME, FollowerFrames, ScoreSound, rises
from descant.types import Position
from descant.types.alignment import ENDED, FOLLOWING, LOST, WAITING

HIDDEN_SEMI_MARKOV, ONLINE_DTW = "hidden-semi-markov", "online-dtw"
SURE, SPREAD = 0.04, 0.01  # how far below the usual distance a place is that is as likely right as wrong
CLEAR = 0.08  # how far below it another place must be, to go there
CLEAR_AT_FIRST = 0.16  # the same before anything was heard for sure: noise is a little like some places
BETTER = 0.03  # mean distance by which it must be better than this one
CERTAIN = 0.9  # who is likelier than this to be right stays where he is
SOONEST = 3.0  # seconds that must have been heard to tell
JUMP_AFTER, LOST_AFTER = 1.0, 2.0  # seconds for which it must be so
LOUDER = 10.0  # dB above the quietest so far: something sounds
LOUD = -32.0  # dB of full scale: this is more than noise, whatever was before
SMOOTH = 0.1  # seconds over which loudness is told
NEAR_QUIETEST = 3.0  # dB
SILENT = -90.0  # dB: nothing is quieter
QUIET = LEVELS / 3  # sum of a frame's levels below which nothing sounds but noise
PAUSE = 1.0  # seconds of quiet after which the score waits

Samples = npt.NDArray[np.float32]


class AudioFollower:
    """Positions in a score from mono sound at `rate`, one a frame.

    notes: the score's, each measure once. sound: the score as written, from its beginning. system: HIDDEN_SEMI_MARKOV
    or ONLINE_DTW.
    """

    rate: ClassVar[int] = RATE
    latency: ClassVar[float] = HEARD + HOP / RATE  # seconds

    def __init__(self, notes: Written, sound: Sound, system: str = HIDDEN_SEMI_MARKOV) -> None:
        self.notes = notes
        page: npt.NDArray[np.float16] = get(sound, ScoreSound())
        self.end, self.rises = min(float(notes.seconds(notes.end) - TIME) * FPS, len(page)), rises()
        onsets = (notes.seconds(np.unique(notes.onset[notes.duration > 0])) - TIME) * FPS  # frames
        starts, first = np.unique(np.clip(np.round(onsets), 0, len(page) - 1).astype(np.int64), return_index=True)
        self.path = (
            HiddenSemiMarkov(page, self.rises, starts)
            if system == HIDDEN_SEMI_MARKOV
            else WarpedPath(page, self.rises, onsets[first])
        )
        self.whereabouts = Whereabouts(page)
        self.frames = FollowerFrames(noisy=True)
        self.loudness = _Loudness()
        self.quiet = 0  # frames in a row
        self.state, self.confidence, self.place, self.sure = WAITING, 0.0, 0.0, 0.0
        self.told = 0  # frames
        self.elsewhere, self.doubtful = 0, 0  # coarse frames in a row

    def push(self, samples: Samples) -> list[Position]:
        """The positions that become known with these samples, (n,)."""
        self.loudness.push(samples)
        return [self._heard(frame) for frame in self.frames.push(samples)]

    def finish(self) -> list[Position]:
        """The last positions, as if silence followed."""
        return [self._heard(frame) for frame in self.frames.finish()]

    def _heard(self, frame: npt.NDArray[np.floating]) -> Position:
        self.told += 1
        loud, above = self.loudness.next()
        nothing = above < NEAR_QUIETEST and frame[self.rises :].sum() < QUIET
        self.quiet = self.quiet + 1 if nothing else 0
        listens = above >= NEAR_QUIETEST if self.state == WAITING else self.quiet < PAUSE * FPS
        looks = listens and self.whereabouts.push(frame, self.place)
        if self.state == WAITING:
            self._wait(looks, loud > LOUD or above > LOUDER)
        elif self.quiet < PAUSE * FPS:
            self.place = self.path.push(frame)
            if looks:
                self._look_round()
        if self.state in (FOLLOWING, ENDED):
            self.state = ENDED if self._at_end() else FOLLOWING
        if self.state != LOST:
            self.sure = self.place
        seconds = self.sure / FPS + TIME if self.state != WAITING else 0.0
        quarter = float(np.clip(self.notes.quarters(seconds), 0.0, self.notes.end))
        return Position(max(0.0, (self.told - 1) / FPS + TIME), quarter, self.confidence, self.state)

    def _wait(self, looks: bool, heard: bool) -> None:
        """Begin at the beginning when something is heard, or wherever it is clear that the player is."""
        if heard:
            self.whereabouts.restart()
            self.state = FOLLOWING
        elif looks and self._clear_elsewhere(np.inf, CLEAR_AT_FIRST):
            self.state = FOLLOWING

    def _look_round(self) -> None:
        """Whether the player is where he is thought to be, elsewhere, or nowhere."""
        search, lately = self.whereabouts.long, self.whereabouts.lately
        if search.seconds < SOONEST:
            return
        self.confidence = _likely(lately.below(lately.around(self.place)))
        self.doubtful = self.doubtful + 1 if self.confidence < 0.5 else 0
        if self._clear_elsewhere(search.around(self.place)) or self.confidence > 0.6:
            self.state = FOLLOWING
        elif self.doubtful >= LOST_AFTER * COARSE_FPS:
            self.state = LOST

    def _clear_elsewhere(self, here: float, clear: float = CLEAR) -> bool:
        """Go to the place that has stood out for a while, and is better than this one, if there is one."""
        search = self.whereabouts.long
        place, best = search.best()
        unsure = self.confidence < CERTAIN  # a passage may well come twice
        stands_out = search.seconds >= SOONEST and search.below(best) > clear
        self.elsewhere = self.elsewhere + 1 if stands_out and unsure and best + BETTER < here else 0
        if self.elsewhere < JUMP_AFTER * COARSE_FPS:
            return False
        self.elsewhere, self.confidence = 0, _likely(search.below(best))
        self.path.begin_at(place)
        self.place = place
        return True

    def _at_end(self) -> bool:
        return self.path.finished and (self.quiet >= PAUSE * FPS or self.place >= self.end - 2)


class _Loudness:
    """How loud it is, frame by frame, beside the quietest moment so far."""

    def __init__(self) -> None:
        self.rest: Samples = np.zeros(0, dtype=np.float32)
        self.quietest = np.inf  # dB
        self.power = -1.0  # smoothed; below 0: nothing yet
        self.coming: deque[tuple[float, float]] = deque()  # of frames to come

    def push(self, samples: Samples) -> None:
        """Take samples, (n,)."""
        self.rest = np.concatenate([self.rest, samples])
        whole = len(self.rest) // HOP
        power = np.mean(np.square(self.rest[: whole * HOP].reshape(whole, HOP), dtype=np.float64), axis=1)
        self.rest = self.rest[whole * HOP :]
        keep = float(np.exp(-1 / (SMOOTH * FPS)))
        for one in power.tolist():
            self.power = one if self.power < 0 else keep * self.power + (1 - keep) * one
            decibels = max(10 * float(np.log10(self.power + 1e-12)), SILENT)
            self.quietest = min(self.quietest, decibels)
            self.coming.append((decibels, decibels - self.quietest))

    def next(self) -> tuple[float, float]:
        """Decibels of the next frame, of full scale and above the quietest moment so far."""
        return self.coming.popleft() if self.coming else (SILENT, 0.0)


def _likely(below: float) -> float:
    """That a place is right whose mean distance is so far below the usual one, 0 to 1."""
    return float(1 / (1 + np.exp(-np.clip((below - SURE) / SPREAD, -30, 30))))
