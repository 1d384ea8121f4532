"""Chords that a chorale is to sing: on every beat of a span its tones alone over its bass, between beats anything.

At the span's first beat the upper voices sing whatever the bass leaves of the chord, without the fifth where there are
more tones than voices. What a span forbids has odds 0 while a chorale is drawn (`music_transformer.py`), so that a
request is met exactly and the model chooses among what meets it. Voices do not cross on these beats where it can be
helped, and nobody rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.key_kept import CLASS
from descant.types.arrays import BoolArray, IntArray

BEAT = 4  # steps
BASS = len(VOICES) - 1
FIFTHS = (6, 7, 8)  # semitones over the root
TRIADS = {"major": (0, 4, 7), "minor": (0, 3, 7)}
DOMINANT, SEVENTH = (7, 11, 2), 5  # semitones over the tonic


@dataclass(frozen=True)
class ChordSpan:
    """From `start` to `stop`, in steps, these pitch classes."""

    start: int
    stop: int
    tones: frozenset[int]
    bass: int  # sung by the bass; it need not be one of the others' tones
    needed: frozenset[int]  # sung by the upper voices at the first beat, at most three
    held: bool = False  # nobody moves

    @classmethod
    def of(
        cls, start: int, stop: int, root: int, intervals: Sequence[int], bass: int, *, held: bool = False
    ) -> ChordSpan:
        """A chord by its root and the semitones of its tones over it."""
        tones = frozenset((root + one) % 12 for one in intervals)
        needed = tones - {bass}
        if len(needed) >= len(VOICES):
            needed -= {(root + one) % 12 for one in FIFTHS}
        return cls(start, stop, tones, bass, needed, held)


def opening(tonic: int, mode: str) -> ChordSpan:
    """The first beat of a piece in a key: its tonic."""
    return ChordSpan.of(0, BEAT, tonic, TRIADS[mode], tonic)


def ending(end: int, tonic: int, mode: str, length: int) -> tuple[ChordSpan, ChordSpan]:
    """How a piece in a key ends at step `end`: a beat of its dominant, then its tonic, held for so many steps."""
    root = (tonic + DOMINANT[0]) % 12
    start = end - length
    dominant = ChordSpan.of(start - BEAT, start, tonic, DOMINANT, root)
    with_seventh = dominant.tones | {(tonic + SEVENTH) % 12}
    return (
        ChordSpan(dominant.start, dominant.stop, with_seventh, root, dominant.needed),
        ChordSpan.of(start, end, tonic, TRIADS[mode], tonic, held=True),
    )


class Spans:
    """A rule for drawing (`music_transformer.Rule`): spans that do not overlap, and no rests anywhere."""

    def __init__(self, spans: Sequence[ChordSpan]) -> None:
        self._at = {step: one for one in spans for step in range(one.start, one.stop)}

    def __call__(self, step: int, last: IntArray, above: IntArray) -> BoolArray:
        """Of the next voice's tokens, (pieces, 47)."""
        pieces, voice = above.shape
        span = self._at.get(step)
        if span is not None and span.held and step > span.start:
            return np.asarray(np.arange(len(CLASS)) == last[:, voice, None])
        if span is None or step % BEAT:
            return np.broadcast_to(CLASS >= 0, (pieces, len(CLASS)))
        return np.stack([_sung(span, step == span.start, voice, one) for one in above])


def met(spans: Sequence[ChordSpan], frames: IntArray) -> tuple[int, int]:
    """On how many beats, and of how many, four voices sing what these spans ask; frames are MIDI numbers."""
    asked = kept = 0
    for span in spans:
        for step in range(span.start, span.stop, BEAT):
            upper, bass = {pitch % 12 for pitch in frames[step, :BASS].tolist()}, int(frames[step, BASS]) % 12
            whole = step > span.start or span.needed <= upper
            still = not span.held or bool((frames[step : span.stop] == frames[span.start]).all())
            sung = bool((frames[step] >= 0).all())
            asked += 1
            kept += sung and whole and still and upper <= span.tones and bass == span.bass
    return kept, asked


def _sung(span: ChordSpan, first: bool, voice: int, above: IntArray) -> BoolArray:
    """What one voice may sing on a beat, (47,), below these others."""
    classes = {span.bass} if voice == BASS else set(span.tones)
    if first and voice < BASS:
        missing = span.needed - set(CLASS[above].tolist())
        if len(missing) == BASS - voice:  # as many as voices to come: each sings one
            classes = set(missing)
    allowed = np.isin(CLASS, list(classes))
    below = allowed & (np.arange(len(CLASS)) <= above.min(initial=len(CLASS))) & JsbRaster().voice_masks[voice]
    return below if below.any() else allowed
