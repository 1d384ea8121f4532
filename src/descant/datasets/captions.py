"""Captions written from what is true of a clip, of the four kinds that people search with.

Tags ("slow, piano, minor"), sentences, metadata ("Bach, JSB Chorales") and likeness ("similar to Schubert"), as in
TTMR++ (Doh, Lee, Choi, Wu and Nam: Enriching Music Descriptions with a Finetuned-LLM and Metadata for Text-to-Music
Retrieval, ICASSP 2024). There a language model wrote them; here they are filled into frames, of which some are kept for
evaluation. A caption knows which facts it asks for, so that every clip for which they hold is known to answer it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np

from descant.datasets.caption_words import BPM_STEP, COMPOSERS, WORDS, facts
from descant.datasets.music_attributes import MusicAttributes

TAGS, SENTENCE, METADATA, LIKENESS = KINDS = ("tags", "sentence", "metadata", "similar to")
SHARES = (0.35, 0.4, 0.12, 0.13)

# {a} adjectives, {n} a kind of music, {i} instruments, {k} a key, {t} beats a minute, {m} a metre, {w} what is missing
FRAMES: dict[str, tuple[str, ...]] = {
    SENTENCE: (
        "{a} {n} with {i}",
        "{a} {n}",
        "{i}, {a}",
        "a {a} {n} played on {i}",
        "{n} for {i} in {k}",
        "a {a} {n} in {k}",
        "{a} {n} in {k} at {t} bpm",
        "{i} playing a {a} {n}",
        "{a} music with {i} at about {t} bpm",
        "I am looking for something {a} with {i}",
        "something {a}",
        "music that is {a}",
        "This {n} features {i}. It is {a}.",
        "This is a {a} {n} in {m}.",
        "The {i} plays a {a} melody in {k}.",
        "{n} in {m} with {i}",
        "{t} bpm {n}",
        "{n} around {t} beats per minute, {a}",
        "The tempo is {t} bpm and the key is {k}. {i}.",
        "The song is {a}. {i} can be heard.",
        "{a} {i}",
        "{a} {i} in {k}",
        "{n} with {i}, {w}",
        "{a} {n}, {w}",
        "background music, {a}, with {i}",
        "a piece in {k} with {i}",
    ),
    METADATA: (
        "{c}",
        "{c}, {n}",
        "a {n} by {c}",
        "{title} by {c}",
        "{title}",
        "{o}",
        "{n} from {o}",
        "{o}, {i}",
        "composer: {c}",
        "{c} in {k}",
        "{c} {title}",
    ),
    LIKENESS: (
        "similar to {c}",
        "like {c}",
        "sounds like {c} with {i}",
        "in the style of {c}",
        "music like a {n} by {c}",
        "similar to a {a} {n}",
        "like a {n} with {i}",
        "similar to {o}",
        "more like this: {a} {n}",
        "sounds like a {n}",
    ),
}
# Said only to measure with.
OTHER_FRAMES: dict[str, tuple[str, ...]] = {
    SENTENCE: (
        "can you find me a {n} that sounds {a}, maybe with {i}",
        "we hear {i} here, and it all feels {a}",
        "play me {a} {n} in {k}",
        "{i} take the lead in this {a} {n}, at roughly {t} bpm",
        "I want to hear {i} in {k}, {a} please",
    ),
    METADATA: ("works of {c} for {i}", "{n} ({c})", "recordings of {o} with {i}", "{title}, composed by {c}"),
    LIKENESS: ("if you like {c} you will like this {n}", "reminds me of {c}", "it could be a {n}, {a}, with {i}"),
}
KINDS_OF_MUSIC = ("piece", "track", "tune", "music", "piece of music", "recording")
AND = (" and ", ", ", " & ", " with ")
ADJECTIVES = ("tempo", "mood", "mode", "loudness", "articulation", "density", "pitch", "texture")
TAGGED = (*ADJECTIVES, "instrument", "style", "genre", "meter", "without")
TRIES = 20

T = TypeVar("T")


@dataclass(frozen=True)
class Caption:
    """Words about a clip."""

    words: str
    kind: str
    asks: frozenset[str]  # the facts that they name
    own: bool = False  # they name this clip by its title: no other answers


def caption(said: MusicAttributes, kind: str, rng: np.random.Generator, *, others: bool = False) -> Caption:
    """A caption of one kind, in one of its frames; in those that training never sees with `others`.

    Where nothing of this kind is known of the clip, tags.
    """
    true = facts(said)
    if kind == TAGS:
        return _tags(true, said, rng)
    frames = (OTHER_FRAMES if others else FRAMES)[kind]
    for _ in range(TRIES):
        written = _filled(_one(frames, rng), true, said, rng)
        if written is not None:
            return Caption(written[0], kind, frozenset(written[1]), written[2])
    return _tags(true, said, rng)  # nothing of this kind is known of it


def any_caption(said: MusicAttributes, rng: np.random.Generator) -> Caption:
    """A caption of a kind drawn by lot."""
    return caption(said, KINDS[int(np.searchsorted(np.cumsum(SHARES), rng.random() * sum(SHARES)))], rng)


def _tags(true: frozenset[str], said: MusicAttributes, rng: np.random.Generator) -> Caption:
    """One to six facts in any order."""
    can = _of(true, *TAGGED)
    chosen = _some(can, int(rng.integers(1, 7)), rng)
    words = [_said(one, rng) for one in chosen]
    asks = set(chosen)
    if said.key is not None and rng.random() < 0.2:
        words.append(key_said(said.key, rng))
        asks.add(f"key={said.key}")
    if rng.random() < 0.15:
        words.append(f"{bpm_said(said.tempo_bpm, rng)} bpm")
        asks |= {one for one in true if one.startswith("bpm=")}
    return Caption(_one((", ", " ", ", "), rng).join(words), TAGS, frozenset(asks))


def _filled(
    frame: str, true: frozenset[str], said: MusicAttributes, rng: np.random.Generator
) -> tuple[str, set[str], bool] | None:
    """A frame with its places filled and the facts that it then names; None where one cannot be filled."""
    asks: set[str] = set()
    words: dict[str, str] = {}
    for place in re.findall(r"{(\w+)}", frame):
        found = next(_place(place, true, said, rng), None)
        if found is None:
            return None
        words[place], named = found
        asks |= named
    own = "{title}" in frame
    return (frame.format(**words), asks, own) if asks or own else None


def _place(
    place: str, true: frozenset[str], said: MusicAttributes, rng: np.random.Generator
) -> Iterator[tuple[str, set[str]]]:
    """What can stand at a place, and what it names; nothing where nothing is known."""
    if place == "a":
        can = _of(true, *ADJECTIVES)
        if can:
            chosen = _some(can, _one((1, 1, 2, 2, 3), rng), rng)
            yield _one((", ", " ", " and "), rng).join(_said(one, rng) for one in chosen), set(chosen)
    elif place == "i":
        heard = [f"instrument={one}" for one in said.instruments]
        chosen = heard[: int(rng.integers(1, 4))] if rng.random() < 0.7 else [_one(heard, rng)]
        yield _one(AND, rng).join(_said(one, rng) for one in chosen), set(chosen)
    elif place == "n":
        can = _of(true, "style", "genre")
        if can and rng.random() < 0.75:
            one = _one(can, rng)
            yield _said(one, rng), {one}
        else:
            yield _one(KINDS_OF_MUSIC, rng), set()
    elif place == "k" and said.key is not None:
        yield key_said(said.key, rng), {f"key={said.key}", f"mode={said.mode}"}
    elif place == "t":
        yield bpm_said(said.tempo_bpm, rng), {one for one in true if one.startswith("bpm=")}
    elif place == "m" and f"meter={said.meter}" in true:
        yield _said(f"meter={said.meter}", rng), {f"meter={said.meter}"}
    elif place == "w":
        can = _of(true, "without")
        if can:
            one = _one(can, rng)
            yield _said(one, rng), {one}
    elif place == "c" and said.composer in COMPOSERS:
        yield _said(f"composer={said.composer}", rng), {f"composer={said.composer}"}
    elif place == "o" and f"corpus={said.corpus}" in true:
        yield _said(f"corpus={said.corpus}", rng), {f"corpus={said.corpus}"}
    elif place == "title" and said.composer is not None:
        yield said.title, set()


def _said(fact: str, rng: np.random.Generator) -> str:
    """A fact's plain word about half of the time, else another."""
    words = WORDS[fact]
    return words[0] if rng.random() < 0.4 else _one(words, rng)


def key_said(key: str, rng: np.random.Generator) -> str:
    """`Bb minor`, `B flat minor` or `Bbm`."""
    tonic, mode = key.split()
    sign = {"b": " flat", "#": " sharp"}.get(tonic[1:], "")
    short = f"{tonic}{'m' if mode == 'minor' else ' major'}"
    return _one((key, key, f"{tonic[0]}{sign} {mode}", short), rng)


def bpm_said(bpm: float, rng: np.random.Generator) -> str:
    """The tempo as somebody would say it, within half of the step that counts as the same."""
    near = bpm * float(np.exp(rng.uniform(-0.3, 0.3) * np.log(BPM_STEP)))
    return f"{near:.0f}"


@cache
def _of(true: frozenset[str], *fields: str) -> tuple[str, ...]:
    """The facts of some fields that there are words for, in an order that never changes."""
    return tuple(sorted(one for one in true if one in WORDS and one.partition("=")[0] in fields))


def _one(things: Sequence[T], rng: np.random.Generator) -> T:
    return things[int(rng.integers(len(things)))]


def _some(things: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """So many of them in any order."""
    return [things[at] for at in np.argsort(rng.random(len(things)))[:count]]
