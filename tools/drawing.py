"""The parts that the pictures of the models are put together from. Needs matplotlib, which the extra `train` brings.

Blue is what is true, vermillion what is heard; the darker the grey, the likelier the model holds something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from descant.features import FRAME_RATE
from descant.types import Notes

Array = npt.NDArray[Any]
Window = tuple[float, float]  # seconds

# Of Okabe and Ito's colours, which everybody can tell apart.
TRUE, HEARD, LIGHT, DARK = "#0072B2", "#D55E00", "#8CC8EC", "#333333"
WIDTH, DPI = 12.5, 100  # inches; dots an inch
LETTERS = 125  # of a title's line
LETTER = 0.65 / 72 / (WIDTH - 1.8)  # a letter's width as a share of a panel's, for each point of its size
LOWEST_PITCH, KEYS = 21, 88

FILLED_TRUE = Patch(facecolor=LIGHT, label="true")
BAR_TRUE = Patch(facecolor=TRUE, label="true")
FILLED_HEARD = Patch(facecolor=HEARD, label="heard")
BOX_TRUE = Patch(facecolor="none", edgecolor=TRUE, linewidth=1.8, label="true")
BOX_HEARD = Patch(facecolor="none", edgecolor=HEARD, linewidth=1.8, label="heard")
MARK_TRUE = Line2D([], [], color=TRUE, linewidth=3, alpha=0.45, label="true")
MARK_HEARD = Line2D([], [], color=HEARD, linestyle="", marker="v", markersize=9, label="heard")

mpl.rcParams |= {"font.size": 12, "axes.titlesize": 12, "axes.titlelocation": "left"}


def panels(heights: Sequence[float], height: float, title: str, legend: Sequence[Any]) -> tuple[Figure, list[Axes]]:
    """A figure of panels one above the other, with its title and legend above them. height: of all, inches."""
    figure = Figure((WIDTH, height), dpi=DPI, layout="constrained")
    axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0].tolist()
    figure.legend(
        handles=list(legend), loc="outside upper left", ncols=len(legend), frameon=False,
        title=fill(title, LETTERS), title_fontsize=13, alignment="left",
    )  # fmt: skip
    return figure, axes


def time_axes(axes: Sequence[Axes], window: Window) -> None:
    """The same seconds in all panels, told below the last."""
    for one in axes:
        one.set_xlim(*window)
        one.tick_params(labelbottom=one is axes[-1])
    axes[-1].set_xlabel("time in seconds")


def shade(axes: Axes, said: Array, seconds: Array, rows: Array) -> None:
    """Probabilities (time, rows) as greys. seconds, rows: the edges, one more than there are columns and rows."""
    mesh = axes.pcolormesh(seconds, rows, said.T, cmap="Greys", vmin=0.0, vmax=1.0, rasterized=True)
    bar = axes.figure.colorbar(mesh, ax=axes, pad=0.01, fraction=0.03, ticks=(0, 0.5, 1))
    bar.set_label("probability")


def shade_keys(axes: Axes, said: Array, window: Window) -> None:
    """Probabilities (frames, KEYS) of the window's frames."""
    first, last = (round(second * FRAME_RATE) for second in window)
    seconds = (np.arange(first, last + 2) - 0.5) / FRAME_RATE
    shade(axes, said[first : last + 1], seconds, LOWEST_PITCH - 0.5 + np.arange(KEYS + 1))


def activation(axes: Axes, said: Array, window: Window) -> None:
    """One probability a frame, as a line."""
    first, last = (round(second * FRAME_RATE) for second in window)
    frames = np.arange(max(first, 0), min(last + 1, len(said)))
    axes.plot(frames / FRAME_RATE, said[frames], color=DARK, linewidth=1.2)
    axes.set_ylim(0.0, 1.3)
    axes.set_yticks((0, 0.5, 1))


def marks(axes: Axes, true: Array, heard: Array) -> None:
    """Moments: true ones as bars, heard ones as triangles."""
    axes.vlines(true, 0.0, 1.0, color=TRUE, linewidth=3, alpha=0.45)
    axes.plot(heard, np.full(len(heard), 1.14), color=HEARD, linestyle="", marker="v", markersize=8)


def boxes(
    axes: Axes, start: npt.ArrayLike, end: npt.ArrayLike, low: npt.ArrayLike, height: float, **style: Any
) -> None:
    """A box for each span of time, from `low` up."""
    corners = np.broadcast_arrays(start, end, low)
    found = [Rectangle((a, bottom), b - a, height) for a, b, bottom in zip(*map(np.ravel, corners), strict=True)]
    axes.add_collection(PatchCollection(found, **style))


def filled(colour: str) -> dict[str, Any]:
    """The style of a box that is filled."""
    return {"facecolor": colour, "edgecolor": "white", "linewidth": 0.4}


def outlined(colour: str, width: float = 1.8) -> dict[str, Any]:
    """The style of a box that lets see what it stands on."""
    return {"facecolor": "none", "edgecolor": colour, "linewidth": width}


def roll(axes: Axes, true: Notes, heard: Notes) -> None:
    """The notes heard, outlined, over the true ones, filled."""
    boxes(axes, true.onset, true.offset, true.pitch - 0.5, 1.0, **filled(LIGHT))
    boxes(axes, heard.onset, heard.offset, heard.pitch - 0.5, 1.0, **outlined(HEARD, 1.6))


def pitch_axis(axes: Axes, notes: Notes, window: Window) -> None:
    """The pitches that notes have in a window, by name."""
    pitch = notes.pitch[(notes.onset < window[1]) & (notes.offset > window[0]) & ~notes.drum]
    octaves = np.arange(12, 128, 12)
    axes.set_yticks(octaves, [f"C{at // 12 - 1}" for at in octaves])
    axes.set_yticks(np.arange(21, 109), minor=True)
    axes.tick_params(axis="y", which="minor", length=2)
    axes.set_ylim(pitch.min() - 4, pitch.max() + 8)
    axes.set_ylabel("pitch")
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)


def labelled(axes: Axes, window: Window, rows: Mapping[str, tuple[Any, str]], size: float = 12.0) -> None:
    """Rows of segments with their labels in them: by name, the segments and their colour, the first on top."""
    for at, (segments, colour) in enumerate(rows.values()):
        boxes(axes, segments.start, segments.end, -at - 0.42, 0.84, facecolor=f"{colour}30", edgecolor=colour)
        for start, end, label in zip(segments.start, segments.end, segments.label, strict=True):
            left, right = max(start, window[0]), min(end, window[1])
            if right - left > len(label) * size * LETTER * (window[1] - window[0]):
                axes.text((left + right) / 2, -at, label, ha="center", va="center", fontsize=size, clip_on=True)
    axes.set_yticks(-np.arange(len(rows)), list(rows))
    axes.set_ylim(-len(rows) + 0.45, 0.55)
