"""A grammar of tonal harmony: regions of tonic, dominant and subdominant, applied dominants, cadential preparation.

After Rohrmeier (Towards a Generative Syntax of Tonal Harmony, Journal of Mathematics and Music 5(1), 2011): functional
regions are made of regions, the last of which they lean on (`T` is `D T`, `D` is `S D`); a region is at last a degree,
and a degree may be prepared by its own dominant (`D/ii`), that dominant by its own subdominant (`S/ii`) or dominant.

Simplified: modulation is left to whoever names the key. A phrase may also end on its dominant or subdominant, as half
closes and the loops of popular songs do. Major and minor have the same rules with probabilities of their own; capital
regions are major. The probabilities here are set by hand, for use as they are and as what `Grammar.fit` begins with.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from descant.harmony.degree_chords import DEGREES, QUALITIES, SYMBOLS, number
from descant.harmony.grammar import LONGEST, Grammar
from descant.types.arrays import FloatArray

MODES = ("major", "minor")
STAY = 0.9  # of a phrase to be in the mode of the one before
ANY = 0.02  # of a chord to be any whatever, so that every sequence has a tree
OTHER = 0.15  # of a degree to have another quality than the mode's own

# How often each region is a degree (semitones above the tonic), by mode; every other degree counts RARE.
_REGIONS: dict[str, dict[str, dict[int, float]]] = {
    "T": {"major": {0: 8, 9: 2, 4: 0.5}, "minor": {0: 8, 8: 1, 3: 2}},
    "D": {"major": {7: 8, 11: 1, 10: 0.3}, "minor": {7: 8, 11: 2, 10: 1}},
    "S": {"major": {5: 6, 2: 4, 9: 1, 4: 0.5}, "minor": {5: 6, 2: 4, 8: 2, 1: 0.5}},
}
RARE = 0.05
# What else regions are made of.
_PAIRS: dict[str, dict[tuple[str, str], float]] = {
    "T": {("D", "T"): 8, ("S", "T"): 2, ("T", "T"): 4},
    "D": {("S", "D"): 5, ("D", "D"): 1, ("0", "D"): 1},  # 0 before the dominant: the cadential six-four
    "S": {("S", "S"): 2, ("T", "S"): 2, ("D", "S"): 0.5},
    "half": {("T", "D"): 2},
    "open": {("T", "S"): 2},
}
_ENDS = {"half": "D", "open": "S"}  # phrases that do not end on the tonic may also be this region alone
PREPARED, REPEATED, ALONE = 1.0, 0.5, 6.0  # a degree with its dominant, a degree twice, a degree as one chord
_TRIADS = {
    "major": {0: "maj", 2: "min", 4: "min", 5: "maj", 7: "maj", 9: "min", 11: "dim"},
    "minor": {0: "min", 2: "dim", 3: "maj", 5: "min", 7: "maj", 8: "maj", 10: "maj", 11: "dim"},
}
_PREPARED = {"major": (2, 4, 5, 7, 9, 10), "minor": (3, 5, 7, 8, 10)}  # degrees that have dominants of their own
_REPEATED = (0, 2, 4, 5, 7, 9)  # degrees that are heard as a triad and with a seventh, one after the other
_SEVENTHS = {"maj": ("maj7",), "min": ("min7",), "dim": ("hdim7", "dim7")}
# Semitones above the degree and the qualities of what prepares it: its dominants, its subdominants.
_DOMINANTS: dict[int, tuple[str, ...]] = {7: ("maj", "7", "aug", "sus4"), 11: ("dim", "dim7", "hdim7"), 1: ("7",)}
_SUBDOMINANTS: dict[int, tuple[str, ...]] = {2: ("min", "min7", "dim", "hdim7"), 5: ("maj", "min", "maj7", "min7")}


@cache
def tonal_grammar(longest: int = LONGEST) -> Grammar:
    """The grammar with the probabilities that are set here; phrases of up to `longest` chords."""
    rules = _Rules()
    for mode in MODES:
        _degrees(rules, mode)
        _regions(rules, mode)
    kinds = [(mode, kind) for mode in MODES for kind in ("T", "half", "open")]
    usual = np.array([0.85, 0.1, 0.05])
    then = np.kron(np.array([[STAY, 1 - STAY], [1 - STAY, STAY]]), np.tile(usual, (3, 1)))
    return rules.grammar(kinds, np.tile(usual / 2, 2), then, longest)


def _regions(rules: _Rules, mode: str) -> None:
    for region, by_mode in _REGIONS.items():
        often = dict.fromkeys(range(12), RARE) | by_mode[mode]
        for degree, weight in often.items():
            rules.add((mode, region), ((mode, str(degree)),), weight)
    for parent, pairs in _PAIRS.items():
        for (left, right), weight in pairs.items():
            rules.add((mode, parent), ((mode, left), (mode, right)), weight)
    for parent, alone in _ENDS.items():
        rules.add((mode, parent), ((mode, alone),), 1.0)


def _degrees(rules: _Rules, mode: str) -> None:
    for degree in range(12):
        here, dominant, subdominant = (mode, str(degree)), (mode, f"D{degree}"), (mode, f"S{degree}")
        rules.emit(here, _stable(mode, degree), ALONE)
        if degree in _REPEATED:
            rules.add(here, (here, here), REPEATED)
        if degree not in _PREPARED[mode]:
            continue  # the tonic's dominant is the region D
        rules.add(here, (dominant, here), PREPARED)
        rules.emit(dominant, _preparing(degree, _DOMINANTS), ALONE)
        rules.add(dominant, (subdominant, dominant), PREPARED)
        if (degree + 7) % 12 in _PREPARED[mode]:
            rules.add(dominant, ((mode, f"D{(degree + 7) % 12}"), dominant), REPEATED)
        rules.emit(subdominant, _preparing(degree, _SUBDOMINANTS), ALONE)


def _stable(mode: str, degree: int) -> FloatArray:
    """The chords of a degree, (SYMBOLS,): the mode's triad and its sevenths before others on the same root."""
    found = np.full(SYMBOLS, ANY / SYMBOLS)
    triad = _TRIADS[mode].get(degree)
    own = QUALITIES if triad is None else (triad, triad, *_SEVENTHS[triad])
    for name in own:
        found[number(degree, name)] += (1 - ANY - OTHER) / len(own)
    for name in QUALITIES:
        found[number(degree, name)] += OTHER / len(QUALITIES)
    return found


def _preparing(degree: int, above: dict[int, tuple[str, ...]]) -> FloatArray:
    """The chords that prepare a degree, (SYMBOLS,)."""
    found = np.full(SYMBOLS, ANY / SYMBOLS)
    chords = [number(degree + step, name) for step, names in above.items() for name in names]
    found[chords] += (1 - ANY) / len(chords)
    return found


Category = tuple[str, str]  # mode, and region, degree (`4`) or what prepares a degree (`D4`, `S4`)


class _Rules:
    """Rules with weights, by category, in the order in which they are added."""

    def __init__(self) -> None:
        self._rules: dict[tuple[Category, tuple[Category, ...]], float] = {}
        self._chords: dict[Category, FloatArray] = {}

    def add(self, parent: Category, children: tuple[Category, ...], weight: float) -> None:
        """A category is one other, or two; the rules of the one other must have been added."""
        self._rules[parent, children] = weight

    def emit(self, parent: Category, chords: FloatArray, weight: float) -> None:
        """A category is one chord: weight times (SYMBOLS,)."""
        self._chords[parent] = weight * chords

    def grammar(self, kinds: list[Category], first: FloatArray, then: FloatArray, longest: int) -> Grammar:
        """The weights of each category, scaled so that they sum to 1."""
        categories = list(dict.fromkeys([*self._chords, *(parent for parent, _ in self._rules)]))
        at = {one: index for index, one in enumerate(categories)}
        emission = np.array([self._chords.get(one, np.zeros(SYMBOLS)) for one in categories])
        total = emission.sum(axis=1)
        for (parent, _), weight in self._rules.items():
            total[at[parent]] += weight
        chance = {rule: weight / total[at[rule[0]]] for rule, weight in self._rules.items()}
        two, one = ([rule for rule in self._rules if len(rule[1]) == size] for size in (2, 1))
        return Grammar(
            names=tuple(map(_label, categories)),
            binary=np.array([[at[parent], *(at[child] for child in children)] for parent, children in two]),
            unary=np.array([[at[parent], *(at[child] for child in children)] for parent, children in one]),
            binary_chance=np.array([chance[rule] for rule in two]),
            unary_chance=np.array([chance[rule] for rule in one]),
            emission=emission / total[:, None],
            kinds=np.array([at[kind] for kind in kinds]),
            first=first,
            then=then,
            longest=longest,
        )


def _label(category: Category) -> str:
    """As trees show it: `T` and `t` for the tonic in major and minor, `[ii]`-like degrees, `D/II` before a degree."""
    mode, name = category
    region = name if mode == "major" else name.lower()
    if name.isdigit():
        return f"[{DEGREES[int(name)]}]"
    degree = name.lstrip("DS")
    return f"{region[0]}/{DEGREES[int(degree)]}" if degree.isdigit() else region
