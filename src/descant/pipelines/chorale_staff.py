"""One voice of a chorale on its staff, in any bars, spelled in the key of each."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from descant.composition.jsb_raster import CHOIR, VOICES
from descant.pipelines.chorale_page import CLEFS, GridNote
from descant.transcription.notation.page import Chord, rows
from descant.transcription.notation.ps13 import spelled
from descant.types import Part
from descant.types.score import Clef, Measure, ScorePart


def staff(line: Sequence[GridNote], voice: int, measures: Sequence[Measure], step: Fraction) -> ScorePart:
    """The staff of a voice, soprano to bass; step: quarters that a step of its notes takes."""
    at, sharps = 0, []
    for one in line:
        while at + 1 < len(measures) and measures[at].end <= one.start * step:
            at += 1
        sharps.append(measures[at].key.sharps)
    names = spelled([one.pitch for one in line], sharps)
    chords = [
        Chord(one.start * step, (one.stop - one.start) * step, (name,)) for one, name in zip(line, names, strict=True)
    ]
    called = VOICES[voice].capitalize()
    clefs = (Clef(Fraction(0), CLEFS[voice]),)
    return ScorePart(rows(chords, measures, 1), called, Part(called, CHOIR), clefs=clefs)
