"""POP909: 909 pop songs as piano MIDI, with beats, chords, keys and two people's phrase labels.

Beats, chords (`beat_midi.txt`, `chord_midi.txt`) and the MIDI files are POP909's own; chords and beats were computed
from the MIDI and only the tempo was corrected by hand. Keys and phrases come from the later study of their structure,
which works on a quantised copy of each song: its bars are mapped back to seconds through the melody, whose notes both
have, one by one. Both sets are published under the MIT licence.

Wang, Chen, Jiang, Zhang, Xu, Dai, Bin and Xia: POP909: A Pop-song Dataset for Music Arrangement Generation, ISMIR 2020.
Dai, Zhang and Dannenberg: Automatic Analysis and Influence of Hierarchical Structure on Melody, Rhythm and Harmony in
Popular Music, 2020.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.datasets.location import dataset_folder, require_file
from descant.errors import MissingDataError
from descant.types import Beats, Chords, Keys, Notes, Sections

NAME = "pop909"
STRUCTURE_NAME = "pop909_struct"
PUBLISHED = "https://github.com/music-x-lab/POP909-Dataset"
STRUCTURE_PUBLISHED = "https://github.com/Dsqvival/hierarchical-structure-analysis"
LICENCE = "MIT"

MELODY = "MELODY"  # the MIDI track's name

# descant's split, fixed for every use of the set; the other 727 songs are for training.
_VALID = """
038 050 053 059 074 077 080 097 146 162 164 167 169 180 183 189 190 213 230 251 253 262 265 275
288 312 320 321 322 325 339 343 369 380 404 408 415 416 418 460 502 506 517 553 560 561 569 572
574 576 587 597 608 615 617 629 630 631 633 636 638 641 651 653 660 676 686 689 692 707 713 716
717 727 737 742 747 756 763 768 787 791 792 802 848 849 852 878 897 898 909
"""
_TEST = """
008 013 020 029 042 044 073 084 085 093 102 106 110 112 114 115 127 143 144 145 158 161 170 171
176 178 187 202 209 235 236 244 252 267 282 294 304 315 332 352 393 409 434 440 459 466 482 485
498 508 529 539 542 558 559 581 582 609 621 624 637 642 659 684 705 706 711 725 736 740 750 764
766 785 786 793 796 797 811 812 834 836 837 845 846 857 860 876 881 884 905
"""
VALID = frozenset(_VALID.split())
TEST = frozenset(_TEST.split())
SPLITS = ("train", "valid", "test")


@dataclass(frozen=True, eq=False)
class Pop909Song:
    """A song and what is known about it. Times are seconds of the MIDI file."""

    id: str  # "001" to "909"
    notes: Notes
    beats: Beats
    chords: Chords
    keys: Keys | None  # None where the song changes key: the source does not say when
    sections: tuple[Sections, ...]  # one an annotator; capitals are sung phrases, small letters are not


def split_of(song: str) -> str:
    """The split that a song belongs to."""
    return "test" if song in TEST else "valid" if song in VALID else "train"


def song_ids(split: str) -> tuple[str, ...]:
    """The songs of a split, in order."""
    if split not in SPLITS:
        raise MissingDataError(f"POP909 has no split {split!r}; choose from {', '.join(SPLITS)}")
    return tuple(song for song in (f"{number:03d}" for number in range(1, 910)) if split_of(song) == split)


def read_song(song: str, folder: Path | None = None, structure: Path | None = None) -> Pop909Song:
    """One song. `folder` is POP909's own, `structure` that of the study; both lie under DESCANT_DATA if not given.

    Raises MissingDataError where they are not there.
    """
    from descant.io.midi import read_midi

    own = dataset_folder(NAME, PUBLISHED, folder) / "POP909" / song
    study = dataset_folder(STRUCTURE_NAME, STRUCTURE_PUBLISHED, structure) / "POP909" / song
    notes = read_midi(require_file(own / f"{song}.mid", PUBLISHED))
    beats = read_beats(require_file(own / "beat_midi.txt", PUBLISHED))
    melody, chords, *labels = (
        require_file(study / name, STRUCTURE_PUBLISHED).read_text(encoding="utf-8")
        for name in ("melody.txt", "finalized_chord.txt", "human_label1.txt", "human_label2.txt")
    )
    bars, total = align(melody, notes, beats), _quantised_beats(chords)
    read = [read_sections(text, bars, total) for text in labels]
    return Pop909Song(
        id=song,
        notes=notes,
        beats=beats,
        chords=read_chords(require_file(own / "chord_midi.txt", PUBLISHED)),
        keys=read_keys(require_file(study / "analyzed_key.txt", STRUCTURE_PUBLISHED), max(notes.duration, 1e-3)),
        sections=tuple(one for one in read if one is not None),
    )


def read_beats(path: Path) -> Beats:
    """`beat_midi.txt`: time, whether a half bar (or a bar of three) starts, whether a bar of four (or six) starts.

    Where threes are counted, the bar is taken as three beats, as the phrase labels count them.
    """
    table = np.loadtxt(path, ndmin=2)
    threes = np.flatnonzero(np.round(table[:, 1]) == 1)
    bars = np.flatnonzero(np.round(table[:, 2]) == 1)
    triple = len(threes) > 1 and np.median(np.diff(threes)) == 3
    starts = threes if triple else bars
    usual = 3 if triple else 4
    number = np.arange(len(table))
    if len(starts):
        previous = np.searchsorted(starts, number, side="right") - 1
        position = np.where(previous >= 0, number - starts[previous] + 1, (number - starts[0]) % usual + 1)
    else:
        position = np.zeros(len(table))
    return Beats(table[:, 0], position)


def read_chords(path: Path) -> Chords:
    """`chord_midi.txt`: start, end and Harte's label."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    start = np.array([float(row[0]) for row in rows])
    end = np.array([float(row[1]) for row in rows])
    real = end > start
    return Chords(start[real], end[real], tuple(row[2] for row, keep in zip(rows, real, strict=True) if keep))


def read_keys(path: Path, duration: float) -> Keys | None:
    """`analyzed_key.txt`: `Gb:maj`; one line a key, without times, so only a song in one key has a key here."""
    lines = path.read_text(encoding="utf-8").split()
    if len(lines) != 1:
        return None
    tonic, _, mode = lines[0].partition(":")
    label = f"{tonic} {'major' if mode == 'maj' else 'minor'}"
    return Keys(np.zeros(1), np.array([duration]), (label,), overall=label)


def read_sections(text: str, bars: BarTimes, total: float) -> Sections | None:
    """`i4A8x1B8o2`: letters, each with a number of bars; `total` is the quantised song's length in beats.

    None where the bars add up to another length than the song's, by more than a tenth.
    """
    spans = re.findall(r"([A-Za-z])(\d+)", text)
    lengths = np.array([int(length) for _, length in spans])
    if not len(lengths):
        return None
    beats_a_bar = 3 if round(total / lengths.sum()) == 3 else 4
    if abs(lengths.sum() * beats_a_bar - total) > 0.1 * total:
        return None
    edges = bars.seconds(np.concatenate([[0], np.cumsum(lengths)]) * beats_a_bar)
    kept = edges[1:] > edges[:-1]
    return Sections(
        edges[:-1][kept], edges[1:][kept], tuple(letter for (letter, _), keep in zip(spans, kept, strict=True) if keep)
    )


@dataclass(frozen=True, eq=False)
class BarTimes:
    """Where the quantised copy's beats lie in the song.

    The copy starts at another beat, and drops or adds beats where the song's metre stumbles. At each note of the
    melody, `copy` is its beat in the copy and `shift` how many beats later the song has it.
    """

    copy: npt.NDArray[np.float64]
    shift: npt.NDArray[np.float64]
    beats: Beats  # of the song

    def seconds(self, bar: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The song's times of bar lines at the copy's beats `bar`, shifted as the nearest melody note is.

        In some songs the copy's bar lines are a beat away from where the chords change, which is where the song's
        downbeats are: a bar line next to a downbeat is put onto it.
        """
        if len(self.copy):
            nearest = np.abs(self.copy[:, None] - bar).argmin(axis=0)
            bar = bar + self.shift[nearest].astype(np.int64)
        number = np.clip(bar, 0, len(self.beats) - 1)
        downbeat = np.pad(self.beats.position == 1, 1)
        step = np.where(downbeat[number + 1], 0, np.where(downbeat[number], -1, np.where(downbeat[number + 2], 1, 0)))
        return np.maximum.accumulate(self.beats.time[number + step])


def align(melody: str, notes: Notes, beats: Beats) -> BarTimes:
    """Match the copy's melody (`melody.txt`: pitch or 0 for a rest, length in sixteenths) to the song's."""
    table = np.array([[float(part) for part in line.split()] for line in melody.splitlines() if line.strip()])
    onset = np.concatenate([[0.0], np.cumsum(table[:-1, 1])]) / 4
    sung = table[:, 0] > 0
    track = [at for at, part in enumerate(notes.parts) if part.name == MELODY]
    ours = np.isin(np.asarray(notes.part), track)
    where = np.interp(notes.onset[ours], beats.time, np.arange(len(beats)))
    matcher = SequenceMatcher(None, table[sung, 0].astype(int).tolist(), notes.pitch[ours].tolist(), autojunk=False)
    pairs = [(run.a + step, run.b + step) for run in matcher.get_matching_blocks() for step in range(run.size)]
    copy = onset[sung][[one for one, _ in pairs]]
    return BarTimes(copy, np.round(where[[two for _, two in pairs]] - copy), beats)


def _quantised_beats(text: str) -> float:
    """`finalized_chord.txt`: a chord a line, its length in beats at the end."""
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.strip())
