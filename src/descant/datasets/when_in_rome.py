"""When in Rome: scores with human Roman-numeral analyses, read for their notes, bars and local keys.

Read are the analyses that have a score beside them: songs, preludes, quartets and the modulation examples of five
textbooks; and, where the music21 package is installed (extra `datasets`), Bach's chorales and Monteverdi's madrigals,
whose scores are in it and not in the set. A score that does not fit its analysis is left out: other measure numbers,
or keys that its notes contradict.

New content is CC BY-SA 4.0; the converted analyses keep their own licences, and those that come from DCML's corpora
are CC BY-NC-SA: `trainable` says which may train what is shipped.

Gotham, Micchi, Nápoles López and Sailor: When in Rome: A Meta-corpus of Functional Harmony, TISMIR 6(1), 2023.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import Measure, read_musicxml
from descant.datasets.roman_text import KeyChange, key_changes, last_measure
from descant.datasets.score_notes import ScoreNotes
from descant.errors import MissingDataError, UnreadableFileError
from descant.types.arrays import FloatArray

NAME = "when_in_rome"
PUBLISHED = "https://github.com/MarkGotham/When-in-Rome"
LICENCE = "CC BY-SA 4.0; analyses from DCML's corpora CC BY-NC-SA 4.0: for evaluation only"

# A key holds its notes' pitch classes for so much of their length at least; by chance it is 7 in 12.
FITS = 0.75

_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 9, 10, 11)}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True, eq=False)
class WhenInRomePiece:
    """A score and its keys."""

    id: str  # the folder, such as OpenScore-LiederCorpus/Schubert,_Franz/Winterreise,_D.911/01_Gute_Nacht
    score: ScoreNotes  # without repeats
    measures: tuple[Measure, ...]
    key_start: FloatArray  # quarters, the first 0
    key: tuple[str, ...]  # such as "Eb major", from `key_start` to the next one's
    analyst: str
    trainable: bool  # whether its licence lets it train weights that are shipped


def split_of(piece: str) -> str:
    """The split of a piece of When in Rome: `test`, `valid` or `train`."""
    return {0: "test", 1: "valid"}.get(zlib.crc32(piece.encode()) % 20, "train")


def pieces(folder: Path | None = None) -> Iterator[WhenInRomePiece]:
    """Every piece with a score that fits its analysis, by name. Raises MissingDataError where there is none."""
    folder = dataset_folder(NAME, PUBLISHED, folder) / "Corpus"
    analyses = sorted([*folder.rglob("analysis.txt"), *folder.rglob("analysis.rntxt")])
    if not analyses:
        raise MissingDataError(f"{folder}: no analyses; get them from {PUBLISHED}")
    elsewhere = music21_scores()
    for path in analyses:
        text = path.read_text(encoding="utf-8", errors="replace")
        score = score_of(path, elsewhere)
        piece = None if score is None else read_piece(score, text, path.parent.relative_to(folder).as_posix())
        if piece is not None:
            yield piece


def read_piece(score: Path, text: str, name: str) -> WhenInRomePiece | None:
    """A score with an analysis in RomanText; None where the two do not belong together or the score is damaged."""
    try:
        notes, measures = read_musicxml(score, name)
    except UnreadableFileError:
        return None
    starts = _starts(key_changes(text), measures)
    last = max((int(measure.number) for measure in measures if measure.number.isdigit()), default=0)
    if not starts or not len(notes) or not 0.8 * last <= last_measure(text) <= last + 1:
        return None
    key_start, key = np.array([at for at, _ in starts]), tuple(label for _, label in starts)
    if agreement(notes, key_start, key) < FITS:
        return None
    analyst = re.search(r"^Analyst:\s*(.*)$", text, re.MULTILINE)
    who = analyst[1].strip() if analyst else ""
    return WhenInRomePiece(name, notes, measures, key_start, key, who, trainable="DCML" not in who)


def agreement(score: ScoreNotes, key_start: FloatArray, key: tuple[str, ...]) -> float:
    """How much of the notes' length belongs to the scale of the key that they start in, 0 to 1."""
    member = np.zeros((len(key), 12), dtype=bool)
    for at, label in enumerate(key):
        tonic, mode = label.split()
        root = _STEPS[tonic[0]] + tonic.count("#") - tonic.count("b")
        member[at, (root + np.array(_SCALES[mode])) % 12] = True
    inside = member[np.maximum(np.searchsorted(key_start, score.onset + 1e-6) - 1, 0), score.pitch % 12]
    return float(score.duration[inside].sum() / score.duration.sum())


def _starts(changes: tuple[KeyChange, ...], measures: tuple[Measure, ...]) -> list[tuple[float, str]]:
    """(quarters, key), rising: where each key starts; the first holds from the beginning."""
    by_number: dict[int, Measure] = {}
    for measure in measures:
        if measure.number.isdigit():
            by_number.setdefault(int(measure.number), measure)
    starts: list[tuple[float, str]] = []
    for change in changes:
        measure_at = by_number.get(change.measure)
        if measure_at is None:
            continue
        place = max(measure_at.bar_start + (change.beat - 1) * measure_at.beat, 0.0) if starts else 0.0
        if starts and place <= starts[-1][0]:
            starts.pop()
        starts.append((place, change.key))
    return starts


def score_of(analysis: Path, elsewhere: dict[str, Path]) -> Path | None:
    """The score beside an analysis, or the same piece in music21's corpus."""
    beside = analysis.parent / "score.mxl"
    return beside if beside.is_file() else elsewhere.get("/".join(analysis.parent.parts[-3:]))


def music21_scores() -> dict[str, Path]:
    """Folders of the set -> scores that come with music21; none where it is not installed."""
    try:
        from music21.corpus import chorales
    except ImportError:
        return {}
    corpus = Path(chorales.__file__).parent
    index: Any = chorales.ChoraleListRKBWV  # untyped
    scores = {
        f"Bach,_Johann_Sebastian/Chorales/{number:03d}": corpus / "bach" / f"bwv{entry['bwv']}.mxl"
        for number, entry in index().byRiemenschneider.items()
    }
    for path in (corpus / "monteverdi").glob("madrigal.*.*.mxl"):
        book, number = path.stem.split(".")[1:]
        scores[f"Monteverdi,_Claudio/Madrigals_Book_{book}/{number.zfill(2)}"] = path
    return {name: path for name, path in scores.items() if path.is_file()}
