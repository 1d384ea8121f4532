"""What sentences ask for: each with its reading, as a musician would write it down."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.retrieval.asked import LONGEST, asked
from descant.retrieval.conditions import Plays, Within, Without
from descant.retrieval.instrument_words import classes_of
from descant.types.instruments import INSTRUMENTS

READINGS = {
    "120 bpm": "tempo 118 to 122",
    "at 120bpm": "tempo 118 to 122",
    "120 beats per minute": "tempo 118 to 122",
    "♩ = 96": "tempo 94 to 98",
    "a tempo of 100": "tempo 98 to 102",
    "around 90 bpm": "tempo 84.6 to 95.4",
    "~100 bpm": "tempo 94 to 106",
    "between 80 and 100 bpm": "tempo 80 to 100",
    "80–100 bpm": "tempo 80 to 100",
    "from 100 to 80 bpm": "tempo 80 to 100",
    "faster than 120 bpm": "tempo above 120",
    "at least 120 bpm": "tempo at least 120",
    "120 bpm or more": "tempo at least 120",
    "up to 90 bpm": "tempo at most 90",
    "in D minor": "key D minor",
    "in d minor": "key D minor",
    "Dm": "key D minor",
    "in A minor": "key A minor",
    "in a minor": "key A minor",
    "in a minor key": "a minor key",
    "A minor key": "a minor key",
    "in minor": "a minor key",
    "in F sharp minor": "key F# minor",
    "E-flat major": "key Eb major",
    "B♭ major": "key Bb major",
    "Bbm": "key Bb minor",
    "in the key of E": "key E major",
    "in C for flute": "key C major; rather flute",
    "3/4": "metre 3/4",
    "waltz time": "metre 3/4",
    "in six-eight time": "metre 6/8",
    "common time": "metre 4/4",
    "triple meter": "metre 3/4 or 3/8 or 3/2",
    "violin": "rather violin (solo strings)",
    "pianos": "rather pianos (piano)",
    "bass clarinet": "rather bass clarinet (reed)",
    "electric piano": "rather electric piano (keyboard)",
    "guitar": "rather guitar (acoustic guitar or electric guitar or distorted guitar)",
    "no drums": "no drums",
    "without vocals": "no vocals (voice)",
    "no drums, bass or vocals": "no drums, no bass, no vocals (voice)",
    "drumless": "no drum (drums)",
    "instrumental": "no voice",
    "from the 80s": "year 1980 to 1989",
    "early 2000s": "year 2000 to 2003",
    "from 1985": "year 1985",
    "between 1970 and 1980": "year 1970 to 1980",
    "before 1970": "year below 1970",
    "since 2001": "year at least 2001",
    "under 3 minutes": "duration below 3:00",
    "longer than 90 seconds": "duration above 1:30",
    "slow": "rather tempo at most 85",
    "not too fast": "rather tempo at most 125",
    "andante": "rather tempo 76 to 108",
    "sad minor waltz": "rather a minor key, metre 3/4, tempo at most 95",
    "fast at 60 bpm": "tempo 58 to 62",
    "calm piano in a minor key, slow": "a minor key; rather tempo at most 85, piano",
    "calm music": "rather tempo at most 95",
    "happy music": "rather tempo at least 105, a major key",
    "calm music from 1985": "year 1985; rather tempo at most 95",
    "sad music in C major at 60 bpm": "tempo 58 to 62, key C major",
    "60 or 120 bpm": "tempo 58 to 62 or tempo 118 to 122",
    "above 100 bpm and below 120 bpm": "tempo above 100, tempo below 120",
    "faster than 100 and slower than 120 bpm": "tempo above 100, tempo below 120",
    "slower than 120 bpm, faster than 100 bpm": "tempo above 100, tempo below 120",
    "slower than 120 bpm and faster than 100 bpm": "tempo above 100, tempo below 120",
    "100 bpm and slower": "tempo at most 100",
    "not sad": "",
    "not too happy, and slow": "rather tempo at most 85",
    "bpm: 128": "tempo 126 to 130",
    "in C minor or D minor": "key C minor or key D minor",
    "3/4 or 6/8": "metre 3/4 or metre 6/8",
    "a flute or a piccolo, and piano": "rather flute or piccolo (flute), piano",
    "between 3 and 5 minutes": "duration 3:00 to 5:00",
    "no more than 120 bpm": "tempo at most 120",
    "no faster than 120 bpm": "tempo at most 120",
    "not more than 120 bpm": "tempo at most 120",
    "not above 120 bpm": "tempo at most 120",
    "no less than 100 bpm": "tempo at least 100",
    "not less than 100 bpm": "tempo at least 100",
    "no slower than 100 bpm and no faster than 120 bpm": "tempo at least 100, tempo at most 120",
    "no slower than 100 and no faster than 120 bpm": "tempo at least 100, tempo at most 120",
    "a tempo above 100 and below 120": "tempo above 100, tempo below 120",
    "no more than 3 minutes": "duration at most 3:00",
    "no longer than 3 minutes": "duration at most 3:00",
    "not over 3 minutes": "duration at most 3:00",
    "no less than 2 minutes": "duration at least 2:00",
    "no shorter than 2 minutes": "duration at least 2:00",
    "not shorter than 2 minutes": "duration at least 2:00",
    "no later than 1980": "year at most 1980",
    "not after 1980": "year at most 1980",
    "no newer than 1980": "year at most 1980",
    "no earlier than 1980": "year at least 1980",
    "no older than 1980": "year at least 1980",
    "not before 1980": "year at least 1980",
    "longer than 3 but shorter than 5 minutes": "duration above 3:00, duration below 5:00",
    "no shorter than 90 and no longer than 120 seconds": "duration at least 1:30, duration at most 2:00",
    "less than 100 bpm or more than 140 bpm": "tempo above 140 or tempo below 100",
    "faster than 120 or slower than 80 bpm": "tempo above 120 or tempo below 80",
    "60 to 70 bpm or faster than 140 bpm": "tempo 60 to 70 or tempo above 140",
    "120 bpm or 100 bpm, at least 90 bpm": "tempo at least 90, tempo 118 to 122 or tempo 98 to 102",
    "under 2 minutes or over 10 minutes": "duration above 10:00 or duration below 2:00",
    "before 1960 or after 1990": "year above 1990 or year below 1960",
    "from the 60s or the 80s": "year 1960 to 1969 or year 1980 to 1989",
    "before the 80s": "year below 1980",
    "after the early 60s": "year above 1963",
    "no later than the 80s": "year at most 1989",
    "since the '90s": "year at least 1990",
    "from the 60s to the 80s": "year 1960 to 1989",
    "between the late 60s and the 80s": "year 1967 to 1989",
    "60s and 70s soul": "year 1960 to 1969 or year 1970 to 1979",
    "in C or D minor": "key C minor or key D minor",
    "in c or d minor": "key C minor or key D minor",
    "C, E flat or F# major": "key C major or key Eb major or key F# major",
    "not a waltz": "",
    "no waltzes, please": "",
    "a waltz, not a slow waltz": "rather metre 3/4",
    "not in D minor": "",
    "not in the key of B flat minor": "",
    "no minor keys": "",
    "not a slow song": "",
    "no fast songs": "",
    "with or without drums": "",
    "without or with bass, drums and vocals, 120 bpm": "tempo 118 to 122",
    "not without drums": "",
    "90s hip hop at 90 bpm": "tempo 88 to 92, year 1990 to 1999",
}
UNREAD = (
    *("a minor piece of mine", "Am I Blue", "organic basses", "steel drums", "op. 10 no. 3", "1812 overture", "24/7"),
    *("not 120 bpm", "not in a minor key", "not piano", "9/11", "no. 3 in d", "99 red balloons", "Symphony no. 5"),
    *("the 1975", "", "\0", "♭♭♭"),
)


@pytest.mark.parametrize(("words", "told"), READINGS.items())
def test_readings(words: str, told: str) -> None:
    assert asked(words).told == told


@pytest.mark.parametrize("words", UNREAD)
def test_what_only_looks_like_a_fact(words: str) -> None:
    assert asked(words).certain == ()


def test_what_is_left() -> None:
    read = asked("calm piano in a minor key, slow, by Bach")
    assert read.rest.replace(",", "").split() == ["calm", "piano", "slow", "by", "Bach"]
    assert read.words == "calm piano in a minor key, slow, by Bach"


def test_titles_may_say_what_is_asked_for() -> None:
    phrases = {fact.condition.told: fact.phrases for fact in asked("piano in Bb minor, 120 bpm").certain}
    assert phrases == {"tempo 118 to 122": (), "key Bb minor": ("B flat minor", "Bb minor")}
    assert asked("F# major").certain[0].phrases == ("F sharp major",)  # else F major: searches pass over the sign


@pytest.mark.parametrize("label", INSTRUMENTS)
def test_every_class_has_its_own_name(label: str) -> None:
    (wanted,), (none,) = asked(f"with {label}").wishes, asked(f"no {label}").certain
    assert isinstance(wanted, Plays)
    assert label in wanted.classes
    assert isinstance(none.condition, Without)
    assert classes_of(label.replace(" ", "_")) == wanted.classes


@given(st.integers(20, 400))
def test_a_tempo_means_two_beats_to_either_side(bpm: int) -> None:
    (fact,) = asked(f"music at {bpm} bpm").certain
    assert fact.condition == Within("tempo", bpm - 2.0, bpm + 2.0)


@given(st.text(max_size=60))
def test_every_sentence_has_a_reading(words: str) -> None:
    read = asked(words)
    assert asked(read.rest).certain == () or read.certain != ()


def test_long_sentences_are_read_quickly_or_refused() -> None:
    for part in ("no ", "piano or ", "no drums, ", "between 1 and ", "in the key of ", "not a ", "C, ", "over 1, "):
        start = time.process_time()
        asked((part * LONGEST)[:LONGEST])
        assert time.process_time() - start < 2.0
    with pytest.raises(InvalidValueError, match="2,000 characters at most"):
        asked("x" * (LONGEST + 1))
