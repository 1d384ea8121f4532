"""A score as an engraved page: SVG, by verovio, which brings its own music font.

All pages stand in one file, one under another, as wide as A4 in proportion. Title and composer are drawn here, since
verovio cuts off long ones. Signs are outlines, words are left to the reader's own fonts. The same score gives the same
bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from descant.errors import UnwritableFileError
from descant.io.files import write_beside
from descant.io.score.own_process import BrokenOffError, TooLongError, answered
from descant.types.score import Score

WIDTH, HEIGHT = 2100, 2970  # of a page, in tenths of a millimetre
MARGIN = 120
TITLE, COMPOSER = 64, 36  # sizes of letters
HEADER = 190  # height kept free over the first page's music
DRAWS = "descant.io.score.verovio_process"
MOST_SECONDS = 600.0


def write_svg(score: Score, path: Path) -> Path:
    """Write the engraved score, all pages in one file."""
    with write_beside(path) as temporary:
        temporary.write_text(svg(pages(score, path)), encoding="utf-8")
    return path


def pages(score: Score, name: object = "the score") -> list[str]:
    """Each page as an SVG of its own, WIDTH by HEIGHT.

    Raises UnwritableFileError, with the name of what it is for, after MOST_SECONDS.
    """
    try:
        drawn: list[str] = answered(DRAWS, score, MOST_SECONDS)
    except TooLongError:
        why = f"was not engraved within {MOST_SECONDS:g} s"
    except BrokenOffError as error:
        why = f"could not be engraved ({error})"
    else:
        return [_placed(page, score, at) for at, page in enumerate(drawn)]
    raise UnwritableFileError(f"{name}: {why}; engrave some bars of it, or write MusicXML")


def measure_pages(drawn: Iterable[str]) -> list[int]:
    """The page, from 1 on, that each measure of a score stands on, of its drawn pages."""
    return [number for number, page in enumerate(drawn, 1) for _ in re.findall(r'class="measure"', page)]


def headed(score: Score) -> bool:
    """Whether something stands over the music."""
    return bool(score.title or score.composer)


def _placed(page: str, score: Score, at: int) -> str:
    """A page under its heading; the later ones have none, and are set in the middle of the paper."""
    head = HEADER if headed(score) else 0
    return _page(page, heading(score) if head and not at else "", head if not at else head // 2)


def svg(drawn: list[str]) -> str:
    """Pages one under another in one picture."""
    inner = "\n".join(
        re.sub(r"<svg ", f'<svg y="{HEIGHT * number}" ', page, count=1) for number, page in enumerate(drawn)
    )
    height = HEIGHT * max(1, len(drawn))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH / 10:g}mm" height="{height / 10:g}mm">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>\n{inner}\n</svg>\n'
    )


def _page(page: str, heading: str, down: int) -> str:
    """A page of verovio's within one of ours, so far down, its heading over it."""
    found = re.search(r'<svg viewBox="0 0 (\d+) (\d+)"', page)
    assert found is not None, "verovio draws pages with a viewBox"
    width, height = found.groups()
    inner = f'<svg x="0" y="{down}" width="{width}" height="{height}" {page[found.start() + 5 :]}'
    return f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">\n{heading}{inner}\n</svg>'


def heading(score: Score) -> str:
    """Title in the middle, as large as fits, and composer on the right."""
    room = WIDTH - 2 * MARGIN
    size = min(TITLE, int(room / (0.55 * max(1, len(score.title)))))
    font = 'font-family="Times, serif"'
    lines = [
        f'<text x="{WIDTH // 2}" y="{MARGIN + TITLE}" text-anchor="middle" font-size="{size}" {font}>'
        f"{escape(score.title)}</text>",
        f'<text x="{WIDTH - MARGIN}" y="{MARGIN + TITLE + 60}" text-anchor="end" font-size="{COMPOSER}" {font}>'
        f"{escape(score.composer)}</text>",
    ]
    return "\n".join(lines) + "\n"
