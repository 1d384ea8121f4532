"""One passage, written down by any number of systems; what several tasks ask for is made once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from descant.evaluation.transcribe.page import Page
from descant.evaluation.transcribe.passage import Passage
from descant.evaluation.transcribe.systems import CEILINGS, COPYISTS, PICKERS
from descant.pipelines.transcribe import heard
from descant.types import Beats, Notes
from descant.types.arrays import BoolArray


class Desk:
    """A passage and what systems made of it. One that fails has written nothing; `failures` says why."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.failures: list[str] = []
        self._known: dict[tuple[str, str], Any] = {}

    def page(self, name: str) -> Page:
        """The page that a system writes of the passage's notes."""
        if (name, "page") not in self._known:
            beats = self.passage.beats if name in CEILINGS else None
            self._known[name, "page"] = self.written(name, self.passage.notes, beats)
        found: Page = self._known[name, "page"]
        return found

    def written(self, name: str, notes: Notes, beats: Beats | None) -> Page:
        """The page that a system writes of any notes."""
        try:
            return Page.of({**COPYISTS, **CEILINGS}[name](notes, beats))
        except Exception as error:  # whatever it trips over, the other systems go on
            self._failed(name, error)
            return Page.empty(len(notes))

    def melody(self, name: str) -> BoolArray:
        """Which of the passage's notes a system takes for the melody."""
        try:
            return PICKERS[name](self.passage.notes)
        except Exception as error:  # as above
            self._failed(name, error)
            return np.zeros(len(self.passage.notes), dtype=bool)

    def heard(self) -> tuple[Notes, Beats | None]:
        """The pitched notes that are heard in the passage's sound, and the beats that a page of it follows."""
        if ("", "heard") not in self._known:
            assert self.passage.sound is not None, "only passages that sound are asked for what is heard"
            piece, beats = heard(self.passage.sound)
            notes = piece.get(Notes)
            assert notes is not None
            self._known["", "heard"] = one_piano(notes), beats
        found: tuple[Notes, Beats | None] = self._known["", "heard"]
        return found

    def _failed(self, name: str, error: Exception) -> None:
        self.failures.append(f"{self.passage.data} {self.passage.id}: {name} failed: {type(error).__name__}: {error}")


def one_piano(notes: Notes) -> Notes:
    """The pitched notes as those of one piano part; the pedals of all stay."""
    kept = ~notes.drum
    return Notes(
        notes.onset[kept],
        notes.offset[kept],
        notes.pitch[kept],
        notes.velocity[kept],
        controls=tuple(replace(one, part=0) for one in notes.controls),
    )
