"""Recordings with their truth: one module a kind of music, each with one `Collection` or two."""

from descant.evaluation.ears.collections import (
    chorales,
    clips,
    mixes,
    orchestras,
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
