"""Draws the models of harmony at work on a test piece: what they say of keys, the numerals found, and a human's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from drawing import (
    BOX_TRUE,
    DARK,
    FILLED_HEARD,
    HEARD,
    MARK_HEARD,
    MARK_TRUE,
    TRUE,
    boxes,
    filled,
    labelled,
    marks,
    outlined,
    panels,
    shade,
)
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descant import weights
from descant.datasets import roman_analyses
from descant.datasets.roman_analyses import RomanPiece
from descant.errors import MissingDataError
from descant.harmony import chord_gnn, modular_harmony
from descant.harmony.note_features import graph_inputs
from descant.harmony.numerals import numerals
from descant.harmony.onset_features import change_features, onsets_of
from descant.harmony.roman import KEYS, MAJOR, MINOR, Roman, key_name
from descant.types import RomanNumerals
from descant.types.arrays import FloatArray

WINDOW = (0.0, 40.0)  # quarters
SONG = "wir-"  # the first test piece whose name begins so


@dataclass(frozen=True)
class Labelled:
    """Spans of quarters and what stands in them."""

    start: FloatArray
    end: FloatArray
    label: tuple[str, ...]


def song() -> tuple[str, RomanPiece]:
    """The piece that is shown, and its name."""
    name, pair = next((name, pair) for name, pair in roman_analyses.listed("test").items() if name.startswith(SONG))
    piece = roman_analyses.read_piece(pair) if pair is not None else None
    if piece is None:
        raise MissingDataError(f"{name}: not there")
    return name, piece


def chord_gnn_picture() -> Figure:
    """The posterior of each key at each onset, with the keys found and a human's; both their numerals; the notes."""
    name, piece = song()
    told = chord_gnn.told(piece.notes)
    chords = [numerals()[at] for at in chord_gnn.best_path(told)]
    end = float(told.time[-1] + told.gap[-1])
    near = [key for fifths in range(-6, 7) for key in ((fifths, MAJOR), (fifths + 3, MINOR)) if key in KEYS]
    said = np.exp(told.heads[0])[:, [KEYS.index(key) for key in near]]
    figure, axes = panels((1.6, 0.5, 1.0), 11.0, f"chord-gnn reads {name}", (BOX_TRUE, FILLED_HEARD))
    shade(axes[0], said, np.append(told.time, end), np.arange(len(near) + 1) - 0.5)
    for start, stop, row, inset, style in (
        (told.time, np.append(told.time[1:], end), chords, 0.37, filled(HEARD)),
        (piece.start, np.append(piece.start[1:], end), piece.chords, 0.0, outlined(TRUE)),
    ):
        spans = [one for one in _keys(start, stop, row) if one[2] in near]
        rows = np.array([near.index(key) for _, _, key in spans])
        low, high = np.array([one[:2] for one in spans]).T
        boxes(axes[0], low, high, rows - 0.5 + inset, 1 - 2 * inset, **style)
    axes[0].set_yticks(range(len(near)), [key_name(key) for key in near], fontsize=9)
    axes[0].set_title("how probable each key is at every onset, relative keys side by side")
    _numerals_and_notes(axes[1:], piece, chord_gnn.numerals_of(told))
    return figure


def modular_harmony_picture() -> Figure:
    """How likely a chord begins at each onset; the numerals found and a human's; the notes."""
    name, piece = song()
    onsets = onsets_of(graph_inputs(piece.notes), float(np.max(piece.notes.onset + piece.notes.duration)))
    logits = weights.load(modular_harmony.TRANSITION).run({"onsets": change_features(onsets)[np.newaxis]})["change"][0]
    time = graph_inputs(piece.notes).graph.time
    told = modular_harmony.analysis(modular_harmony.told(piece.notes))
    first = [at for at, one in enumerate(told.numerals) if at == 0 or one != told.numerals[at - 1]]
    found = Labelled(
        told.start[first], np.append(told.start[first[1:]], told.end), tuple(told.numerals[at].figure for at in first)
    )
    figure, axes = panels((0.7, 0.5, 1.0), 9.0, f"modular-harmony reads {name}", (MARK_TRUE, MARK_HEARD))
    axes[0].vlines(time, 0.0, 1 / (1 + np.exp(-logits.astype(float))), color=DARK, linewidth=1.5)
    marks(axes[0], piece.start, found.start)
    axes[0].set_ylim(0.0, 1.3)
    axes[0].set_ylabel("probability")
    axes[0].set_title("a chord begins here, CTM says")
    _numerals_and_notes(axes[1:], piece, found)
    return figure


def _numerals_and_notes(axes: list[Axes], piece: RomanPiece, found: RomanNumerals | Labelled) -> None:
    """Both rows of numerals, and the notes under them."""
    notes = piece.notes
    end = float(np.max(notes.onset + notes.duration))
    human = Labelled(piece.start, np.append(piece.start[1:], end), tuple(one.figure for one in piece.chords))
    label = found.label if isinstance(found, Labelled) else found.figure
    read = Labelled(found.start, found.end, label)
    labelled(axes[0], WINDOW, {"human": (human, TRUE), "found": (read, HEARD)}, 9.0)
    axes[0].set_title("numerals, where there is room for them")
    boxes(axes[1], notes.onset, notes.onset + notes.duration, notes.pitch - 0.5, 1.0, **filled(DARK))
    inside = (notes.onset < WINDOW[1]) & (notes.onset + notes.duration > WINDOW[0])
    axes[1].set_ylim(notes.pitch[inside].min() - 2, notes.pitch[inside].max() + 2)
    axes[1].set_ylabel("MIDI pitch")
    axes[1].set_title("the notes")
    axes[1].set_xlabel("quarters")
    for one in axes[0].figure.axes[:3]:
        one.set_xlim(*WINDOW)


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
