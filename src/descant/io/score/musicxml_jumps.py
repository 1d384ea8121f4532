"""Segno, coda, Fine and what leads back to them in MusicXML: signs, words, and what `sound` elements say.

A segno or a coda that stands after the last note of a measure belongs to the next one. Where the page has two codas and
nowhere says To Coda, the first one is where the jump begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from descant.io.score.jump_words import BEGINNING, jump_of
from descant.io.score.musicxml_elements import add
from descant.types.score import Direction

SOUNDS = {
    "segno": ("segno", "segno"),
    "coda": ("coda", "coda"),
    "To Coda": ("tocoda", "coda"),
    "Fine": ("fine", "yes"),
    "D.C.": ("dacapo", "yes"),
    "D.S.": ("dalsegno", "segno"),
}
OF_SOUND = {attribute: jump for jump, (attribute, _) in SOUNDS.items()}


def jumps(measure: Element, asked: Iterable[str], words: Iterable[Direction], staves: int) -> None:
    """Write jumps, each with its words unless the page has words for it already."""
    shown = {said.jump for said in (jump_of(one.text) for one in words if one.kind == "words") if said}
    for jump in asked:
        attribute, value = SOUNDS[jump[:4] if jump.startswith("D.") else jump]
        if jump in shown:
            add(measure, "sound", **{attribute: value})
            continue
        one = add(measure, "direction", placement="above")
        kind = add(one, "direction-type")
        add(kind, jump) if jump in BEGINNING else add(kind, "words", jump, halign="right")
        if staves > 1:
            add(one, "staff", 1)
        add(one, "sound", **{attribute: value})


def taken(root: Element) -> dict[int, tuple[str, ...]]:
    """The jumps of a checked score's tree by the index of their measure, taken out of it."""
    found: dict[int, set[str]] = defaultdict(set)
    unsure: dict[int, int] = {}  # measures with a coda sign that nothing explains, and which one it would belong to
    for part in root.iterfind("part"):
        measures = part.findall("measure")
        for at, measure in enumerate(measures):
            for jump, after in _of_measure(measure):
                next_one = min(at + after, len(measures) - 1)
                if jump:
                    found[next_one if jump in BEGINNING else at].add(jump)
                else:
                    unsure[at] = next_one
    others = [at for at, asked in found.items() if "coda" in asked]
    leaves = any("To Coda" in asked for asked in found.values())
    for at, next_one in unsure.items():
        if at == min(unsure) and not leaves and any(one > at for one in (*unsure, *others)):
            found[at].add("To Coda")
        else:
            found[next_one].add("coda")
    return {at: tuple(_plainer_left_out(asked)) for at, asked in found.items()}


def _plainer_left_out(asked: set[str]) -> Iterator[str]:
    """Without a D.C. beside a D.C. al Fine."""
    for one in asked:
        if not any(other != one and other.startswith(f"{one} al") for other in asked):
            yield one


def _of_measure(measure: Element) -> Iterator[tuple[str, bool]]:
    """Each jump of a measure, empty for a coda sign alone, and whether it stands after the notes."""
    children = list(measure)
    last = max((at for at, one in enumerate(children) if one.tag == "note"), default=len(children))
    for at, one in enumerate(children):
        if one.tag == "direction":
            for jump in _of_direction(one):
                yield jump, at > last
            if one.find("direction-type") is None:
                place = list(measure).index(one)
                measure[place : place + 1] = [sound for sound in one.findall("sound") if sound.attrib]  # a tempo
        elif one.tag == "sound":
            for jump in _of_sound(one):
                yield jump, at > last


def _of_sound(sound: Element) -> Iterator[str]:
    for attribute, jump in OF_SOUND.items():
        if sound.attrib.pop(attribute, "no") != "no":
            yield jump


def _of_direction(direction: Element) -> set[str]:
    found = {jump for sound in direction.findall("sound") for jump in _of_sound(sound)}
    words = direction.findall("direction-type/words")
    said = jump_of(" ".join(one.text or "" for one in words))
    if said is not None:
        found.add(said.jump)
    signs = {tag for tag in BEGINNING if direction.find(f"direction-type/{tag}") is not None}
    if "segno" in signs and not any(one.startswith("D.S.") for one in found):
        found.add("segno")
    if "coda" in signs and not any("coda" in one.lower() for one in found):
        found.add("")
    for kind in direction.findall("direction-type"):
        gone = [one for one in kind if one.tag in BEGINNING or (one.tag == "words" and said and said.alone)]
        for one in gone:
            kind.remove(one)
        if gone and not len(kind):
            direction.remove(kind)
    return found
