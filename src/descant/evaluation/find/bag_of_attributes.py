"""The plain way to find clips by words: attributes that words name, each told from the sound by a logistic regression.

The sound is the mean and spread of the summed-up mel spectrum with rhythm and key, as the audio tower is shown them; a
regression a fact is fitted on the first training clips. A text is the bag of the facts that its words name, from the
very list of words that the captions are written with, keys and tempi too (`every_word`), or from each fact's plain word
alone; a clip's score is the sum of the logarithms of the facts' probabilities. Words on no list say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from descant.datasets.caption_words import FACTS, NUMBER, WORDS, bpm_bin, facts, marked
from descant.datasets.heard_clips import HeardClip, heard_clips
from descant.features.key_fit import NAMES
from descant.io.cache import cache_folder
from descant.io.files import write_beside

CLIPS = 2000  # to fit on
FEWEST = 5  # clips with and without a fact, below which it is not told
STRENGTH = 0.01  # of the regression: C
VERSION = 1  # of what is kept

_KEY = re.compile(r"\b([a-g])(?:\s?(#|b|sharp|flat))?(?:m\b|\s(major|minor))", re.IGNORECASE)
_BPM = re.compile(r"\b(\d{2,3})\s*(?:bpm|beats)", re.IGNORECASE)


def scores(texts: Sequence[str], clips: Sequence[HeardClip], *, every_word: bool = True) -> npt.NDArray[np.float64]:
    """How well each clip answers each text, (texts, clips)."""
    weights, centre, spread = _model()
    rows = (np.stack([statistics(one) for one in clips]) - centre) / spread
    odds = rows @ weights[:-1] + weights[-1]  # (clips, facts)
    told = -np.logaddexp(0.0, -odds)
    asked = np.stack([marked(named(text, every_word=every_word)) for text in texts]).astype(np.float64)
    return np.asarray(asked @ told.T)


def statistics(clip: HeardClip) -> npt.NDArray[np.float64]:
    """Mean and standard deviation over the clip of what each step shows, and the whole."""
    steps = clip.shown.steps.astype(np.float64)
    return np.concatenate([steps.mean(axis=0), steps.std(axis=0), clip.shown.whole])


def named(text: str, *, every_word: bool = True) -> frozenset[str]:
    """The facts that a text's words name, their plain words or every word; the longest first, each read once."""
    left = f" {' '.join(re.findall(r'[a-z0-9#/&-]+', text.lower()))} "
    found: set[str] = set()
    for key in _KEY.finditer(text):
        sign = {"#": 1, "sharp": 1, "b": -1, "flat": -1}.get((key[2] or "").lower(), 0)
        pitch = ({"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}[key[1].lower()] + sign) % 12
        found.add(f"key={NAMES[pitch + (0 if (key[3] or '').lower() == 'major' else 12)]}")
    found |= {f"bpm={bpm_bin(float(bpm[1]))}" for bpm in _BPM.finditer(text) if float(bpm[1]) > 0}
    for phrase, fact in _phrases(every_word):
        if f" {phrase} " in left:
            left = left.replace(f" {phrase} ", " ")
            found.add(fact)
    return frozenset(found & NUMBER.keys())


@cache
def _phrases(every_word: bool) -> tuple[tuple[str, str], ...]:
    phrases: dict[str, str] = {}
    for fact, words in WORDS.items():
        for word in words if every_word else words[:1]:
            phrases.setdefault(word.lower(), fact)
    return tuple(sorted(phrases.items(), key=lambda one: (-len(one[0]), one[0])))


@cache
def _model() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights (columns + 1, facts), and what statistics are centred and scaled by; fitted once, kept in the cache."""
    path = cache_folder() / "find" / f"bag-of-attributes-{VERSION}.npz"
    if not path.is_file():
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        clips = heard_clips("train", CLIPS)
        rows = np.stack([statistics(one) for one in clips])
        true = np.stack([marked(facts(one.attributes)) for one in clips])
        centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
        weights = np.zeros((rows.shape[1] + 1, len(FACTS)))
        for at in range(len(FACTS)):
            count = true[:, at].sum()
            if min(count, len(clips) - count) < FEWEST:
                weights[-1, at] = np.log((count + 0.5) / (len(clips) - count + 0.5))
                continue
            fitted = LogisticRegression(C=STRENGTH, max_iter=200).fit((rows - centre) / spread, true[:, at])
            weights[:, at] = np.append(fitted.coef_[0], fitted.intercept_)
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_beside(path) as temporary, temporary.open("wb") as file:
            np.savez(file, weights=weights, centre=centre, spread=spread)
    with np.load(path) as kept:
        return kept["weights"], kept["centre"], kept["spread"]
