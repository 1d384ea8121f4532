"""How chorales are written, beside Bach's: parallels, leaps, crossing, ranges, chords, what comes back, what is copied.

Every composer learns from the training chorales and writes as many as PIECES, as long as these are. Each measure is a
rate over all that was written. None is good because it is high or low: what counts is how near it is to Bach's. Beside
them stand Bach's training chorales, each of which is held against the others where copying is asked about, and those
that were held out: the validation split, and the test split where it is asked for.

`distance` is one number for the whole. Of each measure every chorale has its own rate, so that Bach's training split
and a composer give two samples; their inhomogeneity (`energy_statistics.py`) is 0 where both are distributed alike and
1 where they have nothing in common. It is averaged over the measures of each of FAMILIES, and over the families, which
count the same. Bach's held-out chorales are near 0. Weak points: it looks at one measure at a time, so that rates which
Bach would not have together pass; it hears nothing of what is not measured, such as where a phrase goes; differences of
what is rare are told late; all that is wholly wrong is equally far; and who copies pays in one family of nine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

import numpy as np

from descant.composition.copy_rate import Passages
from descant.composition.self_similarity import same_as_before
from descant.composition.sonorities import BEAT, chords, leading_notes, non_chord_tones
from descant.composition.voice_leading import (
    Places,
    crossing,
    harsh_leaps,
    leaps,
    out_of_range,
    overlap,
    parallel_fifths,
    parallel_octaves,
    wide_spacing,
)
from descant.datasets import jsb
from descant.errors import MissingDataError
from descant.evaluation.compose.composers import COMPOSERS, Chorales
from descant.evaluation.compose.energy_statistics import inhomogeneity
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.types.arrays import FloatArray, IntArray

PIECES = 300
SEED = 0
BARS = (1, 2, 4, 8, 16)
OUTER, INNER = [0, 3], [1, 2]  # voices
BACH = "Bach, train"
DISTANCE = "distance"
COPYING = "copying"

Counts = Mapping[str, tuple[int, int]]  # of each measure how often it was found, and how often asked


def _on_beats(frames: IntArray) -> Places:
    return chords(frames[::BEAT])


def _of_voices(voices: list[int], frames: IntArray) -> Places:
    found, asked = leading_notes(frames)
    return Places(found[:, voices], asked[:, voices])


FAMILIES: Mapping[str, Mapping[str, Callable[[IntArray], Places]]] = {
    "parallels": {"parallel fifths": parallel_fifths, "parallel octaves": parallel_octaves},
    "leaps": {"leaps": leaps, "harsh leaps": harsh_leaps},
    "crossing": {"voice crossing": crossing, "voice overlap": overlap},
    "range": {"out of range": out_of_range},
    "spacing": {"wide spacing": wide_spacing},
    "leading notes": {
        "leading note rises, outer voices": partial(_of_voices, OUTER),
        "leading note rises, inner voices": partial(_of_voices, INNER),
    },
    "sonorities": {"chords": chords, "chords on beats": _on_beats, "non-chord tones": non_chord_tones},
    "self-similarity": {
        f"same as {bars} bar{'s' * (bars > 1)} ago": partial(same_as_before, bars=bars) for bars in BARS
    },
}
COPIED = ("longest passage copied, steps", "longest passage copied, share")
GROUPS: Mapping[str, tuple[str, ...]] = {**{name: tuple(one) for name, one in FAMILIES.items()}, COPYING: COPIED}


def counts(frames: IntArray, copied: int) -> Counts:
    """Of one chorale, whose longest passage from elsewhere is `copied` steps long."""
    places = {name: measure(frames) for family in FAMILIES.values() for name, measure in family.items()}
    found = {name: (int(one.found.sum()), int(one.asked.sum())) for name, one in places.items()}
    return {**found, **dict(zip(COPIED, ((copied, 1), (copied, len(frames))), strict=True))}


def rates(pieces: Sequence[Counts], measure: str) -> FloatArray:
    """The rate of each chorale where it was asked for, (chorales,)."""
    both = np.array([one[measure] for one in pieces], dtype=np.float64).reshape(-1, 2)
    there = both[both[:, 1] > 0]
    return np.asarray(there[:, 0] / there[:, 1])


def distances(pieces: Sequence[Counts], bach: Sequence[Counts]) -> dict[str, float]:
    """From Bach's chorales, of each family; 1 of a measure that is never asked for, and nothing where not of Bach."""
    found = {}
    for family, measures in GROUPS.items():
        pairs = [(rates(pieces, name), rates(bach, name)) for name in measures]
        far = [inhomogeneity(own, his) if len(own) else 1.0 for own, his in pairs if len(his)]
        if far:
            found[family] = float(np.mean(far))
    return found


def together(group: Sequence[Measured]) -> Pooled:
    """The rates over all pieces, n how often each was asked for; and the distances, n the number of pieces.

    Each piece's `raw` is its counts, and those of Bach's chorales; none where these are measured themselves.
    """
    pieces: list[Counts] = [one.raw[0] for one in group]
    sums = {name: np.array([one[name] for one in pieces]).sum(axis=0) for name in pieces[0]}
    found = {name: (float(one / asked), int(asked)) for name, (one, asked) in sums.items() if asked}
    bach = group[0].raw[1]
    if bach is None:
        return found
    far = distances(pieces, bach)
    whole = {DISTANCE: float(np.mean(list(far.values()))), **{f"{DISTANCE}, {name}": one for name, one in far.items()}}
    return {**found, **{name: (value, len(group)) for name, value in whole.items()}}


def measure(request: Request) -> Iterator[Measured]:
    """Bach's chorales, and those of every composer."""
    try:
        train = [one.grid for one in jsb.chorales("train")]
        held_out = {split: _frames(split, request.count) for split in dict.fromkeys(("valid", request.split))}
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {jsb.NAME} is left out: {error}")
        return
    passages = Passages.of(train)
    bach = [counts(frames, passages.longest(frames, but=at).steps) for at, frames in enumerate(train)]

    def told(system: str, pieces: Sequence[Counts], beside: Sequence[Counts] | None) -> Iterator[Measured]:
        for at, one in enumerate(pieces):
            own = {name: found / asked for name, (found, asked) in one.items() if asked}
            yield Measured(TASK.name, f"{jsb.NAME}/train", f"{at:03d}", None, system, own, (one, beside))

    yield from told(BACH, bach, None)
    for split, pieces in held_out.items():
        yield from told(f"Bach, {split}", [counts(one, passages.longest(one).steps) for one in pieces], bach)
    drawn = np.random.default_rng(SEED).integers(len(train), size=request.count or PIECES)
    lengths = [len(train[at]) for at in drawn.tolist()]
    for at, (name, learn) in enumerate(COMPOSERS.items()):
        written = learn(train)(lengths, np.random.default_rng(SEED))
        yield from told(name, [counts(one, passages.longest(one).steps) for one in written], bach)
        request.progress((at + 1) / len(COMPOSERS))


def _frames(split: str, count: int | None) -> Chorales:
    return [one.grid for one in islice(jsb.chorales(split), count)]


TASK = Task(name="voice leading", baseline=BACH, measure=measure, pooled=together)
