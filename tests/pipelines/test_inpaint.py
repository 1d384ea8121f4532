"""Bars written anew, and everything else as it was, whoever draws: here who has learnt nothing."""

import re
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import descant
from descant import weights
from descant.composition import discrete_diffusion, music_transformer
from descant.composition.jsb_raster import VOICES
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.pipelines.inpaint import inpainted
from descant.pipelines.written import written_json
from descant.types import ControlChange, MeterChange, Notes, Part, Piece, Score, TempoChange
from descant.types.score import Lyric, ScorePart
from tests.pieces import short_piece
from tests.scores import FOUR, frame, note

CARD = SimpleNamespace(sha256="0" * 64)
CHORDS = [(72, 67, 64, 48), (72, 69, 65, 53), (71, 65, 62, 55), (72, 64, 60, 48)]
NAMES = [("C5", "G4", "E4", "C3"), ("C5", "A4", "F4", "F3"), ("B4", "F4", "D4", "G3"), ("C5", "E4", "C4", "C3")]


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


def four(length=1.0, **more):
    """Four bars of four voices at 60 quarters a minute, a chord a bar, each struck `4 / length` times."""
    each = [
        (4.0 * bar + length * at, pitch, voice)
        for bar, chord in enumerate(CHORDS)
        for at in range(round(4 / length))
        for voice, pitch in enumerate(chord)
    ]
    onset, pitch, voice = np.array(each).T
    fields = {
        "tempos": (TempoChange(0.0, 60.0), TempoChange(8.0, 50.0)),
        "meters": (MeterChange(0.0, 4, 4),),
        "controls": (ControlChange(1, 2.0, 64, 127),),
        **more,
    }
    parts = tuple(Part(f"{name} of mine", 19 + at) for at, name in enumerate(VOICES))
    velocity = np.arange(len(pitch)) % 40 + 60
    end = np.minimum(onset + length, 16.0)
    slow = lambda quarters: np.where(quarters > 8, 8 + (quarters - 8) * 1.2, quarters)  # noqa: E731
    return Notes(slow(onset), slow(end), pitch.astype(int), velocity, voice.astype(int), parts, **fields)


def rows(notes, kept=None):
    columns = (notes.onset, notes.offset, notes.pitch, notes.velocity, notes.part)
    found = [tuple(row) for row in zip(*(np.asarray(one).round(9).tolist() for one in columns), strict=True)]
    return {row for row in found if kept is None or kept(row)}


def page(**words):
    """The same chords as four staves of whole notes, with words in the soprano."""
    parts = tuple(
        ScorePart(
            tuple(
                (note(0, 2, chord[voice]), note(2, 2, chord[voice], **(words if voice == 0 else {}))) for chord in NAMES
            ),
            name.capitalize(),
        )
        for voice, name in enumerate(VOICES)
    )
    return Score(frame(*[(4, FOUR, {})] * 4), parts, title="Four bars")


def test_midi_outside_the_bars_comes_back_to_the_bit(tmp_path):
    given = four()
    found = inpainted(given, "2-3", best_of=2)
    outside = lambda row: row[0] < 4 or row[0] >= 8 + 4 * 1.2 - 1e-6  # noqa: E731
    assert rows(found.notes, outside) == rows(given, outside)
    for name in ("parts", "tempos", "meters", "controls"):
        assert getattr(found.notes, name) == getattr(given, name)
    inside = [row for row in rows(found.notes) if not outside(row)]
    assert {row[4] for row in inside} == {0, 1, 2, 3}
    assert all(row[1] <= 8 + 4 * 1.2 + 1e-6 for row in inside)
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    assert read.made_by == found.made_by
    assert reached(found, "given") == "32 notes as they were"
    assert reached(found, "bars") == "2 of 4, 8 quarters"


@pytest.mark.parametrize("tracks", ["alto,bass", "2, 4", "Alto of mine,BASS"])
def test_voices_that_are_not_asked_for_stay(tracks):
    given = four()
    found = inpainted(given, "2", tracks=tracks, best_of=1)
    kept = lambda row: row[4] in (0, 2) or not 4 <= row[0] < 8  # noqa: E731
    assert rows(found.notes, kept) == rows(given, kept)
    assert rows(found.notes) != rows(given)
    assert reached(found, "tracks") == "alto, bass written"


def test_notes_that_reach_over_an_edge_are_cut_or_held_on():
    one = np.zeros(4)
    given = Notes(one, one + 12, np.array(CHORDS[0]), one + 80, np.arange(4), tuple(Part(name) for name in VOICES),
                  tempos=(TempoChange(0.0, 60.0),), meters=(MeterChange(0.0, 4, 4),))  # fmt: skip
    found = inpainted(given, "2", tracks="tenor", best_of=1)
    tenor = sorted(row for row in rows(found.notes) if row[4] == 2)
    assert (tenor[0][0], tenor[0][2], tenor[-1][1], tenor[-1][2]) == (0.0, 64, 12.0, 64)
    assert all(before[1] == after[0] for before, after in pairwise(tenor))
    assert {row for row in rows(found.notes) if row[4] != 2} == {row for row in rows(given) if row[4] != 2}
    assert sum(int(one) for one in re.findall(r"\d+", reached(found, "edges"))) == 2


def test_what_would_be_the_same_is_held_on(monkeypatch):
    """A denoiser that is sure of what stood there gives back the notes that reached over the bars."""
    given = Notes(np.zeros(4), np.full(4, 12.0), np.array(CHORDS[0]), np.full(4, 80), np.arange(4),
                  tuple(Part(name) for name in VOICES), tempos=(TempoChange(0.0, 60.0),),
                  meters=(MeterChange(0.0, 4, 4),))  # fmt: skip
    sure = np.full((4, 48, 47), -50.0)
    for voice, pitch in enumerate(CHORDS[0]):
        sure[voice, :, pitch - 35] = 50.0
    monkeypatch.setattr(discrete_diffusion, "denoise", lambda grid, levels, step=None: sure)
    found = inpainted(given, "2", best_of=1)
    assert rows(found.notes) == rows(given)
    assert reached(found, "edges") == "8 notes held over them, 0 cut there"


def test_a_page_keeps_its_other_bars_and_voices(tmp_path):
    given = page(lyrics=(Lyric("word"),))
    found = inpainted(given, "2-3", tracks="soprano,tenor", best_of=1)
    for number, (old, new) in enumerate(zip(given.parts, found.score.parts, strict=True)):
        for bar in range(4):
            if number in (1, 3) or bar in (0, 3):
                assert new.measures[bar] == old.measures[bar]
    assert found.score.parts[0].measures[1] != given.parts[0].measures[1]
    assert (found.score.title, found.score.measures) == (given.title, given.measures)
    assert found.said == ("words and signs of the soprano in the new bars are left out",)
    read = descant.open(descant.save(found.score, tmp_path / "out.musicxml"))
    assert read.made_by == found.made_by


def test_two_voices_on_a_staff():
    wide = [
        ScorePart(
            tuple(
                tuple(note(0, 4, chord[first + at], voice=at + 1) for at in range(2))
                for chord in NAMES
            ),
            "Choir",
        )
        for first in (0, 2)
    ]  # fmt: skip
    given = Score(frame(*[(4, FOUR, {})] * 4), tuple(wide))
    found = inpainted(given, "2", tracks="alto", best_of=1)
    assert found.score.parts[1] == given.parts[1]
    new = found.score.parts[0].measures
    assert [row for bar, row in enumerate(new) if bar != 1] == [
        row for bar, row in enumerate(given.parts[0].measures) if bar != 1
    ]
    assert [one for one in new[1] if one.voice == 1] == [one for one in given.parts[0].measures[1] if one.voice == 1]
    assert {one.voice for one in new[1]} == {1, 2}


def test_ties_at_the_edges():
    long = page()
    tied = [note(0, 4, "C5", tied=(True,)), note(0, 4, "C5", tied=(True,)), note(0, 4, "C5"), note(0, 4, "C5")]
    parts = (replace(long.parts[0], measures=tuple((one,) for one in tied)), *long.parts[1:])
    found = inpainted(replace(long, parts=parts), "2", tracks="soprano", best_of=1)
    before, new = found.score.parts[0].measures[:2]
    goes_on = new[0].pitches == before[-1].pitches
    assert before[-1].tied == (goes_on,)
    assert new[-1].tied == (new[-1].pitches == before[-1].pitches,)


def test_bars_of_three_and_an_upbeat():
    given = four(meters=(MeterChange(0.0, 1, 4), MeterChange(1.0, 3, 4)), tempos=(TempoChange(0.0, 60.0),))
    given = replace(given, onset=np.repeat(np.arange(16.0), 4), offset=np.repeat(np.arange(16.0) + 1, 4))
    found = inpainted(given, "1", best_of=1)
    outside = lambda row: not 1 <= row[0] < 4  # noqa: E731
    assert rows(found.notes, outside) == rows(given, outside)
    assert reached(found, "bars") == "1 of 5, 3 quarters"


def test_silence_after_the_end_stays():
    given = four()
    ends = given.onset < 8 + 5 * 1.2  # five quarters of the last two bars
    found = inpainted(given.only(ends), "4", best_of=1)
    assert found.notes.duration == pytest.approx(given.only(ends).duration)
    assert reached(found, "bars") == "1 of 4, 1 quarter"


def test_empty_bars_are_filled():
    given = four()
    found = inpainted(given.only((given.onset < 4) | (given.onset >= 8)), "2", best_of=1)
    filled = [row for row in rows(found.notes) if 4 <= row[0] < 8]
    assert {row[4] for row in filled} == {0, 1, 2, 3}


def test_midi_on_a_page():
    found = inpainted(four(), "2", best_of=1)
    assert [one.name for one in found.score.parts] == [f"{name} of mine" for name in VOICES]
    assert len(found.score.measures) == 4
    assert [one.bpm for one in found.score.tempos] == [60, 50]


@pytest.mark.parametrize(
    ("bars", "options", "words"),
    [
        ("0", {}, "there is no bar 0"),
        ("0-2", {}, "there is no bar 0"),
        ("3-2", {}, "bars 3-2 run backwards; write 2-3"),
        ("5", {}, "has 4 bars, so there is no bar 5"),
        ("3-9", {}, "has 4 bars, so there is no bar 5"),
        ("two", {}, "'two' are no bars; write 9-12, or 9 for one"),
        ("-1", {}, "'-1' are no bars"),
        ("", {}, "'' are no bars"),
        ("2", {"tracks": "descant"}, "has no voice 'descant'; it has soprano, soprano of mine, alto"),
        ("2", {"tracks": "alto,,bass"}, "has no voice ''"),
        ("2", {"best_of": 65}, "of 1 to 64 pieces, not of 65"),
        ("2", {"seed": -3}, "a seed is a whole number"),
    ],
)
def test_refusals(bars, options, words):
    with pytest.raises(InvalidValueError, match=words):
        inpainted(four(), bars, **{"best_of": 1, **options})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Notes([], [], [], []), "holds no notes"),
        (replace(four(), parts=(Part("Kit", drum=True),) * 4), "holds nothing but drums"),
        (replace(four(), meters=(MeterChange(0.0, 11, 16),)), "is in 11/16"),
        (replace(four(), pitch=four().pitch + 12), "the raster has it from"),
        (short_piece(), "the piece has .*; songs are written in parts named melody, bridge and piano"),
    ],
)
def test_music_that_does_not_go(given, words):
    with pytest.raises(InvalidValueError, match=words):
        inpainted(given, "1", best_of=1)


def test_what_is_no_music():
    with pytest.raises(UnsupportedFormatError, match="is no music whose bars can be written"):
        inpainted(Piece("x.wav", 1.0), "1")


def test_json_tells_it():
    told = written_json(inpainted(four(), "2", best_of=2), "out.mid")
    assert told["request"]["bars"] == "2"
    assert told["drawn"] == 2
    assert {"bars", "tracks", "given", "edges", "faults"} <= {row["what"] for row in told["told"]}
