"""Real recordings of whole bands (MDB Drums): few and short, so each is a row of its own."""

from __future__ import annotations

from descant.datasets import mdb_drums
from descant.evaluation.ears.recording import Collection, Recording
from descant.io.audio import open_audio


def ids(split: str) -> tuple[str, ...]:
    """The clips; the set only tests."""
    return tuple(clip.id for clip in mdb_drums.full_mixes()) if split == "test" else ()


def load(split: str, clip_id: str) -> Recording:  # noqa: ARG001
    """One clip and its beats."""
    clip = next(clip for clip in mdb_drums.full_mixes() if clip.id == clip_id)
    return Recording(f"{mdb_drums.NAME}/{clip.id}", clip.id, open_audio(clip.audio), beats=clip.beats)


MIXES = Collection("mixes", ids, load, (mdb_drums,))
