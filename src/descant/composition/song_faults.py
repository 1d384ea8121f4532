"""What is plainly wrong with a song on its grid, counted one by one.

How often songs of POP909 do each of it was looked up, and what they do often is not counted. Everything is heard on
beats, from what sounds there; a melody's passing notes are its own affair.
"""

from __future__ import annotations

import numpy as np

from descant.composition.chord_row import CHORDS
from descant.composition.get_score import CHORD, COLUMNS_A_QUARTER, DURATION, PITCH
from descant.composition.getmusic import POP
from descant.types.arrays import BoolArray, IntArray
from descant.types.chord_vocabulary import NO_CHORD, Chord, tones

SEMITONE = (1, 11)  # semitones between pitch classes that rub
LOW, MUDDY = 48, 4  # MIDI pitch below which notes at most so many semitones apart are mud
LONG = 4  # columns: of a melody's note that should be of the chord
WIDEST = 12  # semitones of a melody's step
UNEVEN = (2.0, 4)  # a bar has more than so many times as many notes as its neighbour, and so many more
MELODY, BRIDGE, PIANO = range(len(POP.tracks))
_TONES = np.stack([tones(Chord.of_tag(tag)) for tag in range(CHORDS)]).astype(bool)


def faults(grid: IntArray, place: IntArray) -> dict[str, int]:
    """By their names, how often. grid: (columns, 15) of POP's tokens; place: (columns,) columns from the bar line."""
    melody, bridge, piano = (sounding(grid, track) for track in (MELODY, BRIDGE, PIANO))
    chord = grid[:, -1] - CHORD
    told = chord != NO_CHORD
    beat = np.arange(len(grid)) % COLUMNS_A_QUARTER == 0
    tone = _TONES[chord]  # (columns, 12)
    struck = np.concatenate([[False], chord[1:] != chord[:-1]]) & beat
    long = beat & told & (grid[:, 0] != 0) & (grid[:, 1] - DURATION + 1 >= LONG)
    return {
        "clashes": sum(_rubs(melody[at], piano[at] | bridge[at], tone[at]) for at in np.flatnonzero(beat)),
        "piano beside the chord": int((classes(piano) & ~tone)[beat & told].sum()),
        "melody beside the chord": int((classes(melody) & ~tone)[long].any(axis=1).sum()),
        "basses that are not the root": int((_lowest(piano) % 12 != chord % 12)[_heard(struck & told, piano)].sum()),
        "mud": sum(_muddy(piano[at]) for at in np.flatnonzero(beat)),
        "wide leaps": _leaps(grid),
        "silent bars": int((~_each_bar(piano | bridge, place)).sum()),
        "uneven bars": _uneven(grid, place),
    }


def sounding(grid: IntArray, track: int) -> BoolArray:
    """What sounds of a track, (columns, 128)."""
    found = np.zeros((len(grid), DURATION - PITCH), dtype=bool)
    for row in (2 * at for at, (number, _) in enumerate(POP.lanes) if number == track):
        for column in np.flatnonzero(grid[:, row]).tolist():
            end = column + grid[column, row + 1] - DURATION + 1
            found[column:end, grid[column, row] - PITCH] = True
    return found


def classes(sounds: BoolArray) -> BoolArray:
    """Pitch classes of what sounds, (columns, 12)."""
    found = np.zeros((len(sounds), 12), dtype=bool)
    for pitch in np.flatnonzero(sounds.any(axis=0)).tolist():
        found[:, pitch % 12] |= sounds[:, pitch]
    return found


def _rubs(melody: BoolArray, others: BoolArray, tone: BoolArray) -> bool:
    """Whether something is a semitone from the melody, of pitch class, one of the two being foreign to the chord."""
    return any(
        (one - other) % 12 in SEMITONE and not (tone[one % 12] and tone[other % 12])
        for one in np.flatnonzero(melody).tolist()
        for other in np.flatnonzero(others).tolist()
    )


def _muddy(piano: BoolArray) -> bool:
    low = np.flatnonzero(piano)
    return bool(((np.diff(low) <= MUDDY) & (low[:-1] < LOW)).any())


def _lowest(sounds: BoolArray) -> IntArray:
    return np.asarray(sounds.argmax(axis=1))


def _heard(columns: BoolArray, sounds: BoolArray) -> BoolArray:
    return np.asarray(columns & sounds.any(axis=1))


def _leaps(grid: IntArray) -> int:
    pitches = grid[grid[:, 0] != 0, 0]
    return int((np.abs(np.diff(pitches)) > WIDEST).sum())


def _bars(place: IntArray) -> IntArray:
    """The number of each column's bar."""
    return np.cumsum(place == 0) - (place[0] == 0 if len(place) else 0)


def _each_bar(sounds: BoolArray, place: IntArray) -> BoolArray:
    """Whether anything sounds in a bar."""
    return np.bincount(_bars(place), sounds.any(axis=1)) > 0


def _uneven(grid: IntArray, place: IntArray) -> int:
    """Bars of which the piano begins many more notes than in the one beside it, or many fewer."""
    rows = [2 * at for at, (number, _) in enumerate(POP.lanes) if number == PIANO]
    notes = np.bincount(_bars(place), (grid[:, rows] != 0).sum(axis=1))
    fewer, more = np.minimum(notes[1:], notes[:-1]), np.maximum(notes[1:], notes[:-1])
    return int(((more > UNEVEN[0] * fewer) & (more - fewer > UNEVEN[1])).sum())
