"""The five classes of drum strokes that transcription tells apart, and the MIDI keys that mean each.

The keys are General MIDI's percussion map and what Roland's kits add to it (rims and edges on keys that General MIDI
leaves free or gives to rare percussion), as the Groove set names them. Gillick, Roberts, Engel, Eck and Bamman:
Learning to Groove with Inverse Sequence Transformations, ICML 2019.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.types import _check
from descant.types.arrays import IntArray

DRUM_CLASSES = ("kick", "snare", "hihat", "toms", "cymbals")

# One key for writing a class as MIDI: bass drum 1, acoustic snare, closed hi-hat, low-mid tom, crash cymbal 1.
DRUM_KEYS = (36, 38, 42, 47, 49)

_KEYS_OF_CLASS = (
    (35, 36),
    (37, 38, 40),  # side stick, head, electric snare (Roland: rim)
    (42, 44, 46, 22, 26),  # closed, pedal, open (Roland: closed edge, open edge)
    (41, 43, 45, 47, 48, 50, 58),  # Roland: 50, 47 and 58 are rims
    (49, 51, 52, 53, 55, 57, 59),  # crashes, rides, china, bell, splash
)
_CLASS_OF_KEY = np.full(128, -1, dtype=np.int64)
for _number, _keys in enumerate(_KEYS_OF_CLASS):
    _CLASS_OF_KEY[list(_keys)] = _number
_CLASS_OF_KEY.setflags(write=False)


def drum_class(pitch: npt.ArrayLike) -> IntArray:
    """The class of each percussion key, an index into DRUM_CLASSES; -1 for what is none of them (claps, shakers...).

    Raises InvalidValueError for anything but MIDI numbers in one dimension.
    """
    keys = _check.integers("drum keys", pitch)
    _check.within("drum key", keys, 0, 127)
    classes: IntArray = _CLASS_OF_KEY[keys]
    return classes
