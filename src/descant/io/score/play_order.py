"""The order in which the measures of a page are played: repeats with their endings, and jumps.

After a jump, what has been played comes without its repeats, with the last of its endings, or with the one where the
Fine or the To Coda stands that is looked for; what is new has them. Signs act where measures begin and end. A sign that
leads nowhere is passed over: a D.S. without a segno, a To Coda without a coda after it, brackets that nothing repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from descant.types.score import Measure

MOST_TIMES = 8  # that a passage is played
MOST_JUMPS = 8  # back, in one piece


@dataclass(frozen=True)
class _Ending:
    """What one measure under a bracket is played at."""

    times: frozenset[int]  # of the passage
    last: int  # time of the passage
    again: dict[str, int]  # the time that it is after a jump, by what that looks for: where it stands, or the last
    until: int  # the last measure that a jump from here counts as heard: at a bracket's end, all of the passage's


def play_order(measures: Sequence[Measure]) -> list[int]:
    """The measures in the order in which they are played, by index."""
    endings = _endings(measures)
    order: list[int] = []
    at, start, time = 0, 0, 1  # where the passage began, and how often it has been begun
    heard = -1  # the last measure that comes without repeats, after a jump
    jumps, goal = 0, ""  # goal: what the last jump looks for
    while at < len(measures):
        measure, ending = measures[at], endings.get(at)
        if at != start and (measure.repeat_start or at == heard + 1 or (ending is None and at - 1 in endings)):
            start, time = at, 1
        again = at <= heard
        if ending is not None and (ending.again[goal] if again else time) not in ending.times:
            at += 1
            continue
        order.append(at)
        times = max(min(measure.repeat_end, MOST_TIMES), ending.last if ending and measure.repeat_end else 0)
        if time < times and not again:
            at, time = start, time + 1
            continue
        if goal in ("any", "Fine") and "Fine" in measure.jumps:
            break
        coda = _coda(measures, at) if goal in ("any", "Coda") else None
        back = None if again or jumps == MOST_JUMPS else _back(measures, at)
        if coda is not None:
            at, goal = coda, ""
            start, time = at, 1
        elif back is not None:
            heard, jumps = ending.until if ending else at, jumps + 1
            at, goal = back
            start, time = at, 1
        else:
            at += 1
            if times and not ending:  # the passage is over; what follows may be repeated from here
                start, time = at, 1
    return order


def _back(measures: Sequence[Measure], at: int) -> tuple[int, str] | None:
    """Where the D.C. or D.S. at a measure's end leads, and what is looked for from there."""
    jump = next((one for one in measures[at].jumps if one.startswith("D.")), "")
    if jump.startswith("D.C."):
        to: int | None = 0
    else:
        to = next((one for one in range(at, -1, -1) if "segno" in measures[one].jumps), None)
    return (to, jump[8:] or "any") if jump and to is not None else None


def _coda(measures: Sequence[Measure], at: int) -> int | None:
    """Where the To Coda at a measure's end leads."""
    if "To Coda" not in measures[at].jumps:
        return None
    return next((one for one in range(at + 1, len(measures)) if "coda" in measures[one].jumps), None)


def _endings(measures: Sequence[Measure]) -> dict[int, _Ending]:
    """The endings of each passage, by measure; where each of them but the last leads back at its end."""
    found: dict[int, _Ending] = {}
    over = _over(measures)
    for passage in _passages(measures, over):
        brackets = list(_brackets(measures, over, passage))
        if not all(measures[row[-1]].repeat_end or _back(measures, row[-1]) for row in brackets[:-1] or brackets):
            continue
        numbers = _numbers([over[row[0]] for row in brackets])
        most = max(measures[at].repeat_end for at in passage)
        last = max([min(most, MOST_TIMES), *chain(*numbers)])
        times = {at: frozenset(one) for row, one in zip(brackets, numbers, strict=True) for at in row}
        fine, coda = (
            next((min(times[at]) for at in passage if sign in measures[at].jumps), last) for sign in ("Fine", "To Coda")
        )
        again = {"Fine": fine, "Coda": coda, "any": min(fine, coda), "": last}
        for row in brackets:
            for at in row:
                found[at] = _Ending(times[at], last, again, passage[-1] if at == row[-1] else at)
    return found


def _over(measures: Sequence[Measure]) -> list[str]:
    """The number over each measure. A first bracket that stops short reaches on to the repeat sign before the next."""
    over = [one.ending for one in measures]
    for at in range(len(measures) - 2):
        if re.search(r"\b1\b", over[at]) and not over[at + 1] and not measures[at].repeat_end:
            signs = (to for to in range(at + 1, len(measures)) if _is_signed(measures[to]))
            to = next(signs, at)
            if (
                measures[to].repeat_end
                and not over[to]
                and not measures[to].repeat_start
                and any(over[to + 1 : to + 2])
            ):
                over[at + 1 : to + 1] = [over[at]] * (to - at)
    return over


def _is_signed(measure: Measure) -> bool:
    return measure.repeat_start or measure.repeat_end > 0 or bool(measure.ending)


def _numbers(texts: Sequence[str]) -> list[set[int]]:
    """The times that brackets stand for; in their order, where what is written does not count 1, 2, 3."""
    numbers = [{int(one) for one in re.findall(r"\d{1,3}", text)} for text in texts]
    counted = sorted(chain(*numbers)) == list(range(1, sum(map(len, numbers)) + 1))
    if all(numbers) and counted and numbers == sorted(numbers, key=min):
        return numbers
    return [{number} for number in range(1, len(texts) + 1)]


def _passages(measures: Sequence[Measure], over: Sequence[str]) -> Iterator[range]:
    """Stretches of measures that lie under the brackets of one passage."""
    begin = 0
    for at in range(1, len(measures) + 1):
        if at == len(measures) or measures[at].repeat_start or bool(over[at]) != bool(over[begin]):
            if over[begin]:
                yield range(begin, at)
            begin = at


def _brackets(measures: Sequence[Measure], over: Sequence[str], passage: range) -> Iterator[range]:
    """The brackets of a passage: a new one begins with a new number, and after a repeat sign."""
    begin = passage.start
    for at in passage[1:]:
        if over[at] != over[at - 1] or measures[at - 1].repeat_end:
            yield range(begin, at)
            begin = at
    yield range(begin, passage.stop)
