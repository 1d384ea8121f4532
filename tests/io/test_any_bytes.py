"""Files that are nearly right: a MusicXML score and a MIDI file, changed at random in bytes and structure.

Whatever the change, what is read is a score or notes that can be played and written, or an error for people.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from descant.errors import DescantError
from descant.io.midi import midi_bytes, read_midi
from descant.io.score.read_musicxml import read_musicxml
from descant.io.score.write_musicxml import musicxml
from descant.synthesis.as_written import as_written
from descant.types import Notes
from descant.types.score import Score
from tests.io.test_midi import GOOD as MIDI
from tests.io.test_midi import control, off, on, one_track, tempo
from tests.scores import full_score

XML = musicxml(full_score()).encode()
QUICK = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}
PLAUSIBLE = [b"0", b"-1", b"9", b"<", b">", b"/", b'"', b"&", b"\xff", b"\x00", b"x", b"1e9", b"<note/>", b"<rest/>"]


pytestmark = pytest.mark.filterwarnings("ignore::descant.errors.DescantWarning")


@st.composite
def changed(draw, data: bytes, start: int = 0) -> bytes:
    """The bytes with a few of them replaced, dropped, put in or cut off."""
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(start, max(start, len(out) - 1)))
        length = draw(st.sampled_from([0, 1, 1, 1, 2, 5, 40]))
        out[at : at + length] = draw(st.one_of(st.binary(max_size=3), st.sampled_from(PLAUSIBLE)))
    cut = draw(st.booleans()) and draw(st.booleans()) and draw(st.booleans())
    return bytes(out[: draw(st.integers(0, len(out)))] if cut else out)


VALUES = ["", "0", "-1", "1", "2", "3", "5", "99", "1000000", "1e9", "0.3", "nan", "x", "C", "start", "stop", "no", "²"]


@st.composite
def rearranged(draw) -> bytes:
    """The score with elements emptied, doubled, moved or dropped, and texts and attributes changed."""
    root = ElementTree.fromstring(XML)
    for _ in range(draw(st.integers(1, 4))):
        every = list(root.iter())
        parent = draw(st.sampled_from([one for one in every if len(one)]))
        at = draw(st.integers(0, len(parent) - 1))
        child = parent[at]
        kind = draw(st.sampled_from(["text", "text", "drop", "double", "move", "empty", "attribute", "take"]))
        if kind == "text":
            draw(st.sampled_from(every)).text = draw(st.sampled_from(VALUES))
        elif kind == "drop":
            parent.remove(child)
        elif kind == "double":
            parent.insert(at, deepcopy(child))
        elif kind == "move":
            parent.remove(child)
            parent.insert(draw(st.integers(0, len(parent))), child)
        elif kind == "empty":
            child[:] = []
        elif kind == "attribute":
            child.set(draw(st.sampled_from(["number", "type", "id", "times", "tempo"])), draw(st.sampled_from(VALUES)))
        else:
            parent.insert(at, deepcopy(draw(st.sampled_from([one for one in every if len(list(one.iter())) < 40]))))
    return ElementTree.tostring(root)


EVENTS = st.one_of(
    st.builds(on, st.just(0), st.integers(58, 62), st.integers(0, 127), st.integers(0, 15)),
    st.builds(off, st.just(0), st.integers(58, 62), st.integers(0, 15)),
    st.builds(tempo, st.just(0), st.sampled_from([0, 1, 5_999, 6_001, 500_000, 2**24 - 1])),
    st.builds(control, st.just(0), st.sampled_from([6, 38, 64, 100, 101]), st.sampled_from([0, 1, 12, 24, 127])),
    st.builds(
        lambda top, power: (0, b"\xff\x58\x04" + bytes((top, power, 24, 8))), st.integers(0, 255), st.integers(0, 9)
    ),
    st.builds(lambda program: (0, bytes((0xC0, program))), st.integers(0, 127)),
    st.builds(lambda high: (0, bytes((0xE0, 0, high))), st.integers(0, 127)),
    st.builds(lambda name: (0, b"\xff\x03" + bytes((len(name),)) + name), st.binary(max_size=20)),
)


@st.composite
def events(draw) -> bytes:
    """A MIDI file of any events, well-formed, at any distance."""
    place, found = 0, []
    for _, event in draw(st.lists(EVENTS, max_size=30)):
        place += draw(st.sampled_from([0, 0, 1, 100, 1000, 2**21]))
        found.append((place, event))
    return one_track(*found, division=draw(st.sampled_from([b"\x00\x01", b"\x01\xe0", b"\x7f\xff"])))


def read_score(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        score = read_musicxml(path)
    except DescantError as error:
        if str(path) not in str(error):
            raise  # it is to name the file
        return
    assert type(score) is Score
    musicxml(score)
    assert type(as_written(score)) is Notes


def read_notes(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        notes = read_midi(path)
    except DescantError as error:
        if str(path) not in str(error):
            raise  # it is to name the file
        return
    assert type(notes) is Notes
    path.write_bytes(midi_bytes(notes))
    assert len(read_midi(path)) <= len(notes)  # a key cannot be down twice


@settings(max_examples=20, **QUICK)
@given(changed(XML))
def test_musicxml_with_changed_bytes(tmp_path_factory, data):
    read_score(tmp_path_factory.getbasetemp() / "changed.musicxml", data)


@settings(max_examples=15, **QUICK)
@given(rearranged())
def test_musicxml_with_changed_elements(tmp_path_factory, data):
    read_score(tmp_path_factory.getbasetemp() / "rearranged.musicxml", data)


@settings(max_examples=150, **QUICK)
@given(changed(MIDI))
def test_midi_with_changed_bytes(tmp_path_factory, data):
    read_notes(tmp_path_factory.getbasetemp() / "changed.mid", data)


@settings(max_examples=100, **QUICK)
@given(events())
def test_midi_of_any_events(tmp_path_factory, data):
    read_notes(tmp_path_factory.getbasetemp() / "events.mid", data)
