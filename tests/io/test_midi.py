"""MIDI files: what is written is read again, and what is broken is refused by name."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import numpy as np
import pytest

from descant.errors import InvalidValueError, UnreadableFileError, UnsupportedFormatError, UnwritableFileError
from descant.io.midi import midi_bytes, read_midi, write_midi
from descant.types import ControlChange, MeterChange, Notes, Part, PitchBend, TempoChange


def one_track(*events: tuple[int, bytes], division: bytes = b"\x03\xe8", form: int = 0) -> bytes:
    """A MIDI file with one track of (tick, event bytes), written by hand: 1000 ticks a quarter unless said."""
    body, last = b"", 0
    for tick, event in events:
        body += bytes([*_seven_bits(tick - last)]) + event
        last = tick
    body += b"\x00\xff\x2f\x00"
    return struct.pack(">4sIHH", b"MThd", 6, form, 1) + division + b"MTrk" + struct.pack(">I", len(body)) + body


def _seven_bits(value: int) -> list[int]:
    high = _seven_bits(value >> 7) if value > 127 else []
    return [*(byte | 0x80 for byte in high), value & 127]


def on(tick: int, pitch: int, velocity: int = 80, channel: int = 0) -> tuple[int, bytes]:
    return tick, bytes((0x90 | channel, pitch, velocity))


def off(tick: int, pitch: int, channel: int = 0) -> tuple[int, bytes]:
    return tick, bytes((0x80 | channel, pitch, 0))


def control(tick: int, number: int, value: int) -> tuple[int, bytes]:
    return tick, bytes((0xB0, number, value))


def bend(tick: int, value: int) -> tuple[int, bytes]:
    return tick, bytes((0xE0, value & 127, value >> 7))


def tempo(tick: int, microseconds: int) -> tuple[int, bytes]:
    return tick, b"\xff\x51\x03" + microseconds.to_bytes(3, "big")


def read(tmp_path: Path, data: bytes) -> Notes:
    path = tmp_path / "a song.mid"
    path.write_bytes(data)
    return read_midi(path)


def again(tmp_path: Path, notes: Notes) -> Notes:
    return read_midi(write_midi(notes, tmp_path / "again.mid"))


def test_seconds_follow_every_tempo_change(tmp_path: Path) -> None:
    # 1000 ticks at 120 bpm: 0.5 s; 2000 at 60 bpm: 2 s; 500 at 240 bpm: 0.125 s.
    notes = read(
        tmp_path,
        one_track(
            on(1000, 60), tempo(1000, 1_000_000), off(3000, 60), tempo(3000, 250_000), on(3500, 62), off(4500, 62)
        ),
    )
    np.testing.assert_allclose(notes.onset, [0.5, 2.625])
    np.testing.assert_allclose(notes.offset, [2.5, 2.875])
    assert [(change.time, change.bpm) for change in notes.tempos] == [(0.5, 60.0), (2.5, 240.0)]


def test_of_several_tempos_at_one_place_the_last_holds(tmp_path: Path) -> None:
    notes = read(tmp_path, one_track(tempo(0, 250_000), tempo(0, 1_000_000), on(1000, 60), off(2000, 60)))
    np.testing.assert_allclose(notes.onset, [1.0])


def test_channels_become_parts_with_program_drums_meter_and_name(tmp_path: Path) -> None:
    notes = read(
        tmp_path,
        one_track(
            (0, b"\xff\x03\x03abc"),
            (0, b"\xff\x58\x04\x06\x03\x18\x08"),
            (0, b"\xc0\x28"),
            (0, b"\xc1\x20"),
            on(0, 60),
            on(0, 40, 90, 1),
            on(0, 38, 70, 9),
            off(500, 60),
            off(500, 40, 1),
            off(500, 38, 9),
        ),
    )
    assert sorted((part.name, part.program, part.drum) for part in notes.parts) == [
        ("abc", 0, True),
        ("abc", 32, False),
        ("abc", 40, False),
    ]
    by_pitch = {int(pitch): int(program) for pitch, program in zip(notes.pitch, notes.program, strict=True)}
    assert by_pitch == {60: 40, 40: 32, 38: 0}
    assert notes.meters == (MeterChange(0.0, 6, 8),)


def test_bends_are_in_semitones_of_the_range_that_the_file_sets(tmp_path: Path) -> None:
    notes = read(
        tmp_path,
        one_track(
            on(0, 60),
            bend(0, 8192 + 4096),  # half of 2 semitones
            *(control(500, number, value) for number, value in ((101, 0), (100, 0), (6, 12), (38, 50))),
            bend(500, 0),  # 12.5 down
            *(control(500, number, 127) for number in (101, 100)),
            control(600, 6, 24),  # no parameter is selected: means nothing
            bend(600, 8192 + 2048),
            control(700, 64, 127),
            off(1000, 60),
        ),
    )
    assert [one.semitones for one in notes.bends] == [1.0, -12.5, 3.125]
    kept = [(one.number, one.value) for one in notes.controls]
    assert kept == [(101, 127), (100, 127), (6, 24), (64, 127)]


def test_zero_length_notes_get_a_length(tmp_path: Path) -> None:
    notes = read(tmp_path, one_track(on(0, 60), off(0, 60), on(500, 62), off(1000, 62)))
    assert list(notes.pitch) == [60, 62]
    assert 0 < notes.offset[0] - notes.onset[0] <= 0.001


def test_running_status_system_messages_and_unknown_chunks_are_understood(tmp_path: Path) -> None:
    data = one_track(
        on(0, 60), (0, b"\xf0\x05\x7e\x7f\x09\x01\xf7"), (100, b"\x3e\x50"), (200, b"\x3c\x00"), (300, b"\x3e\x00")
    )
    alien = data[:14] + b"XFIH\x00\x00\x00\x04\x01\x02\x03\x04" + data[14:]
    notes = read(tmp_path, alien)
    assert list(notes.pitch) == [60, 62]
    np.testing.assert_allclose(notes.offset, [0.1, 0.15])
    riff = b"RIFF" + struct.pack("<I", len(data) + 12) + b"RMIDdata" + struct.pack("<I", len(data)) + data
    assert list(read(tmp_path, riff).pitch) == [60, 62]


def test_a_name_in_an_old_encoding_is_read(tmp_path: Path) -> None:
    notes = read(tmp_path, one_track((0, b"\xff\x03\x05Fl\xf6te"), on(0, 60), off(9, 60)))
    assert notes.parts[0].name == "Flöte"


def test_round_trip_keeps_everything(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    count = 400
    onset = np.sort(rng.uniform(0, 3600, count))  # an hour: errors would add up
    notes = Notes(
        onset,
        onset + rng.uniform(0.05, 0.5, count),
        rng.integers(21, 109, count),
        rng.integers(1, 128, count),
        rng.integers(0, 20, count),
        tuple(Part(f"Stimme {at} ♪", at % 3, at == 4) for at in range(20)),
        (PitchBend(1, 10.0, 1.5), PitchBend(2, 11.0, -7.0), PitchBend(2, 12.0, 0.0)),
        (ControlChange(0, 1.0, 64, 127), ControlChange(0, 3.3, 64, 0), ControlChange(5, 0.0, 7, 90)),
        (TempoChange(0.0, 97.3), TempoChange(100.123, 20.0), TempoChange(200.5, 311.1)),
        (MeterChange(0.0, 3, 4), MeterChange(100.123, 7, 8)),
    )
    back = again(tmp_path, notes)
    order = np.lexsort((back.pitch, np.round(back.onset, 3)))
    want = np.lexsort((notes.pitch, np.round(notes.onset, 3)))
    np.testing.assert_allclose(back.onset, notes.onset, atol=2e-4)
    np.testing.assert_allclose(back.offset[order], notes.offset[want], atol=2e-4)
    for name in ("pitch", "velocity", "program", "drum"):
        np.testing.assert_array_equal(getattr(back, name)[order], getattr(notes, name)[want])
    names = [back.parts[part].name for part in back.part[order]]
    assert names == [notes.parts[part].name for part in notes.part[want]]
    bends = [(back.parts[one.part].name, round(one.time, 3), round(one.semitones, 3)) for one in back.bends]
    assert bends == [("Stimme 1 ♪", 10.0, 1.5), ("Stimme 2 ♪", 11.0, -7.0), ("Stimme 2 ♪", 12.0, 0.0)]
    assert [(round(one.time, 3), one.number, one.value) for one in back.controls] == [
        (0.0, 7, 90),
        (1.0, 64, 127),
        (3.3, 64, 0),
    ]
    assert [(round(one.time, 3), round(one.bpm, 3)) for one in back.tempos] == [
        (0, 97.3),
        (100.123, 20),
        (200.5, 311.1),
    ]
    assert [(round(one.time, 3), one.numerator, one.denominator) for one in back.meters] == [(0, 3, 4), (100.123, 7, 8)]
    assert midi_bytes(back) == midi_bytes(again(tmp_path, back))


def test_a_key_struck_again_ends_the_note_before(tmp_path: Path) -> None:
    notes = Notes([0.0, 0.5, 0.5, 2.0], [3.0, 1.0, 1.5, 2.5], [60, 60, 60, 60], [80, 70, 60, 50])
    back = again(tmp_path, notes)
    np.testing.assert_allclose(back.onset, [0.0, 0.5, 0.5, 2.0], atol=1e-4)
    np.testing.assert_allclose(back.offset, [0.5, 1.5, 1.5, 2.5], atol=1e-4)


def test_no_notes_is_a_file_too(tmp_path: Path) -> None:
    assert len(again(tmp_path, Notes([], [], [], []))) == 0


def test_ten_hours_and_very_high_tempos_fit(tmp_path: Path) -> None:
    notes = Notes([36_000.0], [36_001.0], [60], [80], tempos=(TempoChange(0.0, 900.0),))
    np.testing.assert_allclose(again(tmp_path, notes).onset, [36_000.0], atol=1e-3)


def test_a_tempo_that_midi_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"3\.58 bpm"):
        write_midi(Notes([0.0], [1.0], [60], [80], tempos=(TempoChange(0.0, 2.0),)), tmp_path / "slow.mid")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFileError, match="folder"):
        write_midi(Notes([0.0], [1.0], [60], [80]), tmp_path)


GOOD = one_track(
    (0, b"\xff\x03\x03abc"), (0, b"\xc0\x28"), control(0, 64, 127), bend(3, 99), on(5, 60), tempo(7, 99), off(500, 60)
)


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a MIDI file"),
        (b"just some text", "not a MIDI file"),
        (b"MThd\x00\x00", "cut off"),
        (GOOD[:14], "cut off"),
        (GOOD[:30], "cut off"),
        (GOOD[:10] + b"\x00\x05" + GOOD[12:], "1 of 5 tracks"),
        (GOOD[:12] + b"\x00\x00" + GOOD[14:], "0 ticks to a quarter note"),
        (GOOD[:7] + b"\x04" + GOOD[8:], "header"),
        (one_track((0, b"\x90\x3c\xff")), "lacks its data"),
        (one_track((0, b"\x3c\x40")), "stands where an event should be"),
        (one_track((0, b"\xff\x51\x7f\x00")), "within an event"),
        (one_track((0, b"\xf4")), "stands where an event should be"),
    ],
)
def test_bad_files_are_refused_by_name(tmp_path: Path, data: bytes, match: str) -> None:
    with pytest.raises(UnreadableFileError, match=match) as caught:
        read(tmp_path, data)
    assert "a song.mid" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_kinds_of_midi_that_are_not_read_say_so(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormatError, match="SMPTE"):
        read(tmp_path, one_track(on(0, 60), division=b"\xe7\x28"))
    with pytest.raises(UnsupportedFormatError, match="format 2"):
        read(tmp_path, one_track(on(0, 60), form=2))


@pytest.mark.filterwarnings("ignore::descant.io.said.AssumedWarning")
def test_no_garbage_crashes_the_reader(tmp_path: Path) -> None:
    # symusic alone dies of a segmentation fault within the first hundred of these.
    rng = random.Random(1)
    read_well = 0
    for _ in range(1500):
        data = bytearray(GOOD)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(14, len(data))] = rng.randrange(256)
        if rng.random() < 0.3:
            data = data[: rng.randrange(1, len(data))]
        try:
            midi_bytes(read(tmp_path, bytes(data)))
            read_well += 1
        except (UnreadableFileError, UnsupportedFormatError):
            pass
    assert 50 < read_well < 1450
