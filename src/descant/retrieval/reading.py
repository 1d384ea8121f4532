"""A sentence from which one thing after the other is read and taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from descant.retrieval.conditions import Condition

GAP = "\0"  # stands for what has been taken out, so that nothing is read across it
NUMBER = r"(\d{1,4}(?:\.\d{1,3})?)"
TO = r" ?(?:-|to|\.\.|and) ?"
ABOUT = r"(?:around|about|approximately|approx\.?|roughly|circa|ca?\.|near(?:ly)?|some|~|≈) ?"
_NOT = re.compile(r"\b(?:not|no|without) (?:in |at |all |an? |any |the |too |very |so )*$", re.I)
_PLAIN = str.maketrans({"–": "-", "—": "-", "‒": "-", "−": "-", "♯": "#", "♭": "b", GAP: " "})


@dataclass(frozen=True)
class Fact:
    """A condition, and what an item that meets it may have in its title: "B flat minor"."""

    condition: Condition
    phrases: tuple[str, ...] = ()  # none where a name proves nothing


Use = Callable[[re.Match[str]], Condition | Fact | None]


class Reading:
    """What has been read of a sentence, and what is left."""

    def __init__(self, words: str) -> None:
        self.left = " ".join(unicodedata.normalize("NFKC", words.translate(_PLAIN)).translate(_PLAIN).split())
        self.certain: list[Fact] = []
        self.wishes: list[Condition] = []

    def take(self, pattern: str | re.Pattern[str], use: Use) -> None:
        """Each match is a fact, where `use` makes one of it, and is taken out. Text is a pattern for either case."""

        def read(found: re.Match[str]) -> str:
            made = None if self.denied(found.start()) else use(found)
            if made is None:
                return found[0]
            fact = made if isinstance(made, Fact) else Fact(made)
            if all(one.condition != fact.condition for one in self.certain):
                self.certain.append(fact)
            return GAP

        self.left = re.sub(pattern, read, self.left, flags=re.I if isinstance(pattern, str) else 0)

    def denied(self, at: int) -> bool:
        """Whether what begins at a place follows a "not" or "no": it is left alone, since who knows what is wanted."""
        return _NOT.search(self.left[:at]) is not None

    def wish(self, condition: Condition) -> None:
        """What is told for people to correct, and leaves nothing out."""
        if condition not in self.wishes:
            self.wishes.append(condition)

    @property
    def rest(self) -> str:
        """The words that nothing was made of."""
        return " ".join(self.left.replace(GAP, " ").split())
