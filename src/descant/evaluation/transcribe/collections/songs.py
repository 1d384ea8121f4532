"""Pop songs (POP909): the whole arrangement as one piano plays it, its melody alone, and the arrangement as sound.

A beat is a quarter; where notes stand follows from the beats around them. The true key is known of songs in one key.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.datasets import pop909
from descant.datasets.excerpt import beats_between, excerpt, only_parts
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.evaluation.transcribe.beaten import bar_at, bars_on, between
from descant.evaluation.transcribe.desk import one_piano
from descant.evaluation.transcribe.page import FIFTHS, Page
from descant.evaluation.transcribe.passage import Collection, Passage
from descant.types import Beats, Keys, Notes
from descant.types.arrays import BoolArray, IntArray
from descant.types.score import TimeSignature

HEARD_SECONDS = 120.0  # of each, from its start
HEARD_EVERY = 6  # songs
EARLY = 1 / 16  # quarters before a bar line that belong to it
LOWEST_FIFTH = -5  # from the tonic: the flat second; the sharp fourth is the highest


def load(split: str, song_id: str) -> Passage:
    """One song's arrangement, and which of its notes are the melody."""
    song = pop909.read_song(song_id)
    notes = one_piano(song.notes)
    return replace(passage(split, song, notes), melody=melody_of(song.notes))


def load_melody(split: str, song_id: str) -> Passage:
    """One song's melody alone."""
    song = pop909.read_song(song_id)
    return passage(split, song, one_piano(only_parts(song.notes, (pop909.MELODY,))))


def load_heard(split: str, song_id: str) -> Passage:
    """The first two minutes of one song's arrangement, as sound."""
    song = pop909.read_song(song_id)
    heard = passage(split, song, excerpt(one_piano(song.notes), 0.0, HEARD_SECONDS))
    sound = rendered(heard.notes, split, f"{pop909.NAME}, one piano/{song_id}")
    beats = beats_between(song.beats, 0.0, HEARD_SECONDS)
    return replace(heard, beats=beats, sound=sound, rendered=SOUNDFONTS[split])


def heard_ids(split: str) -> tuple[str, ...]:
    """Some of the songs of a split."""
    return pop909.song_ids(split)[::HEARD_EVERY]


def passage(split: str, song: pop909.Pop909Song, notes: Notes) -> Passage:
    """Notes of a song with the page that its beats and its key make."""
    truth = page_of(notes, song.beats, song.keys)
    return Passage(f"{pop909.NAME}/{split}", song.id, notes, truth, song.beats, keyed=song.keys is not None)


def melody_of(notes: Notes) -> BoolArray:
    """Which notes of `one_piano(notes)` come from the melody's part."""
    track = [at for at, part in enumerate(notes.parts) if part.name == pop909.MELODY]
    kept = ~notes.drum
    order = np.lexsort((notes.pitch[kept], notes.onset[kept]))  # as Notes will order them
    mine: BoolArray = np.isin(np.asarray(notes.part)[kept], track)[order]
    return mine


def page_of(notes: Notes, beats: Beats, keys: Keys | None) -> Page:
    """The true page, as far as beats and key tell it: no note values, no voices."""
    number = np.arange(len(beats), dtype=np.float64)
    place = between(beats.time, number, notes.onset)
    lines = number[beats.position == 1]
    time = TimeSignature((int(np.median(beats.position[np.append(beats.position[1:] == 1, False)])),), 4)
    sharps, tonic = (0, 0) if keys is None else signature(keys.overall)
    known = ~np.isnan(place)
    onset = np.where(known, place, 0.0)
    return Page(
        known=known,
        onset=onset,
        duration=np.zeros(len(notes)),
        bar=bar_at(lines, onset, EARLY),
        bars=bars_on(lines, [time] * len(lines), [sharps] * len(lines)),
        fifths=fifths_in(tonic, notes.pitch),
    )


def signature(key: str) -> tuple[int, int]:
    """(sharps, tonic on the line of fifths) of a key such as `Eb minor`."""
    name, mode = key.split()
    tonic = FIFTHS[name[0]] + 7 * (name.count("#") - name.count("b"))
    sharps = tonic - (3 if mode == "minor" else 0)
    if abs(sharps) > 7:  # no page has so many signs
        tonic, sharps = tonic - 12 * int(np.sign(sharps)), sharps - 12 * int(np.sign(sharps))
    return sharps, tonic


def fifths_in(tonic: int, pitch: IntArray) -> IntArray:
    """The spelling of MIDI numbers from a flat second to a sharp fourth over the tonic, on the line of fifths."""
    low = tonic + LOWEST_FIFTH
    return low + (7 * pitch - low) % 12


SONGS = Collection("songs", pop909.song_ids, load, (pop909,))
MELODIES = Collection("melodies", pop909.song_ids, load_melody, (pop909,))
HEARD = Collection("songs heard", heard_ids, load_heard, (pop909,))
