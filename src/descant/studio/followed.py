"""A piece as a score that somebody plays: where the player is, bar by bar of its page, and when to turn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from descant.alignment.bars import place
from descant.alignment.page_turner import PageTurner, page_bars
from descant.errors import InvalidValueError
from descant.io.score.unfolded import Unfolded
from descant.pipelines.follow import Tally, open_score
from descant.pipelines.played_out import PlayedOut
from descant.studio.notation import notation
from descant.studio.pieces import PieceStore
from descant.types import Position
from descant.types.alignment import LOST, WAITING

STEP = 0.1  # seconds from position to position that is told


@dataclass(frozen=True, eq=False)
class Followed:
    """A score as it is played, and the page that each of its measures stands on."""

    name: str
    played: PlayedOut
    page: Unfolded
    pages: int
    bars: Sequence[Mapping[str, Any]]  # the measures on paper, as `notation` tells of them


def followed(store: PieceStore, piece_id: str) -> Followed:
    """A piece as a score. Raises InvalidValueError where it has no notes."""
    name, score = store.about(piece_id).name, store.score(piece_id)
    try:
        played = open_score(score)
    except InvalidValueError as error:
        raise InvalidValueError(str(error).replace("the Score: ", f"{name}: ", 1)) from None
    assert played.page is not None, "a score has a page"
    drawn = notation(store, piece_id)
    return Followed(name, played, played.page, drawn["pages"], drawn["bars"])


class Teller:
    """Takes positions one by one, in order of time, and tells every tenth of a second and every turn."""

    def __init__(self, score: Followed, step: float = STEP) -> None:
        self.score, self.step = score, step
        self.turner = PageTurner(page_bars(score.page, [one["page"] for one in score.bars]))
        self.tally = Tally()
        self._starts = [float(one.start) for one in score.page.score.measures]
        self._told: Position | None = None

    def push(self, position: Position) -> dict[str, Any] | None:
        """What is to be told of a new position; None where that is nothing new."""
        self.tally.push(position)
        turn = self.turner.push(position)
        last = self._told
        if (
            turn is None
            and last is not None
            and last.state == position.state
            and int(last.time / self.step + 1e-6) == int(position.time / self.step + 1e-6)
        ):
            return None
        self._told = position
        return self._json(position, turned=turn is not None)

    def _json(self, position: Position, *, turned: bool) -> dict[str, Any]:
        quarter = position.quarter
        at = max(0, bisect_right(self._starts, quarter + 1e-6) - 1)
        measure = self.score.page.score.measures[at]
        share = (quarter - float(measure.start)) / float(measure.length) if measure.length else 0.0
        return {
            "time": round(position.time, 3),
            "bar": self.score.page.page[at],
            "number": measure.number,
            "beat": place(self.score.played.bars, quarter)[1],
            "quarter": round(quarter, 3),
            "share": round(min(max(share, 0.0), 1.0), 3),
            "page": self.turner.page,
            "turn": turned,
            "lost": position.state == LOST,
            "waiting": position.state == WAITING,
            "state": position.state,
        }
