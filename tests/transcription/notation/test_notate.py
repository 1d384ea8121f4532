"""Pages: scores played as they are written come back, performances become what was meant, anything becomes a page."""

import warnings
from collections import Counter
from dataclasses import replace
from fractions import Fraction as F
from functools import cache
from pathlib import Path

import music21
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import descant
from descant.errors import InvalidValueError
from descant.synthesis.as_written import as_written
from descant.transcription.notation.notate import MOST_NOTES, NoBeatWarning, notate, notated
from descant.transcription.notation.notated import LEFT_OUT
from descant.types import Beats, ControlChange, MeterChange, Notes, Part, Score, TempoChange
from descant.types.score import KeySignature, ScorePart, TempoMark, TimeSignature, Tuplet
from tests.scores import FOUR, THREE, frame, note
from tests.transcription.notation.played import adds_up, played, ticks, written

TWO, SIX = TimeSignature((2,), 4), TimeSignature((6,), 8)
TRIPLET = {"tuplet": Tuplet(3, 2)}


def score(measures, *parts, bpm=96.0, tempos=()):
    """Parts of (rows, Part, other fields)."""
    made = tuple(ScorePart(rows, sound.name, sound, **more) for rows, sound, more in parts)
    return Score(measures, made, tempos=(TempoMark(F(0), bpm), *tempos))


def line(*names, length=1, start=0):
    """A row of notes as long as each other."""
    return tuple(note(start + at * F(length), length, one) for at, one in enumerate(names))


FLUTE, PIANO, CLARINET, KIT = Part("Flute", 73), Part("Piano", 0), Part("Clarinet", 71), Part("Drums", drum=True)
BEAT = (
    note(0, "1/2", "F4", "G5", drums=(36, 42)),
    note("1/2", "1/2", "G5", drums=(42,)),
    note(1, 1, "C5", "G5", drums=(38, 42)),
    note(2, 1, "F4", drums=(36,)),
    note(3, 1, "C5", drums=(38,)),
)
SCORES = {
    "a scale": score(
        frame((4, FOUR, {}), (4, FOUR, {})),
        ((line("C5", "D5", "E5", "F5"), line("G5", "A5", "B5", "C6")), FLUTE, {}),
    ),
    "values and triplets": score(
        frame((4, FOUR, {}), (4, FOUR, {}), key=KeySignature(1)),
        (
            (
                (
                    note(0, "3/2", "G4"),
                    note("3/2", "1/2", "A4"),
                    note(2, "2/3", "B4", **TRIPLET),
                    note("8/3", "1/3", "A4", **TRIPLET),
                    note(3, "1/4", "G4"),
                    note("13/4", "3/4", "F#4"),
                ),
                (
                    *line("G4", "A4", "B4", length=F(1, 3)),
                    *line("C5", "D5", "B4", "A4", length="1/4", start=1),
                    note(2, 2, "G4"),
                ),
            ),
            FLUTE,
            {},
        ),
    ),
    "metres that change": score(
        frame((4, FOUR, {}), (3, THREE, {}), (3, THREE, {}), (2, TWO, {}), (4, FOUR, {})),
        (
            (
                line("C5", "D5", "E5", "F5"),
                line("G5", "E5", "C5"),
                line("D5", "E5", "D5"),
                line("G5", "F5"),
                line("E5", "D5", "C5", "C5"),
            ),
            FLUTE,
            {},
        ),
    ),
    "a tempo that changes": score(
        frame(*[(4, FOUR, {}) for _ in range(4)]),
        ((line("C5", "D5", "E5", "F5"),) * 4, FLUTE, {}),
        tempos=(TempoMark(F(8), 132.0),),
    ),
    "six eights": score(
        frame((3, SIX, {}), (3, SIX, {}), key=KeySignature(-1)),
        (
            (
                (note(0, 1, "F4"), note(1, "1/2", "G4"), *line("A4", "C5", "A4", length="1/2", start=F(3, 2))),
                (note(0, 1, "Bb4"), note(1, "1/2", "G4"), note("3/2", 1, "E4"), note("5/2", "1/2", "F4")),
            ),
            FLUTE,
            {},
        ),
        tempos=(),
    ),
    "clarinet and drums": score(
        frame((4, FOUR, {}), (4, FOUR, {}), key=KeySignature(-2)),
        ((line("Bb4", "C5", "D5", "Eb5"), line("F5", "Eb5", "D5", "Bb4")), CLARINET, {"transposition": (-1, -2)}),
        ((BEAT, BEAT), KIT, {}),
    ),
    "two hands": score(
        frame((4, FOUR, {}), (4, FOUR, {})),
        (
            (
                (
                    *line("E5", "F5", "G5", "E5"),
                    note(0, 2, "C3", "G3", voice=5, staff=2),
                    note(2, 2, "C3", "E3", voice=5, staff=2),
                ),
                (note(0, 4, "E5", "C6"), *(note(at, 1, "C3", voice=5, staff=2) for at in range(4))),
            ),
            PIANO,
            {"staves": 2},
        ),
    ),
    "two voices": score(
        frame((4, FOUR, {}), (4, FOUR, {})),
        (
            (
                (*line("E5", "F5", "G5", "F5"), note(0, 4, "C4", "G4", voice=2)),
                (*line("E5", "D5", "E5", "C5"), note(0, 4, "B3", "G4", voice=2)),
            ),
            PIANO,
            {},
        ),
    ),
}


def bars(page):
    return [(one.start, one.length, one.time, one.key.sharps, one.number) for one in page.measures]


def voiced(page):
    return [
        (one.part, one.onset, one.duration, one.pitch.name, one.voice, one.staff, one.drum) for one in page.sounding()
    ]


@cache
def page_of(name):
    return notated(as_written(SCORES[name]))


@pytest.mark.parametrize("name", SCORES)
def test_what_is_played_as_it_is_written_is_written_so_again(name):
    meant, page = SCORES[name], page_of(name).score
    assert bars(page) == bars(meant)
    assert voiced(page) == voiced(meant)
    assert [(one.at, one.bpm) for one in page.tempos] == [(one.at, one.bpm) for one in meant.tempos]
    for one, other in zip(page.parts, meant.parts, strict=True):
        assert (one.name, one.sound, one.staves, one.transposition) == (
            other.name,
            other.sound,
            other.staves,
            other.transposition,
        )
    assert adds_up(page)


@pytest.mark.parametrize("name", SCORES)
def test_a_page_is_written_and_read_as_musicxml(name, tmp_path):
    page = page_of(name).score
    back = descant.open(descant.save(page, tmp_path / "page.musicxml"))
    assert (bars(back), voiced(back)) == (bars(page), voiced(page))
    assert [one.clefs for one in back.parts] == [one.clefs for one in page.parts]
    assert [one.transposition for one in back.parts] == [one.transposition for one in page.parts]


@pytest.mark.parametrize("name", SCORES)
def test_every_note_is_told_where_it_is_written(name):
    notes, found = as_written(SCORES[name]), page_of(name)
    page = tuple(found.score.sounding())
    assert [one.drum or one.pitch.midi for one in (page[at] for at in found.written)] == notes.pitch.tolist()
    assert found.quarters_at(notes.onset) == pytest.approx([float(page[at].onset) for at in found.written], abs=1e-6)


def test_clefs():
    signs = {name: [[one.sign for one in part.clefs] for part in page_of(name).score.parts] for name in SCORES}
    assert signs["two hands"] == [["G2", "F4"]]
    assert signs["clarinet and drums"] == [["G2"], ["percussion"]]
    low = notate(played(*[(at, 1, 40 + at) for at in range(8)]), ticks(8))
    assert [one.sign for one in low.parts[0].clefs] == ["F4"]


def corpus(name):
    return descant.open(Path(music21.__file__).parent / "corpus" / "bach" / f"{name}.mxl")


@pytest.mark.parametrize("name", ["bwv26.6", "bwv10.7"])
def test_chorales(name):
    meant = corpus(name)
    page = notate(as_written(meant, repeats=False), Beats([], []))
    assert [one[:-1] for one in bars(page)] == [one[:-1] for one in bars(meant)]
    for part in range(len(meant.parts)):
        lost, more = (Counter(written(one, part)) for one in (meant, page))
        lost, more = lost - more, more - lost
        assert sum(lost.values()) <= 1, "a rest after a long note may be filled"
        assert [(onset, name) for onset, _, name in lost] == [(onset, name) for onset, _, name in more]
        assert all(one[1] < other[1] for one, other in zip(lost, more, strict=True))
    assert adds_up(page)


def test_an_upbeat_is_one_if_the_file_says_so():
    """`as_written` names the metre of the whole bars alone, so bars begin with the upbeat; a file may say it as 1/4."""
    measures = frame((1, FOUR, {}), (4, FOUR, {}), (3, FOUR, {}))
    rows = (line("G4"), line("C5", "D5", "E5", "F5"), (note(0, 3, "C5"),))
    notes = as_written(score(measures, (rows, FLUTE, {}), bpm=120.0))
    told = replace(notes, meters=(MeterChange(0.0, 1, 4), MeterChange(0.5, 4, 4)))
    page = notate(told, Beats([], []))
    assert [(one.length, one.time, one.number) for one in page.measures[:2]] == [(1, FOUR, "0"), (4, FOUR, "1")]
    assert [(onset, name) for onset, _, name in written(page)] == [
        (0, "G4"), (1, "C5"), (2, "D5"), (3, "E5"), (4, "F5"), (5, "C5"),
    ]  # fmt: skip


MARCH = [(at, 1, 72 + (0, 2, 4, 5, 7, 5, 4, 2)[at % 8]) for at in range(16)] + [(4 * at, 4, 48) for at in range(4)]


def test_a_performance_becomes_what_was_meant():
    page = notate(played(*MARCH, jitter=0.012), ticks(16))
    assert [one.time for one in page.measures] == [FOUR] * 4
    assert sorted(one[:2] for one in written(page)) == sorted(one[:2] for one in MARCH)
    assert [one.bpm for one in page.tempos] == [pytest.approx(120, abs=3)]
    assert adds_up(page)


def test_a_performance_of_triplets_in_all_beats_is_compound():
    page = notate(played(*[(F(at, 3), "1/3", 60 + at % 5) for at in range(24)], bpm=80), ticks(8, bpm=80))
    assert {one.time for one in page.measures} == {TimeSignature((12,), 8)}
    assert {duration for _, duration, _ in written(page)} == {F(1, 2)}


def test_an_upbeat_before_the_first_downbeat():
    page = notate(played(*[(at, 1, 60 + at) for at in range(9)]), ticks(9, first=4))
    assert [(one.length, one.number) for one in page.measures] == [(1, "0"), (4, "1"), (4, "2")]


def test_a_grace_note_and_a_staccato_note():
    rows = [(at, 1, 60 + at) for at in range(8)]
    notes = played(*rows, ("3.86", "0.12", 66), ("8", "0.25", 67), ("9", "0.25", 69), (10, 2, 72))
    events = [event for row in notate(notes, ticks(12)).parts[0].measures for event in row]
    (grace,) = [one for one in events if one.grace]
    assert (grace.grace, grace.pitches[0].midi, grace.onset) == ("acciaccatura", 66, 0)
    assert [one.pitches[0].midi for one in events if "staccato" in one.marks] == [67, 69]


def test_the_pedal_holds():
    rows = [(at, "0.4", 60) for at in range(0, 16, 4)]
    dry = played(*rows)
    wet = replace(dry, controls=(ControlChange(0, 0.0, 64, 127),))
    assert {duration for _, duration, _ in written(notate(dry, ticks(16)))} != {F(4)}
    assert {duration for _, duration, _ in written(notate(wet, ticks(16)))} <= {F(4), F(1), F(1, 2)}


def test_a_simple_page():
    notes = played(*[(F(at, 4), "1/4", 60 + at % 7) for at in range(32)], (0, 8, 55))
    page = notate(notes, ticks(8), simple=True)
    assert all((event.onset % 1).denominator in (1, 2, 3) for row in page.parts[0].measures for event in row)
    assert {event.voice for row in page.parts[0].measures for event in row} == {1}


def test_what_is_on_one_place_is_written_once():
    found = notated(played((0, 1, 60), (0, 2, 60), (1, 1, 62), (2, 1, 64), (3, 1, 65)), ticks(4))
    assert len(found.written) == 5
    assert found.written[0] == found.written[1]


def test_parts_in_their_order_with_drums_last():
    parts = (Part("Kit", drum=True), Part("Violin", 40), Part("unused", 1), Part("Bass", 32))
    notes = played(*[(at, 1, 36 + at, at % 2) for at in range(8)], (0, 4, 30, 3), parts=parts)
    assert [one.name for one in notate(notes, ticks(8)).parts] == ["Violin", "Bass", "Kit"]


def test_a_written_note_that_no_page_can_show_stands_where_it_sounds():
    notes = played((0, 1, 127), (1, 1, 120), parts=(Part("Bass", 32),))
    assert notate(notes, ticks(2)).parts[0].transposition == (0, 0)


@pytest.mark.parametrize("place", [2.9, 3.7, 3.92, 3.97])
@pytest.mark.parametrize("tempos", [(), (TempoChange(0.5, 30.0),)])
def test_a_last_note_just_before_a_bar_line(place, tempos):
    notes = replace(played((0, 1, 60), (1, 1, 62), (2, 1, 64), (place, "1/4", 65), bpm=30), tempos=tempos)
    page = notate(notes, ticks(9, bpm=30))
    assert adds_up(page)
    assert page.measures[-1].end > written(page)[-1][0]


def test_silence_is_an_empty_bar_that_says_so():
    page = notate(Notes([], [], [], []), Beats([], []))
    assert [one.text for one in page.parts[0].directions] == ["nothing was heard"]
    assert adds_up(page)


def test_without_beats_the_bars_mean_nothing_and_that_is_said():
    with pytest.warns(NoBeatWarning, match="no beat was found"):
        page = notate(played((0, 1, 60), (1, 1, 62)), Beats([], []))
    assert page.measures[0].time == FOUR


def test_too_many_notes():
    onset = np.arange(MOST_NOTES + 1) * 0.01
    notes = Notes(onset, onset + 0.01, np.full(len(onset), 60), np.full(len(onset), 60))
    with pytest.raises(InvalidValueError, match="100001 notes are too many for a page; cut the piece"):
        notate(notes, Beats([], []))


PARTS = (Part("Piano", 0), Part("Clarinet", 71), Part("Bass", 32), Part("Kit", drum=True))


@st.composite
def any_notes(draw):
    """Few notes of any kind; a gap may be none, or a minute."""
    gaps = st.sampled_from([0.0, 0.0, 0.001, 0.02, 0.125, 1 / 6, 0.25, 0.33, 0.5, 1.0, 2.7, 60.0])
    count = draw(st.integers(1, 24))
    onset = np.cumsum(draw(st.lists(gaps, min_size=count, max_size=count)))
    length = draw(st.lists(st.sampled_from([0.001, 0.05, 0.2, 0.5, 2.0, 30.0]), min_size=count, max_size=count))
    pitch = draw(st.lists(st.integers(0, 127), min_size=count, max_size=count))
    part = draw(st.lists(st.integers(0, len(PARTS) - 1), min_size=count, max_size=count))
    tempos = draw(st.sampled_from([(), (TempoChange(0.0, 120.0),), (TempoChange(0.0, 61.3), TempoChange(1.0, 900.0))]))
    metres = st.sampled_from([(4, 4), (3, 8), (5, 8), (7, 16), (12, 8), (1, 64), (2, 1)])
    meters = tuple(MeterChange(0.7 * at, *one) for at, one in enumerate(draw(st.lists(metres, max_size=2))))
    return Notes(onset, onset + length, pitch, np.full(count, 64), part, PARTS, tempos=tempos, meters=meters)


@st.composite
def any_beats(draw):
    """None, one, even or uneven beats, with positions that may make no sense."""
    gaps = draw(st.lists(st.sampled_from([0.05, 0.3, 0.5, 0.5, 0.5, 1.3, 20.0]), max_size=24))
    positions = draw(
        st.one_of(
            st.just([0] * len(gaps)),
            st.just([2 + at % 3 for at in range(len(gaps))]),
            st.just([at % 5 + 1 for at in range(len(gaps))]),
            st.lists(st.integers(0, 12), min_size=len(gaps), max_size=len(gaps)),
        )
    )
    return Beats(np.cumsum(gaps), positions)


def checked(notes, beats, simple=False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoBeatWarning)
        found = notated(notes, beats, simple=simple)
    sounding = tuple(found.score.sounding())
    assert adds_up(found.score)
    assert len(found.written) == len(notes)
    for at, one in zip(found.written, notes.pitch.tolist(), strict=True):
        assert at == LEFT_OUT or one in (sounding[at].drum, sounding[at].pitch.midi)
    assert np.all(np.diff(found.second) > 0)
    return found.score


@given(any_notes(), any_beats(), st.booleans())
@settings(max_examples=40, phases=(Phase.generate,))
def test_any_notes_with_any_beats_are_a_page(notes, beats, simple):
    checked(notes, beats, simple)


@given(any_notes(), any_beats())
@settings(max_examples=5, phases=(Phase.generate,))
def test_any_page_is_written_read_and_engraved(tmp_path_factory, notes, beats):
    folder = tmp_path_factory.mktemp("page")
    page = checked(notes, beats)
    back = descant.open(descant.save(page, folder / "page.musicxml"))
    assert sorted(voiced(back), key=str) == sorted(voiced(page), key=str)
    assert descant.save(page, folder / "page.svg").stat().st_size > 0


def test_all_keys_at_once():
    notes = Notes(np.ones(128), np.full(128, 2.0), np.arange(128), np.full(128, 80))
    page = checked(notes, ticks(4))
    assert len(tuple(page.sounding())) == 128
