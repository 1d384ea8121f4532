"""Draws the models of composition at work on the first chorale of a split: what they write, or say, of Bach's own."""

from __future__ import annotations

import numpy as np
from drawing import HEARD, LIGHT, panels, roll
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from descant.composition.discrete_diffusion import inpaint
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.music_transformer import nll
from descant.datasets import jsb

RASTER = JsbRaster()
BPM = 60.0  # a quarter is a second
WINDOW = (0.0, 40.0)  # quarters
BARS = slice(48, 80)  # frames
SURPRISE = "cividis_r"  # light where likely; told apart by those who see few colours


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


def music_transformer_picture() -> Figure:
    """How likely each step of each voice was to the model that had read the piece so far."""
    chorale = jsb.chorales("valid")[0]
    frames = RASTER.flatten(chorale.grid).reshape(-1, len(VOICES))
    nats = nll(frames)
    figure, axes = panels((2, 1), 9.0, f"music_transformer reads {chorale.id} (jsb)", ())
    quarter = np.arange(len(frames)) / 4
    for voice, name in enumerate(VOICES):
        sung = frames[:, voice] > 0
        pitch = frames[sung, voice] + RASTER.lowest - 1
        axes[0].scatter(quarter[sung], pitch, c=nats[sung, voice], marker="s", s=7, cmap=SURPRISE, vmin=0, vmax=6)
        axes[1].step(quarter, np.cumsum(nats[:, voice]), where="post", label=name)
    axes[0].set_ylabel("MIDI pitch")
    axes[0].set_title("the darker, the less likely it was")
    axes[1].set_ylabel("nats so far")
    axes[1].legend(frameon=False)
    for one in axes:
        one.set_xlim(*WINDOW)
    axes[1].set_ylim(0, float(np.cumsum(nats, axis=0)[int(4 * WINDOW[1])].max()) * 1.05)
    axes[-1].set_xlabel("quarters")
    return figure
