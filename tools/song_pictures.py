"""Draws the Music Transformer on songs: five minutes of piano, and an accompaniment beside the song's own."""

from __future__ import annotations

import numpy as np
from drawing import DARK, HEARD, LIGHT, TRUE, Array, panels, roll
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from descant.composition.accompaniment_tokens import only_track
from descant.composition.frames_before import key_of, profile
from descant.composition.music_transformer_accompaniment import accompaniment
from descant.composition.music_transformer_performance import WINDOW, continued
from descant.datasets import pop909, song_bars
from descant.datasets.song_performances import performances
from descant.evaluation.compose.accompaniment_chords import accompanying
from descant.types import Notes

LENGTH = 300.0  # seconds
DENSITY, KEY = 10.0, 30.0  # seconds: of stretches in which notes and keys are told
SEEDS = (0, 1, 2)
COLOURS = (TRUE, HEARD, DARK)
BARS = 8


def density(notes: Notes, length: float) -> Array:
    """Notes a second in each stretch."""
    return np.histogram(notes.onset, np.arange(0.0, length + 1e-6, DENSITY))[0] / DENSITY


def likeness(notes: Notes, length: float) -> Array:
    """How well each stretch goes with the key that goes best with the whole: the correlation with its profile."""
    key = key_of(np.bincount(notes.pitch % 12, minlength=12).astype(float))
    edges = np.arange(0.0, length + 1e-6, KEY)
    classes = [
        np.bincount(notes.pitch[(notes.onset >= low) & (notes.onset < low + KEY)] % 12, minlength=12)
        for low in edges[:-1]
    ]
    return np.array([np.corrcoef(profile(key), one)[0, 1] if one.any() else np.nan for one in classes])


def music_transformer_performance_picture() -> Figure:
    """Density and key of three performances of five minutes; bands hold nine tenths of the validation songs'."""
    songs = [notes for _, notes in performances("valid")]
    measures = (
        (density, DENSITY, f"notes a second, in {DENSITY:g} s"),
        (likeness, KEY, f"correlation with the key of the whole, in {KEY:g} s"),
    )
    handles = [Line2D([], [], color=colour, label=f"seed {seed}") for seed, colour in zip(SEEDS, COLOURS, strict=True)]
    handles.append(Patch(facecolor="#DDDDDD", label="nine tenths of such stretches of POP909's validation songs"))
    title = f"music_transformer_performance plays {LENGTH:g} seconds, looking back at {WINDOW} tokens"
    figure, axes = panels((1, 1), 7.0, title, handles)
    played = [continued(None, LENGTH, seed) for seed in SEEDS]
    for axis, (measure, width, name) in zip(axes, measures, strict=True):
        known = np.concatenate([measure(notes, notes.duration) for notes in songs])
        axis.axhspan(*np.nanquantile(known, (0.05, 0.95)), color="#DDDDDD", zorder=0)
        for notes, colour in zip(played, COLOURS, strict=True):
            values = measure(notes, LENGTH)
            axis.plot((np.arange(len(values)) + 0.5) * width, values, color=colour, marker="o", markersize=4)
        axis.set_title(name)
        axis.set_xlim(0, LENGTH)
    axes[0].set_ylim(0)
    axes[-1].set_xlabel("seconds")
    return figure


def music_transformer_accompaniment_picture() -> Figure:
    """What is written to the first bars of a song's melody, and what the song has."""
    song = song_bars.in_bars(pop909.read_song(pop909.song_ids("test")[0]))
    length = BARS * 4 * song_bars.BEAT
    opening = song.notes.only(song.notes.onset < length)
    melody = only_track(opening, (0,))
    legend = (Patch(facecolor=LIGHT, label="the melody"), Patch(facecolor="none", edgecolor=HEARD, label="to it"))
    title = f"music_transformer_accompaniment writes to song {song.id} (pop909), seed 0"
    figure, axes = panels((1, 1), 9.0, title, legend)
    for axis, notes, what in (
        (axes[0], accompaniment(melody, 0), "bridge and piano as written"),
        (axes[1], accompanying(opening), "bridge and piano of the song"),
    ):
        roll(axis, melody, notes)
        axis.set_title(what)
        axis.set_xlim(0, length)
        axis.set_ylim(opening.pitch.min() - 6, opening.pitch.max() + 6)
        axis.set_ylabel("MIDI pitch")
    axes[-1].set_xlabel("seconds, at 120 quarters a minute")
    return figure
