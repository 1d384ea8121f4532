"""Songs and keyboard pieces (When in Rome, the splits of `ears`), played by rule from their engraved scores."""

from __future__ import annotations

import warnings
import zlib
from dataclasses import replace

import numpy as np

from descant.datasets import when_in_rome
from descant.datasets.excerpt import beats_between, excerpt
from descant.datasets.location import dataset_folder, require_file
from descant.datasets.musicxml_notes import read_musicxml as read_plain
from descant.datasets.performance import Performance, perform
from descant.errors import MissingDataError
from descant.evaluation.ears.collections import scores
from descant.evaluation.transcribe.matching import UNMATCHED, nearest
from descant.evaluation.transcribe.page import Page
from descant.evaluation.transcribe.passage import Collection, Passage
from descant.io.score.read_musicxml import read_musicxml
from descant.transcription.notation.notated import LEFT_OUT, Notated
from descant.types import Notes, Score

SECONDS = 120.0  # of each, from its start
KEYBOARD = ("Keyboard_Other/", "Piano_Sonatas/", "OpenScore-LiederCorpus/")
REACH = 0.5  # quarters from where a note is played to where it is written
FEWEST = 0.5  # of the notes, that must be found in the score


def ids(split: str) -> tuple[str, ...]:
    """The pieces of a split with a keyboard."""
    return tuple(name for name in scores.ids(split) if name.startswith(KEYBOARD))


def load(split: str, name: str) -> Passage:
    """The start of one piece. Raises MissingDataError where its score is read in two ways that do not agree."""
    folder = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus" / name
    path = require_file(folder / "score.mxl", when_in_rome.PUBLISHED)
    plain, _ = read_plain(path, name)
    played = perform(plain, np.random.default_rng(zlib.crc32(name.encode())), pedal=True, rubato=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of chord symbols, which are not asked for
        score = read_musicxml(path)
    notes = excerpt(played.notes, 0.0, SECONDS)
    truth = page_of(score, played, notes)
    if np.mean(truth.known) < FEWEST:
        raise MissingDataError(f"{path}: only {np.mean(truth.known):.0%} of its notes are found again in its score")
    return Passage(f"{when_in_rome.NAME}/{split}", name, notes, truth, beats_between(played.beats, 0.0, SECONDS))


def page_of(score: Score, played: Performance, notes: Notes) -> Page:
    """The page that some notes of a performance were played from. Hands are asked of a part on two staves alone."""
    written = tuple(score.sounding())
    struck = np.array([at for at, one in enumerate(written) if one.duration and one.drum is None], dtype=np.int64)
    place = np.array([float(written[at].onset) for at in struck])
    pitch = np.array([written[at].pitch.midi for at in struck], dtype=np.int64)
    found = nearest(np.interp(notes.onset, played.second, played.quarter), notes.pitch, place, pitch, REACH)
    page = Page.of(Notated(score, tuple(LEFT_OUT if at == UNMATCHED else int(struck[at]) for at in found)))
    keyboard = np.array([score.parts[one.part].staves == 2 for one in written])
    mine = np.array([at != UNMATCHED and bool(keyboard[struck[at]]) for at in found], dtype=bool)
    assert page.staff is not None, "a page that was made from a score has staves"
    return replace(page, staff=np.where(mine, page.staff, 0))


SCORES = Collection("scores", ids, load, (when_in_rome,))
