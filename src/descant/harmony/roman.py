"""What a Roman numeral says, in parts, and the classes that each part is told in.

Pitch names are places on the line of fifths: 0 is C, 1 is G, -1 is F, 6 is F sharp, -6 is G flat; seven more are a
sharp. The classes are those of AugmentedNet: 38 keys, 22 degrees, 11 qualities, 4 inversions and 35 roots.

Nápoles López, Gotham and Fujinaga: AugmentedNet: A Roman Numeral Analysis Network with Synthetic Training Examples and
Additional Tonal Tasks, ISMIR 2021.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

MAJOR, MINOR = "major", "minor"
# (fifths of the tonic, mode)
KEYS = tuple((fifths, MAJOR) for fifths in range(-9, 10)) + tuple((fifths, MINOR) for fifths in range(-6, 13))
NONE = (0, 0)  # no degree: the numeral does not lean on another one
# (number, alteration in semitones)
DEGREES = (NONE, *((number, alter) for alter in (-1, 0, 1) for number in range(1, 8)))
ROOTS = tuple(range(-15, 20))  # from F double flat to B double sharp
INVERSIONS = (0, 1, 2, 3)
# Steps on the line of fifths from the root.
QUALITIES = {
    "maj": (0, 4, 1),
    "min": (0, -3, 1),
    "dim": (0, -3, -6),
    "aug": (0, 4, 8),
    "maj7": (0, 4, 1, 5),
    "min7": (0, -3, 1, -2),
    "7": (0, 4, 1, -2),
    "dim7": (0, -3, -6, -9),
    "hdim7": (0, -3, -6, -2),
    "aug7": (0, 4, 8, 5),
    "aug6": (0, 4, 10),  # Italian, German and French; the root is the flat sixth degree
}
QUALITY_NAMES = tuple(QUALITIES)
SIZES = {"key": len(KEYS), "degree": len(DEGREES), "quality": len(QUALITIES), "inversion": 4, "root": len(ROOTS)}
HEADS = ("key", "degree", "quality", "inversion", "root", "tonicisation")
CLASSES = {**SIZES, "tonicisation": len(DEGREES)}

_MAJOR_SCALE = (0, 2, 4, -1, 1, 3, 5)
_MINOR_SCALE = (0, 2, -3, -1, 1, -4, -2)
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
_TRIAD_FIGURES = ("", "6", "64", "")
_SEVENTH_FIGURES = ("7", "65", "43", "42")
_SIGNS = {"maj": "", "min": "", "dim": "o", "aug": "+", "maj7": "", "min7": "", "7": "", "dim7": "o", "hdim7": "ø"}
_SIGNS["aug7"] = "+"
_LOWER = ("min", "dim", "min7", "dim7", "hdim7")
SIXTHS = {(4, 1): "Ger65", (2, 0): "Fr43"}  # by degree; else It6


@dataclass(frozen=True)
class Roman:
    """One chord in its key.

    degree, secondary: (number from 1, alteration in semitones against the key's scale, natural minor in minor);
    `secondary` is the degree that the chord leans on, NONE where it is the tonic.
    """

    key: tuple[int, str]
    degree: tuple[int, int]
    quality: str
    inversion: int
    root: int
    secondary: tuple[int, int] = NONE

    @property
    def classes(self) -> tuple[int, int, int, int, int, int]:
        """The class in each of HEADS; -1 for what has none."""
        return (
            _index(KEYS, self.key),
            _index(DEGREES, self.degree),
            _index(QUALITY_NAMES, self.quality),
            _index(INVERSIONS, self.inversion),
            _index(ROOTS, self.root),
            _index(DEGREES, self.secondary),
        )

    @property
    def figure(self) -> str:
        """As RomanText has it: `V65/ii`, `bVI`, `viio7`, `Ger65`."""
        if self.quality == "aug6":
            found = SIXTHS.get(self.degree, "It6")
        elif (leans_on := self._dominant_of) != NONE:  # its own numeral would be read with a major seventh
            return f"V{_SEVENTH_FIGURES[self.inversion]}/{self._second(leans_on, secondary_mode(self.key, leans_on))}"
        else:
            seventh = len(QUALITIES[self.quality]) == 4
            figures = _SEVENTH_FIGURES if seventh else _TRIAD_FIGURES
            numeral = _numeral(self.degree, lower=self.quality in _LOWER, sign=self._sign)
            found = numeral + _SIGNS[self.quality] + figures[self.inversion]
        if self.secondary == NONE:
            return found
        return f"{found}/{self._second(self.secondary, self._leaning_mode)}"

    @property
    def _sign(self) -> str:
        """What stands before the numeral; a leading note that goes without saying has nothing."""
        lower = self.quality in _LOWER
        if self.secondary == NONE:
            return _sign_in(self.key[1], self.degree, lower=lower)
        return "" if lower and self.degree == (7, 1) else _signs(self.degree[1])

    @property
    def _dominant_of(self) -> tuple[int, int]:
        """The degree that a dominant seventh chord leads to, if its own degree's seventh is a major one; else NONE."""
        if self.quality != "7" or self.secondary != NONE:
            return NONE
        if tonic_of(self.key, ((self.degree[0] + 5) % 7 + 1, 0)) != self.root + 5:
            return NONE
        return next((one for one in DEGREES[1:] if tonic_of(self.key, one) == self.root - 1), NONE)

    @property
    def _leaning_mode(self) -> str:
        """The mode of what the chord leans on: the usual one, unless its root is a degree of the other alone."""
        usual = secondary_mode(self.key, self.secondary)
        if self.quality == "aug6" or (self.degree == (7, 1) and self.quality in _LOWER):
            return usual
        fifths = tonic_of(self.key, self.secondary)
        modes = (usual, MINOR if usual == MAJOR else MAJOR)
        return next((one for one in modes if tonic_of((fifths, one), self.degree) == self.root), usual)

    def _second(self, degree: tuple[int, int], mode: str) -> str:
        lower = mode == MINOR
        return _numeral(degree, lower=lower, sign=_sign_in(self.key[1], degree, lower=lower))


def tonic_of(key: tuple[int, str], degree: tuple[int, int]) -> int:
    """The fifths of a degree in a key."""
    scale = _MINOR_SCALE if key[1] == MINOR else _MAJOR_SCALE
    return key[0] + scale[degree[0] - 1] + 7 * degree[1]


def secondary_mode(key: tuple[int, str], degree: tuple[int, int]) -> str:
    """The mode of what a chord leans on: that of the key's own triad on this degree."""
    minor_on = {MAJOR: ((2, 0), (3, 0), (6, 0), (7, 0)), MINOR: ((1, 0), (2, 0), (4, 0))}
    return MINOR if degree in minor_on[key[1]] else MAJOR


def key_name(key: tuple[int, str]) -> str:
    """Such as `Eb major`."""
    return f"{pitch_name(key[0])} {key[1]}"


@cache
def pitch_name(fifths: int) -> str:
    """Such as `Eb`; `Bbb` for two flats."""
    signs, letter = divmod(fifths + 1, 7)
    return "FCGDAEB"[letter] + ("#" * signs if signs > 0 else "b" * -signs)


def fifths_of(name: str) -> int:
    """The fifths of a name such as `Eb` or `f#`."""
    return "FCGDAEB".index(name[0].upper()) - 1 + 7 * (name.count("#") - name[1:].count("b"))


def semitones(fifths: int) -> int:
    """The pitch class of a place on the line of fifths."""
    return 7 * fifths % 12


def _numeral(degree: tuple[int, int], *, lower: bool, sign: str) -> str:
    name = _NUMERALS[degree[0] - 1]
    return sign + (name.lower() if lower else name)


def _sign_in(mode: str, degree: tuple[int, int], *, lower: bool) -> str:
    """In minor a small vi or vii is the raised degree, as it stands."""
    raised = mode == MINOR and lower and degree[0] in (6, 7)
    return _signs(degree[1] - raised)


def _signs(alter: int) -> str:
    return "#" * alter if alter > 0 else "b" * -alter


def _index(classes: tuple[object, ...], one: object) -> int:
    return classes.index(one) if one in classes else -1
