"""What practice found, in words: one line of all of it, and a few of what to know beside it."""

from __future__ import annotations

import numpy as np

from descant.alignment.singing import Singing
from descant.pipelines.practice import PracticeReport, said


def summary(found: PracticeReport) -> str:
    """How the whole went, in one line."""
    counts = ", ".join(said(kind, count) for kind, count in found.counts.items()) or "everything as written"
    heard = "; heard in a recording, so less sure" if found.heard and found.take is not None else ""
    return f"{found.judgement.score:.0f} of 100: {counts}{heard}"


def lines(found: PracticeReport) -> list[str]:
    """The rest of the report: how much was played, tempo, a singer's key, what to practise first."""
    told = []
    bars = [one for one in found.bars if one.score is not None]
    if len(bars) < len(found.bars):
        told.append(f"bars {bars[0].number} to {bars[-1].number} of {found.bars[-1].number} were played")
    _, tempi = found.judgement.curve
    if len(tempi):
        low, middle, high = np.quantile(tempi, (0.05, 0.5, 0.95))
        asked = f"; the page asks for {found.score.tempos[0].bpm:.0f}" if found.score.tempos else ""
        told.append(f"tempo: {middle:.0f} quarters a minute, mostly from {low:.0f} to {high:.0f}{asked}")
    if isinstance(found.judgement, Singing):
        told.append(_voice_line(found.judgement))
    told += [
        f"practise {rank}. bar {one.number} ({one.score:.0f}): {one.reason}" for rank, one in enumerate(found.first, 1)
    ]
    return told


def _voice_line(found: Singing) -> str:
    """The key and the tuning that were sung in, and how far notes are off."""
    key = "in the key that is written"
    if found.transposed:
        semitones = abs(found.transposed)
        high = "higher" if found.transposed > 0 else "lower"
        key = f"{semitones} semitone{'s' if semitones > 1 else ''} {high} than written"
    off = float(np.nanmean(np.abs(found.cents)))
    return f"sung {key}, tuned {found.tuning:+.0f} cents from A = 440 Hz; notes are off by {off:.0f} cents on average"
