"""A lead sheet: the melody on one staff with the chord symbols over it, as singers and guitarists read it.

It stands here because it does what a copyist does: it chooses what goes on a page, and adds no music (what writes music
belongs in `composition`). The melody is the highest line of the first part that is not drums, at the pitch that sounds.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from descant.errors import InvalidValueError
from descant.io.score.top_line import top_line
from descant.io.score.transposing import chord_moved, key_moved
from descant.transcription.notation.transposed import transposed
from descant.types.score import Clef, Direction, Score, ScorePart

MOST_FRETS = 11


def lead_sheet(score: Score, *, capo: int = 0, transpose: int = 0) -> Score:
    """The melody and the chords of a score.

    capo: the fret that a guitar's capo is on, 0 for none. Chords are then those whose shapes are played, and "Capo 3"
        stands at the top; the melody stays as it sounds.
    transpose: semitones by which everything moves first.

    Raises InvalidValueError for a score without a pitched part, and for a capo that is no fret.
    """
    if not 0 <= capo <= MOST_FRETS:
        raise InvalidValueError(f"a capo is on a fret from 1 to {MOST_FRETS}, or 0 for none; got {capo}")
    pitched = [number for number, part in enumerate(score.parts) if not part.sound.drum]
    if not pitched:
        raise InvalidValueError(f"{score.title or 'the score'}: has no part with pitches, so there is no melody")
    moved = transposed(score, transpose)
    part = moved.parts[pitched[0]]
    words = tuple(one for one in part.directions if one.kind != "dynamics" and one.staff == 1)
    if capo:
        words = (Direction(Fraction(0), f"Capo {capo}"), *words)
        moved = _in_shapes(moved, capo)
    line = ScorePart(
        tuple(tuple(row) for row in top_line(moved, pitched[0])),
        part.name,
        part.sound,
        clefs=tuple(one for one in part.clefs if one.staff == 1) or (Clef(Fraction(0), "G2"),),
        directions=words,
    )
    return replace(moved, parts=(line,), made_by=None)


def _in_shapes(score: Score, capo: int) -> Score:
    """The score with its chords as the shapes that sound so over a capo."""
    letters = [key_moved(measure.key, -capo)[1] for measure in score.measures]
    chords = (
        replace(one, label=chord_moved(one.label, letters[score.measure_at(one.at)], -capo)) for one in score.chords
    )
    return replace(score, chords=tuple(chords))
