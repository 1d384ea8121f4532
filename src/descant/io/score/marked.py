"""Signs drawn onto engraved pages: at notes, at places between them, over and in measures, with what they mean below.

Notes and measures are found by their names (`names`). A sign has a shape and a colour, so that it is told apart without
seeing colours; what it is about is coloured like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from descant.io.score.engrave import HEIGHT, MARGIN
from descant.io.score.names import measure_name

# Lengths within a page are verovio's: a staff is 720 high.
HALF = 90  # from a line to the next space
HEAD = 215  # width of a notehead
STROKE = 34
LETTERS = 260
RIGHT_EDGE = 19_580  # of the music
FONT = 'font-family="Times, serif"'

CROSS, RING, PLUS, BREAK = "cross", "ring", "plus", "break"
LEFT, RIGHT, UP, DOWN, TIP_UP, TIP_DOWN = "left", "right", "up", "down", "tip up", "tip down"
OFF_HEAD = {LEFT: 320, RIGHT: 320, UP: -330, DOWN: 330, TIP_UP: -330, TIP_DOWN: 330}  # below a head; others are on it
NOTE = re.compile(r'<g id="(n[\d-]+)"[^>]*class="note[ "]')
MOVED = re.compile(r"translate\((-?\d+), (-?\d+)\)")
MEASURE = re.compile(r'<g id="(m\d+)"[^>]*class="measure[ "]')
STAFF = re.compile(r'class="staff[^>]*>\s*((?:<path d="M-?\d+ -?\d+ L-?\d+ -?\d+"[^>]*/>\s*)+)')
LINE = re.compile(r"M(-?\d+) (-?\d+) L(-?\d+) (-?\d+)")
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


Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class _Found:
    """Where things are on a page."""

    heads: Mapping[str, tuple[float, float]]  # of notes, by name: where the head begins, and the middle of its height
    measures: Mapping[str, Box]  # by name: the staves


def _page(page: str, signs: Signs) -> str:
    found = _Found(dict(_heads(page)), dict(_measures(page)))
    drawn: list[str] = []
    for measure in signs.measures:
        drawn += _over_measure(found, measure)
    colours: dict[str, str] = {}
    for one in signs.notes:
        if one.name in found.heads:
            x, y = found.heads[one.name]
            drawn += _sign(one.sign, x + HEAD / 2, y + OFF_HEAD.get(one.sign.shape, 0), one.text)
            colours.setdefault(one.name, one.sign.colour)
    for place in signs.places:
        drawn += _at_place(found, place)
    end = page.rindex("</g>", 0, page.index("</svg>", page.index('class="page-margin"')))
    page = page[:end] + "\n".join(drawn) + page[end:]
    page = NOTE.sub(lambda note: _coloured(note, colours), page)
    last = page.rindex("</svg>")
    return page[:last] + "\n".join(_legend(signs.legend)) + page[last:]


def _coloured(note: re.Match[str], colours: Mapping[str, str]) -> str:
    """The beginning of a note's group, in its colour."""
    if note[1] not in colours:
        return note[0]
    return note[0].replace("<g ", f'<g color="{colours[note[1]]}" fill="{colours[note[1]]}" ', 1)


def _heads(page: str) -> Iterator[tuple[str, tuple[float, float]]]:
    for note in NOTE.finditer(page):
        head = MOVED.search(page, note.end())
        if head is not None:
            yield note[1], (float(head[1]), float(head[2]))


def _measures(page: str) -> Iterator[tuple[str, Box]]:
    begun = list(MEASURE.finditer(page))
    for one, after in zip(begun, [*(other.start() for other in begun[1:]), len(page)], strict=True):
        staves = STAFF.findall(page, one.end(), after)
        ends = [tuple(map(float, line)) for staff in staves for line in LINE.findall(staff)]
        if ends:
            left, top, right, bottom = zip(*ends, strict=True)
            yield one[1], (min(left), min(top), max(right), max(bottom))


def _over_measure(found: _Found, one: MeasureSign) -> Iterator[str]:
    if measure_name(one.measure) not in found.measures:
        return
    left, top, right, bottom = found.measures[measure_name(one.measure)]
    if one.hatched:
        for x in range(int(left), int(right), 300):
            yield (
                f'<path d="M{x} {bottom:.0f} L{min(x + 300, right):.0f} {top:.0f}" {_inked(one.colour, 36)} '
                'stroke-opacity="0.4"/>'
            )
    heads = [y for name, (_, y) in found.heads.items() if name.split("-")[1] == str(one.measure)]
    high = min([top - 330, *(y - 330 for y in heads)]) - 230
    width = 0.55 * LETTERS * len(one.text) + 160
    left = min(left, RIGHT_EDGE - width)
    if one.boxed:
        yield (
            f'<rect x="{left:.0f}" y="{high - LETTERS:.0f}" width="{width:.0f}" height="{1.4 * LETTERS:.0f}" rx="60" '
            f"{_inked(one.colour, 26, 'white')}/>"
        )
    yield _text(left + 80, high, one.text, one.colour, weight="bold")


def _at_place(found: _Found, one: PlaceSign) -> Iterator[str]:
    before, near, after = (found.heads.get(name) for name in (one.before, one.near, one.after))
    if before is None or near is None:
        return
    start = before[0]
    stop = after[0] if after is not None and after[0] > start else start + 6 * HALF
    x = start + one.share * (stop - start) + HEAD / 2
    y = near[1] - HALF * one.steps + OFF_HEAD.get(one.sign.shape, 0)
    if one.sign.shape == BREAK:  # stands over the staff
        y = found.measures.get(measure_name(one.measure), (0.0, y, 0.0, y))[1]
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
        yield _text(x, y + (430 if sign.shape in (PLUS, TIP_DOWN) else -230), text, sign.colour, anchor="middle")


def _inked(colour: str, width: float = STROKE, fill: str = "none") -> str:
    """A line's looks, as a style, which goes before the page's own."""
    return f'style="stroke:{colour};stroke-width:{width:g};fill:{fill}"'


def _text(
    x: float, y: float, text: str, colour: str, size: float = LETTERS, weight: str = "normal", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size:g}px" font-weight="{weight}" text-anchor="{anchor}" {FONT} '
        f'style="fill:{colour};stroke:white;stroke-width:{size / 8:.0f};paint-order:stroke">{escape(text)}</text>'
    )


def _legend(entries: Sequence[tuple[Sign, str]]) -> Iterator[str]:
    """In a row at the foot of a page, in its own lengths."""
    x = float(MARGIN)
    for sign, text in entries:
        drawn = "".join(_sign(sign, 0, 0))
        yield f'<g transform="translate({x + 20:.0f}, {LEGEND_AT - 10}) scale(0.1)">{drawn}</g>'
        yield _text(x + 50, LEGEND_AT, text, "black", LEGEND_LETTERS)
        x += 50 + 0.5 * LEGEND_LETTERS * len(text) + 45
