"""Draws the model `melody` at work on the first song of the test split: what it says of each note, and its tune."""

from __future__ import annotations

import numpy as np
from drawing import BOX_HEARD, FILLED_TRUE, HEARD, LIGHT, boxes, filled, outlined, panels, pitch_axis, time_axes
from matplotlib.figure import Figure

from descant.evaluation.harmony import tune
from descant.harmony import melody

WINDOW = (30.0, 60.0)  # seconds


def melody_picture() -> Figure:
    """How likely each note is the tune's; the notes of the true tune and of the one found."""
    piece = next(tune.songs("test"))
    notes, found = piece.notes, melody.melody(piece.notes)
    odds = melody.log_odds(notes.onset, notes.offset - notes.onset, notes.pitch)
    likely = 1 / (1 + np.exp(-odds.astype(float)))
    title = f"melody reads the notes of {piece.id} (pop909/test)"
    figure, axes = panels((1, 1), 9.0, title, (FILLED_TRUE, BOX_HEARD))
    for level in range(10):
        mine = (likely * 10).astype(int).clip(0, 9) == level
        colour = str(0.92 - 0.092 * level)  # the darker, the likelier
        boxes(axes[0], notes.onset[mine], notes.offset[mine], notes.pitch[mine] - 0.5, 1.0, **filled(colour))
    axes[0].set_title("how likely each note is the tune's, the model says: the darker, the likelier")
    boxes(axes[1], notes.onset, notes.offset, notes.pitch - 0.5, 1.0, **filled("#DDDDDD"))
    for which, style in ((piece.tune, filled(LIGHT)), (found, outlined(HEARD, 1.6))):
        boxes(axes[1], notes.onset[which], notes.offset[which], notes.pitch[which] - 0.5, 1.0, **style)
    axes[1].set_title("the tune")
    for one in axes:
        pitch_axis(one, notes, WINDOW)
    time_axes(axes, WINDOW)
    return figure
