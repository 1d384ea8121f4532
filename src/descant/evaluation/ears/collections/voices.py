"""Singing, synthesised: the melodies of POP909, alone, in a voice of another seed than any that was trained on."""

from __future__ import annotations

from dataclasses import replace

from descant.datasets import pop909
from descant.datasets.excerpt import excerpt, only_parts
from descant.evaluation.ears.collections import clips
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import sung

SEED = 1_000_000  # plus the song's number: training draws its seeds below


def load(split: str, song_id: str) -> Recording:
    """One clip."""
    song = pop909.read_song(song_id)
    start = clips.start_of(song.beats)
    melody = replace(only_parts(song.notes, (pop909.MELODY,)), controls=())  # a voice has no pedal
    notes = excerpt(melody, start, start + clips.SECONDS)
    sound = sung(notes, SEED + int(song_id), f"{split}/{song_id}")
    return Recording(f"{pop909.NAME}/{split}, sung", song_id, sound, "synthesised voice", notes=notes)


VOICES = Collection("voices", clips.ids, load, (pop909,))
