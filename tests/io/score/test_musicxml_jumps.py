"""Jumps in MusicXML: written and read back, signs and words of other programs, and music21's own order of them."""

import re
from dataclasses import replace
from fractions import Fraction as F
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from descant.io.score.play_order import play_order
from descant.io.score.read_musicxml import read_musicxml
from descant.io.score.write_musicxml import musicxml, write_musicxml
from descant.types.score import JUMPS, Direction, ScorePart
from tests.io.score.test_unfolded import signed
from tests.scores import full_score, note


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(JUMPS), max_size=2).map(tuple), min_size=1, max_size=5))
def test_jumps_read_back_the_same(tmp_path, signs):
    signs = [tuple(one for one in asked if not (one in ("D.C.", "D.S.") and len(asked) > 1)) for asked in signs]
    score = signed(*[{"jumps": one} for one in signs])
    assert read_musicxml(write_musicxml(score, tmp_path / "jumps.musicxml")) == score


def test_a_score_with_everything_and_jumps_reads_back_the_same(tmp_path):
    measures = list(full_score().measures)
    measures[1] = replace(measures[1], jumps=("segno", "To Coda"))
    measures[3] = replace(measures[3], jumps=("D.S. al Coda",))
    measures[4] = replace(measures[4], jumps=("coda", "Fine"))
    score = replace(full_score(), measures=tuple(measures))
    assert read_musicxml(write_musicxml(score, tmp_path / "jumps.mxl")) == score


def test_endings_of_many_measures_read_back_the_same(tmp_path):
    endings = [{"ending": one} for one in ("1, 3", "1, 3", "1, 3", "1, 3", "2", "2", "2", "2")]
    endings[3]["repeat_end"] = endings[7]["repeat_end"] = 2
    score = signed({}, *endings, {})
    assert read_musicxml(write_musicxml(score, tmp_path / "endings.musicxml")) == score


def test_words_that_say_more_are_kept_and_not_said_twice(tmp_path):
    score = signed({}, {"jumps": ("D.C.",)}, directions=(Direction(F(7), "Menuetto D.C."),))
    assert len(re.findall("<words", musicxml(score))) == 1
    assert read_musicxml(write_musicxml(score, tmp_path / "minuet.musicxml")) == score


def direction(kind="", sound=""):
    kinds = f"<direction-type>{kind}</direction-type>" if kind else ""
    return f"<direction>{kinds}{f'<sound {sound}/>' if sound else ''}</direction>"


def read(tmp_path, *measures):
    """The jumps of measures with (what stands before the note, what stands after it)."""
    score = signed(*[{}] * len(measures))
    root = ElementTree.fromstring(musicxml(score).split("\n", 2)[2])
    for element, (before, after) in zip(root.iter("measure"), measures, strict=True):
        place = next(at for at, one in enumerate(element) if one.tag == "note")
        element[place:place] = list(ElementTree.fromstring(f"<m>{before}</m>"))
        element.extend(ElementTree.fromstring(f"<m>{after}</m>"))
    path = tmp_path / "signs.musicxml"
    path.write_text(ElementTree.tostring(root, encoding="unicode"))
    found = read_musicxml(path)
    return found, [one.jumps for one in found.measures]


SEGNO, CODA = direction("<segno/>"), direction("<coda/>")


def words(text, sound=""):
    return direction(f"<words>{text}</words>", sound)


def test_signs_alone_and_words_alone(tmp_path):
    found, jumps = read(
        tmp_path, (SEGNO, ""), (CODA, ""), ("", words("D.S. al Coda")), (CODA, words("Fine")), (words("dolce"), "")
    )
    assert jumps == [("segno",), ("To Coda",), ("D.S. al Coda",), ("coda", "Fine"), ()]
    assert [one.text for one in found.parts[0].directions] == ["dolce"]


def test_what_sounds_say(tmp_path):
    _, jumps = read(
        tmp_path,
        ('<sound segno="1"/>', ""),
        ("", direction("<coda/>", 'tocoda="1"')),
        ("", words("D.S.", 'dalsegno="1"')),
        (direction("<coda/>", 'coda="1"'), '<sound fine="yes"/>'),
        ("", '<sound dacapo="yes"/><sound dacapo="no" fine="no"/>'),
    )
    assert jumps == [("segno",), ("To Coda",), ("D.S.",), ("coda", "Fine"), ("D.C.",)]


def test_words_tell_what_the_sound_leaves_open(tmp_path):
    _, jumps = read(tmp_path, ("", ""), ("", words("Da Capo al Fine", 'dacapo="yes"')))
    assert jumps == [(), ("D.C. al Fine",)]


def test_a_sign_after_the_last_note_is_of_the_next_measure(tmp_path):
    _, jumps = read(tmp_path, ("", SEGNO), ("", CODA), ("", words("D.S.")), ("", direction("<coda/>", 'coda="1"')))
    assert jumps == [(), ("segno", "To Coda"), ("D.S.",), ("coda",)]


def test_a_tempo_beside_a_jump_is_kept(tmp_path):
    found, jumps = read(tmp_path, ("", ""), (direction("<segno/>", 'segno="1" tempo="80"'), ""), ("", ""))
    assert jumps == [(), ("segno",), ()]
    assert [(one.at, one.bpm) for one in found.tempos] == [(4, 80.0)]


def test_words_that_music21_would_take_are_kept(tmp_path):
    found, jumps = read(tmp_path, ("", ""), ("", words("al segno")))
    assert jumps == [(), ()]
    assert [one.text for one in found.parts[0].directions] == ["al segno"]


def test_jumps_are_drawn():
    from descant.io.score.engrave import pages

    score = signed({"jumps": ("segno",)}, {"jumps": ("To Coda",)}, {"jumps": ("D.S. al Coda",)}, {"jumps": ("coda",)})
    page = "".join(pages(score))
    for word in ("To Coda", "D.S. al Coda"):
        assert word in page
    assert len(re.findall("E047", page)) > 0  # the segno's glyph
    assert len(re.findall("E048", page)) > 0  # the coda's


@pytest.mark.parametrize(
    "signs",
    [
        [{}, {"repeat_end": 2}, {}],
        [{}, {"repeat_start": True}, {"repeat_end": 3}, {}],
        [{}, {"ending": "1", "repeat_end": 2}, {"ending": "2"}, {}],
        [{}, {"ending": "1", "repeat_end": 2}, {"ending": "2", "repeat_end": 2}, {"ending": "3"}],
        [{"repeat_end": 2}, {"repeat_start": True, "repeat_end": 2}],
        [{}, {"jumps": ("Fine",)}, {}, {"jumps": ("D.C. al Fine",)}],
        [{}, {"jumps": ("D.C.",)}],
        [{}, {"jumps": ("segno",)}, {"jumps": ("Fine",)}, {"jumps": ("D.S. al Fine",)}],
        [
            {},
            {"jumps": ("segno",)},
            {"jumps": ("To Coda",)},
            {},
            {"jumps": ("D.S. al Coda",)},
            {"jumps": ("coda",)},
            {},
        ],
        [{"jumps": ("To Coda",)}, {}, {"jumps": ("D.C. al Coda",)}, {"jumps": ("coda",)}],
        [{"repeat_end": 2}, {"jumps": ("Fine",)}, {"jumps": ("D.C. al Fine",)}],
    ],
)
def test_music21_plays_the_same_order(signs):
    from music21 import bar, repeat, spanner, stream
    from music21 import note as notes

    part = stream.Part()
    kinds = {
        "segno": repeat.Segno,
        "coda": repeat.Coda,
        "Fine": repeat.Fine,
        "D.C.": repeat.DaCapo,
        "D.C. al Fine": repeat.DaCapoAlFine,
        "D.C. al Coda": repeat.DaCapoAlCoda,
        "D.S. al Fine": repeat.DalSegnoAlFine,
        "D.S. al Coda": repeat.DalSegnoAlCoda,
    }
    for at, one in enumerate(signs):
        measure = stream.Measure(number=at + 1)
        measure.append(notes.Note(60 + at, quarterLength=4))
        if one.get("repeat_start"):
            measure.leftBarline = bar.Repeat("start")
        if one.get("repeat_end"):
            measure.rightBarline = bar.Repeat("end", times=one["repeat_end"])
        for jump in one.get("jumps", ()):
            sign = repeat.Coda("to Coda") if jump == "To Coda" else kinds[jump]()
            measure.insert(0 if jump in ("segno", "coda") else 4, sign)
        part.append(measure)
        if "ending" in one:
            part.insert(0, spanner.RepeatBracket(measure, number=one["ending"]))
    played = [one.pitch.midi - 60 for one in part.expandRepeats().recurse().notes]
    assert play_order(signed(*signs).measures) == played


def test_a_part_of_two_staves_says_jumps_once():
    score = signed({"jumps": ("segno",)}, {"jumps": ("D.S.",)})
    part = replace(score.parts[0], staves=2)
    lower = ScorePart(tuple((note(0, 4, "C3"),) for _ in range(2)))
    text = musicxml(replace(score, parts=(part, lower)))
    assert len(re.findall("<segno", text)) == len(re.findall("dalsegno=", text)) == 1
