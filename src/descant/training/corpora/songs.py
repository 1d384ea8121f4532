"""POP909 arranged for bands, whole songs: what the models of beats, form, chords, keys and instruments are trained on.

A third stays as it is written, for keyboards; the others get a bass, chords in many rhythms and real drum performances
(Groove), or plain patterns where the song is turned into threes, fives or sevens. Parts come and go from section to
section, drums or a groove may begin before the harmony, a song may begin anywhere in its bar. Every song has its own
key, tempo (0.7 to 1.4 times the written one, wandering, some with rubato), swing, instruments, balance and tuning.
Synthesised throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from descant.datasets import groove, pop909
from descant.datasets.accompaniment import (
    BASS_LINES,
    COMPS,
    GM_KEYS,
    Groove,
    Played,
    bass_line,
    comping,
    drum_pattern,
    drummer,
)
from descant.datasets.accompaniment import groove as groove_of
from descant.datasets.arrangement import (
    Sheet,
    beat_times,
    begun_at,
    felt_in,
    in_bars_of,
    performed,
    sheet_of,
    silenced,
    swung,
    transposed,
    with_part,
)
from descant.features import RATE
from descant.synthesis.effects import recorded
from descant.synthesis.sampler import sampler
from descant.training.corpora.plain import orchestrated, training_fonts
from descant.training.corpora.retune import FURTHEST_CENTS, retuned
from descant.types import Audio, Notes, Part, Piece

ALONE = 0.3  # share of songs without a band
RECORDED = 0.5  # share of songs that pass through rooms, equalisers, compressors, tape, noise and codecs
METRES = {3: 0.14, 5: 0.02, 7: 0.02}  # shares of songs, of those in an even four
COMPOUND = 0.3  # of those in three: felt as 6/8
DOUBLED = 0.3  # of slow songs with drums: counted twice as fast
SLOW, SLOWEST = 85.0, 48.0  # bpm
REAL_DRUMS = 0.75  # of songs in four
EARLIEST_DRUMS, LATEST_CUT = 0.15, 9.0  # share of songs; beats
WITHOUT_WRITTEN, BASS = 0.3, 0.85  # shares of bands: without the written accompaniment, with a bass
BASS_PLAYS, CHORDS_PLAY, DRUMS_PLAY = 0.9, 0.7, 0.88  # shares of sections
GROOVES = {"train": "train", "valid": "validation"}

BASSES = (32, 33, 33, 33, 34, 35, 36, 38, 39, 43)
COMP_PROGRAMS = (0, 1, 2, 4, 5, 7, 11, 16, 17, 18, 19, 21, 24, 24, 25, 25, 26, 27, 27, 28, 29, 30, 46, 48, 61, 81, 90)
KITS = (0, 0, 0, 8, 16, 24, 25, 32, 40)
PAD_PROGRAMS = (16, 18, 19, 48, 49, 50, 51, 52, 54, 61, 88, 89, 90, 91, 92, 95)

Section = tuple[str, list[int]]  # letter, numbers of its bars


class Songs:
    """The corpus: item `i` is song `i` of the split in an order that never changes, arranged anew each time round."""

    name = "songs-1"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One song: notes, beats, chords, keys where they are known, sections, and the tags `style` and `metre`."""
        songs = pop909.song_ids(split)
        order = np.random.default_rng(1).permutation(len(songs))
        song = pop909.read_song(songs[order[index % len(songs)]])
        intervals = np.diff(song.beats.time)
        sections = song.sections[0] if song.sections else None
        sheet = sheet_of(orchestrated(song.notes, rng), song.beats, song.chords, song.keys, sections)
        plan = planned(sheet, 60.0 / float(np.median(intervals)), rng)
        sheet, pace = counted(sheet, plan)
        style = "none"
        if plan.band:
            sheet, style = with_band(sheet, plan, takes(GROOVES[split]), rng)
        else:
            sheet = swung(sheet, plan.swing)
        sheet = transposed(sheet, int(rng.integers(-5, 7)))
        if rng.random() < 0.4:
            sheet = begun_at(sheet, float(rng.uniform(0.0, LATEST_CUT)))
        times = beat_times(sheet, intervals, plan.factor * pace, plan.drift, plan.ritard, rng)
        timed = performed(sheet, times + rng.choice([0.0, float(rng.uniform(0.0, 2.0))]))
        tags = {"style": style, "metre": str(sheet.steady or "mixed")}
        piece = Piece(f"POP909 {song.id}", timed.notes.duration, tags)
        for annotation in (timed.notes, timed.beats, timed.chords, timed.keys, timed.sections):
            piece = piece if annotation is None else piece.with_(annotation)
        return recorded_song(timed.notes, piece, rng)


def recorded_song(notes: Notes, piece: Piece, rng: np.random.Generator) -> tuple[Audio, Piece]:
    """The notes played on a SoundFont and recorded, a little out of tune; every other song stays dry."""
    fonts = training_fonts()
    sound = sampler(notes, soundfont=fonts[int(rng.integers(len(fonts)))])
    piece = replace(piece, duration=sound.duration)
    cents = float(rng.uniform(-FURTHEST_CENTS, FURTHEST_CENTS))
    samples, piece = retuned(sound.samples.mean(axis=0), sound.sample_rate, piece, cents)
    if rng.random() < RECORDED:
        samples = recorded(samples[np.newaxis], RATE, rng, float(rng.uniform(0.2, 1.0)))[0]
    return Audio(samples[np.newaxis] / max(1.0, float(np.abs(samples).max(initial=0.0))), RATE), piece


@dataclass(frozen=True)
class Plan:
    """How a song is to be played."""

    band: bool
    metre: int  # beats of the bar that it is turned into; 0: as written
    compound: bool  # threes felt as 6/8
    doubled: bool
    factor: float  # of the tempo
    drift: float
    ritard: float
    swing: float  # where the second half of a beat lies
    real_drums: bool
    bpm: float  # of the beats in the end


def planned(sheet: Sheet, bpm: float, rng: np.random.Generator) -> Plan:
    """Draw how the song is played; only songs in an even four are counted anew."""
    band = bool(rng.random() >= ALONE)
    metre = int(rng.choice([0, *METRES], p=[1 - sum(METRES.values()), *METRES.values()])) if sheet.steady == 4 else 0
    compound = bool(metre == 3 and rng.random() < COMPOUND)
    doubled = bool(band and metre == 0 and sheet.steady == 4 and bpm < SLOW and rng.random() < DOUBLED)
    factor = max(float(np.exp(rng.uniform(np.log(0.7), np.log(1.4)))), SLOWEST / bpm)
    if metre and not compound:
        factor *= float(rng.uniform(1.0, 1.7))
    real = bool(band and metre == 0 and rng.random() < REAL_DRUMS)
    rubato = bool(rng.random() < (0.15 if band else 0.5))
    return Plan(
        band=band,
        metre=metre,
        compound=compound,
        doubled=doubled,
        factor=factor,
        drift=float(rng.uniform(0.03, 0.1)) if rubato else float(rng.choice([0.0, rng.uniform(0.0, 0.02)])),
        ritard=float(rng.uniform(0.0, 0.8)) if rng.random() < 0.3 else 0.0,
        swing=float(rng.uniform(0.54, 0.68)) if rng.random() < 0.15 and not compound else 0.5,
        real_drums=real,
        bpm=bpm * factor * (2.0 if doubled else 1.0),
    )


def counted(sheet: Sheet, plan: Plan) -> tuple[Sheet, float]:
    """The song in the metre of the plan, and how much faster its beats follow each other than before."""
    if plan.metre:
        sheet = in_bars_of(sheet, plan.metre)
    if plan.compound:
        # Six eighths instead of two bars of three quarters: the quarters become eighths and go more than twice as fast.
        return felt_in(sheet, 2, 3.0, int(sheet.bars[0])), 2.4 / 3.0
    if plan.doubled:
        return felt_in(sheet, 4, 0.5, int(sheet.bars[0])), 2.0
    return sheet, 1.0


def with_band(sheet: Sheet, plan: Plan, drummers: Sequence[Take], rng: np.random.Generator) -> tuple[Sheet, str]:
    """The song with a bass, one to three players of chords, and drums; the style of the drums.

    Each plays in some of the song's sections.
    """
    fitting = [take for take in drummers if take.bars >= 4 and 0.75 < take.bpm / plan.bpm < 1.35]
    take = fitting[int(rng.integers(len(fitting)))] if fitting and plan.real_drums else None
    fills = [one for one in drummers if one.bars < 4]
    swing = plan.swing if take is None else 0.5  # a drummer has a swing of his own
    sections = section_bars(sheet)
    without_written = bool(rng.random() < WITHOUT_WRITTEN)
    sheet = _balanced(sheet, rng)
    if without_written:
        sheet = silenced(sheet, [at for at, part in enumerate(sheet.parts) if part.name == "PIANO"], -1e6, 1e6)
    if rng.random() < BASS:
        sheet = with_bass(sheet, sections, list(BASS_LINES)[: 4 if plan.metre else None], rng)
    for number in range(int(rng.integers(1, 4))):
        alone = number == 0 and without_written
        sheet = with_chords(sheet, sections, number > 0, 1.0 if alone else CHORDS_PLAY, rng)
    sheet = swung(sheet, swing)
    strokes = drums(sheet, sections, take, fills, rng)
    if swing > 0.5:
        strokes = [(late(on, swing), late(off, swing), key, loud) for on, off, key, loud in strokes]
    sheet = with_part(sheet, Part("DRUMS", int(rng.choice(KITS)), drum=True), strokes, _volume(rng))
    if rng.random() < EARLIEST_DRUMS and len(sheet.bars) > 12:
        sheet = begun_by_drums(sheet, float(sheet.bars[int(rng.integers(1, 5))]))
    return sheet, take.style if take else "pattern"


def with_bass(sheet: Sheet, sections: Sequence[Section], kinds: Sequence[str], rng: np.random.Generator) -> Sheet:
    """The song with a bass: one of two lines for each letter."""
    letters = _letters(sections)
    usual, other = (str(rng.choice(kinds)) for _ in range(2))
    kind = {letter: other if rng.random() < 0.25 else usual for letter in letters}
    on = _plays(letters, BASS_PLAYS, rng)
    line = [
        note
        for letter, bars in sections
        if on[letter.lower()]
        for note in bass_line(sheet, kind[letter.lower()], bars, rng)
    ]
    return with_part(sheet, Part("BASS", int(rng.choice(BASSES))), line, _volume(rng))


def with_chords(
    sheet: Sheet, sections: Sequence[Section], may_hold: bool, plays: float, rng: np.random.Generator
) -> Sheet:
    """The song with a player of chords: in one rhythm, in one for each letter, or, where they `may_hold`, held."""
    letters = _letters(sections)
    kinds = [one for one in COMPS if one != "pad"]
    kind = {letter: str(rng.choice(kinds)) for letter in letters}
    pad = may_hold and bool(rng.random() < 0.5)
    if pad or rng.random() < 0.6:
        kind = dict.fromkeys(letters, "pad" if pad else kind[letters[0]])
    on = _plays(letters, plays, rng)
    line = [
        note
        for letter, bars in sections
        if on[letter.lower()]
        for note in comping(sheet, kind[letter.lower()], bars, rng)
    ]
    program = int(rng.choice(PAD_PROGRAMS if pad else COMP_PROGRAMS))
    return with_part(sheet, Part("PAD" if pad else "CHORDS", program), line, _volume(rng))


def begun_by_drums(sheet: Sheet, first: float) -> Sheet:
    """The song in which nobody but the drums plays before the beat `first`; no chord is heard until then."""
    players = [at for at, part in enumerate(sheet.parts) if not part.drum]
    sheet = silenced(sheet, players, -1e6, first)
    start = np.where(sheet.chords.start < first, np.minimum(first, sheet.chords.end), sheet.chords.start)
    return replace(sheet, chords=sheet.chords.moved(start, sheet.chords.end))


def drums(
    sheet: Sheet, sections: Sequence[Section], take: Take | None, fills: Sequence[Take], rng: np.random.Generator
) -> list[Played]:
    """The drums of the song: a take that begins at the same place with each letter, or a pattern for each letter."""
    on = _plays(_letters(sections), DRUMS_PLAY, rng)
    loud = float(rng.uniform(0.7, 1.25))
    pattern = {letter: int(rng.integers(100)) for letter in on}
    if rng.random() < 0.6:
        pattern = dict.fromkeys(on, pattern[next(iter(on))])
    first = {letter: int(rng.integers(100)) for letter in on}
    strokes: list[Played] = []
    for letter, bars in sections:
        if not on[letter.lower()]:
            continue
        if take is None:
            strokes += drum_pattern(sheet, pattern[letter.lower()], bars, rng)
        else:
            fill = fills[int(rng.integers(len(fills)))] if fills and rng.random() < 0.6 and len(bars) > 2 else None
            strokes += drummer(sheet, take, first[letter.lower()], bars, fill, loud)
        if rng.random() < 0.4:
            start = float(sheet.bars[bars[0]])
            strokes.append((start, start + 0.5, 49, int(np.clip(100 * loud, 1, 127))))
    return strokes


def section_bars(sheet: Sheet) -> list[Section]:
    """The song's sections as (letter, numbers of bars); one of all bars where none are known."""
    middles = sheet.bars + 0.5
    labels = [sheet.sections.at(float(middle)) or "x" for middle in middles]
    starts = set(np.searchsorted(sheet.bars, sheet.sections.start - 0.5).tolist())
    found: list[tuple[str, list[int]]] = []
    for bar, label in enumerate(labels):
        if not found or label != found[-1][0] or bar in starts:
            found.append((label, []))
        found[-1][1].append(bar)
    return found


@dataclass(frozen=True, eq=False)
class Take(Groove):
    """A take with its tempo."""

    bpm: float = 120.0


@cache
def takes(split: str) -> tuple[Take, ...]:
    """Groove's takes in four."""
    found = []
    for one in groove.performances(split):
        numerator = int(one.beats.position.max(initial=0))
        if len(one.notes) and len(one.beats) >= 4 and numerator == 4:
            take = groove_of(one.notes, one.beats, one.style)
            keys = np.array([GM_KEYS.get(key, key) for key in take.key.tolist()])
            found.append(Take(take.onset, keys, take.velocity, take.bars, take.style, one.bpm))
    return tuple(found)


def _balanced(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """The written parts louder or softer, each as a whole."""
    factor = rng.uniform(0.6, 1.15, len(sheet.parts))[sheet.part]
    return replace(sheet, velocity=np.clip(np.round(sheet.velocity * factor), 1, 127).astype(np.int64))


def _letters(sections: Sequence[Section]) -> list[str]:
    """The letters in order of appearance, sung or not."""
    return list(dict.fromkeys(letter.lower() for letter, _ in sections))


def _plays(letters: Sequence[str], chance: float, rng: np.random.Generator) -> dict[str, bool]:
    return {letter: bool(rng.random() < chance) for letter in letters}


def _volume(rng: np.random.Generator) -> int:
    return int(rng.integers(60, 128))


def late(beat: float, middle: float) -> float:
    """Where a place within a beat lies when the second half of the beat begins at `middle`."""
    whole = float(np.floor(beat))
    part = beat - whole
    return whole + (part * middle / 0.5 if part < 0.5 else middle + (part - 0.5) * (1 - middle) / 0.5)
