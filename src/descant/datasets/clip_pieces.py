"""The pieces that captioned clips are cut from, by style and split; no piece is in two splits.

Pop songs (POP909), chorales (JSB), art songs, piano pieces and quartets (When in Rome, Haydn's op. 20), Scottish and
Irish dances (Ryan's Mammoth Collection of 1883, as music21 holds it) and drum beats (Groove). What may not train is
heard in the test only: ASAP's performances, Beethoven's quartets, Nottingham's tunes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from descant.datasets import asap, groove, haydn_op20, jsb, when_in_rome
from descant.datasets.location import dataset_folder, require_file
from descant.datasets.music_attributes import key_of
from descant.datasets.musicxml_notes import Measure, read_musicxml
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.datasets.when_in_rome import split_of
from descant.types import Notes
from descant.types.arrays import FloatArray

POP, CHORALE, FOLK, DRUMS, PIANO, QUARTET, SONG = (
    "pop song",
    "chorale",
    "folk tune",
    "drum beat",
    "piano piece",
    "string quartet",
    "art song",
)
GROOVE_SPLITS = {"train": "train", "valid": "validation", "test": "test"}
NOTTINGHAM, NOTTINGHAM_PUBLISHED = "nottingham", "https://github.com/jukedeck/nottingham-dataset"

# Beats a minute at which the dances are played (the beat of 6/8 is the dotted quarter).
DANCES = {"reel": (92, 120), "jig": (100, 132), "slip jig": (100, 130), "hornpipe": (70, 96), "strathspey": (60, 88)}
OTHER_DANCE = (76, 126)
QUARTETS = "Quartets"  # Beethoven's
FULL_NAMES = {
    "Bach": "Johann Sebastian Bach",
    "Beethoven": "Ludwig van Beethoven",
    "Brahms": "Johannes Brahms",
    "Chopin": "Frédéric Chopin",
    "Haydn": "Joseph Haydn",
    "Liszt": "Franz Liszt",
    "Mozart": "Wolfgang Amadeus Mozart",
    "Schubert": "Franz Schubert",
    "Schumann": "Robert Schumann",
}
# Of ASAP, what When in Rome has too.
ELSEWHERE = ("Bach/Prelude", "Chopin/Etudes_op_10")


@dataclass(frozen=True, eq=False)
class ClipPiece:
    """A piece as somebody plays it, with what is known about it."""

    id: str
    style: str
    corpus: str
    composer: str | None
    title: str
    notes: Notes  # each part a player
    beats: FloatArray  # seconds
    meter: str | None
    key: str | None = None  # None where its notes must tell
    sharps: int | None = None  # of the key signature, where that is known
    genre: str | None = None


@dataclass(frozen=True)
class Source:
    """Pieces of one style: the names in each split, and how to play one."""

    style: str
    names: Callable[[str], Sequence[str]]
    play: Callable[[str, np.random.Generator], ClipPiece]


@cache
def _chorales(split: str) -> dict[str, jsb.Chorale]:
    return {one.id: one for one in jsb.chorales(split)}


def _chorale(name: str, rng: np.random.Generator) -> ClipPiece:
    score = replace(_chorales(name.split("/")[0])[name].score, bpm=float(rng.uniform(52, 112)))
    title = f"Chorale {name.split('/')[1]}"
    made = _performed(score, rng, f"jsb/{name}", CHORALE, "JSB Chorales", "Johann Sebastian Bach", title, None)
    return replace(made, key=key_of(made.notes))


@cache
def _scores(folder: str, split: str) -> tuple[str, ...]:
    """Scores of When in Rome that can be read, by name."""
    corpus = _corpus()
    names = (path.parent.relative_to(corpus).as_posix() for path in sorted((corpus / folder).rglob("score.mxl")))
    return tuple(name for name in names if split_of(name) == split)


def _written(name: str, rng: np.random.Generator, style: str, staves: slice = slice(None)) -> ClipPiece:
    """A score of When in Rome, or some of its staves."""
    score, measures = read_musicxml(require_file(_corpus() / name / "score.mxl", when_in_rome.PUBLISHED), name)
    wanted = range(int(score.part.max()) + 1)[staves]
    kept = np.flatnonzero(np.isin(score.part, wanted))
    score = replace(score.only(kept), part=score.part[kept] - wanted[0])
    folders = name.split("/")
    composer = _name(folders[1])
    title = " ".join(folders[2:]).replace("_", " ").strip()
    return _performed(score, rng, f"wir/{name}", style, "When in Rome", composer, title, measures)


def _piano_names(split: str) -> Sequence[str]:
    if split == "test":
        ids = asap.performance_ids()
        first = {one.rsplit("/", 1)[0]: one for one in reversed(ids) if not one.startswith(ELSEWHERE)}
        return tuple(f"asap:{one}" for one in first.values())
    keyboard = _scores("Keyboard_Other", split)
    return (*keyboard * 4, *_scores("OpenScore-LiederCorpus", split))


def _piano(name: str, rng: np.random.Generator) -> ClipPiece:
    if name.startswith("asap:"):
        return _performance(name.removeprefix("asap:"))
    if not name.startswith("OpenScore"):
        return _written(name, rng, PIANO)
    accompaniment = _written(name, rng, PIANO, slice(-2, None))
    return replace(accompaniment, id=accompaniment.id + ":piano")


def _performance(name: str) -> ClipPiece:
    one = asap.read_performance(name)
    signatures, meters = one.annotations.key_signatures, one.annotations.meters
    return ClipPiece(
        f"asap/{name.rsplit('/', 1)[0]}",
        PIANO,
        "ASAP",
        FULL_NAMES.get(one.composer, one.composer),
        one.title.replace("_", " "),
        one.notes,
        one.beats.time,
        f"{meters[0].numerator}/{meters[0].denominator}" if meters else None,
        sharps=signatures[0].sharps if len(signatures) == 1 else None,
    )


@cache
def _haydn(name: str) -> tuple[ScoreNotes, tuple[Measure, ...]]:
    return haydn_op20.read(haydn_op20.movements()[name])


def _quartet_names(split: str) -> Sequence[str]:
    if split == "test":
        corpus = _corpus()
        found = sorted((corpus / QUARTETS).rglob("score.mxl"))
        return tuple(path.parent.relative_to(corpus).as_posix() for path in found)
    return tuple(name for name in haydn_op20.movements() if name.startswith("op20n6") == (split == "valid"))


def _quartet(name: str, rng: np.random.Generator) -> ClipPiece:
    if name.startswith(QUARTETS):
        return _written(name, rng, QUARTET)
    score, measures = _haydn(name)
    title = f"Quartet {name}"
    return _performed(score, rng, f"haydn/{name}", QUARTET, "Haydn op. 20", "Joseph Haydn", title, measures)


@cache
def _ryan() -> dict[str, Path]:
    import music21

    return {path.stem: path for path in sorted((Path(music21.__file__).parent / "corpus/ryansMammoth").glob("*.abc"))}


def _folk_names(split: str) -> Sequence[str]:
    """Names of dances are numbered where a tune comes twice: both settings are in one split."""
    place = {name: zlib.crc32(re.sub(r"\d+$", "", name).encode()) % 10 for name in _ryan()}
    mine = [name for name, at in place.items() if {0: "test", 1: "valid"}.get(at, "train") == split]
    return (*mine, *(f"nottingham:{name}" for name in _nottingham())) if split == "test" else tuple(mine)


def _folk(name: str, rng: np.random.Generator) -> ClipPiece:
    if name.startswith("nottingham:"):
        return _nottingham_tune(name.removeprefix("nottingham:"), rng)
    from descant.io.score.read_abc import read_abc

    path = _ryan()[name]
    score = read_abc(path)
    said = re.search(r"^R:\s*(.*)$", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    dance = said[1].strip().lower().replace("slipjig", "slip jig") if said else None
    notes, measures = haydn_op20.plain(score, name)
    low, high = DANCES.get(dance or "", OTHER_DANCE)
    notes = replace(notes, bpm=float(rng.uniform(low, high)) * measures[0].beat)
    title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    sharps = score.measures[0].key.sharps
    made = _performed(notes, rng, f"ryan/{name}", FOLK, "Ryan's Mammoth Collection", None, title, measures, rubato=0.15)
    return replace(made, sharps=sharps, genre=dance)


@cache
def _nottingham() -> dict[str, tuple[str, str | None, int]]:
    """Tunes whose titles no dance of Ryan's has: title, metre, and the sharps of the key."""
    from descant.io.score.abc_fields import key, metre

    folder = dataset_folder(NOTTINGHAM, NOTTINGHAM_PUBLISHED)
    known = {_letters(name) for name in _ryan()}
    found: dict[str, tuple[str, str | None, int]] = {}
    for book in sorted((folder / "ABC_cleaned").glob("*.abc")):
        for text in re.split(r"^X:", book.read_text(encoding="utf-8", errors="replace"), flags=re.MULTILINE)[1:]:
            number = text.split()[0]
            title, counted, sung = (re.search(rf"^{one}:\s*(.*)$", text, re.MULTILINE) for one in "TMK")
            name = f"{book.stem}{number}"
            if title and sung and counted and (folder / "MIDI" / f"{name}.mid").is_file():
                letters = _letters(title[1])
                if not any(letters in one or one in letters for one in known):
                    time = metre(counted[1].strip())
                    meter = f"{sum(time.beats)}/{time.unit}" if time else None
                    signature = key(sung[1].strip())[0].signature
                    found[name] = (title[1].strip(), meter, signature.sharps)
    return found


def _nottingham_tune(name: str, rng: np.random.Generator) -> ClipPiece:
    from descant.io.midi import read_midi

    title, meter, sharps = _nottingham()[name]
    path = dataset_folder(NOTTINGHAM, NOTTINGHAM_PUBLISHED) / "MIDI" / f"{name}.mid"
    notes = read_midi(require_file(path, NOTTINGHAM_PUBLISHED))
    quarter = 60.0 / (notes.tempos[0].bpm if notes.tempos else 120.0)
    beat = 1.5 if meter in ("6/8", "9/8", "12/8") else 1.0
    aim = float(rng.uniform(*OTHER_DANCE))
    factor = 60.0 / aim / (quarter * beat)
    notes = replace(notes, onset=notes.onset * factor, offset=notes.offset * factor, tempos=(), meters=(), controls=())
    beats = np.arange(0.0, notes.duration, 60.0 / aim)
    return ClipPiece(
        f"nottingham/{name}", FOLK, "Nottingham", None, title, notes, beats, meter, sharps=sharps, genre=None
    )


@cache
def takes(split: str) -> dict[str, groove.GroovePerformance]:
    """Groove's beats, without fills and scraps."""
    whole = (one for one in groove.performances(GROOVE_SPLITS[split]) if not one.fill)
    return {f"{split}:{one.id}": one for one in whole if one.notes.duration > 8.0}


GENRES = {
    "hiphop": "hip hop",
    "neworleans": "new orleans",
    "afrocuban": "afro-cuban",
    "middleeastern": "middle eastern",
}


def genre_of(style: str) -> str:
    """The first of the words that Groove has for a style."""
    first = re.split(r"[/-]", style)[0]
    return GENRES.get(first, first)


def _beat(name: str, rng: np.random.Generator) -> ClipPiece:
    take = takes(name.split(":")[0])[name]
    factor = float(np.exp(rng.uniform(-0.2, 0.2)))
    notes = replace(take.notes, onset=take.notes.onset * factor, offset=take.notes.offset * factor, controls=())
    genre = genre_of(take.style)
    count = int(take.beats.position.max())
    meter = f"{count}/4" if count != 2 else "6/8"
    title = f"{genre} beat at {take.bpm / factor:.0f}"
    return ClipPiece(
        f"groove/{take.id}", DRUMS, "Groove", None, title, notes, take.beats.time * factor, meter, genre=genre
    )


def _performed(
    score: ScoreNotes,
    rng: np.random.Generator,
    name: str,
    style: str,
    corpus: str,
    composer: str | None,
    title: str,
    measures: Sequence[Measure] | None,
    rubato: float | None = None,
) -> ClipPiece:
    """A score played by the performance rules, each part by a player of its own."""
    freely = float(rng.uniform(0.0, 0.8)) if rubato is None else rubato
    players = int(score.part.max(initial=0)) + 1
    played = perform(score, rng, pedal=False, rubato=freely, programs=tuple(range(players)))
    meter = f"{measures[0].numerator}/{measures[0].denominator}" if measures else None
    sharps = measures[0].sharps if measures and any(one.sharps for one in measures) else None
    if sharps is not None and measures is not None and len({one.sharps for one in measures}) > 1:
        sharps = None
    return ClipPiece(name, style, corpus, composer, title, played.notes, played.beats.time, meter, sharps=sharps)


def _name(folder: str) -> str:
    """`Schubert,_Franz` as people say it."""
    last, _, first = folder.replace("_", " ").partition(", ")
    return f"{first} {last}".strip()


def _letters(title: str) -> str:
    return re.sub(r"[^a-z]", "", title.lower())


def _corpus() -> Path:
    return dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"


# Pop songs are arranged as they are read (`clip_band`).
SOURCES = (
    Source(CHORALE, lambda split: tuple(_chorales(split)), _chorale),
    Source(FOLK, _folk_names, _folk),
    Source(DRUMS, lambda split: tuple(takes(split)), _beat),
    Source(PIANO, _piano_names, _piano),
    Source(QUARTET, _quartet_names, _quartet),
    Source(SONG, lambda split: _scores("OpenScore-LiederCorpus", split), lambda name, rng: _written(name, rng, SONG)),
)
