"""Any data set that the mirdata package can load, so that users measure on what they own.

mirdata (extra `datasets`) knows some sixty sets: where each is published, under which licence, and how its files
read. Nothing is downloaded here: the set lies in a folder, and mirdata's index of it has been fetched once.

Bittner, Fuentes, Rubinstein, Jansson, Choi and Kell: mirdata: Software for Reproducible Usage of Datasets, ISMIR 2019.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.datasets.location import dataset_folder
from descant.errors import MissingDataError, MissingExtraError
from descant.types import Beats, Chords, Keys, Notes, Sections
from descant.types.annotations import HARTE
from descant.types.arrays import FloatArray

PUBLISHED = "the address that mirdata names"

_AUDIO = ("audio_path", "audio_mix_path", "mix_path")
_BEATS = ("beats", "beat")
_KEYS = ("key", "key_mode", "keys")
_NOTES = ("notes", "notes_all", "midi", "score")
_KEY = re.compile(r"([A-G][b#]?)(?:[:\s]+(major|maj|ionian|minor|min|aeolian))?", re.IGNORECASE)
_MIDI_VELOCITY = 80  # where a set annotates none


@dataclass(frozen=True, eq=False)
class MirdataItem:
    """A recording and what its set says of it; None where it says nothing."""

    id: str
    audio: Path
    beats: Beats | None = None
    chords: Chords | None = None  # `X` where the label is not in Harte's syntax
    keys: Keys | None = None  # without spans where one key is named for the whole; modes other than two are left out
    sections: Sections | None = None
    notes: Notes | None = None


def items(name: str, folder: Path | None = None) -> Iterator[MirdataItem]:
    """The recordings of the set `name` that are there, by mirdata's order.

    `folder` is the set's own, else `name` under DESCANT_DATA. Raises MissingExtraError without mirdata, and
    MissingDataError for an unknown name, a folder or index that is missing, an annotation that is missing or damaged,
    and where no recording is there.
    """
    mirdata = _mirdata()
    known = tuple(mirdata.list_datasets())
    if name not in known:
        raise MissingDataError(f"mirdata knows no data set {name!r}; it knows {', '.join(known)}")
    folder = dataset_folder(name, PUBLISHED, folder)
    dataset = mirdata.initialize(name, data_home=str(folder))
    try:
        ids = dataset.track_ids
    except FileNotFoundError:
        raise MissingDataError(
            f"{name}: mirdata has not fetched its index of this set; fetch it once with: "
            f"python -c \"import mirdata; mirdata.initialize('{name}').download(['index'])\""
        ) from None
    except NotImplementedError:
        raise MissingDataError(f"{name}: mirdata has no single recordings of this set, only multitracks") from None
    found = False
    for track_id in ids:
        track = dataset.track(track_id)
        audio = _audio(track)
        if audio is not None:
            found = True
            yield _item(track_id, track, audio, name)
    if not found:
        raise MissingDataError(
            f"{folder}: none of the {len(ids)} recordings of {name} is there; get them as mirdata says"
        )


def _mirdata() -> Any:
    try:
        import mirdata
    except ImportError:
        raise MissingExtraError(
            "data sets named mirdata:... need the datasets extra; install it with: "
            "pip install 'descant[datasets]' (or: pip install mirdata)"
        ) from None
    return mirdata


def _audio(track: Any) -> Path | None:
    paths = (getattr(track, attribute, None) for attribute in _AUDIO)
    return next((Path(path) for path in paths if path and Path(path).is_file()), None)


def _item(track_id: str, track: Any, audio: Path, name: str) -> MirdataItem:
    try:
        beats = _first(track, _BEATS, "BeatData")
        chords = _first(track, ("chords",), "ChordData")
        keys = _first(track, _KEYS, "KeyData", "str")
        sections = _first(track, ("sections", "sections_uppercase"), "SectionData")
        notes = _first(track, _NOTES, "NoteData")
    except (OSError, ValueError) as error:  # mirdata checks what it reads with ValueErrors
        raise MissingDataError(f"{name}: {track_id} has no readable annotation ({error}); get the set again") from None
    return MirdataItem(
        id=track_id,
        audio=audio,
        beats=None if beats is None else _beats(beats),
        chords=None if chords is None else _chords(chords),
        keys=None if keys is None else _keys(keys),
        sections=None if sections is None else _sections(sections),
        notes=None if notes is None else _notes(notes),
    )


def _first(track: Any, attributes: tuple[str, ...], *kinds: str) -> Any:
    """The first attribute of one of these classes, in seconds; of several annotators the first."""
    for attribute in attributes:
        if not hasattr(type(track), attribute):
            continue  # asking a track for what its class lacks is an error, asking for what it has may read a file
        value = getattr(track, attribute)
        if type(value).__name__ == "MultiAnnotator" and value.annotations:
            value = value.annotations[0]
        unit = getattr(value, "interval_unit", getattr(value, "time_unit", "s"))
        if type(value).__name__ in kinds and unit == "s":
            return value
    return None


def _beats(data: Any) -> Beats:
    time = np.asarray(data.times, dtype=np.float64)
    position = np.zeros(len(time))
    if data.positions is not None and data.position_unit == "bar_index":
        position = np.asarray(data.positions, dtype=np.float64)
    order = np.argsort(time, kind="stable")
    time, position = time[order], position[order]
    kept = (np.diff(time, prepend=-1.0) > 0) & (time >= 0)
    valid = (position >= 0) & (position <= 64) & (position == np.round(position))
    return Beats(time[kept], np.where(valid, position, 0)[kept])


def _chords(data: Any) -> Chords:
    labels = [label if HARTE.fullmatch(label) else "X" for label in data.labels]
    start, end, kept = _spans(data.intervals)
    return Chords(start, end, tuple(labels[at] for at in kept))


def _sections(data: Any) -> Sections:
    labels = [" ".join(label.split()) or "?" for label in data.labels or ["?"] * len(data.intervals)]
    start, end, kept = _spans(data.intervals)
    return Sections(start, end, tuple(labels[at] for at in kept))


def _keys(data: Any) -> Keys:
    if isinstance(data, str):
        return Keys(np.zeros(0), np.zeros(0), (), overall=_key(data) or "N")
    start, end, kept = _spans(data.intervals)
    label = [_key(data.keys[at]) for at in kept]
    named = [at for at, one in enumerate(label) if one]
    lengths: dict[str, float] = {}
    for at in named:
        lengths[str(label[at])] = lengths.get(str(label[at]), 0.0) + float(end[at] - start[at])
    overall = max(lengths, key=lambda one: lengths[one], default="N")
    return Keys(start[named], end[named], tuple(str(label[at]) for at in named), overall=overall)


def _key(text: str) -> str | None:
    """`A:min`, `Eb`, `F# minor` as descant writes keys; None for other modes and for no key."""
    found = _KEY.fullmatch(text.strip())
    if not found:
        return None
    mode = "minor" if (found[2] or "").lower().startswith(("min", "aeo")) else "major"
    return f"{found[1][0].upper()}{found[1][1:]} {mode}"


def _notes(data: Any) -> Notes:
    pitch = _midi_numbers(data.pitches, data.pitch_unit)
    velocity = np.full(len(pitch), _MIDI_VELOCITY, dtype=np.float64)
    if data.confidence is not None and data.confidence_unit == "velocity":
        velocity = np.clip(np.round(data.confidence), 1, 127)
    intervals = np.asarray(data.intervals, dtype=np.float64)
    kept = (intervals[:, 1] > intervals[:, 0]) & (pitch >= 0) & (pitch <= 127)
    return Notes(intervals[kept, 0], intervals[kept, 1], pitch[kept], velocity[kept].astype(np.int64))


def _midi_numbers(pitches: Any, unit: str) -> npt.NDArray[np.int64]:
    if unit == "hz":
        hz = np.maximum(np.asarray(pitches, dtype=np.float64), 1e-3)
        return np.round(69 + 12 * np.log2(hz / 440.0)).astype(np.int64)
    if unit == "midi":
        return np.round(np.asarray(pitches, dtype=np.float64)).astype(np.int64)
    import librosa

    return np.asarray(librosa.note_to_midi(list(pitches)), dtype=np.int64).reshape(-1)


def _spans(intervals: Any) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    """(start, end, index): spans with a length, in order, each cut where the next begins."""
    table = np.asarray(intervals, dtype=np.float64).reshape(-1, 2)
    order = np.argsort(table[:, 0], kind="stable")
    order = order[(table[order, 0] >= 0) & (table[order, 1] > table[order, 0])]
    start, end = table[order, 0], table[order, 1].copy()
    end[:-1] = np.minimum(end[:-1], start[1:])
    kept = end > start
    return start[kept], end[kept], order[kept]
