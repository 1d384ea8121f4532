"""Inpaint: some bars of a piece written anew, of all voices or of some; all else comes back as it was.

Songs are for `inpaint_song.py`; here are chorales, four voices of any names. The voices that are kept, and the bars
around, are given to the diffusion (`discrete_diffusion.py`), which never touches them. Several are drawn; the one with
the fewest faults is kept, and of equals the one that costs the Music Transformer the fewest nats a token.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from descant import __version__, weights
from descant.composition import music_transformer
from descant.composition.chorale_faults import voice_leading_faults
from descant.composition.discrete_diffusion import WEIGHTS, inpaint
from descant.composition.frames_before import key_of
from descant.composition.harmonising import uncrossed
from descant.composition.jsb_raster import VOICES, JsbRaster, lines_of, steps_of
from descant.composition.placed import Placed, placed
from descant.composition.sonorities import pitch_classes
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.pipelines.bar_grid import SIXTEENTH, BarGrid, measures_of
from descant.pipelines.chorale_page import GridNote, grid_notes, signature
from descant.pipelines.chorale_staff import staff, staves
from descant.pipelines.compose import key_name
from descant.pipelines.inpaint_song import inpainted_song, is_song
from descant.pipelines.inpainting import DRAWN, Inpainting, asked_bars, check_bars
from descant.pipelines.written import Told, check_drawing, counted
from descant.registry import find
from descant.types import Notes, Provenance, Score
from descant.types.arrays import BoolArray, IntArray
from descant.types.clock import Clock
from descant.types.score import Event, Measure, ScorePart, TempoMark

MOST_STEPS = 4096  # 256 bars of 4/4
_RASTER = JsbRaster()


@dataclass(frozen=True, eq=False)
class _Given:
    music: Notes | Score
    name: str
    piece: Placed
    lines: tuple[Placed, ...]  # of the four voices
    frames: IntArray  # (steps, 4) of the raster's tokens, to the last bar line
    measures: tuple[Measure, ...]
    grid: BarGrid
    names: tuple[tuple[str, ...], ...]  # what each voice may be called
    said: tuple[str, ...]


def inpainted(
    given: str | os.PathLike[str] | Notes | Score,
    bars: str,
    *,
    tracks: str = "",
    seed: int = 0,
    best_of: int = DRAWN,
    progress: Callable[[float], None] = lambda _: None,
) -> Inpainting:
    """A piece with some bars written anew.

    given: MIDI or a score, in four voices, or in parts named melody, bridge and piano. bars: `9-12` or `9`, counted
    from 1, an upbeat not counted. tracks: voices by their names in the piece, as soprano, alto, tenor, bass, or by
    number, with commas; else all. best_of: how many are drawn, of which the best is kept.

    Raises InvalidValueError with the reason where that cannot be, MissingDataError where a model is not there.
    """
    check_drawing(best_of, seed)
    first, last = asked_bars(bars)
    music, name = _opened(given)
    if is_song(music):
        return inpainted_song(music, name, bars, tracks=tracks, seed=seed, best_of=best_of, progress=progress)
    piece = _given(music, name)
    start, stop = _window(piece, first, last)
    voices = _voices(piece, tracks)
    wanted = np.zeros(piece.frames.shape, dtype=bool)
    wanted[start:stop, voices] = True
    card, _ = weights.find(WEIGHTS)
    judge, _ = weights.find(music_transformer.WEIGHTS)
    rng = np.random.default_rng(seed)
    found = []
    for at in range(best_of):

        def told(share: float, done: int = at) -> None:
            progress((done + share) / best_of)

        drawn = inpaint(piece.frames, wanted, rng, pulse=piece.grid.pulse(), rule=_rule, progress=told)
        near = _RASTER.frames(drawn[max(0, start - 1) : stop + 1].ravel())
        nats = float(music_transformer.nll(drawn)[wanted].mean())
        found.append((voice_leading_faults(near), nats, drawn))
    faults, nats, frames = min(found, key=lambda one: (sum(one[0].values()), one[1]))
    request: dict[str, Any] = {
        "given": piece.name,
        "bars": bars,
        "tracks": tracks,
        "seed": seed,
        "best_of": best_of,
        "weights": {WEIGHTS: card.sha256, music_transformer.WEIGHTS: judge.sha256},
    }
    made_by = Provenance(WEIGHTS.replace("_", "-"), __version__, request)
    new = _Lines(piece, frames, start, stop, tuple(voices), made_by)
    if isinstance(piece.music, Score):
        score = new.score(piece.music)
        notes = replace(find("as-written")(score), made_by=made_by)
    else:
        notes = new.notes(piece.music)
        score = _page(piece, notes)
    kept = bool(np.array_equal(frames[~wanted], piece.frames[~wanted]))
    rows = (
        Told(
            "bars",
            bars,
            f"{last - first + 1} of {len(piece.grid.numbered())}, {counted((stop - start) / 4, 'quarter')}",
        ),
        Told("tracks", tracks or "-", ", ".join(VOICES[one] for one in voices) + " written"),
        Told(
            "given",
            piece.name,
            f"{len(piece.piece.onset) - new.replaced} notes {'as they were' if kept else 'changed'}",
        ),
        Told("edges", "-", new.edges),
        Told("seed", str(seed), str(seed)),
        Told("best of", str(best_of), f"{best_of} drawn"),
        Told("faults", "-", ", ".join(f"{name}: {count}" for name, count in faults.items() if count) or "none"),
        Told("nats a token", "-", f"{nats:.3f}"),
    )
    return Inpainting(score, notes, rows, (*piece.said, *new.said), faults, nats, best_of)


def _rule(frames: IntArray, voice: int) -> BoolArray:
    """Nobody rests, and nobody crosses a neighbour where it can be helped."""
    allowed = np.repeat(_RASTER.voice_masks[voice][None], len(frames), axis=0)
    allowed[:, 0] = False
    return uncrossed(frames, voice, allowed)


def _opened(source: str | os.PathLike[str] | Notes | Score) -> tuple[Notes | Score, str]:
    music: Any = open_file(source) if isinstance(source, str | os.PathLike) else source
    name = source_name(source)
    if not isinstance(music, Notes | Score):
        raise UnsupportedFormatError(f"{name}: is no music whose bars can be written; give MIDI or a score")
    return music, name


def _given(music: Notes | Score, name: str) -> _Given:
    try:
        return _read(music, name)
    except InvalidValueError as error:
        more = (
            "; songs are written in parts named melody, bridge and piano" if "takes four voices" in str(error) else ""
        )
        raise InvalidValueError(f"{name}: {error}{more}") from None


def _read(music: Notes | Score, name: str) -> _Given:
    piece = placed(music)
    drums = sum(piece.parts[part].drum for part in piece.part.tolist())
    if len(piece.onset) == drums:
        raise InvalidValueError("holds nothing but drums" if drums else "holds no notes")
    measures, metre = measures_of(music)
    grid = BarGrid.of(measures, SIXTEENTH)
    if grid.length > MOST_STEPS:
        raise InvalidValueError(f"has {len(measures)} bars, more than can be kept in mind at once; cut it")
    encoded = _RASTER.encode(music)
    frames = np.zeros((grid.length, len(VOICES)), dtype=np.int64)
    sung = encoded.tokens.reshape(-1, len(VOICES))[: grid.length]
    frames[: len(sung)] = sung
    said = [] if metre else ["it says no metre; 4/4 is taken"]
    if encoded.off_grid.moved:
        off = counted(encoded.off_grid.moved, "note")
        said.append(f"{off} off the sixteenths: heard at the next ones, and left in place")
    lines = tuple(lines_of(piece.only(piece.end > piece.onset)))
    names = tuple(
        (VOICES[voice], str(voice + 1), *(piece.parts[int(part)].name.lower() for part in line.part[:1]))
        for voice, line in enumerate(lines)
    )
    return _Given(music, name, piece, lines, frames, measures, grid, names, tuple(said))


def _window(piece: _Given, first: int, last: int) -> tuple[int, int]:
    numbered = piece.grid.numbered()
    check_bars(piece.name, first, last, len(numbered))
    start, stop = numbered[first - 1].start, piece.grid.end_of(numbered[last - 1])
    end = int(np.flatnonzero(piece.frames.any(axis=1))[-1]) + 1  # where all fall silent for good it stays so
    return start, end if start < end < stop else stop


def _voices(piece: _Given, tracks: str) -> list[int]:
    """The numbers of voices by name. Raises InvalidValueError for one that is not there."""
    if not tracks.strip():
        return list(range(len(VOICES)))
    found = set()
    for one in tracks.split(","):
        asked = one.strip().lower()
        at = [voice for voice, names in enumerate(piece.names) if asked and asked in names]
        if not at:
            listed = ", ".join(dict.fromkeys(name for names in piece.names for name in names if not name.isdigit()))
            raise InvalidValueError(f"{piece.name}: has no voice {one.strip()!r}; it has {listed}, or 1 to 4")
        found.add(at[0])
    return sorted(found)


class _Lines:
    """The piece with its new bars."""

    def __init__(
        self, piece: _Given, frames: IntArray, start: int, stop: int, voices: tuple[int, ...], made_by: Provenance
    ) -> None:
        self.piece, self.start, self.stop, self.voices, self.made_by = piece, start, stop, voices, made_by
        struck = [one.start for one in piece.grid.bars]
        pitches = _RASTER.frames(frames[start:stop].ravel())
        self.lines = grid_notes(pitches, start, struck)
        self.said: list[str] = []
        self.replaced = self.cut = self.joined = 0
        for voice in voices:
            low, _ = self._spans(voice)
            self.replaced += int(np.count_nonzero((low >= start) & (low < stop)))
            for into in (True, False):
                over, held = self._over(voice, into)
                self.joined += over and held
                self.cut += over and not held

    @property
    def edges(self) -> str:
        """What became of notes that were held into the new bars, or out of them."""
        if not self.cut + self.joined:
            return "no note reached over them"
        return f"{counted(self.joined, 'note')} held over them, {self.cut} cut there"

    def _spans(self, voice: int) -> tuple[IntArray, IntArray]:
        return steps_of(voice, self.piece.lines[voice])

    def _over(self, voice: int, into: bool) -> tuple[bool, bool]:
        """Whether a note of a voice reached over the first edge, or the last; and whether it is held there now."""
        low, high = self._spans(voice)
        edge = self.start if into else self.stop
        over = np.flatnonzero((low < edge) & (high > edge))
        line = self.lines[voice]
        if not len(over) or not line:
            return bool(len(over)), False
        pitch = int(self.piece.lines[voice].pitch[over[0]])
        near = line[0] if into else line[-1]
        return True, near.pitch == pitch and (near.start if into else near.stop) == edge

    def notes(self, given: Notes) -> Notes:
        """As MIDI holds it: columns of what was there stay as they are."""
        clock = Clock.of(given)
        place = float(SIXTEENTH)
        at = [part for part, one in enumerate(given.parts) if not one.drum]
        columns = {name: list(getattr(given, name)) for name in ("onset", "offset", "pitch", "velocity", "part")}
        gone: set[int] = set()
        edges = {edge: float(clock.seconds(edge * place)) for edge in (self.start, self.stop)}
        for voice in self.voices:
            part = at[voice]
            mine = np.flatnonzero((np.asarray(given.part) == part) & (given.offset > given.onset))
            low, high = self._spans(voice)
            fresh = [
                [float(clock.seconds(one.start * place)), float(clock.seconds(one.stop * place)), one.pitch]
                for one in self.lines[voice]
            ]
            into, out = self._over(voice, True), self._over(voice, False)
            holder = -1
            loud = int(np.median(given.velocity[mine])) if len(mine) else 80
            for note, begins, ends in zip(mine.tolist(), low.tolist(), high.tolist(), strict=True):
                if begins < self.start < ends:
                    columns["offset"][note] = edges[self.start]
                    if into[1]:
                        holder = note
                        columns["offset"][note] = fresh.pop(0)[1]
                if self.start <= begins < self.stop:
                    gone.add(note)
                if begins < self.stop < ends:
                    end = float(given.offset[note])
                    if out[1] and fresh:
                        fresh[-1][1] = end
                    elif out[1]:  # one pitch from before the new bars to after them
                        columns["offset"][holder] = end
                    else:
                        fresh.append([edges[self.stop], end, int(given.pitch[note])])
            for onset, offset, pitch in fresh:
                for name, value in zip(columns, (onset, offset, pitch, loud, part), strict=True):
                    columns[name].append(value)
        keep = np.array([one not in gone for one in range(len(columns["onset"]))])
        kinds = {name: (np.float64 if name in ("onset", "offset") else np.int64) for name in columns}
        arrays = {name: np.array(one, dtype=kinds[name])[keep] for name, one in columns.items()}
        return replace(given, **arrays, confidence=None, made_by=self.made_by)

    def score(self, given: Score) -> Score:
        """As a page holds it: events of the new bars alone are other ones."""
        parts = list(given.parts)
        for voice in self.voices:
            line = self.piece.lines[voice]
            if not len(line.onset):
                raise InvalidValueError(f"{self.piece.name}: the {VOICES[voice]} sings nothing, so it has no staff")
            number, place = int(line.part[0]), int(line.voice[0])
            parts[number] = self._part(parts[number], voice, place // 100, place % 100)
        return replace(given, parts=tuple(parts), made_by=self.made_by)

    def _part(self, part: ScorePart, voice: int, on: int, called: int) -> ScorePart:
        """A part with one of its voices anew."""
        laid = staff(self.lines[voice], voice, self.piece.measures, SIXTEENTH).measures
        into, out = self._over(voice, True), self._over(voice, False)
        measures: list[tuple[Event, ...]] = []
        words = False
        first, last = self.start * SIXTEENTH, self.stop * SIXTEENTH
        for measure, row, new in zip(self.piece.measures, part.measures, laid, strict=True):
            mine = [one for one in row if (one.staff, one.voice) == (on, called)]
            others = [one for one in row if (one.staff, one.voice) != (on, called)]
            if first <= measure.start < last:
                words = words or any(one.lyrics or one.marks or one.grace for one in mine)
                mine = [replace(one, staff=on, voice=called) for one in new]
                if out[1] and measure.end == last:
                    mine[-1] = replace(mine[-1], tied=(True,) * len(mine[-1].pitches))
            elif measure.end == first and mine and into[0] and not into[1]:
                mine[-1] = replace(mine[-1], tied=(False,) * len(mine[-1].pitches))
            measures.append((*others, *mine))
        if words:
            self.said.append(f"words and signs of the {VOICES[voice]} in the new bars are left out")
        kept = tuple(
            one
            for one in part.spans
            if one.kind != "slur" or (one.staff, one.voice) != (on, called) or one.end < first or one.start >= last
        )
        return replace(part, measures=tuple(measures), spans=kept)


def _page(piece: _Given, notes: Notes) -> Score:
    """MIDI on a page, its notes on sixteenths."""
    found = placed(notes)
    classes = pitch_classes(_RASTER.frames(piece.frames.ravel())).sum(axis=0)
    measures = tuple(replace(one, key=signature(key_name(key_of(classes)))) for one in piece.measures)
    lines, names = [], []
    for voice, line in enumerate(lines_of(found.only(found.end > found.onset))):
        low, high = steps_of(voice, line)
        rows = [
            GridNote(*one)
            for one in zip(low.tolist(), high.tolist(), line.pitch.tolist(), strict=True)
            if one[1] > one[0]
        ]
        lines.append(rows)
        names.append(found.parts[int(line.part[0])].name if len(line.part) else "")
    laid = staves(lines, measures, SIXTEENTH)
    parts = tuple(replace(one, name=name or one.name) for one, name in zip(laid, names, strict=True))
    tempos = tuple(
        TempoMark(Fraction(float(at)).limit_denominator(96), float(bpm))
        for at, bpm in zip(found.clock.quarter, found.clock.bpm, strict=True)
    )
    return Score(measures, parts, tempos=tempos, made_by=notes.made_by)
