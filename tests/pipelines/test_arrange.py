"""A melody comes back as it was, chords that are asked for stand, and what cannot be is refused, whoever foretells."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import descant
from descant import weights
from descant.errors import InvalidValueError, MissingDataError, UnsupportedFormatError
from descant.pipelines.arrange import arrange
from descant.pipelines.written import written_json
from descant.types import MeterChange, Notes, Part, Piece
from descant.types.clock import Clock
from tests.pipelines.song_network import Network
from tests.scores import THREE, chorale, frame, full_score, note

VOICE = Part("Voice", 53)


@pytest.fixture(autouse=True)
def _network(monkeypatch):
    found = Network()
    monkeypatch.setattr(weights, "load", lambda name: {"getmusic": found}[name])
    monkeypatch.setattr(weights, "find", lambda name: (found.card, None))


def melody(bars=4, bpm=120.0, quarters=4, onset=None, **more):
    """C major in quarters, from C to C."""
    onset = np.arange(bars * quarters, dtype=float) if onset is None else np.asarray(onset, dtype=float)
    clock = Clock.of_quarters([(0.0, bpm)])
    pitch = np.resize([60, 62, 64, 65, 67, 69, 71, 72], len(onset))
    pitch[-1] = 72
    fields = {"meters": (MeterChange(0.0, quarters, 4),), "tempos": clock.tempos, **more}
    velocity = 60 + np.arange(len(onset)) % 40
    part = np.zeros(len(onset), dtype=int)
    stop = onset + 0.9 * np.diff(onset, append=onset[-1] + 1)
    return Notes(clock.seconds(onset), clock.seconds(stop), pitch, velocity, part, (VOICE,), **fields)


def rows(notes, part=0):
    kept = np.asarray(notes.part) == part
    columns = (notes.onset.round(9), notes.offset.round(9), notes.pitch, notes.velocity)
    return set(zip(*(one[kept].tolist() for one in columns), strict=True))


def reached(found, what):
    return next(one.reached for one in found.told if one.what == what)


def accompaniment(notes):
    return notes.only(np.asarray(notes.part) > 0)


def test_the_melody_comes_back_as_it_was(tmp_path):
    given = melody()
    found = arrange(descant.save(given, tmp_path / "in.mid"), best_of=2)
    read = descant.open(descant.save(found.notes, tmp_path / "out.mid"))
    assert rows(read) == rows(descant.open(tmp_path / "in.mid"))
    assert [one.name for one in read.parts] == ["Voice", "Bridge", "Piano"]
    assert len(accompaniment(read)) > 20
    assert read.duration == pytest.approx(8.0)
    assert reached(found, "melody") == "part 1 Voice, 16 notes as they were"
    assert reached(found, "bars") == "4 of 4/4"
    assert found.said == ()


def test_it_ends_on_the_tonic_held_by_the_piano():
    found = arrange(melody(), best_of=1)
    last = found.notes.only((np.asarray(found.notes.part) == 2) & (found.notes.onset >= 6.0 - 1e-6))
    assert sorted(last.pitch.tolist()) == [36, 55, 60, 64]
    assert last.onset.tolist() == pytest.approx([6.0] * 4)
    assert last.offset.tolist() == pytest.approx([8.0] * 4)
    assert (found.score.chords[-1].at, found.score.chords[-1].label) == (Fraction(12), "C:maj")


def test_a_chart_stands_as_it_was_asked():
    found = arrange(melody(), chords="C | F Dm7 | G7/B | C9", best_of=2)
    assert [(float(one.at), one.label) for one in found.score.chords] == [
        (0.0, "C:maj"),
        (4.0, "F:maj"),
        (6.0, "D:min7"),
        (8.0, "G:7/3"),
        (12.0, "C:9"),
    ]
    assert reached(found, "chords").startswith("as asked, ")
    assert "1 of 1 basses under the piano" in reached(found, "chords")
    assert found.said == ("C9 is heard as a simpler chord",)
    row = found.page.grid[:, -1] - 193
    assert row[[0, 16, 24, 32, 48]].tolist() == [0, 5, 74, 115, 108]


def test_three_quarters_an_upbeat_and_a_score(tmp_path):
    measures = frame((1, THREE, {}), (3, THREE, {}), (3, THREE, {}), (2, THREE, {"barline": "final"}))
    lines = ((note(0, 1, "G4"),), (note(0, 2, "C5"), note(2, 1, "D5")), (note(0, 3, "E5"),), (note(0, 2, "C5"),))
    tune = replace(
        chorale(), measures=measures, parts=(replace(chorale().parts[0], measures=lines, spans=()),), chords=()
    )
    found = arrange(tune, chords="C | G C Am | C", best_of=1)
    assert reached(found, "bars") == "3 of 3/4, upbeat of 1"
    assert found.score.parts[0] == tune.parts[0]
    assert found.score.measures == tune.measures
    assert [(float(one.at), one.label) for one in found.score.chords] == [
        (1.0, "C:maj"),
        (4.0, "G:maj"),
        (5.0, "C:maj"),
        (6.0, "A:min"),
        (7.0, "C:maj"),
    ]
    assert len(found.score.parts) == 3
    again = descant.open(descant.save(found.score, tmp_path / "out.musicxml"))
    assert [one.name for one in again.parts][1:] == ["Bridge", "Piano"]
    assert found.notes.meters[0].numerator in (1, 3)


def test_what_lies_off_the_grid_stays_there():
    """Swung eighths come back as they were; the model hears them on sixteenths."""
    onset = np.arange(32) / 2
    onset = np.where(np.arange(32) % 2 == 1, onset + 1 / 6, onset)
    given = melody(onset=onset)
    found = arrange(given, best_of=1)
    assert rows(found.notes) == rows(given)
    assert found.said == ("16 notes are heard at the nearest sixteenth, 0.0833 quarters away at most",)
    thirds = {one.onset.denominator for row in found.score.parts[0].measures for one in row if one.pitches}
    assert 3 in thirds


def test_tempi_stay_or_are_as_asked():
    clock = Clock.of_quarters([(0.0, 90.0), (8.0, 60.0)])
    given = replace(
        melody(),
        onset=clock.seconds(np.arange(16.0)),
        offset=clock.seconds(np.arange(16.0) + 0.9),
        tempos=clock.tempos,
    )
    found = arrange(given, best_of=1)
    assert rows(found.notes) == rows(given)
    assert [one.bpm for one in found.notes.tempos] == [90.0, 60.0]
    assert reached(found, "tempo") == "60 and 90 quarters a minute"
    faster = arrange(given, tempo=300, best_of=1)
    assert [one.bpm for one in faster.notes.tempos] == [300.0]
    assert reached(faster, "tempo") == "300 quarters a minute, sixteenths come 20 a second"
    assert rows(faster.notes) == rows(melody(bpm=300.0))
    assert faster.notes.duration == pytest.approx(16 * 60 / 300)


def test_which_part_is_the_melody():
    two = replace(melody(), part=np.arange(16) % 2, parts=(Part("Guitar", 24), Part("Lead Vocal", 53)))
    found = arrange(two, best_of=1)
    assert reached(found, "melody") == "part 2 Lead Vocal, 8 notes as they were"
    assert found.said == ("1 other part left out",)
    assert reached(arrange(two, part="1", best_of=1), "melody").startswith("part 1 Guitar")
    assert reached(arrange(two, part="guitar", best_of=1), "melody").startswith("part 1 Guitar")


def test_a_melody_that_is_named_as_what_is_written_gets_another_name():
    found = arrange(replace(melody(), parts=(Part("Piano"),)), best_of=1)
    assert [one.name for one in found.notes.parts] == ["melody", "Bridge", "Piano"]
    assert found.said == ("its part Piano is named melody, beside the piano that is written",)


def test_one_note_off_the_grid_is_told_as_one():
    onset = np.arange(16.0)
    onset[3] += 0.1
    assert arrange(melody(onset=onset), best_of=1).said == (
        "1 note is heard at the nearest sixteenth, 0.1 quarters away at most",
    )
    onset = melody().onset.copy()
    onset[-1] = onset[-2]
    assert arrange(replace(melody(), onset=onset), best_of=1).said == ("1 note beside others is not heard",)


def test_an_upbeat_within_a_repeat(tmp_path):
    """Bars that a repeat has cut in two are one; the page keeps its measures."""
    tune = tmp_path / "tune.abc"
    tune.write_text("X:1\nM:4/4\nL:1/4\nK:G\nG | GABc | dBGG | AABA | G3 :: d | dcBA | GABc | dBAF | G3 :|\n")
    found = arrange(tune, best_of=1)
    assert reached(found, "bars") == "8 of 4/4, upbeat of 1"
    assert [float(one.length) for one in found.score.measures] == [1, 4, 4, 4, 3, 1, 4, 4, 4, 3]
    charted = arrange(tune, best_of=1, chords="G | C | D | G | G | C | D | G")
    assert reached(charted, "chords").startswith("as asked")


def test_a_low_melody_is_heard_higher():
    low = replace(melody(), pitch=melody().pitch - 36)
    found = arrange(low, best_of=1)
    assert rows(found.notes) == rows(low)
    assert found.said == ("it is heard 3 octaves higher",)


def test_without_a_metre_bars_of_four_are_told():
    assert arrange(melody(meters=()), best_of=1).said == (
        "it names no metre; its bars are taken as 4/4 from the beginning",
    )


def test_a_seed_is_an_accompaniment_and_is_in_the_file(tmp_path):
    one, same, other = (arrange(melody(), best_of=1, seed=seed) for seed in (5, 5, 6))
    assert rows(one.notes, 2) == rows(same.notes, 2) != rows(other.notes, 2)
    made_by = descant.open(descant.save(one.notes, tmp_path / "out.mid")).made_by
    assert made_by.transform == "getmusic"
    assert made_by.parameters == {
        "melody": "the Notes",
        "part": "",
        "key": "",
        "chords": "",
        "tempo": None,
        "seed": 5,
        "best_of": 1,
        "weights": "0" * 64,
    }
    told = written_json(one, "out.mid")
    assert told["request"] == dict(made_by.parameters)
    assert "nats" not in told


def test_the_best_has_the_fewest_faults():
    alone, of_six = (arrange(melody(), best_of=number) for number in (1, 6))
    assert sum(of_six.faults.values()) <= sum(alone.faults.values())
    assert reached(of_six, "best of") == "6 drawn"


def nothing(part):
    return Notes(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), parts=(part,))


def strokes():
    return Notes([0.0, 0.5], [0.1, 0.6], [36, 38], [90, 90], parts=(Part("kit", 0, True),))


def many(count):
    onset = np.arange(count) / 2
    return Notes(onset, onset + 0.5, np.full(count, 60), np.full(count, 80), np.arange(count), (Part(),) * count)


def two_at_once():
    return replace(melody(), onset=np.repeat(melody().onset[::2], 2), offset=np.repeat(melody().onset[::2], 2) + 0.4)


def rubato():
    rng = np.random.default_rng(0)
    onset = np.cumsum(rng.uniform(0.3, 0.9, 40))
    return replace(melody(10), onset=onset, offset=onset + 0.2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (nothing(Part()), "holds no notes"),
        (strokes(), "holds nothing but drums"),
        (many(128), "has 128 parts with notes, and none alone is named a melody; say which is.*1, 2, 3, 4, 5, 6, ..."),
        (two_at_once(), "part 1 has several notes at once, so it is no melody"),
        (rubato(), "keep to no grid of its own tempo"),
        (
            melody(meters=(MeterChange(0.0, 11, 16),)),
            "is in 11/16; songs are written here in bars of two, three or four",
        ),
        (melody(meters=(MeterChange(0.0, 6, 8),)), "is in 6/8"),
        (full_score(), "has 2 parts with notes"),
    ],
)
def test_what_is_no_melody_for_it_is_refused(given, words):
    with pytest.raises(InvalidValueError, match=words):
        arrange(given, best_of=1)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"chords": "C | F | G | C | C"}, "the chords fill 5 bars, and there are 4"),
        ({"chords": "C | F F F | G | C"}, "bar 2 of the chords has 3 chords; a bar of 4 beats takes 1 or 2 or 4"),
        ({"chords": "C | Q | G | C"}, "'Q' is no chord"),
        ({"chords": "C | F# | G | C", "key": "C"}, "F# has no tone in common with C major"),
        ({"key": "F#"}, "heard in C major, not in F# major"),
        ({"key": "H"}, "'H' is no key"),
        ({"tempo": 0}, "music is written at 20 to 400 quarters a minute, not at 0"),
        ({"tempo": float("nan")}, "not at nan"),
        ({"best_of": 0}, "of 1 to 64 pieces, not of 0"),
        ({"seed": -1}, "a seed is a whole number from 0 on"),
        ({"part": "Oboe"}, "there is no one part 'Oboe' with notes; choose from 1 Voice"),
    ],
)
def test_what_cannot_be_is_refused(asked, words):
    with pytest.raises(InvalidValueError, match=words):
        arrange(melody(), **{"best_of": 1, **asked})


def test_too_long():
    with pytest.raises(InvalidValueError, match="2052 quarters are more than the 2048"):
        arrange(melody(513), best_of=1)


def test_what_is_no_music(tmp_path):
    path = descant.save(Piece("some.wav", 1.0), tmp_path / "some.json")
    with pytest.raises(UnsupportedFormatError, match="is no written or performed music"):
        arrange(path)


def test_without_weights(monkeypatch):
    def missing(name):
        raise MissingDataError("not part of this installation")

    monkeypatch.setattr(weights, "find", missing)
    with pytest.raises(MissingDataError, match="not part"):
        arrange(melody())
