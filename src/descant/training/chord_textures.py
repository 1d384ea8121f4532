"""Made-up music over real analyses: an annotated piece's chords played as blocks, broken chords and figures.

What a human wrote of a piece tells its chords; any notes that spell them are an example too. Their textures are those
that confuse most in real music: the bass struck once and then left, chords broken one note at a time, off the beat, and
a top voice that leaves its chord and comes back.

Nápoles López, Gotham and Fujinaga: AugmentedNet: A Roman Numeral Analysis Network with Synthetic Training Examples and
Additional Tonal Tasks, ISMIR 2021.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from descant.datasets.roman_analyses import RomanPiece
from descant.harmony.note_features import WrittenNotes
from descant.harmony.note_graph import EXACT
from descant.harmony.roman import MAJOR, QUALITIES, Roman, semitones, tonic_of

BLOCK, HELD, AFTERBEAT, ALBERTI, ARPEGGIO, OFFBEAT = range(6)
TEXTURES = 6
STAYS = 0.7  # how likely the next chord has the texture of this one
LEFT_OUT = 0.15  # of chords: one of their upper notes
ORNAMENTED = 0.4  # of chords: the top note leaves its chord for a step and comes back
BASS = (36, 53)  # MIDI numbers between which the bass stays
CENTRE = (58, 76)  # about which the upper notes lie
SHORTEST = 0.25  # quarters of a figure's note

Row = tuple[float, float, int, int]  # onset and duration in quarters, MIDI number, fifths


def textured(piece: RomanPiece, rng: np.random.Generator) -> RomanPiece:
    """The piece's chords in its bars, with notes made up."""
    source = piece.notes
    end = float(np.max(source.onset + source.duration))
    bounds = np.append(np.maximum(piece.start, source.onset[0]), end)
    bass, centre = float(rng.uniform(*BASS)), float(rng.uniform(*CENTRE))
    texture = int(rng.integers(TEXTURES))
    rows: list[Row] = []
    for at, chord in enumerate(piece.chords):
        start, stop = float(bounds[at]), float(bounds[at + 1])
        if stop - start < EXACT:
            continue
        if rng.random() > STAYS:
            texture = int(rng.integers(TEXTURES))
        centre = float(np.clip(centre + rng.normal(0, 2), *CENTRE))
        low, upper = voiced(chord, bass, centre, rng)
        bass = float(np.clip(low[0], *BASS))
        bar = int(np.clip(np.searchsorted(source.bar, start + EXACT, side="right") - 1, 0, None))
        beat = float(source.beat[bar])
        played = list(_played(texture, start, stop, beat, low, upper, rng))
        rows += _ornamented(played, chord, rng) if rng.random() < ORNAMENTED else played
    onset, duration, pitch, fifths = np.array(sorted(rows, key=lambda one: (one[0], one[2]))).T
    notes = WrittenNotes(
        onset=onset,
        duration=duration,
        pitch=pitch.astype(np.int64),
        fifths=fifths.astype(np.int64),
        bar=source.bar,
        bar_length=source.bar_length,
        beat=source.beat,
        sharps=source.sharps,
    )
    return RomanPiece(f"{piece.name}, textured", notes, piece.start, piece.chords)


def voiced(
    chord: Roman, bass: float, centre: float, rng: np.random.Generator
) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """((MIDI number, fifths) of the bass, those of the upper notes, rising), the bass as the inversion says."""
    steps = list(QUALITIES[chord.quality])
    if chord.quality == "aug6":  # German and French have a note more
        steps += [1] if chord.degree == (4, 1) else [6] if chord.degree == (2, 0) else []
    fifths = [chord.root + step for step in steps]
    lowest = fifths[chord.inversion]
    low = (_nearest(lowest, bass), lowest)
    upper = [(_nearest(one, centre), one) for one in fifths]
    if rng.random() < LEFT_OUT:
        upper.pop(int(rng.integers(1, len(upper))))
    return low, sorted((pitch + 12 * (pitch <= low[0]), one) for pitch, one in upper)


def _nearest(fifths: int, to: float) -> int:
    """The MIDI number of a spelling that is nearest."""
    return semitones(fifths) + 12 * round((to - semitones(fifths)) / 12)


def _played(
    texture: int,
    start: float,
    stop: float,
    beat: float,
    bass: tuple[int, int],
    upper: list[tuple[int, int]],
    rng: np.random.Generator,
) -> Iterator[Row]:
    step = max(SHORTEST, beat / float(rng.choice([2, 2, 3, 4])))
    if texture in (BLOCK, HELD):
        places = [start] if texture == HELD else _steps(start, stop, beat)
        for place, following in zip(places, [*places[1:], stop], strict=True):
            for pitch, fifths in (bass, *upper):
                yield place, following - place, pitch, fifths
        return
    if texture == ARPEGGIO:
        line = [bass, *upper, *upper[-2:0:-1]]
        for number, place in enumerate(_steps(start, stop, step)):
            pitch, fifths = line[number % len(line)]
            yield place, min(step, stop - place), pitch, fifths
        return
    held = stop - start if texture == ALBERTI or rng.random() < 0.5 else min(beat, stop - start)
    yield start, held, *bass
    if texture == ALBERTI:
        line = [upper[0], upper[-1], upper[len(upper) // 2], upper[-1]]
        for number, place in enumerate(_steps(start, stop, step)):
            pitch, fifths = line[number % 4]
            yield place, min(step, stop - place), pitch, fifths
        return
    first = beat if texture == AFTERBEAT else beat / 2
    places = _steps(start + first, stop, beat) if stop - start > first + EXACT else [start]
    for place in places:
        for pitch, fifths in upper:
            yield place, min(first, stop - place), pitch, fifths


def _steps(start: float, stop: float, step: float) -> list[float]:
    """Places a step apart, from `start` to before `stop`."""
    return [start + step * at for at in range(max(1, int(np.ceil((stop - start - EXACT) / step))))]


def _ornamented(rows: list[Row], chord: Roman, rng: np.random.Generator) -> list[Row]:
    """One of the highest notes in three: itself, its neighbour in the key, itself again; or the neighbour first."""
    top = max(pitch for _, _, pitch, _ in rows)
    places = [at for at, row in enumerate(rows) if row[2] == top and row[1] >= 2 * SHORTEST]
    if not places:
        return rows
    at = places[int(rng.integers(len(places)))]
    onset, duration, pitch, fifths = rows[at]
    beside = _neighbour(pitch, fifths, chord, up=rng.random() < 0.5)
    parts = [(0.0, 0.5, beside), (0.5, 0.5, (pitch, fifths))]
    if rng.random() < 0.5:
        parts = [(0.0, 0.5, (pitch, fifths)), (0.5, 0.25, beside), (0.75, 0.25, (pitch, fifths))]
    broken = [(onset + place * duration, share * duration, *note) for place, share, note in parts]
    return rows[:at] + broken + rows[at + 1 :]


def _neighbour(pitch: int, fifths: int, chord: Roman, *, up: bool) -> tuple[int, int]:
    """The next note of the key's scale above or below, in minor with the leading note."""
    degrees = [(number, int(number == 7 and chord.key[1] != MAJOR)) for number in range(1, 8)]
    scale = {tonic_of(chord.key, degree) for degree in degrees}
    steps = (2, -5) if up else (-2, 5)  # a whole tone, a semitone, on the line of fifths
    step = next((one for one in steps if fifths + one in scale), steps[0])
    size = 2 if abs(step) == 2 else 1
    return pitch + (size if up else -size), fifths + step
