"""Scores with Roman numerals: When in Rome's human analyses and AugmentedNet's corrected scores, split as published.

What AugmentedNet lists for validation and test (its version 1: 56 test pieces) is found again under today's paths;
everything else that may train does. The scores come from When in Rome, AugmentedNet's corrections, the music21 package
(chorales, madrigals) and Haydn's quartets op. 20; where one of the listed pieces has neither there, the score or text
of Micchi's collection stands in, for validation and test only. A score that does not fit its analysis is left out.

Gotham, Micchi, Nápoles López and Sailor: When in Rome: A Meta-corpus of Functional Harmony, TISMIR 6(1), 2023.
Nápoles López, Gotham and Fujinaga: AugmentedNet: A Roman Numeral Analysis Network with Synthetic Training Examples and
Additional Tonal Tasks, ISMIR 2021.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from descant.datasets import augmented_net, haydn_op20, when_in_rome
from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import Measure, read_musicxml
from descant.datasets.roman_chords import ChordChange, chord_changes
from descant.datasets.roman_figures import moved, roman
from descant.datasets.when_in_rome import music21_scores, score_of
from descant.errors import MissingDataError, UnreadableFileError
from descant.harmony.note_features import WrittenNotes, written_notes
from descant.harmony.roman import QUALITIES, Roman, semitones
from descant.types.arrays import FloatArray, IntArray

ROME, NETWORK, MICCHI, HAYDN = when_in_rome.NAME, augmented_net.NAME, "fh_micchi", haydn_op20.NAME
PUBLISHED = {
    ROME: when_in_rome.PUBLISHED,
    NETWORK: augmented_net.PUBLISHED,
    MICCHI: "https://gitlab.com/algomus.fr/functional-harmony",
    HAYDN: haydn_op20.PUBLISHED,
}
COLLECTIONS = ("abc_dcml", "bps", "haydnsun", "tavern", "wir", "wirwtc")  # of version 1
SPLITS = {"train": "training", "valid": "validation", "test": "test"}
COMPARISON = "comparison"  # the training pieces and those that may not train what is shipped
LATER = (0, 1, -1)  # measures: the score may count an upbeat that the analysis does not, or the other way round
FITS = 0.6  # of the notes' length are chord tones, at least


@dataclass(frozen=True, eq=False)
class RomanPiece:
    """A score and its chords."""

    name: str
    notes: WrittenNotes
    start: FloatArray  # (c,) quarters, rising: where each chord begins; the last one holds to the end
    chords: tuple[Roman, ...]


@dataclass(frozen=True)
class Pair:
    """Where a piece's analysis and score are."""

    name: str
    analysis: Path
    score: Path
    other_score: Path | None = None  # of the same music, taken where it fits better


def pieces(split: str) -> Iterator[RomanPiece]:
    """The pieces of `train`, COMPARISON, `valid` or `test` whose score and analysis fit. Raises MissingDataError."""
    for pair in pairs(split):
        piece = read_piece(pair)
        if piece is not None:
            yield piece


def pairs(split: str) -> list[Pair]:
    """Where the pieces of a split are, those that can be found. Raises MissingDataError."""
    if split in ("valid", "test"):
        return [pair for pair in listed(split).values() if pair is not None]
    held_out = {
        _plain(str(path))
        for name in ("valid", "test")
        for pair in listed(name).values()
        if pair is not None
        for path in (pair.analysis.parent, pair.score)
    }
    found = [
        pair
        for pair in _trainable(any_licence=split == COMPARISON)
        if not {_plain(str(pair.analysis.parent)), _plain(str(pair.score))} & held_out
    ]
    return sorted(found, key=lambda pair: pair.name)


def listed(split: str) -> dict[str, Pair | None]:
    """AugmentedNet's pieces of a split by name; None for what is not there. Raises MissingDataError."""
    found: dict[str, Pair | None] = {}
    for collection in COLLECTIONS:
        path = dataset_folder(NETWORK, PUBLISHED[NETWORK]) / "AugmentedNet" / "data" / f"{collection}.py"
        if not path.is_file():
            raise MissingDataError(f"{path}: not there; get it from {PUBLISHED[NETWORK]}")
        tables = {
            ast.unparse(line.targets[0]): ast.literal_eval(line.value)
            for line in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(line, ast.Assign)
        }
        for name in tables["splits"][SPLITS[split]]:
            analysis, score = (_today(one) for one in tables["annotation_score_duples"][name])
            beside = None if analysis is None else analysis.parent / "score.mxl"
            scores = tuple(one for one in (score, beside) if one is not None and one.is_file())
            found[name] = None if analysis is None or not scores else Pair(name, analysis, *scores[:2])
    return found


def read_piece(pair: Pair) -> RomanPiece | None:
    """The piece; None where its score is damaged or does not fit its analysis."""
    changes = chord_changes(pair.analysis.read_text(encoding="utf-8", errors="replace"))
    found: list[RomanPiece] = []
    for path in dict.fromkeys((pair.score, pair.other_score or pair.score)):
        try:
            notes, measures = _score(path)
        except UnreadableFileError:
            continue
        if len(notes):
            found += [RomanPiece(pair.name, notes, *_placed(changes, measures, later)) for later in LATER]
    best = max((piece for piece in found if piece.chords), key=fit, default=None)
    return best if best is not None and fit(best) >= FITS else None


def fit(piece: RomanPiece) -> float:
    """How much of the notes' length belongs to the chord that they start in, 0 to 1."""
    member = np.zeros((len(piece.chords), 12), dtype=bool)
    for at, chord in enumerate(piece.chords):
        member[at, [semitones(chord.root + one) for one in QUALITIES[chord.quality]]] = True
        if chord.quality == "aug6":  # the German fifth and the French second are not told apart
            member[at, [semitones(chord.root + 1), semitones(chord.root + 6)]] = True
    inside = member[chord_at(piece.start, piece.notes.onset), piece.notes.pitch % 12]
    return float(piece.notes.duration[inside].sum() / piece.notes.duration.sum())


def chord_at(start: FloatArray, time: FloatArray) -> IntArray:
    """Which chord holds at each time; before the first one, the first."""
    found: IntArray = np.maximum(np.searchsorted(start, time + 1e-3, side="right") - 1, 0)
    return found


def _placed(
    changes: tuple[ChordChange, ...], measures: tuple[Measure, ...], later: int
) -> tuple[FloatArray, tuple[Roman, ...]]:
    """Where each chord begins, and the chords."""
    by_number: dict[int, Measure] = {}
    for measure in measures:
        if measure.number.isdigit():
            by_number.setdefault(int(measure.number), measure)
    placed: list[tuple[float, Roman]] = []
    for change in changes:
        at, plain = by_number.get(change.measure + later), roman(change.figure, change.key[1])
        if at is None or plain is None:
            continue
        place = at.bar_start + (change.beat - 1) * at.beat
        while placed and place <= placed[-1][0] + 1e-6:
            placed.pop()
        placed.append((place, moved(plain, change.key)))
    return np.array([place for place, _ in placed]), tuple(chord for _, chord in placed)


def _score(path: Path) -> tuple[WrittenNotes, tuple[Measure, ...]]:
    if path.suffix == ".krn":
        return _kern(path)
    score, measures = read_musicxml(path, path.stem)
    assert score.fifths is not None
    notes = WrittenNotes(
        score.onset,
        score.duration,
        score.pitch,
        score.fifths,
        bar=np.maximum.accumulate([one.bar_start for one in measures]),
        bar_length=np.array([one.bar for one in measures]),
        beat=np.array([one.beat for one in measures]),
        sharps=np.array([one.sharps for one in measures], dtype=np.int64),
    )
    return notes, measures


def _kern(path: Path) -> tuple[WrittenNotes, tuple[Measure, ...]]:
    from descant.io.score.read_others import read_score_text

    score = read_score_text(path)
    measures = tuple(
        Measure(
            one.number or str(at + 1),
            float(one.start),
            float(one.length),
            sum(one.time.beats),
            one.time.unit,
            upbeat=at == 0 and one.pickup,
        )
        for at, one in enumerate(score.measures)
    )
    return written_notes(score), measures


# -- where things are


def _trainable(any_licence: bool) -> Iterator[Pair]:
    """Every analysis with a score that may train weights which are shipped, once each.

    any_licence: also the other ones that AugmentedNet trains on.
    """
    found: dict[str, Pair] = {}
    published = listed("train")
    for pair in published.values():
        if pair is not None and (any_licence or not _is_under(pair, MICCHI)):
            found.setdefault(_plain(f"{pair.score}{pair.analysis.stem[-2:]}"), pair)
    corpus = dataset_folder(ROME, PUBLISHED[ROME]) / "Corpus"
    elsewhere = music21_scores()
    for path in sorted([*corpus.rglob("analysis.txt"), *corpus.rglob("analysis.rntxt")]):
        score = score_of(path, elsewhere)
        if score is not None:
            name = path.parent.relative_to(corpus).as_posix()
            found.setdefault(_plain(f"{score}{path.stem[-2:]}"), Pair(name, path, score))
    for pair in found.values():
        if (any_licence and pair.name in published) or "DCML" not in pair.analysis.read_text(
            encoding="utf-8", errors="replace"
        )[:2000]:
            yield pair


def _is_under(pair: Pair, name: str) -> bool:
    return any(name in path.parts for path in (pair.analysis, pair.score))


def _today(listed_path: str) -> Path | None:
    """Where a file of AugmentedNet's lists is now; None where it is not there."""
    source, *rest = Path(listed_path).parts[1:]
    if source == "corrections":
        return _file(NETWORK, "rawdata", source, *rest)
    if source == "music21_corpus":
        return _in_music21("/".join(rest[2:]))
    if source == "haydn_op20_harm":
        return _file(HAYDN, *rest)
    if source == "functional-harmony-micchi":
        return _corrected(rest) or _file(MICCHI, *rest)
    return _in_rome(rest)


def _corrected(rest: list[str]) -> Path | None:
    """AugmentedNet's correction of one of Micchi's scores."""
    places = [part.replace("Beethoven_4tets", "ABC") for part in rest[1:] if part != "scores"]
    return _file(NETWORK, "rawdata", "corrections", *places)


def _in_rome(rest: list[str]) -> Path | None:
    places = "/".join(rest).replace("Etudes_and_Preludes", "Keyboard_Other").replace("analysis_A", "analysis")
    here = _corpus().get(_plain(places)) or _madrigals().get(_plain("/".join(rest[2:-1])))
    if here is not None or "Variations_and_Grounds" not in rest:
        return here
    # Mozart's variations are no longer in the collection.
    number = rest[-2].replace("WoO_", "B0") if rest[-2].startswith("WoO") else rest[-2]
    composer = rest[2].split(",")[0]
    return _file(MICCHI, "data", "Tavern", composer, "txt", f"{number}_{Path(rest[-1]).stem[-1]}.txt")


def _file(name: str, *places: str) -> Path | None:
    try:
        path = dataset_folder(name, PUBLISHED[name]).joinpath(*places)
    except MissingDataError:
        return None
    return path if path.is_file() else None


@cache
def _corpus() -> dict[str, Path]:
    folder = dataset_folder(ROME, PUBLISHED[ROME])
    return {_plain(path.relative_to(folder).as_posix()): path for path in folder.rglob("*.*") if path.is_file()}


@cache
def _madrigals() -> dict[str, Path]:
    return {_plain(name): path for name, path in music21_scores().items() if name.startswith("Monteverdi")}


def _in_music21(name: str) -> Path | None:
    try:
        from music21.corpus import chorales
    except ImportError:
        return None
    path = Path(chorales.__file__).parent / name.removeprefix("corpus/")
    return path if path.is_file() else None


def _plain(path: str) -> str:
    """A path whose numbers are not filled up with zeros."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", path)
