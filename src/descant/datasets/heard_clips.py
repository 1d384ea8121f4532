"""Captioned clips as an audio tower is shown them, and what is true of each: what the two towers are trained on.

Made once and kept under the cache folder: of a training clip only what the tower is shown, not the sound.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from descant.datasets import captioned_clips
from descant.datasets.music_attributes import MusicAttributes
from descant.description.heard import Heard, heard
from descant.features import RATE
from descant.io.audio import open_audio
from descant.io.cache import cache_folder
from descant.io.files import write_beside
from descant.types import Audio

NAME = f"mulan-1-{captioned_clips.NAME}"
SECONDS = 15.0  # of a training clip


@dataclass(frozen=True, eq=False)
class HeardClip:
    """A clip."""

    shown: Heard
    attributes: MusicAttributes


def heard_clips(split: str, count: int) -> Sequence[HeardClip]:
    """The first clips of a split; those that are not known yet are made, one after another."""
    return [heard_clip(split, number) for number in range(count)]


def heard_clip(split: str, number: int) -> HeardClip:
    """One clip: of training a stretch of SECONDS, else as `captioned_clips` keeps it."""
    path = cache_folder() / NAME / split / f"{number:05d}.npz"
    if not path.is_file():
        if split == "train":
            one = captioned_clips.played(split, number, SECONDS)
            samples = captioned_clips.rendered(one)[: round(SECONDS * RATE)]
            shown, attributes = heard(Audio(samples[np.newaxis], RATE)), one.attributes
        else:
            clip = captioned_clips.clip(split, number)
            shown, attributes = heard(open_audio(clip.path)), clip.attributes
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_beside(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                steps=shown.steps.astype(np.float16),
                whole=shown.whole.astype(np.float16),
                attributes=json.dumps(asdict(attributes), ensure_ascii=False),
            )
    with np.load(path) as stored:
        values = json.loads(str(stored["attributes"]))
        attributes = MusicAttributes(**{**values, "instruments": tuple(values["instruments"])})
        shown = Heard(stored["steps"].astype(np.float32), stored["whole"].astype(np.float32))
        return HeardClip(shown, attributes)
