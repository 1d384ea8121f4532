"""Pitch classes and their names: C is 0."""

PITCH_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")


def pitch_class(name: str) -> int:
    """The pitch class of a note's name: a letter with any number of `#` or `b`."""
    return (PITCH_CLASSES[name[0]] + name.count("#") - name[1:].count("b")) % 12
