"""Pieces for the page's tests, of which everything is known: a short recording, and long music of very many notes."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from descant.io.audio import write_audio
from descant.registry import find
from descant.studio.pictures import SPECTRUM, SPECTRUM_FACTS, WAVEFORM
from descant.studio.piece_about import READY
from descant.studio.pieces import PieceStore
from descant.studio.revisions import SOURCE_ONLY
from descant.studio.work_listen import listen
from descant.types import (
    Audio,
    Beats,
    Chords,
    Keys,
    Meter,
    Notes,
    Part,
    Piece,
    Provenance,
    Score,
    Sections,
    Tempo,
    TempoCandidate,
)
from tests.pieces import rendered, short_piece

MADE = Provenance("made", "1")
LABELS = ("C:maj", "A:min", "F:maj/3", "G:7")  # of the short piece's bars


def as_learnt(score: Score) -> Notes:
    """A score's notes as a learner plays them: the tenth is wrong, the nineteenth missed, the twenty-sixth late."""
    notes: Notes = find("as-written")(score)
    pitch, onset, offset = notes.pitch.copy(), notes.onset.copy(), notes.offset.copy()
    pitch[9] += 1
    onset[25] += 0.2
    offset[25] += 0.2
    kept = np.arange(len(notes)) != 18
    return Notes(onset[kept], offset[kept], pitch[kept], notes.velocity[kept])


def annotated(piece: Piece, notes: Notes, bar: float = 2.0) -> Piece:
    """The piece with beats, chords, keys and sections: four beats a bar of `bar` seconds, a chord a bar."""
    beats = np.arange(0.0, piece.duration - 0.05, bar / 4)
    starts = np.arange(0.0, piece.duration - 0.05, bar)
    ends = np.append(starts[1:], piece.duration)
    sure = 0.5 + 0.5 * np.linspace(0, 1, len(starts))
    sections = starts[::4]
    for one in (
        Tempo((TempoCandidate(240 / bar, 0.8), TempoCandidate(120 / bar, 0.2)), made_by=MADE),
        Meter("4/4", 0.9, made_by=MADE),
        Beats(beats, np.arange(len(beats)) % 4 + 1, np.full(len(beats), 0.8), made_by=MADE),
        Chords(starts, ends, [LABELS[i % 4] for i in range(len(starts))], sure, made_by=MADE),
        Keys([0.0], [piece.duration], ["C major"], [0.8], overall="C major", overall_confidence=0.8, made_by=MADE),
        Sections(
            sections,
            np.append(sections[1:], piece.duration),
            ["ABAC"[i % 4] for i in range(len(sections))],
            np.full(len(sections), 0.7),
            made_by=MADE,
        ),
        notes,
    ):
        piece = piece.with_(one)
    return piece


def repeated(times: int) -> Notes:
    """The short piece of four bars, so many times over."""
    one = short_piece()
    shift = np.repeat(8.0 * np.arange(times), len(one))
    part = np.tile(one.part, times)
    return Notes(
        np.tile(one.onset, times) + shift,
        np.tile(one.offset, times) + shift,
        np.tile(one.pitch, times),
        np.tile(one.velocity, times),
        part,
        one.parts,
        confidence=np.full(len(part), 0.9),
        tempos=one.tempos,
        meters=one.meters,
        made_by=MADE,
    )


def add_song(store: PieceStore) -> str:
    """A recording of sixteen seconds, with all that was played in it as the estimates. Listened to once a session."""
    made = _song()
    shutil.copytree(made, store.folder / made.name)
    return made.name


@cache
def _song() -> Path:
    """The folder of the song."""
    home = Path(tempfile.mkdtemp(prefix="descant-song-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    store, notes = PieceStore(home), repeated(2)
    piece_id = store.add("song.wav", write_audio(rendered(notes), home / "song.wav"), "sound")
    listen(store, piece_id, only=["loudness"])
    store.put_estimates(piece_id, annotated(store.estimates(piece_id), notes))
    return store.path(piece_id)


def many_notes(seconds: float, count: int) -> Notes:
    """`count` notes over `seconds`, in four parts, as dense as an orchestra's."""
    random = np.random.default_rng(7)
    onset = np.sort(random.uniform(0, seconds - 3, count))
    part = random.integers(0, 4, count)
    return Notes(
        onset,
        onset + random.exponential(0.4, count).clip(0.08, 2.5),
        36 + 12 * part + random.integers(0, 15, count),
        random.integers(40, 120, count),
        part,
        tuple(Part(name, program) for name, program in (("Bass", 32), ("Piano", 0), ("Strings", 48), ("Flute", 73))),
        made_by=MADE,
    )


def add_long(
    store: PieceStore, folder: Path, seconds: float = 600.0, count: int = 20_000, name: str = "long.wav"
) -> str:
    """Noise with very many notes in it, and pictures of noise: what there is to draw matters here, not what it is."""
    random = np.random.default_rng(8)
    source = folder / "long.wav"
    write_audio(Audio(random.uniform(-0.1, 0.1, (1, round(seconds * 8000))).astype(np.float32), 8000), source)
    piece_id = store.add(name, source, "sound")
    store.put_estimates(piece_id, annotated(Piece(name, seconds), many_notes(seconds, count)))
    bands, rows = 264, round(seconds * 25)
    facts = {"rows": rows, "rows_per_second": 25.0, "lowest_pitch": 20.667, "bands": bands, "bands_per_semitone": 3}
    for file, data in (
        (WAVEFORM, random.integers(-100, 100, round(seconds * 50) * 2).astype(np.int8).tobytes()),
        (SPECTRUM, random.integers(0, 200, rows * bands).astype(np.uint8).tobytes()),
        (SPECTRUM_FACTS, json.dumps(facts).encode()),
    ):
        store.derived_path(piece_id, file, SOURCE_ONLY).write_bytes(data)
    store.change(piece_id, state=READY)
    return piece_id
