"""Search by words: clips of unseen pieces on an unseen SoundFont, found by what is said of them. All synthesised.

- Captions: each clip is asked for by one caption of each kind (tags, sentence, metadata, "similar to"), in frames that
  training never used. Recall among all clips and the median rank; chance stands beside, and the bag of attributes
  with every word of the captions' own list and with plain words.
- Sentences that musicians wrote of other music (MusicCaps, captions kept from training), where all that they are known
  to say is true of the clip: its rank, though others may answer as well.
- Written queries: a hundred, written before training, with graded truth; nDCG of the first ten.
- Tags: the area under the curve of each fact's plain word, and of words that training never saw beside sound
  (zero-shot; Choi, Lee, Park and Nam: Zero-shot Learning for Audio-based Music Classification and Tagging, ISMIR 2019).
- Text alone: MusicCaps' captions found by their lists of aspects.

The whole search (`retrieval/by_words`), which reads facts from the words and knows those of the library beside, is
measured with all clips, which are indexed for it: half an hour of one core, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.datasets import musiccaps
from descant.datasets.caption_words import NUMBER, UNSEEN, WORDS, facts, marked
from descant.datasets.captioned_clips import SOUNDFONTS, clip
from descant.datasets.captions import KINDS, caption
from descant.datasets.heard_clips import HeardClip, heard_clips
from descant.datasets.music_attributes import MusicAttributes
from descant.description.mulan import sound_vector, words_vector
from descant.evaluation.find import bag_of_attributes
from descant.evaluation.find.indexed_clips import CLIPS, clips_library, item_of
from descant.evaluation.find.queries import ndcg, written_queries
from descant.evaluation.measured import Measured, Pooled, plain
from descant.evaluation.measures import Measures
from descant.evaluation.task import Request, Task
from descant.library.store import open_library
from descant.retrieval.by_words import ByWords

TOWERS, WHOLE, CHANCE = "mulan", "by_words", "chance"
BAG, PLAIN_BAG = "bag of attributes", "bag of attributes, plain words"
CUTS = (1, 5, 10)
FEWEST = 5  # clips for which a tag holds, and for which it does not
NOTHING = -1e9  # the score of what a search says nothing of

Cosines = npt.NDArray[np.floating]
Searched = Callable[[Sequence[str]], Cosines]  # texts -> how well each clip answers, (texts, clips)


def measure(request: Request) -> Iterator[Measured]:
    """All figures, each system beside the others."""
    count = CLIPS[request.split]
    clips = heard_clips(request.split, min(count, request.count or count))
    font = "/".join(SOUNDFONTS[request.split])
    data = f"captioned clips/{request.split}"
    request.progress(0.2)
    audio = np.stack([sound_vector(one.shown) for one in clips])
    request.progress(0.4)
    systems: dict[str, Searched] = {
        TOWERS: lambda texts: np.stack([words_vector(text) for text in texts]) @ audio.T,
        BAG: lambda texts: bag_of_attributes.scores(texts, clips),
        PLAIN_BAG: lambda texts: bag_of_attributes.scores(texts, clips, every_word=False),
        CHANCE: lambda texts: np.zeros((len(texts), len(clips))),
    }
    if request.count is None:
        systems[WHOLE] = partial(_found_in, clips_library(request.split), request.split, len(clips))
    else:
        request.left_out.append(f"{TASK.name}: {WHOLE} is left out: it is measured in the library of all clips")
    for name, search in systems.items():
        for kind in KINDS:
            yield from _captions(name, search, clips, kind, data, font)
        yield from _sentences(name, search, clips, f"{data}, MusicCaps sentences", font)
        yield from _written(name, search, clips, f"{data}, written queries", font)
        yield from _tags(name, search, clips, data, font)
    request.progress(0.9)
    yield from _texts()


def _found_in(path: Path, split: str, count: int, texts: Sequence[str]) -> Cosines:
    """How the whole search scores each clip; what it says nothing of comes last."""
    with open_library(path) as library:
        items = np.array([item_of(library, clip(split, at)) for at in range(count)])
        search = ByWords(library)
        found = np.full((len(texts), count), NOTHING)
        for row, text in zip(found, texts, strict=True):
            scores = search.find(text)
            known = np.isin(items, scores.ids)
            row[known] = scores.score[np.searchsorted(scores.ids, items[known])]
    return found


def _captions(
    name: str, search: Searched, clips: Sequence[HeardClip], kind: str, data: str, font: str
) -> Iterator[Measured]:
    """One caption of a kind for each clip of which something of this kind is known."""
    asked = [caption(one.attributes, kind, np.random.default_rng([7, at]), others=True) for at, one in enumerate(clips)]
    own = [at for at, one in enumerate(asked) if one.kind == kind]
    found = search([asked[at].words for at in own])
    for at, rank in zip(own, ranks(found, own), strict=True):
        for told in (f"{data}, {kind}", f"{data}, all kinds"):
            yield Measured(TASK.name, told, f"{kind} {at}", font, name, recalls(rank))


def _sentences(name: str, search: Searched, clips: Sequence[HeardClip], data: str, font: str) -> Iterator[Measured]:
    """A sentence of MusicCaps for each clip for which there is one that says at least two things."""
    known = [(words, named) for words, named in musiccaps.sentences("valid") if len(named) >= 2]
    asks = np.stack([marked(named) for _, named in known])
    own, texts = [], []
    for at, one in enumerate(clips):
        fits = np.flatnonzero(asks @ (1.0 - marked(facts(one.attributes))) == 0)
        if len(fits):
            own.append(at)
            texts.append(known[int(fits[int(np.random.default_rng([8, at]).integers(len(fits)))])][0])
    for at, rank in zip(own, ranks(search(texts), own), strict=True):
        yield Measured(TASK.name, data, str(at), font, name, recalls(rank))


def _written(name: str, search: Searched, clips: Sequence[HeardClip], data: str, font: str) -> Iterator[Measured]:
    """The hundred queries, those that any clip answers."""
    fields = [graded_fields(one.attributes) for one in clips]
    queries = written_queries()
    found = search([one.words for one in queries])
    for at, (query, scores) in enumerate(zip(queries, found, strict=True)):
        known = [query.grade(one) for one in fields]
        if any(known):
            value = float(np.mean([ndcg([known[i] for i in order], known) for order in orders(scores)]))
            yield Measured(TASK.name, data, str(at), font, name, {"nDCG@10": value})


def _tags(name: str, search: Searched, clips: Sequence[HeardClip], data: str, font: str) -> Iterator[Measured]:
    """The area under the curve of each fact's plain word, and of each word that training never saw beside sound."""
    true = np.stack([marked(facts(one.attributes)) for one in clips]) > 0
    tagged = ("composer", "corpus")
    seen = {words[0]: (fact,) for fact, words in WORDS.items() if not fact.startswith(tagged)}
    for told, tags in (("seen tags", seen), ("unseen tags", UNSEEN)):
        for (word, named), scores in zip(tags.items(), search(list(tags)), strict=True):
            holds = np.asarray(true[:, [NUMBER[fact] for fact in named]].any(axis=1))
            if FEWEST <= holds.sum() <= len(clips) - FEWEST:
                yield Measured(TASK.name, f"{data}, {told}", word, font, name, {"AUC": area(holds, scores)})


def _texts() -> Iterator[Measured]:
    """MusicCaps' captions, kept from training, found by their lists of aspects; how chance would do beside."""
    held = musiccaps.captions("valid")
    texts = np.stack([words_vector(one.caption) for one in held])
    asked = np.stack([words_vector(", ".join(one.aspects)) for one in held])
    for name, cosines in ((TOWERS, asked @ texts.T), (CHANCE, np.zeros((len(held), len(held))))):
        for one, rank in zip(held, ranks(cosines, range(len(held))), strict=True):
            yield Measured(TASK.name, "MusicCaps, captions by aspects", one.id, None, name, recalls(rank))


def ranks(scores: Cosines, own: Sequence[int]) -> list[tuple[int, int]]:
    """How many score higher than a text's own clip, and how many others score the same."""
    found = []
    for row, at in zip(scores, own, strict=True):
        found.append((int(np.sum(row > row[at])), int(np.sum(row == row[at])) - 1))
    return found


def recalls(rank: tuple[int, int]) -> Measures:
    """Whether the own clip is among the first, and its rank; of equals, in the mean over their orders."""
    above, equal = rank
    found = {f"R@{cut}": float(np.clip((cut - above) / (equal + 1), 0.0, 1.0)) for cut in CUTS}
    return {**found, "median rank": above + 1 + equal / 2}


def orders(scores: npt.NDArray[np.floating]) -> Iterator[npt.NDArray[np.int64]]:
    """The first ten clips; where scores are equal, in several orders by lot."""
    rng = np.random.default_rng(9)
    for _ in range(20 if len(np.unique(scores)) < len(scores) else 1):
        order = rng.permutation(len(scores))
        yield order[np.argsort(-scores[order], kind="stable")][:10]


def area(holds: npt.NDArray[np.bool_], scores: npt.NDArray[np.floating]) -> float:
    """The area under the curve: how often what has the tag scores above what has not, equals half."""
    with_tag, without = np.sort(scores[holds]), np.sort(scores[~holds])
    below = np.searchsorted(without, with_tag, side="left") + np.searchsorted(without, with_tag, side="right")
    return float(below.sum() / 2 / (len(with_tag) * len(without)))


def graded_fields(said: MusicAttributes) -> dict[str, object]:
    """A clip's attributes under the names that the written queries use."""
    return {
        **asdict(said),
        "tempo": said.tempo_bpm,
        "density": said.notes_per_second,
        "pitch": said.median_pitch,
        "mode": said.mode,
        "instruments": said.instruments,
    }


def pooled(group: Sequence[Measured]) -> Pooled:
    """Means, and of ranks the median."""
    found = dict(plain(group))
    ranked = [one.measures["median rank"] for one in group if "median rank" in one.measures]
    if ranked:
        found["median rank"] = (float(np.median(ranked)), len(ranked))
    return found


TASK = Task(name="words", baseline=BAG, measure=measure, pooled=pooled)
