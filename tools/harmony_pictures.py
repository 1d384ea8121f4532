"""Draws the models of harmony at work on a test piece: what they say of keys, the numerals found, and a human's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from drawing import BOX_TRUE, DARK, FILLED_HEARD, HEARD, TRUE, boxes, filled, labelled, outlined, panels, shade
from matplotlib.figure import Figure

from descant.datasets import roman_analyses
from descant.errors import MissingDataError
from descant.harmony import chord_gnn
from descant.harmony.roman import KEYS, MAJOR, Roman, key_name
from descant.types.arrays import FloatArray

WINDOW = (0.0, 40.0)  # quarters
SONG = "wir-"  # the first test piece whose name begins so


@dataclass(frozen=True)
class Labelled:
    """Spans of quarters and what stands in them."""

    start: FloatArray
    end: FloatArray
    label: tuple[str, ...]


def chord_gnn_picture() -> Figure:
    """The posterior of each key at each onset, with the keys found and a human's; both their numerals; the notes."""
    name, pair = next((name, pair) for name, pair in roman_analyses.listed("test").items() if name.startswith(SONG))
    piece = roman_analyses.read_piece(pair) if pair is not None else None
    if piece is None:
        raise MissingDataError(f"{name}: not there")
    told = chord_gnn.told(piece.notes)
    found = chord_gnn.numerals_of(told)
    chords = [chord_gnn.numerals()[at] for at in chord_gnn.best_path(told)]
    end = float(told.time[-1] + told.gap[-1])
    near = [key for fifths in range(-6, 7) for key in ((fifths, MAJOR), (fifths + 3, "minor")) if key in KEYS]
    said = np.exp(chord_gnn.log_softmax(told.heads[0]))[:, [KEYS.index(key) for key in near]]
    title = f"chord-gnn reads {name}"
    figure, axes = panels((1.6, 0.5, 1.0), 11.0, title, (BOX_TRUE, FILLED_HEARD))
    shade(axes[0], said, np.append(told.time, end), np.arange(len(near) + 1) - 0.5)
    true_end = np.append(piece.start[1:], end)
    for start, stop, row, inset, style in (
        (told.time, np.append(told.time[1:], end), chords, 0.37, filled(HEARD)),
        (piece.start, true_end, piece.chords, 0.0, outlined(TRUE)),
    ):
        spans = _keys(start, stop, row)
        rows = np.array([near.index(key) for _, _, key in spans if key in near])
        edges = np.array([(low, high) for low, high, key in spans if key in near])
        boxes(axes[0], edges[:, 0], edges[:, 1], rows - 0.5 + inset, 1 - 2 * inset, **style)
    axes[0].set_yticks(range(len(near)), [key_name(key) for key in near], fontsize=9)
    axes[0].set_title("how probable each key is at every onset, relative keys side by side")
    human = Labelled(piece.start, true_end, tuple(one.figure for one in piece.chords))
    read = Labelled(found.start, found.end, found.figure)
    labelled(axes[1], WINDOW, {"human": (human, TRUE), "found": (read, HEARD)}, 9.0)
    axes[1].set_title("numerals, where there is room for them")
    notes = piece.notes
    boxes(axes[2], notes.onset, notes.onset + notes.duration, notes.pitch - 0.5, 1.0, **filled(DARK))
    inside = (notes.onset < WINDOW[1]) & (notes.onset + notes.duration > WINDOW[0])
    axes[2].set_ylim(notes.pitch[inside].min() - 2, notes.pitch[inside].max() + 2)
    axes[2].set_ylabel("MIDI pitch")
    axes[2].set_title("the notes")
    for one in axes:
        one.set_xlim(*WINDOW)
    axes[-1].set_xlabel("quarters")
    return figure


def _keys(
    start: FloatArray, stop: FloatArray, chords: list[Roman] | tuple[Roman, ...]
) -> list[tuple[float, float, tuple[int, str]]]:
    """The stretches in one key."""
    found: list[tuple[float, float, tuple[int, str]]] = []
    for low, high, chord in zip(start.tolist(), stop.tolist(), chords, strict=True):
        if found and found[-1][2] == chord.key:
            found[-1] = (found[-1][0], high, chord.key)
        else:
            found.append((low, high, chord.key))
    return found
