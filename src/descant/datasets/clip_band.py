"""Who plays a captioned clip: instruments drawn by lot that suit its style, and for songs an arrangement in a genre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from descant.datasets.accompaniment import GM_KEYS, bass_line, comping, drummer, groove
from descant.datasets.arrangement import performed, sheet_of, silenced, with_part
from descant.datasets.clip_pieces import CHORALE, DRUMS, FOLK, PIANO, POP, QUARTET, SONG, ClipPiece, genre_of, takes
from descant.datasets.pop909 import MELODY, read_song, split_of
from descant.synthesis import safe_programmes
from descant.types import Notes, Part
from descant.types.arrays import IntArray

PIANOS = (0, 0, 0, 1, 2)
KITS = (0, 0, 0, 8, 16, 24, 25, 32, 40)
NEAREST_FIRST = (0, -1, 1, -2, 2, -3, 3)  # octaves
ANY_RANGE = (36, 96)  # MIDI, of programmes that were not measured
BRIDGE = "BRIDGE"

VOICES, STRINGS = (53, 54), (40, 41, 42)
MELODIC = (0, 11, 12, 13, 21, 22, 24, 25, 40, 42, 56, 60, 64, 65, 66, 68, 71, 73, 74, 75, 78, 79, 80, 81, 105, 109)
FOLK_MELODIC = (40, 40, 40, 73, 73, 78, 74, 21, 22, 109, 105, 25, 24, 15, 79, 71, 46, 0)

# Programmes of all parts of chorales and quartets; one alone plays all parts, as an organist does.
ENSEMBLES: dict[str, tuple[tuple[int, ...], ...]] = {
    CHORALE: (
        (52, 52, 52, 52),
        (53, 53, 53, 53),
        (52, 52, 52, 52),
        (19,),
        (20,),
        (48, 48, 48, 48),
        (40, 40, 41, 42),
        (56, 60, 57, 58),
        (68, 71, 71, 70),
        (73, 68, 71, 70),
        (64, 65, 66, 67),
        (61, 61, 61, 61),
        (0,),
        (6,),
        (11,),
        (24,),
        (89, 89, 89, 89),
    ),
    QUARTET: ((40, 40, 41, 42),) * 8 + ((48, 48, 48, 48),) * 2,
}
SINGERS = (53, 53, 53, 54, 73, 71, 40, 42, 68, 65, 56)
ACCOMPANISTS = (0, 0, 0, 0, 0, 0, 46, 24, 4)


@dataclass(frozen=True)
class Arrangement:
    """How a band of a genre plays a song: Groove's styles, patterns of `accompaniment`, and programmes."""

    genre: str
    beats: tuple[str, ...]
    bass_lines: tuple[str, ...]
    comps: tuple[str, ...]
    bass: tuple[int, ...]
    chords: tuple[int, ...]
    lead: tuple[int, ...]
    bpm: tuple[float, float]


ARRANGEMENTS = (
    Arrangement("pop", ("pop", "rock"), ("pushed", "root and fifth", "halves"), ("strum", "pad", "beats", "arpeggio"),
                (33, 34, 35), (0, 4, 24, 25, 26, 48, 50, 88), (53, 54, 73, 40, 11, 65, 80, 0), (72, 132)),
    Arrangement("rock", ("rock", "punk"), ("eighths", "beats"), ("eighths", "beats", "halves"),
                (33, 34), (27, 29, 30, 29, 30), (29, 30, 27, 53, 81, 16), (90, 165)),
    Arrangement("funk", ("funk", "soul"), ("sixteenths", "late"), ("stabs", "skank", "charleston"),
                (36, 37, 33), (4, 7, 27, 28, 16), (65, 66, 56, 61, 62, 53), (82, 122)),
    Arrangement("jazz", ("jazz",), ("walking",), ("charleston", "stabs", "two and four"),
                (32,), (0, 4, 26, 11), (56, 59, 65, 66, 64, 71, 73, 11), (90, 190)),
    Arrangement("latin", ("latin", "afrocuban"), ("tresillo",), ("son", "charleston"),
                (32, 33), (0, 24, 25), (56, 57, 73, 12, 53), (80, 140)),
    Arrangement("hip hop", ("hiphop",), ("late", "halves", "held"), ("pad", "stabs", "halves"),
                (38, 39, 33), (4, 5, 88, 90, 48), (80, 81, 53, 11, 75), (72, 104)),
    Arrangement("reggae", ("reggae", "rock"), ("after the beat", "root and fifth"), ("skank",),
                (33, 36), (27, 16, 17), (53, 57, 61, 73, 22), (66, 94)),
    Arrangement("dance", ("dance", "pop"), ("octaves", "eighths"), ("pad", "fast arpeggio", "skank"),
                (38, 39), (88, 90, 50, 51, 89), (80, 81, 82, 84, 87, 54), (112, 142)),
)  # fmt: skip
WITHOUT_DRUMS = Arrangement(
    "ballad", (), ("held", "halves"), ("arpeggio", "pad", "halves"), (32, 33, 35), (0, 24, 46, 48, 89, 4),
    (53, 73, 40, 42, 68, 71, 11, 79, 24), (54, 84),
)  # fmt: skip


def cast(piece: ClipPiece, rng: np.random.Generator) -> Notes:
    """The piece's notes with a programme drawn for each part; all on one player where one plays alone."""
    notes = piece.notes
    if piece.style == DRUMS:
        return replace(notes, parts=tuple(Part("drums", int(rng.choice(KITS)), drum=True) for _ in notes.parts))
    if piece.style in ENSEMBLES:
        rows = ENSEMBLES[piece.style]
        return _played_by(notes, rows[int(rng.integers(len(rows)))])
    if piece.style == SONG:
        singer, player = int(rng.choice(SINGERS)), int(rng.choice(ACCOMPANISTS))
        return _two_players(notes, singer, player)
    if piece.style == FOLK:
        return _session(notes, rng)
    assert piece.style == PIANO
    return _played_by(notes, (int(rng.choice(PIANOS)),))


def _played_by(notes: Notes, programs: Sequence[int]) -> Notes:
    """Part `i` on programme `i`, what is left on the last."""
    player = np.minimum(np.asarray(notes.part), len(programs) - 1)
    return replace(notes, part=player, parts=tuple(Part("", one) for one in programs), controls=())


def _two_players(notes: Notes, first: int, second: int) -> Notes:
    """The highest part against all the others."""
    return _played_by(notes, (first, second))


def _session(notes: Notes, rng: np.random.Generator) -> Notes:
    """A tune alone, by two or three in unison, or over the chords that a second part may have."""
    tune = notes.only(np.asarray(notes.part) == 0)
    players = [int(one) for one in rng.choice(FOLK_MELODIC, size=int(rng.choice([1, 1, 1, 2, 2, 3])), replace=False)]
    if len(notes.parts) > 1 and rng.random() < 0.6:
        return _played_by(notes, (players[0], int(rng.choice([24, 25, 0, 21]))))
    late = [tune.onset + (0.0 if at == 0 else rng.uniform(0, 0.02, len(tune))) for at in range(len(players))]
    octave = [12 * int(rng.integers(-1, 2)) if at else 0 for at in range(len(players))]
    return Notes(
        np.concatenate(late),
        np.concatenate([onset + (tune.offset - tune.onset) for onset in late]),
        np.clip(np.concatenate([tune.pitch + more for more in octave]), 0, 127),
        np.tile(tune.velocity, len(players)),
        np.repeat(np.arange(len(players)), len(tune)),
        tuple(Part("", one) for one in players),
    )


def pop_song(name: str, rng: np.random.Generator) -> ClipPiece:
    """A song of POP909 on a piano, as a tune, as a duo or by a band."""
    song, split = read_song(name), split_of(name)
    sheet = sheet_of(song.notes, song.beats, song.chords)
    names = [part.name for part in song.notes.parts]
    tune, bridge, piano = (names.index(one) if one in names else -1 for one in (MELODY, BRIDGE, "PIANO"))
    kind = str(rng.choice(["piano", "tune", "duo", "band", "ballad"], p=[0.13, 0.08, 0.12, 0.52, 0.15]))
    band = WITHOUT_DRUMS if kind == "ballad" else ARRANGEMENTS[int(rng.integers(len(ARRANGEMENTS)))]
    usual = 60.0 / float(np.median(np.diff(song.beats.time)))
    bpm = float(np.clip(usual * np.exp(rng.uniform(-0.35, 0.35)), 50.0, 180.0))
    program = {piano: int(rng.choice(PIANOS))}
    lead = int(rng.choice(band.lead if kind in ("band", "ballad") else MELODIC))
    end = float(len(sheet.positions))
    if kind == "piano":
        program |= {tune: program[piano], bridge: program[piano]}
    elif kind == "tune":
        program |= {tune: lead}
        sheet = silenced(sheet, [at for at in (bridge, piano) if at >= 0], -end, 2 * end)
    elif kind == "duo":
        program |= {tune: lead, piano: int(rng.choice((0, 0, 0, 4, 24, 46, 6)))}
        sheet = silenced(sheet, [bridge] if bridge >= 0 else [], -end, 2 * end)
    else:
        bpm = float(rng.uniform(*band.bpm))
        second = rng.random() < 0.5
        program |= {tune: lead, bridge: int(rng.choice(band.lead)), piano: int(rng.choice(band.chords))}
        keep_piano = rng.random() < 0.4
        gone = [at for at, away in ((bridge, not second), (piano, not keep_piano)) if at >= 0 and away]
        sheet = silenced(sheet, gone, -end, 2 * end)
        bars = range(len(sheet.bars) - 1)
        line = bass_line(sheet, str(rng.choice(band.bass_lines)), bars, rng)
        sheet = with_part(sheet, Part("BASS", int(rng.choice(band.bass))), line)
        chords = comping(sheet, str(rng.choice(band.comps)), bars, rng)
        sheet = with_part(sheet, Part("CHORDS", int(rng.choice(band.chords))), chords)
        if band.beats:
            found = [one for one in takes(split).values() if genre_of(one.style) in map(genre_of, band.beats)]
            found = [one for one in found if one.beats.position.max() == 4] or list(takes(split).values())
            take = found[int(rng.integers(len(found)))]
            strokes = drummer(sheet, groove(take.notes, take.beats, take.style), 0, bars, None, 1.0)
            strokes = [(at, to, GM_KEYS.get(key, key), loud) for at, to, key, loud in strokes]
            sheet = with_part(sheet, Part("DRUMS", int(rng.choice(KITS)), drum=True), strokes)
    sheet = replace(
        sheet,
        parts=tuple(replace(one, program=program.get(at, one.program)) for at, one in enumerate(sheet.parts)),
        controls=(),
    )
    timed = performed(sheet, np.arange(len(sheet.positions), dtype=np.float64) * (60.0 / bpm))
    notes = timed.notes
    if kind == "piano":
        notes = _played_by(notes, (program[piano],))
    lengths = np.diff(np.flatnonzero(song.beats.position == 1))
    return ClipPiece(
        f"pop909/{name}",
        POP,
        "POP909",
        None,
        f"Pop song {name}",
        notes,
        timed.beats.time,
        f"{np.bincount(lengths).argmax()}/4",
        key=song.keys.overall if song.keys is not None else None,
        genre=band.genre if kind in ("band", "ballad") else None,
    )


def in_range(notes: Notes) -> Notes:
    """Each part moved by octaves to where its instrument sounds as written; what still lies outside is left out."""
    part = np.asarray(notes.part)
    pitch, kept = notes.pitch.copy(), np.ones(len(notes), dtype=bool)
    for at, one in enumerate(notes.parts):
        mine = part == at
        if one.drum or not mine.any():
            continue
        low, high = safe_programmes.RANGES.get(one.program, ANY_RANGE)
        moved: list[IntArray] = [pitch[mine] + 12 * octaves for octaves in NEAREST_FIRST]
        pitch[mine] = max(moved, key=lambda found: int(np.sum((found >= low) & (found <= high))))
        kept &= ~mine | ((pitch >= low) & (pitch <= high))
    return replace(notes, pitch=np.clip(pitch, 0, 127)).only(kept)
