"""Signs on engraved pages: at the notes that are meant, in their colours, with what they mean."""

import re
from xml.etree import ElementTree

from descant.io.score.engrave import pages, svg
from descant.io.score.marked import BREAK, CROSS, PLUS, RING, MeasureSign, NoteSign, PlaceSign, Sign, Signs, marked
from descant.io.score.names import note_name
from tests.scores import tune

RED, BLUE = Sign(CROSS, "#D55E00"), Sign(RING, "#0072B2")


def head(page, name):
    """Where a note's head is drawn."""
    found = re.search(rf'id="{name}".*?translate\((\d+), (\d+)\)', page, re.DOTALL)
    return int(found[1]), int(found[2])


def test_a_sign_is_at_its_note_and_colours_it_alone():
    first, second = note_name(0, 0, 1, 0), note_name(0, 1, 2, 0)
    (page,) = marked(pages(tune()), Signs(notes=[NoteSign(first, RED, "F#"), NoteSign(second, BLUE)]))
    ElementTree.fromstring(svg([page]))
    assert re.findall(r'<g color="(#\w+)" fill="#\w+" id="([\w-]+)" class="note"', page) == [
        ("#D55E00", first),
        ("#0072B2", second),
    ]
    x, y = head(page, second)
    cx, cy = re.search(r'<circle cx="(\d+)" cy="(\d+)" r="200" style="stroke:#0072B2', page).groups()
    assert 0 < int(cx) - x < 215
    assert int(cy) == y
    assert ">F#</text>" in page


def test_what_is_added_stands_between_its_neighbours_at_its_height():
    before, after = note_name(0, 0, 0, 0), note_name(0, 0, 1, 0)
    place = PlaceSign(0, before, after, 0.5, before, 4, Sign(PLUS, "#CC79A7"), "G")
    (page,) = marked(pages(tune()), Signs(places=[place]))
    found = re.search(r'translate\((\d+), (\d+)\)" d="M-120 0', page)
    (left, y), (right, _) = head(page, before), head(page, after)
    assert left < int(found[1]) < right
    assert int(found[2]) == y - 4 * 90


def test_measures_are_hatched_and_named():
    signs = Signs(
        measures=[MeasureSign(1, "practise <1>", "black", boxed=True), MeasureSign(1, "", "#555555", hatched=True)]
    )
    plain, (page,) = pages(tune())[0], marked(pages(tune()), signs)
    assert "practise &lt;1&gt;" in page
    assert page.count("stroke-opacity") > plain.count("stroke-opacity") + 3


def test_the_legend_is_on_every_page_and_unknown_names_are_left_out():
    signs = Signs(
        notes=[NoteSign(note_name(9, 9, 9, 9), RED)],
        places=[PlaceSign(0, "n9-9-9-9", "", 0, "n9-9-9-9", 0, Sign(BREAK, "#555555"))],
        measures=[MeasureSign(99, "nowhere", "black")],
        legend=[(RED, "wrong"), (BLUE, "missed")],
    )
    (page,) = marked(pages(tune()), signs)
    assert ">wrong</text>" in page
    assert ">missed</text>" in page
    assert "nowhere" not in page
    assert 'color="#D55E00"' not in page
