"""MIDI files that leave something open, or hold more than music does: read with a word, or refused with a reason."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path

import numpy as np
import pytest

from descant.errors import UnreadableFileError
from descant.io import midi, smf
from descant.io.midi import read_midi, write_midi
from descant.io.said import AssumedWarning
from tests.io.test_midi import bend, control, off, on, one_track, read, tempo

END = b"\xff\x06\x01x"  # a marker: something at which a track may end


def tracks(*bodies: bytes) -> bytes:
    head = struct.pack(">4sIHHH", b"MThd", 6, 1, min(len(bodies), 65_535), 1000)
    return head + b"".join(b"MTrk" + struct.pack(">I", len(body)) + body for body in bodies)


@pytest.mark.parametrize(
    ("events", "onset", "offset", "times"),
    [
        pytest.param([on(0, 60), on(1000, 64), off(2000, 64)], [0, 0.5], [1, 1], "", id="to-the-end"),
        pytest.param([on(0, 60), on(1000, 60), off(2000, 60)], [0, 0.5], [0.5, 1], "", id="struck-again"),
        pytest.param([on(0, 60), on(500, 60), (2000, END)], [0, 0.25], [0.25, 1], r"\(2 times\)", id="twice"),
        pytest.param([on(0, 60), on(0, 64, channel=1), off(1000, 60)], [0, 0], [0.5, 0.5], "", id="other-channel"),
    ],
)
def test_a_note_that_is_never_let_go_ends_with_a_word(events, onset, offset, times, tmp_path: Path) -> None:
    with pytest.warns(AssumedWarning, match="never let go.*" + times):
        notes = read(tmp_path, one_track(*events))
    np.testing.assert_allclose(notes.onset, onset)
    np.testing.assert_allclose(notes.offset, offset)


def test_a_key_that_is_let_go_as_often_as_it_is_struck_needs_no_word(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        notes = read(tmp_path, one_track(on(0, 60), on(500, 60), off(1000, 60), off(2000, 60), off(2500, 60)))
    np.testing.assert_allclose(notes.onset, [0, 0.25])
    np.testing.assert_allclose(notes.offset, [0.5, 1])


def test_a_change_of_programme_within_a_note_leaves_the_note_alone(tmp_path: Path) -> None:
    events = [(0, b"\xc0\x05"), on(0, 60), (500, b"\xc0\x09"), on(500, 62), off(1000, 60), off(2000, 62)]
    notes = read(tmp_path, one_track(*events))
    assert list(zip(notes.pitch, notes.program, notes.onset, notes.offset, strict=True)) == [
        (60, 5, 0.0, 0.5),
        (62, 9, 0.25, 1.0),
    ]


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (tempo(0, 0), "a tempo of 0"),
        (tempo(0, 1), "10,000 bpm and more"),
        ((0, b"\xff\x58\x04\x00\x00\x18\x08"), "a metre with 0"),
        ((0, b"\xff\x58\x04\x04\xc8\x18\x08"), "less than 64ths"),
    ],
)
def test_tempos_and_metres_that_no_music_has_are_left_out_with_a_word(event, says, tmp_path: Path) -> None:
    with pytest.warns(AssumedWarning, match=says):
        notes = read(tmp_path, one_track(event, on(0, 60), off(1000, 60)))
    assert (notes.tempos, notes.meters, notes.duration) == ((), (), 0.5)


def test_ten_tempos_a_beat_are_all_kept(tmp_path: Path) -> None:
    changes = [tempo(100 * number, 400_000 + 10_000 * (number % 20)) for number in range(1000)]
    notes = read(tmp_path, one_track(on(0, 60), *changes, off(100_000, 60)))
    assert len(notes.tempos) == 1000
    assert notes.duration == pytest.approx(1000 * 0.1 * 0.495)  # the mean of 0.40 to 0.59 s a quarter
    again = read_midi(write_midi(notes, tmp_path / "again.mid"))
    np.testing.assert_allclose(again.offset, notes.offset, atol=1e-3)
    assert len(again.tempos) == 1000


def test_bends_follow_a_range_that_is_set_again_and_again(tmp_path: Path) -> None:
    events = []
    for number in range(300):
        select = [control(10 * number, 101, 0), control(10 * number, 100, 0)]
        events += [*select, control(10 * number, 6, 2 + number % 10), bend(10 * number + 5, 0)]
    notes = read(tmp_path, one_track(on(0, 60), *events, off(5000, 60)))
    assert [one.semitones for one in notes.bends] == [-(2.0 + number % 10) for number in range(300)]
    assert notes.controls == ()


def test_more_than_a_piece_can_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFileError, match="has more than 1,000 tracks"):
        read(tmp_path, tracks(*[b"\x00\xff\x2f\x00"] * 70_000))
    monkeypatch.setattr(smf, "MOST_EVENTS", 3)
    with pytest.raises(UnreadableFileError, match="has more than 3 events"):
        read(tmp_path, one_track(on(0, 60), off(1, 60), on(2, 60), off(3, 60)))
    monkeypatch.setattr(midi, "MOST_BYTES", 30)
    with pytest.raises(UnreadableFileError, match="no MIDI file of one piece is so large"):
        read(tmp_path, one_track(on(0, 60), off(1, 60), on(2, 60), off(3, 60)))


@pytest.mark.parametrize("wait", [b"\xff\xff\xff\x7f\x90\x3c\x50\x01\x80\x3c\x00", b"\xff\xff\xff\xff\x7f\x90\x3c\x50"])
def test_waits_of_days_are_refused(wait: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"runs on for days|has no end"):
        read(tmp_path, tracks(wait))


@pytest.mark.parametrize(
    ("name", "read_as"),
    [
        ("Flöte".encode("latin-1"), "Flöte"),
        ("Flöte".encode(), "Flöte"),
        ("音楽".encode("shift-jis"), "\x89¹\x8ay"),  # nothing says which encoding it is
        (b"\x00\x1b[2J bell\x07", "[2J bell"),
    ],
)
def test_names_in_any_bytes_are_text_without_control_characters(name: bytes, read_as: str, tmp_path: Path) -> None:
    event = b"\xff\x03" + bytes((len(name),)) + name
    notes = read(tmp_path, one_track((0, event), on(0, 60), off(1000, 60)))
    assert notes.parts[0].name == "".join(letter for letter in read_as if letter.isprintable())


def test_a_metre_hours_after_the_last_note_is_written(tmp_path: Path) -> None:
    late = (2**27, b"\xff\x58\x04\x03\x02\x18\x08")
    notes = read(tmp_path, one_track(on(0, 60), off(1, 60), late, division=b"\x00\x01"))
    again = read_midi(write_midi(notes, tmp_path / "again.mid"))
    assert [(one.time, one.numerator) for one in again.meters] == [(2**26, 3)]


def test_files_of_nothing_but_meta_events_have_no_notes(tmp_path: Path) -> None:
    assert len(read(tmp_path, one_track(tempo(0, 400_000), (10, END)))) == 0
    assert len(read(tmp_path, tracks(b""))) == 0
