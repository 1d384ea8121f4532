"""Signs within words: drawn where the letter stood, the words beside them kept."""

import re

from descant.io.score.engrave import pages
from descant.io.score.text_signs import with_outlines
from tests.scores import full_score

SHARP, FLAT = "\uea66", "\uea64"


def words(*runs, anchor=""):
    """A text of verovio's: runs of its music font and of letters, 2048 units high, so that widths are Times' own."""
    inner = "".join(f'<tspan{font} font-size="2048px">{text}</tspan>' for font, text in runs)
    return f'<g id="a1" class="harm">\n<text x="100" y="50"{anchor} font-size="0px">{inner}</text></g>'


LETTERS, SIGNS = "", ' font-family="Leipzig"'


def test_a_sign_stands_between_the_letters_around_it():
    drawn = with_outlines(words((LETTERS, "F"), (SIGNS, SHARP), (LETTERS, "7")))
    assert "Leipzig" not in drawn
    assert SHARP not in drawn
    # An F of Times is 1139 units wide, the sharp 149 of a thousand, with air of 40 on both sides.
    after = 100 + 1139 + (149 + 80) * 2.048
    assert re.findall(r'<tspan x="(\d+)" y="50" font-size="2048px">(\w)</tspan>', drawn) == [
        ("100", "F"),
        (f"{after:.0f}", "7"),
    ]
    assert f'</text><g transform="translate({100 + 1139 + 40 * 2.048:.0f}, 50) scale(2.048)"><path' in drawn


def test_spaces_are_kept_between_words_that_are_set_apart():
    drawn = with_outlines(words((SIGNS, SHARP), (LETTERS, "\xa0=\xa0"), (LETTERS, "96")))
    after = 100 + (149 + 80) * 2.048
    placed = re.findall(r'<tspan x="(\d+)" y="50" font-size="2048px">(=|96)</tspan>', drawn)
    assert placed == [(f"{after + 512:.0f}", "="), (f"{after + 512 + 1155 + 512:.0f}", "96")]


def test_what_stands_before_its_place_still_does():
    drawn = with_outlines(words((LETTERS, "B"), (SIGNS, FLAT), anchor=' text-anchor="end"'))
    begun = int(re.search(r'<tspan x="(-?\d+)"', drawn)[1])
    assert begun == round(100 - 1366 - (149 + 80) * 2.048)
    assert "text-anchor" not in drawn


def test_words_without_signs_are_left_alone():
    plain = words((LETTERS, "Fine"), anchor=' text-anchor="end"')
    assert with_outlines(plain) == plain


def test_no_page_needs_the_music_font():
    (page,) = pages(full_score())
    assert "Leipzig" not in page
    assert not re.search("[\ue000-\uf8ff]", page)
    tempo = re.search(r'class="tempo">(.*?)</g>\s*<g', page, re.DOTALL)[1]
    assert "= 96</tspan>" in tempo
    assert "<path" in tempo
