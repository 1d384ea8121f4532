"""Draws the pages of docs/transcribe.md, docs/transcribe/NAME.png: what `descant transcribe` makes of five pieces.

Needs the extra `pdf` and the data sets under DESCANT_DATA. The pieces are the first of their test splits, or fixed;
none was chosen by how well it went.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from descant.datasets import groove, jsb, pop909, when_in_rome
from descant.datasets.location import data_folder, dataset_folder
from descant.datasets.musicxml_notes import read_musicxml
from descant.datasets.performance import perform
from descant.evaluation.transcribe.collections import scores
from descant.io.save import save
from descant.pipelines.transcribe import transcribe
from descant.types import Score

PAGES = Path(__file__).parent.parent / "docs" / "transcribe"
TRUMPET = "sorohanro_-_solo-trumpet-06.hq.ogg"  # by Mihai Sorohan, CC BY 3.0
QUARTET = (40, 40, 41, 42)  # General MIDI


def drawn() -> Iterator[tuple[str, Score]]:
    """The pages by name."""
    chorale = jsb.chorales("test")[0]
    played = perform(chorale.score, np.random.default_rng(0), pedal=False, rubato=0.5, programs=QUARTET)
    yield "quartet", replace(transcribe(played.notes), title="A chorale by Bach, by four players")
    name = scores.ids("test")[0]
    folder = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus" / name
    written, _ = read_musicxml(folder / "score.mxl", name)
    played = perform(written, np.random.default_rng(zlib.crc32(name.encode())), pedal=True, rubato=0.5)
    title = " ".join(name.split("/")[-2:]).replace("_", " ")
    yield "piano", replace(transcribe(played.notes, bars=(1, 12)), title=title)
    song = pop909.song_ids("test")[0]
    yield "song", replace(transcribe(pop909.read_song(song).notes, bars=(1, 16)), title=f"POP909, song {song}")
    take = next(one for one in groove.performances("test") if one.style.startswith("rock") and not one.fill)
    yield "drums", replace(transcribe(take.notes, bars=(1, 8)), title="A drummer of Groove")
    yield "trumpet", transcribe(data_folder() / "recordings" / TRUMPET, instrument="trumpet")


def main() -> None:
    """Draw all."""
    PAGES.mkdir(exist_ok=True)
    for name, score in drawn():
        print(save(score, PAGES / f"{name}.png"))


if __name__ == "__main__":
    main()
