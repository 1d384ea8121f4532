"""MusicCaps: what musicians wrote of 5,521 clips, as sentences and as lists of aspects. The text only, no sound.

A sentence can be drawn as the caption of another clip where all that it is known to say is true of that clip. Captions
and aspect lists of one clip also show which words mean alike. Licence: CC BY-SA 4.0, so what is trained on it names it.

Agostinelli, Denk, Borsos, Engel, Verzetti, Caillon, Huang, Jansen, Roberts, Tagliasacchi, Sharifi, Zeghidour and Frank:
MusicLM: Generating Music From Text, 2023.
"""

from __future__ import annotations

import ast
import csv
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from descant.datasets.caption_words import UNSEEN_STEMS, WORDS
from descant.datasets.location import dataset_folder, require_file

NAME = "musiccaps"
PUBLISHED = "https://www.kaggle.com/datasets/googleai/musiccaps"
LICENCE = "CC BY-SA 4.0"
FILE = "musiccaps-public.csv"
HELD_OUT = 10  # one caption in so many is for validation

# What says that something is missing, so that naming it means nothing.
DENIED = re.compile(r"\b(?:no|not|without|lacks?|isn't|doesn't|nor|except)\b", re.IGNORECASE)
# Words that mostly mean something else there.
LOOSE = frozenset(
    [
        *("song", "beat", "rhythm", "groove", "keys", "low", "high", "full", "simple", "group", "band", "strong"),
        *("alone", "dance", "bright", "orchestra", "classical", "major", "minor", "dynamic", "emotional", "voice"),
    ]
)
SUNG = re.compile(r"\b(?:vocal\w*|sing\w*|sung|rapp\w*|voices?|choir|chant\w*|humm\w*)\b", re.IGNORECASE)


@dataclass(frozen=True)
class MusicCaption:
    """What one musician wrote of a clip."""

    id: str
    aspects: tuple[str, ...]
    caption: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """The caption's sentences."""
        return tuple(one.strip() for one in re.split(r"(?<=[.!?])\s+", self.caption) if len(one.split()) >= 3)


@cache
def captions(split: str, folder: Path | None = None) -> tuple[MusicCaption, ...]:
    """The captions of a split, `train` or `valid`, by clip. Raises MissingDataError where the set is not there."""
    path = require_file(dataset_folder(NAME, PUBLISHED, folder) / FILE, PUBLISHED)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            MusicCaption(row["ytid"], tuple(ast.literal_eval(row["aspect_list"])), row["caption"])
            for row in csv.DictReader(file)
        ]
    held = {row.id for row in rows if zlib.crc32(row.id.encode()) % HELD_OUT == 0}
    return tuple(row for row in rows if (row.id in held) == (split == "valid"))


def sentences(split: str, folder: Path | None = None) -> tuple[tuple[str, frozenset[str]], ...]:
    """Sentences that may stand beside sound, each with the facts that its words name; those without any are left out.

    Left out too are those that deny something, and those with words that training must not hear (`UNSEEN`).
    """
    found = []
    for one in captions(split, folder):
        for sentence in one.sentences:
            if not DENIED.search(sentence) and not UNSEEN_STEMS.search(sentence):
                named = facts_named(sentence)
                if named:
                    found.append((sentence, named))
    return tuple(found)


def facts_named(sentence: str) -> frozenset[str]:
    """The facts whose words a sentence holds; where a word stands for several, the first that has it."""
    text = f" {' '.join(re.findall(r'[a-z0-9/&-]+', sentence.lower()))} "
    found: set[str] = set()
    for phrase, fact in _phrases():
        if f" {phrase} " in text:
            found.add(fact)
            text = text.replace(f" {phrase} ", " ", 1)
    if SUNG.search(sentence):
        found.add("instrument=voice")
    return frozenset(found)


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """Phrases and what they name, the longest first."""
    phrases: dict[str, str] = {}
    for fact, words in WORDS.items():
        for word in words:
            if word in LOOSE:
                continue
            phrases.setdefault(word.lower(), fact)
    return tuple(sorted(phrases.items(), key=lambda one: (-len(one[0]), one[0])))
