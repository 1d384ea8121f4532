"""What kinds of errors an analysis makes: of every frame whose numeral is wrong, what about it is.

The first kind that fits counts: the numeral of the chord before or after (segmentation); the right chord in the wrong
key; all but the inversion; all but the quality, and perhaps the inversion, which a seventh adds to; the right chord in
the right key, leaning on another degree; anything else.
"""

from __future__ import annotations

import numpy as np

from descant.evaluation.roman_frames import matches
from descant.types.arrays import IntArray

SEGMENTATION = "the chord before or after"
KEY = "right chord, wrong key"
INVERSION = "inversion only"
QUALITY = "quality, root right"
LEANING = "right chord, named otherwise"
OTHER = "another chord"
KINDS = (SEGMENTATION, KEY, INVERSION, QUALITY, LEANING, OTHER)


def roman_errors(true: IntArray, meant: IntArray, told: IntArray) -> tuple[int, ...]:
    """How many frames have an error of each of KINDS.

    true: (chords, 6), the human's, by class in each of HEADS; meant: (frames,) which of them holds; told: (frames, 6).
    """
    here = matches(true[meant], told)
    before = matches(true[np.maximum(meant - 1, 0)], told)
    after = matches(true[np.minimum(meant + 1, len(true) - 1)], told)
    in_key = here["key"] & here["root"]
    fits = (
        before["roman"] | after["roman"],
        here["root"] & here["quality"] & here["inversion"] & ~here["key"],
        in_key & here["quality"] & here["degree"],
        in_key & here["degree"],
        in_key & here["quality"] & here["inversion"],
        np.ones(len(meant), dtype=bool),
    )
    left = ~here["roman"]
    counts = []
    for one in fits:
        counts.append(int((left & one).sum()))
        left = left & ~one
    return tuple(counts)
