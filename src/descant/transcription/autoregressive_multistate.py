"""Piano notes while they are played: a network that is told what it said last (Kwon, Jeong and Nam, ISMIR 2020).

In every frame each key is in one of five states: off, onset, sustain, offset, re-onset. A softmax over them decides,
from causal convolutions, an LSTM's memory and the states that it gave the frame before. So one model, of one head,
hears notes as they come: of what follows a moment it knows the half of its window and `key_states.DELAY`.

Latency: a stroke is told of when the frame DELAY after it is complete. Frame centres lie a hop apart, and a frame
reaches half a window beyond its centre: at most 10 + 20 + 46 = 76 ms after the stroke, and 20 ms more where sound comes
in blocks of a hop. Simplified: no velocity (all notes have the same), no pedal.

Kwon, Jeong and Nam: Polyphonic Piano Transcription Using Autoregressive Multi-State Note Model, ISMIR 2020; one LSTM
for all keys as in their Towards Efficient and Real-Time Piano Transcription Using Neural Autoregressive Models, 2024.
The network is in `autoregressive_multistate_model.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.log_mel import BANDS, FRAME, LogMel
from descant.features.stream import HOP, RATE, FrameSource, Samples
from descant.registry import needs
from descant.transcription.key_states import DELAY, KEYS, LOWEST_PITCH, OFF, OFFSET, ONSET, REONSET
from descant.types import Notes
from descant.types.arrays import FloatArray

NAME = "autoregressive_multistate"
PAST = 6  # frames before the one that is told of, that the network sees
VELOCITY = 80  # of every note: the model does not tell
SHORTEST = 0.03  # seconds
LATENCY = (HOP / 2 + FRAME / 2) / RATE + DELAY  # seconds, at most; a block's length comes on top

Frames = npt.NDArray[np.float32]


@dataclass(frozen=True)
class NoteEvent:
    """A key begins or ceases to sound."""

    time: float  # seconds
    pitch: int  # MIDI
    on: bool
    confidence: float = 1.0  # of a beginning: how probable its state was


class KeyListener:
    """Goes through log-mel frames one by one, with the network's memory and its last answer fed back."""

    def __init__(self) -> None:
        self.model = weights.load(NAME)
        shapes = {one.name: one.shape for one in self.model.session.get_inputs()}
        self.past: Frames = np.zeros((PAST, BANDS), dtype=np.float32)
        self.fed_back = {
            "before": np.full((1, KEYS), OFF, dtype=np.int64),
            "hidden": np.zeros(shapes["hidden"], dtype=np.float32),
            "cell": np.zeros(shapes["cell"], dtype=np.float32),
        }
        self.events = KeyEvents()

    def push(self, frames: Frames) -> list[NoteEvent]:
        """What begins and ends in these frames, (n, BANDS), as far as the frames so far tell."""
        seen = np.concatenate([self.past, frames])
        self.past = seen[len(seen) - PAST :]
        found: list[NoteEvent] = []
        for at in range(len(frames)):
            told = self.model.run({"frames": seen[np.newaxis, at : at + PAST + 1], **self.fed_back})
            self.fed_back = {"before": told["state"], "hidden": told["next_hidden"], "cell": told["next_cell"]}
            found += self.events.push(told["state"][0], told["probability"][0])
        return found


class KeyEvents:
    """States, frame by frame, to events. A note starts only at an onset or a re-onset."""

    def __init__(self) -> None:
        self.frame = 0
        self.struck_before = np.zeros(KEYS, dtype=bool)
        self.sounding = np.zeros(KEYS, dtype=bool)

    def push(self, state: npt.NDArray[np.int64], probability: npt.NDArray[np.float32]) -> list[NoteEvent]:
        """What changes in one frame; `state` is (KEYS,), `probability` (KEYS, STATES)."""
        time = max(self.frame / FRAME_RATE - DELAY, 0.0)
        strikes = (state == ONSET) | (state == REONSET)
        struck = strikes & ~self.struck_before
        ended = self.sounding & (struck | (state == OFF) | (state == OFFSET))
        found = [NoteEvent(time, LOWEST_PITCH + key, on=False) for key in np.flatnonzero(ended).tolist()]
        for key in np.flatnonzero(struck).tolist():
            sure = float(probability[key, ONSET] + probability[key, REONSET])
            found.append(NoteEvent(time, LOWEST_PITCH + key, on=True, confidence=min(sure, 1.0)))
        self.sounding = (self.sounding & ~ended) | struck
        self.struck_before = strikes
        self.frame += 1
        return found


class MultistateTranscriber:
    """Hears a piano while it is played: sound in, beginnings and ends of notes out, LATENCY later.

    Feed mono samples at `rate`, blocks of any length; a hop (441 samples) at a time for the least delay.
    """

    rate = RATE

    def __init__(self) -> None:
        self.spectrum = LogMel().start()
        self.listener = KeyListener()

    def push(self, samples: Samples) -> list[NoteEvent]:
        """What has newly begun and ended."""
        return self.listener.push(self.spectrum.push(samples))

    def finish(self) -> list[NoteEvent]:
        """What is left, after the last samples."""
        return self.listener.push(self.spectrum.finish())


@dataclass(frozen=True)
class MultistateNotes:
    """The feature: the notes that a pass over the frames of `source` tells of."""

    source: FrameSource

    rate = None

    def start(self, sample_rate: int, channels: int) -> _NoteStream:  # noqa: ARG002
        return _NoteStream()


class _NoteStream:
    def __init__(self) -> None:
        self.listener = KeyListener()
        self.events: list[NoteEvent] = []

    def push(self, frames: Frames) -> None:
        self.events += self.listener.push(frames)

    def finish(self) -> Notes:
        return notes_of(self.events, self.listener.events.frame / FRAME_RATE)


@needs(MultistateNotes(LogMel()), Extent())
def autoregressive_multistate(sound: Sound) -> Notes:
    """The notes of a piano recording, as one part; confidence is the onset's probability when it was told.

    None in less than half a second of sound.
    """
    duration: float = get(sound, Extent())
    heard: Notes = get(sound, MultistateNotes(LogMel()))
    kept = (heard.onset < duration - 1e-3) & (duration >= SCRAP_SECONDS)
    assert heard.confidence is not None  # filled in when notes are made
    return replace(
        heard,
        onset=heard.onset[kept],
        offset=np.minimum(heard.offset[kept], duration),
        pitch=heard.pitch[kept],
        velocity=heard.velocity[kept],
        part=None,
        confidence=heard.confidence[kept],
    )


def notes_of(events: list[NoteEvent], end: float) -> Notes:
    """Notes from events in order; what still sounds ends at `end`, seconds."""
    begun: dict[int, NoteEvent] = {}
    rows: list[tuple[float, float, int, float]] = []
    for event in events:
        if event.on:
            begun[event.pitch] = event
        else:
            start = begun.pop(event.pitch)
            rows.append((start.time, event.time, event.pitch, start.confidence))
    rows += [(start.time, end, start.pitch, start.confidence) for start in begun.values()]
    onset, offset, pitch, confidence = (np.array(column) for column in zip(*rows, strict=True)) if rows else _NONE
    least: FloatArray = np.maximum(offset, onset + SHORTEST)
    return Notes(onset, least, pitch.astype(np.int64), np.full(len(onset), VELOCITY), confidence=confidence)


_NONE = (np.zeros(0),) * 4
