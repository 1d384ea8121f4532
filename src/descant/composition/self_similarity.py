"""How much of a chorale is what it was some bars before: a diagonal of its self-similarity matrix.

A voice agrees with itself where it sings the same pitch as then; a passage that comes back in another key does not.
The raster knows no bar lines: a bar is four quarters. Some agreement is by chance, as a piece stays in its key, and the
more the fewer pitches it has.

Foote: Visualizing Music and Audio Using Self-Similarity, ACM Multimedia 1999.

Frames are (steps, 4) MIDI numbers, REST where a voice is silent (`jsb_raster.py`).
"""

from __future__ import annotations

from descant.composition.voice_leading import Places
from descant.types.arrays import IntArray

BAR = 16  # steps


def same_as_before(frames: IntArray, bars: int) -> Places:
    """Where each voice sings what it sang `bars` ago, (steps - that, 4); asked where it sings both times."""
    now, then = frames[bars * BAR :], frames[: max(0, len(frames) - bars * BAR)]
    asked = (now >= 0) & (then >= 0)
    return Places(asked & (now == then), asked)
