"""Engraved pages: everything on them, keys as each player reads them, titles that fit, the same bytes."""

import re
from dataclasses import replace
from fractions import Fraction as F
from xml.etree import ElementTree

import numpy as np
import pytest

import descant
from descant.errors import UnwritableFileError
from descant.io.score import engrave
from descant.io.score.engrave import HEIGHT, WIDTH, measure_pages, pages, svg
from descant.io.score.names import measure_name, note_name
from descant.types import Score
from descant.types.score import ChordSymbol, Clef, ScorePart
from tests.scores import FOUR, frame, full_score, note, tune


def test_a_page_holds_the_notes_and_the_words(tmp_path):
    path = descant.save(full_score(), tmp_path / "score.svg")
    text = path.read_text()
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert len(re.findall(r'class="measure"', text)) == 5
    heads = sum(len(event.pitches) for part in full_score().parts for row in part.measures for event in row)
    assert len(re.findall(r'class="note"', text)) == heads
    assert "A bit of everything" in text
    for word in ("glad", "ness", "dolce", "Andante"):
        assert (word in text) is (word != "Andante")


def test_measures_and_notes_are_found_by_their_places():
    score, text = full_score(), pages(full_score())[0]
    assert re.findall(r'<g id="(\w+)" class="measure"', text) == [measure_name(at) for at in range(5)]
    for part, one in enumerate(score.parts):
        for at, row in enumerate(one.measures):
            for number, event in enumerate(row):
                for pitch in range(len(event.pitches)):
                    assert text.count(f'id="{note_name(part, at, number, pitch)}" class="note"') == 1


def test_a_key_change_is_shown_to_each_part_in_its_own_key():
    page = pages(full_score())[0]
    shown = [len(re.findall(r'class="keyAccid"', one)) for one in re.split(r'class="keySig"', page)[1:]]
    assert sorted(shown)[-3:] == [2, 3, 3]  # the clarinet's two sharps; the piano's three flats on both staves


def gaps(upper):
    """Between the symbols over four quarters of two staves, the lower one of which has quarters."""
    lower = tuple(note(at, 1, "C4") for at in range(4))
    chords = tuple(ChordSymbol(F(at), f"{root}:min7/b3") for at, root in enumerate("CDEF"))
    staves = tuple(ScorePart((row,), clefs=(Clef(F(0), "G2"),)) for row in (upper, lower))
    page = pages(Score(frame((4, FOUR, {})), staves, chords=chords))[0]
    places = [int(one) for one in re.findall(r'class="harm">\s*<text x="(\d+)"', page)]
    return np.diff(sorted(places))


@pytest.mark.parametrize(
    "upper", [(note(0, 2, "E4"), note(2, 2, "E4")), (note(0, 4, "E4"),), ()], ids=["halves", "a whole", "nothing"]
)
def test_chord_symbols_between_the_notes_of_their_staff_have_room(upper):
    quarters = tuple(note(at, 1, "E4") for at in range(4))
    assert gaps(upper).tolist() == gaps(quarters).tolist()


def test_chord_symbols_have_no_letters_that_fonts_lack():
    page = pages(replace(tune(), chords=(ChordSymbol(F(0), "A#:maj/3"), ChordSymbol(F(1), "Db:min7/b5"))))[0]
    assert "\U0001d12a" not in page
    assert "\U0001d12b" not in page


def test_the_same_score_gives_the_same_bytes():
    assert svg(pages(full_score())) == svg(pages(full_score()))


def test_a_long_title_is_made_to_fit_and_is_no_markup():
    titled = replace(tune(), title="<A & B> " + "very long " * 20)
    page = pages(titled)[0]
    assert "&lt;A &amp; B&gt;" in page
    size = int(re.search(r'font-size="(\d+)"', page)[1])
    assert size * 0.5 * len(titled.title) < WIDTH


def test_pages_stand_one_under_another():
    long = tune()
    for _ in range(6):
        rows = long.parts[0].measures * 2
        start = long.length
        later = [replace(one, start=one.start + start, number=f"{one.number}") for one in long.measures]
        long = replace(long, measures=(*long.measures, *later), parts=(replace(long.parts[0], measures=rows),))
    drawn = pages(long)
    assert len(drawn) > 1
    root = ElementTree.fromstring(svg(drawn))
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT * len(drawn)}"
    pages_of = measure_pages(drawn)
    assert len(pages_of) == len(long.measures)
    assert pages_of == sorted(pages_of)
    assert set(pages_of) == set(range(1, len(drawn) + 1))


@pytest.mark.parametrize("name", ["song.svg", "song.pdf", "song.png"])
def test_what_takes_too_long_is_given_up_and_nothing_is_written(name, tmp_path, monkeypatch):
    monkeypatch.setattr(engrave, "MOST_SECONDS", 0.01)
    with pytest.raises(UnwritableFileError, match=rf"{name}: was not engraved within 0\.01 s"):
        descant.save(tune(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_where_the_drawing_breaks_off_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(engrave, "DRAWS", "descant.io.score.no_such_module")
    with pytest.raises(UnwritableFileError, match="could not be engraved"):
        descant.save(tune(), tmp_path / "song.svg")
