"""How many nats a token of a performance each model needs, of songs that it has not seen; fewer is better.

The songs are POP909's, each as one player's, in the performance vocabulary (`datasets/song_performances.py`); every
token counts. Models learn from the training songs (`token_floors.py`), and all are held to the grammar. The Music
Transformer learnt from excerpts of 512 tokens: figures by the token's place in its song say how it does beyond them,
with the keys and values of a window, or with all of them kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise

import numpy as np

from descant import weights
from descant.composition.music_transformer_performance import VOCABULARY, WEIGHTS, WINDOW
from descant.composition.token_transformer import TokenTransformer, nats
from descant.datasets import pop909
from descant.datasets.song_performances import performances
from descant.errors import MissingDataError
from descant.evaluation.compose.next_token import NLL
from descant.evaluation.compose.token_floors import FLOORS, UNIGRAM, Costs
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.types.arrays import FloatArray, IntArray

SONGS = 30  # held out
EDGES = (0, 512, 1024, 2048, 4096, 1_000_000)  # tokens


def pieces(split: str) -> list[tuple[str, IntArray]]:
    """The songs of a split by their names, as tokens; of those held out the first SONGS. Raises MissingDataError."""
    songs = islice(performances(split), None if split == "train" else SONGS)
    return [(song, VOCABULARY.encode(notes).tokens) for song, notes in songs]


def systems(train: Sequence[IntArray], request: Request) -> Iterator[tuple[str, Costs]]:
    """What is measured, by name."""
    for name, fit in FLOORS.items():
        yield name, fit(VOCABULARY, train)
    try:
        weights.find(WEIGHTS)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {WEIGHTS} is left out: {error}")
        return
    for name, window in ((WEIGHTS, WINDOW), (f"{WEIGHTS}, all kept", None)):
        yield name, _costs(TokenTransformer(WEIGHTS, window))


def _costs(model: TokenTransformer) -> Costs:
    return lambda tokens: nats(model, VOCABULARY, tokens)


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every song of the split."""
    try:
        train = [tokens for _, tokens in pieces("train")]
        held_out = pieces(request.split)[: request.count]
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {pop909.NAME} is left out: {error}")
        return
    for at, (name, costs) in enumerate(systems(train, request)):
        for piece, tokens in held_out:
            raw = by_place(costs(tokens))
            figures = {metric: total / count for metric, (total, count) in raw.items()}
            yield Measured(TASK.name, f"{pop909.NAME}/{request.split}", piece, None, name, figures, raw)
        request.progress((at + 1) / (len(FLOORS) + 2))


def by_place(costs: FloatArray) -> Mapping[str, tuple[float, int]]:
    """The nats of a piece's tokens, and how many they are: of all, and from each edge on."""
    found = {NLL: (float(costs.sum()), len(costs))}
    for low, high in pairwise(EDGES):
        part = costs[low:high]
        if len(part):
            found[f"{NLL}, from token {low}"] = (float(part.sum()), len(part))
    return found


def pooled(group: Sequence[Measured]) -> Pooled:
    """Means over all tokens."""
    metrics = dict.fromkeys(metric for one in group for metric in one.raw)
    sums = {metric: np.sum([one.raw[metric] for one in group if metric in one.raw], axis=0) for metric in metrics}
    return {metric: (float(total / count), int(count)) for metric, (total, count) in sums.items()}


TASK = Task(name="performance token", baseline=UNIGRAM, measure=measure, pooled=pooled)
