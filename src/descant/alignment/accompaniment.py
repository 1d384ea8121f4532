"""Automatic accompaniment: the other parts of a score, played in time with somebody who plays one of them.

The follower says which chord of the solo part was struck when. A Kalman filter over those moments holds two numbers:
when the last place came, as if the player kept time, and how many seconds he takes for one that the page asks for. They
say when what stands between two chords of the solo is due. What stands with its next chord or after it waits until
that chord is heard, so a pause makes the accompaniment wait; where notes are told of late, as by a transcriber, it goes
on by the prediction for as long as the next chord may have been struck already.

Raphael: Music Plus One and Machine Learning, ICML 2010; Cancino-Chacon, Peter, Hu, Karystinaios, Henkel, Foscarin and
Widmer: The ACCompanion: Combining Reactivity, Robustness, and Musical Expressivity in an Automatic Piano Accompanist,
IJCAI 2023 (its linear tempo models). Simplified: the accompaniment's loudness is the player's, a little softer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.alignment.symbolic_follower import AHEAD, AT_ONCE, SymbolicFollower
from descant.alignment.written import Written
from descant.types.alignment import ENDED, FOLLOWING, LOST, Position
from descant.types.arrays import FloatArray

JITTER = 0.02  # seconds: the spread of a player's chords around his own beat
WANDER = 0.15  # spread of the pace after a second of music, as a part of it
UNKNOWN = 0.3  # spread of the pace at the beginning and after a jump, as a part of it
PAUSE = 1.0  # seconds, and as a part of the interval: who is later than that has paused, and keeps his tempo
SLOWEST, FASTEST = 0.2, 5.0  # pace: seconds for one that the page asks for
LATE = 0.25  # seconds; what is due for longer is left out
SHORTEST = 0.05  # seconds that a note lasts at least
SOFTER, MEMORY = 8, 12.0  # velocities below the player's; how many of his notes tell how loud he is
VELOCITY = 64
STEP_BACK = 2  # chords that the follower may go back without the accompaniment doing so


class TempoModel:
    """When places of the score come: a Kalman filter over the moment of the last one and the pace.

    Places are `clock`, in the seconds that the page asks for.
    """

    def __init__(self) -> None:
        self.clock, self.moment, self.pace = 0.0, np.inf, 1.0
        self.variance = np.diag([0.0, UNKNOWN**2])  # of moment and pace

    def at(self, clock: float) -> float:
        """When a place comes, seconds."""
        return self.moment + self.pace * (clock - self.clock)

    def start(self, clock: float, moment: float) -> None:
        """From here on, at the tempo so far, of which less is known now."""
        self.clock, self.moment = clock, moment
        self.variance = np.diag([JITTER**2, (UNKNOWN * self.pace) ** 2])

    def hear(self, clock: float, moment: float) -> None:
        """A later place is played now."""
        passed = clock - self.clock
        expected = self.at(clock)
        if moment - expected > PAUSE * (1.0 + self.pace * passed):
            self.clock, self.moment = clock, moment
            return
        step = np.array([[1.0, passed], [0.0, 1.0]])
        variance = step @ self.variance @ step.T
        variance[1, 1] += (WANDER * self.pace) ** 2 * passed
        gain = variance[:, 0] / (variance[0, 0] + JITTER**2)
        off = moment - expected
        self.clock, self.moment = clock, expected + float(gain[0]) * off
        self.pace = float(np.clip(self.pace + gain[1] * off, SLOWEST, FASTEST))
        self.variance = variance - np.outer(gain, variance[0])


@dataclass(frozen=True)
class Cue:
    """A note to start."""

    time: float  # seconds
    duration: float  # seconds
    pitch: int
    velocity: int
    note: int  # which one of the accompaniment's


class Accompanist:
    """Plays `other` in time with what is heard of `solo`; both parts of one score.

    latency: seconds from when a note is struck until it is told of.
    """

    def __init__(self, solo: Written, other: Written, latency: float = 0.0) -> None:
        self.other, self.latency = other, latency
        self.follower = SymbolicFollower(solo, latency)
        self.clock: FloatArray = solo.seconds(other.onset)
        self.length: FloatArray = solo.seconds(other.onset + other.duration) - self.clock
        self.tempo = TempoModel()
        self.velocity = float(VELOCITY)
        self.now = -np.inf
        self.next = 0  # the first note that has not been played
        self.chord = -1  # the follower's last

    def begin(self, time: float) -> None:
        """Play what stands before the solo's first note, as fast as the page asks, from `time` on."""
        self.tempo.start(float(self.clock[0]), time)

    def hear(self, time: float, pitch: int, velocity: int = VELOCITY) -> Position:
        """A note of the solo that was struck at `time`, in order; where the follower takes it to be."""
        self.now = max(self.now, time)
        self.velocity += (velocity - self.velocity) / MEMORY
        said = self.follower.push(time, pitch)
        chord = self.follower.sure
        if said.state in (FOLLOWING, ENDED) and chord != self.chord:
            self._reach(chord)
        return said

    def _reach(self, chord: int) -> None:
        before, self.chord = self.chord, chord
        clock, moment = float(self.follower.clock[chord]), float(self.follower.entered[chord])
        if before >= 0 and 0 < chord - before <= AHEAD:
            if clock > self.tempo.clock:
                self.tempo.hear(clock, moment)
            return
        if before >= 0 and -STEP_BACK <= chord - before < 0:
            return
        self.tempo.start(clock, moment)
        self.next = int(np.searchsorted(self.other.onset, self.follower.place[chord] - AT_ONCE))

    def due(self, now: float) -> list[Cue]:
        """What is to start by `now`, in order; each note comes once, unless the player goes back."""
        found = []
        while self.next < len(self.other):
            time = self._time(self.next)
            if time > now or np.isinf(time):
                break
            if self.now - time <= LATE:
                found.append(self._cue(self.next, max(time, self.now)))
            self.next += 1
        self.now = max(self.now, now)
        return found

    def _time(self, note: int) -> float:
        """When a note is due; never, as long as the player must be waited for."""
        follower, clock = self.follower, float(self.clock[note])
        if follower.state == LOST:
            return np.inf
        due = self.tempo.at(clock)
        if self.chord + 1 == len(follower.place):
            return due
        if self.other.onset[note] < follower.place[self.chord + 1] - AT_ONCE:
            return due
        expected = self.tempo.at(float(follower.clock[self.chord + 1]))
        return due if self.latency > 0.0 and due <= expected + self.latency else np.inf

    def _cue(self, note: int, time: float) -> Cue:
        velocity = int(np.clip(round(self.velocity) - SOFTER, 1, 127))
        duration = max(float(self.length[note]) * self.tempo.pace, SHORTEST)
        return Cue(time, duration, int(self.other.pitch[note]), velocity, note)
