"""Text that music21 parses in a process of its own, to be given up: its time grows with the square of the length.

Run as `python -m descant.io.score.music21_process`, it takes (text, format) from its input and gives the fields of
`Parsed`, both pickled.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import warnings
from typing import NamedTuple

from descant.io.score.from_music21 import from_music21
from descant.types.score import Score


class Parsed(NamedTuple):
    """What music21 made of a text: the score of its first tune, or why there is none."""

    score: Score | None
    tunes: int = 1
    error: str = ""


class TooLongError(Exception):
    """The time was over before the text was parsed."""


def parsed(text: str, form: str, seconds: float) -> Parsed:
    """A text in a format of music21's. Raises TooLongError after so many seconds."""
    # The working folder may hold anything: it is not looked in for modules.
    command = [sys.executable, "-P", "-m", __name__]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    try:
        done = subprocess.run(
            command, input=pickle.dumps((text, form)), capture_output=True, timeout=seconds, env=environment
        )
    except subprocess.TimeoutExpired:
        raise TooLongError from None
    if done.returncode:
        return Parsed(None, error=f"music21 broke off, code {done.returncode}")
    return Parsed(*pickle.loads(done.stdout))


def _parse(text: str, form: str) -> Parsed:
    from music21 import chord, converter, stream

    tunes = 1
    piece = converter.parseData(text, format=form)
    if isinstance(piece, stream.Opus):
        tunes, piece = len(piece.scores), piece.scores[0]
    if form == "romanText":
        for numeral in piece.recurse().getElementsByClass("RomanNumeral"):
            written = chord.Chord(numeral.pitches)
            written.duration = numeral.duration
            numeral.activeSite.replace(numeral, written)
    return Parsed(from_music21(piece), tunes)


def _main() -> None:
    result, sys.stdout = sys.stdout.buffer, sys.stderr  # music21 prints now and then
    text, form = pickle.load(sys.stdin.buffer)
    warnings.simplefilter("ignore")
    try:
        found = _parse(text, form)
    except Exception as error:  # any of music21's own, or of Python, wherever the text trips it
        found = Parsed(None, error=str(error) or type(error).__name__)
    result.write(pickle.dumps(tuple(found)))


if __name__ == "__main__":
    _main()
