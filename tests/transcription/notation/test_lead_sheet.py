"""Lead sheets: one staff, the highest line, chords as they sound or as a guitar with a capo plays them."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

import descant
from descant.errors import InvalidValueError
from descant.transcription.notation.lead_sheet import lead_sheet
from descant.types import Part, Score
from descant.types.score import ChordSymbol, Clef, Direction, KeySignature, ScorePart
from tests.scores import FOUR, frame, full_score, note


def song():
    """Two bars of chords in E flat under a drummer, with a second voice."""
    measures = frame((4, FOUR, {}), (4, FOUR, {}), key=KeySignature(-3, "major"))
    piano = (
        (
            note(0, 2, "Eb4", "G4", "Bb4", marks=("accent",)),
            note(2, 2, "Eb4", "Ab4", tied=(True, False)),
            note(0, 4, "G3", voice=2),
        ),
        (note(0, 1, "Eb4"), note(1, 3, "Bb4"), note(0, 4, "C3", voice=5, staff=2)),
    )
    drums = ScorePart(((note(0, 4, "F4", drums=(36,)),),) * 2, sound=Part(drum=True))
    chords = (ChordSymbol(F(0), "Eb:maj"), ChordSymbol(F(2), "Ab:maj/5"), ChordSymbol(F(4), "Bb:7"))
    return Score(
        measures,
        (
            drums,
            ScorePart(
                piano,
                "Piano",
                staves=2,
                clefs=(Clef(F(0), "G2"), Clef(F(0), "F4", 2)),
                directions=(Direction(F(0), "f", "dynamics"), Direction(F(4), "A", "rehearsal")),
            ),
        ),
        title="A song",
        chords=chords,
    )


def line(score):
    return [(one.onset, one.pitch.name, one.duration) for one in score.sounding()]


def test_the_melody_stands_alone_on_one_staff():
    sheet = lead_sheet(song())
    (part,) = sheet.parts
    assert (part.staves, part.clefs, part.sound.drum) == (1, (Clef(F(0), "G2"),), False)
    assert line(sheet) == [(0, "Bb4", 2), (2, "Ab4", 2), (4, "Eb4", 1), (5, "Bb4", 3)]
    assert [one.text for one in part.directions] == ["A"]
    assert (sheet.title, sheet.chords, sheet.measures) == ("A song", song().chords, song().measures)


def test_a_capo_changes_the_chords_to_shapes_and_not_the_melody():
    sheet = lead_sheet(song(), capo=3)
    assert [one.label for one in sheet.chords] == ["C:maj", "F:maj/5", "G:7"]
    assert sheet.parts[0].directions[0] == Direction(F(0), "Capo 3")
    assert line(sheet) == line(lead_sheet(song()))
    assert sheet.measures == song().measures


def test_all_moves_before_the_capo_is_put_on():
    sheet = lead_sheet(song(), transpose=2, capo=3)
    assert [one.label for one in sheet.chords] == ["D:maj", "G:maj/5", "A:7"]
    assert [name for _, name, _ in line(sheet)] == ["C5", "Bb4", "F4", "C5"]
    assert {one.key.sharps for one in sheet.measures} == {-1}


def test_a_transposing_part_is_written_as_it_sounds():
    sheet = lead_sheet(full_score())
    assert sheet.parts[0].transposition == (0, 0)
    assert line(sheet)[:2] == [(0, "G4", 1), (1, "C5", F(3, 2))]
    assert (F(5), "G4", F(5)) in line(sheet), "its tie over the bar line holds"
    assert [one.text for one in sheet.parts[0].measures[1][0].lyrics] == ["glad", "two"]


def test_it_is_written_and_read(tmp_path):
    sheet = lead_sheet(song(), capo=1)
    back = descant.open(descant.save(sheet, tmp_path / "sheet.musicxml"))
    assert (line(back), back.chords) == (line(sheet), sheet.chords)
    assert [one.text for one in back.parts[0].directions] == ["Capo 1", "A"]


@pytest.mark.parametrize("capo", [-1, 12])
def test_a_capo_is_on_a_fret(capo):
    with pytest.raises(InvalidValueError, match="a capo is on a fret from 1 to 11"):
        lead_sheet(song(), capo=capo)


def test_drums_have_no_melody():
    with pytest.raises(InvalidValueError, match="A song: has no part with pitches"):
        lead_sheet(replace(song(), parts=song().parts[:1]))
