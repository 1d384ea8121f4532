"""Music signs within words, as in ♩ = 96 or F♯7, drawn as outlines.

Verovio sets them as letters of its music font, which a browser takes from the page and other programs do not. Here
their outlines stand in the letters' place, and the words beside them where verovio's own letter widths put them.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

FONT = "Leipzig"
TEXT = re.compile(r'<text x="(-?\d+)" y="(-?\d+)"([^>]*)>((?:(?!</text>).)*font-family="Leipzig".*?)</text>', re.DOTALL)
RUN = re.compile(r"<tspan([^>]*)>([^<]+)</tspan>")
SIZE = re.compile(r'font-size="(\d+)px"')
KIND = re.compile(r'<g id="\w+" class="(tempo|dir|dynam)[ "][^>]*>\s*$')
LETTERS = {"tempo": "Times-bold", "dir": "Times-italic", "dynam": "Times-italic"}  # others are upright
AIR = 0.04  # on both sides of signs, in parts of their size: fonts differ in width
ANCHORED = {"middle": 0.5, "end": 1.0}  # how much of the text stands before its place


def with_outlines(page: str) -> str:
    """A page of verovio's without letters of the music font."""
    return TEXT.sub(lambda found: _drawn(found, page), page)


def _drawn(found: re.Match[str], page: str) -> str:
    kind = KIND.search(page, max(0, found.start() - 200), found.start())
    letters = LETTERS.get(kind[1], "Times") if kind else "Times"
    widths = [_width(letters, *run) for run in RUN.findall(found[4])]
    anchor = next((part for name, part in ANCHORED.items() if f'text-anchor="{name}"' in found[3]), 0.0)
    place, high = float(found[1]) - anchor * sum(widths), found[2]
    signs: list[str] = []

    def placed(run: re.Match[str]) -> str:
        nonlocal place
        attributes, text = run.groups()
        spaces = len(text) - len(text.lstrip()) if FONT not in attributes else 0
        begun = place + spaces * _advance(letters, " ") * _size(attributes)
        place += _width(letters, attributes, text)
        if FONT not in attributes:
            return f'<tspan x="{begun:.0f}" y="{high}"{attributes}>{text.strip()}</tspan>'
        size, begun = _size(attributes), begun + AIR * _size(attributes)
        for sign in text:
            scale = size / _em(FONT)
            signs.append(f'<g transform="translate({begun:.0f}, {high}) scale({scale:g})">{outline(sign)}</g>')
            begun += _advance(FONT, sign) * size
        return ""

    words = RUN.sub(placed, found[4])
    attributes = re.sub(r' text-anchor="\w+"', "", found[3])
    return f'<text x="{found[1]}" y="{high}"{attributes}>{words}</text>{"".join(signs)}'


def _size(attributes: str) -> float:
    found = SIZE.search(attributes)
    return float(found[1]) if found else 0.0


def _width(letters: str, attributes: str, text: str) -> float:
    font, air = (FONT, 2 * AIR) if FONT in attributes else (letters, 0)
    return (sum(_advance(font, one) for one in unescape(text)) + air) * _size(attributes)


def _advance(font: str, sign: str) -> float:
    """In parts of the letters' size; half of it where verovio knows no better."""
    return _advances(font).get(" " if sign.isspace() else sign, _em(font) / 2) / _em(font)


@cache
def _metrics(font: str) -> ElementTree.Element:
    folder = _data() if font == FONT else _data() / "text"
    return ElementTree.parse(folder / f"{font}.xml").getroot()


@cache
def _em(font: str) -> float:
    return float(_metrics(font).get("units-per-em", 1000))


@cache
def _advances(font: str) -> dict[str, float]:
    """How far each letter goes on; where verovio does not say, to its right edge."""
    return {
        chr(int(one.get("c", "0"), 16)): float(one.get("h-a-x") or float(one.get("x", 0)) + float(one.get("w", 0)))
        for one in _metrics(font).iter("g")
    }


@cache
def outline(sign: str) -> str:
    """The paths of a sign of the music font, a thousand units to its size; nothing for a space."""
    file = _data() / FONT / f"{ord(sign):04X}.xml"
    return "".join(re.findall(r"<path[^>]*/>", file.read_text(encoding="utf-8"))) if file.exists() else ""


def _data() -> Path:
    import verovio

    return Path(verovio.__file__).parent / "data"
