"""Arrange: chords, piano and a bridge written to a melody, several drawn and the best kept.

The melody comes back as it was: its notes stand beside what is written and are never made anew. An asked chart is the
row of chords, which is given too. What is drawn is chosen by its faults (`composition/song_faults.py`).
"""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

import numpy as np

from descant.composition.chord_chart import ChordChart, chart
from descant.composition.frames_before import key_of
from descant.composition.get_score import CHORD, COLUMNS_A_QUARTER, PITCH
from descant.composition.getmusic import SONGS
from descant.composition.song_faults import MELODY, classes, sounding
from descant.io.open import source_name
from descant.pipelines.chorale_page import signature
from descant.pipelines.compose import key_name, key_spelled
from descant.pipelines.given_song import GivenSong, given_melody
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
    hidden,
    last_chord,
    melody_classes,
    provenance,
    simpler,
    tempo_told,
    told_faults,
    tonic,
    with_basses,
    with_last_chord,
)
from descant.pipelines.written import Told, check_drawing, or_none
from descant.types import Notes, Score
from descant.types.arrays import BoolArray, IntArray
from descant.types.chord_vocabulary import Chord, tones
from descant.types.clock import Clock

OTHERS = ("bridge", "piano")


def arrange(
    source: str | os.PathLike[str] | Notes | Score,
    *,
    part: str = "",
    key: str = "",
    chords: str = "",
    tempo: float | None = None,
    seed: int = 0,
    best_of: int = DRAWN,
    progress: Progress = lambda _: None,
) -> Song:
    """A melody with chords, piano and bridge.

    source: MIDI or a score. part: the melody's name or number, where there are several. key: that melody and
    accompaniment are to be heard in together. chords: a chart (`chord_chart.py`) for every bar. tempo: quarters a
    minute, else the melody's own. best_of: accompaniments to choose from.

    Raises InvalidValueError with the reason where that cannot be, MissingDataError where the model is not there.
    """
    check_drawing(best_of, seed, tempo)
    given = given_melody(source, part)
    check_length(len(given.grid))
    request: dict[str, Any] = {
        "melody": source_name(source),
        "part": part,
        "key": key,
        "chords": chords,
        "tempo": tempo,
        "seed": seed,
        "best_of": best_of,
    }
    first = given.before + int(given.upbeat * COLUMNS_A_QUARTER)  # the first bar line
    plan = chart(chords, _edges(given)) if chords else None
    wanted = check_key(key, plan, melody_classes(given.grid))
    page_key = signature(key_spelled(key)) if key else None
    grid = given.grid.copy()
    if plan is not None:
        grid[first:, -1] = chart_row(plan, len(grid) - first)
    rng = np.random.default_rng(seed)

    def draw() -> Candidate:
        drawn = _drawn(given, grid, plan is not None, wanted, rng)
        return Candidate.of(with_basses(plan, drawn, first) if plan else drawn, given.place)

    found, drawn = best(draw, best_of, wanted, progress, "leave the key out, or ask for other chords")
    labels = symbols(found.grid, given.before, (page_key or signature(key_name(found.key))).sharps)
    if plan is not None:
        labels = tuple((given.upbeat + Fraction(one.start, COLUMNS_A_QUARTER), one.label) for one in plan.chords)
    page = SongPage(
        found.grid,
        dict.fromkeys(OTHERS, 0),
        Clock.of_quarters([(0.0, tempo)]) if tempo is not None else given.clock,
        labels,
        given,
        page_key,
        given.music.title if isinstance(given.music, Score) else "",
        provenance(request),
    )
    told = _told(request, page, found, plan, first, drawn)
    said = [f"{one} is heard as a simpler chord" for one in simpler(plan)] if plan else []
    return Song(page, told, (*given.said, *said), found.faults, drawn)


def _edges(given: GivenSong) -> list[list[int]]:
    """Of each whole bar the columns from the first bar line on at which its quarters begin, and its end."""
    found = []
    for start, length, _ in given.bars[bool(given.upbeat) :]:
        low, high = (int((one - given.upbeat) * COLUMNS_A_QUARTER) for one in (start, start + length))
        found.append([*range(low, high, COLUMNS_A_QUARTER), high])
    return found


def _drawn(given: GivenSong, grid: IntArray, charted: bool, wanted: int | None, rng: np.random.Generator) -> IntArray:
    """The melody's grid with all that is written to it."""
    columns, place = len(grid), given.place
    begins = given.before
    bar = int(np.flatnonzero(place == 0)[-1]) if (place == 0).any() else columns
    key = wanted if wanted is not None else key_of(melody_classes(grid))
    if not charted:
        end = columns
        last = np.flatnonzero(grid[:, 0])[-1]
        if bar > begins and (grid[last, 0] - PITCH) % 12 in np.flatnonzero(tones(Chord.of_tag(tonic(key)))):
            grid = grid.copy()
            grid[bar:, -1] = CHORD + tonic(key)
            end = bar
        grid = SONGS.complete(
            grid,
            ["chords"],
            rng,
            CAREFUL,
            hidden=hidden(columns, OTHERS, begins),
            within=columns_from(columns, begins, end),
            place=place,
            changes=given.changes,
            temperature=CHORDS_AT,
            key=key,
        )
    at = max(last_chord(grid, place), begins)
    grid = with_last_chord(grid, at)
    within = columns_from(columns, begins, at)
    return (
        SONGS.complete(grid, OTHERS, rng, within=within, place=place, temperature=NOTES_AT, key=key)
        if at > begins
        else grid
    )


def _told(
    request: dict[str, Any], page: SongPage, found: Candidate, plan: ChordChart | None, first: int, drawn: int
) -> tuple[Told, ...]:
    """What was asked for and what is measured of the song as it was written."""
    given = page.given
    assert given is not None
    number = given.part[0]
    name = given.music.parts[number].name.strip()
    bars = len(given.bars) - bool(given.upbeat)
    metres = list(dict.fromkeys(f"{sum(time.beats)}/{time.unit}" for _, _, time in given.bars))
    upbeat = f", upbeat of {float(given.upbeat):g}" if given.upbeat else ""
    on, of = _agreeing(found.grid)
    heard = key_name(key_of(melody_classes(given.grid)))
    called = f"part {number + 1} {name}".strip()
    asked = f"{len(plan.chords)} in {plan.bars} bars" if plan else "-"
    if plan is None:
        written = f"{len(page.chords)} written"
    else:
        right, named = basses(plan, found.grid, first)
        written = "as asked" + (f", {right} of {named} basses under the piano" if named else "")
    return (
        Told("melody", request["part"] or "-", f"{called}, {given.count} notes as they were"),
        Told("bars", "-", f"{bars} of {' and '.join(metres)}{upbeat}"),
        Told("key", request["key"] or "-", f"melody heard in {heard}, all in {key_name(found.key)}"),
        Told("chords", asked, f"{written}; the melody sings their tones on {on} of {of} beats"),
        Told("tempo", or_none(request["tempo"]), tempo_told(page.clock.bpm.tolist())),
        Told("seed", str(request["seed"]), str(request["seed"])),
        Told("best of", str(request["best_of"]), f"{drawn} drawn"),
        told_faults(found),
    )


def _agreeing(grid: IntArray) -> tuple[int, int]:
    """On how many beats the melody sings a tone of the chord, and on how many it sings to one."""
    melody = classes(sounding(grid, MELODY))[::COLUMNS_A_QUARTER]
    chord = grid[::COLUMNS_A_QUARTER, -1] - CHORD
    tone = np.stack([tones(Chord.of_tag(tag)) for tag in chord.tolist()]) > 0
    sung: BoolArray = np.asarray(melody.any(axis=1) & tone.any(axis=1))
    return int((sung & (melody & tone).any(axis=1)).sum()), int(sung.sum())
