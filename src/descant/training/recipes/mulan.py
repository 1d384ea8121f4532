"""The training of the two towers of MuLan: sound and captions of one clip are drawn together, all others apart.

What a caption asks for is known, and so is what is true of every clip of a batch: all clips that answer it count as
right, its own most; and both towers are asked for the facts themselves. MusicCaps gives words that no caption of ours
has: its sentences are captions too where all that they are known to say is true, and its captions are drawn to their
own lists of aspects, without any sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from descant.datasets import musiccaps
from descant.datasets.caption_words import FACTS, facts, marked
from descant.datasets.captions import SENTENCE, TAGS, Caption, any_caption, caption
from descant.datasets.heard_clips import heard_clips
from descant.datasets.music_attributes import MusicAttributes
from descant.description.hashed_words import BUCKETS, GRAMS, WORDS, grams
from descant.description.heard import STEP_COLUMNS, WHOLE_COLUMNS
from descant.description.mulan_model import MulanNet, unit
from descant.features.log_mel import BANDS
from descant.training.recipe import Batch, Example, Recipe, Size

STEPS, WHOLE, GRAM_ROWS = "steps", "whole", "grams"
TRUE, ASKS, OWN = "true", "asks", "own"  # (facts,); of each caption (facts,) and ()
CAPTION, ASPECTS = "caption", "aspects"  # n-grams of a MusicCaps text and of its aspects

OWN_WEIGHT = 0.5  # of a caption's own clip among all that answer it
TEXT_WEIGHT = 0.4  # of the loss between MusicCaps' texts
FACTS_WEIGHT = 15.0  # of the mean cross entropy of the facts, in clips and in captions
TEXTS_EACH = 2  # clips to a text of MusicCaps
BORROWED = 0.2  # of the captions: a sentence of MusicCaps
CANDIDATES = 64  # sentences of MusicCaps that are kept for a clip
MISSPELT = 0.1  # of the captions
COLOUR = 0.25  # standard deviation of a random equaliser's curve, in the log-mel spectrum's units
SAID_EACH = 3  # captions of a clip in a batch
CAPTIONS_EACH = 2  # of a validation clip: a sentence in a frame never trained on, and tags


SMALL = Size(
    {"facts": len(FACTS), "audio": {}, "text": {}},
    examples=4400,
    validation=300,
    steps=2000,
    batch=128,
    frames=24,
    learning_rate=2e-3,
    weight_decay=0.05,
    check_every=200,
    patience=8,
)


class MulanRecipe(Recipe):
    name: ClassVar[str] = "mulan"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(
            {
                "facts": len(FACTS),
                "audio": {"width": 16, "depth": 1, "hidden": 32, "dropout": 0.0},
                "text": {"width": 16, "hidden": 32, "dropout": 0.0},
            },
            examples=32,
            validation=16,
            steps=40,
            batch=16,
            frames=8,
            learning_rate=1e-2,
        ),
        "small": SMALL,
        "short": replace(SMALL, steps=600, check_every=100),  # for comparisons
        "base": Size(
            {
                "facts": len(FACTS),
                "audio": {"width": 384, "depth": 5, "hidden": 768},
                "text": {"width": 256, "hidden": 512},
            },
            examples=40_000,
            validation=1000,
            steps=60_000,
            batch=1024,
            frames=28,
            weight_decay=0.05,
            check_every=1000,
        ),
    }
    system: ClassVar[str] = "MuLan, a joint embedding of sound and words, in small"
    source: ClassVar[str] = (
        f"steps (1, n, {STEP_COLUMNS}) and whole (1, {WHOLE_COLUMNS}) of a recording as description.heard gives them; "
        f"grams (1, words, {GRAMS}) of a text, rows of {BUCKETS} hashed n-grams"
    )
    target: ClassVar[str] = "audio and text, (1, 128) each, of length 1"
    paper: ClassVar[str] = (
        "Huang, Jansen, Lee, Ganti, Li and Ellis: MuLan: A Joint Embedding of Music Audio and Natural Language, "
        "ISMIR 2022"
    )
    data: ClassVar[tuple[str, ...]] = (
        "POP909 (Wang et al. 2020), training songs, MIT; the sound is synthesised",
        "JSB Chorales, training split, no licence stated, music in the public domain; the sound is synthesised",
        "Groove MIDI Dataset (Gillick et al. 2019), training split, CC BY 4.0; the sound is synthesised",
        "OpenScore Lieder, CC0, and keyboard pieces of When in Rome (Gotham et al. 2023), CC BY-SA 4.0, training "
        "split; the sound is synthesised",
        "Haydn's quartets op. 20 (Nápoles López 2017), Apache-2.0; the sound is synthesised",
        "Ryan's Mammoth Collection (1883), as music21 holds it, music in the public domain; the sound is synthesised",
        "MusicCaps (Agostinelli et al. 2023), CC BY-SA 4.0: the texts alone",
        "FluidR3 and MuseScore General SoundFonts, MIT; Sonivox SoundFont, Apache-2.0",
    )
    context: ClassVar[int] = 0  # whole pieces
    outputs: ClassVar[tuple[str, ...]] = ("audio", "text")

    def __init__(self) -> None:
        self.clips: Sequence[MusicAttributes] = ()
        self.sentences: list[str] = []
        self.fitting: list[npt.NDArray[np.int64]] = []  # for each clip, sentences that are true of it
        self.written: Sequence[musiccaps.MusicCaption] = ()

    def build(self, size: Size) -> torch.nn.Module:
        return MulanNet(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        count = size.examples if split == "train" else size.validation
        if debug:
            rng = np.random.default_rng(split == "train")
            found = [made_up(rng) for _ in range(count)]
        else:
            found = [(one.shown.steps, one.shown.whole, one.attributes) for one in heard_clips(split, count)]
        if split == "train":
            self.clips = [said for _, _, said in found]
            self._borrow(debug)
        rows = []
        for number, (steps, whole, said) in enumerate(found):
            row: dict[str, npt.NDArray[Any]] = {STEPS: steps, WHOLE: whole, TRUE: marked(facts(said))}
            if split == "train":
                row["number"] = np.array(number)
            else:
                rng = np.random.default_rng(number)
                asked = [caption(said, SENTENCE, rng, others=True), caption(said, TAGS, rng)]
                row[GRAM_ROWS] = np.stack([padded(one.words) for one in asked])
                row[ASKS] = np.stack([marked(one.asks) for one in asked])
            rows.append(row)
        return rows

    def _borrow(self, debug: bool) -> None:
        """Find for each clip the sentences of MusicCaps that say nothing untrue of it, as far as is known."""
        if debug:
            self.written = [musiccaps.MusicCaption("", ("piano", "slow"), "A slow piano plays.")]
            self.fitting = [np.zeros(0, dtype=np.int64) for _ in self.clips]
            return
        self.written = musiccaps.captions("train")
        known = musiccaps.sentences("train")
        self.sentences = [words for words, _ in known]
        asks = np.stack([marked(named) for _, named in known])
        rng = np.random.default_rng(0)
        for said in self.clips:
            fits = np.flatnonzero(asks @ (1.0 - marked(facts(said))) == 0)
            self.fitting.append(rng.permutation(fits)[:CANDIDATES])

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A stretch of a clip, as if through another equaliser, with words for it; and two texts of MusicCaps."""
        number = int(example["number"])
        steps = np.asarray(example[STEPS], dtype=np.float32)
        start = int(rng.integers(0, max(1, len(steps) - frames + 1)))
        steps = np.resize(steps[start : start + frames], (frames, steps.shape[1]))
        said = [self._words(number, rng) for _ in range(SAID_EACH)]
        words = [misspelt(one.words, rng) if rng.random() < MISSPELT else one.words for one in said]
        other = self.written[int(rng.integers(len(self.written)))]
        return {
            STEPS: coloured(steps, rng),
            WHOLE: np.asarray(example[WHOLE], dtype=np.float32),
            TRUE: example[TRUE],
            GRAM_ROWS: np.stack([padded(one) for one in words]),
            ASKS: np.stack([marked(one.asks) for one in said]),
            OWN: np.array([one.own for one in said], dtype=np.float32),
            CAPTION: padded(some_sentences(other, rng)),
            ASPECTS: padded(some_aspects(other, rng)),
        }

    def _words(self, number: int, rng: np.random.Generator) -> Caption:
        fitting = self.fitting[number]
        if len(fitting) and rng.random() < BORROWED:
            words = self.sentences[int(fitting[int(rng.integers(len(fitting)))])]
            return Caption(words, SENTENCE, musiccaps.facts_named(words))
        return any_caption(self.clips[number], rng)

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        assert isinstance(model, MulanNet)
        audio, text = model.audio(batch[STEPS], batch[WHOLE]), model.text(trimmed(batch[GRAM_ROWS].flatten(0, 1)))
        holds, asked = model.told(audio, text)
        told = functional.binary_cross_entropy_with_logits(holds, batch[TRUE])
        told = told + functional.binary_cross_entropy_with_logits(asked, batch[ASKS].flatten(0, 1))
        own = torch.eye(len(audio), device=audio.device).repeat_interleave(SAID_EACH, dim=0)
        pairs = self.between(model, unit(text) @ unit(audio).T, answers(batch, own), own)
        some = slice(len(audio) // TEXTS_EACH)
        sentences, aspects = (unit(model.text(trimmed(batch[one][some]))) for one in (CAPTION, ASPECTS))
        texts = sentences @ aspects.T
        same = torch.eye(len(texts), device=texts.device)
        words = self.between(model, texts, same, same)
        loss = pairs + TEXT_WEIGHT * words + FACTS_WEIGHT * told
        return {"loss": loss, "pairs": pairs, "texts": words, "facts": told}

    def between(self, model: MulanNet, cosines: torch.Tensor, right: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
        """The loss of cosines (texts, clips): InfoNCE both ways. `right` is 1 for what belongs together, `own` for
        what was written of that very clip.
        """
        logits = model.factor * cosines
        rows = OWN_WEIGHT * own + (1 - OWN_WEIGHT) * right / right.sum(dim=1, keepdim=True)
        columns = OWN_WEIGHT * own / own.sum(dim=0) + (1 - OWN_WEIGHT) * right / right.sum(dim=0, keepdim=True)
        found = functional.cross_entropy(logits, rows) + functional.cross_entropy(logits.T, columns.T)
        return found / 2

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Of captions among all validation clips: how often their own is within the first ten, the share of right
        clips there, and `score`, the mean of both.
        """
        assert isinstance(model, MulanNet)
        audio = [
            unit(model.audio(*(torch.from_numpy(np.asarray(one[key], np.float32))[None] for key in (STEPS, WHOLE))))
            for one in examples
        ]
        text = unit(model.text(torch.from_numpy(np.concatenate([one[GRAM_ROWS] for one in examples]))))
        cosines = (text @ torch.cat(audio).T).numpy()
        asks = np.concatenate([one[ASKS] for one in examples])
        right = asks @ (1.0 - np.stack([one[TRUE] for one in examples])).T == 0
        first = np.argsort(-cosines, axis=1)[:, :10]
        own = np.repeat(np.arange(len(examples)), CAPTIONS_EACH)
        recall = float(np.mean((first == own[:, None]).any(axis=1)))
        share = np.take_along_axis(right, first, axis=1).sum(axis=1) / np.minimum(right.sum(axis=1), 10)
        return {"recall_10": recall, "right_of_10": float(share.mean()), "score": (recall + float(share.mean())) / 2}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:  # noqa: ARG002
        numbers = torch.Generator().manual_seed(0)
        return {
            STEPS: (torch.rand(1, 20, STEP_COLUMNS, generator=numbers), {1: "steps"}),
            WHOLE: (torch.rand(1, WHOLE_COLUMNS, generator=numbers), {}),
            GRAM_ROWS: (torch.from_numpy(grams("a calm piano piece, slow"))[None], {1: "words"}),
        }

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {name: {} for name in self.outputs}


def answers(batch: Batch, own: torch.Tensor) -> torch.Tensor:
    """Which clips answer which captions, (captions, clips): those for which all that is asked is true.

    own: whose caption each is; where it names its clip by the title, nothing else answers.
    """
    missing = batch[ASKS].flatten(0, 1) @ (1.0 - batch[TRUE]).T
    return torch.where(batch[OWN].flatten()[:, None] > 0, own, torch.maximum((missing == 0).float(), own))


def trimmed(rows: torch.Tensor) -> torch.Tensor:
    """N-grams (batch, words, GRAMS) without the words that no text has."""
    used = (rows > 0).any(dim=2).any(dim=0).nonzero()
    return rows[:, : int(used[-1]) + 1] if len(used) else rows[:, :1]


def padded(text: str) -> npt.NDArray[np.int64]:
    """N-grams of a text, (WORDS, GRAMS)."""
    rows = grams(text)
    return np.pad(rows, ((0, WORDS - len(rows)), (0, 0)))


def coloured(steps: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The same with a random, smooth curve over the bands, and a little noise."""
    place = np.linspace(0.0, np.pi, BANDS)
    curve = sum(rng.normal(0.0, COLOUR / (1 + at)) * np.cos(at * place) for at in range(5))
    found = steps + rng.normal(0.0, 0.02, steps.shape).astype(np.float32)
    found[:, :BANDS] = np.maximum(found[:, :BANDS] + np.asarray(curve, np.float32) * (found[:, :BANDS] > 0.1), 0.0)
    return found


def misspelt(words: str, rng: np.random.Generator) -> str:
    """One letter doubled, dropped or swapped with the next."""
    at = int(rng.integers(max(len(words) - 1, 1)))
    kind = int(rng.integers(3))
    if kind == 0:
        return words[:at] + words[at : at + 1] + words[at:]
    if kind == 1 and len(words) > 3:
        return words[:at] + words[at + 1 :]
    return words[:at] + words[at + 1 : at + 2] + words[at : at + 1] + words[at + 2 :]


def some_sentences(one: musiccaps.MusicCaption, rng: np.random.Generator) -> str:
    """One or two sentences of a caption."""
    found = one.sentences or (one.caption,)
    start = int(rng.integers(len(found)))
    return " ".join(found[start : start + int(rng.integers(1, 3))])


def some_aspects(one: musiccaps.MusicCaption, rng: np.random.Generator) -> str:
    """Two to six aspects."""
    order = rng.permutation(len(one.aspects))[: int(rng.integers(2, 7))]
    return ", ".join(one.aspects[at] for at in order) or one.caption


def made_up(rng: np.random.Generator) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], MusicAttributes]:
    """A clip without sound: some bands are loud for a piano, others for a flute, the rhythm is fast or slow."""
    flute, fast = bool(rng.random() < 0.5), bool(rng.random() < 0.5)
    steps = rng.random((12, STEP_COLUMNS), dtype=np.float32)
    steps[:, 40 * flute : 40 * flute + 40] += 2.0
    whole = rng.random(WHOLE_COLUMNS, dtype=np.float32)
    whole[24] = 2.0 * fast
    said = MusicAttributes(
        tempo_bpm=140.0 if fast else 70.0,
        key="C major",
        meter="4/4",
        instruments=("flute" if flute else "piano",),
        style="folk tune",
        genre=None,
        corpus="",
        composer=None,
        title="",
        texture="solo",
        notes_per_second=5.0,
        median_pitch=60.0,
        loudness="medium",
        articulation=None,
        mood="happy" if fast else "calm",
    )
    return steps, whole, said
