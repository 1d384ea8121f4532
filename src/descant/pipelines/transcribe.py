"""Transcribe: from a recording or performed notes to a page.

A recording is listened to for beats and notes; notes without a recording, and those of a piano alone, get their beats
from `pm2s-beats`, unless they keep to the tempo map of their own file. Then `notate` writes them down.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from math import floor
from operator import itemgetter
from typing import Any

import numpy as np

from descant.analysis.speaking import speaking
from descant.errors import DescantWarning, InvalidValueError, UnsupportedFormatError
from descant.harmony.melody import melody_notes
from descant.io.open import open as open_file
from descant.pipelines.by_instrument import PIANO
from descant.pipelines.listen import hear
from descant.registry import find
from descant.transcription.notation.given import given
from descant.transcription.notation.instruments import instrument_part
from descant.transcription.notation.lead_sheet import lead_sheet as to_lead_sheet
from descant.transcription.notation.notate import limited
from descant.transcription.notation.notate import notated as written
from descant.transcription.notation.notated import Notated
from descant.transcription.notation.transposed import transposed
from descant.types import Audio, AudioFile, Beats, Chords, Notes, Piece, PitchContour, Score, Tags
from descant.types.score import ChordSymbol

MELODY = "melody"
HALF = Fraction(1, 2)
CLOSE = Fraction(1, 8)  # of a beat: so near to a place between beats a chord is meant to begin there
Progress = Callable[[float], None]


class SpeechWarning(DescantWarning):
    """What is to be transcribed sounds like speech."""


@dataclass(frozen=True)
class Wishes:
    """What the page is to be."""

    instrument: str = ""  # all notes are written for this one
    parts: tuple[str, ...] = ()  # names or numbers, from 1, of the parts to write; `melody` picks the tune; all if none
    simple: bool = False  # nothing shorter than eighths and their triplets, one voice a staff
    bars: tuple[int, int] | None = None  # first and last, as numbered on the page
    chords: bool = False  # chord symbols over the staff, where there is a recording
    lead_sheet: bool = False  # the melody on one staff, with chord symbols
    capo: int = 0  # fret, for the chords of a lead sheet
    transpose: int = 0  # semitones


def transcribe(
    source: str | os.PathLike[str] | AudioFile | Audio | Notes | Score,
    *,
    instrument: str = "",
    parts: Iterable[str] = (),
    simple: bool = False,
    bars: tuple[int, int] | None = None,
    chords: bool = False,
    lead_sheet: bool = False,
    capo: int = 0,
    transpose: int = 0,
    use: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> Score:
    """The page of a recording, a MIDI file, performed notes, or of a score, from which it takes parts and bars.

    instrument: write all notes for this one, such as `violin`. parts: the names or numbers of the parts to write, or
    `melody`. simple: nothing shorter than eighths and their triplets, one voice a staff. bars: first and last. chords:
    chord symbols as heard in the recording. lead_sheet: the melody on one staff with chord symbols, as shapes behind a
    `capo` if there is one. transpose: semitones. use: as for `listen`.

    Raises InvalidValueError where there are no such parts, bars or instrument.
    """
    lead_sheet = lead_sheet or capo > 0  # only a lead sheet has chords to play behind one
    parts = tuple(parts) or ((MELODY,) if lead_sheet else ())
    wishes = Wishes(instrument, parts, simple, bars, chords or lead_sheet, lead_sheet, capo, transpose)
    value: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    if isinstance(value, Piece):
        raise UnsupportedFormatError(
            f"{value.file or 'the piece'}: is transcribed from its recording, not from its JSON"
        )
    if isinstance(value, AudioFile | Audio):
        return _of_sound(value, wishes, use, progress)
    if isinstance(value, Notes):
        score = written(_wanted(value, wishes), beats_of(value), simple=simple).score
    elif isinstance(value, Score):
        score = value
        if wishes.parts and not wishes.lead_sheet:
            kept = _picked([part.name for part in score.parts], wishes.parts)
            score = replace(score, parts=tuple(score.parts[at] for at in kept))
    else:
        raise UnsupportedFormatError(f"a {type(value).__name__} cannot be transcribed; give sound, MIDI or a score")
    return _finished(score, wishes)


def notated(notes: Notes, beats: Beats | None = None) -> Notated:
    """Performed notes written down, with which written note stands for which; beats are found in them if not given."""
    return written(notes, beats if beats is not None else beats_of(notes))


def beats_of(notes: Notes) -> Beats | None:
    """The beats of performed notes; None where the file's own are to be believed, or none are found."""
    limited(notes)
    if given(notes).near:
        return None
    found: Beats = find("pm2s-beats")(notes)
    return found if len(found) > 1 else None


def heard(
    sound: AudioFile | Audio,
    *,
    chords: bool = False,
    use: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> tuple[Piece, Beats | None]:
    """What a page of a recording is made from, and the beats that its bars follow.

    A piano that plays alone says more by its notes than by its sound, where the notes are sure: then `pm2s-beats` finds
    the beats in what was heard, unless `use` names another transform for them.
    """
    only = ("beats", "notes", "instruments", "pitch", *(("chords",) if chords else ()))
    piece = hear(sound, only=only, use=use, progress=progress)
    notes, tags = piece.get(Notes), piece.get(Tags)
    assert notes is not None, "a recording is always heard for notes"
    if tags is not None and tags.solo(piece.duration) == PIANO and "beats" not in (use or {}):
        return piece, beats_of(notes)
    return piece, piece.get(Beats)


def _of_sound(sound: AudioFile | Audio, wishes: Wishes, use: Mapping[str, str] | None, progress: Progress) -> Score:
    piece, beats = heard(sound, chords=wishes.chords, use=use, progress=progress)
    notes, chords = piece.get(Notes), piece.get(Chords)
    assert notes is not None, "a recording is always heard for notes"
    pitch = piece.get(PitchContour)
    if len(notes) and pitch is not None and speaking(pitch):
        message = "this sounds like speech: its pitch glides and never rests; the notes of the page may mean nothing"
        warnings.warn(message, SpeechWarning, stacklevel=3)
    page = written(_wanted(notes, wishes), beats, simple=wishes.simple)
    score = replace(page.score, title=piece.tags.get("title", ""), composer=piece.tags.get("artist", ""))
    if chords is not None:
        score = replace(score, chords=tuple(symbols(chords, page)))
    return _finished(score, wishes)


def symbols(chords: Chords, page: Notated) -> Iterator[ChordSymbol]:
    """The chords over the beats that they begin on; a chord that stays is written once.

    Between beats they stand only where a note does. Of those that would share a place, the longest keeps it.
    """
    struck = {note.onset for note in page.score.sounding()}
    kept: dict[Fraction, tuple[float, str]] = {}
    spans = zip(page.quarters_at(chords.start).tolist(), page.quarters_at(chords.end).tolist(), strict=True)
    for label, same in groupby(zip(chords.label, spans, strict=True), key=itemgetter(0)):
        held = [span for _, span in same]
        start, end = held[0][0], held[-1][1]
        at = _place(Fraction(start), page.score, struck)
        if at < page.score.length and end - start > kept.get(at, (-1.0, ""))[0]:
            kept[at] = (end - start, label)
    for label, places in groupby(kept, key=lambda at: kept[at][1]):
        yield ChordSymbol(next(places), label)


def _place(start: Fraction, score: Score, struck: Collection[Fraction]) -> Fraction:
    """Where the symbol of a chord stands that begins so many quarters into a score."""
    measure = score.measures[score.measure_at(start)]
    beat = measure.time.beat
    part = beat / (3 if beat.numerator % 3 == 0 else 2)
    nearest, between = (measure.start + floor((start - measure.start) / step + HALF) * step for step in (beat, part))
    return between if between in struck and abs(start - between) <= CLOSE * beat else nearest


def _wanted(notes: Notes, wishes: Wishes) -> Notes:
    """The parts that are asked for, for the instrument that is asked for."""
    if wishes.parts == (MELODY,):
        notes = melody_notes(notes)
    elif wishes.parts:
        kept = _picked([part.name for part in notes.parts], wishes.parts)
        notes = notes.only(np.isin(np.asarray(notes.part), kept))
    if wishes.instrument:
        part = instrument_part(wishes.instrument)
        notes = replace(notes.only(~notes.drum), part=None, parts=(part,), bends=(), controls=())
    return notes


def _picked(names: list[str], wanted: Iterable[str]) -> list[int]:
    """The parts with these names or numbers."""
    found = []
    for one in wanted:
        mine = [at for at, name in enumerate(names) if name.lower() == one.lower() or str(at + 1) == one]
        if not mine:
            known = ", ".join(f"{at} {name}".strip() for at, name in enumerate(names, 1))
            raise InvalidValueError(f"there is no part {one!r}; choose from {known}, or {MELODY}")
        found += mine
    return sorted(set(found))


def _finished(score: Score, wishes: Wishes) -> Score:
    """The bars that are asked for, as they are numbered, in the form and the key that are asked for."""
    if wishes.bars is not None:
        first, last = (str(one) for one in wishes.bars)
        numbers = [one.number for one in score.measures]
        if first not in numbers or last not in numbers or int(first) > int(last):
            raise InvalidValueError(f"there are no bars {first}-{last}; the page has {numbers[0]} to {numbers[-1]}")
        score = score.excerpt(numbers.index(first), numbers.index(last))
    if wishes.lead_sheet:
        return to_lead_sheet(score, capo=wishes.capo, transpose=wishes.transpose)
    return transposed(score, wishes.transpose) if wishes.transpose else score
