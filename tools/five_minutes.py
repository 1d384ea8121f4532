"""Draws chorales of five minutes: whether their key and their density stay where they began.

    python tools/five_minutes.py [OUT.png]

Each is written in one go, 90 bars at 72 quarters a minute, and looked at in stretches of STRETCH bars: how many notes a
bar has, over all voices, and how well the asked key goes with what is sung (the correlation of its profile with the
pitch classes). The grey band holds nine tenths of such stretches of Bach's training chorales, each in the key that goes
best with the whole of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from drawing import DARK, HEARD, TRUE, Array, panels
from matplotlib.lines import Line2D

from descant.composition.frames_before import key_of, profile
from descant.composition.jsb_raster import JsbRaster
from descant.composition.sonorities import pitch_classes
from descant.datasets import jsb
from descant.pipelines.compose import compose
from descant.types import Notes

OUT = Path(__file__).parent.parent / "docs" / "composition" / "five_minutes.png"
BARS, BPM, STRETCH = 90, 72.0, 6
BAR = 16  # steps
KEYS = {"G major": 7, "D minor": 14, "E flat major": 3}
COLOURS = (TRUE, HEARD, DARK)


def told(frames: Array, key: int) -> tuple[Array, Array]:
    """Notes a bar and correlation with the key, of each stretch of MIDI numbers (steps, 4)."""
    size = STRETCH * BAR
    stretches = [frames[at : at + size] for at in range(0, len(frames) - size + 1, size)]
    density = [(4 + np.count_nonzero(np.diff(one, axis=0))) / STRETCH for one in stretches]
    likeness = [np.corrcoef(profile(key), pitch_classes(one).sum(axis=0))[0, 1] for one in stretches]
    return np.array(density), np.array(likeness)


def frames_of(notes: Notes) -> Array:
    raster = JsbRaster()
    return raster.frames(raster.encode(notes).tokens)


def main(target: Path = OUT) -> None:
    bach = [
        told(one.grid, key_of(pitch_classes(one.grid).sum(axis=0)))
        for one in jsb.chorales("train")
        if len(one.grid) >= STRETCH * BAR
    ]
    names = ("notes a bar", "correlation with the key")
    bands = [np.quantile(np.concatenate([one[at] for one in bach]), (0.05, 0.95)) for at in range(2)]
    handles = [Line2D([], [], color=colour, label=key) for key, colour in zip(KEYS, COLOURS, strict=True)]
    figure, axes = panels((1, 1), 6.0, f"chorales of {BARS / BPM * 4:g} minutes, music_transformer, seed 0", handles)
    for (key, number), colour in zip(KEYS.items(), COLOURS, strict=True):
        found = compose(bars=BARS, tempo=BPM, key=key.replace(" flat", "b"), seed=0, best_of=1)
        for axis, values in zip(axes, told(frames_of(found.notes), number), strict=True):
            axis.plot((np.arange(len(values)) + 0.5) * STRETCH * 4 / BPM, values, color=colour, marker="o")
    for axis, name, band in zip(axes, names, bands, strict=True):
        axis.axhspan(*band, color="#DDDDDD", zorder=0)
        axis.set_ylabel(name)
        axis.set_xlim(0, BARS / BPM * 4)
    axes[0].set_ylim(0)
    axes[1].set_ylim(-0.2, 1)
    axes[1].set_xlabel("minutes")
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
