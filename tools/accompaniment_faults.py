"""Prints the faults of accompaniments beside POP909's own: the table of songs in docs/composition.md.

    python tools/accompaniment_faults.py

Sixteen bars, from the ninth on, of the first SONGS_TOLD validation songs in bars of four quarters: as they are, and
with all but the melody written anew as `descant accompany` does it, with the seeds 0, 1 and so on.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np

from descant.composition.chord_row import CHORDS
from descant.composition.get_score import CHORD
from descant.composition.getmusic import BAR, POP, SONGS
from descant.composition.song_faults import MELODY, classes, faults, sounding
from descant.datasets import track_grids
from descant.pipelines.arrange import arrange
from descant.types import MeterChange
from descant.types.arrays import IntArray
from descant.types.chord_vocabulary import Chord, tones

SONGS_TOLD, FIRST, BARS = 10, 8, 16
BPM = 90.0


def stretches() -> list[IntArray]:
    """The grids of songs that have so many bars of four, with a melody in them."""
    found = (_stretch(song) for song in track_grids.songs("valid"))
    return list(islice((grid for grid in found if grid is not None and grid[:, MELODY].any()), SONGS_TOLD))


def _stretch(song: track_grids.TrackGrid) -> IntArray | None:
    lines = np.flatnonzero(song.place == 0)[FIRST : FIRST + BARS + 1]
    even = len(lines) == BARS + 1 and bool((np.diff(lines) == BAR).all())
    return song.grid[lines[0] : lines[-1]] if even else None


def accompanied(grid: IntArray, seed: int) -> IntArray:
    """The melody alone, given to `arrange`."""
    alone = np.where(SONGS.rows.track == MELODY, grid, POP.silence)
    notes = POP.decode(alone.ravel(), BPM)
    melody = replace(notes.only(notes.part == MELODY), meters=(MeterChange(0.0, 4, 4),))
    return arrange(melody, seed=seed).page.grid


def sung(grid: IntArray) -> tuple[int, int]:
    """On how many beats, and of how many, the melody sings a tone of the chord."""
    tone = np.stack([tones(Chord.of_tag(tag)) for tag in range(CHORDS)]).astype(bool)[grid[:, -1] - CHORD][::4]
    melody = classes(sounding(grid, MELODY))[::4]
    asked = melody.any(axis=1) & tone.any(axis=1)
    return int((melody & tone).any(axis=1)[asked].sum()), int(asked.sum())


def main() -> None:
    own = stretches()
    written = [accompanied(grid, seed) for seed, grid in enumerate(own)]
    each = {"POP909": own, "accompanied": written}
    counted = {name: [faults(grid, np.arange(len(grid)) % BAR) for grid in grids] for name, grids in each.items()}
    print("| | " + " | ".join(each) + " |\n|---|" + "---:|" * len(each))
    for fault in counted["POP909"][0]:
        means = (np.mean([one[fault] for one in found]) for found in counted.values())
        print(f"| {fault} | " + " | ".join(f"{mean:.1f}" for mean in means) + " |")
    rates = (np.sum([sung(grid) for grid in grids], axis=0) for grids in each.values())
    print(
        "| beats on which the melody is of the chord, % | " + " | ".join(f"{100 * a / b:.0f}" for a, b in rates) + " |"
    )


if __name__ == "__main__":
    main()
