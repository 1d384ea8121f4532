"""Filters as they are typed, and what is said of those that are not understood."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.retrieval.conditions import InKey, Within
from descant.retrieval.filters import GRAMMAR, is_tag_filter, key_named, parse_filter, split_filters

TOLD = {
    "tempo:118..122": "tempo 118 to 122",
    "tempo:120": "tempo 118 to 122",
    "tempo:>100": "tempo above 100",
    "tempo:>=100": "tempo at least 100",
    "tempo:<99.5": "tempo below 99.5",
    "tempo:100..": "tempo at least 100",
    "tempo:..100": "tempo at most 100",
    "key:Dm": "key D minor",
    "key:D": "key D major",
    "key:f#m": "key F# minor",
    "key:Bbminor": "key Bb minor",
    "key:D minor": "key D minor",
    "key:minor": "a minor key",
    "year:>1990": "year above 1990",
    "year:1990": "year 1990",
    "meter:3/4": "metre 3/4",
    "instrument:piano": "piano",
    "instrument:violin": "violin (solo strings)",
    "without:drums": "no drums",
    "kind:midi": "kind midi",
    "duration:<3:00": "duration below 3:00",
    "duration:2:00..1:02:03": "duration 2:00 to 1:02:03",
    "loudness:>-14": "loudness above -14",
    'artist:"Some Body"': "artist “Some Body”",
    "genre:rock": "genre “rock”",
}
BAD = """
tempo:fast tempo: tempo:.. tempo:130..120 tempo:1e9 tempo:nan tempo:--5 tempo:>>3 tempo:1..2..3 temp:120 key:H
key:Dmixolydian meter:3/5 meter:waltz kind:video duration:3:xx duration:1:2:3:4 duration:1:60 year:> loudness:>
instrument:gong
"""


@pytest.mark.parametrize(("text", "told"), TOLD.items())
def test_filters(text: str, told: str) -> None:
    assert parse_filter(text).told == told


@pytest.mark.parametrize("text", BAD.split())
def test_what_is_not_understood_is_said_with_what_would_be(text: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        parse_filter(text)
    field = text.partition(":")[0]
    assert GRAMMAR.get(field, "tempo, key, meter") in str(raised.value) or "no instrument" in str(raised.value)


def test_filters_among_words() -> None:
    words, filters = split_filters('calm tempo:118..122 piano key:D minor artist:"Some Body" at night')
    assert words == "calm piano at night"
    assert [one.told for one in filters] == ["tempo 118 to 122", "key D minor", "artist “Some Body”"]
    assert split_filters("Symphony: finale, 12:30") == ("Symphony: finale, 12:30", ())
    with pytest.raises(InvalidValueError, match="put a space after the colon"):
        split_filters("re:stacks")


def test_fields_in_either_case() -> None:
    words, filters = split_filters("Kind:midi ARTIST:Beethoven Mission:Impossible")
    assert [one.told for one in filters] == ["kind midi", "artist “Beethoven”"]
    assert words == "Mission:Impossible"
    assert is_tag_filter("Artist:Some Body")


@pytest.mark.parametrize("text", ["artist:", "calm Artist: ", "calm artist: year:1990", 'artist:""'])
def test_a_field_with_nothing_after_it_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="artist: says nothing after the colon"):
        split_filters(text)
    assert split_filters("artist: Beethoven, key: D minor")[1] == ()  # a space makes words of them


def test_a_shell_takes_quotes_away() -> None:
    assert is_tag_filter("artist:Some Body")
    assert not is_tag_filter("artist:Bach year:>1990")
    assert not is_tag_filter("tempo:120 calm")


@given(st.text(max_size=30), st.sampled_from(sorted(GRAMMAR)))
def test_a_filter_is_understood_or_refused(value: str, field: str) -> None:
    try:
        told = parse_filter(f"{field}:{value}").told
    except InvalidValueError:
        return
    assert told


@given(st.integers(0, 11), st.sampled_from(["major", "minor"]))
def test_keys_by_their_names(tonic: int, mode: str) -> None:
    assert key_named(InKey(tonic, mode).told.removeprefix("key ")) == InKey(tonic, mode)


def test_ends_belong_to_a_span_and_not_to_a_bound() -> None:
    assert parse_filter("tempo:118..122") == Within("tempo", 118.0, 122.0)
    assert parse_filter("tempo:>118") == Within("tempo", 118.0, np.inf, open=True)
