"""The table of beam widths, with an analysis that a narrow beam spoils."""

import numpy as np

from descant.datasets.roman_analyses import RomanPiece
from descant.evaluation.beam_widths import by_beam
from descant.harmony import modular_harmony
from descant.harmony.modular_harmony import Analysis
from descant.harmony.roman import MAJOR, Roman

CHORDS = (Roman((0, MAJOR), (1, 0), "maj", 0, 0), Roman((0, MAJOR), (5, 0), "maj", 1, 1))
BARS = np.array([0.0, 4.0])


def test_wider_beams(monkeypatch):
    def analysis(told, beam):
        kept = CHORDS if beam > 1 else CHORDS[:1]
        return Analysis(BARS[: len(kept)], 8.0, (), kept, np.ones(len(kept)))

    monkeypatch.setattr(modular_harmony, "told", lambda notes: None)
    monkeypatch.setattr(modular_harmony, "analysis", analysis)
    piece = RomanPiece("one", None, BARS, CHORDS)
    narrow, wide = by_beam([piece, piece], (1, 5))
    assert (narrow.beam, narrow.frames.frames, narrow.frames.rates["roman"]) == (1, 128, 0.5)
    assert (wide.beam, wide.frames.rates["roman"]) == (5, 1)
    assert wide.seconds > 0
