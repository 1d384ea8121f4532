"""Bars of a song written anew by GETMusic: of melody, bridge and piano, or of some of them; all else as it was.

Chords are first written to what is known of the whole song, and the asked tracks then to these and to one another
(`composition/getmusic.py`). Several are drawn; the one with the fewest faults (`composition/song_faults.py`) is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from descant.composition.get_score import COLUMNS_A_QUARTER
from descant.composition.getmusic import SONGS
from descant.composition.song_faults import faults
from descant.errors import InvalidValueError
from descant.io.open import source_name
from descant.pipelines.given_song import TRACKS, GivenSong, given_tracks, part_name
from descant.pipelines.inpainting import DRAWN, Inpainting, asked_bars, check_bars
from descant.pipelines.song_page import VELOCITIES, grid_notes
from descant.pipelines.song_request import CHORDS_AT, NOTES_AT, check_length, provenance
from descant.pipelines.written import Told, counted
from descant.transcription.notation.notate import notated
from descant.types import Notes, Part, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.score import ScorePart


def is_song(music: Notes | Score) -> bool:
    """Whether its parts are named as those of a song, or but for its melody, and that goes on the grid."""
    pitched = [one for one in music.parts if not (one.sound if isinstance(one, ScorePart) else one).drum]
    names = {part_name(one).lower() for one in pitched}
    if names.isdisjoint(TRACKS[1:]) or names <= set(TRACKS):
        return bool(names) and names <= set(TRACKS)
    try:
        given_tracks(music)
    except InvalidValueError:
        return False
    return True


def inpainted_song(
    music: Notes | Score,
    name: str,
    bars: str,
    *,
    tracks: str = "",
    seed: int = 0,
    best_of: int = DRAWN,
    progress: Callable[[float], None] = lambda _: None,
) -> Inpainting:
    """A song with some bars written anew; a score is played for it, and written on a new page.

    Raises InvalidValueError with the reason where that cannot be, MissingDataError where the model is not there.
    """
    first, last = asked_bars(bars)
    try:
        given = given_tracks(music)
        check_length(len(given.grid))
    except InvalidValueError as error:
        raise InvalidValueError(str(error).replace(f"{source_name(music)}: ", f"{name}: ", 1)) from None
    notes = given.music
    assert isinstance(notes, Notes)  # as which a page is given, too
    whole = given.bars[bool(given.upbeat) :]
    check_bars(name, first, last, len(whole))
    start, stop = (
        given.before + int(one * COLUMNS_A_QUARTER)
        for one in (whole[first - 1][0], whole[last - 1][0] + whole[last - 1][1])
    )
    wanted = _tracks(given, name, tracks)
    made_by = provenance({"given": name, "bars": bars, "tracks": tracks, "seed": seed, "best_of": best_of})
    rng = np.random.default_rng(seed)
    drawn: list[tuple[dict[str, int], IntArray]] = []
    for at in range(best_of):
        grid = _drawn(given, wanted, start, stop, rng)
        drawn.append((faults(grid[start:stop], given.place[start:stop]), grid))
        progress((at + 1) / best_of)
    found, grid = min(drawn, key=lambda one: sum(one[0].values()))
    kept = notes.only(~_replaced(notes, given, wanted, start, stop))
    new = replace(_with(kept, given, grid, wanted, start, stop), made_by=made_by)
    told = (
        Told(
            "bars",
            bars,
            f"{last - first + 1} of {len(whole)}, {counted((stop - start) / COLUMNS_A_QUARTER, 'quarter')}",
        ),
        Told("tracks", tracks or "-", ", ".join(wanted) + " written"),
        Told("given", name, f"{counted(len(kept), 'note')} as they were, {len(new) - len(kept)} written"),
        Told("seed", str(seed), str(seed)),
        Told("best of", str(best_of), f"{best_of} drawn"),
        Told("faults", "-", ", ".join(f"{one}: {count}" for one, count in found.items() if count) or "none"),
    )
    said = [one for one in given.said if "left out" not in one]  # all parts stay here
    if isinstance(music, Score):
        said.append("it is written on a new page, without its words and signs")
    page = notated(replace(new, parts=_called(new, given))).score
    return Inpainting(replace(page, made_by=made_by), new, told, tuple(said), found, None, best_of)


def _called(notes: Notes, given: GivenSong) -> tuple[Part, ...]:
    """The parts as a page calls them: one without a name by its track, as its instrument may be another's name."""
    track = dict(zip(given.part, given.tracks, strict=True))
    return tuple(replace(one, name=one.name or track.get(at, "")) for at, one in enumerate(notes.parts))


def _tracks(given: GivenSong, name: str, tracks: str) -> list[str]:
    """Which are asked for. Raises InvalidValueError for one that is not there."""
    if not tracks.strip():
        return list(given.tracks)
    asked = [one.strip().lower() for one in tracks.split(",")]
    numbers = {str(part + 1): track for part, track in zip(given.part, given.tracks, strict=True)}
    names = {
        part_name(given.music.parts[part]).lower(): track for part, track in zip(given.part, given.tracks, strict=True)
    }
    called = {**names, **numbers, **{one: one for one in given.tracks}}
    found = [called.get(one, one) for one in asked]
    for one, track in zip(asked, found, strict=True):
        if track not in given.tracks:
            listed = ", ".join(f"{number} {track}" for number, track in numbers.items())
            raise InvalidValueError(f"{name}: has no track {one!r}; it has {listed}")
    return [one for one in given.tracks if one in found]


def _drawn(given: GivenSong, wanted: Sequence[str], start: int, stop: int, rng: np.random.Generator) -> IntArray:
    """The grid with chords to all that is known, and the wanted tracks to these."""
    within = np.zeros(len(given.grid), dtype=bool)
    within[start:stop] = True
    absent = np.isin(SONGS.rows.tracks, [one for one in TRACKS if one not in given.tracks])  # which says nothing
    unheard = np.outer(within, np.isin(SONGS.rows.tracks, wanted)) | absent
    grid = SONGS.complete(
        given.grid,
        ["chords"],
        rng,
        hidden=unheard,
        place=given.place,
        changes=given.changes,
        temperature=CHORDS_AT,
    )
    silent = np.broadcast_to(absent, unheard.shape)
    return SONGS.complete(grid, wanted, rng, hidden=silent, within=within, place=given.place, temperature=NOTES_AT)


def _replaced(notes: Notes, given: GivenSong, wanted: Sequence[str], start: int, stop: int) -> BoolArray:
    """Which notes make room: those of the wanted tracks that begin in the new bars, on the grid."""
    parts = [part for part, track in zip(given.part, given.tracks, strict=True) if track in wanted]
    column = np.round(given.clock.quarters(notes.onset) * COLUMNS_A_QUARTER + 1e-6) + given.before
    return np.asarray(np.isin(np.asarray(notes.part), parts) & (column >= start) & (column < stop))


def _with(kept: Notes, given: GivenSong, grid: IntArray, wanted: Sequence[str], start: int, stop: int) -> Notes:
    """The kept notes and those that were written.

    None of these lasts beyond the new bars, and none is struck while a kept one of its part holds its pitch.
    """
    column, end, pitch, track = grid_notes(grid, dict.fromkeys(wanted, start)).T
    part = np.array([given.part[given.tracks.index(TRACKS[one])] for one in track.tolist()], dtype=np.int64)

    def seconds(columns: IntArray) -> FloatArray:
        return given.clock.seconds((columns - given.before) / COLUMNS_A_QUARTER)

    onset, offset = seconds(column), seconds(np.minimum(end, stop))
    held = (
        (np.asarray(kept.part) == part[:, None])
        & (kept.pitch == pitch[:, None])
        & (kept.onset < offset[:, None])
        & (kept.offset > onset[:, None])
    ).any(axis=1)
    new = (column < stop) & ~held
    loud = {one: kept.velocity[np.asarray(kept.part) == one] for one in set(part.tolist())}
    usual = [
        round(float(np.median(loud[one]))) if len(loud[one]) else VELOCITIES[TRACKS[at]]
        for one, at in zip(part.tolist(), track.tolist(), strict=True)
    ]
    return replace(
        kept,
        onset=np.concatenate([kept.onset, onset[new]]),
        offset=np.concatenate([kept.offset, offset[new]]),
        pitch=np.concatenate([kept.pitch, pitch[new]]),
        velocity=np.concatenate([kept.velocity, np.array(usual, dtype=np.int64)[new]]),
        part=np.concatenate([np.asarray(kept.part), part[new]]),
        confidence=None,
    )
