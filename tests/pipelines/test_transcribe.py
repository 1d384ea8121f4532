"""Transcribing: what the user asks for is what stands on the page."""

import warnings
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

import descant
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.pipelines.transcribe import SpeechWarning, beats_of, notated, symbols, transcribe
from descant.synthesis.as_written import as_written
from descant.transcription.notation.notated import Notated
from descant.types import Audio, Chords, Notes, Part, Piece, Score
from descant.types.score import ChordSymbol, ScorePart, TimeSignature
from tests.pieces import short_piece
from tests.scores import FOUR, frame, full_score, note, tune


def names(page):
    return [part.name for part in page.parts]


def tops(page):
    return [one.pitch.name for one in page.sounding()]


ROOTS = (0, 5, 7, 0)  # C, F, G, C


def march(seed=0, rubato=0.5, bars=16, beats=4, bpm=100.0):
    """A bass on the first beat, chords on the others, a tune that begins each bar with a half; and its true beats."""
    rows = []
    for bar in range(bars):
        root, start = ROOTS[bar % 4], float(bar * beats)
        rows.append((start, 1.0, 36 + root))
        rows += [(start + at, 0.8, 52 + root + up) for at in range(1, beats) for up in (0, 3, 7)]
        steps = [(0, min(2, beats), 4), *((at, 1, 7) for at in range(2, beats))]
        rows += [(start + at, 0.95 * length, 72 + root + up - at) for at, length, up in steps]
    onset, length, pitch = np.array(rows).T
    places = np.arange(float(bars * beats))
    score = ScoreNotes("a march", onset, length, pitch, np.zeros(len(rows)), places, places[::beats], bpm)
    return perform(score, np.random.default_rng(seed), pedal=False, rubato=rubato)


def test_a_score_gives_its_parts_and_bars_as_they_are():
    page = transcribe(full_score(), parts=("drums", "1"), bars=(1, 2))
    assert names(page) == ["Clarinet", "Drums"]
    assert [one.number for one in page.measures] == ["1", "2"]
    assert transcribe(full_score()) is full_score()


def test_notes_that_keep_to_their_file_are_written_in_its_bars():
    page = transcribe(short_piece())
    assert names(page) == ["Flute", "Piano", "Bass", "Drums"]
    assert [(one.length, one.key.sharps) for one in page.measures] == [(4, 0)] * 4
    assert page.tempos[0].bpm == 120
    assert beats_of(short_piece()) is None


def test_parts_by_name_and_number_and_the_melody():
    assert names(transcribe(short_piece(), parts=("piano", "4"))) == ["Piano", "Drums"]
    page = transcribe(short_piece(), parts=("melody",))
    assert names(page) == ["Flute"]
    tune = short_piece().pitch[np.asarray(short_piece().part) == 0].tolist()
    assert [one.pitch.midi for one in page.sounding()] == tune


def test_one_instrument_reads_its_own_way():
    (part,) = transcribe(short_piece(), parts=("1",), instrument="clarinet").parts
    assert (part.name, part.sound.program, part.transposition) == ("Clarinet", 71, (-1, -2))
    whole = transcribe(short_piece(), instrument="piano")
    assert names(whole) == ["Piano"], "drums are left out"


def test_transposed_and_bars_as_they_are_numbered():
    page = transcribe(as_written(tune()), transpose=2, bars=(2, 2))
    assert (tops(page), page.length) == (["A4", "B4", "C#5", "D5"], 4)


def test_a_simple_page():
    page = transcribe(short_piece(), simple=True)
    assert all((one.onset % 1).denominator in (1, 2, 3) for one in page.sounding())
    assert all(event.voice in (1, 5) for part in page.parts for row in part.measures for event in row)


def test_a_lead_sheet_has_one_staff_with_the_chords_of_a_score():
    song = replace(full_score(), chords=(ChordSymbol(F(1), "C:maj"), ChordSymbol(F(5), "G:7")))
    sheet = transcribe(song, lead_sheet=True, capo=3)
    assert (len(sheet.parts), sheet.parts[0].staves) == (1, 1)
    assert [one.label for one in sheet.chords] == ["A:maj", "E:7"]
    assert names(transcribe(short_piece(), lead_sheet=True)) == ["Flute"]


def over(row, *chords, time=FOUR):
    """Where the symbols of chords (start in quarters, label) stand over a bar, which sounds at a quarter a second."""
    score = Score(frame((time.length, time, {})), (ScorePart((tuple(row),)),))
    edges = np.array([*(start for start, _ in chords), float(time.length)])
    heard = Chords(edges[:-1], edges[1:], [label for _, label in chords])
    clock = np.arange(float(time.length) + 1)
    return [(one.at, one.label) for one in symbols(heard, Notated(score, (), clock, clock))]


QUARTERS = [note(at, 1, "C4") for at in range(4)]
EIGHTHS = [note(F(at, 2), "1/2", "C4") for at in range(8)]


@pytest.mark.parametrize(
    ("row", "chords", "expected"),
    [
        (
            EIGHTHS,
            [(0, "Eb:maj/3"), (0.5, "G:min"), (1.5, "F:7")],
            [(0, "Eb:maj/3"), (F(1, 2), "G:min"), (F(3, 2), "F:7")],
        ),
        (QUARTERS, [(0, "F:7"), (0.4, "G:min"), (1, "C:maj")], [(0, "G:min"), (1, "C:maj")]),
        (QUARTERS, [(0.1, "F:7"), (2.3, "N"), (2.4, "F:7")], [(0, "F:7")]),
        (EIGHTHS, [(0, "C:maj"), (0.7, "F:maj"), (2.3, "C:maj")], [(0, "C:maj"), (1, "F:maj"), (2, "C:maj")]),
        (QUARTERS, [(0, "C:maj"), (0.5, "F:maj"), (1.5, "G:maj")], [(0, "C:maj"), (1, "F:maj"), (2, "G:maj")]),
        (QUARTERS, [(0, "C:maj"), (3.9, "F:maj")], [(0, "C:maj")]),
    ],
    ids=["on eighths", "the longer", "what is left out parts nothing", "early and late", "evenly", "beyond the end"],
)
def test_chord_symbols_have_places_of_their_own(row, chords, expected):
    assert over(row, *chords) == expected


def test_between_the_beats_of_a_compound_metre_are_two_places():
    eighths = [note(F(at, 2), "1/2", "C4") for at in range(6)]
    found = over(eighths, (0, "C:maj"), (1, "F:maj"), (1.5, "G:maj"), time=TimeSignature((6,), 8))
    assert found == [(0, "C:maj"), (1, "F:maj"), (F(3, 2), "G:maj")]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("beats", [3, 4])
def test_bars_are_found_in_a_performance(seed, beats):
    played = march(seed, beats=beats)
    page = notated(played.notes)
    found = np.interp([float(one.start) for one in page.score.measures], page.quarter, page.second)
    right = np.abs(found[:, None] - played.beats.downbeats).min(axis=0) < 0.1
    assert right.mean() > 0.8
    halves = 1 if beats == 3 else 2  # a bar of four may be heard as two of two
    assert len(page.score.measures) <= halves * len(played.beats.downbeats) + 2


def test_silence_is_an_honest_empty_page():
    for source in (Notes([], [], [], []), Audio(np.zeros(16_000, np.float32), 16_000)):
        page = transcribe(source)
        assert (len(page.measures), [one.text for one in page.parts[0].directions]) == (1, ["nothing was heard"])


def test_speech_is_said_to_be_speech():
    """A buzz whose pitch glides like a voice, in words; the same buzz on notes is none."""
    rate = 16_000
    time = np.arange(6 * rate) / rate
    words = (time % 0.5) < 0.4
    glide = 4.0 * np.sin(2 * np.pi * 1.9 * time) - 0.5 * time
    tune = np.array([0, 2, 4, 5, 7, 4])[np.minimum(time.astype(int), 5)]
    for pitch, told in ((glide, True), (tune, False)):
        phase = np.cumsum(2 * np.pi * 150 * 2 ** (pitch / 12) / rate)
        sound = words * sum(np.sin(partial * phase) / partial for partial in range(1, 15)) * 0.1
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", SpeechWarning)
            transcribe(Audio(sound.astype(np.float32), rate))
        assert any(one.category is SpeechWarning for one in said) == told


def test_too_many_notes_are_refused_before_they_are_listened_to():
    onset = np.sort(np.random.default_rng(0).uniform(0, 1e5, 100_001))
    notes = Notes(onset, onset + 0.1, np.full(len(onset), 60), np.full(len(onset), 60))
    with pytest.raises(InvalidValueError, match="100001 notes are too many for a page"):
        transcribe(notes)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"parts": ("oboe",)}, "there is no part 'oboe'; choose from 1 Flute, 2 Piano, 3 Bass, 4 Drums, or melody"),
        ({"parts": ("5",)}, "there is no part '5'"),
        ({"instrument": "kazoo"}, "no instrument is named 'kazoo'"),
        ({"bars": (3, 9)}, "there are no bars 3-9; the page has 1 to 4"),
        ({"bars": (3, 2)}, "there are no bars 3-2"),
        ({"lead_sheet": True, "capo": 12}, "a capo is on a fret"),
        ({"parts": ("drums",), "lead_sheet": True}, "has no part with pitches"),
    ],
)
def test_what_there_is_not(wishes, words):
    with pytest.raises(InvalidValueError, match=words):
        transcribe(short_piece(), **wishes)


def test_what_cannot_be_transcribed():
    with pytest.raises(UnsupportedFormatError, match="is transcribed from its recording"):
        transcribe(Piece("song.mp3", 1.0))
    with pytest.raises(UnsupportedFormatError, match="a int cannot be transcribed"):
        transcribe(3)


def test_a_file_is_opened(tmp_path):
    path = descant.save(short_piece(), tmp_path / "song.mid")
    assert names(transcribe(path, parts=("2",), bars=(1, 2))) == ["Piano"]


def test_names_of_parts_that_no_note_uses_are_no_trouble():
    notes = replace(short_piece(), parts=(*short_piece().parts, Part("Choir", 52)))
    assert names(transcribe(notes)) == ["Flute", "Piano", "Bass", "Drums"]
