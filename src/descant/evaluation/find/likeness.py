"""How well a piece is found by likeness: played on another SoundFont, as a cover, and among pieces of its style.

Every query is held against one version of every piece, as `retrieval.by_likeness` compares an item with a library: the
same notes on another SoundFont, where one clip is right; covers, where two are; and the same notes again without the
query's own piece, where all of its style are. All is synthesised (`likeness_clips`).

The baseline is the cosine of mel statistics: the mean level of each mel band and its mean spread over a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from descant.errors import MissingDataError
from descant.evaluation.ears.mel_statistics import features as mel_statistics
from descant.evaluation.find.likeness_clips import COVERS, FONTS, QUERY, SAME, Clip, clips
from descant.evaluation.measured import Measured, plain
from descant.evaluation.task import Request, Task
from descant.library import spaces
from descant.pipelines.listen import hear
from descant.retrieval.by_likeness import WEIGHTS, Facets, FacetVectors, Vector, compared, together
from descant.types.arrays import BoolArray, FloatArray

BASELINE, TOGETHER = "mel statistics", "likeness"
SYSTEMS = {
    "rhythm": "scale-transform",
    "harmony": "chroma-2dftm",
    "timbre": "single-gaussian",
    "melody": "interval-ngrams",
}
METRIC = "mAP"
DATA = "clips of five styles"


@dataclass(frozen=True, eq=False)
class Heard:
    """A clip as it is compared: a vector of each facet, and of the baseline's space."""

    piece: str
    style: str
    version: str
    vectors: Mapping[str, Vector]


@dataclass(frozen=True)
class Question:
    """What is looked for, and among which versions."""

    name: str
    versions: tuple[str, ...]
    by_style: bool  # whether all of the query's style are right, its own piece left out; else its own piece is

    def asked(self, query: Heard, others: Sequence[Heard]) -> tuple[BoolArray, BoolArray]:
        """(which of the others it is held against, which of them are right), (n,) each."""
        among = np.array([one.version in self.versions for one in others])
        own = np.array([one.piece == query.piece for one in others])
        style = np.array([one.style == query.style for one in others])
        return (among & ~own, style & among & ~own) if self.by_style else (among, own & among)


QUESTIONS = (
    Question("other SoundFont", (SAME,), False),
    Question("covers", COVERS, False),
    Question("same style", (SAME,), True),
)


def measure(request: Request) -> Iterator[Measured]:
    """Each facet, all together and the baseline, for every query and question."""
    if request.split not in FONTS:
        request.left_out.append(f"{TASK.name}: there are no clips of the split {request.split!r}")
        return
    try:
        found = [listened(one) for one in told(clips(request.split, request.count), request)]
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {DATA} are left out: {error}")
        return
    query, same, covers = FONTS[request.split]
    others = [one for one in found if one.version != QUERY]
    for question in QUESTIONS:
        fonts = (same,) if question.versions == (SAME,) else covers
        data = f"{DATA}/{request.split}, {question.name}"
        rendered = f"{query} against {' and '.join(fonts)}"
        for one in (one for one in found if one.version == QUERY):
            among, right = question.asked(one, others)
            pool = [other for other, kept in zip(others, among, strict=True) if kept]
            for system, score in scores(one, pool).items():
                measures = {METRIC: average_precision(score, right[among])}
                yield Measured(TASK.name, data, one.piece, rendered, system, measures)


def told(made: Iterator[Clip], request: Request) -> Iterator[Clip]:
    """The clips, while progress is told: how many there will be is known roughly."""
    expected = 240 if request.count is None else 20 * request.count
    for at, one in enumerate(made):
        yield one
        request.progress(min((at + 1) / expected, 1.0))


def listened(clip: Clip) -> Heard:
    """A clip's vectors."""
    wanted = [spaces.space(name) for name in WEIGHTS]
    piece = hear(clip.sound, only=spaces.fields(wanted), also=spaces.features(wanted))
    vectors = spaces.embedded(clip.sound, piece, wanted)
    vectors[BASELINE] = mel_statistics(clip.sound).mean(axis=0).astype(np.float32)
    return Heard(clip.piece, clip.style, clip.version, vectors)


def scores(query: Heard, pool: Sequence[Heard]) -> dict[str, FloatArray]:
    """What each system says of each clip of a pool, (n,)."""
    place = np.arange(len(pool))
    library = {name: FacetVectors.of(place, np.stack([one.vectors[name] for one in pool])) for name in WEIGHTS}
    facets = Facets(place, place, library)
    deviations = compared(
        facets, {name: one.centred(query.vectors[name][np.newaxis])[0] for name, one in library.items()}
    )
    statistics = np.stack([one.vectors[BASELINE] for one in pool]).astype(np.float64)
    cosine = statistics @ query.vectors[BASELINE] / np.linalg.norm(statistics, axis=1)
    by_name = {SYSTEMS[name]: one for name, one in deviations.items()}
    return {BASELINE: cosine, **by_name, TOGETHER: together(deviations)}


def average_precision(score: FloatArray, right: BoolArray) -> float:
    """The mean, over all that are right, of the share that is right among those ranked as high or higher.

    Equals are ranked as they come. 0 where nothing is right.
    """
    ranked = right[np.argsort(-score, kind="stable")]
    if not ranked.any():
        return 0.0
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked].mean())


TASK = Task(name="likeness", baseline=BASELINE, measure=measure, pooled=plain)
