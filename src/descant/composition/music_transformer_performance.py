"""Music Transformer on performances: a piano that plays a pop song on, in steps of 10 ms, with velocities.

The tokens are those of `performance_vocabulary.py`, the model `token_transformer.py`. It learnt from POP909, whose
onsets lie on an even beat, while lengths and velocities are as they were played.

Huang et al.: Music Transformer, ICLR 2019; Oore et al.: This Time with Feeling, 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from descant.composition.frames_before import key_of, profile
from descant.composition.performance_vocabulary import (
    LOUD,
    SHIFT,
    STEPS_A_SECOND,
    UP,
    PerformanceVocabulary,
    Playing,
)
from descant.composition.token_transformer import TokenTransformer, going_on
from descant.composition.vocabulary import closed, read
from descant.errors import InvalidValueError
from descant.types import ControlChange, Notes
from descant.types.arrays import FloatArray, IntArray

WEIGHTS = "music_transformer_performance"
WINDOW = 512  # tokens: as long as the excerpts that it learnt from
MODEL = TokenTransformer(WEIGHTS, WINDOW)
VOCABULARY = PerformanceVocabulary()
LONGEST = 3600.0  # seconds
HELD = 500  # steps of 10 ms: a key that was down so long comes up; of POP909's notes one in a thousand is longer
TEMPERATURE, NUCLEUS = 0.95, 0.98
POWER = 0.75  # of a key's profile; more of it brings stretches of half a minute no nearer to the key
PEDAL, DOWN = 64, 64  # the sustain pedal's number, and from which value on it is down


def continued(
    notes: Notes | None,
    seconds: float,
    seed: int | Sequence[int] = 0,
    *,
    key: int | None = None,
    temperature: float = TEMPERATURE,
    nucleus: float = NUCLEUS,
    progress: Callable[[float], None] = lambda _: None,
) -> Notes:
    """So many seconds of piano after given notes, which come back as they are; without any, from the beginning.

    All given parts are heard as one player's, drums are not; the first part that is heard plays on, once all have
    ended. What sounds last is held until the seconds are over. key: that pitches are weighed by, numbered as in
    `frames_before.py`; of given notes the one that they are heard in, else drawn.
    Raises InvalidValueError where the notes are drums alone or the length is none.
    """
    if not 0 < seconds <= LONGEST:
        raise InvalidValueError(f"a piano plays on for up to {LONGEST:,.0f} seconds, not for {seconds:g}")
    heard = _heard(notes) if notes is not None and len(notes) else None
    before = VOCABULARY.encode(heard).tokens.tolist() if heard else []
    wanted = int(np.ceil(seconds * STEPS_A_SECOND))
    tokens, elapsed, begun = list(before), 0, heard is not None
    since: dict[int, int] = {}  # of each key that is down the step at which it was struck

    def due(state: Playing) -> int | None:
        keys = [key for key in sorted(state.down) if elapsed - since[key] >= HELD and key > state.key]
        return UP + keys[0] if keys and state.last in (SHIFT, UP) else None

    rng = np.random.default_rng(seed)
    if key is None:
        key = key_heard(heard) if heard else int(rng.integers(24))
    stream = going_on(
        MODEL, VOCABULARY, rng, before,
        temperature=temperature, nucleus=nucleus, weights=in_key(key), forced=due,
    )  # fmt: skip
    for token in stream:
        tokens.append(token)
        if token < UP:
            since[token] = elapsed
        begun |= token < SHIFT
        if begun and SHIFT <= token < LOUD:
            elapsed += token - SHIFT + 1
            progress(min(1.0, elapsed / wanted))
            if elapsed >= wanted:
                break
    played = VOCABULARY.decode([*tokens, *closed(VOCABULARY, read(VOCABULARY, tokens))])
    if heard is None or notes is None:
        return _between(played, float(played.onset[0]), 0.0, seconds)
    ended = clock(before) / STEPS_A_SECOND
    new = _between(played, ended, notes.duration, notes.duration + seconds)
    return _joined(notes, new, int(np.asarray(heard.part)[0]))


def key_heard(notes: Notes) -> int:
    """The key that goes best with all pitches."""
    return key_of(np.bincount(notes.pitch % 12, minlength=12).astype(np.float64))


def in_key(key: int, power: float = POWER) -> FloatArray:
    """What is added to the logits of all tokens, so that keys of the piano go down as a key's profile has them."""
    found = np.zeros(VOCABULARY.size)
    found[:UP] = power * np.log(profile(key) / profile(key).mean())[np.arange(UP) % 12]
    return found


def clock(tokens: Iterable[int]) -> int:
    """How many steps of 10 ms some tokens take."""
    return sum(token - SHIFT + 1 for token in tokens if SHIFT <= token < LOUD)


def _heard(notes: Notes) -> Notes:
    """All that is no drum, as one player's; the part is that of the first note."""
    pitched = ~notes.drum
    if not pitched.any():
        raise InvalidValueError("there are drums alone, and a piano cannot go on with those")
    found = notes.only(pitched)
    return replace(found, part=np.full(len(found), int(np.asarray(found.part)[0])))


def _between(played: Notes, ended: float, start: float, stop: float) -> Notes:
    """The notes that begin after `ended`, moved to `start`; those that end last end at `stop`, none goes on beyond."""
    onset, offset = played.onset - ended + start, played.offset - ended + start
    there = (played.onset > ended - 0.5 / STEPS_A_SECOND) & (onset < stop - 0.5 / STEPS_A_SECOND)
    if not there.any():
        raise InvalidValueError(f"in {stop - start:g} seconds nothing came to be played: ask for more, or another seed")
    onset, offset = np.maximum(onset[there], start), np.minimum(offset[there], stop)
    last = offset > offset.max() - 0.5 / STEPS_A_SECOND
    return Notes(onset, np.where(last, stop, offset), played.pitch[there], played.velocity[there])


def _joined(given: Notes, new: Notes, part: int) -> Notes:
    """Both, the new ones played by this part, with its pedal up."""

    def both(one: IntArray | FloatArray | None, other: IntArray | FloatArray | None) -> Any:
        return np.concatenate([np.asarray(one), np.asarray(other)])

    pedal = [one for one in given.controls if one.part == part and one.number == PEDAL]
    down = bool(pedal) and pedal[-1].value >= DOWN
    return replace(
        given,
        onset=both(given.onset, new.onset),
        offset=both(given.offset, new.offset),
        pitch=both(given.pitch, new.pitch),
        velocity=both(given.velocity, new.velocity),
        part=both(given.part, np.full(len(new), part)),
        controls=(*given.controls, *((ControlChange(part, given.duration, PEDAL, 0),) if down else ())),
        confidence=both(given.confidence, new.confidence),
    )
