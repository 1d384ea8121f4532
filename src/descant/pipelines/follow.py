"""Follow: where in a score somebody is who plays it now, from sound or notes as they come.

Repeats and jumps of the score are played out first; `listeners` tell the place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from descant import __version__
from descant.alignment.audio_follower import HIDDEN_SEMI_MARKOV, ONLINE_DTW
from descant.alignment.bars import place
from descant.alignment.reached import Reached
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.features.stream import Sound
from descant.io.audio import blocks
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.pipelines.align import COLUMNS, SCHEMA, map_rows
from descant.pipelines.listeners import Listener, Told, listener, note_by_note, system
from descant.pipelines.played_out import PlayedOut, played_out
from descant.types import Alignment, Audio, AudioFile, Notes, Position, Score
from descant.types.alignment import LOST, WAITING

BLOCK = 1.0  # seconds of a file that are read at once


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
    chosen, played = system(use, notes=isinstance(take, Notes)), open_score(score)
    if isinstance(take, Notes):
        return positions(note_by_note(played, take))
    return positions(heard(take, listener(played, take.sample_rate, chosen)))


def open_score(score: str | os.PathLike[str] | Score | Notes) -> PlayedOut:
    """A score as it is played. Raises UnsupportedFormatError for what is none, InvalidValueError for no notes."""
    page: Any = open_file(score) if isinstance(score, str | os.PathLike) else score
    name = source_name(score)
    if not isinstance(page, Score | Notes):
        raise UnsupportedFormatError(f"{name}: is no score to follow; give MusicXML, ABC, MIDI or the like")
    try:
        return played_out(page)
    except InvalidValueError as error:
        raise InvalidValueError(f"{name}: {error}") from None


def heard(sound: Sound, ear: Listener) -> Iterator[Told]:
    """All that a listener tells of a recording."""
    for block in blocks(sound, BLOCK):
        yield from ear.push(block)
    yield from ear.finish()


def positions(told: Iterable[Told]) -> Iterator[Position]:
    """The positions alone."""
    return (one for one in told if isinstance(one, Position))


def hidden_semi_markov(score: Score, sound: Sound) -> Alignment:
    """The way of a recording through a score as it was heard, repeats and jumps played out: when each onset was first
    reached. No rows where there is nothing to follow.
    """
    return _reached(score, sound, HIDDEN_SEMI_MARKOV)


def online_dtw(score: Score, sound: Sound) -> Alignment:
    """The same, by online time warping."""
    return _reached(score, sound, ONLINE_DTW)


def _reached(score: Score, sound: Sound, use: str) -> Alignment:
    try:
        played = played_out(score)
    except InvalidValueError:
        return Alignment(np.zeros(0), np.zeros(0))
    reached = Reached(np.unique(played.notes.onset))
    for position in positions(heard(sound, listener(played, sound.sample_rate, use))):
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
