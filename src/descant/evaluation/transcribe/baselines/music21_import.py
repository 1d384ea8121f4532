"""The page that music21 makes of a MIDI file: notes moved to the nearest sixteenth or triplet, bars of four quarters.

The file is written at the one tempo that fits best, from the first note on, as played MIDI has no bars of its own. The
key signature is that of music21's key of the whole (Krumhansl and Schmuckler). Notes that it lets hang over a bar line,
which would move all bars after them, are cut there.

Cuthbert and Ariza: music21: A Toolkit for Computer-Aided Musicology and Symbolic Music Data, ISMIR 2010.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from fractions import Fraction

import numpy as np

from descant.evaluation.transcribe.baselines.steady_tempo import steady_tempo
from descant.evaluation.transcribe.matching import nearest
from descant.io.midi import midi_bytes
from descant.io.score.from_music21 import from_music21
from descant.transcription.notation.notated import Notated
from descant.types import Notes, Score, TempoChange
from descant.types.score import KeySignature

DIVISORS = (4, 3)  # of a quarter
REACH = 0.5  # quarters that a note is moved by at most
BAR = Fraction(4)  # quarters


def music21_import(notes: Notes) -> Notated:
    """The page of some notes."""
    from music21 import midi

    bpm = steady_tempo(notes)
    start = float(notes.onset.min(initial=np.inf))
    onset, offset = notes.onset - start, notes.offset - start
    plain = Notes(onset, offset, notes.pitch, notes.velocity, tempos=(TempoChange(0.0, bpm),))
    file = midi.MidiFile()
    file.readstr(midi_bytes(plain))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of chords whose notes differ in length
        stream = midi.translate.midiFileToStream(file, quantizePost=True, quarterLengthDivisors=DIVISORS)
        key = KeySignature(int(stream.analyze("key").sharps))
        score = in_fours(from_music21(stream), key)
    written = tuple(score.sounding())
    places = np.array([float(one.onset) for one in written])
    pitches = np.array([one.pitch.midi for one in written], dtype=np.int64)
    return Notated(score, tuple(nearest(onset * bpm / 60, notes.pitch, places, pitches, REACH).tolist()))


def in_fours(score: Score, key: KeySignature) -> Score:
    """The score with every measure a bar long, under a key signature; what reaches beyond a bar line is cut."""
    measures = tuple(replace(one, start=at * BAR, length=BAR, key=key) for at, one in enumerate(score.measures))
    parts = []
    for part in score.parts:
        rows = ((event for event in row if event.onset < BAR) for row in part.measures)
        cut = tuple(tuple(replace(one, duration=min(one.duration, BAR - one.onset)) for one in row) for row in rows)
        parts.append(replace(part, measures=cut, clefs=(), directions=(), spans=()))
    return replace(score, measures=measures, parts=tuple(parts), tempos=(), chords=())
