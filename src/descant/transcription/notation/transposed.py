"""A score so many semitones higher or lower, spelled for its new keys.

Each key takes the name with fewer signs, and its notes and chords move by the letters between the two keys, so that
what was a raised fourth stays one. A note that would need three signs gets its simpler name.
"""

from __future__ import annotations

from dataclasses import replace

from descant.io.score.transposing import chord_moved, key_moved, moved, spelled
from descant.types.score import STEPS, Event, Numeral, Score, ScorePart, SpelledPitch

MOST_SIGNS = 2  # before a note


def transposed(score: Score, semitones: int) -> Score:
    """Everything but drums moves. Raises InvalidValueError where a note would leave MIDI's pitches."""
    if not semitones:
        return score
    keys = [key_moved(measure.key, semitones) for measure in score.measures]
    letters = [one for _, one in keys]
    return replace(
        score,
        measures=tuple(replace(measure, key=key) for measure, (key, _) in zip(score.measures, keys, strict=True)),
        parts=tuple(part if part.sound.drum else _part(part, letters, semitones) for part in score.parts),
        chords=tuple(
            replace(one, label=chord_moved(one.label, letters[score.measure_at(one.at)], semitones))
            for one in score.chords
        ),
        numerals=tuple(_numeral(one, letters[score.measure_at(one.at)], semitones) for one in score.numerals),
    )


def _numeral(numeral: Numeral, letters: int, semitones: int) -> Numeral:
    tonic, mode = numeral.key.split()
    return replace(numeral, key=f"{moved(tonic, letters, semitones)} {mode}")


def _part(part: ScorePart, letters: list[int], semitones: int) -> ScorePart:
    rows = tuple(
        tuple(_event(event, steps, semitones) for event in row)
        for row, steps in zip(part.measures, letters, strict=True)
    )
    return replace(part, measures=rows)


def _event(event: Event, letters: int, semitones: int) -> Event:
    return replace(event, pitches=tuple(_pitch(one, letters, semitones) for one in event.pitches))


def _pitch(pitch: SpelledPitch, letters: int, semitones: int) -> SpelledPitch:
    place, midi = 7 * pitch.octave + STEPS.index(pitch.step) + letters, pitch.midi + semitones
    signs = pitch.alter + semitones - _natural(place) + _natural(place - letters)
    if abs(signs) > MOST_SIGNS:
        place += 1 if signs > 0 else -1
    return spelled(place, midi)


def _natural(place: int) -> int:
    """Semitones from C0 to a place of the staff, counted in letters from there."""
    octave, step = divmod(place, 7)
    return 12 * octave + (0, 2, 4, 5, 7, 9, 11)[step]
