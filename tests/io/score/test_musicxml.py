"""MusicXML: what is written reads back the same; what engravers need is said; bad files are refused."""

import io
import re
import zipfile
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import descant
from descant.errors import UnreadableFileError
from descant.io.said import AssumedWarning
from descant.io.score.read_musicxml import LeftOutWarning, read_musicxml
from descant.io.score.transposing import above
from descant.io.score.write_musicxml import musicxml, write_musicxml
from descant.types import Score
from descant.types.score import ChordSymbol, Clef, Measure, ScorePart, TimeSignature, Tuplet
from tests.scores import FOUR, THREE, frame, full_score, note, tune


@pytest.mark.parametrize("ending", [".musicxml", ".mxl", ".xml"])
def test_a_score_with_everything_reads_back_the_same(ending, tmp_path):
    path = descant.save(full_score(), tmp_path / f"score{ending}")
    read = descant.open(path)
    assert type(read) is Score
    for part, wanted in zip(read.parts, full_score().parts, strict=True):
        for number, (row, asked) in enumerate(zip(part.measures, wanted.measures, strict=True)):
            assert row == asked, f"{part.name}, measure {number}"
        assert part == wanted
    assert read.measures == full_score().measures
    assert read == full_score()


def test_the_same_score_gives_the_same_bytes(tmp_path):
    one, two = (write_musicxml(full_score(), tmp_path / name) for name in ("one.mxl", "two.mxl"))
    assert one.read_bytes() == two.read_bytes()
    assert "date" not in musicxml(full_score())


VALUES = [F(4), F(3), F(2), F(3, 2), F(1), F(3, 4), F(1, 2), F(1, 4), F(1, 8)]
NAMES = ["C4", "F#4", "Bb3", "E5", "Ab2", "G##4", "Dbb5"]


@st.composite
def bars(draw):
    """A voice's bar of four quarters: notes, chords, rests, gaps, and triplets of eighths."""
    events, place = [], F(0)
    while place < 4:
        fitting = [one for one in VALUES if one <= 4 - place and (place % 1 == 0 or one <= 1 - place % 1)]
        kind = draw(st.sampled_from(["note", "note", "chord", "rest", "gap", "triplet"]))
        length = draw(st.sampled_from(fitting))
        names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        if kind == "triplet" and place % 1 == 0:
            for third in range(3):
                events.append(note(place + F(third, 3), F(1, 3), names[0], tuplet=Tuplet(3, 2)))
            length = F(1)
        elif kind == "rest":
            events.append(note(place, length))
        elif kind != "gap":
            chord = sorted(names[: 1 if kind == "note" else 3], key=lambda one: note(0, 1, one).pitches[0].midi)
            events.append(note(place, length, *chord))
        place += length
    return tuple(events)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(bars(), min_size=1, max_size=3))
def test_any_rhythm_reads_back_the_same(tmp_path, rows):
    if not any(rows):
        return
    part = ScorePart(tuple(rows), clefs=(Clef(F(0), "G2"),))
    score = Score(frame(*[(4, FOUR, {}) for _ in rows]), (part,))
    assert read_musicxml(write_musicxml(score, tmp_path / "any.musicxml")) == score


CHORALES = ("1.6", "26.6", "66.6", "79.6", "171.6", "248.33-3", "348", "417")  # pickups, repeats, a name of three lines


@pytest.mark.parametrize("number", CHORALES)
def test_chorales_read_back_the_same(number, tmp_path):
    from music21.corpus import getWork

    score = read_musicxml(Path(getWork(f"bach/bwv{number}")))
    assert read_musicxml(write_musicxml(score, tmp_path / "chorale.mxl")) == score


def _notes(score):
    return list(ElementTree.fromstring(musicxml(score).split("\n", 2)[2]).iter("note"))


def test_a_transposing_part_is_written_as_its_player_reads_it():
    first = _notes(full_score())[0]
    assert (first.findtext("pitch/step"), first.findtext("pitch/octave")) == ("A", "4")  # sounds as G4
    root = ElementTree.fromstring(musicxml(full_score()).split("\n", 2)[2])
    assert [one.text for one in root.find("part").iter("fifths")] == ["2", "-1"]


def test_accidentals_are_shown_where_the_key_and_the_bar_do_not_say_them():
    row = (note(0, 1, "F#4"), note(1, 1, "F#4"), note(2, 1, "F4"), note(3, 1, "Bb4", tied=(True,)))
    after = (note(0, 2, "Bb4"), note(2, 2, "Bb4"))
    score = Score(frame((4, FOUR, {}), (4, FOUR, {})), (ScorePart((row, after)),))
    shown = [one.findtext("accidental") for one in _notes(score)]
    assert shown == ["sharp", None, "natural", "flat", None, "flat"]


@pytest.mark.parametrize(
    ("chord", "semitones", "bass"),
    [("C", 4, "E"), ("Bb", 3, "Db"), ("F#", 7, "C#"), ("Ab", 10, "Gb"), ("B", 11, "A#"), ("Db", 6, "Abb")],
)
def test_the_bass_of_a_chord_is_spelled_as_its_degree(chord, semitones, bass):
    assert above(chord, semitones) == bass


def test_a_chord_symbol_without_a_name_in_musicxml_keeps_its_label():
    score = Score(tune().measures, tune().parts, chords=(ChordSymbol(F(0), "C:(1,2,5)"),))
    kind = next(ElementTree.fromstring(musicxml(score).split("\n", 2)[2]).iter("kind"))
    assert (kind.text, kind.get("text")) == ("other", "(1,2,5)")


def test_a_half_diminished_chord_is_printed_with_the_sign_of_a_flat(tmp_path):
    score = replace(tune(), chords=(ChordSymbol(F(0), "F#:hdim7"),))
    kind = next(ElementTree.fromstring(musicxml(score).split("\n", 2)[2]).iter("kind"))
    assert (kind.text, kind.get("text")) == ("half-diminished-seventh", "m7\u266d5")
    assert read_musicxml(write_musicxml(score, tmp_path / "chord.musicxml")) == score


def test_an_additive_metre_and_a_short_bar_in_the_middle(tmp_path):
    seven = TimeSignature((3, 2, 2), 8)
    rows = (
        (note(0, "3/2", "C4"), note("3/2", 1, "D4"), note("5/2", 1, "E4")),
        (note(0, 1, "F4"),),
        (note(0, 3, "G4"),),
    )
    measures = frame(("7/2", seven, {}), (1, THREE, {}), (3, THREE, {}))
    score = Score(measures, (ScorePart(rows, clefs=(Clef(F(0), "G2"),)),))
    assert read_musicxml(write_musicxml(score, tmp_path / "seven.musicxml")) == score


LONG = TimeSignature((27,), 4)
SIX = TimeSignature((6,), 4)


@pytest.mark.parametrize(
    ("length", "time", "row"),
    [
        (27, LONG, (note(0, 8), note(8, 19, "C5"), note(0, 27, voice=5, staff=2))),
        (27, LONG, (note(0, 8), note(8, 19), note(0, 27, "C3", voice=5, staff=2))),
        (6, SIX, (note(0, 4), note(4, 2, "C5"), note(0, 6, voice=5, staff=2))),
        (4, SIX, (note(0, 4),)),
        (8, LONG, (note(0, 8, voice=5, staff=2),)),
    ],
)
def test_rests_of_a_whole_or_a_breve_are_no_longer_than_they_are(length, time, row, tmp_path):
    staves = ScorePart((row,), staves=2, clefs=(Clef(F(0), "G2"), Clef(F(0), "F4", 2)))
    score = Score(frame((length, time, {})), (staves,))
    assert read_musicxml(write_musicxml(score, tmp_path / "rests.musicxml")) == score


def test_the_rest_of_an_upbeat_may_be_called_a_whole_measures(tmp_path):
    row = (note(0, 1, "C5"), note(0, 1, voice=5, staff=2))
    score = Score(frame((1, FOUR, {})), (ScorePart((row,), staves=2, clefs=(Clef(F(0), "G2"), Clef(F(0), "F4", 2))),))
    text = musicxml(score).replace("<rest />", '<rest measure="yes"/>')
    assert text != musicxml(score)
    assert read_musicxml(_with(tmp_path, text)) == score


def test_a_part_without_a_programme_sounds_as_it_is_named(tmp_path):
    part = replace(tune().parts[0], name="Oboe")
    text = musicxml(replace(tune(), parts=(part,)))
    read = read_musicxml(_with(tmp_path, re.sub("<midi-instrument.*?</midi-instrument>", "", text, flags=re.DOTALL)))
    assert read.parts[0].sound.program == 68
    assert read_musicxml(_with(tmp_path, text)).parts[0].sound.program == 0, "where the file says so"


# -- bad input


def _with(tmp_path, text, name="bad.musicxml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _packed(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


GOOD = musicxml(tune())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<html></html>", "its root is <html>"),
        ("<score-partwise><part>", "not well-formed XML"),
        ("<score-partwise></score-partwise>", "without measures"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><score-partwise/>', "defines XML entities"),
        ("<score-partwise><part><measure/></part></score-partwise>", "without a note or a rest"),
        (GOOD.replace("<step>C</step>", "<step>H</step>"), "measure 1: a note's letter and octave are 'H' and '4'"),
        (b"\xff\xfe\x00", "not well-formed XML"),
    ],
    ids=["html", "cut", "empty", "entity", "no-notes", "no-such-letter", "bytes"],
)
def test_what_is_no_score_is_refused(text, says, tmp_path):
    with pytest.raises(UnreadableFileError, match=says):
        read_musicxml(_with(tmp_path, text))


def test_archives_that_bring_trouble_are_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="unpacks to over 200 MB"):
        read_musicxml(_with(tmp_path, _packed(**{"score.xml": b" " * 201_000_000}), "bomb.mxl"))
    with pytest.raises(UnreadableFileError, match="without a MusicXML score"):
        read_musicxml(_with(tmp_path, _packed(readme="hello"), "other.mxl"))
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_musicxml(_with(tmp_path, _packed(**{"score.xml": GOOD})[:200], "cut.mxl"))


def test_an_archive_without_a_container_gives_its_first_score(tmp_path):
    assert read_musicxml(_with(tmp_path, _packed(**{"score.xml": GOOD}), "plain.mxl")) == tune()


def test_measures_before_parts_are_turned_round(tmp_path):
    root = ElementTree.fromstring(GOOD.split("\n", 2)[2])
    timewise = ElementTree.Element("score-timewise")
    timewise.extend(one for one in root if one.tag != "part")
    for measure in root.findall("part/measure"):
        one = ElementTree.SubElement(timewise, "measure", measure.attrib)
        ElementTree.SubElement(one, "part", {"id": "P1"}).extend(measure)
    assert read_musicxml(_with(tmp_path, ElementTree.tostring(timewise))) == tune()


def test_chord_symbols_that_are_none_are_left_out_with_a_word(tmp_path):
    harmony = '<harmony><root><root-step>a.i(6)</root-step></root><kind text="x">other</kind></harmony><note>'
    path = _with(tmp_path, GOOD.replace("<note>", harmony, 1))
    with pytest.warns(LeftOutWarning, match="chord symbols cannot be read"):
        assert read_musicxml(path) == tune()


def test_the_rest_of_a_measure_that_lasts_too_long_fills_it(tmp_path):
    score = Score(frame((3, THREE, {})), (ScorePart(((note(0, 3),),), clefs=(Clef(F(0), "G2"),)),))
    path = _with(tmp_path, musicxml(score).replace("<duration>3<", "<duration>4<"))
    with pytest.warns(AssumedWarning, match="lasts longer than its metre; it fills the bar"):
        assert read_musicxml(path) == score


def test_a_measure_that_holds_too_much_is_as_long_as_what_it_holds(tmp_path):
    path = _with(tmp_path, GOOD.replace("<duration>1</duration>", "<duration>2</duration>"))
    with pytest.warns(AssumedWarning, match=r"measure 1: a measure holds more than its metre.*\(2 times\)"):
        score = read_musicxml(path)
    assert [measure.length for measure in score.measures] == [8, 8]
    assert type(score.measures[0]) is Measure


def test_words_in_a_symbol_of_no_chord_are_no_chord_symbol(tmp_path):
    path = tmp_path / "score.musicxml"
    text = musicxml(replace(tune(), chords=(ChordSymbol(F(0), "N"), ChordSymbol(F(1), "C:maj"))))
    path.write_text(text, encoding="utf-8")
    assert [one.label for one in read_musicxml(path).chords] == ["N", "C:maj"]
    path.write_text(text.replace('text="N.C."', 'text=".c.i"'), encoding="utf-8")
    assert [one.label for one in read_musicxml(path).chords] == ["C:maj"]
