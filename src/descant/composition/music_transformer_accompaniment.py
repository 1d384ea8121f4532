"""Music Transformer as sequence to sequence: bridge and piano written to the melody of a song, bar by bar.

An encoder reads the melody as tokens of REMI; a decoder writes those of the accompaniment, attending to what it wrote
and to the melody four bars around where it writes (`token_transformer_model.py`). Bars and metres are the melody's.

Huang, Vaswani, Uszkoreit, Shazeer, Simon, Hawthorne, Dai, Hoffman, Dinculescu and Eck: Music Transformer, ICLR 2019,
section 4.2.2, where a melody is heard likewise. Here both are on sixteenths, and attention to the melody knows how far
away in time it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from descant import weights
from descant.composition.accompaniment_tokens import BPM, NOWHERE, REMI, SEEN, STEP, on_sixteenths, places, told
from descant.composition.bar_lines import METERS, TICKS, Meter, bar_ticks
from descant.composition.frames_before import key_of, profile
from descant.composition.placed import Placed, placed
from descant.composition.remi_grammar import BAR, KIND, LONGER, METER, PITCH, POSITION, PROGRAM, TEMPO, TRACK, Reading
from descant.composition.token_transformer import CHUNK, costs, drawn, no_past
from descant.errors import InvalidValueError
from descant.types import Notes, Part, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.clock import Clock
from descant.weights import Array

WEIGHTS = "music_transformer_accompaniment"
WINDOW = 512  # tokens: as long as the excerpts that it learnt from
TRACKS = (Part("bridge"), Part("piano"))
MOST_BARS = 2048
TEMPERATURE, NUCLEUS = 1.0, 0.95
POWER = 0.75  # of the profile of the melody's key, by which pitches are weighed


@dataclass(frozen=True, eq=False)
class Memory:
    """An accompaniment in the making."""

    kept: Array  # keys and values, (layers, 2, 1, heads, tokens, width)
    logits: FloatArray  # of the next token
    reading: Reading
    bar: int  # ticks: where it began


class Accompanist:
    """A model of the next token (`next_token.py`) that hears a melody."""

    def __init__(self, melody: IntArray, window: int | None = WINDOW) -> None:
        """melody: its tokens of REMI."""
        self.window = window
        given, self.place = told(melody)
        if not len(given):  # one has to be read: it is where nobody looks
            given, self.place = np.array([REMI.size]), np.array([NOWHERE])
        found = weights.load(WEIGHTS).run(
            {
                **_of(np.array([REMI.size]), np.array([0])),
                "given": given[np.newaxis],
                "given_place": self.place[np.newaxis],
                "told": np.zeros((1, 0, self._wide), dtype=np.float32),
                "told_place": np.zeros((1, 0), dtype=np.int64),
                "past": no_past(WEIGHTS),
            }
        )
        self.read = found["read"]
        self.start = Memory(found["present"], found["logits"][0, 0].astype(np.float64), REMI.start, 0)

    @property
    def _wide(self) -> int:
        session = weights.load(WEIGHTS).session
        return int(next(one.shape[2] for one in session.get_inputs() if one.name == "told"))

    def probabilities(self, memory: Memory) -> FloatArray:
        """Of every token to come next, (size,)."""
        odds = np.exp(memory.logits - memory.logits.max())
        shares: FloatArray = odds / odds.sum()
        return shares

    def after(self, memory: Memory, token: int) -> Memory:
        """The memory once a token has come."""
        before = memory.reading
        reading = REMI.after(before, token)
        begun = reading.kind == "bar" and before.meter >= 0
        bar = memory.bar + (bar_ticks(METERS[before.meter]) if begun else 0)
        place = (bar + max(0, reading.position)) // STEP
        logits, kept = self._said(np.array([token]), np.array([place]), memory.kept)
        return Memory(kept, logits[0], reading, bar)

    def logits(self, tokens: IntArray) -> FloatArray:
        """(tokens, size) of each token of an accompaniment, given those before it."""
        place = places(tokens)
        found, kept = [self.start.logits[np.newaxis]], self.start.kept
        for at in range(0, len(tokens), CHUNK):
            said, kept = self._said(tokens[at : at + CHUNK], place[at : at + CHUNK], kept)
            found.append(said)
        return np.concatenate(found)[: len(tokens)]

    def _said(self, tokens: IntArray, place: IntArray, kept: Array) -> tuple[FloatArray, Array]:
        """Of what comes after each token, and what is kept then."""
        near = (self.place >= place[0] - SEEN) & (self.place <= place[-1] + SEEN)
        found = weights.load(WEIGHTS).run(
            {
                **_of(tokens, place),
                "given": np.array([[REMI.size]], dtype=np.int64),
                "given_place": np.array([[NOWHERE]], dtype=np.int64),
                "told": self.read[:, near],
                "told_place": self.place[np.newaxis, near],
                "past": kept,
            }
        )
        kept = np.concatenate([kept, found["present"]], axis=-2)
        if self.window is not None:
            kept = kept[..., -self.window :, :]
        return found["logits"][0].astype(np.float64), kept


def nats(model: Accompanist, tokens: IntArray) -> FloatArray:
    """-ln of each token's probability among those that the grammar allows. Raises InvalidValueError at any other."""
    return costs(model.logits(tokens), REMI, tokens)


def accompaniment(
    melody: Notes | Score,
    seed: int = 0,
    *,
    temperature: float = TEMPERATURE,
    nucleus: float = NUCLEUS,
    progress: Callable[[float], None] = lambda _: None,
) -> Notes:
    """Bridge and piano to a melody, in its bars and at its tempo, to the end of its last bar; the melody is left out.

    Raises InvalidValueError where no note has a pitch, or a metre is none that REMI knows.
    """
    piece = placed(melody)
    heard = on_sixteenths(piece)
    tokens = REMI.encode(heard).tokens
    weighed = in_key(key_of(np.bincount(heard.pitch % 12, minlength=12).astype(np.float64)))
    bars = metres(tokens)
    if len(bars) > MOST_BARS:
        raise InvalidValueError(f"the melody has {len(bars):,} bars; {MOST_BARS:,} are the most: cut it")
    rng = np.random.default_rng(seed)
    found: list[int] = []
    for token, bar in written(Accompanist(tokens), bars, weighed, rng, temperature, nucleus):
        found.append(token)
        progress(bar / len(bars))
    while KIND[found[-1]] == "bar":  # bars at the end in which nothing stands
        found.pop()
    return _laid_on(REMI.decode(found), piece, sum(map(bar_ticks, bars)) / TICKS)


def metres(tokens: IntArray) -> list[Meter]:
    """Of each bar of a piece in REMI."""
    state, found = REMI.start, []
    for token in tokens.tolist():
        was, state = state, REMI.after(state, token)
        if was.kind == "bar":  # its metre is known now, or is as before
            found.append(METERS[state.meter])
    return found


def in_key(key: int) -> FloatArray:
    """What is added to the logits of all tokens, so that pitches are as frequent as a key's profile has them."""
    found = np.zeros(REMI.size)
    found[PITCH:LONGER] = POWER * np.log(profile(key) / profile(key).mean())[np.arange(LONGER - PITCH) % 12]
    return found


def written(
    model: Accompanist,
    bars: list[Meter],
    weighed: FloatArray,
    rng: np.random.Generator,
    temperature: float,
    nucleus: float,
) -> Iterator[tuple[int, int]]:
    """The tokens of an accompaniment in these bars, each with the number of the bar it stands in, from 1.

    weighed: added to the logits.
    """
    memory, bar = model.start, 0
    forced = [PROGRAM] * len(TRACKS)
    while True:
        if forced:
            token = forced.pop()
        else:
            token = drawn(memory.logits + weighed, _allowed(memory, bars, bar), rng, temperature, nucleus)
        bar += token == BAR
        if bar > len(bars):
            return
        yield token, bar
        memory = model.after(memory, token)


def _allowed(memory: Memory, bars: list[Meter], bar: int) -> BoolArray:
    """What the grammar allows in these bars, without more tracks, other tempi, or a key struck twice at once."""
    state = memory.reading
    allowed = REMI.allowed(state)
    allowed[TEMPO:TRACK] = False
    if state.kind == "loudness":
        allowed[PITCH + state.note[0]] = False
    if state.kind == "bar":
        wanted = METERS.index(bars[bar - 1])
        if state.meter != wanted:
            allowed[:] = False
            allowed[METER + wanted] = True
        else:
            allowed[METER:POSITION] = False
    return allowed


def _laid_on(notes: Notes, piece: Placed, length: float) -> Notes:
    """At the tempo of a piece, up to its end in quarters."""
    clock = Clock.of_quarters(((0.0, BPM),))
    onset, end = clock.quarters(notes.onset), np.minimum(clock.quarters(notes.offset), length)
    return replace(
        notes,
        onset=piece.clock.seconds(onset),
        offset=piece.clock.seconds(end),
        parts=TRACKS,
        tempos=piece.clock.tempos,
    )


def _of(tokens: IntArray, place: IntArray) -> dict[str, IntArray]:
    return {"tokens": tokens[np.newaxis].astype(np.int64), "place": place[np.newaxis].astype(np.int64)}
