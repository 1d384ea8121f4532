"""Draws the models of composition at work on the first chorale of the test split: what they write beside Bach's own."""

from __future__ import annotations

import numpy as np
from drawing import HEARD, LIGHT, panels, roll
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from descant.composition.discrete_diffusion import inpaint
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.datasets import jsb

RASTER = JsbRaster()
BPM = 60.0  # a quarter is a second
WINDOW = (0.0, 40.0)  # quarters
BARS = slice(48, 80)  # frames


def discrete_diffusion_picture() -> Figure:
    """Three voices written to a soprano, and two bars of all voices into a chorale."""
    chorale = jsb.chorales("test")[0]
    frames = RASTER.flatten(chorale.grid).reshape(-1, len(VOICES))
    lower, bars = np.zeros((2, *frames.shape), dtype=bool)
    lower[:, 1:] = True
    bars[BARS] = True
    legend = (Patch(facecolor=LIGHT, label="Bach"), Patch(facecolor="none", edgecolor=HEARD, label="written"))
    title = f"discrete_diffusion writes into {chorale.id} (jsb), seed 0"
    figure, axes = panels((1, 1), 9.0, title, legend)
    for one, wanted, what in (
        (axes[0], lower, "the soprano is given, the other voices are written"),
        (axes[1], bars, "all is given but two bars"),
    ):
        written = np.where(wanted, inpaint(frames, wanted, np.random.default_rng(0)), 0)
        own, new = (RASTER.decode(piece.ravel(), BPM) for piece in (frames, written))
        roll(one, own, new)
        one.set_title(what)
        one.set_xlim(*WINDOW)
        one.set_ylim(own.pitch.min() - 2, own.pitch.max() + 2)
        one.set_ylabel("MIDI pitch")
    axes[-1].set_xlabel("quarters")
    return figure
