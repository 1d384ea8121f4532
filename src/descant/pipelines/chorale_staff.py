"""Voices of a chorale on their staves, in any bars, spelled in the key of each."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from descant.composition.jsb_raster import CHOIR, VOICES
from descant.pipelines.chorale_page import CLEFS, GridNote
from descant.pipelines.chorale_spelling import spelled_together
from descant.transcription.notation.page import Chord, rows
from descant.types import Part
from descant.types.score import Clef, Measure, ScorePart, SpelledPitch


def staff(line: Sequence[GridNote], voice: int, measures: Sequence[Measure], step: Fraction) -> ScorePart:
    """The staff of a voice, soprano to bass; step: quarters that a step of its notes takes."""
    return _laid(line, _names([line], measures, step)[0], voice, measures, step)


def staves(
    lines: Sequence[Sequence[GridNote]],
    measures: Sequence[Measure],
    step: Fraction,
    beside: Sequence[GridNote] = (),
) -> tuple[ScorePart, ...]:
    """Those of the lowest voices, spelled together, and with what sounds `beside` them."""
    names = _names([beside, *lines], measures, step)[1:]
    first = len(VOICES) - len(lines)
    return tuple(
        _laid(line, name, voice, measures, step)
        for voice, (line, name) in enumerate(zip(lines, names, strict=True), first)
    )


def _names(
    lines: Sequence[Sequence[GridNote]], measures: Sequence[Measure], step: Fraction
) -> list[list[SpelledPitch]]:
    order = sorted(
        ((one, voice) for voice, line in enumerate(lines) for one in line),
        key=lambda each: (each[0].start, -each[0].pitch),
    )
    at, sharps = 0, []
    for one, _ in order:
        while at + 1 < len(measures) and measures[at].end <= one.start * step:
            at += 1
        sharps.append(measures[at].key.sharps)
    found: list[list[SpelledPitch]] = [[] for _ in lines]
    for (_, voice), name in zip(order, spelled_together([one[:3] for one, _ in order], sharps), strict=True):
        found[voice].append(name)
    return found


def _laid(
    line: Sequence[GridNote], names: Sequence[SpelledPitch], voice: int, measures: Sequence[Measure], step: Fraction
) -> ScorePart:
    chords = [
        Chord(one.start * step, (one.stop - one.start) * step, (name,)) for one, name in zip(line, names, strict=True)
    ]
    called = VOICES[voice].capitalize()
    clefs = (Clef(Fraction(0), CLEFS[voice]),)
    return ScorePart(rows(chords, measures, 1), called, Part(called, CHOIR), clefs=clefs)
