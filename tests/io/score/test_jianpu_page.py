"""Pages of numbered notation: every sign that was written, dots and lines in their order, the same bytes."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import descant
from descant.errors import UnsupportedFormatError
from descant.io.score.engrave import HEIGHT, WIDTH
from descant.io.score.jianpu import read_jianpu
from descant.io.score.jianpu_page import pages
from tests.scores import full_score, note, tune


def page(tmp_path, text):
    """The only page of a melody in the text form."""
    path = tmp_path / "melody.jianpu"
    path.write_text(text)
    (found,) = pages(read_jianpu(path))
    return ElementTree.fromstring(found)


def texts(root, kind):
    return [one.text for one in root.iter("text") if one.get("class") == kind]


def places(root, tag, kind, *names):
    return [tuple(float(one.get(name)) for name in names) for one in root.iter(tag) if one.get("class") == kind]


def levels(root, kind):
    """(left, height, right) of level lines."""
    found = [one.get("d") for one in root.iter("path") if one.get("class") == kind]
    return [tuple(map(float, re.fullmatch(r"M(\S+) (\S+) H(\S+)", one).groups())) for one in found]


def test_everything_of_a_score_is_on_its_page():
    (drawn,) = pages(full_score())
    root = ElementTree.fromstring(drawn)
    assert texts(root, "number") == list("51764755056")
    assert texts(root, "key") == ["1=C"]
    assert texts(root, "change") == ["1=E♭ 3/4"]
    assert texts(root, "metre") == ["4", "4"]
    assert texts(root, "tempo") == ["= 96", "= 40"]
    assert texts(root, "words") == ["dolce"]
    assert texts(root, "chord") == ["C", "E7/G♯", "B♭m7♭5", "N.C."]
    assert texts(root, "ending") == ["1.", "2."]
    assert texts(root, "syllable") == ["The", "glad", "ness", "two"]
    assert texts(root, "hyphen") == ["-"]
    assert texts(root, "count") == ["3"]
    assert len([one for one in root.iter("path") if one.get("class") == "tie"]) == 1
    assert len(places(root, "circle", "repeat", "cx")) == 4
    assert "A bit of everything" in drawn


def test_lines_are_joined_within_a_beat(tmp_path):
    root = page(tmp_path, "1=C 2/4 q1 s2 s3 q4 q5 |")
    numbers = [x for (x,) in places(root, "text", "number", "x")]
    spans = [(left, right) for left, _, right in levels(root, "line")]
    under = [[at for at, x in enumerate(numbers) if left < x < right] for left, right in spans]
    assert sorted(under) == [[0, 1, 2], [1, 2], [3, 4]]
    heights = sorted({y for _, y, _ in levels(root, "line")})
    assert len(heights) == 2


@pytest.mark.filterwarnings("ignore::descant.io.said.AssumedWarning")
def test_dots_stand_over_a_number_and_under_its_lines(tmp_path):
    root = page(tmp_path, "1=C 4/4 1'' 2, q3,, q4 5. q6 |")
    numbers = [x for (x,) in places(root, "text", "number", "x")]
    dots = places(root, "circle", "octave", "cx", "cy")
    by = [[y for x, y in dots if x == number] for number in numbers]
    assert [len(one) for one in by] == [2, 1, 2, 0, 0, 0]
    assert all(y < -40 for y in by[0])
    line = levels(root, "line")[0][1]
    assert by[1][0] > 0
    assert all(y > line for y in by[2])
    ((point, high),) = places(root, "circle", "point", "cx", "cy")
    assert numbers[4] < point < numbers[5]
    assert -40 < high < 0


def test_a_tie_over_the_end_of_a_line_is_drawn_on_both(tmp_path):
    root = page(tmp_path, "1=C 4/4 1 2 3 4 | 1 2 3 4 | 1 2 3 4 | 1 2 3 4 ~ | 4 - - - |")
    assert len([one for one in root.iter("path") if one.get("class") == "tie"]) == 2


def test_signs_and_bars_are_counted(tmp_path):
    root = page(tmp_path, "1=C 4/4 #4 4 b7 - | 0 0 q0 q1 1 |")
    assert (
        len([one for one in root.iter("g") if one.get("class") == "accidental"]) == 3
    )  # a natural takes the sharp back
    assert len([one for one in root.iter("path") if one.get("class") == "bar"]) == 2
    assert len(levels(root, "dash")) == 1


def test_jumps_stand_where_they_act():
    measures = [replace(one, jumps=asked) for one, asked in zip(tune().measures, [("segno",), ("D.S.",)], strict=True)]
    (drawn,) = pages(replace(tune(), measures=tuple(measures)))
    root = ElementTree.fromstring(drawn)
    assert texts(root, "jump") == ["segno", "D.S."]
    (first, _), (last, _) = places(root, "text", "jump", "x", "y")
    numbers = [x for x, _ in places(root, "text", "number", "x", "y")]
    assert first < numbers[0] + 40
    assert last > numbers[-2]


def test_a_long_melody_goes_on_to_more_pages():
    score = tune()
    for _ in range(6):
        later = [replace(one, start=one.start + score.length) for one in score.measures]
        part = replace(score.parts[0], measures=score.parts[0].measures * 2)
        score = replace(score, measures=(*score.measures, *later), parts=(part,))
    drawn = pages(score)
    assert len(drawn) > 1
    counts = [len(re.findall('class="number"', one)) for one in drawn]
    assert sum(counts) == 512
    for one in drawn:
        lines = [float(y) for y in re.findall(r'<g transform="translate\(0, ([\d.]+)\)">', one)]
        assert lines == sorted(lines)
        assert lines[-1] < HEIGHT


def test_a_double_ending_asks_for_it(tmp_path):
    path = descant.save(full_score(), tmp_path / "song.jianpu.svg")
    assert ElementTree.parse(path).getroot().get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert 'class="number"' in path.read_text()
    assert path.read_bytes() == descant.save(full_score(), tmp_path / "again.jianpu.svg").read_bytes()
    assert descant.save(full_score(), tmp_path / "song.jianpu.pdf").read_bytes().startswith(b"%PDF-")
    assert descant.save(full_score(), tmp_path / "song.jianpu.png").read_bytes().startswith(b"\x89PNG")


def test_a_note_too_short_is_refused_and_nothing_written(tmp_path):
    score = tune(1)
    short = replace(score.parts[0], measures=((note(0, "1/64", "C4"),),))
    with pytest.raises(UnsupportedFormatError, match=r"a\.jianpu\.svg: jianpu has no sign"):
        descant.save(replace(score, parts=(short,)), tmp_path / "a.jianpu.svg")
    assert list(tmp_path.iterdir()) == []
