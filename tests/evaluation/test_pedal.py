"""A note sounds until the pedal is released or its key is struck again: hand-made cases."""

from descant.evaluation.pedal import pedal_extended
from descant.types import ControlChange, Notes, Part


def offsets(notes):
    return pedal_extended(notes).offset.tolist()


def pedal(*changes, part=0):
    return tuple(ControlChange(part, time, 64, value) for time, value in changes)


def test_without_a_pedal_notes_end_as_written():
    assert offsets(Notes([0, 1], [0.5, 1.5], [60, 62], [80, 80])) == [0.5, 1.5]


def test_the_pedal_holds_what_was_let_go_while_it_was_down():
    controls = pedal((0.2, 127), (3.0, 0))
    assert offsets(Notes([0, 1, 4], [0.5, 1.5, 4.5], [60, 62, 64], [80] * 3, controls=controls)) == [3.0, 3.0, 4.5]
    assert offsets(Notes([0], [0.1], [60], [80], controls=controls)) == [0.1], "let go before the pedal came"
    assert offsets(Notes([0], [3.5], [60], [80], controls=controls)) == [3.5], "held by the finger for longer"


def test_the_next_stroke_of_the_key_ends_the_sound():
    controls = pedal((0.0, 127), (3.0, 0))
    assert offsets(Notes([0, 2], [0.5, 2.5], [60, 60], [80, 80], controls=controls)) == [2.0, 3.0]


def test_a_pedal_belongs_to_its_part_and_counts_from_half_way_down():
    parts = (Part("left"), Part("right"))
    notes = Notes([0, 0], [0.5, 0.5], [60, 64], [80, 80], [0, 1], parts, controls=pedal((0.0, 127), (2.0, 0), part=1))
    assert sorted(offsets(notes)) == [0.5, 2.0]
    assert offsets(Notes([0], [0.5], [60], [80], controls=pedal((0.0, 63), (2.0, 0)))) == [0.5]


def test_a_pedal_that_is_never_released_ends_with_the_last_note():
    assert offsets(Notes([0, 1], [0.5, 4.0], [60, 62], [80, 80], controls=pedal((0.1, 127)))) == [4.0, 4.0]
