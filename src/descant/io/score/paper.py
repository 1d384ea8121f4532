"""Engraved pages on paper: PDF and PNG, by typst, which brings its letters and takes the system's for other scripts.

A PDF holds all pages. PNG files hold one page each: `song.png`, or `song-1.png`, `song-2.png` and so on where there are
several. The same pages give the same bytes on one machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from descant.errors import MissingExtraError
from descant.io.files import write_beside
from descant.io.score import engrave
from descant.types.score import Score

FORMS = ("pdf", "png")
PIXELS_AN_INCH = 200
# A page of an SVG is as wide as the paper, A4. Dates are left out, so that the same score gives the same bytes.
DOCUMENT = b"""
#set document(title: sys.inputs.title, date: none)
#set page(width: 210mm, height: 297mm, margin: 0pt)
#for drawn in json(bytes(sys.inputs.pages)) { page(image(bytes(drawn), format: "svg", width: 100%)) }
"""
SERIF = "Libertinus Serif"  # which typst brings


def write_pdf(score: Score, path: Path) -> Path:
    """Write the engraved score, all pages in one file. Raises MissingExtraError without the extra `pdf`."""
    return pdf(engrave.pages(score, path), score.title, path)


def write_png(score: Score, path: Path) -> Path:
    """Write the engraved score, one file a page, and give the first. Raises MissingExtraError without `pdf`."""
    return png(engrave.pages(score, path), path)


def pdf(pages: Sequence[str], title: str, path: Path) -> Path:
    """Write pages, each an SVG, as one PDF."""
    (data,) = _compiled(pages, title, path, "pdf")
    with write_beside(path) as temporary:
        temporary.write_bytes(data)
    return path


def png(pages: Sequence[str], path: Path) -> Path:
    """Write pages, each an SVG, as pictures, all of them or none, and give the first one's name."""
    drawn = _compiled(pages, "", path, "png")
    names = [path] if len(drawn) == 1 else [path.with_stem(f"{path.stem}-{at}") for at in range(1, len(drawn) + 1)]
    with ExitStack() as stack:
        for name, data in zip(names, drawn, strict=True):
            stack.enter_context(write_beside(name)).write_bytes(data)
    return names[0]


def ready(path: Path) -> None:
    """Raise MissingExtraError where a file of this name needs the extra `pdf` and it is not there."""
    form = path.suffix.lower().removeprefix(".")
    if form in FORMS and find_spec("typst") is None:
        raise MissingExtraError(f'{path}: {form.upper()} needs the extra "pdf"; run: pip install "descant[pdf]"')


def _compiled(pages: Sequence[str], title: str, path: Path, form: Literal["pdf", "png"]) -> list[bytes]:
    ready(path)
    import typst

    lettered = [engrave.svg([page]).replace('"Times, serif"', f'"{SERIF}"') for page in pages]
    inputs = {"title": title, "pages": json.dumps(lettered)}
    data = typst.compile(DOCUMENT, format=form, sys_inputs=inputs, ppi=float(PIXELS_AN_INCH))
    return [data] if isinstance(data, bytes) else list(data)
