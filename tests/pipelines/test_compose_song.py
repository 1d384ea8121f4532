"""What is asked of a song is met or refused, whoever foretells its cells."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import descant
from descant import weights
from descant.errors import InvalidValueError, MissingDataError
from descant.pipelines.arrange import arrange
from descant.pipelines.compose_song import compose_song
from descant.pipelines.given_song import given_tracks
from descant.pipelines.inpaint import inpainted
from descant.transcription.notation.notate import notated
from descant.types import Notes, Part
from tests.pipelines.song_network import Network
from tests.pipelines.test_arrange import many, melody, nothing, reached, rows, strokes


@pytest.fixture(autouse=True)
def network(monkeypatch):
    found = Network()
    monkeypatch.setattr(weights, "load", lambda name: {"getmusic": found}[name])
    monkeypatch.setattr(weights, "find", lambda name: (found.card, None))
    return found


@pytest.mark.parametrize("bars", [1, 3, 16, 33])
def test_bars_are_as_many_as_asked(bars):
    found = compose_song(bars=bars, key="C", best_of=1)
    assert len(found.score.measures) == bars
    assert {one.length for one in found.score.measures} == {Fraction(4)}
    assert found.notes.duration == pytest.approx(bars * 4 * 60 / 84)
    assert reached(found, "bars") == f"{bars} of 4/4"


def test_a_key_is_begun_and_ended_in(network):
    found = compose_song(bars=8, key="Eb", best_of=2)
    assert [found.score.chords[at].label for at in (0, -1)] == ["Eb:maj", "Eb:maj"]
    assert found.score.measures[0].key.sharps == -3
    assert reached(found, "key") == "as asked; heard in Eb major"
    last = found.notes.only(found.notes.onset >= found.notes.duration - 4 * 60 / 84 - 1e-6)
    assert {(pitch - 3) % 12 for pitch in last.pitch.tolist()} == {0, 4, 7}
    network.likes(6)
    with pytest.raises(InvalidValueError, match=r"of 4 songs none is heard in A major, most in .*ask for more bars"):
        compose_song(bars=8, key="A", best_of=1)


def test_a_key_that_nobody_asked_for_refuses_nothing(network):
    network.likes(6)
    found = compose_song(bars=4, best_of=2)
    assert reached(found, "best of") == "2 drawn"
    heard = reached(found, "key").removeprefix("drawn; heard in ")
    assert found.score.title == f"Song in {heard}"


def test_chords_are_spelled_in_the_key():
    found = compose_song(bars=8, key="E", best_of=1)
    roots = {one.label.partition(":")[0] for one in found.score.chords}
    assert roots <= {"E", "F#", "G#", "A", "B", "C#"}
    assert "E" in roots


def test_chords_return_after_eight_bars():
    found = compose_song(bars=24, key="C", best_of=1)
    row = found.page.grid[:, -1]
    assert np.array_equal(row[:128], row[128:256])
    assert np.array_equal(row[:112], row[256:368])
    assert {one % 8 for one in np.flatnonzero(np.diff(row)) + 1} == {0}


def test_phrases_begin_alike_but_for_the_third():
    found = compose_song(bars=33, key="C", best_of=1)
    melody = found.page.grid[:, 0]
    first = melody[:64]
    assert [np.array_equal(first, melody[at : at + 64]) for at in (128, 256, 384)] == [True, False, True]
    assert not np.array_equal(melody[64:128], melody[192:256])
    other = compose_song(chords=" | ".join(["C F"] * 8 + ["C G"] * 8), best_of=1).page.grid[:, 0]
    assert not np.array_equal(other[:64], other[128:192])


def test_a_melody_is_one_note_at_a_time():
    notes = compose_song(bars=4, key="C", best_of=1).notes
    tune = notes.only(np.asarray(notes.part) == 0)
    assert (tune.offset[:-1] <= tune.onset[1:] + 1e-9).all()


def test_chords_are_as_asked(tmp_path):
    found = compose_song(chords="Am | Dm G7 | C/E N.C. | Am", best_of=2)
    assert [(float(one.at), one.label) for one in found.score.chords] == [
        (0.0, "A:min"),
        (4.0, "D:min"),
        (6.0, "G:7"),
        (8.0, "C:maj/3"),
        (12.0, "A:min"),
    ]
    assert reached(found, "bars") == "4 of 4/4"
    assert reached(found, "chords").startswith("as asked, ")
    read = descant.open(descant.save(found.score, tmp_path / "out.musicxml"))
    assert [one.label for one in read.chords] == [one.label for one in found.score.chords]


def test_tempo_and_what_was_asked_are_in_the_files(tmp_path):
    found = compose_song(bars=2, tempo=300, key="C", seed=3, best_of=1)
    for value, name in ((found.notes, "out.mid"), (found.score, "out.musicxml")):
        read = descant.open(descant.save(value, tmp_path / name))
        assert read.tempos[0].bpm == pytest.approx(300)
        assert read.made_by.transform == "getmusic"
        assert read.made_by.parameters == {
            "style": "pop",
            "continue": "",
            "bars": 2,
            "key": "C",
            "tempo": 300,
            "chords": "",
            "seed": 3,
            "best_of": 1,
            "weights": "0" * 64,
        }


def test_a_seed_is_a_song():
    one, same, other = (compose_song(bars=4, key="C", best_of=1, seed=seed) for seed in (5, 5, 6))
    for part in range(3):
        assert rows(one.notes, part) == rows(same.notes, part)
        assert rows(one.notes, part) != rows(other.notes, part)


def test_given_music_comes_back_and_goes_on(tmp_path):
    first = compose_song(bars=4, key="C", tempo=100, best_of=1)
    path = descant.save(first.notes, tmp_path / "in.mid")
    found = compose_song(path, bars=2, best_of=2)
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    given = descant.open(path)
    for part in range(3):
        assert rows(read.only(read.onset < given.duration - 1e-6), part) == rows(given, part)
    assert read.duration == pytest.approx(6 * 4 * 60 / 100)
    assert len(found.score.measures) == 6
    assert reached(found, "given") == f"{len(given)} notes of melody, bridge, piano as they were"
    assert reached(found, "key") == "as what is given; heard in C major"
    assert found.score.chords[0].at == 0  # of what was given too


def test_a_melody_alone_in_three_quarters_goes_on():
    given = melody(3, quarters=3)
    found = compose_song(given, chords="C | G F Em | C", best_of=1)
    assert reached(found, "bars") == "3 of 3/4"
    assert reached(found, "given") == "9 notes of melody as they were"
    assert [one.length for one in found.score.measures] == [3] * 6
    assert rows(found.notes.only(found.notes.onset < 4.5 - 1e-6)) == rows(given)
    assert found.notes.only(np.asarray(found.notes.part) > 0).onset.min() >= 4.5 - 1e-6


def several(*names):
    count = len(names)
    return Notes(
        np.arange(8.0),
        np.arange(8.0) + 0.5,
        np.full(8, 60),
        np.full(8, 80),
        np.arange(8) % count,
        tuple(map(Part, names)),
    )


def two_hands():
    """Two pianos that both play chords."""
    pair = several("Piano", "Piano")
    return replace(pair, onset=pair.onset // 4 * 4, offset=pair.offset // 4 * 4 + 3, pitch=60 + np.arange(8))


@pytest.mark.parametrize("ending", ["mid", "musicxml"])
@pytest.mark.parametrize("name", ["", "Violin", "Piano"])
def test_an_accompanied_melody_of_any_name_goes_on(name, ending, tmp_path):
    path = tmp_path / f"in.{ending}"
    tune = replace(melody(), parts=(Part(name),))
    accompanied = arrange(tune if ending == "mid" else notated(tune).score, best_of=1)
    descant.save(accompanied.notes if ending == "mid" else accompanied.score, path)
    anew = inpainted(path, "2", tracks="piano", best_of=1)
    found = compose_song(descant.save(anew.notes, tmp_path / "anew.mid"), bars=2, best_of=1)
    sung = found.notes.only((np.asarray(found.notes.part) == 0) & (found.notes.onset < 8 - 1e-6))
    assert sung.pitch.tolist() == melody().pitch.tolist()
    assert sung.onset.tolist() == pytest.approx(melody().onset.tolist(), abs=1e-3)
    assert [one.name.lower() for one in found.notes.parts[1:]] == ["bridge", "piano"]
    assert reached(found, "given") == f"{len(anew.notes)} notes of melody, bridge, piano as they were"


@pytest.mark.parametrize("names", [("Piano", "Piano"), ("Piano", "Violin")])
def test_beside_a_piano_the_melody_is_what_plays_one_note_at_a_time(names):
    chords = np.repeat(np.arange(4.0) * 2, 3)
    pair = Notes(
        np.append(chords, melody().onset),
        np.append(chords + 2, melody().offset),
        np.append(np.tile([48, 52, 55], 4), melody().pitch),
        np.full(28, 80),
        np.repeat([0, 1], [12, 16]),
        tuple(map(Part, names)),
        meters=melody().meters,
        tempos=melody().tempos,
    )
    assert given_tracks(pair).part == (1, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (nothing(Part()), "holds no notes"),
        (strokes(), "holds nothing but drums"),
        (many(128), f"named melody, bridge and piano, one of each; here they are: {'no name, ' * 6}\\.\\.\\."),
        (several("melody", "oboe"), "here they are: melody, oboe$"),
        (several("melody", "Melody"), "here they are: melody, Melody$"),
        (several("oboe", "", "Piano"), "here they are: oboe, no name, Piano$"),
        (two_hands(), "here they are: Piano, Piano$"),
    ],
)
def test_what_cannot_be_gone_on_with_is_refused(given, words):
    with pytest.raises(InvalidValueError, match=words):
        compose_song(given, bars=2, best_of=1)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"bars": 0}, "1 bar or more, not 0"),
        ({"bars": 513}, "2052 quarters are more than the 2048"),
        ({"key": "H major"}, "'H major' is no key"),
        ({"key": "G# major"}, "more than seven sharps"),
        ({"tempo": 1000}, "music is written at 20 to 400 quarters a minute, not at 1000"),
        ({"best_of": 65}, "of 1 to 64 pieces, not of 65"),
        ({"seed": -1}, "a seed is a whole number from 0 on"),
        ({"chords": "C | F", "bars": 3}, "the chords fill 2 bars, and 3 are asked for"),
        ({"chords": "C | F#", "key": "C"}, "F# in bar 2 has no tone in common with C major"),
        ({"chords": "N.C."}, "no chord; leave --chords out"),
        ({"chords": "C | F C G | C"}, "bar 2 of the chords has 3 chords"),
        ({"given": melody(), "key": "F#"}, "what is given is heard in C major, not in F# major"),
        ({"given": melody(), "bars": 510}, "2056 quarters are more than"),
    ],
)
def test_what_cannot_be_is_refused(asked, words):
    with pytest.raises(InvalidValueError, match=words):
        compose_song(asked.pop("given", None), **{"best_of": 1, **asked})


def test_without_weights(monkeypatch):
    def missing(name):
        raise MissingDataError("not part of this installation")

    monkeypatch.setattr(weights, "find", missing)
    with pytest.raises(MissingDataError, match="not part"):
        compose_song(bars=2)
