"""Draws GETMusic at work on the first song of the test split: what it writes to the melody, beside the song's own."""

from __future__ import annotations

import numpy as np
from drawing import HEARD, LIGHT, TRUE, boxes, filled, labelled, panels, roll
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from descant.composition.getmusic import POP, SONGS
from descant.datasets import pop909, track_grids

FIRST, COLUMNS = 128, 128  # eight bars of four
BPM = 60.0  # a beat is a second
WINDOW = (0.0, 32.0)  # beats


def getmusic_picture() -> Figure:
    """Bridge, piano and chords written to a melody, and chords alone to all notes."""
    piece = track_grids.song_grid(pop909.read_song(pop909.song_ids("test")[0]))
    shown = slice(FIRST, FIRST + COLUMNS)
    own = piece.grid[shown].ravel()
    to_melody, to_all = (
        SONGS.complete(piece.grid, wanted, 0, place=piece.place, changes=piece.place % 8 == 0, temperature=0.6)[
            shown
        ].ravel()
        for wanted in (("chords", "piano", "bridge"), ("chords",))
    )
    legend = (
        Patch(facecolor=TRUE, label="the melody, given"),
        Patch(facecolor=LIGHT, label="the song's own"),
        Patch(facecolor="none", edgecolor=HEARD, label="written"),
    )
    figure, axes = panels((1.0, 0.3), 8.5, f"getmusic writes to {piece.id} (pop909/test), seed 0", legend)
    notes, written = POP.decode(own, BPM), POP.decode(to_melody, BPM)
    tune = np.asarray(notes.part) == 0
    roll(axes[0], notes.only(~tune), written.only(np.asarray(written.part) != 0))
    boxes(axes[0], notes.onset[tune], notes.offset[tune], notes.pitch[tune] - 0.5, 1.0, **filled(TRUE))
    pitches = np.append(notes.pitch, written.pitch)
    axes[0].set_ylim(pitches.min() - 4, pitches.max() + 4)
    axes[0].set_ylabel("MIDI pitch")
    axes[0].set_title("bridge and piano written to the melody")
    rows = {"own": (own, TRUE), "to the melody": (to_melody, HEARD), "to all notes": (to_all, HEARD)}
    chords = {name: (POP.decode_chords(tokens, BPM), colour) for name, (tokens, colour) in rows.items()}
    labelled(axes[1], WINDOW, chords, 9.0)
    axes[1].set_title("chords, where there is room for their names")
    for one in axes:
        one.set_xlim(*WINDOW)
    axes[1].set_xlabel("beats")
    return figure
