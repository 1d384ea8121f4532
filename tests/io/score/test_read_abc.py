"""ABC as people write it: every sign against what it means, what makes no sense refused, the rest told."""

from contextlib import suppress
from fractions import Fraction as F
from time import process_time

import pytest

import descant
from descant.errors import DescantWarning, UnreadableFileError
from descant.io.score import read_abc
from descant.io.score.read_musicxml import LeftOutWarning
from descant.types.score import JUMPS, Clef, Score, ScorePart, TimeSignature
from tests.scores import frame, full_score, note

HEAD = "X:1\nT:A\nM:4/4\nL:1/4\nK:C\n"


def opened(tmp_path, text, head=HEAD) -> Score:
    path = tmp_path / "tune.abc"
    path.write_text(head + text)
    return descant.open(path)


def row(score, part=0):
    """The events of a part as text: `C4:1` a note, `C4+E4:2` a chord, `r:1` a rest, `~` a tie, `|` a bar line."""
    bars = []
    for events in score.parts[part].measures:
        bars.append(
            " ".join(
                "+".join(pitch.name for pitch in one.pitches or ())
                + ("" if one.pitches else "r")
                + f":{one.duration}"
                + ("~" if any(one.tied) else "")
                for one in events
            )
        )
    return " | ".join(bars)


FOUR = "C4:1 D4:1 E4:1 F4:1"
FOUR_FOUR = TimeSignature((4,), 4)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("C D E F|G A B c|]", f"{FOUR} | G4:1 A4:1 B4:1 C5:1"),
        ("C,, c'' z2|", "C2:1 C7:1 r:2"),
        ("C3/2D/ E/4F/4G/2 A|", "C4:3/2 D4:1/2 E4:1/4 F4:1/4 G4:1/2 A4:1"),
        ("C//D3// E2 F|", "C4:1/4 D4:3/4 E4:2 F4:1"),
        ("^C C =C _D|C ^^F __B E|", "C#4:1 C#4:1 C4:1 Db4:1 | C4:1 F##4:1 Bbb4:1 E4:1"),
        ("^c C c, C|C4|", "C#5:1 C#4:1 C#4:1 C#4:1 | C4:4"),  # in every octave, says the standard
        ("^F4-|F4|F4|", "F#4:4~ | F#4:4 | F4:4"),
        ("[CEG]2 [C2E2]|", "C4+E4+G4:2 C4+E4:2"),
        ("[CE]4-|[CE]4|", "C4+E4:4~ | C4+E4:4"),
        ('[!f!"Am"C.E]4|', "C4+E4:4"),
        ("C>D E<F|C>>D z2|", "C4:3/2 D4:1/2 E4:1/2 F4:3/2 | C4:7/4 D4:1/4 r:2"),
        ("(3CDE F G|(3:2:2C2D F G|", "C4:2/3 D4:2/3 E4:2/3 F4:1 G4:1 | C4:4/3 D4:2/3 F4:1 G4:1"),
        ("C D E F|Z2|G4|", f"{FOUR} | r:4 | r:4 | G4:4"),
        ("C D E F|X|G4|", f"{FOUR} |  | G4:4"),
        ("C D x2|", "C4:1 D4:1"),
        ("C D y E F|", FOUR),
        ("C D % E F G\nE F|", FOUR),
        ("C D [r:a remark] E F|", FOUR),
        ("C``D`E$F\\\n|", FOUR),
        ("C D E F|[K:G]F4|[K:C]F4|", f"{FOUR} | F#4:4 | F4:4"),
        ("C D E F|\nK:G\nF4|", f"{FOUR} | F#4:4"),
        ("C D E F|[L:1/8]C2 D2 E2 F2|", f"{FOUR} | {FOUR}"),
        ("C D E F & G4|A4|", "C4:1 G4:4 D4:1 E4:1 F4:1 | A4:4"),
        ("TC HD uE vF|~C .D !trill!E +fermata+F|", f"{FOUR} | {FOUR}"),
        ("|:C D E F::G4:|", f"{FOUR} | G4:4"),
        ("C8", "C4:8"),
    ],
)
@pytest.mark.filterwarnings("ignore::descant.errors.DescantWarning")
def test_what_signs_mean(text, means, tmp_path):
    assert row(opened(tmp_path, text)) == means


@pytest.mark.parametrize(
    ("key", "sharps", "notes"),
    [
        ("C", 0, "C4 F4 B4"),
        ("F#m", 3, "C#4 F#4 B4"),
        ("Bb", -2, "C4 F4 Bb4"),
        ("D Mixolydian", 1, "C4 F#4 B4"),
        ("Ador", 1, "C4 F#4 B4"),
        ("E phr", 0, "C4 F4 B4"),
        ("D ^g_b", 2, "C#4 F#4 Bb4"),
        ("D exp _b", 0, "C4 F4 Bb4"),
        ("Hp", 2, "C#4 F#4 B4"),
        ("none", 0, "C4 F4 B4"),
        ("", 0, "C4 F4 B4"),
        ("G clef=bass", 1, "C4 F#4 B4"),
        ("G bass", 1, "C4 F#4 B4"),
        ("G octave=-1", 1, "C3 F#3 B3"),
        ("G treble-8", 1, "C3 F#3 B3"),
    ],
)
def test_what_keys_mean(key, sharps, notes, tmp_path):
    score = opened(tmp_path, "C F B|", HEAD.replace("K:C", f"K:{key}"))
    assert score.measures[0].key.sharps == sharps
    assert " ".join(one.pitch.name for one in score.sounding()) == notes


@pytest.mark.parametrize(
    ("metre", "beats", "unit"),
    [("C", (4,), 4), ("C|", (2,), 2), ("6/8", (6,), 8), ("(2+3)/8", (2, 3), 8), ("3+2+2/8", (3, 2, 2), 8)],
)
def test_what_metres_mean(metre, beats, unit, tmp_path):
    score = opened(tmp_path, "C|", HEAD.replace("4/4", metre))
    assert (score.measures[0].time.beats, score.measures[0].time.unit) == (beats, unit)


@pytest.mark.parametrize(("metre", "length"), [("M:4/4\n", F(1, 2)), ("M:2/4\n", F(1, 4)), ("", F(1, 2))])
def test_a_note_without_a_length_is_as_long_as_the_metre_says(metre, length, tmp_path):
    score = opened(tmp_path, "C|", f"X:1\n{metre}K:C\n")
    assert score.parts[0].measures[0][0].duration == length


def test_a_free_metre_takes_bars_of_any_length(tmp_path, recwarn):
    score = opened(tmp_path, "C D E F|C D E F G A|", HEAD.replace("4/4", "none"))
    assert [one.length for one in score.measures] == [4, 6]
    assert not recwarn


@pytest.mark.parametrize(
    ("tempo", "bpm"), [("1/4=120", 120), ("3/8=60", 90), ('"Allegro" 1/2=60', 120), ("120", 120), ("1/8 3/8=40", 80)]
)
def test_what_tempos_mean(tempo, bpm, tmp_path):
    score = opened(tmp_path, "C|", HEAD.replace("K:C", f"Q:{tempo}\nK:C"))
    assert [(one.at, one.bpm) for one in score.tempos] == [(0, bpm)]


def test_repeats_and_endings(tmp_path):
    score = opened(tmp_path, "G|:C D E F|1,3 G4:|[2 c4||E4|::F4::|G4|]")
    signs = [(one.repeat_start, one.repeat_end, one.ending, one.barline) for one in score.measures]
    assert signs == [
        (False, 0, "", ""),
        (True, 0, "", ""),
        (False, 2, "1,3", ""),
        (False, 0, "2", "double"),
        (False, 0, "", ""),
        (True, 3, "", ""),
        (False, 0, "", "final"),
    ]
    assert [one.number for one in score.measures] == ["0", "1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("text", "jumps"),
    [
        ("!segno!C4|D4!dacoda!|!D.S.alcoda!E4|!coda!F4|]", [("segno",), ("To Coda",), ("D.S. al Coda",), ("coda",)]),
        ('C4|"^Fine"D4|E4|"^D.C. al Fine"F4|]', [(), ("Fine",), (), ("D.C. al Fine",)]),
        ("C4|D4:|!D.C.!", [(), ("D.C.",)]),  # after the last bar line
        ("C4|D4|!fine!|E4 !dacapo!|", [(), ("Fine",), ("D.C.",)]),
        ("C4!segno!|D4|", [(), ("segno",)]),  # before the line that its bar begins with
        ("!D.C.!", []),
    ],
)
def test_jumps(text, jumps, tmp_path, recwarn):
    if not jumps:
        with pytest.raises(UnreadableFileError):
            opened(tmp_path, text)
        return
    score = opened(tmp_path, text)
    assert [one.jumps for one in score.measures] == jumps
    assert not score.parts[0].directions
    assert not recwarn


def test_jumps_that_descant_writes_read_back(tmp_path):
    asked = [{"jumps": (one,)} for one in JUMPS]
    rows = tuple((note(0, 4, "C4"),) for _ in asked)
    wanted = Score(frame(*[(4, FOUR_FOUR, one) for one in asked]), (ScorePart(rows), ScorePart(rows)))
    path = descant.save(wanted, tmp_path / "jumps.abc")
    assert path.read_text().count("!segno!") == 1
    assert descant.open(path).measures == wanted.measures


def test_voices_are_parts_wherever_they_stand(tmp_path):
    head = HEAD.replace("K:C", 'V:S name="Soprano"\nV:B clef=bass\nK:C')
    text = "[V:S]C D E F|\n[V:B]C,4|\nV:S\nG4|\nV:B\nD,4|\n"
    score = opened(tmp_path, text, head)
    assert [row(score, part) for part in (0, 1)] == [f"{FOUR} | G4:4", "C3:4 | D3:4"]
    assert [part.name for part in score.parts] == ["Soprano", ""]
    assert [part.clefs[0].sign for part in score.parts] == ["G2", "F4"]


def test_words_stand_under_their_notes(tmp_path):
    score = opened(tmp_path, "C D E F|G A B c|\nw:glad-ness * a~b|re\\-do\nw:to _ day\n")
    words = [[(lyric.text, lyric.place, lyric.verse) for lyric in one.lyrics] for one in score.parts[0].measures[0]]
    assert words == [
        [("glad", "begin", 1), ("to", "single", 2)],
        [("ness", "end", 1)],
        [("day", "single", 2)],
        [("a b", "single", 1)],
    ]
    assert [one.text for one in score.parts[0].measures[1][0].lyrics] == ["re-do"]


@pytest.mark.filterwarnings("error")
def test_what_descant_writes_reads_back(tmp_path):
    wanted = full_score()
    score = descant.open(descant.save(wanted, tmp_path / "score.abc"))
    assert score.measures == wanted.measures
    assert score.tempos == wanted.tempos[:2]
    for part, asked in zip(score.parts[:2], wanted.parts, strict=False):
        assert part.measures == asked.measures
        assert (part.name, part.staves, part.directions) == (asked.name, asked.staves, asked.directions)
        assert part.spans == tuple(one for one in asked.spans if one.kind == "slur")


def test_the_tenors_clef_is_read_an_octave_lower(tmp_path):
    wanted = Score(frame((4, FOUR_FOUR, {})), (ScorePart(((note(0, 4, "C4"),),), clefs=(Clef(F(0), "G2-8"),)),))
    path = descant.save(wanted, tmp_path / "tenor.abc")
    assert "clef=treble-8\nc8" in path.read_text()
    assert descant.open(path).parts[0] == wanted.parts[0]


def test_of_a_book_the_first_tune_is_read(tmp_path):
    with pytest.warns(LeftOutWarning, match="has 2 tunes; the first is read"):
        score = opened(tmp_path, "C D E F|\n\n" + HEAD + "G4|\n", "A book\nM:3/4\n\n" + HEAD)
    assert row(score) == FOUR


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("C0 D|", "line 6: '0' is no length of a note"),
        ("C/0 D|", "'/0' is no length"),
        ("C1000000000000|", "'1000000000000' is no length"),
        ("C" + "9" * 5000 + "|", "'9{40}' is no length"),
        ("C" + "/" * 200 + "|", "'/{40}' is no length"),
        ("C/999999|", "a note of 1e-06 quarters is none"),
        ("C2000|", "a note of 2000 quarters is none"),
        ("C D E F " * 300, "a bar holds over 1,024 quarters; it lacks a bar line"),
        ("Z1000000|", "from 1 to 999 of them"),
        ("C Z|", "rests of whole bars stand alone"),
        ("^^^^^^C|", "'\\^{6}C' is no pitch of twelve"),
        ("^/C|", "'\\^/C' is no pitch of twelve"),
        ("C" + "'" * 50, "lies beyond MIDI's pitches"),
        ("[CEG D E F|G|", "a chord is not closed in its line"),
        ("{CD E F G|", "a group of grace notes is not closed"),
        ('"Am C D E F|', "a text is not closed"),
        ("C>>>>>>D|", "at most three together"),
        (">C D|", "< and > stand between two notes of a bar"),
        ("C>|D|", "< and > stand between two notes of a bar"),
        ("(0CDE|", "a tuplet of 0 notes"),
        ("(3:0:3CDE|", "in the time of 0"),
        ("(3(3CDE|", "a tuplet begins within a tuplet"),
        ("[L:1/0]C|", "line 6: '1/0' is no length for notes"),
        ("C|[K:H]C|", "line 6: 'H' is no key"),
        ("C|\nK:G#\nC|", "line 7: 'G#' has over 7 signs"),
        ("||||", "no note in it"),
        ("", "no note in it"),
        ("@#@#@#C|", "most of it is no music"),
        ("C|\0", "is not text in UTF-8"),
        ("".join(f"V:{number}\nC|\n" for number in range(301)), "more than 300 voices"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(text, says, tmp_path):
    with pytest.raises(UnreadableFileError, match=says) as caught:
        opened(tmp_path, text)
    assert "tune.abc" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "head", ["hello\n", "\x01\x02", "=" * 1000, "<html>404</html>", "X:1\nC D E F|\n", "X:1\n", " \n\n"]
)
def test_what_is_no_abc_is_refused(head, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"tune\.abc: has no K: field"):
        opened(tmp_path, "", head)


@pytest.mark.parametrize("field", ["L:1/0", "L:0", "L:1000000000000", "L:-1/4", "L:quarter", "K:zorp"])
def test_a_head_that_makes_no_sense_is_refused(field, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"tune\.abc: line 5: '.*' is no (length for notes|key)"):
        opened(tmp_path, "C D E F|", HEAD.replace("K:C", f"{field}\nK:C"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[M:0/4]C D E F|", "the metre '0/4', which is none, is left out"),
        ("[M:4/0]C D E F|", "the metre '4/0'"),
        ("[M:4/3]C D E F|", "the metre '4/3'"),
        ("[M:1000000000/4]C D E F|", "the metre '1000000000/4'"),
        ("[Q:1/4=0]C D E F|", "the tempo '1/4=0', which is none, is left out"),
        ("[Q:1/0=90]C D E F|", "the tempo '1/0=90'"),
        ("[Q:1/4=99999]C D E F|", "the tempo '1/4=99999'"),
        ("C D E F)|", "a slur that nothing begins is left out"),
        ("((C D E F|", "a slur that is not closed is left out"),
        ("-C D E F|", "a tie without a note is left out"),
        ("[]C D E F|", "a chord without notes is left out"),
        ("!zorp!C D E F|", "line 6: signs left out: !zorp!"),
        ('["Coda"C D E F|', 'the ending "Coda" is left out'),
        ('"Zorp"C D E F|', "chords that are not known left out: Zorp"),
        ("C D E F|[9999999 ", "an ending '9999999' is left out"),
        ("C D E F|\nw:" + "la " * 99, "a syllable has no note to stand under; it is left out (95 times)"),
        ("ÿC D E F]|", "what is no music left out: ÿ, ]"),
        ("C D E F|\n\nsome words\n", "line 7: an empty line ends the tune; what follows it is not read"),
        ("[K:C transpose=-2]C D E F|", "'transpose' of a voice or a key is left out"),
        ("W:words\nC D E F|", "a field W: is left out"),
    ],
)
def test_what_is_left_out_is_told(text, says, tmp_path):
    with pytest.warns(DescantWarning) as told:
        assert row(opened(tmp_path, text)) == FOUR
    assert any(says in str(one.message) for one in told)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("C D E F G|A B|", "line 6: a measure holds more than its metre; it is kept so long"),
        ("V:1\nC4|C4|\nV:2\nC4|", "voice 2 has 1 bars where others have 2; the rest is empty"),
        ("V:1\nC4|\nV:2\nC|", "line 7: voices differ in length in a measure"),
        ("[CE2]4|", "the notes of a chord differ in length; they get that of the first"),
        ("(3CD|E|", "a tuplet goes over a bar line"),
        ("(3CD", "a tuplet lacks notes"),
    ],
)
def test_what_does_not_fit_is_told(text, says, tmp_path):
    with pytest.warns(DescantWarning) as told:
        opened(tmp_path, text)
    assert any(says in str(one.message) for one in told)


@pytest.mark.parametrize("junk", ["^", "[V:", "[K:", "(", "[|", "!x", "1/", ":", "{", '"', "w:a\n", "K:C\n"])
@pytest.mark.filterwarnings("ignore::descant.errors.DescantWarning")
def test_much_of_one_sign_takes_no_long_time(junk, tmp_path):
    began = process_time()
    with suppress(UnreadableFileError):
        opened(tmp_path, "C D E F|" + junk * 10_000)
    assert process_time() - began < 3


def test_a_tune_of_too_many_characters_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(read_abc, "MOST_IN_TUNE", 10)
    with pytest.raises(UnreadableFileError, match="over 10 characters; save it in parts"):
        opened(tmp_path, "C D E F|G A B c|")
