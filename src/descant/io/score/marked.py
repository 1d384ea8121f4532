"""Signs drawn onto engraved pages: at notes, at places between them, over and in measures, with what they mean below.

Notes and measures are found by their names (`names`). A sign has a shape and a colour, so that it is told apart without
seeing colours; what it is about is coloured like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from descant.io.score.engrave import HEIGHT, MARGIN, WIDTH
from descant.io.score.names import measure_name

# Lengths within a page are verovio's: a staff is 720 high.
HALF = 90  # from a line to the next space
HEAD = 215  # width of a notehead
STROKE = 34
LETTERS = 260
FONT = 'font-family="Times, serif"'

CROSS, RING, PLUS, LEFT, RIGHT, UP, DOWN, TIP_UP, TIP_DOWN, BREAK = (
    *("cross", "ring", "plus", "left", "right", "up", "down", "tip up", "tip down", "break"),
)
OFF_HEAD = {
    CROSS: 0,
    RING: 0,
    PLUS: 0,
    LEFT: 320,
    RIGHT: 320,
    UP: -330,
    DOWN: 330,
    TIP_UP: -330,
    TIP_DOWN: 330,
    BREAK: 0,
}
LEGEND_AT = HEIGHT - 52
LEGEND_LETTERS = 30


@dataclass(frozen=True)
class Sign:
    """What a sign looks like."""

    shape: str  # one of those above
    colour: str  # such as #D55E00


@dataclass(frozen=True)
class NoteSign:
    """A sign at a note, which is coloured like it."""

    name: str  # of the note
    sign: Sign
    text: str = ""  # beside it


@dataclass(frozen=True)
class PlaceSign:
    """A sign at a place between notes."""

    measure: int
    before: str  # the note before it
    after: str  # the note after it; empty for the end of the measure
    share: float  # of the way from the one to the other
    near: str  # a note of the same staff
    steps: int  # letters that the place is higher than that note
    sign: Sign
    text: str = ""


@dataclass(frozen=True)
class MeasureSign:
    """Something said over a measure."""

    measure: int
    text: str
    colour: str
    hatched: bool = False  # whether the measure is hatched
    boxed: bool = False  # whether the words stand in a frame


@dataclass(frozen=True)
class Signs:
    """Everything that is drawn, and what it means."""

    notes: Sequence[NoteSign] = ()
    places: Sequence[PlaceSign] = ()
    measures: Sequence[MeasureSign] = ()
    legend: Sequence[tuple[Sign, str]] = ()


def marked(pages: Sequence[str], signs: Signs) -> list[str]:
    """Engraved pages (`engrave.pages`) with signs. What is not on a page is left out there."""
    return [_page(page, signs) for page in pages]


def _page(page: str, signs: Signs) -> str:
    drawn: list[str] = []
    for measure in signs.measures:
        drawn += _over_measure(page, measure)
    for one in signs.notes:
        where = _head(page, one.name)
        if where is not None:
            drawn += _sign(one.sign, where[0] + HEAD / 2, where[1] + OFF_HEAD[one.sign.shape], one.text)
            page = page.replace(
                f'<g id="{one.name}" class="note"',
                f'<g id="{one.name}" color="{one.sign.colour}" fill="{one.sign.colour}" class="note"',
            )
    for place in signs.places:
        drawn += _at_place(page, place)
    end = page.rindex("</g>", 0, page.index("</svg>", page.index('class="page-margin"')))
    page = page[:end] + "\n".join(drawn) + page[end:]
    last = page.rindex("</svg>")
    return page[:last] + "\n".join(_legend(signs.legend)) + page[last:]


def _head(page: str, name: str) -> tuple[float, float] | None:
    """Where a note's head begins, and the middle of its height."""
    found = re.search(rf'<g id="{re.escape(name)}"[^>]*class="note.*?translate\((-?\d+), (-?\d+)\)', page, re.DOTALL)
    return (float(found[1]), float(found[2])) if found else None


def _measure(page: str, measure: int) -> tuple[float, float, float, float] | None:
    """(left, top, right, bottom) of a measure's staves."""
    start = page.find(f'<g id="{measure_name(measure)}" class="measure"')
    if start < 0:
        return None
    stop = page.find('class="measure"', start + 40)
    lines = re.findall(r'class="staff">\s*((?:<path d="M-?\d+ -?\d+ L-?\d+ -?\d+"[^>]*/>\s*)+)', page[start:stop])
    ends = [tuple(map(float, one)) for line in lines for one in re.findall(r"M(-?\d+) (-?\d+) L(-?\d+) (-?\d+)", line)]
    if not ends:
        return None
    return (
        min(x for x, *_ in ends),
        min(y for _, y, *_ in ends),
        max(x for _, _, x, _ in ends),
        max(y for *_, y in ends),
    )


def _over_measure(page: str, one: MeasureSign) -> Iterator[str]:
    box = _measure(page, one.measure)
    if box is None:
        return
    left, top, right, bottom = box
    if one.hatched:
        for x in range(int(left), int(right), 300):
            yield (
                f'<path d="M{x} {bottom:.0f} L{min(x + 300, right):.0f} {top:.0f}" {_inked(one.colour, 36)} '
                'stroke-opacity="0.4"/>'
            )
    high = top - 560
    if one.boxed:
        width = 0.62 * LETTERS * len(one.text) + 160
        yield (
            f'<rect x="{left:.0f}" y="{high - LETTERS:.0f}" width="{width:.0f}" height="{1.4 * LETTERS:.0f}" rx="60" '
            f"{_inked(one.colour, 26, 'white')}/>"
        )
    yield _text(left + 80, high, one.text, one.colour, weight="bold")


def _at_place(page: str, one: PlaceSign) -> Iterator[str]:
    before, near = _head(page, one.before), _head(page, one.near)
    after = _head(page, one.after) if one.after else None
    if before is None or near is None:
        return
    start = before[0]
    stop = after[0] if after is not None and after[0] > start else start + 6 * HALF
    x = start + one.share * (stop - start) + HEAD / 2
    y = near[1] - HALF * one.steps + OFF_HEAD[one.sign.shape]
    box = _measure(page, one.measure)
    if one.sign.shape == BREAK and box is not None:  # stands over the staff
        y = box[1]
    yield from _sign(one.sign, x, y, one.text)


def _sign(sign: Sign, x: float, y: float, text: str = "") -> Iterator[str]:
    """A sign with its middle there, its words over it."""
    strokes = {
        CROSS: "M-150 -150 L150 150 M-150 150 L150 -150",
        PLUS: "M-120 0 L120 0 M0 -120 L0 120",
        LEFT: "M190 0 L-170 0 M-50 -100 L-180 0 L-50 100",
        RIGHT: "M-190 0 L170 0 M50 -100 L180 0 L50 100",
        TIP_UP: "M0 170 L0 -150 M-90 -40 L0 -170 L90 -40",
        TIP_DOWN: "M0 -170 L0 150 M-90 40 L0 170 L90 40",
        BREAK: "M-120 150 L0 -190 M20 150 L140 -190",
    }
    filled = {UP: "M-130 90 L130 90 L0 -130 Z", DOWN: "M-130 -90 L130 -90 L0 130 Z"}
    move = f'transform="translate({x:.0f}, {y:.0f})"'
    if sign.shape == RING:
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="200" {_inked(sign.colour)}/>'
    elif sign.shape in filled:
        yield f'<path {move} d="{filled[sign.shape]}" {_inked(sign.colour, 10, sign.colour)}/>'
    else:
        yield f'<path {move} d="{strokes[sign.shape]}" stroke-linecap="round" {_inked(sign.colour)}/>'
    if text:
        yield _text(x, y - 230, text, sign.colour, anchor="middle")


def _inked(colour: str, width: float = STROKE, fill: str = "none") -> str:
    """A line's looks, as a style, which goes before the page's own."""
    return f'style="stroke:{colour};stroke-width:{width:g};fill:{fill}"'


def _text(
    x: float, y: float, text: str, colour: str, size: float = LETTERS, weight: str = "normal", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size:g}px" font-weight="{weight}" text-anchor="{anchor}" {FONT} '
        f'style="fill:{colour};stroke:none">{escape(text)}</text>'
    )


def _legend(entries: Sequence[tuple[Sign, str]]) -> Iterator[str]:
    """In a row at the foot of a page, in its own lengths."""
    x = float(MARGIN)
    for sign, text in entries:
        drawn = "".join(_sign(sign, 0, 0))
        yield f'<g transform="translate({x + 20:.0f}, {LEGEND_AT - 10}) scale(0.1)">{drawn}</g>'
        yield _text(x + 50, LEGEND_AT, text, "black", LEGEND_LETTERS)
        x += 50 + 0.5 * LEGEND_LETTERS * len(text) + 45
    assert x <= WIDTH or len(entries) > 8
