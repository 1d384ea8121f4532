"""Standard MIDI Files, walked event by event: a damaged one is refused with its fault, a good one is copied clean.

The copy holds format, resolution, and of each track the channel messages, its name, tempos, metres and end, nothing
else. A parser that trusts its input (symusic crashes on a wrong length or a missing data byte) can be given it. Notes
that are never let go end in the copy.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Collection, Iterator

from descant.errors import UnreadableFileError, UnsupportedFormatError
from descant.io.said import Said

LAST_TICK = 2**28 - 1  # the longest wait that a file can hold; 38 hours at 960 ticks a quarter note and 120 bpm

TEXT, TRACK_NAME, END_OF_TRACK, TEMPO, METER = 0x01, 0x03, 0x2F, 0x51, 0x58
MOST_NUMERATOR, MOST_DENOMINATOR_POWER = 64, 6  # 64/64: no music counts further
FASTEST_TEMPO = 6_001  # microseconds a quarter note: under 10,000 bpm
NOTE_OFF, NOTE_ON = 0x80, 0x90

MOST_TRACKS = 1_000
MOST_EVENTS = 4_000_000  # of all tracks: two million notes, which take some ten seconds and half a gigabyte

STUCK = "a note is never let go; it sounds until its key is struck again, or to the end of its track"
NO_TEMPO = "a tempo of 0, or of 10,000 bpm and more, is left out"
NO_METER = f"a metre with 0 or over {MOST_NUMERATOR} beats, or of less than 64ths, is left out"

Key = tuple[int, int]  # channel, pitch


class _FaultError(Exception):
    """What is wrong with the bytes."""


class _TooMuchError(Exception):
    """What there is too much of."""


def checked(data: bytes, file: str, said: Said | None = None) -> bytes:
    """A clean copy of a MIDI file's bytes. `file` is its name, for the errors; `said` is told what was mended.

    Raises UnreadableFileError where the bytes are not MIDI or are damaged, UnsupportedFormatError for kinds of MIDI
    that hold no single piece in musical time (SMPTE time, format 2).
    """
    if data[:4] == b"RIFF" and data[8:16] == b"RMIDdata":
        data = data[20:]
    if data[:4] != b"MThd":
        raise UnreadableFileError(f"{file}: is not a MIDI file (it does not begin with MThd); export it as .mid again")
    if len(data) < 14:
        raise UnreadableFileError(f"{file}: is cut off within its header; copy or export it again")
    length, form, promised, division = struct.unpack(">IHHH", data[4:14])
    if form > 1:
        raise UnsupportedFormatError(f"{file}: is MIDI of format {form}; save it as format 0 or 1")
    if division & 0x8000:
        raise UnsupportedFormatError(f"{file}: counts SMPTE frames, not beats; save it with ticks per quarter note")
    if division == 0:
        raise UnreadableFileError(
            f"{file}: counts 0 ticks to a quarter note, so nothing in it has a time; export it again"
        )
    if length < 6:
        raise UnreadableFileError(f"{file}: its header is damaged; export it again")
    reader = _Reader(said or Said())
    try:
        tracks = [reader.clean(track) for track in _tracks(data, 8 + length)]
    except _FaultError as fault:
        raise UnreadableFileError(f"{file}: is damaged: {fault}; copy or export it again") from None
    except _TooMuchError as much:
        raise UnreadableFileError(f"{file}: {much}, and is not read; take a part of it") from None
    if not tracks or len(tracks) < promised:
        raise UnreadableFileError(f"{file}: is cut off: it holds {len(tracks)} of {promised} tracks; export it again")
    header = struct.pack(">4sIHHH", b"MThd", 6, form, len(tracks), division)
    return header + b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks)


def with_text(data: bytes, text: str) -> bytes:
    """A file with a text event at the very beginning of its first track."""
    at = data.index(b"MTrk")
    event = b"\x00" + bytes((0xFF, TEXT)) + _variable(len(text.encode())) + text.encode()
    length = int.from_bytes(data[at + 4 : at + 8], "big") + len(event)
    return data[: at + 4] + struct.pack(">I", length) + event + data[at + 8 :]


def first_text(data: bytes) -> str:
    """The text event that a file's first track begins with, or nothing. Of a file that can be read (`checked`)."""
    if data[:4] == b"RIFF":
        data = data[20:]
    track = next(_tracks(data, 8 + int.from_bytes(data[4:8], "big")), b"")
    delta, event = next(_events(track), (0, b""))
    return _text(event[2:]) if delta == 0 and event[:2] == bytes((0xFF, TEXT)) else ""


def _tracks(data: bytes, at: int) -> Iterator[bytes]:
    """The bodies of the track chunks; chunks of other kinds are passed over, as the standard asks."""
    count = 0
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        if kind == b"MTrk":
            count += 1
            if count > MOST_TRACKS:
                raise _TooMuchError(f"has more than {MOST_TRACKS:,} tracks")
            if at + 8 + length > len(data):
                raise _FaultError(f"a track of {length} bytes is cut off after {len(data) - at - 8}")
            yield data[at + 8 : at + 8 + length]
        at += 8 + length


class _Reader:
    """Copies tracks clean, one after another."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.events = 0  # so far, of all tracks

    def clean(self, body: bytes) -> bytes:
        """The track's channel messages and what is kept of its meta events, every status written out, then its end."""
        track, down = self._copied(body)
        if down:
            self.said.add(STUCK, times=down.total())
            track, _ = self._copied(body, down)
        return track

    def _copied(self, body: bytes, stuck: Collection[Key] | None = None) -> tuple[bytes, Counter[Key]]:
        """The copy, and which keys are down at its end, with how many strokes. stuck: keys known to be so, which are to
        be let go; they were on the first reading, which also counted the events.
        """
        out = bytearray()
        tick = written = 0
        down: Counter[Key] = Counter()
        for delta, event in _events(body):
            tick += delta
            if tick > LAST_TICK:
                raise _FaultError("it runs on for days")
            if stuck is None:
                self.events += 1
                if self.events > MOST_EVENTS:
                    raise _TooMuchError(f"has more than {MOST_EVENTS:,} events")
            if event and event[0] == 0xFF:
                event = self._meta(event[1], event[2:], quiet=stuck is not None)
            if not event:
                continue
            if event[0] & 0xE0 == NOTE_OFF:  # or NOTE_ON
                key = event[0] & 0x0F, event[1]
                if event[0] & 0xF0 == NOTE_ON and event[2]:
                    if stuck is not None and key in stuck and down[key]:
                        out += _variable(tick - written) + _release(key)
                        written, down[key] = tick, 0
                    down[key] += 1
                elif down[key]:
                    down[key] -= 1
            out += _variable(tick - written) + event
            written = tick
        down = +down
        for key in down if stuck is not None else ():
            out += _variable(tick - written) + _release(key)
            written = tick
        return bytes(out + b"\x00\xff\x2f\x00"), down

    def _meta(self, kind: int, value: bytes, *, quiet: bool) -> bytes:
        """A meta event that is kept and makes sense, as bytes; else nothing."""
        if kind == TRACK_NAME:
            value = _text(value).encode()
            return bytes((0xFF, kind)) + _variable(len(value)) + value
        if kind not in (TEMPO, METER):
            return b""
        if kind == TEMPO:
            good = len(value) == 3 and int.from_bytes(value, "big") >= FASTEST_TEMPO
        else:
            good = len(value) == 4 and 1 <= value[0] <= MOST_NUMERATOR and value[1] <= MOST_DENOMINATOR_POWER
        if not good and not quiet:
            self.said.add(NO_TEMPO if kind == TEMPO else NO_METER)
        return bytes((0xFF, kind, len(value))) + value if good else b""


def _release(key: Key) -> bytes:
    return bytes((NOTE_OFF | key[0], key[1], 0))


def _events(body: bytes) -> Iterator[tuple[int, bytes]]:
    """(ticks since the event before, the event's bytes; of a meta event 0xFF, its kind and its value; none for what is
    left out), up to and with the end of the track.
    """
    at, running = 0, 0
    while at < len(body):
        delta, at = _number(body, at)
        if at >= len(body):
            raise _FaultError("a track ends within an event")
        status = body[at]
        if status >= 0xF0:
            kind = body[at + 1] if status == 0xFF and at + 1 < len(body) else -1
            if status not in (0xF0, 0xF7, 0xFF):
                raise _FaultError(f"byte {status:#04x} stands where an event should be")
            length, at = _number(body, at + (2 if status == 0xFF else 1))
            if at + length > len(body):
                raise _FaultError("a track ends within an event")
            if kind == END_OF_TRACK:
                yield delta, b""
                return
            yield delta, bytes((0xFF, kind)) + body[at : at + length] if kind >= 0 else b""
            at += length
            continue
        if status >= 0x80:
            running, at = status, at + 1
        if running == 0:
            raise _FaultError(f"byte {status:#04x} stands where an event should be")
        size = 1 if running & 0xE0 == 0xC0 else 2  # programme changes and channel pressure have one data byte
        message = body[at : at + size]
        if len(message) < size or max(message) > 0x7F:
            raise _FaultError("an event lacks its data")
        yield delta, bytes((running,)) + message
        at += size


def _text(value: bytes) -> str:
    """Text of an unsaid encoding: UTF-8 if it is that, else Latin-1; without control characters."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _number(body: bytes, at: int) -> tuple[int, int]:
    """A variable-length number (at most four bytes of seven bits) and the place after it."""
    value = 0
    for step, byte in enumerate(body[at : at + 4]):
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    raise _FaultError("a number in a track has no end")


def _variable(value: int) -> bytes:
    """A number as MIDI's bytes of seven bits, the last without its high bit."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))
