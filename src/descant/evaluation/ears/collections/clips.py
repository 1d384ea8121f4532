"""Bands: parts of POP909's songs on instruments drawn by lot, without drums and with a real drummer's take (Groove).

The take is stretched to the song's tempo, begins at a downbeat and is repeated to the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from descant.datasets import groove, pop909
from descant.datasets.excerpt import excerpt, together, with_programs
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.evaluation.measures import true_tempo
from descant.types import Beats, Notes

SECONDS = 40.0
SONGS = 30  # of a split, evenly spread
AT = 0.3  # share of the song where the clip starts, at the next downbeat

# General MIDI programmes that on both SoundFonts sound at the written pitch, and half as loud as they get within 0.1 s:
# where a bowed string is only heard a quarter of a second after it is played, its onset is no truth to measure against.
LEADS = (4, 11, 12, 24, 46, 56, 64, 65, 66, 71, 79, 80, 81, 105, 107, 108)
CHORDS = (0, 1, 4, 5, 6, 7, 24, 26, 27, 28, 46, 62, 63, 88)
ROLES = (LEADS, LEADS, CHORDS)  # melody, bridge, piano
SEED = 909
GROOVE_SPLITS = {"train": "train", "valid": "validation", "test": "test"}


def ids(split: str) -> Sequence[str]:
    """Songs, evenly spread over the split."""
    songs = pop909.song_ids(split)
    return tuple(songs[at] for at in np.linspace(0, len(songs) - 1, SONGS).round().astype(int))


def load(split: str, song_id: str, drums: bool) -> Recording:
    """One clip; the same instruments with drums and without."""
    song = pop909.read_song(song_id)
    rng = np.random.default_rng([SEED, int(song_id)])
    start = start_of(song.beats)
    notes = excerpt(song.notes, start, start + SECONDS)
    notes = with_programs(notes, {at: int(rng.choice(ROLES[at])) for at in range(len(notes.parts))})
    if drums:
        drummers = takes(GROOVE_SPLITS[split])
        notes = together(notes, strokes(drummers[int(rng.integers(len(drummers)))], true_tempo(song.beats)))
    band = "with drums" if drums else "no drums"
    sound = rendered(notes, split, f"clips/{song_id}-{band.replace(' ', '-')}")
    return Recording(f"{pop909.NAME}/{split}, {band}", song_id, sound, SOUNDFONTS[split], notes=notes)


def strokes(take: groove.GroovePerformance, bpm: float) -> Notes:
    """A take at this tempo (quarters a minute), over and over for SECONDS."""
    stretch = take.bpm / bpm
    bar = 4 * 60.0 / bpm  # only takes in 4/4 are chosen
    length = max(np.ceil(take.notes.duration * stretch / bar - 0.25), 1.0) * bar
    starts = np.arange(0.0, SECONDS, length)
    onset = np.concatenate([start + take.notes.onset * stretch for start in starts])
    offset = np.concatenate([start + take.notes.offset * stretch for start in starts])
    pitch, velocity, part = (
        np.tile(column, len(starts)) for column in (take.notes.pitch, take.notes.velocity, np.asarray(take.notes.part))
    )
    return excerpt(Notes(onset, offset, pitch, velocity, part, take.notes.parts), 0.0, SECONDS)


def start_of(beats: Beats) -> float:
    """The first downbeat after the share AT of a song."""
    later = beats.downbeats[beats.downbeats >= AT * beats.time[-1]]
    return float(later[0]) if len(later) else 0.0


@cache
def takes(split: str) -> tuple[groove.GroovePerformance, ...]:
    """Groove's beats (no fills) in 4/4."""
    whole = (take for take in groove.performances(split) if not take.fill)
    return tuple(take for take in whole if take.beats.position.max(initial=0) == 4 and take.notes.duration > 8.0)


BANDS = Collection("bands", ids, partial(load, drums=False), (pop909,))
BANDS_WITH_DRUMS = Collection("bands with drums", ids, partial(load, drums=True), (pop909, groove))
