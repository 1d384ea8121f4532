"""Turns the page before its last bar is over, from positions as any follower tells them.

A turn takes a moment, so it is told when the position, carried on at the player's tempo for that moment, comes to a
point within the page's last bar. By default half of that bar is then still to be played: a player reads ahead, and has
read it. A repeat or a jump turns back. Nothing is turned while the follower is lost. A place that was only just found
or jumped to, or that is neither on the open page nor on the next one, has to last a while before it counts, and a page
that has just been turned stays until the player is clearly back before it.

Arzt, Widmer and Dixon: Automatic Page Turning for Musicians via Real-Time Machine Listening, ECAI 2008. Simplified:
the tempo is the slope of the last few seconds' positions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descant.errors import InvalidValueError
from descant.io.score.unfolded import Unfolded
from descant.types.alignment import LOST, WAITING, Position

SHARE = 0.5  # of the last bar that is played when the next page lies open
SECONDS = 0.3  # that a turn takes
PACE = 2.0  # quarters a second, as long as the player's tempo is not known
REMEMBERED = 4.0  # seconds of positions that tell the tempo
ENOUGH = 1.0  # seconds of positions from which on they do
FASTEST = 8.0  # quarters a second
JUMP = 2.0  # quarters that no position goes on by at once unless it jumps
PATIENCE = 1.0  # seconds that an unexpected place has to last
BACK = 0.5  # of a bar that the player has to be back for a turned page to be turned back


@dataclass(frozen=True)
class PageBar:
    """A bar in the order of playing, and the page that it stands on."""

    start: float  # quarters of the score as it is played
    end: float
    page: int


def page_bars(played: Unfolded, pages: Sequence[int]) -> tuple[PageBar, ...]:
    """The bars of a score as it is played. pages: of each measure on paper (`io.score.engrave.measure_pages`)."""
    return tuple(
        PageBar(float(one.start), float(one.end), pages[at])
        for one, at in zip(played.score.measures, played.page, strict=True)
    )


@dataclass(frozen=True)
class Turn:
    """What is to be done now."""

    time: float  # seconds of what is heard
    page: int  # to be opened


@dataclass(frozen=True)
class Stretch:
    """Bars played in a row from one page."""

    start: float  # quarters
    end: float
    page: int
    point: float  # where the next page has to lie open
    last_bar: float  # quarters


def stretches(bars: Sequence[PageBar], share: float = SHARE) -> tuple[Stretch, ...]:
    """Bars grouped by the page they are played from, in order. share: of the last bar, from 0 to 1."""
    if not bars or not 0 <= share <= 1:
        raise InvalidValueError(f"pages are turned in bars, within the last one, got {len(bars)} bars and {share:g}")
    found: list[Stretch] = []
    for bar in bars:
        length = bar.end - bar.start
        start = found.pop().start if found and found[-1].page == bar.page else bar.start
        found.append(Stretch(start, bar.end, bar.page, bar.start + share * length, length))
    return tuple(found)


class PageTurner:
    """Takes positions in order of time, one by one, and says when to turn.

    bars: of the whole score as it is played. share: of a page's last bar that is played when the next page is open.
    seconds: that a turn takes. The first bar's page is open.
    """

    def __init__(
        self, bars: Sequence[PageBar], share: float = SHARE, seconds: float = SECONDS, pace: float = PACE
    ) -> None:
        self.stretches = stretches(bars, share)
        self.starts = np.array([one.start for one in self.stretches])
        self.seconds, self.usual = seconds, pace
        self.open = 0  # the stretch whose page is open
        self.heard: deque[tuple[float, float]] = deque()  # (seconds, quarter) of the last positions
        self.reached = -np.inf  # the furthest quarter since the last turn
        self.steady_from = -np.inf  # seconds: until then the place is new
        self.unexpected: tuple[int, float] | None = None  # a stretch, and since when it is wanted

    @property
    def page(self) -> int:
        """The page that is open."""
        return self.stretches[self.open].page

    def push(self, position: Position) -> Turn | None:
        """What a new position asks for."""
        if position.state == WAITING:
            return None
        if position.state == LOST:
            self._unsettled(position.time)
            self.unexpected = None
            return None
        self._remember(position)
        wanted = self._wanted(position)
        if wanted == self.open:
            self.unexpected = None
            return None
        expected = wanted == self.open + 1 and position.time >= self.steady_from
        if not expected and not self._lasting(wanted, position.time):
            return None
        before, self.open, self.unexpected = self.page, wanted, None
        self.reached = position.quarter
        return Turn(position.time, self.page) if self.page != before else None

    def pace(self) -> float:
        """The player's tempo, quarters a second."""
        if not self.heard or self.heard[-1][0] - self.heard[0][0] < ENOUGH:
            return self.usual
        time, quarter = np.array(self.heard).T
        time = time - time.mean()
        return float(np.clip(time @ quarter / (time @ time), 0.0, FASTEST))

    def _remember(self, position: Position) -> None:
        """Positions since the last jump."""
        if self.heard:
            time, quarter = self.heard[-1]
            if abs(position.quarter - quarter) > max(JUMP, 2 * FASTEST * (position.time - time)):
                self._unsettled(position.time)
        self.heard.append((position.time, position.quarter))
        while self.heard[0][0] < position.time - REMEMBERED:
            self.heard.popleft()

    def _unsettled(self, time: float) -> None:
        self.heard.clear()
        self.steady_from = time + PATIENCE

    def _wanted(self, position: Position) -> int:
        """The stretch whose page should be open."""
        here = max(0, int(np.searchsorted(self.starts, position.quarter, side="right")) - 1)
        self.reached = max(self.reached, position.quarter)
        if here + 1 == self.open and position.quarter > self.reached - BACK * self.stretches[here].last_bar:
            return self.open
        ahead = position.quarter + self.pace() * self.seconds
        last = here + 1 == len(self.stretches)
        return here if last or ahead < self.stretches[here].point else here + 1

    def _lasting(self, wanted: int, time: float) -> bool:
        """Whether an unexpected place has lasted."""
        if self.unexpected is None or self.unexpected[0] != wanted:
            self.unexpected = wanted, time
        return time - self.unexpected[1] >= PATIENCE
