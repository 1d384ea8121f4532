"""What is learnt of MIDI and of scores: facts that they state, and vectors of their sound, played once by the sampler.

The key of MIDI is found by key profiles (`analysis/key_profiles.py`) from how long each pitch class sounds; of a score,
they only choose between the two keys of its signature where the signature does not say its mode.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from descant.analysis.key_profiles import overall_key
from descant.errors import DescantError, DescantWarning, InvalidValueError
from descant.features import prepare
from descant.features.key_fit import NAMES, likeness
from descant.io.open import open as open_file
from descant.io.tags import readable
from descant.library import spaces
from descant.library.analysis import packed
from descant.library.books import titled_tunes
from descant.library.describe_audio import heard_facts, stored
from descant.library.item import FULL, Entry
from descant.library.spaces import SPACES
from descant.pipelines.listen import hear
from descant.pipelines.melodies import melodies
from descant.synthesis.as_written import as_written
from descant.synthesis.sampler import sampler
from descant.transcription.notation.given import given, with_default_map
from descant.types import Audio, Beats, Keys, Meter, Notes, Piece, Score, Tags, Tempo, TempoCandidate
from descant.types.annotations import INSTRUMENT, METER
from descant.types.arrays import FloatArray
from descant.types.instruments import DRUMS, INSTRUMENTS, instrument_class
from descant.types.names import pitch_class
from descant.types.score import BPM, TimeSignature

GAP = 1.0  # seconds of rest over which an instrument is said to go on
PLAY_SHARE = 0.2  # of the work, for the progress

Progress = Callable[[float], None]


def describe_notes(path: Path, content: str, level: int, progress: Progress) -> Entry:
    """Learn of a MIDI file or a score what a level asks for. Its melodies cost little and are kept at every level."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", DescantWarning)
        music = open_file(path)
    if not isinstance(music, Notes | Score):
        raise InvalidValueError(f"{path}: holds {type(music).__name__}, not MIDI or a score")
    notes = as_written(music) if isinstance(music, Score) else (music := with_default_map(music))
    told = tuple(str(one.message) for one in said if issubclass(one.category, DescantWarning))
    piece = replace(stated(music, notes, str(path)), warnings=told)
    facts: dict[str, Any] = {
        "content": content,
        "kind": "score" if isinstance(music, Score) else "midi",
        "level": level,
        "melodies": _melodies(path, music),
    }
    if isinstance(music, Score):
        facts |= {"title": readable(music.title) or None, "composer": readable(music.composer) or None}
    progress(PLAY_SHARE / 2)
    if level == FULL:
        try:
            audio = sampler(notes)
        except InvalidValueError as error:  # it is longer than can be played
            return Entry(**{**heard_facts(piece), **facts, "warnings": (*told, f"not played: {error}")})
        piece = _listened(audio, piece, lambda share: progress(PLAY_SHARE + (1.0 - PLAY_SHARE) * share))
        facts |= {"vectors": spaces.embedded(audio, piece), "analysis": packed(piece)}
    return Entry(**{**heard_facts(piece), **facts})


def _melodies(path: Path, music: Notes | Score) -> tuple[tuple[str, bytes], ...]:
    """The melodies of a file; of a book in ABC those of all its tunes, by their titles."""
    found: list[tuple[str, bytes]] = []
    for tune in titled_tunes(path):
        with suppress(DescantError), warnings.catch_warnings():
            warnings.simplefilter("ignore", DescantWarning)
            found += [(tune.title, melody) for _, melody in stored(melodies(tune.score))]
    return tuple(found) or stored(melodies(music))


def _listened(audio: Audio, piece: Piece, progress: Progress) -> Piece:
    """The piece with what the spaces need and the file does not say, heard in its sound."""
    wanted = [field for field in spaces.fields(SPACES) if piece.get(field) is None]
    features = spaces.features(SPACES)
    if wanted:
        heard = hear(audio, only=wanted, also=features, progress=progress)
        for name in wanted:
            if (annotation := heard.get(name)) is not None:
                piece = piece.with_(annotation)
    else:
        prepare(audio, features)
    return piece


def stated(music: Notes | Score, notes: Notes, file: str = "") -> Piece:
    """The piece that a file states: its notes, tempo, beats, metre, key, instruments. notes: the music as played."""
    piece = Piece(file, notes.duration).with_(notes)
    believed = isinstance(music, Score) or given(notes).near  # the map of what was played freely means nothing
    meter = _meter(notes) if believed else None
    piece = piece.with_(Meter(meter))
    if believed and (bpm := _tempo(music, notes, meter)) is not None:
        piece = piece.with_(Tempo((TempoCandidate(bpm),))).with_(_beats(notes, meter))
    if (key := _key(music, notes)) is not None:
        piece = piece.with_(key)
    return piece.with_(_instruments(notes))


def _longest(starts: list[float], values: list[Any], end: float) -> Any:
    """Of values that hold from one start to the next, the one that holds longest in all."""
    held: dict[Any, float] = {}
    for at, value in enumerate(values):
        stop = starts[at + 1] if at + 1 < len(starts) else end
        held[value] = held.get(value, 0.0) + max(0.0, min(stop, end) - starts[at])
    return max(held, key=lambda value: held[value], default=None)


def _meter(notes: Notes) -> str | None:
    names = [f"{one.numerator}/{one.denominator}" for one in notes.meters]
    name: str | None = _longest([one.time for one in notes.meters], names, notes.duration)
    return name if name is not None and METER.fullmatch(name) else None


def _tempo(music: Notes | Score, notes: Notes, meter: str | None) -> float | None:
    """Beats a minute; None where none is named. The beat of 6/8 is a dotted quarter."""
    if isinstance(music, Score) and not music.tempos:
        return None
    quarters = _longest([one.time for one in notes.tempos], [one.bpm for one in notes.tempos], notes.duration)
    if quarters is None:
        return None
    bpm = float(quarters / _beat(meter))
    return bpm if 0.0 < bpm < 1000.0 else None


def _beat(meter: str | None) -> float:
    """Quarters in a beat."""
    count, unit = map(int, meter.split("/")) if meter else (4, 4)
    return float(TimeSignature((count,), unit).beat)


def _beats(notes: Notes, meter: str | None) -> Beats:
    """The beats of the tempo map, until the last note ends; their places in the bar are left open."""
    marks = {0.0: BPM, **{one.time: one.bpm for one in notes.tempos if one.time < notes.duration}}
    second = np.append(list(marks), notes.duration)
    quarter = np.append(0.0, np.cumsum(np.diff(second) * list(marks.values()) / 60.0))
    place = np.arange(0.0, quarter[-1], _beat(meter))
    return Beats(np.interp(place, quarter, second), np.zeros(len(place), dtype=np.int64))


def _key(music: Notes | Score, notes: Notes) -> Keys | None:
    pitched = notes.only(~notes.drum)
    seconds = np.bincount(pitched.pitch % 12, pitched.offset - pitched.onset, minlength=12).astype(np.float64)
    if not seconds.any():
        return None
    chroma = (seconds / seconds.sum())[None]
    best, sure = overall_key(chroma)
    name = NAMES[best]
    if isinstance(music, Score) and (signed := _signed(music, chroma)) is not None:
        name, sure = signed, 1.0
    return Keys(np.zeros(0), np.zeros(0), (), overall=name, overall_confidence=sure)


def _signed(score: Score, chroma: FloatArray) -> str | None:
    """The key that the first signature stands for; None where its mode is neither major nor minor."""
    signature = score.measures[0].key if score.measures else None
    if signature is None or signature.mode not in ("", "major", "minor"):
        return None
    major, minor = (_on_circle(signature.sharps + more) for more in (0, 3))
    mode = signature.mode
    if not mode:
        fit = likeness(chroma)[0]
        mode = "major" if fit[pitch_class(major)] >= fit[12 + pitch_class(minor)] else "minor"
    return f"{major if mode == 'major' else minor} {mode}"


def _on_circle(fifths: int) -> str:
    """The tonic so many fifths above C."""
    sharps, at = divmod(fifths + 1, 7)
    return "FCGDAEB"[at] + ("#" * sharps if sharps > 0 else "b" * -sharps)


def _instruments(notes: Notes) -> Tags:
    """The spans in which each class of instruments plays."""
    classes = np.where(notes.drum, DRUMS, instrument_class(notes.program))
    spans: list[tuple[float, float, str]] = []
    for number in np.unique(classes[classes >= 0]):
        mine = classes == number
        onset, offset = notes.onset[mine], np.maximum.accumulate(notes.offset[mine])
        first = np.flatnonzero(np.concatenate([[True], onset[1:] > offset[:-1] + GAP]))
        last = np.append(first[1:], len(onset)) - 1
        spans += [(float(onset[a]), float(offset[b]), INSTRUMENTS[number]) for a, b in zip(first, last, strict=True)]
    start, end, label = zip(*spans, strict=True) if spans else ((), (), ())
    return Tags(np.array(start), np.array(end), tuple(label), (INSTRUMENT,) * len(spans))
