"""Elements of MusicXML that stand over, under and before notes: clefs, tempo marks, chord symbols, words, hairpins."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from descant.io.score.beams import plain
from descant.io.score.marks import DEGREES, NAMES_OF_KINDS, PRINTED
from descant.io.score.transposing import above, moved
from descant.types.score import ChordSymbol, Clef, Direction, TempoMark

VALUES = {
    Fraction(8): "breve",
    Fraction(4): "whole",
    Fraction(2): "half",
    Fraction(1): "quarter",
    Fraction(1, 2): "eighth",
    **{Fraction(4, 2**power): f"{2**power}th" for power in (4, 6, 7, 8, 9, 10)},
    Fraction(1, 8): "32nd",
}
DYNAMICS = frozenset(
    ["p", "pp", "ppp", "pppp", "f", "ff", "fff", "ffff", "mp", "mf", "sf", "sfp", "sfpp", "fp", "rf", "rfz"]
) | {"sfz", "sffz", "fz", "n", "pf", "sfzp"}

FLAT = "\u266d"


def add(parent: Element, tag: str, text: object = None, /, **attributes: object) -> Element:
    """A child element; underscores in the names of attributes stand for hyphens."""
    child = SubElement(parent, tag, {name.replace("_", "-"): str(value) for name, value in attributes.items()})
    if text is not None:
        child.text = str(text)
    return child


def clef(attributes: Element, sign: Clef, staves: int) -> None:
    """A clef, of the part's only staff or of a numbered one."""
    one = add(attributes, "clef", **({"number": sign.staff} if staves > 1 else {}))
    if sign.sign == "percussion":
        add(one, "sign", "percussion")
        return
    add(one, "sign", sign.sign[0])
    add(one, "line", sign.sign[1])
    if len(sign.sign) > 2:
        add(one, "clef-octave-change", 1 if "+" in sign.sign else -1)


def tempo(measure: Element, mark: TempoMark) -> None:
    """A tempo mark, printed or only heard."""
    if mark.unit is None:
        add(measure, "sound", tempo=f"{mark.bpm:g}")
        return
    direction = add(measure, "direction", placement="above")
    metronome = add(add(direction, "direction-type"), "metronome")
    value = plain(mark.unit)
    add(metronome, "beat-unit", VALUES[value])
    if mark.unit > value:
        add(metronome, "beat-unit-dot")
    add(metronome, "per-minute", f"{mark.bpm / float(mark.unit):g}")
    add(direction, "sound", tempo=f"{mark.bpm:g}")


def harmony(measure: Element, symbol: ChordSymbol, transposition: tuple[int, int], ticks: int) -> None:
    """A chord symbol as the part reads it; one whose kind MusicXML has no name for keeps its label as its text.

    ticks: its offset.
    """
    harmony = add(measure, "harmony")
    root, _, rest = symbol.label.partition(":")
    name, _, bass = rest.partition("/")
    if symbol.label in ("N", "X"):
        # MusicXML wants a root even here.
        add(add(harmony, "root"), "root-step", "C", text="")
        add(harmony, "kind", "none", text="N.C.")
    else:
        root = moved(root, -transposition[0], -transposition[1])
        _named_pitch(add(harmony, "root"), "root", root)
        kind = NAMES_OF_KINDS.get(name or "maj")
        text = PRINTED.get(name or "maj", name)
        add(harmony, "kind", kind or "other", text=text.replace("b", FLAT) if kind else text)
        if bass in DEGREES:
            _named_pitch(add(harmony, "bass"), "bass", above(root, DEGREES.index(bass)))
    if ticks:
        add(harmony, "offset", ticks)


def _named_pitch(parent: Element, kind: str, name: str) -> None:
    add(parent, f"{kind}-step", name[0])
    alter = name.count("#") - name[1:].count("b")
    if alter:
        add(parent, f"{kind}-alter", alter)


def direction(measure: Element, mark: Direction, staves: int) -> None:
    """Words, a rehearsal letter or a dynamic sign."""
    dynamic = mark.kind == "dynamics"
    one = add(measure, "direction", placement="below" if dynamic else "above")
    kind = add(one, "direction-type")
    if dynamic and mark.text in DYNAMICS:
        add(add(kind, "dynamics"), mark.text)
    elif dynamic:
        add(add(kind, "dynamics"), "other-dynamics", mark.text)
    else:
        add(kind, mark.kind, mark.text)
    if staves > 1:
        add(one, "staff", mark.staff)


def hairpin(measure: Element, kind: str, number: int, staff: int, staves: int) -> None:
    """The beginning of a crescendo or a diminuendo, or its `stop`."""
    one = add(measure, "direction", placement="below")
    add(add(one, "direction-type"), "wedge", type=kind, number=number)
    if staves > 1:
        add(one, "staff", staff)
