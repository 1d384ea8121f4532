"""Who hears sound, or notes, as they come, and tells where in the score the player is.

Sound, of any rate and number of channels, is compared with the score's own sound, or written down as a piano's notes
that are looked for in the score; notes go to the follower of notes at once. With an accompanist, the notes that he is
to start come between the positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Protocol

import numpy as np

from descant.alignment.accompaniment import Cue
from descant.alignment.audio_follower import HIDDEN_SEMI_MARKOV, ONLINE_DTW, AudioFollower
from descant.alignment.symbolic_follower import SymbolicFollower
from descant.alignment.written import Written
from descant.errors import UnknownTransformError
from descant.features.mono import mono
from descant.features.stream import RATE, Resampler, Samples
from descant.pipelines.accompany import Accompaniment
from descant.pipelines.heard_notes import HOP, LATENCY, HeardFollower, HeardNotes, NoteEvent
from descant.pipelines.played_out import PlayedOut
from descant.pipelines.score_sound import score_sound
from descant.types import Audio, Notes, Position

SYMBOLIC = "symbolic-follower"
SYSTEMS = (HIDDEN_SEMI_MARKOV, ONLINE_DTW, SYMBOLIC)
TICK = 0.02  # seconds from position to position where notes are followed
HEARD_LATE = LATENCY + HOP  # seconds from a piano's stroke until it is told of

Told = Position | Cue


class Listener(Protocol):
    """Hears blocks of sound, (channels, n), and tells where the player is, and what an accompanist is to start.

    latency: seconds from what is played until it is told of, at most; a block's length comes on top.
    """

    latency: float

    def push(self, block: Samples) -> list[Told]:
        """What is new, in order."""

    def finish(self) -> list[Told]:
        """What is left, after the last block."""


def system(use: str, *, notes: bool = False, accompanied: bool = False) -> str:
    """The follower to use: the one named, or what suits; `symbolic-follower` for notes, and for an accompanist.

    Raises UnknownTransformError for one that does not exist, or that cannot follow notes.
    """
    if use and use not in SYSTEMS:
        raise UnknownTransformError(f"nothing named {use!r} follows; choose one of {', '.join(SYSTEMS)}")
    if use in (HIDDEN_SEMI_MARKOV, ONLINE_DTW) and (notes or accompanied):
        what = "MIDI" if notes else "an accompanist"
        raise UnknownTransformError(f"{use} hears no notes, which {what} needs; use {SYMBOLIC}")
    return use or (SYMBOLIC if notes or accompanied else HIDDEN_SEMI_MARKOV)


def listener(
    played: PlayedOut,
    sample_rate: int,
    use: str = "",
    player: Accompaniment | None = None,
    *,
    live: bool = False,
    sound: Audio | None = None,
) -> Listener:
    """A listener for sound at this rate, of any number of channels.

    use: one of SYSTEMS; `symbolic-follower` is for pianos. player: an accompanist, made with `latency=HEARD_LATE`.
    live: he begins his introduction with the sound, and not so that the soloist comes in with its end.
    sound: the score's own (`score_sound`), where it is at hand already.
    """
    chosen = system(use, accompanied=player is not None)
    if player is not None:
        return _AccompaniedListener(player, sample_rate, live)
    if chosen == SYMBOLIC:
        return _PianoListener(played.notes, sample_rate)
    return _SoundListener(played, sample_rate, chosen, sound or score_sound(played.score))


def note_by_note(played: PlayedOut, take: Notes, player: Accompaniment | None = None) -> Iterator[Told]:
    """What is told while the notes of a take come: a position every TICK seconds and one a stroke."""
    pitched = take.only(~take.drum)
    struck = zip(pitched.onset.tolist(), pitched.pitch.tolist(), pitched.velocity.tolist(), strict=True)
    follower = SymbolicFollower(played.notes) if player is None else player.accompanist.follower
    if player is not None and len(pitched):
        _introduce(player, float(pitched.onset[0]))
    tick = 0
    for time, together in groupby(struck, key=lambda one: one[0]):
        while tick * TICK < time:
            yield from _moment(follower, player, tick * TICK)
            tick += 1
        if player is not None:
            yield from player.due(time)
        for _, pitch, velocity in together:
            if player is None:
                follower.push(time, pitch)
            else:
                player.hear(time, pitch, velocity)
        yield from _moment(follower, player, time)
        tick += tick * TICK == time
    while tick * TICK < take.duration:
        yield from _moment(follower, player, tick * TICK)
        tick += 1
    if player is not None:
        yield from player.due(np.inf)


class _SoundListener:
    """Sound held against the score's own: mixed, and brought to the rate of the features as a stream."""

    def __init__(self, played: PlayedOut, sample_rate: int, which: str, sound: Audio) -> None:
        self.follower = AudioFollower(played.notes, sound, which)
        self.latency = self.follower.latency
        self.resampler = Resampler(sample_rate, RATE)

    def push(self, block: Samples) -> list[Told]:
        return [*self.follower.push(self.resampler.push(mono(block), last=False))]

    def finish(self) -> list[Told]:
        rest = self.resampler.push(np.zeros(0, dtype=np.float32), last=True)
        return [*self.follower.push(rest), *self.follower.finish()]


class _PianoListener:
    """A piano's strokes, looked for in the score."""

    latency = HEARD_LATE

    def __init__(self, notes: Written, sample_rate: int) -> None:
        self.follower, self.size = HeardFollower(notes, sample_rate), round(HOP * sample_rate)

    def push(self, block: Samples) -> list[Told]:
        return [self.follower.push(one) for one in _pieces(block, self.size)]

    def finish(self) -> list[Told]:
        return [self.follower.finish()]


class _AccompaniedListener:
    """A piano's strokes, told to an accompanist."""

    latency = HEARD_LATE

    def __init__(self, player: Accompaniment, sample_rate: int, live: bool) -> None:
        self.player, self.follower = player, player.accompanist.follower
        self.ear, self.rate, self.size = HeardNotes(sample_rate), sample_rate, round(HOP * sample_rate)
        self.frames, self.begun = 0, live
        if live:
            _introduce(player, 0.0)

    def push(self, block: Samples) -> list[Told]:
        found: list[Told] = []
        for piece in _pieces(block, self.size):
            self.frames += piece.shape[1]
            found += self._told(self.ear.push(piece))
        return found

    def finish(self) -> list[Told]:
        return [*self._told(self.ear.finish()), *self.player.due(np.inf)]

    def _told(self, struck: list[NoteEvent]) -> list[Told]:
        now = self.frames / self.rate
        if not self.begun and not struck:
            return [self.follower.at(now)]
        if not self.begun:
            _introduce(self.player, struck[0].time)
            self.begun = True
        found: list[Told] = [*self.player.due(now)]
        for one in struck:
            self.player.hear(one.time, one.pitch)
        return [*found, *_moment(self.follower, self.player, now)]


def _introduce(player: Accompaniment, entry: float) -> None:
    """The soloist comes in at `entry`, or as soon after it as the accompaniment's introduction is over."""
    if alone := player.introduction():
        player.begin(max(entry - alone, 0.0))


def _moment(follower: SymbolicFollower, player: Accompaniment | None, now: float) -> Iterator[Told]:
    """What is due at a moment, and where the player is then."""
    if player is not None:
        yield from player.due(now)
    yield follower.at(now)


def _pieces(block: Samples, size: int) -> Iterator[Samples]:
    for start in range(0, block.shape[1], size):
        yield block[:, start : start + size]
