"""MuLan in small: recordings and words as points on one sphere, near each other where the words fit the sound.

Two networks were trained together on recordings with captions: what belongs together is drawn near, all else is pushed
apart (symmetric InfoNCE). Here the recordings are synthesised, and the captions written from what is true of them
(`datasets.captioned_clips`); of words that musicians use, MusicCaps' texts taught more. The cosine says which of two
recordings fits words better; it is no probability, and only ranks within one library mean something.

Huang, Jansen, Lee, Ganti, Li and Ellis: MuLan: A Joint Embedding of Music Audio and Natural Language, ISMIR 2022.
Simplified: the audio tower sees half seconds of the shared features (`heard`), not a spectrogram; the text tower hashed
n-grams (`hashed_words`), not BERT's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.description.hashed_words import GRAMS, grams
from descant.description.heard import FEATURES, STEP_COLUMNS, WHOLE_COLUMNS, Heard, heard
from descant.features import Sound
from descant.registry import needs
from descant.types import Embedding, Text

MODEL = "mulan"
SPACE = "mulan"
DIMENSIONS = 128

Vector = npt.NDArray[np.float32]

# What the other tower is shown, since the graph holds both.
_NO_SOUND = Heard(np.zeros((1, STEP_COLUMNS), dtype=np.float32), np.zeros(WHOLE_COLUMNS, dtype=np.float32))
_NO_WORDS = np.zeros((1, GRAMS), dtype=np.int64)


@needs(*FEATURES)
def mulan_audio(sound: Sound) -> Embedding:
    """Where a recording lies. All zeros for silence."""
    return Embedding(SPACE, sound_vector(heard(sound)))


def mulan_text(text: Text) -> Embedding:
    """Where words about music lie. All zeros where there is no letter and no digit in them."""
    return Embedding(SPACE, words_vector(text.words))


def sound_vector(shown: Heard) -> Vector:
    """The point of what the audio tower is shown, (DIMENSIONS,)."""
    if not shown.steps.any():
        return np.zeros(DIMENSIONS, dtype=np.float32)
    found: Vector = _run(shown, _NO_WORDS)["audio"][0]
    return found


def words_vector(words: str) -> Vector:
    """The point of words, (DIMENSIONS,)."""
    rows = grams(words)
    if not rows.any():
        return np.zeros(DIMENSIONS, dtype=np.float32)
    found: Vector = _run(_NO_SOUND, rows)["text"][0]
    return found


def version() -> str:
    """What tells points of these weights from those of others."""
    card, _ = weights.find(MODEL)
    return f"{MODEL}-{card.sha256[:12]}"


def _run(shown: Heard, rows: npt.NDArray[np.int64]) -> dict[str, Vector]:
    return weights.load(MODEL).run({"steps": shown.steps[None], "whole": shown.whole[None], "grams": rows[None]})
