"""A score as an engraved page: SVG, by verovio, which brings its own music font.

All pages stand in one file, one under another, as wide as A4 in proportion. Title and composer are drawn here, since
verovio cuts off long ones. Signs are outlines, words are left to the reader's own fonts. The same score gives the same
bytes.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape

from descant.io.files import write_beside
from descant.io.score.text_signs import with_outlines
from descant.io.score.transposing import written_sharps
from descant.io.score.write_musicxml import musicxml
from descant.types.score import KeySignature, Score, ScorePart

WIDTH, HEIGHT = 2100, 2970  # of a page, in tenths of a millimetre
MARGIN = 120
SCALE = 95  # per cent of a staff of 7.2 mm
TITLE, COMPOSER = 64, 36  # sizes of letters
HEADER = 190  # height kept free over the first page's music
KEY_CHANGE_OR_MEASURE = r"<scoreDef[^>]*>((?:(?!</scoreDef>).)*<keySig.*?)</scoreDef>|<measure "  # in MEI
OPTIONS = {
    "pageWidth": WIDTH * 100 // SCALE,
    "pageMarginLeft": MARGIN * 100 // SCALE,
    "pageMarginRight": MARGIN * 100 // SCALE,
    "pageMarginTop": MARGIN * 100 // SCALE,
    "pageMarginBottom": MARGIN * 100 // SCALE,
    "scale": SCALE,
    "header": "none",
    "footer": "none",
    "adjustPageHeight": False,
    "svgViewBox": True,
    "svgRemoveXlink": True,
    "smuflTextFont": "none",
    # Readers' fonts are wider and higher than the one that verovio measures.
    "lyricWordSpace": 2.0,
    "lyricTopMinMargin": 4.0,
    "xmlIdSeed": 1,
    "breaks": "auto",
}


def write_svg(score: Score, path: Path) -> Path:
    """Write the engraved score, all pages in one file."""
    with write_beside(path) as temporary:
        temporary.write_text(svg(pages(score)), encoding="utf-8")
    return path


def pages(score: Score) -> list[str]:
    """Each page as an SVG of its own, WIDTH by HEIGHT."""
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    head = HEADER if score.title or score.composer else 0
    toolkit.setOptions({**OPTIONS, "pageHeight": (HEIGHT - head) * 100 // SCALE})
    toolkit.loadData(musicxml(score))
    if len({(part.sound.drum, _sharps(part, KeySignature(0))) for part in score.parts}) > 1:
        toolkit.loadData(_each_in_its_key(toolkit.getMEI(), score))
    count = toolkit.getPageCount()
    drawn = [with_outlines(toolkit.renderToSVG(number)) for number in range(1, count + 1)]
    # The pages after the first, which have no heading, are set in the middle of the paper.
    return [
        _page(page, heading(score) if head and not at else "", head if not at else head // 2)
        for at, page in enumerate(drawn)
    ]


def _each_in_its_key(mei: str, score: Score) -> str:
    """Verovio's MEI with every staff's own key where the key changes: it takes the first part's for all of them."""
    head, body, rest = mei.partition("<section")
    before = -1  # the measure that was last begun

    def changed(found: re.Match[str]) -> str:
        nonlocal before
        if found[0] == "<measure ":
            before += 1
            return found[0]
        signs = "".join(
            f'<staffDef n="{number}"><keySig sig="{_signature(part, score.measures[before + 1].key)}"/></staffDef>'
            for number, part in enumerate((part for part in score.parts for _ in range(part.staves)), 1)
        )
        without = re.sub(r"<keySig[^>]*/>", "", found[1])
        return f"<scoreDef><staffGrp>{signs}</staffGrp>{without}</scoreDef>"

    return head + re.sub(KEY_CHANGE_OR_MEASURE, changed, body + rest, flags=re.DOTALL)


def _signature(part: ScorePart, key: KeySignature) -> str:
    """In MEI: 3f is three flats."""
    sharps = _sharps(part, key)
    return f"{sharps}s" if sharps > 0 else f"{-sharps}f" if sharps else "0"


def _sharps(part: ScorePart, key: KeySignature) -> int:
    """The signature that a part's staff shows; drums have none."""
    return 0 if part.sound.drum else written_sharps(key.sharps, part.transposition)


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
