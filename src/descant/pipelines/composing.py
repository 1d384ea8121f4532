"""What composes, as transforms: a chorale goes on, a tune is harmonised or accompanied, a pianist plays on.

Each is what a command does of itself where nothing more is asked of it: `compose --continue`, `harmonise`, `accompany`,
`compose --style performance --continue`. Music that one of them cannot go on from is refused, with the reason.
"""

from __future__ import annotations

from descant.pipelines import arrange, compose, compose_performance, harmonise, song_request
from descant.types import Notes, Score


def continued(score: Score, *, bars: int = compose.BARS, seed: int = 0, best_of: int = compose.DRAWN) -> Score:
    """A chorale in four voices with so many bars more (`pipelines/compose.py`). Raises InvalidValueError."""
    return compose.compose(score, bars=bars, seed=seed, best_of=best_of).score


def harmonised(score: Score, *, seed: int = 0, best_of: int = harmonise.DRAWN) -> Score:
    """A tune with alto, tenor and bass (`pipelines/harmonise.py`). Raises InvalidValueError."""
    return harmonise.harmonised(score, seed=seed, best_of=best_of).score


def accompanied(score: Score, *, seed: int = 0, best_of: int = song_request.DRAWN) -> Score:
    """A tune with chords, piano and bridge (`pipelines/arrange.py`). Raises InvalidValueError."""
    return arrange.arrange(score, seed=seed, best_of=best_of).score


def played_on(notes: Notes, *, seconds: float = compose_performance.SECONDS, seed: int = 0) -> Notes:
    """Notes with so many seconds of piano more (`pipelines/compose_performance.py`). Raises InvalidValueError."""
    return compose_performance.compose_performance(notes, seconds=seconds, seed=seed).notes
