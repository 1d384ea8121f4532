"""Harmonise: alto, tenor and bass to a melody, several drawn and the best kept, and what was asked and reached.

The melody comes back as it was, words and ties too. Chords that are asked for are exact on beats; the last chord is the
tonic triad where the melody's last note is one of its tones. `harmonising.py` tells how voices are drawn and chosen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from descant import __version__, weights
from descant.composition import harmonising
from descant.composition.chord_chart import ChordChart, chart, foreign
from descant.composition.chord_spans import ChordSpan
from descant.composition.discrete_diffusion import WEIGHTS
from descant.composition.frames_before import key_of
from descant.composition.harmonising import Harmony, Soprano, harmonise
from descant.composition.jsb_raster import CHOIR, LOUDNESS, VOICES, JsbRaster
from descant.composition.music_transformer import WEIGHTS as JUDGE
from descant.composition.sonorities import pitch_classes
from descant.errors import InvalidValueError
from descant.io.open import source_name
from descant.pipelines.chorale_page import GridNote, grid_notes, signature
from descant.pipelines.chorale_staff import staves
from descant.pipelines.compose import (
    NEAR,
    key_name,
    key_number,
    key_spelled,
    likeness,
    mode_of,
)
from descant.pipelines.given_melody import GivenMelody, given_melody, tonics, with_key
from descant.pipelines.written import Told, check_drawing, counted, or_none
from descant.registry import find
from descant.types import Notes, Part, Provenance, Score, TempoChange
from descant.types.clock import Clock
from descant.types.score import ChordSymbol, TempoMark

DRAWN = 4
LOWER = VOICES[1:]
_RASTER = JsbRaster()


@dataclass(frozen=True, eq=False)
class Harmonisation:
    """A melody in four parts, on the page and as notes, and what is to be said of it."""

    score: Score
    notes: Notes
    told: tuple[Told, ...]
    said: tuple[str, ...]  # what of the melody's file was changed or left out
    faults: dict[str, int]
    nats: float  # a token of the lower voices
    drawn: int

    @property
    def made_by(self) -> Provenance | None:
        return self.score.made_by


def harmonised(
    given: str | os.PathLike[str] | Notes | Score,
    *,
    key: str = "",
    chords: str = "",
    tempo: float | None = None,
    seed: int = 0,
    best_of: int = DRAWN,
    progress: Callable[[float], None] = lambda _: None,
) -> Harmonisation:
    """A melody in four voices.

    given: ABC, MusicXML or MIDI; of several voices the top one of the first part. key: such as `D minor`, else that of
    the page, else the one that the melody is heard in. chords: a chart (`chord_chart.py`), a bar for each bar of the
    melody. tempo: quarters a minute, else as it was. best_of: harmonies to choose from.

    Raises InvalidValueError with the reason where that cannot be, MissingDataError where a model is not there.
    """
    check_drawing(best_of, seed, tempo)
    asked = key_number(key_spelled(key)) if key else None
    melody = given_melody(given)
    name = source_name(given)
    wanted, why = _key(melody, asked, key, name)
    if melody.notes is not None:
        melody = with_key(melody, signature(key_spelled(key) if key else key_name(wanted)))
    plan = _chart(melody, chords, wanted) if chords else None
    soprano = _soprano(melody, wanted)
    tonic = (wanted + melody.moved) % 12
    close = harmonising.ending(soprano, tonic, mode_of(wanted))
    spans = _spans(plan, soprano, melody.moved) if plan else close
    found = harmonise(soprano, spans, np.random.default_rng(seed), best_of, moved=melody.moved, progress=progress)
    best = found[0]
    request: dict[str, Any] = {
        "melody": name,
        "key": key,
        "chords": chords,
        "tempo": tempo,
        "seed": seed,
        "best_of": best_of,
        "weights": {one: weights.find(one)[0].sha256 for one in (WEIGHTS, JUDGE)},
    }
    made_by = Provenance(WEIGHTS.replace("_", "-"), __version__, request)
    lines = _lines(melody, soprano, best)
    score = _score(melody, lines, tempo, plan, made_by)
    notes = _notes(melody, lines, tempo, made_by) if melody.notes is not None else _played(score)
    told = _told(request, melody, soprano, best, score, plan, spans, wanted, why, len(found))
    return Harmonisation(score, notes, told, melody.said, best.faults, best.nats, len(found))


def _key(melody: GivenMelody, asked: int | None, key: str, name: str) -> tuple[int, str]:
    """The key as a number, and where it comes from. Raises InvalidValueError where the melody is in another."""
    heard = tonics(melody)
    best = max(heard, key=lambda one: heard[one])
    if asked is not None:
        likely = likeness(melody.classes, key_of(melody.classes))
        if likeness(melody.classes, asked) < NEAR * likely and asked != melody.key:
            raise InvalidValueError(
                f"{name}: the melody is heard in {key_name(best)}, not in {key_spelled(key)}; ask for its own key, or "
                "transpose it"
            )
        return asked, "as asked"
    if melody.key is not None:
        return melody.key, "as the page says"
    sharps = melody.measures[0].key.sharps
    related = [one for one in (7 * sharps % 12, (7 * sharps + 9) % 12 + 12) if melody.notes is None]
    if related:
        return max(related, key=lambda one: (one in heard, likeness(melody.classes, one))), "by signature and last note"
    return best, "as the melody is heard"


def _chart(melody: GivenMelody, chords: str, key: int) -> ChordChart:
    """Chords on the melody's bars. Raises InvalidValueError where one is foreign to the key, or bars do not agree."""
    grid = melody.grid
    edges = []
    for bar in grid.numbered():
        end = grid.end_of(bar)
        edges.append([*(min(one, end) for one in bar.beat_starts), end])
    found = chart(chords, edges)
    found = replace(found, chords=tuple(one for one in found.chords if one.start < one.stop))
    if not found.chords:
        raise InvalidValueError("the chart has no chord; leave --chords out")
    wrong = foreign(found, key % 12, mode_of(key))
    if wrong is not None:
        raise InvalidValueError(
            f"{wrong.text} has no tone in common with {key_name(key)}: ask for other chords, or another key"
        )
    return found


def _soprano(melody: GivenMelody, key: int) -> Soprano:
    """As it is read; where the signature changes, the key does."""
    lines = np.array([one.start for one in melody.grid.numbered()], dtype=np.int64)
    sharps = np.zeros(melody.grid.length, dtype=np.int64)
    for bar, measure in zip(melody.grid.bars, melody.measures, strict=True):
        sharps[bar.start : bar.stop] = measure.key.sharps
    keys = (key + 7 * (sharps - sharps[0]) + melody.moved) % 12 + 12 * (key >= 12)
    return Soprano(melody.tokens, melody.struck, melody.grid.pulse(), lines, keys)


def _spans(plan: ChordChart, soprano: Soprano, moved: int) -> list[ChordSpan]:
    """What is asked for, as it is read; the chord under the last note is held."""
    found = []
    for one in plan.chords:
        root, bass = (one.root + moved) % 12, (one.bass + moved) % 12
        at = replace(one, root=root, bass=bass)
        if one.start < soprano.last < one.stop:
            found += [at.span(one.start, soprano.last), at.span(soprano.last, one.stop, held=True)]
        else:
            found.append(at.span(one.start, one.stop, held=one.start == soprano.last))
    return found


def _lines(melody: GivenMelody, soprano: Soprano, best: Harmony) -> tuple[tuple[GridNote, ...], ...]:
    """The lower voices; who holds a pitch strikes it again on beats that the melody strikes: each has its syllable."""
    frames = _RASTER.frames(best.frames.ravel())
    pitches = np.where(frames >= 0, frames - melody.moved, frames)
    struck = [one for one in soprano.beats.tolist() if soprano.struck[one]]
    return grid_notes(pitches, 0, [*struck, soprano.last])[1:]


def _score(
    melody: GivenMelody,
    lines: Sequence[Sequence[GridNote]],
    tempo: float | None,
    plan: ChordChart | None,
    made_by: Provenance,
) -> Score:
    step = melody.grid.step
    tempos = (TempoMark(Fraction(0), float(tempo)),) if tempo is not None else melody.tempos
    return Score(
        melody.measures,
        (melody.staff, *staves(lines, melody.measures, step, grid_notes(melody.pitches[:, None], 0, ())[0])),
        melody.title,
        melody.composer,
        tempos,
        tuple(ChordSymbol(one.start * step, one.label) for one in plan.chords) if plan else (),
        made_by=made_by,
    )


def _played(score: Score) -> Notes:
    notes: Notes = find("as-written")(score)
    return replace(notes, made_by=score.made_by)


def _notes(melody: GivenMelody, lines: Sequence[Sequence[GridNote]], tempo: float | None, made_by: Provenance) -> Notes:
    """What was played, with three parts below it."""
    own = melody.notes
    assert own is not None
    before = Clock.of(own)
    clock = before if tempo is None else Clock.of_quarters([(0.0, float(tempo))])
    if tempo is not None:
        own = _slower(own, before, clock)
    each = [(one, voice) for voice, line in enumerate(lines, 1) for one in line]
    place = float(melody.grid.step)
    return replace(
        own,
        onset=np.concatenate([own.onset, clock.seconds([one.start * place for one, _ in each])]),
        offset=np.concatenate([own.offset, clock.seconds([one.stop * place for one, _ in each])]),
        pitch=np.concatenate([own.pitch, np.array([one.pitch for one, _ in each], dtype=np.int64)]),
        velocity=np.concatenate([own.velocity, np.full(len(each), LOUDNESS, dtype=np.int64)]),
        part=np.concatenate([np.asarray(own.part), np.array([voice for _, voice in each], dtype=np.int64)]),
        parts=(*own.parts, *(Part(one, CHOIR) for one in LOWER)),
        confidence=None,
        made_by=made_by,
    )


def _slower(notes: Notes, before: Clock, after: Clock) -> Notes:
    """The same notes at the same places, at another tempo."""

    def moved(seconds: Any) -> Any:
        return after.seconds(before.quarters(seconds))

    return replace(
        notes,
        onset=moved(notes.onset),
        offset=moved(notes.offset),
        tempos=tuple(TempoChange(float(time), float(bpm)) for time, bpm in zip(after.second, after.bpm, strict=True)),
        meters=tuple(replace(one, time=float(moved(one.time))) for one in notes.meters),
        bends=tuple(replace(one, time=float(moved(one.time))) for one in notes.bends),
        controls=tuple(replace(one, time=float(moved(one.time))) for one in notes.controls),
    )


def _told(
    request: dict[str, Any],
    melody: GivenMelody,
    soprano: Soprano,
    best: Harmony,
    score: Score,
    plan: ChordChart | None,
    spans: Sequence[ChordSpan],
    key: int,
    why: str,
    drawn: int,
) -> tuple[Told, ...]:
    """What was asked for and what is measured of what was written."""
    number = sum(bool(one.pitches) and not any(one.tied) for row in melody.staff.measures for one in row)
    octaves = melody.octaves // 12
    where = f", {counted(abs(octaves), 'octave')} {'higher' if octaves > 0 else 'lower'}" if octaves else ""
    heard = key_of(pitch_classes(_RASTER.frames(best.frames.ravel())).sum(axis=0))
    heard = (heard - melody.moved) % 12 + 12 * (heard >= 12)
    tempos = sorted({one.bpm for one in score.tempos})
    rows_ = [
        Told("melody", request["melody"], f"{counted(number, 'note')} as they were{where}: {melody.understood}"),
        Told("metre", "-", _metre(melody)),
        Told("key", request["key"] or "-", f"{why}: {key_name(key)}; heard in {key_name(heard)}"),
        Told("ending", "-", _ending(melody, soprano, best, spans, plan, key)),
        Told("tempo", or_none(request["tempo"]), _tempo(tempos)),
        Told("seed", str(request["seed"]), str(request["seed"])),
        Told("best of", str(request["best_of"]), f"{drawn} drawn"),
    ]
    if plan is not None:
        kept, asked, beside = harmonising.met(spans, soprano, best.frames)
        besides = f"; the melody's note is none of theirs on {beside}" if beside else ""
        rows_.append(
            Told("chords", f"{len(plan.chords)} in {plan.bars} bars", f"sung on {kept} of {asked} beats{besides}")
        )
    listed = ", ".join(f"{name}: {count}" for name, count in best.faults.items() if count) or "none"
    return (*rows_, Told("faults", "-", listed), Told("nats a token", "-", f"{best.nats:.3f}"))


def _tempo(tempos: Sequence[float]) -> str:
    return " and ".join(f"{one:g}" for one in tempos) + " quarters a minute" if tempos else "as none is named, 120"


def _metre(melody: GivenMelody) -> str:
    """Its metres in order, how odd ones are read, and the upbeat."""
    times = list(dict.fromkeys(one.time for one in melody.measures))
    names = ", ".join(f"{'+'.join(map(str, one.beats))}/{one.unit}" for one in times)
    first = melody.grid.bars[0]
    quarters = float((first.stop - first.start) * melody.grid.step)
    upbeat = f", upbeat of {counted(quarters, 'quarter')}" if first.missing else ""
    odd = [one.beats for one in melody.grid.bars if len(set(one.beats)) > 1]
    beats = f", in beats of {'+'.join(str(int(one * melody.grid.step * 2)) for one in odd[0])} eighths" if odd else ""
    return f"{names}{upbeat}{beats}; {counted(len(melody.grid.numbered()), 'bar')}"


def _ending(
    melody: GivenMelody,
    soprano: Soprano,
    best: Harmony,
    spans: Sequence[ChordSpan],
    plan: ChordChart | None,
    key: int,
) -> str:
    """How it ends, as it was written."""
    last = best.frames[soprano.last]
    classes = {(int(one) - 1 + _RASTER.lowest - melody.moved) % 12 for one in last}
    tonic = {(key % 12 + one) % 12 for one in ((0, 3, 7) if key >= 12 else (0, 4, 7))}
    bass = (int(last[3]) - 1 + _RASTER.lowest - melody.moved) % 12
    if plan is not None:
        return "as the chords have it"
    if classes <= tonic and bass == key % 12:
        return f"tonic triad of {key_name(key)}"
    if not spans:
        return f"not on the tonic triad of {key_name(key)}: the melody's last note is none of its tones"
    return "not on the tonic triad"
