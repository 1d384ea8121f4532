"""Clips to find again: pieces of five styles, each as it is, on another SoundFont, and as a cover. All synthesised.

A query is a piece's clip on the split's SoundFont. Beside it stand the same notes on another SoundFont, and covers: on
yet another, faster or slower by 8 to 30 %, in another key, on other instruments, and begun up to four seconds later.
Drum beats have no key, so their covers change the kit and the tempo alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from descant.datasets import asap, groove, haydn_op20, jsb, pop909
from descant.datasets.excerpt import excerpt, with_programs
from descant.datasets.performance import perform
from descant.evaluation.ears.collections.chorales import ENSEMBLES, sung
from descant.evaluation.ears.collections.clips import GROOVE_SPLITS, ROLES, start_of, takes
from descant.evaluation.ears.rendering import kept, played
from descant.features import Sound
from descant.types import Notes

SECONDS = 24.0  # of each clip
PIECES = 12  # of each style in a split, where there are as many
TEMPO = (1.08, 1.3)  # a cover is so much faster or slower
LATER = 4.0  # seconds of the piece, at most, by which a cover begins later
KEYS = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6)  # semitones

# The query's SoundFont, that of the same notes again, and those of the covers.
FONTS = {
    "valid": ("sf_GMbank", "FluidR3_GM", ("FluidR3_GM", "sf_GMbank")),
    "test": ("TimGM6mb", "FluidR3_GM", ("FluidR3_GM", "sonivox")),
}
QUERY, SAME, COVERS = "query", "same", ("cover", "cover-2")
VERSIONS = (QUERY, SAME, *COVERS)

STRINGS = ((40, 40, 41, 42), (48, 48, 48, 48), (73, 68, 71, 70), (64, 65, 66, 67), (56, 56, 57, 58), (24, 24, 26, 26))
KEYBOARDS = ((0,), (1,), (4,), (6,), (24,), (46,))
KITS = ((0,), (8,), (16,), (24,), (25,), (40,))


@dataclass(frozen=True, eq=False)
class Source:
    """A piece, from where its clip begins, and the instruments that it may be played on: a programme for each part."""

    id: str
    style: str
    notes: Notes
    ensembles: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Clip:
    """A version of a piece."""

    piece: str
    style: str
    version: str  # one of VERSIONS
    font: str
    sound: Sound


def clips(split: str, count: int | None = None) -> Iterator[Clip]:
    """All versions of the first `count` pieces of each style. Raises MissingDataError."""
    for load in STYLES.values():
        for source in islice(load(split), PIECES if count is None else min(count, PIECES)):
            yield from versions(source, split)


def versions(source: Source, split: str) -> Iterator[Clip]:
    """A piece as it is on two SoundFonts, and its covers."""
    query, same, others = FONTS[split]
    rng = np.random.default_rng(zlib.crc32(source.id.encode()))
    order = rng.permutation(len(source.ensembles))
    plain = with_programs(source.notes, dict(enumerate(source.ensembles[order[0]])))
    made = [(QUERY, query, excerpt(plain, 0.0, SECONDS)), (SAME, same, excerpt(plain, 0.0, SECONDS))]
    for at, (version, font) in enumerate(zip(COVERS, others, strict=True)):
        made.append((version, font, cover(source.notes, source.ensembles[order[1 + at]], rng)))
    for version, font, notes in made:
        name = f"{font}/{source.id.replace('/', '-')}-{version}"
        sound = kept(notes, name, lambda notes=notes, font=font: played(notes, font))  # type: ignore[misc]
        yield Clip(source.id, source.style, version, font, sound)


def cover(notes: Notes, ensemble: Sequence[int], rng: np.random.Generator) -> Notes:
    """The piece on other instruments, in another tempo and key, begun a little later."""
    faster = float(rng.uniform(*TEMPO)) ** int(rng.choice([-1, 1]))
    later, semitones = rng.uniform(0.0, LATER), int(rng.choice(KEYS))
    part = excerpt(with_programs(notes, dict(enumerate(ensemble))), later, later + SECONDS * faster)
    return replace(
        part,
        onset=part.onset / faster,
        offset=part.offset / faster,
        pitch=part.pitch if part.drum.any() else np.clip(part.pitch + semitones, 0, 127),
        controls=tuple(replace(one, time=one.time / faster) for one in part.controls),
    )


def _chorales(split: str) -> Iterator[Source]:
    """Bach's chorales, the voices on instruments of their own."""
    for at, chorale in enumerate(jsb.chorales(split)[::3]):
        notes = sung(chorale, ENSEMBLES[0], np.random.default_rng(at))
        yield Source(f"{jsb.NAME}/{chorale.id}", "chorale", notes, ENSEMBLES)


def _songs(split: str) -> Iterator[Source]:
    """POP909's songs, from their first third on: melody, second melody and piano."""
    for song_id in pop909.song_ids(split)[::4]:
        song = pop909.read_song(song_id)
        rng = np.random.default_rng(int(song_id))
        ensembles = tuple(tuple(int(rng.choice(role)) for role in ROLES) for _ in range(3))
        start = start_of(song.beats)
        notes = excerpt(song.notes, start, start + 2 * SECONDS)
        yield Source(f"{pop909.NAME}/{song_id}", "pop song", notes, ensembles)


def _quartets(split: str) -> Iterator[Source]:
    """Movements of Haydn's quartets op. 20: nos. 1 to 3 to tune on, 4 to 6 to test."""
    wanted = "123" if split == "valid" else "456"
    for name, score, _ in haydn_op20.pieces():
        if name[5] in wanted:
            rng = np.random.default_rng(zlib.crc32(name.encode()))
            notes = perform(score, rng, pedal=False, rubato=0.5, programs=STRINGS[0]).notes
            yield Source(f"{haydn_op20.NAME}/{name}", "string quartet", notes, STRINGS)


def _pianists(split: str) -> Iterator[Source]:
    """Piano pieces that ASAP's pianists played, one performance each; the two splits share no piece."""
    first = {name.rpartition("/")[0]: name for name in reversed(asap.performance_ids())}
    mine = [name for piece, name in sorted(first.items()) if zlib.crc32(piece.encode()) % 2 == (split == "valid")]
    for name in mine[::4]:
        yield Source(f"{asap.NAME}/{name}", "piano piece", asap.read_performance(name).notes, KEYBOARDS)


def _beats(split: str) -> Iterator[Source]:
    """Beats that Groove's drummers played."""
    for take in takes(GROOVE_SPLITS[split]):
        if take.notes.duration > SECONDS * TEMPO[1] + LATER:
            yield Source(f"{groove.NAME}/{take.id}", "drum beat", take.notes, KITS)


STYLES: dict[str, Callable[[str], Iterator[Source]]] = {
    "chorale": _chorales,
    "pop song": _songs,
    "string quartet": _quartets,
    "piano piece": _pianists,
    "drum beat": _beats,
}
