"""Names of notes that sound together, by hand."""

from descant.pipelines.chorale_spelling import spelled_together
from descant.transcription.notation.ps13 import spelled


def names(chords, sharps):
    """Of chords of one step each, from the highest note down."""
    notes = [(at, at + 1, pitch) for at, chord in enumerate(chords) for pitch in chord]
    found = [one.name for one in spelled_together(notes, [sharps] * len(notes))]
    return [[found.pop(0) for _ in chord] for chord in chords]


def test_a_third_is_written_as_one():
    chords = [
        (73, 69, 64, 57),
        (73, 65, 56, 49),
        (74, 67, 59, 55),
        (74, 67, 59, 55),
        (73, 69, 64, 57),
        (77, 74, 69, 62),
    ]
    alone = [one.name for one in spelled([pitch for chord in chords for pitch in chord], [3] * 24)]
    assert alone[5] == "F4"
    assert names(chords, 3)[1] == ["C#5", "E#4", "G#3", "C#3"]
    assert names(chords, 3)[5] == ["F5", "D5", "A4", "D4"]  # the third of D minor stays


def test_chords_that_are_chromatic_by_any_name_stay():
    chord = [(70, 67, 64, 61)]  # C sharp, E, G, B flat: a diminished seventh
    notes = [(0, 1, pitch) for pitch in chord[0]]
    assert [one.name for one in spelled_together(notes, [-1] * 4)] == [
        one.name for one in spelled([pitch for _, _, pitch in notes], [-1] * 4)
    ]


def test_what_is_held_is_heard():
    notes = [(0, 4, 54), (0, 2, 66), (2, 3, 70)]
    assert [one.name for one in spelled_together(notes, [2] * 3)] == ["F#3", "F#4", "A#4"]
