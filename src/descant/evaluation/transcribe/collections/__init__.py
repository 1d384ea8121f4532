"""Passages with their truth: one module a kind of music, each with one `Collection` or two."""

from descant.evaluation.transcribe.collections import excerpts, performances, scores, songs
from descant.evaluation.transcribe.passage import Collection

COLLECTIONS: dict[str, Collection] = {
    one.name: one
    for one in (
        performances.PERFORMANCES,
        excerpts.EXCERPTS,
        scores.SCORES,
        songs.SONGS,
        songs.MELODIES,
        performances.HEARD,
        songs.HEARD,
    )
}
