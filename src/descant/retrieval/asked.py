"""What a sentence asks for certain, what it wishes for, and what is left of it.

Numbers and names are conditions: "120 bpm" means 118 to 122 and not "fast", "in D minor" means that key. Words that
people differ about (slow, allegro, a minor waltz) and what is heard without being sure (instruments) are wishes: what
fulfils them stands higher, nothing is left out. What neither is stays text, looked for in names and compared with the
sound. All that is read is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descant.retrieval.asked_instruments import read_instruments, wish_for_instruments
from descant.retrieval.asked_keys import read_keys, wish_for_modes
from descant.retrieval.asked_meters import read_meters, wish_for_meters
from descant.retrieval.asked_numbers import read_lengths, read_tempos, read_years
from descant.retrieval.checked import is_tempo
from descant.retrieval.conditions import AnyOf, Condition, InKey, InMeter, Within
from descant.retrieval.reading import Fact, Reading
from descant.types._check import require

LONGEST = 2_000  # characters
TEMPOS: dict[str, tuple[float, float]] = {  # beats a minute; dictionaries of music differ by some
    "very slow": (-np.inf, 65),
    "slow": (-np.inf, 85),
    "moderately slow": (70, 100),
    "mid-tempo": (85, 125),
    "medium tempo": (85, 125),
    "moderate tempo": (85, 125),
    "moderately fast": (105, 140),
    "fast": (125, np.inf),
    "very fast": (150, np.inf),
    "largo": (40, 66),
    "lento": (45, 66),
    "adagio": (55, 76),
    "andante": (76, 108),
    "andantino": (80, 108),
    "moderato": (96, 120),
    "allegretto": (104, 124),
    "allegro": (116, 156),
    "vivace": (136, 176),
    "presto": (168, 208),
    "prestissimo": (190, np.inf),
}
_SLOW, _FAST = Within("tempo", high=95), Within("tempo", low=105)
_MINOR, _MAJOR = InKey(mode="minor"), InKey(mode="major")
# What listeners hear in music depends on tempo and mode most: Gabrielsson and Lindström, Handbook of Music and Emotion.
MOODS: dict[str, tuple[Condition, ...]] = {
    "calm relaxing relaxed peaceful gentle soothing dreamy tranquil": (_SLOW,),
    "energetic lively upbeat driving exciting danceable": (_FAST,),
    "sad melancholy melancholic mournful sorrowful gloomy": (_SLOW, _MINOR),
    "happy cheerful joyful merry sunny": (_FAST, _MAJOR),
    "tense dark angry dramatic anxious": (_MINOR,),
}
_WORDS = "|".join(re.escape(one) for one in sorted(TEMPOS, key=len, reverse=True))
_TEMPO = re.compile(rf"(?P<no>\bnot (?:too |very |so )?)?(?<![\w-])(?P<word>{_WORDS})(?![\w-])", re.I)


@dataclass(frozen=True)
class Asked:
    """A sentence, read."""

    words: str  # all of it
    certain: tuple[Fact, ...]
    wishes: tuple[Condition, ...]
    rest: str  # what is not certain; words of wishes belong to it, since titles say them too

    @property
    def told(self) -> str:
        """How it was read, for people: `tempo 118 to 122, key D minor; rather tempo at most 85`."""
        certain = ", ".join(one.condition.told for one in self.certain)
        wishes = ", ".join(one.told for one in self.wishes)
        return "; ".join(part for part in (certain, f"rather {wishes}" if wishes else "") if part)


def asked(words: str) -> Asked:
    """Read a sentence: whatever it says, there is a reading. Raises InvalidValueError where it is too long."""
    require(len(words) <= LONGEST, f"a question holds {LONGEST:,} characters at most, not {len(words):,}")
    reading = Reading(words)
    for read in (read_tempos, read_lengths, read_years, read_meters, read_keys, read_instruments):
        read(reading)
    _wish_for_tempos(reading)
    wish_for_modes(reading)
    wish_for_meters(reading)
    wish_for_instruments(reading)
    _wish_for_moods(reading)
    return Asked(words, _alternatives(reading.certain), tuple(reading.wishes), reading.rest)


def _alternatives(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts, with those put together of which music can have but one: either will do."""
    groups: list[list[Fact]] = []
    for fact in facts:
        others = (group for group in groups if any(_either(fact.condition, one.condition) for one in group))
        if (group := next(others, None)) is None:
            groups.append([fact])
        else:
            group.append(fact)
    return tuple(
        group[0]
        if len(group) == 1
        else Fact(AnyOf(tuple(one.condition for one in group)), tuple(word for one in group for word in one.phrases))
        for group in groups
    )


def _either(one: Condition, other: Condition) -> bool:
    """Whether two keys are named, two metres, two tempos, or numbers that exclude each other."""
    if isinstance(one, Within) and isinstance(other, Within):
        return one.excludes(other) or (is_tempo(one) and is_tempo(other))
    return isinstance(one, InKey | InMeter) and _of(one) == _of(other)


def _wish_for_tempos(reading: Reading) -> None:
    if any(isinstance(one.condition, Within) and one.condition.field == "tempo" for one in reading.certain):
        return
    for found in _TEMPO.finditer(reading.left):
        if reading.denied(found.start("word")) and not found["no"]:
            continue
        low, high = TEMPOS[found["word"].lower()]
        if found["no"]:  # not too fast is anything slower than fast
            low, high = (-np.inf, low) if np.isfinite(low) else (high, np.inf)
        reading.wish(Within("tempo", low, high))


def _wish_for_moods(reading: Reading) -> None:
    """What goes with a mood, where nothing is said of tempo or mode otherwise."""
    said = {_of(one) for one in (*(fact.condition for fact in reading.certain), *reading.wishes)}
    words = {one[0].lower() for one in re.finditer(r"\w+", reading.left) if not reading.denied(one.start())}
    for names, conditions in MOODS.items():
        if words.intersection(names.split()):
            for one in conditions:
                if _of(one) not in said:
                    reading.wish(one)


def _of(condition: Condition) -> str:
    """What a condition is of: the tempo, the key..."""
    return condition.field if isinstance(condition, Within) else type(condition).__name__
