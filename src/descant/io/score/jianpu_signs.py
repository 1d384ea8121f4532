"""The signs of numbered notation as SVG, each at a place of its own. Lengths are tenths of a millimetre, downwards.

Words are left to the reader's own fonts; accidentals and note values are outlines.
"""

from __future__ import annotations

from fractions import Fraction
from xml.sax.saxutils import escape

from descant.io.score.beams import plain
from descant.io.score.text_signs import outline
from descant.types.score import TempoMark, TimeSignature

NUMBER, WORDS, CHORDS, HEAD = 52, 36, 38, 44  # sizes of letters
TOP, FOOT = -42, 12  # of a number: how far it reaches up, and where the first line under it stands
ARC = 20  # height of a tie
ACCIDENTALS = {"♭": "\ue260", "♮": "\ue261", "♯": "\ue262"}  # in the music font
VALUES = {  # of notes in tempo marks, by quarters
    Fraction(4): "\ueca2",
    Fraction(2): "\ueca3",
    Fraction(1): "\ueca5",
    Fraction(1, 2): "\ueca7",
    Fraction(1, 4): "\ueca9",
}
POINT = "\uecb7"  # behind such a note


def words(text: object, kind: str, x: float, y: float, size: float = WORDS, anchor: str = "start") -> str:
    """Letters or a number."""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
        f'font-family="Times, serif">{escape(str(text))}</text>'
    )


def stroke(path: str, kind: str, thick: float = 3.0) -> str:
    """A line or a bow."""
    return f'<path class="{kind}" d="{path}" stroke="black" stroke-width="{thick:g}" fill="none"/>'


def level(left: float, right: float, y: float, kind: str) -> str:
    """A level line."""
    return stroke(f"M{left:.1f} {y:.1f} H{right:.1f}", kind)


def dot(x: float, y: float, kind: str) -> str:
    """A point."""
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def accidental(sign: str, x: float) -> str:
    """A sharp, flat or natural before a number."""
    drawn = outline(ACCIDENTALS[sign])
    return f'<g class="accidental" transform="translate({x:.1f}, {TOP + 14}) scale(0.048)">{drawn}</g>'


def bar(x: float, thick: float = 2.0) -> str:
    """A bar line."""
    return stroke(f"M{x:.1f} {TOP - 4} V{FOOT + 6}", "bar", thick)


def repeat_dots(x: float) -> str:
    """The two points of a repeat sign."""
    return dot(x, TOP / 2 - 8, "repeat") + dot(x, TOP / 2 + 12, "repeat")


def tie(left: float, right: float, y: float) -> str:
    """A bow from one number to another."""
    bend = min(30.0, (right - left) / 3)
    return stroke(
        f"M{left:.1f} {y:.1f} C{left + bend:.1f} {y - ARC:.1f} {right - bend:.1f} {y - ARC:.1f} {right:.1f} {y:.1f}",
        "tie",
    )


def bracket(left: float, right: float, y: float, count: int) -> str:
    """The bracket of a tuplet, its number in the middle."""
    middle = (left + right) / 2
    path = f"M{left:.1f} {y + 10:.1f} v-10 H{middle - 12:.1f} M{middle + 12:.1f} {y:.1f} H{right:.1f} v10"
    return stroke(path, "tuplet", 2) + words(count, "count", middle, y + 9, 28, "middle")


def ending(number: str, left: float, right: float, y: float, *, begins: bool) -> str:
    """The bracket over an ending."""
    start = f"M{left + 6:.1f} {y + 26:.1f} V{y:.1f}" if begins else f"M{left:.1f} {y:.1f}"
    drawn = stroke(f"{start} H{right - 8:.1f}", "ending", 2)
    return drawn + (words(f"{number}.", "ending", left + 14, y + 30, 30) if begins else "")


def tempo_width(mark: TempoMark) -> float:
    """About how wide a tempo mark is."""
    return 40 + 0.55 * WORDS * len(f"= {_count(mark)}")


def metre(time: TimeSignature, x: float, y: float) -> str:
    """A time signature, its beats over their unit."""
    beats = "+".join(str(one) for one in time.beats)
    half = 10 * len(beats) + 6
    over, under = words(beats, "metre", x, y - 19, 38, "middle"), words(time.unit, "metre", x, y + 19, 38, "middle")
    return over + level(x - half, x + half, y - 13, "metre") + under


def tempo(mark: TempoMark, x: float, y: float) -> str:
    """A note and how many of it a minute has."""
    unit = mark.unit or Fraction(1)
    value = plain(unit)
    signs = outline(VALUES.get(value, VALUES[Fraction(1)]))
    if unit > value:
        signs += f'<g transform="translate(400, 0)">{outline(POINT)}</g>'
    note = f'<g class="tempo" transform="translate({x:.1f}, {y:.1f}) scale(0.05)">{signs}</g>'
    return note + words(f"= {_count(mark)}", "tempo", x + (36 if unit > value else 26), y)


def _count(mark: TempoMark) -> str:
    return f"{mark.bpm / float(mark.unit or 1):g}"


def name(text: str) -> str:
    """The name of a key or a chord with the signs of print."""
    return text[:1] + text[1:].replace("b", "♭").replace("#", "♯")
