"""Sequences of chords relative to the key, from three sets: POP909, Billboard and When in Rome.

Chords are those of `descant.harmony.degree_chords`: the root's distance from the tonic and one of twelve qualities, so
that transposition does not matter. A chord that is said again is one chord. Inversions, durations and silence are left
out, and so are chords outside the vocabulary. Richer chords count as the seventh chords in them, sixths as triads.

- POP909: `chord_midi.txt`, computed from the MIDI, in the key of the songs that have one key.
- Billboard: the songs of CoCoPops, whose keys people have named; where a song changes key, its chords do too. The JAMS
  files of the whole McGill set name no keys and are not read. Their licence is not stated: they are for chord
  statistics alone, and no sound, melody or text is read.
- When in Rome: Roman numerals by people, each relative to the local key that its analyst heard, what is applied
  (V/V) relative to that key too. The numeral of a cadential six-four is the tonic, augmented sixths are the dominant
  seventh that they sound like. Textbook examples are left out.

Wang et al., POP909, ISMIR 2020. Arthur and Condit-Schultz, The Coordinated Corpus of Popular Musics, ISMIR 2023;
Burgoyne, Wild and Fujinaga, An Expert Ground Truth Set for Audio Chord Recognition and Music Analysis, ISMIR 2011.
Gotham et al., When in Rome, TISMIR 6(1), 2023.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets import pop909, when_in_rome
from descant.datasets.location import dataset_folder, require_file
from descant.datasets.roman_chords import chord_changes
from descant.datasets.roman_figures import roman
from descant.errors import MissingDataError
from descant.harmony.degree_chords import QUALITIES, number
from descant.harmony.roman import semitones
from descant.types.arrays import IntArray
from descant.types.names import pitch_class

BILLBOARD = "cocopops"
BILLBOARD_PUBLISHED = "https://github.com/Computational-Cognitive-Musicology-Lab/CoCoPops"
BILLBOARD_LICENCE = "none stated: chord statistics only"
SPLITS = ("train", "valid", "test")
TEXTBOOKS = "Textbooks/"

# Harte's shorthands -> the qualities of the vocabulary, where they differ.
_HARTE = {"maj6": "maj", "min6": "min", "minmaj7": "min", "": "maj", "1": "5"}
_HARTE |= dict.fromkeys(("9", "11", "13"), "7")
_HARTE |= {f"{third}{one}": f"{third}7" for third in ("maj", "min") for one in ("9", "11", "13")}
_ROMAN = {"aug7": "aug", "aug6": "7"}
_KEY = re.compile(r"\*([A-Ga-g][-#]*):")


@dataclass(frozen=True, eq=False)
class ChordSequence:
    """The chords of one piece, at least one, none like the one before unless the key has changed between them."""

    id: str
    chords: IntArray  # numbers of `degree_chords`


def pop909_sequences(split: str, folder: Path | None = None, structure: Path | None = None) -> Iterator[ChordSequence]:
    """The songs of a split that are in one key throughout. Raises MissingDataError."""
    own = dataset_folder(pop909.NAME, pop909.PUBLISHED, folder) / "POP909"
    study = dataset_folder(pop909.STRUCTURE_NAME, pop909.STRUCTURE_PUBLISHED, structure) / "POP909"
    for song in pop909.song_ids(split):
        keys = pop909.read_keys(require_file(study / song / "analyzed_key.txt", pop909.STRUCTURE_PUBLISHED), 1.0)
        chords = pop909.read_chords(require_file(own / song / "chord_midi.txt", pop909.PUBLISHED))
        if keys is not None:
            tonic = pitch_class(keys.label[0].split()[0])
            yield from _sequence(song, ((tonic, *_harte(label)) for label in chords.label))


def billboard_sequences(split: str, folder: Path | None = None) -> Iterator[ChordSequence]:
    """The songs of a split: by their names one in five is for testing, one to tune. Raises MissingDataError."""
    if split not in SPLITS:
        raise MissingDataError(f"Billboard has no split {split!r}; choose from {', '.join(SPLITS)}")
    found = sorted((dataset_folder(BILLBOARD, BILLBOARD_PUBLISHED, folder) / "Billboard" / "Data").glob("*.hum"))
    if not found:
        raise MissingDataError(f"{BILLBOARD}: no songs; get them from {BILLBOARD_PUBLISHED}")
    for path in found:
        song = path.name.partition(".")[0]
        if {0: "test", 1: "valid"}.get(zlib.crc32(song.encode()) % 5, "train") == split:
            yield from _sequence(song, _humdrum(path.read_text(encoding="utf-8", errors="replace")))


def when_in_rome_sequences(wanted: Callable[[str], bool], folder: Path | None = None) -> Iterator[ChordSequence]:
    """The pieces that are `wanted`, by their folders' names. Raises MissingDataError."""
    corpus = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED, folder) / "Corpus"
    found = sorted(corpus.rglob("analysis.txt"))
    if not found:
        raise MissingDataError(f"{corpus}: no analyses; get them from {when_in_rome.PUBLISHED}")
    for path in found:
        name = path.parent.relative_to(corpus).as_posix()
        if wanted(name) and not name.startswith(TEXTBOOKS):
            yield from _sequence(name, _roman_text(path.read_text(encoding="utf-8", errors="replace")))


def _sequence(name: str, heard: Iterable[tuple[int, int, str]]) -> Iterator[ChordSequence]:
    """From each chord's tonic and root (pitch classes) and its quality; what is not of the vocabulary is left out.

    No sequence where no chord is left.
    """
    chords: list[int] = []
    last: tuple[int, int] | None = None
    for tonic, root, quality in heard:
        if quality not in QUALITIES:
            continue
        chord = number(root - tonic, quality)
        if (tonic, chord) != last:
            chords.append(chord)
        last = (tonic, chord)
    if chords:
        yield ChordSequence(name, np.array(chords, dtype=np.int64))


def _harte(label: str) -> tuple[int, str]:
    """The root and the quality of a label such as `F#:min7(11)/b3`; the quality is no word for no chord."""
    name, colon, rest = label.partition("/")[0].partition(":")
    if not name or name[0] not in "ABCDEFG":
        return 0, "none"
    shorthand = rest.partition("(")[0]
    if colon and not shorthand:
        return 0, "none"  # notes are listed one by one
    return pitch_class(name), _HARTE.get(shorthand, shorthand)


def _humdrum(text: str) -> Iterator[tuple[int, int, str]]:
    """Tonic, root and quality of the `**harte` column, the second of CoCoPops's; its flats are written `-`."""
    tonic = 0
    for line in text.splitlines():
        column = line.split("\t")[1] if "\t" in line else ""
        if key := _KEY.fullmatch(column):
            tonic = pitch_class(key[1].capitalize().replace("-", "b"))
        elif column and column[0] in "ABCDEFG":
            name, colon, rest = column.partition(":")
            yield (tonic, *_harte(name.replace("-", "b") + colon + rest))


def _roman_text(text: str) -> Iterator[tuple[int, int, str]]:
    """Tonic, root and quality of an analysis; of two readings of one chord the later, which is in the new key."""
    changes = chord_changes(text)
    for change, after in zip(changes, (*changes[1:], None), strict=True):
        if after is not None and (after.measure, after.beat) == (change.measure, change.beat):
            continue
        tonic, mode = change.key
        one = roman(change.figure, mode)
        if one is not None:
            yield semitones(tonic), semitones(tonic + one.root), _ROMAN.get(one.quality, one.quality)
