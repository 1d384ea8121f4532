"""Every programme belongs to one class or to none."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.types.instruments import DRUMS, INSTRUMENTS, PROGRAMS, instrument_class


def test_classes_by_hand():
    names = [INSTRUMENTS[at] for at in instrument_class([0, 19, 25, 30, 33, 48, 56, 65, 73, 80, 46])]
    assert names == [
        "piano", "organ", "acoustic guitar", "distorted guitar", "bass", "string ensemble", "brass", "reed", "flute",
        "synth lead", "plucked strings",
    ]  # fmt: skip


def test_effects_and_percussion_belong_to_none_and_no_programme_to_two():
    kinds = instrument_class(np.arange(128))
    assert np.all(kinds[96:104] == -1)
    assert np.all(kinds[112:] == -1)
    for kind, programs in enumerate(PROGRAMS):
        assert np.flatnonzero(kinds == kind).tolist() == sorted(programs)
    assert INSTRUMENTS[DRUMS] == "drums"


def test_refuses_what_is_no_programme():
    with pytest.raises(InvalidValueError, match="0 to 127"):
        instrument_class([128])
