"""A score as practice looks at it: its notes, each once, with where they stand on the page, and what excuses what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from descant.alignment.practice import LEVELS, PracticePage
from descant.alignment.written import Written, tempo_marks
from descant.errors import InvalidValueError
from descant.types.score import Event, Score

ORNAMENTS = ("trill", "turn", "inverted-turn", "mordent", "inverted-mordent", "schleifer", "tremolo")
ACCENTS = ("accent", "marcato")
ROLLED = ("arpeggio",)
HELD = ("fermata", "breath", "caesura")


@dataclass(frozen=True)
class Head:
    """Where a note begins on the page, by indices."""

    part: int
    measure: int
    event: int
    note: int


@dataclass(frozen=True, eq=False)
class ScorePage:
    """A score with what practice looks at."""

    page: PracticePage
    heads: tuple[tuple[Head, ...], ...]  # of each note of the page; several where parts or voices share it


def score_page(score: Score, printed: Sequence[int] | None = None) -> ScorePage:
    """Of a score in the order in which it is played, without drums. Notes that voices share stand once.

    printed: of each measure its number on the page, where repeats are played out.

    Raises InvalidValueError where it has no notes.
    """
    joined: dict[tuple[float, int, bool], _Joined] = {}
    for head, event, onset, length in _sounding(score):
        pitch = event.pitches[head.note].midi
        one = joined.setdefault((onset, pitch, bool(event.grace)), _Joined(head.part))
        one.heads.append(head)
        one.length = max(one.length, length)
        one.marks += event.marks
    if not joined:
        raise InvalidValueError("the score has no notes, so there is nothing to practise")
    keys = sorted(joined, key=lambda key: (key[0], key[1]))
    notes = [joined[key] for key in keys]
    tempo_at, bpm = tempo_marks(score)
    written = Written(
        onset=np.array([onset for onset, _, _ in keys]),
        duration=np.array([one.length for one in notes]),
        pitch=np.array([pitch for _, pitch, _ in keys], dtype=np.int64),
        part=np.array([one.part for one in notes], dtype=np.int64),
        tempo_at=tempo_at,
        bpm=bpm,
    )
    page = PracticePage(
        written,
        bars=np.array([*(float(one.start) for one in score.measures), float(score.length)]),
        beat=np.array([float(one.time.beat) for one in score.measures]),
        printed=np.arange(len(score.measures)) if printed is None else np.array(printed, dtype=np.int64),
        ornamented=np.array([_has(one, ORNAMENTS) for one in notes]),
        rolled=np.array([_has(one, ROLLED) for one in notes]),
        accented=np.array([_has(one, ACCENTS) for one in notes]),
        holds=np.array([onset for (onset, _, _), one in zip(keys, notes, strict=True) if _has(one, HELD)]),
        dynamics=_dynamics(score),
    )
    return ScorePage(page, tuple(tuple(one.heads) for one in notes))


class _Joined:
    """A note of the page while it is put together."""

    def __init__(self, part: int) -> None:
        self.part = part
        self.heads: list[Head] = []
        self.length = 0.0
        self.marks: tuple[str, ...] = ()


def _has(one: _Joined, signs: tuple[str, ...]) -> bool:
    return any(mark.startswith(signs) for mark in one.marks)


def _sounding(score: Score) -> Iterator[tuple[Head, Event, float, float]]:
    """Every note where it begins, with its onset and its length in quarters, ties joined."""
    for number, part in enumerate(score.parts):
        if part.sound.drum:
            continue
        held: dict[tuple[int, float], tuple[Head, Event, float, float]] = {}  # by pitch, and where it ends
        for at, (measure, row) in enumerate(zip(score.measures, part.measures, strict=True)):
            for index, event in enumerate(row):
                if event.drums:
                    continue
                onset = float(measure.start + event.onset)
                end = float(measure.start + event.end)
                for place, (pitch, tied) in enumerate(zip(event.pitches, event.tied, strict=True)):
                    head, first, begun, _ = held.pop(
                        (pitch.midi, onset), (Head(number, at, index, place), event, onset, 0.0)
                    )
                    one = (head, first, begun, end - begun)
                    if tied and end > onset:
                        held[pitch.midi, end] = one
                    else:
                        yield one
        yield from held.values()


def _dynamics(score: Score) -> tuple[tuple[float, str], ...]:
    """The signs of the first part that has any, in order; where staves differ, the first staff's."""
    for part in score.parts:
        signs = {float(one.at): one.text for one in reversed(part.directions) if one.text in LEVELS}
        if signs:
            return tuple(sorted(signs.items()))
    return ()
