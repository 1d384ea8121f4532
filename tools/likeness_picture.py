"""Draws what likeness compares: a tune, its cover in another key and tempo on other instruments, and another piece.

    python tools/likeness_picture.py [OUT.png]

The tune is the demo's, the other piece the chorale on composition's page; all are played by the sampler. The mean over
the three that a library would take off is not taken off. Needs matplotlib, which the extra `train` brings.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from drawing import DARK, DPI, HEARD, TRUE
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descant.description.chroma_2dftm import PATCH, ROWS, beat_chroma, harmony_vector
from descant.description.interval_ngrams import melody_vector
from descant.description.scale_transform import COEFFICIENTS, autocorrelation, rhythm_vector
from descant.features import FRAME_RATE, get
from descant.features.harmony import Harmony
from descant.features.onset_strength import OnsetStrength
from descant.io.midi import read_midi
from descant.library.spaces import fields
from descant.library.spaces import space as named_space
from descant.pipelines.demo_piece import demo_notes
from descant.pipelines.listen import hear
from descant.registry import find
from descant.types import Beats, Notes

DOCS = Path(__file__).parent.parent / "docs"
OUT, CHORALE = DOCS / "likeness.png", DOCS / "composition" / "chorale.mid"
FASTER, HIGHER = 1.25, 5
PROGRAMS = {0: 11, 1: 24, 2: 43}  # of the cover's parts: vibraphone, guitar, double bass
BANDS = ("low", "middle", "high")
COLOURS = (DARK, HEARD, TRUE)


def cover(notes: Notes) -> Notes:
    """Faster and higher, on other instruments; drums stay what they are."""
    parts = tuple(
        one if one.drum else replace(one, program=PROGRAMS.get(at, one.program)) for at, one in enumerate(notes.parts)
    )
    return replace(
        notes,
        onset=notes.onset / FASTER,
        offset=notes.offset / FASTER,
        pitch=np.where(notes.drum, notes.pitch, notes.pitch + HIGHER),
        parts=parts,
        controls=(),
        bends=(),
        tempos=(),
        meters=(),
    )


def column(axes: list[Axes], notes: Notes) -> dict[str, np.ndarray]:
    """Draw one piece from top to bottom, and give its vectors."""
    sound = find("sampler")(notes)
    wanted = [named_space(name) for name in ("rhythm", "harmony", "melody")]
    piece = hear(sound, only=fields(wanted), also=[Harmony(), OnsetStrength()])
    harmony, beats = get(sound, Harmony()), piece.get(Beats)
    vectors = {
        "rhythm": rhythm_vector(get(sound, OnsetStrength())),
        "harmony": harmony_vector(harmony.chroma, harmony.bass_chroma, beats.time),
        "melody": melody_vector(piece.get(Notes)),
    }
    chroma = beat_chroma(harmony.chroma, beats.time)[:PATCH]
    axes[0].imshow(chroma.T, origin="lower", aspect="auto", cmap="Greys", interpolation="nearest")
    axes[0].set(xlabel="beat", yticks=(0, 4, 7), yticklabels=("C", "E", "G"))
    magnitude = vectors["harmony"][: ROWS * PATCH].reshape(ROWS, PATCH)
    axes[1].imshow(magnitude, origin="lower", aspect="auto", cmap="Greys", interpolation="nearest")
    axes[1].set(xlabel="cycles in a patch of beats")
    curves = autocorrelation(get(sound, OnsetStrength()))
    lag = np.arange(len(curves)) / FRAME_RATE
    for band, (name, colour) in enumerate(zip(BANDS, COLOURS, strict=True)):
        axes[2].plot(lag[1:], curves[1:, band], color=colour, linewidth=1, label=name)
        scale = vectors["rhythm"][band * COEFFICIENTS : (band + 1) * COEFFICIENTS]
        axes[3].plot(scale, color=colour, linewidth=1)
    axes[2].set(xscale="log", xlim=(0.1, 8), xticks=(0.1, 0.3, 1, 3), xticklabels=("0.1", "0.3", "1", "3"))
    axes[2].set(xlabel="lag in seconds")
    axes[2].minorticks_off()
    axes[3].set(xlabel="cycles along the logarithm of the lag")
    axes[4].bar(np.arange(len(vectors["melody"])), vectors["melody"], width=2.0, color=DARK)
    axes[4].set(xlabel="place of a run of intervals")
    return vectors


def main(out: Path) -> None:
    figure = Figure((12.5, 11), dpi=DPI, layout="constrained")
    axes = figure.subplots(5, 3, sharey="row")
    tune = demo_notes()
    pieces = {
        "a tune": tune,
        "its cover, a quarter faster, a fourth higher": cover(tune),
        "a chorale": read_midi(CHORALE),
    }
    found = [column(axes[:, at].tolist(), notes) for at, notes in enumerate(pieces.values())]
    for at, title in enumerate(pieces):
        alike = {name: float(found[0][name] @ one) for name, one in found[at].items()}
        said = ", ".join(f"{name} {value:.2f}" for name, value in alike.items())
        axes[0, at].set_title(f"{title}\n{said if at else 'cosines with it:'}", loc="left")
    names = ("chroma of each beat", "2DFTM, all voices", "autocorrelation", "scale transform", "n-grams")
    for row, name in enumerate(names):
        axes[row, 0].set_ylabel(name)
    axes[2, 0].legend(frameon=False, ncols=3, fontsize=9)
    figure.savefig(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
