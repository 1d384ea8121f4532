"""The classes of instruments that are told apart, and the General MIDI programmes that belong to each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.types import _check
from descant.types.arrays import IntArray

_PROGRAMS: dict[str, tuple[int, ...]] = {
    "piano": (0, 1, 2, 3),
    "keyboard": (4, 5, 6, 7),  # electric pianos, harpsichord, clavinet
    "mallets": (8, 9, 10, 11, 12, 13, 14, 108),  # celesta to tubular bells, kalimba
    "organ": (16, 17, 18, 19, 20, 21, 22, 23),  # accordion and harmonica too: free reeds
    "acoustic guitar": (24, 25),
    "electric guitar": (26, 27, 28),
    "distorted guitar": (29, 30, 31),
    "bass": (32, 33, 34, 35, 36, 37, 38, 39),
    "solo strings": (40, 41, 42, 43, 110),
    "string ensemble": (44, 48, 49, 50, 51),
    "voice": (52, 53, 54),
    "brass": (56, 57, 58, 59, 60, 61, 62, 63),
    "reed": (64, 65, 66, 67, 68, 69, 70, 71, 109, 111),  # saxophones, double reeds, clarinet
    "flute": (72, 73, 74, 75, 76, 77, 78, 79),
    "synth lead": (80, 81, 82, 83, 84, 85, 86, 87),
    "synth pad": (88, 89, 90, 91, 92, 93, 94, 95),
    "plucked strings": (15, 45, 46, 104, 105, 106, 107),  # dulcimer, pizzicato, harp, sitar, banjo, shamisen, koto
}
INSTRUMENTS = (*_PROGRAMS, "drums")
DRUMS = len(_PROGRAMS)
PROGRAMS = tuple(_PROGRAMS.values())  # of each class but drums

_CLASS_OF_PROGRAM = np.full(128, -1, dtype=np.int64)
for _number, _programs in enumerate(PROGRAMS):
    _CLASS_OF_PROGRAM[list(_programs)] = _number
_CLASS_OF_PROGRAM.setflags(write=False)


def instrument_class(program: npt.ArrayLike) -> IntArray:
    """The class of each General MIDI programme, an index into INSTRUMENTS; -1 for effects and percussion.

    Raises InvalidValueError for anything but MIDI numbers in one dimension.
    """
    programs = _check.integers("programmes", program)
    _check.within("programme", programs, 0, 127)
    classes: IntArray = _CLASS_OF_PROGRAM[programs]
    return classes
