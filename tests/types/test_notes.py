"""Performed notes: their order, their parts, their rules."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import DescantError, InvalidValueError
from descant.types import ControlChange, MeterChange, Notes, Part, PitchBend, TempoChange

NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-5, 200)


def notes(**more):
    return Notes(**{"onset": [0.0], "offset": [1.0], "pitch": [60], "velocity": [80], **more})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: notes(offset=[0.0]), "note 0 ends at 0 s, not after its onset at 0 s"),
        (lambda: notes(onset=[-1.0]), "note onset must lie in 0"),
        (lambda: notes(pitch=[128]), "note pitch must lie in 0 to 127; entry 0 is 128"),
        (lambda: notes(pitch=[60.5]), "whole numbers"),
        (lambda: notes(velocity=[0]), "note velocity must lie in 1 to 127"),
        (lambda: notes(part=[1]), "note part must lie in 0 to 0"),
        (lambda: notes(confidence=[-0.5]), "note confidence"),
        (lambda: notes(pitch=[60, 61]), "note pitches needs 1 entries, got 2"),
        (lambda: notes(bends=(PitchBend(1, 0.0, 1.0),)), "names part 1; there are 1"),
        (lambda: notes(controls=(ControlChange(3, 0.0, 64, 0),)), "names part 3; there are 1"),
        (lambda: Part(program=128), "0 to 127, got 128"),
        (lambda: Part(program=1.5), "0 to 127, got 1.5"),
        (lambda: PitchBend(0, -1.0, 0.0), "cannot come at -1.0 s"),
        (lambda: PitchBend(0, math.inf, 0.0), "cannot come at inf s"),
        (lambda: PitchBend(0, 0.0, 25.0), "within 24 semitones"),
        (lambda: ControlChange(0, 0.0, 128, 0), "0 to 127"),
        (lambda: TempoChange(math.nan, 120.0), "cannot come at nan s"),
        (lambda: TempoChange(0.0, 0.0), "must be positive"),
        (lambda: MeterChange(0.0, 0, 4), "1 to 64 beats"),
        (lambda: MeterChange(0.0, 4, 3), "powers of two"),
    ],
)
def test_refuses_and_says_why(make, words):
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert words in str(caught.value)


def test_notes_and_events_come_in_order_of_time():
    made = Notes(
        [2.0, 1.0, 1.0],
        [3.0, 2.0, 1.5],
        [60, 64, 62],
        [1, 2, 3],
        confidence=[0.1, 0.2, 0.3],
        tempos=(TempoChange(5.0, 60.0), TempoChange(0.0, 90.0)),
    )
    assert made.pitch.tolist() == [62, 64, 60]
    assert made.velocity.tolist() == [3, 2, 1]
    assert made.confidence.tolist() == [0.3, 0.2, 0.1]
    assert [change.bpm for change in made.tempos] == [90.0, 60.0]


def test_each_note_knows_its_programme():
    made = notes(part=[1], parts=(Part("piano"), Part("kit", 16, True)))
    assert (made.program.tolist(), made.drum.tolist()) == ([16], [True])


def test_no_parts_stand_for_one_piano():
    assert notes(parts=()).parts == (Part(),)


def test_duration_is_the_end_of_the_last_note():
    assert Notes([0.0, 1.0], [5.0, 2.0], [60, 60], [1, 1]).duration == 5.0
    assert Notes([], [], [], []).duration == 0.0


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=5))
def test_holds_its_rules_or_refuses(entries):
    try:
        made = Notes(*([entry[at] for entry in entries] for at in range(5)), parts=(Part(), Part("b", 3)))
    except DescantError:
        return
    assert np.all(np.diff(made.onset) >= 0)
    assert np.all(made.offset > made.onset)
    assert np.all((made.pitch >= 0) & (made.pitch <= 127))


def test_some_of_the_notes_keep_everything_that_is_theirs():
    parts = (Part("one"), Part("two", 40))
    notes = Notes(
        [0, 1, 2], [1, 2, 3], [60, 62, 64], [10, 20, 30], part=[0, 1, 1], parts=parts, confidence=[0.1, 0.2, 0.3]
    )
    kept = notes.only(np.array([True, False, True]))
    assert (kept.onset.tolist(), kept.pitch.tolist(), kept.velocity.tolist()) == ([0, 2], [60, 64], [10, 30])
    assert (kept.part.tolist(), kept.confidence.tolist(), kept.parts) == ([0, 1], [0.1, 0.3], parts)
