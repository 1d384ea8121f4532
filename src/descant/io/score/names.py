"""What measures and notes are called on an engraved page, by their indices in the score."""

from __future__ import annotations


def measure_name(measure: int) -> str:
    """Of a measure of the score."""
    return f"m{measure}"


def note_name(part: int, measure: int, event: int, note: int) -> str:
    """Of one of the notes of an event of a part."""
    return f"n{part}-{measure}-{event}-{note}"
