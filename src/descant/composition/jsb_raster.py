"""The JSB raster: a chorale as frames of sixteenths, each read from soprano to bass, so that four tokens are a frame.

A token is a pitch or a rest. The grid tells the pitch that each voice sings when a sixteenth begins, and nothing else:
not whether a note is held or struck again, no metre, no bars, no tempo, no fermata, nothing shorter than a sixteenth
and no triplet. What is decoded joins equal neighbours, so that what is encoded again has the same tokens.

Boulanger-Lewandowski, Bengio and Vincent: Modeling Temporal Dependencies in High-Dimensional Sequences, ICML 2012; in
sixteenths and by voice: Huang, Cooijmans, Roberts, Courville and Eck: Counterpoint by Convolution, ISMIR 2017; in one
row: Huang et al.: Music Transformer, ICLR 2019.

Frames are (steps, 4) of MIDI numbers, REST where a voice is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.composition.placed import Placed, placed
from descant.composition.vocabulary import Encoded, OffGrid, read
from descant.errors import InvalidValueError
from descant.types import Notes, Part, Score
from descant.types.arrays import BoolArray, IntArray
from descant.types.clock import Clock

VOICES = ("soprano", "alto", "tenor", "bass")
RANGES = ((60, 81), (52, 74), (46, 69), (36, 66))  # what each voice sings in the training set; the others stay within
STEP = Fraction(1, 4)  # quarters
REST = -1  # in frames; as a token it is 0
CHOIR = 52  # General MIDI programme
LOUDNESS = 80  # velocity of what is decoded
CLOSE = 1e-4  # quarters: nearer than that a note lies on the grid


class Turn(NamedTuple):
    """The grammar's state."""

    voice: int  # whose turn it is
    sung: bool  # whether anybody sings in this frame; before the soprano's turn, in the last one


@dataclass(frozen=True)
class JsbRaster:
    """The vocabulary: a rest, then every pitch from the lowest to the highest that a voice may sing."""

    ranges: tuple[tuple[int, int], ...] = RANGES

    @property
    def lowest(self) -> int:
        """The pitch of token 1."""
        return min(low for low, _ in self.ranges)

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return 2 + max(high for _, high in self.ranges) - self.lowest

    @property
    def names(self) -> tuple[str, ...]:
        """A rest, then MIDI numbers."""
        return ("rest", *(f"pitch {self.lowest + one}" for one in range(self.size - 1)))

    @property
    def start(self) -> Turn:
        """Before the first token it is the soprano's turn."""
        return Turn(0, sung=True)

    @cached_property
    def voice_masks(self) -> BoolArray:
        """What each voice may sing, (4, size)."""
        pitch = np.arange(self.size) + self.lowest - 1
        masks = np.array([(low <= pitch) & (pitch <= high) for low, high in self.ranges])
        masks[:, 0] = True
        masks.setflags(write=False)
        return masks

    def allowed(self, state: Turn) -> BoolArray:
        """A rest, or a pitch in the voice's range."""
        mask: BoolArray = self.voice_masks[state.voice]
        return mask

    def after(self, state: Turn, token: int) -> Turn:
        """The voice that follows."""
        return Turn((state.voice + 1) % len(VOICES), token != 0 or (state.voice > 0 and state.sung))

    def complete(self, state: Turn) -> bool:
        """A piece ends with a whole frame, and not with silence."""
        return state.voice == 0 and state.sung

    def closing(self, state: Turn) -> int:
        """Rests; where nobody sings, the bass does."""
        last = state.voice == len(VOICES) - 1 and not state.sung
        return self.ranges[-1][0] - self.lowest + 1 if last else 0

    # Frames and tokens.

    def flatten(self, frames: npt.ArrayLike) -> IntArray:
        """The tokens of frames, (4 * steps,). Raises InvalidValueError where a voice leaves its range."""
        pitches = np.asarray(frames, dtype=np.int64).reshape(-1, len(VOICES))
        for voice, (low, high) in enumerate(self.ranges):
            sung = pitches[:, voice]
            wrong = np.flatnonzero((sung != REST) & ((sung < low) | (sung > high)))
            if wrong.size:
                raise InvalidValueError(
                    f"the {VOICES[voice]} sings MIDI pitch {sung[wrong[0]]} in frame {wrong[0]}; the raster has it "
                    f"from {low} to {high}: transpose the piece or give the line to another voice"
                )
        return np.where(pitches == REST, 0, pitches - self.lowest + 1).ravel()

    def frames(self, tokens: Sequence[int] | IntArray) -> IntArray:
        """The frames that tokens say, (steps, 4). Raises InvalidValueError where the grammar forbids one."""
        row = np.asarray(tokens, dtype=np.int64)
        if len(row) % len(VOICES):
            raise InvalidValueError(f"{len(row)} tokens are no whole number of frames of {len(VOICES)} voices")
        known = np.all((row >= 0) & (row < self.size))
        if not (known and np.all(self.voice_masks[np.arange(len(row)) % len(VOICES), row])):
            read(self, row)  # says which token is wrong
        return np.where(row == 0, REST, row + self.lowest - 1).reshape(-1, len(VOICES))

    # Music and tokens.

    def encode(self, music: Notes | Score) -> Encoded:
        """The tokens of a piece in four voices, repeats not played, up to where the last of them is silent.

        Drums and grace notes are lost. Raises InvalidValueError where the piece has other voices than four.
        """
        piece = placed(music)
        lines = lines_of(piece.only(piece.end > piece.onset))
        steps = [steps_of(voice, line) for voice, line in enumerate(lines)]
        length = max((int(stop.max(initial=0)) for _, stop in steps), default=0)
        frames = np.full((length, len(VOICES)), REST, dtype=np.int64)
        away = np.zeros(0)
        kept = joined = touched = 0
        for voice, (line, (start, stop)) in enumerate(zip(lines, steps, strict=True)):
            there = stop > start
            line, start, stop = line.only(there), start[there], stop[there]
            for low, high, pitch in zip(start, stop, line.pitch, strict=True):
                frames[low:high, voice] = pitch
            off = np.maximum(np.abs(line.onset - start * float(STEP)), np.abs(line.end - stop * float(STEP)))
            away = np.append(away, off[off > CLOSE])
            kept += len(start)
            joined += int(np.count_nonzero((start[1:] == stop[:-1]) & (np.diff(line.pitch) == 0)))
            touched += int(np.count_nonzero(line.velocity != LOUDNESS))
        told = OffGrid(
            "quarters",
            moved=len(away),
            farthest=float(away.max(initial=0.0)),
            lost=len(piece.onset) - kept,
            joined=joined,
            touched=touched,
        )
        return Encoded(self.flatten(frames), told)

    def decode(self, tokens: Sequence[int] | IntArray, bpm: float = 72.0) -> Notes:
        """The piece as notes, a part a voice; they say nothing of silence at its end.

        Raises InvalidValueError where the grammar forbids a token.
        """
        frames = self.frames(tokens)
        clock = Clock.of_quarters([(0.0, bpm)])
        rows = [
            (low * float(STEP), high * float(STEP), frames[low, voice], voice)
            for voice in range(len(VOICES))
            for low, high in _runs(frames[:, voice])
            if frames[low, voice] != REST
        ]
        start, stop, pitch, voice = np.array(rows, dtype=np.float64).reshape(-1, 4).T
        return Notes(
            clock.seconds(start),
            clock.seconds(stop),
            pitch.astype(np.int64),
            np.full(len(rows), LOUDNESS),
            voice.astype(np.int64),
            tuple(Part(name, CHOIR) for name in VOICES),
            tempos=clock.tempos,
        )


def lines_of(piece: Placed) -> list[Placed]:
    """The four voices from the highest: four parts, or of fewer the voices of each. Raises InvalidValueError."""
    singers = [number for number, one in enumerate(piece.parts) if not one.drum]
    if len(singers) == len(VOICES):
        return [piece.only(piece.part == part) for part in singers]
    sung = piece.only(np.isin(piece.part, singers))
    voices = np.unique(np.stack([sung.part, sung.voice], axis=1), axis=0)
    if len(voices) not in (0, len(VOICES)):
        raise InvalidValueError(f"the raster takes four voices, soprano to bass; the piece has {len(voices)}")
    return [sung.only((sung.part == part) & (sung.voice == voice)) for part, voice in voices]


def steps_of(voice: int, line: Placed) -> tuple[IntArray, IntArray]:
    """The frame that each note begins in, and the one that it no longer sounds in.

    Raises InvalidValueError where two sound together.
    """
    together = np.flatnonzero(line.onset[1:] < line.end[:-1] - CLOSE)
    if together.size:
        raise InvalidValueError(
            f"the {VOICES[voice]} sings two notes at once, {line.onset[together[0] + 1]:g} quarters from the "
            "beginning; the raster takes four voices of one note each"
        )
    start, stop = (np.ceil((one - CLOSE) / float(STEP)).astype(np.int64) for one in (line.onset, line.end))
    return start, stop


def _runs(row: IntArray) -> Iterable[tuple[int, int]]:
    """Where each run of equal pitches begins and ends."""
    edges = (np.flatnonzero(np.diff(row)) + 1).tolist()
    return zip([0, *edges], [*edges, len(row)], strict=True) if len(row) else ()
