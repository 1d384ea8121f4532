"""Accompany: the other parts of a score, played in time with a performance of one.

The performance comes note by note, from MIDI or from a piano that is heard (`heard_notes`). Repeats and jumps of the
score are played out first; who jumps elsewhere is found again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from descant.alignment.accompaniment import VELOCITY, Accompanist, Cue
from descant.alignment.written import Written, written, written_notes
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.audio import blocks
from descant.io.open import open as open_file
from descant.io.score.unfolded import unfolded
from descant.pipelines.heard_notes import HOP, LATENCY, HeardNotes
from descant.types import Audio, AudioFile, Notes, Part, Position, Score
from descant.types.alignment import LOST
from descant.types.score import ScorePart

Page = TypeVar("Page", Score, Notes)

HANDS = {"right hand": 1, "left hand": 2}  # the staff of each
MOST_LOST = 0.5  # of the notes, that may be nowhere in the score


@dataclass(frozen=True, eq=False)
class Players:
    """A score's notes, those that are listened to and those that are played to them."""

    solo: Written
    other: Written
    parts: tuple[Part, ...]  # of the whole score
    said: str = ""  # what was done with repeats and jumps


class Accompaniment:
    """Plays `parts` of a score, by name or number, or `left hand` or `right hand`, with who plays the rest.

    Where no parts are named: all but the first, or a piano's left hand. latency: seconds from when a note is struck
    until it is told of.

    Raises InvalidValueError where there are no such parts, or no notes to listen for or to play.
    """

    def __init__(self, score: Score | Notes, parts: Iterable[str] = (), latency: float = 0.0) -> None:
        self.players = players(score, tuple(parts))
        self.accompanist = Accompanist(self.players.solo, self.players.other, latency)
        self.cues: list[Cue] = []
        self.heard, self.lost = 0, 0  # notes of the soloist

    def introduction(self) -> float:
        """Seconds that the accompaniment plays alone before the soloist's first note; 0 where it does not."""
        return max(float(self.accompanist.follower.clock[0] - self.accompanist.clock[0]), 0.0)

    def begin(self, time: float) -> None:
        """Play the introduction from `time` on."""
        self.accompanist.begin(time)

    def hear(self, time: float, pitch: int, velocity: int = VELOCITY) -> Position:
        """A note of the soloist, in order of time; where he is."""
        said = self.accompanist.hear(time, pitch, velocity)
        self.heard, self.lost = self.heard + 1, self.lost + (said.state == LOST)
        return said

    def due(self, now: float) -> list[Cue]:
        """The notes to start by `now`, each told once."""
        found = self.accompanist.due(now)
        self.cues += found
        return found

    def cue_json(self, cue: Cue) -> dict[str, Any]:
        """A note as plain values, ready for `json.dumps`; docs/accompaniment.md tells the fields."""
        number = int(self.players.other.part[cue.note])
        return {
            "play": round(cue.time, 3),
            "pitch": cue.pitch,
            "velocity": cue.velocity,
            "duration": round(cue.duration, 3),
            "part": self.players.parts[number].name or str(number + 1),
            "quarter": round(float(self.players.other.onset[cue.note]), 4),
        }

    def played(self) -> Notes:
        """All that was played so far. Raises InvalidValueError where the soloist played something else."""
        if not self.heard:
            raise InvalidValueError("the performance has no notes, so there is nobody to accompany")
        if self.lost > MOST_LOST * self.heard:
            raise InvalidValueError(
                f"{self.lost} of the performance's {self.heard} notes are nowhere in the score; is it of this piece?"
            )
        time, duration = (np.array([getattr(one, name) for one in self.cues]) for name in ("time", "duration"))
        return Notes(
            time,
            time + duration,
            np.array([one.pitch for one in self.cues], dtype=np.int64),
            np.array([one.velocity for one in self.cues], dtype=np.int64),
            self.players.other.part[np.array([one.note for one in self.cues], dtype=np.int64)],
            self.players.parts,
        )


def accompany(
    score: str | os.PathLike[str] | Score | Notes,
    take: str | os.PathLike[str] | AudioFile | Audio | Notes,
    *,
    parts: Iterable[str] = (),
) -> Notes:
    """What an accompanist plays to a performance, at its times; of what follows a moment he knows nothing.

    score: may be MIDI too. take: the soloist's part, as MIDI or as a piano's sound. parts: as for `Accompaniment`.

    Raises InvalidValueError where there are no such parts, or where the performance is of something else.
    """
    page: Any = open_file(score) if isinstance(score, str | os.PathLike) else score
    played: Any = open_file(take) if isinstance(take, str | os.PathLike) else take
    if not isinstance(page, Score | Notes):
        raise UnsupportedFormatError(f"a {type(page).__name__} is no score to play from; give MusicXML, ABC, MIDI")
    if not isinstance(played, AudioFile | Audio | Notes):
        raise UnsupportedFormatError(f"a {type(played).__name__} cannot be accompanied; give a recording or MIDI")
    if isinstance(played, Notes):
        player, struck = Accompaniment(page, parts), _notes(played)
    else:
        player, struck = Accompaniment(page, parts, LATENCY + HOP), _heard(played)
    for told, time, pitch, velocity in struck:
        if not player.heard and (alone := player.introduction()):
            player.begin(max(time - alone, 0.0))
        player.due(told)
        player.hear(time, pitch, velocity)
    player.due(np.inf)
    return player.played()


def _notes(take: Notes) -> Iterator[tuple[float, float, int, int]]:
    """(when it is told, when it was struck, pitch, velocity) of each note of a MIDI file."""
    pitched = take.only(~take.drum)
    columns = (pitched.onset.tolist(), pitched.onset.tolist(), pitched.pitch.tolist(), pitched.velocity.tolist())
    yield from zip(*columns, strict=True)


def _heard(take: AudioFile | Audio) -> Iterator[tuple[float, float, int, int]]:
    """The same of what is heard of a piano."""
    ear, now = HeardNotes(take.sample_rate), 0.0
    for block in blocks(take, HOP):
        now += block.shape[1] / take.sample_rate
        for one in ear.push(block):
            yield now, one.time, one.pitch, VELOCITY
    for one in ear.finish():
        yield now + LATENCY, one.time, one.pitch, VELOCITY


def players(score: Score | Notes, parts: Sequence[str] = ()) -> Players:
    """Who is listened to and who plays. Raises InvalidValueError where either has nothing to play."""
    if isinstance(score, Notes):
        staves = [1] * len(score.parts)
        chosen = _chosen([one.name for one in score.parts], staves, parts)
        plays = np.isin(np.asarray(score.part), [number for number, _ in chosen])
        solo, other = (_notes_of(score.only(kept), written_notes) for kept in (~plays, plays))
        return Players(solo, other, score.parts)
    folded = unfolded(score)
    staves = [one.staves for one in score.parts]
    chosen = _chosen([one.name for one in score.parts], staves, parts)
    rest = {(number, staff) for number, count in enumerate(staves) for staff in range(1, count + 1)} - chosen
    solo, other = (_notes_of(_only(folded.score, kept), written) for kept in (rest, chosen))
    sounds = tuple(replace(one.sound, name=one.name or one.sound.name) for one in score.parts)
    return Players(solo, other, sounds, folded.said)


def _chosen(names: Sequence[str], staves: Sequence[int], wanted: Sequence[str]) -> set[tuple[int, int]]:
    """(part, staff) of what the accompanist plays."""
    keyboards = [number for number, count in enumerate(staves) if count > 1]
    if not wanted:
        wanted = ["left hand"] if len(names) == 1 else [str(number + 1) for number in range(1, len(names))]
    found: set[tuple[int, int]] = set()
    for one in wanted:
        if one.lower() in HANDS and keyboards:
            found |= {(number, HANDS[one.lower()]) for number in keyboards}
            continue
        mine = [at for at, name in enumerate(names) if name.lower() == one.lower() or str(at + 1) == one]
        if not mine:
            known = [f"{at} {name}".strip() for at, name in enumerate(names, 1)] + (list(HANDS) if keyboards else [])
            raise InvalidValueError(f"there is no part {one!r} to play; choose from {', '.join(known)}")
        found |= {(at, staff) for at in mine for staff in range(1, staves[at] + 1)}
    return found


def _only(score: Score, kept: Container[tuple[int, int]]) -> Score:
    """The score with the notes of these parts and staves alone."""

    def part(number: int, one: ScorePart) -> ScorePart:
        rows = tuple(tuple(event for event in row if (number, event.staff) in kept) for row in one.measures)
        return replace(one, measures=rows)

    return replace(score, parts=tuple(part(number, one) for number, one in enumerate(score.parts)))


def _notes_of(score: Page, read: Callable[[Page], Written]) -> Written:
    try:
        return read(score)
    except InvalidValueError:
        raise InvalidValueError(
            "one part must be played and another one listened to; name parts that have notes"
        ) from None
