"""Recordings with their truth: one module a kind of music, each with one `Collection` or two."""

from descant.evaluation.ears.collections import (
    chorales,
    clips,
    mixes,
    orchestras,
    own,
    performances,
    scores,
    songs,
    strokes,
    voices,
)
from descant.evaluation.ears.recording import Collection

COLLECTIONS: dict[str, Collection] = {
    one.name: one
    for one in (
        songs.SONGS,
        performances.PERFORMANCES,
        mixes.MIXES,
        clips.BANDS,
        clips.BANDS_WITH_DRUMS,
        chorales.QUARTETS,
        strokes.STEMS,
        strokes.TAKES,
        scores.SCORES,
        orchestras.ORCHESTRAS,
        voices.VOICES,
    )
}


def find(name: str) -> Collection:
    """The collection of this name, or the user's own set. Raises MissingDataError where there is none."""
    return COLLECTIONS[name] if name in COLLECTIONS else own.collection(name)
