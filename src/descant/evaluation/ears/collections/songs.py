"""Whole songs of POP909, played as they are written: three pianos."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from descant.datasets import pop909
from descant.datasets.location import dataset_folder
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.types import Beats, Chords


def load(split: str, song_id: str) -> Recording:
    """One song, with everything that its annotators say."""
    song = pop909.read_song(song_id)
    return Recording(
        data=f"{pop909.NAME}/{split}",
        id=song_id,
        sound=rendered(song.notes, split, f"{pop909.NAME}/{song_id}"),
        rendered=SOUNDFONTS[split],
        notes=song.notes,
        beats=song.beats,
        beats_again=beats_of_recording(song_id),
        chords=song.chords,
        chords_again=chords_of_recording(song_id),
        keys=song.keys,
        sections=song.sections,
    )


def beats_of_recording(song_id: str, folder: Path | None = None) -> Beats | None:
    """`beat_audio.txt`: the beats that a program heard in the song's recording.

    In some songs all lie a little off the MIDI file's time.
    """
    path = dataset_folder(pop909.NAME, pop909.PUBLISHED, folder) / "POP909" / song_id / "beat_audio.txt"
    if not path.is_file():
        return None
    table = np.loadtxt(path, ndmin=2)
    return Beats(table[:, 0], table[:, 1].astype(np.int64))


def chords_of_recording(song_id: str, folder: Path | None = None) -> Chords | None:
    """`chord_audio.txt`: the chords that a program heard in the song's recording, in the MIDI file's time."""
    path = dataset_folder(pop909.NAME, pop909.PUBLISHED, folder) / "POP909" / song_id / "chord_audio.txt"
    return pop909.read_chords(path) if path.is_file() else None


SONGS = Collection("songs", pop909.song_ids, load, (pop909,))
