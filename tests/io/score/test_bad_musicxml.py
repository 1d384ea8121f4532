"""MusicXML that is damaged, hostile or nonsense: refused with the place, or read with a word of what was done."""

from __future__ import annotations

import io
import warnings
import zipfile
from fractions import Fraction as F
from pathlib import Path

import pytest

from descant.errors import UnreadableFileError
from descant.io.said import AssumedWarning
from descant.io.score import musicxml_tree
from descant.io.score.read_musicxml import LeftOutWarning, read_musicxml, refusing
from descant.types.score import Score

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
METRE = "<time><beats>4</beats><beat-type>4</beat-type></time>"
ATTRIBUTES = f"<divisions>4</divisions><key><fifths>0</fifths></key>{METRE}<clef><sign>G</sign><line>2</line></clef>"


def note(step="C", duration=4, octave=4, head="", more="", kind="<type>quarter</type>") -> str:
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{head}{pitch}<duration>{duration}</duration>{kind}{more}</note>"


FOUR = "".join(note(step) for step in "CDEF")
AFTER = "".join(note(step) for step in "GABC")


def part(*measures: str, attributes: str = ATTRIBUTES, name: str = "P1") -> str:
    first, *others = measures
    rows = [f"<attributes>{attributes}</attributes>{first}", *others]
    held = "".join(f'<measure number="{number}">{row}</measure>' for number, row in enumerate(rows, 1))
    return f'<part id="{name}">{held}</part>'


def listed(*names: str) -> str:
    inner = "".join(f'<score-part id="{one}"><part-name>{one}</part-name></score-part>' for one in names)
    return f"<part-list>{inner}</part-list>"


def score(*measures: str, attributes: str = ATTRIBUTES) -> str:
    return whole(part(*measures, attributes=attributes))


def whole(*parts: str, names: str = listed("P1"), before: str = "") -> str:
    return f'{HEAD}{before}<score-partwise version="4.0">{names}{"".join(parts)}</score-partwise>'


GOOD = score(FOUR, AFTER)


def read(tmp_path: Path, text: str | bytes, name: str = "bad.musicxml") -> Score:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_musicxml(path)


def silently(tmp_path: Path, text: str | bytes, name: str = "bad.musicxml") -> Score:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return read(tmp_path, text, name)


def notes(found: Score) -> list[tuple[str, F, F]]:
    return [(one.pitch.name, one.onset, one.duration) for one in found.sounding()]


SCALE = [(name, F(at), F(1)) for at, name in enumerate(["C4", "D4", "E4", "F4", "G4", "A4", "B4", "C4"])]


def test_the_score_that_the_others_are_made_from_is_good(tmp_path):
    assert notes(silently(tmp_path, GOOD)) == SCALE


# -- what the notes are and when they sound


@pytest.mark.parametrize("divisions", ["0", "-1", "", "many", "nan", "inf", "1e400"])
def test_divisions_that_are_no_number_over_0_are_refused(divisions, tmp_path):
    text = GOOD.replace("<divisions>4<", f"<divisions>{divisions}<")
    with pytest.raises(UnreadableFileError, match=r"bad\.musicxml: P1, measure 1: its divisions of a quarter are"):
        read(tmp_path, text)


def test_durations_without_divisions_are_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="nothing says how many there are"):
        read(tmp_path, GOOD.replace("<divisions>4</divisions>", ""))


@pytest.mark.parametrize("duration", ["-4", "", "long", "nan"])
def test_durations_that_are_no_length_are_refused(duration, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"P1, measure 2: a <note> has the duration"):
        read(tmp_path, score(FOUR, note(duration=duration) + note()))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (score(FOUR, note().replace("<duration>4</duration>", "")), "measure 2: a <note> has no duration"),
        (score(FOUR, "<note/>"), "measure 2: a <note> has no duration"),
        (score(FOUR, AFTER + "<backup/>" + note()), "measure 2: a <backup> has no duration"),
        (score(FOUR, AFTER + "<backup><duration>-16</duration></backup>"), "a <backup> has the duration '-16'"),
        (score(FOUR, note(duration=10**9)), "lasts 2.5e[+]08 quarters"),
        (score(FOUR, AFTER + "<forward><duration>1000000</duration></forward>" + note()), "lasts 250000 quarters"),
        (score(FOUR, AFTER + "<forward><duration>4000</duration></forward>" * 2), "holds over 1,024 quarters"),
        (GOOD.replace("<divisions>4<", "<divisions>1000000000<"), "lasts 4e-09 quarters"),
        (score(note(step="")), "a note's letter and octave are '' and '4'"),
        (score(note(octave="")), "a note's letter and octave are 'C' and ''"),
        (score(note(octave="4.5")), "which is no pitch"),
        (score(note(octave="12")), "which is no pitch"),
        (score(note("A", octave=9)), "beyond MIDI's pitches"),
        (score(note().replace("</step>", "</step><alter>99</alter>")), "altered by '99'"),
        (score(note().replace("</step>", "</step><alter>x</alter>")), "altered by 'x'"),
        (score(FOUR, attributes=ATTRIBUTES + "<transpose><chromatic>x</chromatic></transpose>"), "transposes by 'x'"),
        (score(FOUR, attributes=ATTRIBUTES + "<staves>0</staves>"), "its staves are '0'"),
        (score(FOUR, attributes=ATTRIBUTES + "<staves>1000000</staves>"), "its staves are '1000000'"),
        (
            score(note(more="<staff>9</staff>"), attributes=ATTRIBUTES + "<staves>2</staves>"),
            "a note is on staff '9' of 2",
        ),
    ],
)
def test_notes_whose_place_or_pitch_is_not_certain_are_refused(text, says, tmp_path):
    with pytest.raises(UnreadableFileError, match=says):
        read(tmp_path, text)


def test_a_transposition_of_other_letters_than_semitones_goes_by_semitones(tmp_path):
    moved = ATTRIBUTES + "<transpose><diatonic>-1</diatonic><chromatic>2</chromatic></transpose>"
    with pytest.warns(AssumedWarning, match="transposes by -1 letters but 2 semitones; the semitones hold"):
        found = read(tmp_path, score(FOUR, attributes=moved))
    assert [one[0] for one in notes(found)] == ["D4", "E4", "F#4", "G4"]


def test_a_billion_divisions_are_as_good_as_four(tmp_path):
    text = GOOD.replace("<divisions>4<", "<divisions>1000000000<")
    assert notes(silently(tmp_path, text.replace("<duration>4<", "<duration>1000000000<"))) == SCALE


def test_divisions_may_change_within_a_measure(tmp_path):
    finer = "<attributes><divisions>8</divisions></attributes>"
    row = note("C") + note("D") + finer + note("E", 8) + note("F", 8)
    assert notes(silently(tmp_path, score(row, "".join(note(step, 8) for step in "GABC")))) == SCALE


@pytest.mark.parametrize(
    ("row", "says", "expected"),
    [
        (note(duration=0) + FOUR, "a note has no length; it is left out", SCALE[:4]),
        (
            FOUR + "<backup><duration>400</duration></backup>" + note("E", 16, 3),
            "goes back to before its beginning",
            [SCALE[0], ("E3", F(0), F(4)), *SCALE[1:4]],
        ),
        (
            note() + note("E", 16, head="<chord/>") + "".join(note(step) for step in "DEF"),
            "the notes of a chord differ in length",
            [SCALE[0], ("E4", F(0), F(1)), *SCALE[1:4]],
        ),
        (
            FOUR + '<measure number="9">' + note() + "</measure>",
            "stands outside of a part's measures",
            SCALE[:4],
        ),
        (note(kind="<type>zorp</type><dot/>") + FOUR[len(note()) :], "a note's value 'zorp' is not known", SCALE[:4]),
    ],
)
def test_what_can_be_mended_is_mended_with_a_word(row, says, expected, tmp_path):
    with pytest.warns(AssumedWarning, match=r"bad\.musicxml: .*" + says):
        found = read(tmp_path, score(row, AFTER))
    assert sorted(notes(found)) == sorted([*expected, *SCALE[4:]])


# -- measures and parts


def test_a_voice_that_is_too_long_moves_no_other_note_from_its_measure(tmp_path):
    longer = FOUR + "<backup><duration>16</duration></backup>"
    longer += "".join(note(step, octave=3, kind="<voice>2</voice><type>quarter</type>") for step in "CDEFGA")
    text = whole(part(longer, AFTER), part(FOUR, AFTER, name="P2"), names=listed("P1", "P2"))
    with pytest.warns(AssumedWarning, match="P1, measure 1: a measure holds more than its metre"):
        found = read(tmp_path, text)
    assert [(measure.start, measure.length) for measure in found.measures] == [(0, 6), (6, 4)]
    for one in found.parts:
        assert [event.onset for event in one.measures[1]] == [0, 1, 2, 3]


def test_measures_without_notes_are_as_long_as_their_metre(tmp_path):
    found = silently(tmp_path, score(FOUR, "", AFTER, ""))
    assert [measure.length for measure in found.measures] == [4, 4, 4, 4]
    assert [one[1] for one in notes(found)] == [0, 1, 2, 3, 8, 9, 10, 11]


def test_parts_of_different_lengths_are_filled_up_with_a_word(tmp_path):
    text = whole(part(FOUR), part(FOUR, AFTER, FOUR, name="P2"), names=listed("P1", "P2"))
    with pytest.warns(AssumedWarning, match="P1: has 1 measures where others have 3"):
        found = read(tmp_path, text)
    assert [len(one.measures) for one in found.parts] == [3, 3]
    assert found.parts[0].measures[1:] == ((), ())


def test_parts_of_one_name_are_two_parts(tmp_path):
    with pytest.warns(AssumedWarning, match="several parts are called 'P1'"):
        found = read(tmp_path, whole(part(FOUR), part(AFTER)))
    assert [one[0] for one in notes(found)] == ["C4", "D4", "E4", "F4", "G4", "A4", "B4", "C4"]


@pytest.mark.parametrize("names", ["", listed("P9"), listed("P1", "P2")])
def test_the_list_of_parts_may_be_wrong(names, tmp_path):
    assert notes(silently(tmp_path, whole(part(FOUR, AFTER), names=names))) == SCALE


LOWER = "<backup><duration>16</duration></backup>" + note("C", 16, 3, more="<staff>2</staff>")


def test_a_note_that_names_no_staff_is_on_the_upper_one_alone(tmp_path):
    found = silently(tmp_path, score(FOUR + LOWER, attributes=ATTRIBUTES + "<staves>2</staves>"))
    events = [(event.pitches[0].name, event.staff) for event in found.parts[0].measures[0]]
    assert sorted(events) == [("C3", 2), ("C4", 1), ("D4", 1), ("E4", 1), ("F4", 1)]


CLEFS = ATTRIBUTES.replace("<clef>", '<clef number="1">') + '<clef number="2"><sign>F</sign><line>4</line></clef>'


@pytest.mark.parametrize("attributes", [ATTRIBUTES, CLEFS])
def test_staves_that_only_notes_and_clefs_tell_of_are_staves(attributes, tmp_path):
    (found,) = silently(tmp_path, score(FOUR + LOWER, attributes=attributes)).parts
    assert (found.staves, {event.staff for event in found.measures[0]}) == (2, {1, 2})


def test_staves_are_told_from_the_beginning_on(tmp_path):
    empty = f'<part id="P1"><measure/><measure><attributes>{CLEFS}</attributes>{FOUR}{LOWER}</measure></part>'
    assert silently(tmp_path, whole(empty)).parts[0].staves == 2


# -- signs that nothing can be made of


@pytest.mark.parametrize(
    ("beats", "unit"),
    [("0", "0"), ("4", "0"), ("4", "3"), ("x", "y"), ("1000000000", "4"), ("-4", "4"), ("4", str(2**200)), ("3+", "8")],
)
def test_metres_that_are_none_are_left_out_with_a_word(beats, unit, tmp_path):
    metre = f"<time><beats>{beats}</beats><beat-type>{unit}</beat-type></time>"
    with pytest.warns(AssumedWarning, match="P1, measure 1: its metre .* is none; it is left out"):
        assert notes(read(tmp_path, GOOD.replace(METRE, metre))) == SCALE


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<sign>G<", "<sign>Q<", "its clef 'Q' on line '2' is not known"),
        ("<line>2<", "<line>9<", "its clef 'G' on line '9' is not known"),
        ("<fifths>0<", "<fifths>x<", "its key signature 'x' is none"),
        ("<fifths>0<", "<fifths>99<", "has over 7 signs; 7 are shown"),
    ],
)
def test_clefs_and_keys_that_are_none_are_told(old, new, says, tmp_path):
    with pytest.warns(AssumedWarning, match=says):
        assert notes(read(tmp_path, GOOD.replace(old, new))) == SCALE


RATIO = "<time-modification><actual-notes>{}</actual-notes><normal-notes>{}</normal-notes></time-modification>"
MARK = "<direction><direction-type><metronome><beat-unit>{}</beat-unit><per-minute>{}</per-minute></metronome>"
MARK += "</direction-type></direction>"


@pytest.mark.parametrize(
    ("sign", "says"),
    [
        ('<direction><sound tempo="0"/></direction>', "a tempo of '0' is none"),
        ('<direction><sound tempo="-5"/></direction>', "a tempo of '-5' is none"),
        ('<sound tempo="1e9"/>', "a tempo of '1e9' is none"),
        ('<sound tempo="inf"/>', "a tempo of 'inf' is none"),
        (MARK.format("quarter", 0), "a metronome mark makes no sense"),
        (MARK.format("zorp", 60), "a metronome mark makes no sense"),
        (
            "<direction><direction-type><words>a</words></direction-type><offset>1000000</offset></direction>",
            "a direction's offset leads out of its measure",
        ),
        ('<barline><ending number="1-9999999" type="start"/></barline>', "an ending's number is '1-9999999'"),
        ('<barline><repeat direction="sideways"/></barline>', "a repeat sign has no direction"),
        ('<barline><repeat direction="backward" times="1000000000"/></barline>', "it is played twice"),
        ('<barline><repeat direction="backward" times="-3"/></barline>', "it is played twice"),
    ],
)
def test_signs_that_make_no_sense_are_left_out_with_a_word(sign, says, tmp_path):
    with pytest.warns(AssumedWarning, match=says):
        found = read(tmp_path, score(sign + FOUR, AFTER))
    assert notes(found) == SCALE
    assert found.tempos == ()
    assert all(measure.repeat_end in (0, 2) for measure in found.measures)


@pytest.mark.parametrize("ratio", [("0", "2"), ("3", "0"), ("-3", "2"), ("1000000", "1"), ("x", "2"), ("", "")])
def test_tuplets_that_make_no_sense_are_left_out_with_a_word(ratio, tmp_path):
    with pytest.warns(AssumedWarning, match="a tuplet's numbers make no sense"):
        assert notes(read(tmp_path, score(note(more=RATIO.format(*ratio)) + FOUR[len(note()) :], AFTER))) == SCALE


def test_signs_that_trip_the_reader_leave_the_notes_with_a_word(tmp_path):
    tremolo = "<notations><ornaments><tremolo>99</tremolo></ornaments></notations>"
    with pytest.warns(LeftOutWarning, match="its signs, some of which make no sense, cannot be read"):
        assert notes(read(tmp_path, score(note(more=tremolo) + FOUR[len(note()) :], AFTER))) == SCALE


def test_what_the_reader_says_is_told_in_one_line(tmp_path):
    with pytest.raises(UnreadableFileError) as caught, refusing(tmp_path / "a.abc", "ABC"):
        raise ValueError("in line 1:\nTraceback (most recent call last):\n  File x\nValueError: no such metre")
    assert str(caught.value).endswith("a.abc: cannot be read as ABC (ValueError: no such metre)")


@pytest.mark.parametrize(
    "sign",
    [
        "<notations><tied type='stop'/></notations>",
        "<notations><slur type='stop' number='1'/></notations>",
        "<notations><slur type='start' number='1'/></notations>",
        "<notations><tuplet type='stop'/></notations>",
        "<lyric number='-3'><text>a&#x85;&#x202E;&#10;</text></lyric>",
    ],
)
def test_ends_without_beginnings_and_odd_words_do_no_harm(sign, tmp_path):
    assert notes(silently(tmp_path, score(note(more=sign) + FOUR[len(note()) :], AFTER))) == SCALE


# -- bytes


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-8-sig", "UTF-8"), ("latin-1",) * 2]
)
def test_any_encoding_that_the_file_declares_is_read(encoding, declared, tmp_path):
    text = GOOD.replace("<part-name>P1<", "<part-name>Flöte<").replace("UTF-8", declared)
    assert silently(tmp_path, text.encode(encoding)).parts[0].name == "Flöte"


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace("<part-name>P1<", "<part-name>Flöte<").encode("latin-1"),
        GOOD.encode("utf-16"),
        GOOD.encode("utf-32"),
        GOOD[: len(GOOD) // 2].encode(),
        GOOD.encode() + b"more",
        GOOD.encode() + b"\0\0",
        GOOD.replace("UTF-8", "rot13").encode(),
        GOOD.replace("UTF-8", "no-such").encode(),
        GOOD.replace("<part-name>P1<", "<part-name>&#1;<").encode(),
        b"   \n",
    ],
    ids=["latin-1", "utf-16", "utf-32", "cut", "more", "nul", "rot13", "unknown", "control", "blank"],
)
def test_bytes_that_are_not_what_they_say_are_refused(data, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"is not well-formed XML .*; export it again"):
        read(tmp_path, data)


BOMB = '<!DOCTYPE a [<!ENTITY x "aaaaaaaaaa"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'


@pytest.mark.parametrize(
    "text",
    [
        whole(part(FOUR), before=BOMB).encode(),
        whole(part(FOUR), before=BOMB).replace("UTF-8", "UTF-16").encode("utf-16"),
        whole(part(FOUR), before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>').encode(),
        whole(part(FOUR), before='<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>').encode(),
    ],
    ids=["bomb", "bomb-in-utf-16", "file", "network"],
)
def test_entities_are_refused_in_every_encoding(text, tmp_path):
    with pytest.raises(UnreadableFileError, match="defines XML entities"):
        read(tmp_path, text)


def test_nothing_outside_the_file_is_fetched(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    outside = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="secret.txt" parse="text"/>'
    text = GOOD.replace("<part-name>P1", f"<part-name>{outside}")
    text = text.replace("<score-partwise", '<!DOCTYPE score-partwise SYSTEM "http://127.0.0.1:9/x.dtd"><score-partwise')
    assert silently(tmp_path, text).parts[0].name == ""
    with pytest.raises(UnreadableFileError, match="undefined entity &x;"):
        read(tmp_path, text.replace(outside, "&x;"))


def test_namespaces_are_passed_over(tmp_path):
    text = GOOD.replace("<score-partwise", '<score-partwise xmlns="http://x.y/z" xmlns:w="w" w:a="b"')
    assert notes(silently(tmp_path, text)) == SCALE


# -- too much of it


def test_what_is_nested_too_deep_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="nested over 64 deep"):
        read(tmp_path, score(FOUR + "<a>" * 100_000 + "</a>" * 100_000))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (score(FOUR + "<print/>" * 5000), "measure 1: holds 5,005 elements"),
        (score(note(more=f"<lyric><text>{'la' * 6000}</text></lyric>")), "a <text> of 12,000 characters"),
        (whole(*[part(FOUR, name=f"P{number}") for number in range(301)]), "has 301 parts"),
        (score(FOUR, *[""] * 30_000), "some 23 minutes to read"),
        (
            score("".join(note(kind=f"<voice>{one}</voice><type>quarter</type>") for one in range(40))),
            "has 40 voices",
        ),
    ],
)
def test_more_than_music_has_is_refused(text, says, tmp_path):
    with pytest.raises(UnreadableFileError, match=says):
        read(tmp_path, text)


def test_large_files_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(musicxml_tree, "MOST_BYTES", 100)
    with pytest.raises(UnreadableFileError, match="no score is so large"):
        read(tmp_path, GOOD)
    monkeypatch.setattr(musicxml_tree, "MOST_BYTES", 10**6)
    monkeypatch.setattr(musicxml_tree, "MOST_ELEMENTS", 10)
    with pytest.raises(UnreadableFileError, match="has over 10 elements"):
        read(tmp_path, GOOD)


def test_much_space_on_one_line_does_no_harm(tmp_path):
    assert notes(silently(tmp_path, score(FOUR + " " * 5_000_000, AFTER))) == SCALE


# -- archives


def packed(named: str | None = None, method: int = zipfile.ZIP_DEFLATED, **files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        if named is not None:
            container = f'<container><rootfiles><rootfile full-path="{named}"/></rootfiles></container>'
            archive.writestr("META-INF/container.xml", container)
        for name, content in files.items():
            archive.writestr(f"{name}.xml", content)
    return out.getvalue()


def flagged(data: bytes) -> bytes:
    """The archive with every entry marked as encrypted."""
    out = bytearray(data)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(magic, place + 1)) >= 0:
            out[place + at] |= 1
    return bytes(out)


def broken(data: bytes) -> bytes:
    return data[:60] + bytes(255 - one for one in data[60:70]) + data[70:]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (flagged(packed(a=GOOD)), "locked with a password"),
        (broken(packed(a=GOOD)), "damaged compressed file"),
        (broken(packed(a=GOOD, method=zipfile.ZIP_BZIP2)), "damaged compressed file"),
        (broken(packed(a=GOOD, method=zipfile.ZIP_LZMA)), "damaged compressed file"),
        (b"PK\x03\x04", "damaged compressed file"),
        (packed(a="/etc/hostname"), "not well-formed XML"),  # what a link holds
        (packed("../../etc/hostname"), "without a MusicXML score in it"),
    ],
    ids=["locked", "deflate", "bzip2", "lzma", "head", "link", "outside"],
)
def test_archives_that_hold_no_score_are_refused(data, says, tmp_path):
    with pytest.raises(UnreadableFileError, match=says):
        read(tmp_path, data, "bad.mxl")


def test_an_archive_that_says_less_of_its_size_than_is_true_is_not_unpacked_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(musicxml_tree, "MOST_BYTES", 100_000)
    with pytest.raises(UnreadableFileError, match="unpacks to over"):
        read(tmp_path, packed(a=" " * 200_000), "bomb.mxl")
    with pytest.raises(UnreadableFileError, match="unpacks to over"):
        read(tmp_path, packed(" " * 200_000, a=GOOD), "bomb.mxl")


def test_which_score_of_an_archive_is_read_is_said(tmp_path):
    with pytest.warns(AssumedWarning, match=r"its container names 'c\.xml', which is not in it; 'a\.xml' is read"):
        assert notes(read(tmp_path, packed("c.xml", a=GOOD), "bad.mxl")) == SCALE
    with pytest.warns(AssumedWarning, match=r"holds 2 scores and does not say which is meant; 'b\.xml' is read"):
        assert notes(read(tmp_path, packed(b=GOOD, a=GOOD), "bad.mxl")) == SCALE
    assert notes(silently(tmp_path, packed("b.xml", a="junk", b=GOOD), "bad.mxl")) == SCALE


@pytest.mark.parametrize(("alter", "name"), [("0.5", "C4"), ("-0.5", "C4"), ("1.5", "C#4")])
def test_microtones_are_read_as_semitones_with_a_word(alter, name, tmp_path):
    text = GOOD.replace("<step>C</step>", f"<step>C</step><alter>{alter}</alter>", 1)
    with pytest.warns(AssumedWarning, match="measure 1: a microtone is read as the semitone beside it"):
        assert notes(read(tmp_path, text))[0][0] == name
