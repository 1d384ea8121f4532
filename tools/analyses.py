"""Draws the pages of docs/harmony.md, docs/harmony/NAME.png: analyses under the staff, the human's over it.

`tools/analyses.py` draws the two of the docs; with a folder's name it draws ten test pieces there, fixed ones of every
collection, to be looked at. Needs the extras `pdf` and `train` (for its pictures) and the data sets under DESCANT_DATA.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageOps

from descant.datasets import roman_analyses
from descant.datasets.roman_analyses import RomanPiece
from descant.errors import DescantWarning
from descant.harmony.roman import key_name
from descant.io.open import open as open_file
from descant.io.save import save
from descant.io.score.musicxml_numerals import printed
from descant.pipelines.harmonic_analysis import harmonic_analysis
from descant.types import Score
from descant.types.score import Direction, Numeral

PAGES = Path(__file__).parent.parent / "docs" / "harmony"
MEASURES = 16
BELOW = 60  # pixels of white that stay
# The first test piece of each collection in AugmentedNet's list, and of its larger ones a second.
PIECES = (
    "abc-op74-3",
    "abc-op127-2",
    "bps-01-op002-no1-1",
    "bps-14-op027-no2-moonlight-1",
    "haydnsun-no2-2",
    "tavern-beethoven-woo-77-a",
    "wir-openscore-liedercorpus-schubert-die-schone-mullerin-d-795-12-pause",
    "wir-bach-chorales-19",
    "wir-monteverdi-madrigals-book-3-9",
    "wirwtc-bach-wtc-i-3",
)
SHOWN = {"chorale": "wir-bach-chorales-19", "prelude": "wirwtc-bach-wtc-i-3"}


def page(name: str) -> Score:
    """The first bars of a piece with both analyses."""
    pair = roman_analyses.listed("test")[name]
    assert pair is not None, f"{name} is not there"
    piece = roman_analyses.read_piece(pair)
    assert piece is not None, f"{name}: score and analysis do not fit"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DescantWarning)
        score = open_file(pair.score)
    found = harmonic_analysis(score).score
    above = replace(found.parts[0], directions=tuple(human(piece, found)), spans=())
    parts = (above, *(replace(part, directions=(), spans=()) for part in found.parts[1:]))
    shown = replace(found, parts=parts, title=name, tempos=())
    return shown.excerpt(0, min(MEASURES, len(shown.measures)) - 1)


def human(piece: RomanPiece, score: Score) -> list[Direction]:
    """The human's numerals as words over the first staff."""
    numerals = [
        Numeral(Fraction(start).limit_denominator(1000), chord.figure, key_name(chord.key))
        for start, chord in zip(piece.start.tolist(), piece.chords, strict=True)
        if 0 <= start < score.length
    ]
    return [Direction(one.at, one.text) for one in printed(numerals)]


def trimmed(path: Path) -> None:
    """The page without the white below its music."""
    with Image.open(path) as picture:
        ink = ImageOps.invert(picture.convert("L")).getbbox()
        assert ink is not None, f"{path} is empty"
        picture.crop((0, 0, picture.width, min(picture.height, ink[3] + BELOW))).save(path, optimize=True)


def main() -> None:
    """Draw the two, or all ten."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    folder.mkdir(parents=True, exist_ok=True)
    for name, piece in SHOWN.items() if folder == PAGES else zip(PIECES, PIECES, strict=True):
        path = save(page(piece), folder / f"{name}.png")
        trimmed(path)
        print(path)


if __name__ == "__main__":
    main()
