"""Drums alone: real recordings (the stems of MDB Drums), and a set's own drummers on a sampled kit (Groove)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from descant.datasets import groove, mdb_drums
from descant.datasets.accompaniment import GM_KEYS
from descant.datasets.excerpt import excerpt
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.io.audio import open_audio
from descant.types import Notes, Part
from descant.types.drums import DRUM_KEYS

SECONDS = 30.0  # of each take
SPLITS = {"test": "test", "valid": "validation"}  # Groove's names
STROKE = 0.05  # seconds, the length given to a stroke that only has an onset


def stem_ids(split: str) -> tuple[str, ...]:
    """The stems; the set only tests."""
    return tuple(stem.id for stem in mdb_drums.drum_stems()) if split == "test" else ()


def load_stem(split: str, name: str) -> Recording:
    """One stem."""
    stem = next(stem for stem in mdb_drums.drum_stems() if stem.id == name)
    onset = np.concatenate(stem.onsets)
    key = np.repeat(DRUM_KEYS, [len(times) for times in stem.onsets])
    kit = (Part("drums", 0, drum=True),)
    notes = Notes(onset, onset + STROKE, key, np.full(len(onset), 90), np.zeros(len(onset), dtype=np.int64), kit)
    return Recording(f"{mdb_drums.NAME}/{split}, drums alone", name, open_audio(stem.audio), notes=notes)


def take_ids(split: str) -> tuple[str, ...]:
    """Whole takes, no fills."""
    return tuple(take.id for take in _takes(SPLITS[split]))


def load_take(split: str, name: str) -> Recording:
    """The start of one take."""
    take = next(take for take in _takes(SPLITS[split]) if take.id == name)
    notes = excerpt(take.notes, 0.0, SECONDS)
    notes = replace(notes, pitch=np.array([GM_KEYS.get(key, key) for key in notes.pitch.tolist()], dtype=np.int64))
    sound = rendered(notes, split, f"takes/{name.replace('/', '-')}")
    return Recording(f"{groove.NAME}/{split}", name, sound, SOUNDFONTS[split], notes=notes)


@cache
def _takes(split: str) -> tuple[groove.GroovePerformance, ...]:
    return tuple(take for take in groove.performances(split) if not take.fill and take.notes.duration > 5.0)


STEMS = Collection("stems", stem_ids, load_stem, (mdb_drums,))
TAKES = Collection("takes", take_ids, load_take, (groove,))
