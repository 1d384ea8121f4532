"""A melody comes back as it was, and what is asked for is met or refused, whoever draws: here who learnt nothing."""

from dataclasses import replace
from fractions import Fraction as F
from types import SimpleNamespace

import numpy as np
import pytest

import descant
from descant import weights
from descant.composition import discrete_diffusion, music_transformer
from descant.composition.jsb_raster import RANGES
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.pipelines.given_melody import given_melody
from descant.pipelines.harmonise import harmonised
from descant.pipelines.written import written_json
from descant.types import ControlChange, MeterChange, Notes, Part, Piece, Score, TempoChange
from descant.types.score import KeySignature, Lyric, ScorePart, TimeSignature, Tuplet
from tests.pieces import short_piece
from tests.scores import FOUR, frame, full_score, note

CARD = SimpleNamespace(sha256="0" * 64)
ABC = """X:1
T:Tune
M:3/4
L:1/4
Q:1/4=90
K:G
D|G A B|c B A|B2 B|A2 D|
w:A~line with words to sing and then a few
G A B|c B A|G F G-|G2|]
"""


@pytest.fixture(autouse=True)
def _nobody_learnt(monkeypatch):
    rng = np.random.default_rng(0)
    monkeypatch.setattr(
        discrete_diffusion, "denoise", lambda grid, levels, step=None: rng.normal(size=(*grid.shape, 47))
    )
    monkeypatch.setattr(music_transformer, "nll", lambda frames: np.full(frames.shape, 0.5))
    monkeypatch.setattr(weights, "find", lambda name: (CARD, None))


def reached(found, what):
    return next(one.reached for one in found.told if one.what == what)


def tune(measures, *rows, **more):
    return Score(measures, (ScorePart(tuple(map(tuple, rows)), "Tune"),), **more)


def plain(text, key=None, time=FOUR):
    """A quarter a name; a stroke is a rest."""
    names = [one.strip("-") for one in text.split()]
    bar = int(time.length)
    rows = [
        [note(at, 1, name) if name else note(at, 1) for at, name in enumerate(names[low : low + bar])]
        for low in range(0, len(names), bar)
    ]
    return tune(frame(*[(bar, time, {})] * len(rows), key=key), *rows)


C_TUNE = plain("E4 F4 G4 C5 B4 A4 G4 E4 F4 E4 D4 G4 E4 D4 B4 C5")


def played(tempo=100.0, **more):
    """A melody in MIDI with velocities and lengths of its own."""
    pitch = np.array([67, 69, 71, 72, 74, 72, 71, 67])
    onset = np.arange(8) * 60 / tempo
    fields = {"tempos": (TempoChange(0.0, tempo),), "meters": (MeterChange(0.0, 4, 4),), **more}
    long = 60 / tempo * np.array([1, 0.8, 1, 0.9, 1, 1, 1, 0.95])
    return Notes(onset, onset + long, pitch, np.arange(8) + 60, parts=(Part("Flute", 73),), **fields)


def test_the_staff_comes_back_as_it_was(tmp_path):
    (tmp_path / "tune.abc").write_text(ABC)
    given = descant.open(tmp_path / "tune.abc")
    found = harmonised(tmp_path / "tune.abc", best_of=2)
    assert found.score.parts[0].measures == given.parts[0].measures
    assert any(one.lyrics for row in found.score.parts[0].measures for one in row)
    assert found.score.measures == given.measures
    assert [one.name for one in found.score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert [one.bpm for one in found.score.tempos] == [90]
    assert reached(found, "metre") == "3/4, upbeat of 1 quarter; 8 bars"
    assert reached(found, "melody") == "20 notes as they were: its only voice"


def test_a_score_there_and_back(tmp_path):
    found = harmonised(C_TUNE, best_of=1)
    read = descant.open(descant.save(found.score, tmp_path / "out.musicxml"))
    assert read.parts[0].measures == C_TUNE.parts[0].measures
    assert read.made_by == found.score.made_by
    assert read.made_by.transform == "discrete-diffusion"
    assert dict(read.made_by.parameters)["seed"] == 0


def test_what_lies_off_the_steps_is_kept():
    three = [note(F(at, 3), F(1, 3), name, tuplet=Tuplet(3, 2)) for at, name in enumerate(("E4", "F4", "G4"))]
    rows = [
        [
            *three,
            note(1, "1/8", "A4"),
            note("9/8", "7/8", "B4"),
            note(2, 0, "A4", grace="acciaccatura"),
            note(2, 2, "G4"),
        ],
        [note(0, 2, "E4", tied=(True,)), note(2, 1, "E4", marks=("fermata",)), note(3, 1)],
        [note(0, 3, "D4"), note(3, 1, "G4", lyrics=(Lyric("end"),))],
    ]
    given = tune(frame(*[(4, FOUR, {})] * 3), *rows)
    found = harmonised(given, best_of=1)
    assert found.score.parts[0].measures == given.parts[0].measures


def test_midi_comes_back_to_the_bit(tmp_path):
    given = played()
    found = harmonised(given, best_of=1)
    mine = np.asarray(found.notes.part) == 0
    for name in ("onset", "offset", "pitch", "velocity"):
        assert np.array_equal(getattr(found.notes, name)[mine], getattr(given, name))
    assert found.notes.tempos == given.tempos
    assert [one.name for one in found.notes.parts] == ["Flute", "alto", "tenor", "bass"]
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    assert read.made_by == found.notes.made_by
    assert [[one.pitches[0].midi for one in row if one.pitches] for row in found.score.parts[0].measures] == [
        [67, 69, 71, 72],
        [74, 72, 71, 67],
    ]


def test_another_tempo_moves_all_alike():
    found = harmonised(played(), tempo=50, best_of=1)
    mine = np.asarray(found.notes.part) == 0
    assert found.notes.onset[mine] == pytest.approx(played().onset * 2)
    assert [one.bpm for one in found.notes.tempos] == [50]
    assert [one.bpm for one in found.score.tempos] == [50]
    assert reached(found, "tempo") == "50 quarters a minute"


def test_lower_voices_sing_under_every_note_and_change_on_beats():
    found = harmonised(
        plain("G4 A4 B4 C5 B4 A4 G4 A4 B4 D5 C5 B4 A4 G4 F#4 G4", key=KeySignature(1, "major")), best_of=1
    )
    for part, (low, high) in zip(found.score.parts[1:], RANGES[1:], strict=True):
        pitches = [one.pitches[0].midi for row in part.measures for one in row]
        assert low <= min(pitches) <= max(pitches) <= high
        assert all((one.onset * 2).denominator == 1 for row in part.measures for one in row)
    assert reached(found, "ending") == "tonic triad of G major"


def test_beats_of_a_dotted_quarter():
    six = TimeSignature((6,), 8)
    rows = [
        [note(0, 1, "G4"), note(1, "1/2", "A4"), note("3/2", "3/2", "B4")],
        [note(0, "3/2", "A4"), note("3/2", "3/2", "G4")],
    ]
    found = harmonised(tune(frame((3, six, {}), (3, six, {})), *rows), key="G", best_of=1)
    places = {one.onset % F(3, 2) for part in found.score.parts[1:] for row in part.measures for one in row}
    assert places <= {F(0), F(1)}


def test_chords_are_sung():
    found = harmonised(C_TUNE, chords="C | F G7 | Dm G | C", best_of=2)
    assert reached(found, "chords") == "sung on 16 of 16 beats; the melody's note is none of theirs on 6"
    assert [(one.at, one.label) for one in found.score.chords] == [
        (0, "C:maj"), (4, "F:maj"), (6, "G:7"), (8, "D:min"), (10, "G:maj"), (12, "C:maj"),
    ]  # fmt: skip
    bass = [one for one in found.score.sounding() if one.part == 3]
    at = {place: next(one for one in bass if one.onset <= place < one.onset + one.duration) for place in range(16)}
    assert [at[place].pitch.midi % 12 for place in (0, 4, 6, 8, 10, 12)] == [0, 5, 7, 2, 7, 0]


@pytest.mark.parametrize(
    ("semitones", "octaves", "words"),
    [
        (0, 0, "as they were:"),
        (-12, 1, "1 octave higher"),
        (12, -1, "1 octave lower"),
        (-24, 2, "2 octaves higher"),
        (-48, 4, "4 octaves higher"),
        (36, -3, "3 octaves lower"),
    ],
)
def test_octaves_are_moved_and_told(semitones, octaves, words):
    names = ["E4", "F4", "G4", "C5", "B4", "A4", "D5", "C5"]
    moved = [f"{one[0]}{int(one[1]) + semitones // 12}" for one in names]
    found = harmonised(plain(" ".join(moved)), key="C", best_of=1)
    assert words in reached(found, "melody")
    assert [one.pitches[0].name for row in found.score.parts[0].measures for one in row] == names


def test_controls_of_the_melody_stay_and_those_of_other_parts_go():
    own, other = ControlChange(1, 1.0, 64, 127), ControlChange(0, 2.0, 7, 90)
    band = replace(played(), part=np.ones(8, dtype=int), parts=(Part("Piano"), Part("Lead")), controls=(own, other))
    found = harmonised(band, best_of=1).notes
    assert found.controls == (replace(own, part=0),)
    assert [one.name for one in found.parts] == ["Lead", "alto", "tenor", "bass"]


def test_a_very_low_melody_is_sung_whole():
    given = given_melody(replace(played(), pitch=played().pitch - 43))  # below all that the raster has
    assert (given.octaves, given.moved) == (36, 0)
    assert given.pitches[::4].tolist() == (played().pitch - 7).tolist()


def test_who_plays_a_little_late_is_heard_on_the_beat():
    late = played(tempo=60.0)
    late = replace(late, onset=late.onset + 0.06, offset=late.offset + 0.06)
    given = given_melody(late)
    assert np.flatnonzero(given.struck).tolist() == list(range(0, 32, 4))
    assert given.said == ("8 notes off the steps that voices move on: MIDI keeps them, pages have the nearest",)


def test_a_melody_a_little_beyond_the_soprano_is_read_in_another_key():
    high = plain("D4 G4 B4 D5 G5 B5 A5 F#5 G5 D5 B4 G4", key=KeySignature(1, "major"))
    given = given_melody(high)
    assert (given.octaves, given.moved) == (0, -2)
    found = harmonised(high, best_of=1)
    assert found.score.parts[0].measures == high.parts[0].measures
    assert reached(found, "ending") == "tonic triad of G major"
    bass = [one.pitch.midi for one in found.score.sounding() if one.part == 3]
    assert max(bass) <= RANGES[3][1]


def test_keys():
    assert reached(harmonised(C_TUNE, best_of=1), "key").startswith("as the page says: C major")
    silent = plain("E4 F4 G4 C5 B4 A4 G4 E4 F4 E4 D4 C4", key=KeySignature(0))
    assert reached(harmonised(silent, best_of=1), "key").startswith("by signature and last note: C major")
    dorian = plain("D4 E4 F4 G4 A4 B4 A4 D4", key=KeySignature(0, "dorian"))
    assert reached(harmonised(dorian, best_of=1), "key").startswith("as the page says: D minor")
    heard = harmonised(played(), best_of=1)
    assert reached(heard, "key").startswith("as the melody is heard: G major")
    assert heard.score.measures[0].key.sharps == 1


def test_a_last_note_that_is_none_of_the_tonic_s_is_told():
    found = harmonised(plain("E4 F4 G4 C5 B4 A4 G4 D4"), best_of=1)
    assert reached(found, "ending").startswith("not on the tonic triad of C major: the melody's last note")


def test_of_more_voices_the_top_one_is_taken_and_told():
    found = harmonised(full_score(), best_of=1)
    assert reached(found, "melody").endswith("the voice of Clarinet")
    assert "of 2 parts Clarinet is taken, the others are left out" in found.said
    chords = replace(played(), onset=np.repeat(played().onset[::2], 2), offset=np.repeat(played().offset[::2], 2))
    found = harmonised(chords, best_of=1)
    assert "top voice of Flute" in reached(found, "melody")
    assert "4 notes below others left out" in found.said
    assert sorted(found.notes.pitch[np.asarray(found.notes.part) == 0].tolist()) == [69, 71, 72, 74]


def test_a_part_that_is_named_a_melody_is_taken():
    score = C_TUNE
    low = ScorePart(tuple((note(0, 4, "C4"),) for _ in range(4)), "Flute")
    found = harmonised(replace(score, parts=(low, replace(score.parts[0], name="Voice"))), best_of=1)
    assert found.score.parts[0].measures == score.parts[0].measures
    assert reached(found, "melody") == "16 notes as they were: the voice of Voice"


def test_notes_that_overlap_or_are_doubled():
    one = played()
    legato = replace(one, offset=one.offset + 0.1)
    assert given_melody(legato).understood == "its only voice"
    twice = Notes(*(np.repeat(getattr(one, name), 2) for name in ("onset", "offset", "pitch", "velocity")),
                  parts=one.parts, tempos=one.tempos, meters=one.meters)  # fmt: skip
    found = given_melody(twice)
    assert len(found.notes) == 8
    assert found.said == ("8 notes below others left out",)
    assert np.array_equal(found.tokens, given_melody(one).tokens)


def test_rests():
    given = plain("E4 F4 - C5 B4 - - E4 F4 E4 D4 C4")
    found = harmonised(given, best_of=1)
    sung = [one for one in found.score.sounding() if one.part == 2]
    silent = [place for place in range(12) if not any(one.onset <= place < one.onset + one.duration for one in sung)]
    assert silent == [5, 6]  # a breath of a beat is sung through, two beats are not


@pytest.mark.parametrize(
    ("given", "options", "words"),
    [
        (C_TUNE, {"key": "H"}, "'H' is no key"),
        (C_TUNE, {"key": "F# major"}, "the melody is heard in C major, not in F# major"),
        (C_TUNE, {"chords": "C | G"}, "the chords fill 2 bars, and there are 4"),
        (C_TUNE, {"chords": "C | Q | G | C"}, "'Q' is no chord"),
        (C_TUNE, {"chords": "C | F# | G | C"}, "F# has no tone in common with C major"),
        (C_TUNE, {"chords": "C | F G C | G | C"}, "a bar of 4 beats takes 1 or 2 or 4"),
        (C_TUNE, {"chords": "N.C. | N.C. | N.C. | N.C."}, "the chart has no chord"),
        (C_TUNE, {"best_of": 0}, "of 1 to 64 pieces, not of 0"),
        (C_TUNE, {"seed": -1}, "a seed is a whole number"),
        (C_TUNE, {"tempo": 5000.0}, "20 to 400 quarters a minute, not at 5000"),
        (plain("C3 C4 C5 C6"), {}, "goes from MIDI pitch 48 to 84, 36 semitones"),
        (tune(frame((F(11, 4), TimeSignature((11,), 16), {})), [note(0, 2, "C5")]), {}, "is in 11/16"),
        (tune(frame((4, FOUR, {})), [note(0, 4)]), {}, "holds no notes"),
        (tune(frame((4, FOUR, {})), [note(0, 1, "C5", drums=(38,))]), {}, "holds nothing but drums"),
        (tune(frame((1, FOUR, {})), [note(F(1, 32), F(1, 32), "C5")]), {}, "none of its notes is long enough"),
        (Notes([], [], [], []), {}, "holds no notes"),
        (replace(played(), parts=(Part("Kit", drum=True),)), {}, "holds nothing but drums"),
    ],
)  # fmt: skip
def test_refusals(given, options, words):
    with pytest.raises(InvalidValueError, match=words.replace("|", r"\|")):
        harmonised(given, **{"best_of": 1, **options})


def test_what_is_no_melody():
    with pytest.raises(UnsupportedFormatError, match="is no melody; give ABC, MusicXML or MIDI"):
        harmonised(Piece("x.wav", 1.0))


def test_a_seed_writes_the_same_and_json_tells_it(monkeypatch):
    monkeypatch.setattr(
        discrete_diffusion,
        "denoise",
        lambda grid, levels, step=None: np.random.default_rng(int(grid.sum()) + 900).normal(size=(*grid.shape, 47)),
    )
    one, two, other = (harmonised(C_TUNE, best_of=1, seed=seed) for seed in (0, 0, 1))
    assert one.score == two.score
    assert one.score.parts[3] != other.score.parts[3]
    told = written_json(one, "out.mid")
    assert told["request"]["weights"]["discrete_diffusion"] == CARD.sha256
    assert {"melody", "metre", "key", "ending", "faults"} <= {row["what"] for row in told["told"]}


def test_a_piece_of_parts_for_a_choir_gives_its_soprano():
    found = harmonised(short_piece(), best_of=1)
    assert found.told[0].reached
