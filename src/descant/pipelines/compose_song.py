"""Compose a song: melody, bridge, piano and chords by GETMusic, one after another, several drawn and the best kept.

Bars, tempo and the notes that are given are exact by how the song is made; so are chords that are asked for, as the row
of chords is given. Where none are, chords are written first, in phrases that return, from the tonic to the tonic. Then
comes a melody, whose phrases begin alike where their chords do, then piano and bridge; songs that are heard in another
key than the one asked for are drawn again. The last bar holds the last chord.
"""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from descant.composition.chord_chart import ChordChart, chart
from descant.composition.frames_before import key_of
from descant.composition.get_score import CHORD, COLUMNS_A_QUARTER, DURATION, EMPTY, PITCH
from descant.composition.getmusic import POP, SONGS
from descant.io.open import source_name
from descant.pipelines.chorale_page import signature
from descant.pipelines.compose import bars_asked, key_asked, key_name, key_spelled
from descant.pipelines.given_song import TRACKS, given_tracks
from descant.pipelines.song_page import SongPage, symbols
from descant.pipelines.song_request import (
    CAREFUL,
    CHORDS_AT,
    DRAWN,
    NOTES_AT,
    Candidate,
    Progress,
    Song,
    basses,
    best,
    chart_row,
    check_key,
    check_length,
    columns_from,
    heard_classes,
    hidden,
    last_chord,
    provenance,
    simpler,
    tempo_told,
    told_faults,
    tonic,
    with_basses,
    with_last_chord,
)
from descant.pipelines.written import Told, check_drawing, counted, or_none
from descant.types import Notes, Score
from descant.types.arrays import BoolArray, IntArray
from descant.types.chord_vocabulary import NO_CHORD, Chord, tones
from descant.types.clock import Clock

BARS = 16
BPM = 84.0  # quarters a minute, where nobody asks for another tempo
BAR = 16  # columns
PHRASE = 8  # bars after which chords that are written return
FORM = "AABA"  # of phrases: which melodies begin alike
MIDDLE = 72  # MIDI pitch that the last note is near, where no melody comes before it


def compose_song(
    given: str | os.PathLike[str] | Notes | Score | None = None,
    *,
    bars: int | None = None,
    key: str = "",
    tempo: float | None = None,
    chords: str = "",
    seed: int = 0,
    best_of: int = DRAWN,
    progress: Progress = lambda _: None,
) -> Song:
    """A song of so many bars of 4/4, after given music or from nothing.

    given: MIDI or a score with a melody, a bridge and a piano (`given_tracks`), which come back as they are; its bars
    go on as they were. bars: to be written, as many as the chords have, else BARS. key: such as `D minor`; of given
    music its own, of chords what they are heard in, else drawn. tempo: quarters a minute. chords: a chart
    (`chord_chart.py`). best_of: songs to choose from.

    Raises InvalidValueError with the reason where that cannot be, MissingDataError where the model is not there.
    """
    check_drawing(best_of, seed, tempo)
    before = given_tracks(given) if given is not None else None
    bar = int(before.bars[-1][2].length) * COLUMNS_A_QUARTER if before else BAR
    plan = _plan(chords, bar)
    number = bars_asked(bars, plan, BARS)
    start = len(before.grid) if before else 0
    end = start + number * bar
    check_length(end)
    rng = np.random.default_rng(seed)
    if before is None:
        wanted, why = key_asked(key, None, plan, rng)
    else:
        asked = check_key(key, plan, heard_classes(before.grid))
        wanted, why = (key_of(heard_classes(before.grid)), "as what is given") if asked is None else (asked, "as asked")
    name = key_spelled(key) if key else key_name(wanted)
    page_key = signature(name)
    request: dict[str, Any] = {
        "style": "pop",
        "continue": source_name(given) if given is not None else "",
        "bars": bars,
        "key": key,
        "tempo": tempo,
        "chords": chords,
        "seed": seed,
        "best_of": best_of,
    }
    made_by = provenance(request)
    place = np.append(before.place if before else np.zeros(0, dtype=np.int64), np.arange(end - start) % bar)
    grid = np.tile(POP.silence, (end, 1))
    if before is not None:
        grid[:start] = before.grid
    if plan is not None:
        grid[start:, -1] = chart_row(plan, end - start)
    first = before.before if before else 0

    def draw() -> Candidate:
        drawn = _drawn(grid, place, (first, start), wanted, plan is not None, rng)
        drawn = with_basses(plan, drawn, start) if plan else drawn
        return replace(Candidate.of(drawn, place, start), key=key_of(heard_classes(drawn[start:])))

    fixed = wanted if plan is None or key else None
    hint = "these chords lead there" if plan else "ask for more bars, or another seed"
    found, drawn = best(draw, best_of, fixed, progress, hint, needed=bool(key))
    if not key and before is None:
        name = key_name(found.key)
        page_key = signature(name)
    labels = symbols(found.grid, first, page_key.sharps)
    if plan is not None:
        at = Fraction(start - first, COLUMNS_A_QUARTER)
        labels = tuple(one for one in labels if one[0] < at)
        labels += tuple((at + Fraction(one.start, COLUMNS_A_QUARTER), one.label) for one in plan.chords)
    usual = before.clock if before else Clock.of_quarters([(0.0, BPM)])
    page = SongPage(
        found.grid,
        dict.fromkeys(TRACKS, start),
        Clock.of_quarters([(0.0, tempo)]) if tempo is not None else usual,
        labels,
        before,
        page_key,
        f"Song in {name}" if before is None else "",
        made_by,
    )
    said = [f"{one} is heard as a simpler chord" for one in simpler(plan)] if plan else []
    told = _told(request, page, found, plan, start, f"{number} of {bar // COLUMNS_A_QUARTER}/4", why, drawn)
    return Song(page, told, (*(before.said if before else ()), *said), found.faults, drawn)


def _plan(chords: str, bar: int) -> ChordChart | None:
    """A chart in bars of so many columns."""
    if not chords:
        return None
    many = len(chords.strip().strip("|").split("|"))
    return chart(chords, [range(at, at + bar + 1, COLUMNS_A_QUARTER) for at in range(0, many * bar, bar)])


def _drawn(
    grid: IntArray, place: IntArray, edges: tuple[int, int], key: int, charted: bool, rng: np.random.Generator
) -> IntArray:
    """The grid with all that is written from the second edge on; what is given begins at the first."""
    begins, start = edges
    columns = len(grid)
    grid = grid.copy()
    if start:
        grid[:start] = SONGS.complete(
            grid[:start],
            ["chords"],
            rng,
            CAREFUL,
            within=columns_from(start, begins, start),
            place=place[:start],
            changes=_changes(place[:start]),
            temperature=CHORDS_AT,
            key=key,
        )
    if not charted:
        grid = _with_chords(grid, place, start, key, rng)
    at = last_chord(grid, place)
    written = columns_from(columns, start, at)
    grid = _with_melody(grid, place, start, at, key, rng)
    grid = _with_last_note(with_last_chord(grid, at), at)
    others = ["piano", "bridge"]
    return (
        SONGS.complete(grid, others, rng, within=written, place=place, temperature=NOTES_AT, key=key)
        if at > start
        else grid
    )


def _changes(place: IntArray) -> BoolArray:
    """Where chords may change: at bar lines, and in the middle of bars of four quarters."""
    four = place.max() >= BAR - COLUMNS_A_QUARTER
    return np.asarray((place == 0) | ((place == BAR // 2) & four))


def _with_chords(grid: IntArray, place: IntArray, start: int, key: int, rng: np.random.Generator) -> IntArray:
    """Chords from the tonic to the tonic; those of a phrase return in the next one."""
    lines = np.flatnonzero(place == 0)
    bar, length = int(lines[-1]), len(grid) - int(lines[-1])
    phrase = start + PHRASE * length
    found = grid.copy()
    if not start:
        found[: length // 2, -1] = CHORD + tonic(key)
    found[bar:, -1] = CHORD + tonic(key)
    end = min(phrase, bar)
    first = start if start else min(length // 2, bar)
    if end > first:
        found = SONGS.complete(
            found,
            ["chords"],
            rng,
            CAREFUL,
            within=columns_from(len(grid), first, end),
            hidden=hidden(len(grid), SONGS.rows.tracks, start),
            place=place,
            changes=_changes(place),
            temperature=CHORDS_AT,
            key=key,
        )
    for column in range(phrase, bar):
        found[column, -1] = found[column - PHRASE * length, -1]
    return found


def _with_melody(
    grid: IntArray, place: IntArray, start: int, stop: int, key: int, rng: np.random.Generator
) -> IntArray:
    """A melody to the chords, phrase by phrase: where the first phrase's chords return, so does its first half.

    The third phrase of four has a melody of its own.
    """
    phrase = PHRASE * (len(grid) - int(np.flatnonzero(place == 0)[-1]))
    half = phrase // 2
    for number, first in enumerate(range(start, stop, phrase)):
        end = min(first + phrase, stop)
        known = min(first + half, stop)
        alike = np.array_equal(grid[first:known, -1], grid[start : start + known - first, -1])
        if number and FORM[number % len(FORM)] == FORM[0] and alike:
            grid = grid.copy()
            grid[first:known, :2] = grid[start : start + known - first, :2]
        else:
            known = first
        if end > known:
            unknown = hidden(len(grid), TRACKS, start)
            unknown[:known, 0] = False
            within = columns_from(len(grid), known, end)
            grid = SONGS.complete(
                grid,
                ["melody"],
                rng,
                CAREFUL,
                within=within,
                hidden=unknown,
                place=place,
                temperature=NOTES_AT,
                key=key,
            )
    return _one_at_a_time(grid, start, stop)


def _one_at_a_time(grid: IntArray, start: int, stop: int) -> IntArray:
    """The grid with a melody whose notes end where the next one begins, between two columns."""
    found = grid.copy()
    column = start + np.flatnonzero(grid[start:stop, 0])
    room = np.diff(column, append=stop)
    found[column, 1] = np.minimum(grid[column, 1], DURATION + room - 1)
    return found


def _with_last_note(grid: IntArray, at: int) -> IntArray:
    """The grid with a melody that holds, from a column on, the tone of the chord there that is nearest to its last."""
    found = grid.copy()
    found[at:, :2] = EMPTY
    tag = int(grid[at, -1]) - CHORD
    before = np.flatnonzero(grid[:at, 0])
    last = int(grid[before[-1], 0]) - PITCH if len(before) else MIDDLE
    if tag != NO_CHORD:
        chord = Chord.of_tag(tag)
        near = [last + one for one in range(-6, 6) if tones(chord)[(last + one) % 12]]
        pitch = min(near, key=lambda one: (abs(one - last), one))
        found[at, :2] = PITCH + pitch, DURATION + len(grid) - at - 1
    return found


def _told(
    request: dict[str, Any],
    page: SongPage,
    found: Candidate,
    plan: ChordChart | None,
    start: int,
    bars: str,
    why: str,
    drawn: int,
) -> tuple[Told, ...]:
    """What was asked for and what is measured of the song as it was written."""
    if plan is None:
        asked, written = "-", f"{len(page.chords)} written"
    else:
        right, named = basses(plan, found.grid, start)
        asked = f"{len(plan.chords)} in {plan.bars} bars"
        written = "as asked" + (f", {right} of {named} basses under the piano" if named else "")
    rows = [
        Told("bars", or_none(request["bars"]), bars),
        Told("key", request["key"] or "-", f"{why}; heard in {key_name(found.key)}"),
        Told("chords", asked, written),
        Told("tempo", or_none(request["tempo"]), tempo_told(page.clock.bpm.tolist())),
        Told("seed", str(request["seed"]), str(request["seed"])),
        Told("best of", str(request["best_of"]), f"{drawn} drawn"),
    ]
    if page.given is not None:
        named_tracks = ", ".join(page.given.tracks)
        kept = counted(page.given.count, "note")
        rows.append(Told("given", request["continue"], f"{kept} of {named_tracks} as they were"))
    return (*rows, told_faults(found))
