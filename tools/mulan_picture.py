"""Draws the two towers of `mulan` at work: how high words put the test's clips, by what is heard in them."""

from __future__ import annotations

import numpy as np
from drawing import BOX_TRUE, TRUE, outlined, panels
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from descant.datasets.caption_words import WORDS, facts
from descant.datasets.captioned_clips import TEST_CLIPS
from descant.datasets.heard_clips import heard_clips
from descant.description.mulan import sound_vector, words_vector

FIELDS = ("instrument", "style", "mood")
FEWEST = 5  # clips of a group


def mulan_picture() -> Figure:
    """For each field of facts: the mean percentile of the clips of each fact (columns) under each plain word (rows)."""
    clips = heard_clips("test", TEST_CLIPS)
    audio = np.stack([sound_vector(one.shown) for one in clips])
    true = [facts(one.attributes) for one in clips]
    title = "mulan: where words put the test clips (synthesised with TimGM6mb); the darker, the higher"
    figure, axes = panels((18, 7, 5), 15.0, title, (BOX_TRUE,))
    for axis, field in zip(axes, FIELDS, strict=True):
        groups = [one for one in WORDS if one.startswith(f"{field}=") and sum(one in have for have in true) >= FEWEST]
        cosines = np.stack([words_vector(WORDS[one][0]) for one in groups]) @ audio.T
        percentile = cosines.argsort(axis=1).argsort(axis=1) / (len(clips) - 1)
        shown = np.array([[row[[one in have for have in true]].mean() for one in groups] for row in percentile])
        mesh = axis.pcolormesh(shown, cmap="Greys", vmin=0.3, vmax=1.0)
        axis.figure.colorbar(mesh, ax=axis, pad=0.01, fraction=0.03, label="mean percentile")
        names = [one.partition("=")[2] for one in groups]
        axis.set_yticks(np.arange(len(names)) + 0.5, [WORDS[one][0] for one in groups], fontsize=10)
        axis.set_xticks(np.arange(len(names)) + 0.5, names, fontsize=9, rotation=30, ha="right")
        axis.invert_yaxis()
        axis.set_title(f"the word asked for, against the {field} that is in the clip")
        for at in range(len(names)):
            axis.add_patch(Rectangle((at, at), 1, 1, **outlined(TRUE, 1.8)))
    return figure
