"""Bands with any instruments, however slowly they speak, half of them with drums: to tell instruments by."""

from __future__ import annotations

import numpy as np

from descant.datasets import groove, pop909
from descant.datasets.excerpt import excerpt, together, with_programs
from descant.evaluation.ears.collections import clips
from descant.evaluation.ears.families import DRUMS, PROGRAMS_EACH
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.evaluation.measures import true_tempo

SEED = 1812


def load(split: str, song_id: str) -> Recording:
    """One clip; each part's family is drawn first, then the programme."""
    song = pop909.read_song(song_id)
    rng = np.random.default_rng([SEED, int(song_id)])
    start = clips.start_of(song.beats)
    notes = excerpt(song.notes, start, start + clips.SECONDS)
    count = len(notes.parts)
    programs = rng.integers(DRUMS, size=count) * PROGRAMS_EACH + rng.integers(PROGRAMS_EACH, size=count)
    notes = with_programs(notes, dict(enumerate(programs.tolist())))
    if rng.random() < 0.5:
        drummers = clips.takes(clips.GROOVE_SPLITS[split])
        take = drummers[int(rng.integers(len(drummers)))]
        notes = together(notes, clips.strokes(take, true_tempo(song.beats)))
    sound = rendered(notes, split, f"orchestras/{song_id}")
    return Recording(f"{pop909.NAME}/{split}, any instruments", song_id, sound, SOUNDFONTS[split], notes=notes)


ORCHESTRAS = Collection("orchestras", lambda split: pop909.song_ids(split)[::2], load, (pop909, groove))
