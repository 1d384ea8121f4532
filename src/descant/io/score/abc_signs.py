"""The signs of ABC's music, and what a single one means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from descant.errors import InvalidValueError
from descant.io.score.write_abc import DECORATIONS, JUMPS

NORMAL = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # of tuplets that do not say it; the others depend on the metre
LENGTH = re.compile(r"(\d{0,6})(/*)(\d{0,6})")
NOTE = re.compile(r"([\^_=]{1,9}(?:\d{0,3}/\d{0,3})?)?([A-Ga-g])([',]*)([\d/]*)(-?)")
IN_CHORD = re.compile(r'!([^!\s]+)!|"([^"]*)"')
TOKEN = re.compile(
    r"""
    (?P<space>[\s`$\\]+|y\d*)
  | \[(?P<field>[A-Za-z]):(?P<value>[^\]]*)\]
  | "(?P<text>[^"]*)"
  | \[(?P<ending>\d[\d,.-]*)
  | (?P<bar>\.?:*\[?\|[|\]]*:*|::+)(?P<numbers>\d[\d,-]*)?
  | \((?P<tuplet>\d+)(?::(?P<normal>\d*))?(?::(?P<count>\d*))?
  | (?P<slur>\.?\()
  | (?P<unslur>\))
  | \{(?P<slash>/?)(?P<grace>[^{}]*)\}
  | !(?P<sign>[^!\s]+)! | \+(?P<old>[a-zA-Z()<>.0-9]+)\+
  | \[(?P<chord>[^\[\]|]*)\](?P<lasting>[\d/]*)
  | \[(?P<label>"[^"]*")
  | (?P<note>[\^_=]{0,9}(?:(?<=[\^_])\d{0,3}/\d{0,3})?[A-Ga-g][',]*[\d/]*)
  | (?P<rest>[zx])(?P<resting>[\d/]*)
  | (?P<bars>[ZX])(?P<many>\d*)
  | (?P<broken>>+|<+)
  | (?P<tie>\.?-)
  | (?P<overlay>&)
  | (?P<short>[.~H-Wh-w])
  | (?P<unknown>.)
""",
    re.VERBOSE,
)
SHORT = {".": "staccato", "T": "trill", "H": "fermata", "u": "up-bow", "v": "down-bow", "L": "accent"} | {
    "M": "mordent",
    "P": "inverted-mordent",
}
NAMED = {sign.strip("!"): mark for mark, sign in DECORATIONS.items() if len(sign) > 1} | {
    "lowermordent": "mordent",
    "pralltriller": "inverted-mordent",
    "upbow": "up-bow",
    "downbow": "down-bow",
    "invertedturn": "inverted-turn",
    "emphasis": "accent",
    ">": "accent",
    "open": "open-string",
    "snap": "snap-pizzicato",
    "+": "stopped",
    "plus": "stopped",
}
OF_JUMPS = {sign.strip("!"): jump for jump, sign in JUMPS.items()} | {"dacapo": "D.C."}
WORD = re.compile(r"[^\s\-_*|]+|[-_*|]|\s+")


def octave_of(head: re.Match[str]) -> int:
    """The octave that a NOTE is written in; 4 begins at middle C."""
    return (4 if head[2].isupper() else 5) + head[3].count("'") - head[3].count(",")


def length_of(text: str) -> Fraction:
    """How often the unit: 3/2, /, //. Raises InvalidValueError where it is nothing."""
    found = LENGTH.fullmatch(text)
    if found is None or len(found[2]) > 10 or (found[3] and len(found[2]) != 1):
        raise InvalidValueError(f"{text[:40]!r} is no length of a note")
    under = int(found[3]) if found[3] else 2 ** len(found[2])
    over = int(found[1] or 1)
    if not under or not over:
        raise InvalidValueError(f"{text[:40]!r} is no length of a note")
    return Fraction(over, under)


def syllables(text: str) -> Iterator[tuple[str, bool]]:
    """Syllables, and whether their words go on; a sign of its own for a note that has none, or for a bar line."""
    found = ""
    for part in WORD.findall(text.replace("\\-", "\0")):
        if part == "-" and found:
            yield found, True
            found = ""
        elif part[0] not in "-_*|" and not part.isspace():
            found = part.replace("\0", "-").replace("~", " ")
        else:
            if found:
                yield found, False
            found = ""
            if not part.isspace():
                yield part.replace("-", "_"), False
    if found:
        yield found, False
