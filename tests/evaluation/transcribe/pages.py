"""A small waltz for tests: an upbeat and two bars in G, at 60 quarters a minute, and pages that differ from it."""

from __future__ import annotations

import numpy as np

from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.page import Page
from descant.evaluation.transcribe.passage import Passage
from descant.transcription.notation.notated import Notated
from descant.types import Beats, Notes, Score
from descant.types.score import KeySignature, ScorePart
from tests.scores import THREE, frame, note

G = KeySignature(1, "major")

#          upbeat | first bar, a chord and the bass  | second bar
PITCHES = [62, 55, 66, 67, 69, 69]
ONSETS = [0.0, 1.0, 1.0, 1.0, 3.0, 4.0]  # seconds, and quarters too


def waltz(*, length=1, time=THREE, key=G, third="F#4") -> Score:
    """D4 | G3 under F#4 and G4, then A4 | tied into the next bar. Upper staff voice 1, lower staff voice 5."""
    rows = (
        (note(0, 1, "D4"),),
        (note(0, 2, third, "G4"), note(2, 1, "A4"), note(0, 3, "G3", staff=2, voice=5, tied=(True,))),
        (note(0, 3, "A4"), note(0, 3, "G3", staff=2, voice=5)),
    )
    return Score(frame((length, time, {}), (3, time, {}), (3, time, {}), key=key), (ScorePart(rows, staves=2),))


def played() -> Notes:
    """The waltz as it is written, but for the tied bass's length."""
    return Notes(ONSETS, np.array(ONSETS) + 0.9, PITCHES, [80] * 6)


# of each played note, by pitch within a moment: the waltz's sounding notes come by onset and pitch
WRITTEN = (0, 1, 2, 3, 4, 5)


def true_page() -> Page:
    return Page.of(Notated(waltz(), WRITTEN))


def desk(page: Page | None = None, **more) -> Desk:
    """A desk on which `system` has written a page, the true one unless another is given."""
    beats = Beats(np.arange(5.0), [3, 1, 2, 3, 1])
    passage = Passage(
        **{"data": "tune/test", "id": "1", "notes": played(), "truth": true_page(), "beats": beats, **more}
    )
    found = Desk(passage)
    found._known["system", "page"] = true_page() if page is None else page
    return found
