"""The plain way to tell what a take did with a score: the fewest edits from one row of pitches to the other.

Notes are put in order of onset, then pitch; each edit is a note missed, added or changed. What is not changed is early
or late by a straight line through all of them, and loud or soft by the take's median. A whole bar of missed notes is
skipped, as many added ones in a row are a bar played again.

Levenshtein: Binary Codes Capable of Correcting Deletions, Insertions, and Reversals, Soviet Physics Doklady 10, 1966.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.practice import (
    EARLY,
    EXTRA,
    LATE,
    LOUD,
    MISSED,
    REPEATED,
    SKIPPED,
    SOFT,
    WRONG,
    Finding,
    PracticePage,
)
from descant.types.arrays import FloatArray, IntArray

AT_ONCE = 0.05  # seconds; performed notes that follow each other sooner are put in order of pitch
LAST = -2  # what comes after the last note
OFF_SECONDS = 0.15
OUT_VELOCITY = 30.0


def edits(
    page: PracticePage, onset: FloatArray, pitch: IntArray, velocity: IntArray
) -> tuple[tuple[Finding, ...], float]:
    """What is found, and a score: the share of written notes that were not edited, 0 to 100."""
    score = page.notes
    pairs = _pairs(score.pitch, onset, pitch)
    found = list(_notes(page, pitch, pairs))
    same = _unchanged(score.pitch, pitch, pairs)
    if len(same) > 2:
        slope, start = np.polyfit(score.onset[same[:, 0]], onset[same[:, 1]], 1)
        late = onset[same[:, 1]] - start - slope * score.onset[same[:, 0]]
        louder = velocity[same[:, 1]] - np.median(velocity)
        for (note, at), off, out in zip(same.tolist(), late.tolist(), louder.tolist(), strict=True):
            quarter = float(score.onset[note])
            if abs(off) > OFF_SECONDS:
                found.append(Finding(LATE if off > 0 else EARLY, quarter, quarter, note, at, off))
            if abs(out) > OUT_VELOCITY:
                found.append(Finding(LOUD if out > 0 else SOFT, quarter, quarter, note, at, out))
    wrong = sum(one.kind in (WRONG, MISSED, EXTRA) for one in found)
    return tuple(found), 100 * max(0.0, 1 - wrong / len(score))


def matched(page: PracticePage, onset: FloatArray, pitch: IntArray) -> IntArray:
    """The notes that are not edited, (k, 2): written and performed."""
    return _unchanged(page.notes.pitch, pitch, _pairs(page.notes.pitch, onset, pitch))


def _unchanged(written: IntArray, pitch: IntArray, pairs: list[tuple[int, int]]) -> IntArray:
    same = [(note, at) for note, at in pairs if NONE not in (note, at) and written[note] == pitch[at]]
    return np.array(same, dtype=np.int64).reshape(-1, 2)


def _pairs(written: IntArray, onset: FloatArray, pitch: IntArray) -> list[tuple[int, int]]:
    """From the first to the last, (written, performed), NONE where one is missed or added."""
    chord = np.cumsum(np.diff(onset, prepend=onset[:1]) > AT_ONCE)
    order = np.lexsort((pitch, chord))
    played = pitch[order]
    rows, columns = len(written), len(played)
    came = np.zeros((rows + 1, columns + 1), dtype=np.int8)  # 0: both, 1: missed, 2: added
    came[0], came[1:, 0] = 2, 1
    number = np.arange(columns + 1)
    before = number.copy()
    for row in range(1, rows + 1):
        entry = np.append(before[0] + 1, np.minimum(before[:-1] + (played != written[row - 1]), before[1:] + 1))
        now = np.minimum.accumulate(entry - number) + number
        both = np.append(False, now[1:] == before[:-1] + (played != written[row - 1]))
        came[row] = np.where(both, 0, np.where(now == before + 1, 1, 2))
        before = now
    row, column = rows, columns
    found = []
    while row or column:
        step = came[row, column]
        row, column = row - (step != 2), column - (step != 1)
        found.append((NONE if step == 2 else row, NONE if step == 1 else int(order[column])))
    return found[::-1]


def _notes(page: PracticePage, pitch: IntArray, pairs: list[tuple[int, int]]) -> Iterator[Finding]:
    """Wrong, missed and extra notes, and whole bars of missed or added ones."""
    score = page.notes
    bar = page.bar_of_notes
    size = np.bincount(bar, minlength=len(page.bars) - 1)
    missed = np.array([note for note, at in pairs if at == NONE], dtype=np.int64)
    gone = (np.bincount(bar[missed], minlength=len(size)) == size) & (size > 0)
    for one in np.flatnonzero(gone).tolist():
        yield Finding(SKIPPED, float(page.bars[one]), float(page.bars[one + 1]))
    run: list[int] = []
    place = 0.0
    for note, at in [*pairs, (LAST, NONE)]:
        if note == NONE:
            run.append(at)
            continue
        if len(run) >= np.median(size[size > 0]):  # the bar that is just over
            again = page.bar_of(place)
            yield Finding(REPEATED, float(page.bars[again]), float(page.bars[again + 1]))
        else:
            yield from (Finding(EXTRA, place, place, played=one) for one in run)
        if note == LAST:
            return
        run, place = [], float(score.onset[note])
        if at == NONE and not gone[bar[note]]:
            yield Finding(MISSED, place, place, note)
        elif at != NONE and pitch[at] != score.pitch[note]:
            yield Finding(WRONG, place, place, note, at)
