"""A score as followers know it: its repeats and jumps written out, its notes and its bars."""

from __future__ import annotations

from dataclasses import dataclass

from descant.alignment.bars import MusicBar, bars_of_notes, bars_of_score
from descant.alignment.written import Written, written, written_notes
from descant.io.score.unfolded import Unfolded, unfolded
from descant.types import Notes, Score


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


def played_out(page: Score | Notes) -> PlayedOut:
    """A score, or MIDI taken for one, as it is played. Raises InvalidValueError where it has no notes."""
    if isinstance(page, Notes):
        notes = written_notes(page)
        return PlayedOut(page, notes, bars_of_notes(page, notes), None)
    played = unfolded(page)
    return PlayedOut(played.score, written(played.score), bars_of_score(played.score), played)
