"""Follow: where in a score somebody is who plays it now, from sound or notes as they come.

A score is played out first, repeats and jumps included. Sound, of any rate and number of channels, is compared with the
score's own sound (online time warping), or written down as a piano's notes that are looked for in the score; notes go
to the follower of notes at once. With an accompanist, the notes that he is to start come between the positions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from descant import __version__
from descant.alignment.accompaniment import Cue
from descant.alignment.bars import MusicBar, bars_of_notes, bars_of_score, place
from descant.alignment.reached import Reached
from descant.alignment.symbolic_follower import SymbolicFollower
from descant.alignment.written import Written, written, written_notes
from descant.errors import InvalidValueError, UnknownTransformError, UnsupportedFormatError
from descant.features.stream import RATE, Sound
from descant.io.audio import blocks
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.io.score.unfolded import Unfolded, unfolded
from descant.pipelines.accompany import Accompaniment
from descant.pipelines.align import COLUMNS, SCHEMA, map_rows
from descant.pipelines.heard_notes import HOP, LATENCY, HeardFollower, HeardNotes, NoteEvent
from descant.pipelines.score_sound import score_sound
from descant.types import Alignment, Audio, AudioFile, Notes, Position, Score
from descant.types.alignment import LOST, WAITING

ONLINE_DTW, SYMBOLIC = "online-dtw", "symbolic-follower"
SYSTEMS = (ONLINE_DTW, SYMBOLIC)
TICK = 0.02  # seconds from position to position where notes are followed
HEARD_LATE = LATENCY + HOP  # seconds from a piano's stroke until it is told of
BLOCK = 1.0  # seconds of a file that are read at once

Samples = npt.NDArray[np.float32]
Told = Position | Cue


@dataclass(frozen=True, eq=False)
class PlayedOut:
    """A score as it is played: its repeats and jumps written out."""

    score: Score | Notes
    notes: Written
    bars: tuple[MusicBar, ...]
    page: Unfolded | None  # its measures on paper; MIDI has no paper

    @property
    def said(self) -> str:
        """What was done with repeats and jumps, in a line; empty where there are none."""
        return self.page.said if self.page is not None else ""


def played_out(score: str | os.PathLike[str] | Score | Notes) -> PlayedOut:
    """A score, or MIDI taken for one, ready to be followed. Raises InvalidValueError where it has no notes."""
    page: Any = open_file(score) if isinstance(score, str | os.PathLike) else score
    if not isinstance(page, Score | Notes):
        raise UnsupportedFormatError(
            f"{source_name(score)}: is no score to follow; give MusicXML, ABC, MIDI or the like"
        )
    try:
        if isinstance(page, Notes):
            notes = written_notes(page)
            return PlayedOut(page, notes, bars_of_notes(page, notes), None)
        played = unfolded(page)
        return PlayedOut(played.score, written(played.score), bars_of_score(played.score), played)
    except InvalidValueError as error:
        raise InvalidValueError(f"{source_name(score)}: {error}") from None


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
        raise UnknownTransformError(f"nothing named {use!r} follows; choose {' or '.join(SYSTEMS)}")
    if use == ONLINE_DTW and (notes or accompanied):
        what = "MIDI" if notes else "an accompanist"
        raise UnknownTransformError(f"{ONLINE_DTW} hears no notes, which {what} needs; use {SYMBOLIC}")
    return use or (SYMBOLIC if notes or accompanied else ONLINE_DTW)


def listener(
    played: PlayedOut, sample_rate: int, use: str = "", player: Accompaniment | None = None, *, live: bool = False
) -> Listener:
    """A listener for sound at this rate, of any number of channels.

    use: one of SYSTEMS; `symbolic-follower` is for pianos. player: an accompanist, made with `latency=HEARD_LATE`.
    live: he begins his introduction with the sound, and not so that the soloist comes in with its end.
    """
    chosen = system(use, accompanied=player is not None)
    if player is not None:
        return _AccompaniedListener(player, sample_rate, live)
    return _SoundListener(played, sample_rate) if chosen == ONLINE_DTW else _PianoListener(played.notes, sample_rate)


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


def follow(
    score: str | os.PathLike[str] | Score | Notes,
    source: str | os.PathLike[str] | AudioFile | Audio | Notes,
    *,
    use: str = "",
) -> Iterator[Position]:
    """Positions of a performance in a score, each from what came before it.

    score: may be MIDI too. source: a recording, or MIDI. use: one of SYSTEMS; MIDI is always followed by its notes.

    Raises InvalidValueError where the score has no notes.
    """
    take: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    if not isinstance(take, AudioFile | Audio | Notes):
        raise UnsupportedFormatError(f"{source_name(source)}: cannot be followed; give a recording or MIDI")
    chosen, played = system(use, notes=isinstance(take, Notes)), played_out(score)
    if isinstance(take, Notes):
        return positions(note_by_note(played, take))
    return positions(heard(take, listener(played, take.sample_rate, chosen)))


def heard(sound: Sound, ear: Listener) -> Iterator[Told]:
    """All that a listener tells of a recording."""
    for block in blocks(sound, BLOCK):
        yield from ear.push(block)
    yield from ear.finish()


def positions(told: Iterable[Told]) -> Iterator[Position]:
    """The positions alone."""
    return (one for one in told if isinstance(one, Position))


def online_dtw(score: Score, sound: Sound) -> Alignment:
    """The way of a recording through a score as it was heard, repeats and jumps played out: when each onset was first
    reached. No rows where there is nothing to follow.
    """
    try:
        played = played_out(score)
    except InvalidValueError:
        return Alignment(np.zeros(0), np.zeros(0))
    reached = Reached(np.unique(played.notes.onset))
    for position in positions(heard(sound, listener(played, sound.sample_rate))):
        reached.push(position)
    return reached.alignment()


class Tally:
    """How much of the time a follower waited, followed or was lost."""

    def __init__(self) -> None:
        self.last = Position(0.0, 0.0, 0.0, WAITING)
        self.heard, self.lost = 0.0, 0.0  # seconds since the music began

    def push(self, position: Position) -> None:
        """One more position, in order of time."""
        passed = max(position.time - self.last.time, 0.0)
        self.heard += passed * (position.state != WAITING)
        self.lost += passed * (position.state == LOST)
        self.last = position

    @property
    def nothing(self) -> bool:
        """Whether nothing was heard."""
        return self.last.state == WAITING

    @property
    def found(self) -> float:
        """The share of the time, since the music began, in which the place was known."""
        return 1.0 - self.lost / self.heard if self.heard else 1.0 - (self.last.state == LOST)


def position_json(played: PlayedOut, position: Position) -> dict[str, Any]:
    """A position as plain values; docs/following.md tells the fields."""
    quarter = round(position.quarter, 3)
    measure, beat = place(played.bars, quarter)
    return {
        "time": round(position.time, 3),
        "measure": measure,
        "beat": beat,
        "quarter": quarter,
        "confidence": round(position.confidence, 3),
        "state": position.state,
    }


def follow_json(played: PlayedOut, reached: Reached, tally: Tally, score: str, take: str) -> dict[str, Any]:
    """The whole way as plain values, ready for `json.dumps`; docs/following.md tells the fields."""
    return {
        "schema": SCHEMA,
        "descant": __version__,
        "score": score,
        "performance": take,
        "found": round(tally.found, 3),
        "repeats": played.said,
        "rows": [dict(zip(COLUMNS, row, strict=True)) for row in map_rows(reached.alignment(), played.bars)],
    }


class _SoundListener:
    """Online time warping over sound: mixed, and brought to the rate of the features as a stream."""

    def __init__(self, played: PlayedOut, sample_rate: int) -> None:
        import soxr

        from descant.alignment.audio_follower import AudioFollower

        self.follower = AudioFollower(played.notes, score_sound(played.score))
        self.latency = self.follower.latency
        self.resampler = None if sample_rate == RATE else soxr.ResampleStream(sample_rate, RATE, 1, dtype="float32")

    def push(self, block: Samples) -> list[Told]:
        return [*self.follower.push(self._at_rate(block.mean(axis=0, dtype=np.float32), last=False))]

    def finish(self) -> list[Told]:
        rest = self._at_rate(np.zeros(0, dtype=np.float32), last=True)
        return [*self.follower.push(rest), *self.follower.finish()]

    def _at_rate(self, mono: Samples, *, last: bool) -> Samples:
        if self.resampler is None:
            return mono
        found: Samples = self.resampler.resample_chunk(mono, last=last)
        return found


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
