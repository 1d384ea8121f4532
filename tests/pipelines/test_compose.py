"""What is asked of a chorale is met or refused, whoever foretells its tokens: here a model that has learnt nothing."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import descant
from descant import weights
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.errors import InvalidValueError, MissingDataError, UnsupportedFormatError
from descant.pipelines.compose import compose
from descant.pipelines.given_chorale import given_chorale
from descant.pipelines.written import written_json
from descant.types import MeterChange, Notes, Part, Piece, TempoChange
from tests.pieces import short_piece
from tests.scores import chorale, full_score


class Graph:
    """A stand-in for the graph: a voice that sang goes on by small steps, to no harmony in particular."""

    card = SimpleNamespace(sha256="0" * 64)
    session = SimpleNamespace(
        get_inputs=lambda: [
            SimpleNamespace(name="context", shape=["pieces", "read", 1]),
            SimpleNamespace(name="frame_key_0", shape=["pieces", 1, "kept", 1]),
            SimpleNamespace(name="token_key_0", shape=["pieces", 1, 8, 1]),
        ]
    )

    def run(self, inputs):
        last, frame, voice = inputs["last"], inputs["frame"], inputs["voice"]
        middle = np.array([sum(both) / 2 for both in JsbRaster().ranges]) - JsbRaster().lowest + 1
        near = np.where(last > 0, last, middle)[:, :, voice, None]
        logits = -np.abs(np.arange(JsbRaster().size) - near) / 2.0
        pieces, frames, _ = frame.shape
        new = frames - inputs["context"].shape[1]
        frames_kept, tokens_kept = (np.zeros((1, 2, pieces, 1, many, 1)) for many in (new, frames * len(voice)))
        return {
            "logits": logits.astype(np.float32),
            "contexts": np.zeros((pieces, frames, 1)),
            "frames_kept": frames_kept,
            "tokens_kept": tokens_kept,
        }


@pytest.fixture(autouse=True)
def _graph(monkeypatch):
    monkeypatch.setattr(weights, "load", lambda name: Graph())
    monkeypatch.setattr(weights, "find", lambda name: (Graph.card, None))


ASKED = {"style": "chorale", "continue": "", "tempo": None, "chords": "", "weights": Graph.card.sha256}


def reached(found, what):
    return next(one.reached for one in found.told if one.what == what)


def rows(notes):
    columns = (notes.onset.round(9), notes.offset.round(9), notes.pitch, notes.velocity, notes.part)
    return set(zip(*(one.tolist() for one in columns), strict=True))


def four(tempo=60.0, **more):
    """Two bars of four voices on C, F, G7 and C, each struck twice."""
    chords = [(72, 67, 64, 48), (72, 69, 65, 53), (71, 65, 62, 55), (72, 64, 60, 48)]
    each = [
        (2 * at + beat, pitch, voice)
        for at, chord in enumerate(chords)
        for beat in range(2)
        for voice, pitch in enumerate(chord)
    ]
    onset, pitch, voice = np.array(each, dtype=float).T
    length = 60.0 / tempo
    fields = {"tempos": (TempoChange(0.0, tempo),), "meters": (MeterChange(0.0, 4, 4),), **more}
    return Notes(
        onset * length,
        (onset + 1) * length,
        pitch.astype(int),
        np.arange(len(pitch)) % 40 + 60,
        voice.astype(int),
        tuple(Part(name, 52) for name in VOICES),
        **fields,
    )


@pytest.mark.parametrize("bars", [1, 3, 8])
def test_bars_are_as_many_as_asked(bars):
    found = compose(bars=bars, key="C major", best_of=3)
    score = found.score
    assert len(score.measures) == bars
    assert {one.length for one in score.measures} == {Fraction(4)}
    assert found.notes.duration == pytest.approx(bars * 4 * 60 / 72)
    assert reached(found, "bars") == f"{bars} of 4/4"


@pytest.mark.parametrize(
    ("key", "tonic", "third", "sharps"), [("D minor", 2, 3, -1), ("Eb Major", 3, 4, -3), ("b", 11, 3, 2)]
)
def test_a_key_is_begun_and_ended_in(key, tonic, third, sharps):
    found = compose(bars=4, key=key, best_of=4)
    frames = JsbRaster().encode(found.notes).tokens.reshape(-1, 4) - 1 + JsbRaster().lowest
    for chord in (frames[0], frames[-8]):
        assert {(pitch - tonic) % 12 for pitch in chord.tolist()} == {0, third, 7}
        assert chord[3] % 12 == tonic
    assert (frames[-8:] == frames[-1]).all()
    assert found.score.measures[0].key.sharps == sharps


@pytest.mark.parametrize("tempo", [40, 96, 300])
def test_tempo(tempo, tmp_path):
    found = compose(bars=2, key="C", tempo=tempo, best_of=1)
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    assert read.tempos[0].bpm == pytest.approx(tempo)
    assert read.duration == pytest.approx(8 * 60 / tempo)
    assert [one.bpm for one in found.score.tempos] == [tempo]


def test_chords_are_sung():
    found = compose(chords="Dm | Gm C7 | A7/C# Bdim | Dm", best_of=3)
    assert reached(found, "chords") == "sung on 16 of 16 beats"
    frames = JsbRaster().encode(found.notes).tokens.reshape(-1, 4) - 1 + JsbRaster().lowest
    assert {pitch % 12 for pitch in frames[24].tolist()} == {0, 4, 7, 10}
    assert frames[[32, 36], 3].tolist() == [49, 49] or (frames[[32, 36], 3] % 12 == 1).all()
    assert [one.label for one in found.score.chords] == ["D:min", "G:min", "C:7", "A:7/3", "B:dim", "D:min"]
    assert len(found.score.measures) == 4


def test_given_notes_come_back_as_they_were(tmp_path):
    given = descant.save(four(), tmp_path / "in.mid")
    found = compose(given, bars=2, best_of=3)
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    before = read.only(read.onset < 8.0 - 1e-6)
    assert rows(before) == rows(descant.open(given))
    assert read.duration == pytest.approx(16.0)
    assert reached(found, "given") == "32 notes as they were"
    assert reached(found, "key") == "as what is given; heard in C major"
    assert found.said == ()
    again = compose(found.score, bars=1, best_of=1)
    assert rows(again.notes.only(again.notes.onset < 16.0 - 1e-6)) == {
        (*row[:3], 80, row[4]) for row in rows(found.notes)
    }  # a page has no velocities


def test_an_upbeat_and_a_bar_that_was_begun():
    found = compose(chorale(), bars=2, best_of=2)
    before = given_chorale(chorale())
    assert before.upbeat == 4
    lengths = [float(one.length) for one in found.score.measures]
    assert lengths[0] == 1.0
    assert set(lengths[1:]) == {4.0}
    assert sum(lengths) * 4 == before.bar_line + 32
    meters = [(one.numerator, one.denominator) for one in found.notes.meters]
    assert meters == [(1, 4), (4, 4)]
    assert given_chorale(found.notes).upbeat == 4


def test_what_is_off_the_grid_is_said():
    late = four()
    found = compose(replace(late, onset=late.onset + 0.03, offset=late.offset + 0.03), bars=1, best_of=1)
    assert found.said[0].startswith("32 notes moved to the next sixteenth, by 0.22 quarters at most")


def test_a_seed_is_a_piece():
    one, same, other = (compose(bars=2, best_of=2, seed=seed) for seed in (5, 5, 6))
    assert rows(one.notes) == rows(same.notes)
    assert rows(one.notes) != rows(other.notes)


@pytest.mark.parametrize("still", [0.0, 0.5, 100.0])
def test_the_best_has_the_fewest_faults_and_beats_without_a_move(monkeypatch, still):
    from descant.pipelines import compose as module

    drawn, draw = [], module._draw
    monkeypatch.setattr(module, "STILL", still)
    monkeypatch.setattr(module, "_draw", lambda *given: drawn.append(draw(*given)) or drawn[-1])
    found = compose(bars=4, key="C", best_of=12)
    asked = [one for one in drawn[0] if one.key == 0]
    least = min(sum(one.faults.values()) + still * one.still for one in asked)
    best = next(one for one in asked if one.nats == found.nats)
    assert sum(best.faults.values()) + still * best.still == least
    for one in asked:
        moves = (np.diff(one.frames, axis=0) != 0).any(axis=1)
        assert one.still == sum(not moves[beat - 1] for beat in range(4, 64, 4))


def test_phrases_close_under_fermatas():
    found = compose(bars=6, key="C", best_of=1)
    assert found.page.phrases == (32, 64)
    assert reached(found, "phrases").startswith("3, closing on ")
    for end in (32, 64):
        assert all(any((note.start, note.stop) == (end - 8, end) for note in line) for line in found.page.voices)
    measures = found.score.measures
    marked = {
        measures[at].start + event.end
        for part in found.score.parts
        for at, row in enumerate(part.measures)
        for event in row
        if event.marks
    }
    assert marked == {8, 16, 24}


def test_what_was_asked_is_in_the_files(tmp_path):
    found = compose(bars=2, key="G", seed=4, best_of=2)
    for value, name in ((found.notes, "out.mid"), (found.score, "out.musicxml")):
        made_by = descant.open(descant.save(value, tmp_path / name)).made_by
        assert made_by.transform == "music-transformer"
        assert made_by.parameters == {**ASKED, "bars": 2, "key": "G", "seed": 4, "best_of": 2}
    told = written_json(found, "out.mid")
    assert told["request"] == dict(made_by.parameters)
    assert told["told"][0] == {"what": "bars", "asked": "2", "reached": "2 of 4/4"}


def renamed(**more):
    return replace(short_piece(), **more)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"bars": 0}, "1 bar or more, not 0"),
        ({"bars": -3}, "1 bar or more, not -3"),
        ({"bars": 513}, "more than the 512"),
        ({"style": "pop"}, "no style 'pop'; there is: chorale"),
        ({"key": "H major"}, "'H major' is no key"),
        ({"key": "G# major"}, "more than seven sharps"),
        ({"tempo": 0}, "not at 0"),
        ({"tempo": 1000}, "at 20 to 400 quarters a minute, not at 1000"),
        ({"tempo": float("nan")}, "not at nan"),
        ({"best_of": 0}, "of 1 to 64 pieces, not of 0"),
        ({"seed": -1}, "a seed is a whole number from 0 on"),
        ({"chords": "C | F", "bars": 3}, "the chords fill 2 bars, and 3 are asked for"),
        ({"chords": "C | F#", "key": "C"}, "F# in bar 2 has no tone in common with C major"),
        ({"chords": "Dm | Gm | A7 | Dm", "key": "F#"}, "the chords are heard in D minor, not in F# major"),
        ({"chords": "N.C."}, "no chord; leave --chords out"),
        ({"chords": "F | Bb | C7 | F", "key": "D minor", "best_of": 2}, "heard in D minor.*these chords lead there"),
    ],
)
def test_what_cannot_be_is_refused(asked, words):
    with pytest.raises(InvalidValueError, match=words):
        compose(**asked)


def nothing(part):
    return Notes(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), parts=(part,))


def strokes():
    return Notes([0.0, 0.5], [0.1, 0.6], [36, 38], [90, 90], parts=(Part("kit", 0, True),))


def many(count):
    onset = np.arange(count) / 2
    return Notes(onset, onset + 0.5, np.full(count, 60), np.full(count, 80), np.arange(count), (Part(),) * count)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (nothing(Part()), "holds no notes"),
        (strokes(), "nothing but drums"),
        (many(128), "takes four voices, soprano to bass; the piece has 128"),
        (many(1), "the piece has 1"),
        (four(meters=(MeterChange(0.0, 11, 16),)), "is in 11/16; chorales are gone on with in bars of four quarters"),
        (four(meters=(MeterChange(0.0, 4, 4), MeterChange(4.0, 3, 4))), "is in 3/4"),
        (replace(four(), pitch=four().pitch + 24), "the soprano sings MIDI pitch"),
        (full_score(), "is in 3/4, 3 quarters long, in bar 4"),
    ],
)
def test_what_cannot_be_gone_on_with_is_refused(given, words):
    with pytest.raises(InvalidValueError, match=words):
        compose(given, bars=2, best_of=1)


def test_another_key_than_what_is_given_is_in():
    with pytest.raises(InvalidValueError, match="what is given is heard in C major, not in F# major"):
        compose(four(), key="F#", bars=2)


def test_a_key_that_nobody_asked_for_need_not_be_heard(monkeypatch):
    from descant.pipelines import compose as module

    draw = module._draw
    monkeypatch.setattr(module, "_draw", lambda *given: [replace(one, key=5) for one in draw(*given)])
    with pytest.raises(InvalidValueError, match="of 8 pieces none is heard in D minor, most in F major"):
        compose(bars=2, key="D minor", best_of=2)
    found = compose(bars=2, best_of=2)
    assert (reached(found, "key"), found.drawn) == ("drawn; heard in F major", 8)
    assert found.score.title == "Chorale in D minor"  # as its signature and its last chord have it
    assert found.score.measures[0].key.sharps == -1


def test_what_is_no_music(tmp_path):
    path = tmp_path / "some.json"
    descant.save(Piece("some.wav", 1.0), path)
    with pytest.raises(UnsupportedFormatError, match="is no music in four voices"):
        compose(path)


def test_without_weights(monkeypatch):
    def missing(name):
        raise MissingDataError("not part of this installation")

    monkeypatch.setattr(weights, "find", missing)
    with pytest.raises(MissingDataError, match="not part"):
        compose(bars=2)


def test_metres_of_four_quarters_are_alike():
    halves = compose(replace(four(), meters=(MeterChange(0.0, 2, 2),)), bars=1, best_of=1)
    assert halves.page.length == 48
    assert halves.said == ("its bars of four quarters are written as 4/4",)


def test_bar_lines_and_the_last_chord_are_struck(tmp_path):
    """What a voice holds over a bar line is struck again there; of the last chord every voice is, under a fermata."""
    found = compose(bars=3, key="C", best_of=2)
    for line in found.page.voices:
        assert all(one.start // 16 == (one.stop - 1) // 16 for one in line)
        assert (line[-1].start, line[-1].stop) == (40, 48)
    last = [part.measures[-1][-1] for part in found.score.parts]
    assert [event.marks for event in last] == [("fermata",)] * 4
    assert [event.duration for event in last] == [2] * 4


def test_long_pieces_are_drawn_a_few_at_a_time(monkeypatch):
    shares = []
    monkeypatch.setattr("descant.pipelines.compose.TOGETHER", 70)  # two pieces of two bars
    found = compose(bars=2, key="C", best_of=5, progress=shares.append)
    assert found.drawn == 5
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) == 3 * 32
