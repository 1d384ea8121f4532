"""Clips of all kinds of ensembles: what a transcriber of any instrument is trained on. Synthesised throughout.

By turns pianos, bands, quartets and choirs, single instruments, singers, and singers with a band. The music is POP909's
and, for quartets, the JSB chorales, played by `datasets.performance`; transposed, slower or faster, on instruments
drawn by lot within the range where the SoundFont's pitches are true. About half have drums (Groove), from loud to
hardly heard. Melody instruments slide and tremble as players do. Voices are `synthesis/voice.py`'s. All is recorded in
a room and detuned by up to 35 cents; the truth holds the notes, the bends of all that bends, a lone singer's pitch,
and the tuning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from descant.datasets import groove, jsb, pop909
from descant.datasets.clip_band import in_range
from descant.datasets.excerpt import excerpt, together
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.evaluation.ears.collections.clips import strokes
from descant.evaluation.measures import true_tempo
from descant.features import RATE
from descant.synthesis import safe_programmes
from descant.synthesis.effects import recorded
from descant.synthesis.sampler import sampler
from descant.synthesis.voice import Line, lines, pitch_contour, sounded
from descant.training.corpora.plain import training_fonts
from descant.training.corpora.retune import FURTHEST_CENTS, retuned, stretched
from descant.types import Audio, ControlChange, Notes, Part, Piece, PitchBend, Tuning

SECONDS = 20.0
PIANOS = (0, 0, 0, 1, 2)
KITS = (0, 0, 0, 8, 16, 24, 25, 32, 40)
DRUMMED = {"piano": 0.2, "band": 0.75, "quartet": 0.2, "solo": 0.3, "singer": 0.15, "song": 0.7}
TURNS = ("band", "piano", "song", "quartet", "band", "solo", "piano", "band", "singer", "band") * 2 + (
    "quartet",
    "choir",
)
VOLUME = 7  # control number
BEND_STEP = 0.02  # seconds between two bends
GROOVE_SPLITS = {"train": "train", "valid": "validation"}


@dataclass(frozen=True, eq=False)
class Band:
    """What is to be heard."""

    played: Notes
    sung: Notes | None = None
    singers: int = 1  # a line


class Clips:
    """The corpus: item `i` is always the same clip, its kind by turns."""

    name = "clips-1"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One clip."""
        kind = TURNS[index % len(TURNS)]
        band, bpm = _KINDS[kind](split, rng)
        if rng.random() < DRUMMED.get(kind, 0.0):
            takes = _takes(GROOVE_SPLITS[split])
            beat = excerpt(strokes(takes[int(rng.integers(len(takes)))], bpm), 0.0, SECONDS)
            kit = tuple(replace(part, program=int(rng.choice(KITS))) for part in beat.parts)
            band = replace(band, played=together(band.played, replace(beat, parts=kit)))
        samples, notes, line = _heard(_balanced(band, rng), rng)
        piece = Piece(f"{kind} {index}", len(samples) / RATE).with_(notes)
        samples = recorded(samples[np.newaxis], RATE, rng, float(rng.uniform(0.0, 1.0)))[0]
        cents = float(np.clip(rng.normal(0.0, 14.0), -FURTHEST_CENTS, FURTHEST_CENTS))
        if line is not None:
            contour = pitch_contour(line)
            piece = piece.with_(replace(contour, hz=contour.hz * 2 ** (cents / 1200)))
        samples, piece = retuned(samples, RATE, piece, cents)
        samples /= np.float32(max(1.0, float(np.max(np.abs(samples), initial=0.0))))
        return Audio(samples[np.newaxis], RATE), piece.with_(Tuning(cents))


def _heard(band: Band, rng: np.random.Generator) -> tuple[npt.NDArray[np.float32], Notes, Line | None]:
    """The sound at RATE, what of it is true, and the line of one who sings alone."""
    import soxr

    total = np.zeros(round((SECONDS + 0.5) * RATE), dtype=np.float32)
    notes = band.played
    if len(notes):
        fonts = training_fonts()
        sound = sampler(notes, soundfont=fonts[int(rng.integers(len(fonts)))])
        _add(total, soxr.resample(sound.samples.mean(axis=0), sound.sample_rate, RATE))
    if band.sung is None:
        return total, notes, None
    seed = int(rng.integers(1_000_000))  # evaluation sings with seeds above
    sung = lines(band.sung, seed=seed, singers=band.singers)
    voices = sounded(sung, len(total), seed)
    level = 10 ** (rng.uniform(-6, 9) / 20) * _rms(total) if len(notes) else 0.3
    _add(total, voices * np.float32(level / max(_rms(voices), 1e-6)))
    total /= np.float32(max(1.0, float(np.max(np.abs(total)))))
    for line in sung[:: band.singers]:  # the first of each choir's part is on time
        notes = together(notes, truth_of(line, bent=band.singers == 1))
    return total, notes, sung[0] if len(sung) == 1 else None


def truth_of(line: Line, *, bent: bool) -> Notes:
    """A line's notes, with its pitch as bends."""
    notes = replace(line.notes, parts=(Part("voice", 53),), bends=())
    if not bent:
        return notes
    bends = []
    for start, end, pitch in zip(notes.onset, notes.offset, notes.pitch, strict=True):
        time = np.arange(start, end, BEND_STEP)
        way = line.pitch_at(time) - pitch
        bends += [PitchBend(0, float(at), float(np.clip(by, -3, 3))) for at, by in zip(time, way, strict=True)]
    return replace(notes, bends=tuple(bends))


def _balanced(band: Band, rng: np.random.Generator) -> Band:
    """Each part at a volume of its own."""
    notes = band.played
    volumes = [
        ControlChange(at, 0.0, VOLUME, int(rng.integers(45 if part.drum else 75, 127)))
        for at, part in enumerate(notes.parts)
    ]
    others = (one for one in notes.controls if one.number != VOLUME)
    return replace(band, played=replace(notes, controls=(*volumes, *others)))


def _piano(split: str, rng: np.random.Generator) -> tuple[Band, float]:
    if rng.random() < 0.3:
        score = _chorale(split, rng)
        score = replace(score, bpm=float(rng.uniform(60, 130)))
        notes = perform(score, rng, pedal=bool(rng.random() < 0.6), rubato=float(rng.uniform(0, 1))).notes
        notes, bpm = _cut(notes, rng), 100.0
    else:
        notes, bpm = _song(split, rng)
    program = int(rng.choice(PIANOS))
    alone = replace(notes, parts=tuple(replace(part, program=program) for part in notes.parts))
    return Band(in_range(alone)), bpm


def _band(split: str, rng: np.random.Generator) -> tuple[Band, float]:
    notes, bpm = _song(split, rng)
    programs = [safe_programmes.chosen(rng, part.name == "PIANO") for part in notes.parts]
    parts = tuple(replace(part, program=one) for part, one in zip(notes.parts, programs, strict=True))
    notes = in_range(replace(notes, parts=parts))
    return Band(_expressive(notes, [part.name != "PIANO" for part in parts], rng)), bpm


def _solo(split: str, rng: np.random.Generator) -> tuple[Band, float]:
    notes, bpm = _melody(split, rng)
    notes = in_range(replace(notes, parts=(Part("solo", safe_programmes.chosen(rng, False)),)))
    return Band(_expressive(notes, [True], rng)), bpm


def _quartet(split: str, rng: np.random.Generator) -> tuple[Band, float]:
    same = rng.random() < 0.3
    first = safe_programmes.chosen(rng, bool(same))
    programs = [first if same else safe_programmes.chosen(rng, bool(rng.random() < 0.3)) for _ in range(4)]
    notes = _performed_chorale(split, rng, programs)
    return Band(_expressive(in_range(notes), [not same] * 4, rng)), 90.0


def _choir(split: str, rng: np.random.Generator) -> tuple[Band, float]:
    notes = _performed_chorale(split, rng, [52] * 4)
    nothing = replace(_nobody(), parts=(Part(),))
    return Band(nothing, replace(notes, controls=()), singers=int(rng.integers(1, 4))), 90.0


def _singer(split: str, rng: np.random.Generator) -> tuple[Band, float]:
    notes, bpm = _melody(split, rng)
    return Band(_nobody(), _for_a_voice(notes, rng)), bpm


def _with_singer(split: str, rng: np.random.Generator) -> tuple[Band, float]:
    notes, bpm = _song(split, rng)
    melody = np.array([part.name == pop909.MELODY for part in notes.parts])[notes.part]
    if not melody.any():
        return _band(split, rng)
    programs = [safe_programmes.chosen(rng, part.name == "PIANO") for part in notes.parts]
    parts = tuple(replace(part, program=one) for part, one in zip(notes.parts, programs, strict=True))
    rest = in_range(_kept(replace(notes, parts=parts), ~melody))
    return Band(rest, _for_a_voice(_kept(notes, melody), rng)), bpm


_KINDS: dict[str, Callable[[str, np.random.Generator], tuple[Band, float]]] = {
    "piano": _piano,
    "band": _band,
    "solo": _solo,
    "quartet": _quartet,
    "choir": _choir,
    "singer": _singer,
    "song": _with_singer,
}


def _song(split: str, rng: np.random.Generator) -> tuple[Notes, float]:
    """A stretch of a song of POP909, transposed, at another tempo; its tempo."""
    songs = pop909.song_ids(split)
    song = pop909.read_song(songs[int(rng.integers(len(songs)))])
    factor = float(rng.uniform(0.75, 1.25))
    notes: Notes = stretched(song.notes, factor)
    notes = _cut(replace(notes, pitch=np.clip(notes.pitch + int(rng.integers(-5, 7)), 0, 127)), rng)
    return notes, true_tempo(song.beats) / factor


def _melody(split: str, rng: np.random.Generator) -> tuple[Notes, float]:
    """The melody of a stretch of a song that has one there."""
    while True:
        notes, bpm = _song(split, rng)
        mine = np.array([part.name == pop909.MELODY for part in notes.parts])[notes.part]
        if mine.sum() >= 5:
            kept = _kept(notes, mine)
            return replace(kept, part=None, parts=(Part(),), controls=()), bpm


def _performed_chorale(split: str, rng: np.random.Generator, programs: list[int]) -> Notes:
    score = replace(_chorale(split, rng), bpm=float(rng.uniform(55, 120)))
    return _cut(perform(score, rng, pedal=False, rubato=float(rng.uniform(0, 1)), programs=programs).notes, rng)


def _chorale(split: str, rng: np.random.Generator) -> ScoreNotes:
    chorales = _chorales(split)
    score = chorales[int(rng.integers(len(chorales)))].score
    return replace(score, pitch=score.pitch + int(rng.integers(-4, 5)))


@cache
def _chorales(split: str) -> tuple[jsb.Chorale, ...]:
    return jsb.chorales(split)


@cache
def _takes(split: str) -> tuple[groove.GroovePerformance, ...]:
    whole = (take for take in groove.performances(split) if not take.fill)
    return tuple(take for take in whole if take.beats.position.max(initial=0) == 4 and take.notes.duration > 8.0)


def _cut(notes: Notes, rng: np.random.Generator) -> Notes:
    start = float(rng.uniform(0.0, max(notes.duration - SECONDS, 0.0)))
    return excerpt(notes, start, start + SECONDS)


def _for_a_voice(notes: Notes, rng: np.random.Generator) -> Notes:
    """Moved by octaves to a random voice's range."""
    aim = float(rng.choice([48.0, 55.0, 62.0, 69.0, 76.0])) + rng.uniform(-3, 3)
    shift = 12 * round((aim - float(np.median(notes.pitch))) / 12)
    return replace(notes, pitch=notes.pitch + shift, part=None, parts=(Part("voice", 53),), controls=())


def _expressive(notes: Notes, may: list[bool], rng: np.random.Generator) -> Notes:
    """Slides into notes and vibrato for the parts that may, where the instrument can."""
    assert notes.part is not None
    bends: list[PitchBend] = []
    for at, part in enumerate(notes.parts):
        if may[at] and part.program in safe_programmes.BENDING and rng.random() < 0.5:
            mine = notes.part == at
            if np.all(notes.onset[mine][1:] >= notes.offset[mine][:-1] - 0.08):
                bends += _bends(at, notes.onset[mine], notes.offset[mine], rng)
    return replace(notes, bends=tuple(bends))


def _bends(
    part: int, onset: npt.NDArray[np.float64], offset: npt.NDArray[np.float64], rng: np.random.Generator
) -> list[PitchBend]:
    depth, rate, slides = rng.uniform(0.05, 0.45), rng.uniform(4.5, 6.8), rng.uniform(0.0, 0.3)
    found = []
    for start, end in zip(onset, offset, strict=True):
        time = np.arange(start, end, BEND_STEP)
        age = time - start
        way = depth * np.clip((age - 0.15) / 0.3, 0, 1) * np.sin(2 * np.pi * rate * age)
        if rng.random() < slides:
            way -= rng.uniform(0.5, 2.0) * np.clip(1 - age / rng.uniform(0.05, 0.14), 0, 1)
        found += [PitchBend(part, float(at), float(by)) for at, by in zip(time, way, strict=True)]
    return found


def _kept(notes: Notes, mask: npt.NDArray[np.bool_]) -> Notes:
    return replace(
        notes,
        onset=notes.onset[mask],
        offset=notes.offset[mask],
        pitch=notes.pitch[mask],
        velocity=notes.velocity[mask],
        part=np.asarray(notes.part)[mask],
        confidence=None,
    )


def _nobody() -> Notes:
    return Notes(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _add(total: npt.NDArray[np.float32], sound: npt.NDArray[np.float32]) -> None:
    length = min(len(total), len(sound))
    total[:length] += sound[:length]


def _rms(sound: npt.NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0
