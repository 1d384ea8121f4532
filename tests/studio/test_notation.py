"""Notation: pages of a piece, where each bar stands and when it sounds; made anew when notes or beats are corrected."""

from __future__ import annotations

import re

import pytest

from descant.io.midi import midi_bytes
from descant.studio.notation import notation, notation_page
from tests.pieces import short_piece
from tests.studio.asked import error
from tests.studio.piece_client import sent, store_of
from tests.studio.served import client

REPEATED = b"""X:1
T:A tune
M:4/4
L:1/4
Q:1/4=120
K:C
|: C D E F | G A B c :|
| c B A G |]
"""


def test_bars_stand_in_the_order_in_which_they_are_drawn(here, song):
    answer = here.get(f"/api/pieces/{song}/notation")
    assert answer.status_code == 202
    again = here.get(f"/api/pieces/{song}/notation")
    assert again.json() == answer.json()  # no second job
    assert here.get(f"/api/jobs/{answer.json()['job']}").json()["title"] == "Engraving song.mid"
    notation(store_of(here), song)
    found = here.get(f"/api/pieces/{song}/notation")
    assert found.status_code == 200
    assert [(bar["number"], bar["page"], bar["start"], bar["end"]) for bar in found.json()["bars"]] == [
        (str(at + 1), 1, 2.0 * at, 2.0 * at + 2) for at in range(4)
    ]
    page = here.get(f"/api/pieces/{song}/notation/1.svg")
    assert page.headers["content-type"] == "image/svg+xml"
    assert len(re.findall(r'class="measure"', page.text)) == 4
    assert "there is no page 2" in error(here.get(f"/api/pieces/{song}/notation/2.svg"), 404)


def test_corrected_beats_give_other_bars_and_a_section_does_not(here):
    piece = sent(here, "song.mid", midi_bytes(short_piece()))
    store = store_of(here)
    assert len(notation(store, piece)["bars"]) == 4
    section = {"sections": [{"start": 0, "end": 8, "label": "verse"}]}
    here.put(f"/api/pieces/{piece}/corrections/sections", json=section)
    assert here.get(f"/api/pieces/{piece}/notation").status_code == 200
    here.delete(f"/api/pieces/{piece}/corrections/sections")
    assert here.get(f"/api/pieces/{piece}/notation").status_code == 200
    beats = [{"time": at * 0.5, "position": at % 3 + 1} for at in range(17)]
    here.put(f"/api/pieces/{piece}/corrections/beats", json={"beats": beats})
    assert here.get(f"/api/pieces/{piece}/notation").status_code == 202
    bars = notation(store, piece)["bars"]
    assert [bar["start"] for bar in bars[:3]] == pytest.approx([0.0, 1.5, 3.0])
    here.delete(f"/api/pieces/{piece}/corrections/beats")
    assert here.get(f"/api/pieces/{piece}/notation").status_code == 202  # what had been made is gone


@pytest.mark.parametrize("name", ["song.mid", "tune.abc"])
def test_a_corrected_metre_gives_other_bars(here, name):
    piece = sent(here, name, REPEATED if name == "tune.abc" else midi_bytes(short_piece()))
    here.put(f"/api/pieces/{piece}/corrections/meter", json={"meter": "2/4"})
    bars = notation(store_of(here), piece)["bars"]
    assert [bar["start"] for bar in bars[:4]] == pytest.approx([0.0, 1.0, 2.0, 3.0])


def test_a_bar_that_is_repeated_has_all_its_times(here):
    piece = sent(here, "tune.abc", REPEATED)
    bars = notation(store_of(here), piece)["bars"]
    assert [bar["times"] for bar in bars] == [[[0.0, 2.0], [4.0, 6.0]], [[2.0, 4.0], [6.0, 8.0]], [[8.0, 10.0]]]
    assert [bar["start"] for bar in bars] == [0.0, 2.0, 8.0]


def test_titles_are_text_on_the_page(here):
    tune = REPEATED.replace(b"A tune", b"<script>alert(1)</script>")
    piece = sent(here, "evil.abc", tune)
    notation(store_of(here), piece)
    page = notation_page(store_of(here), piece, 1).read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_piece_without_notes_has_no_pages(here):
    piece = sent(here, "only.lab", b"0 1 C:maj\n")
    assert "has no notes" in error(here.get(f"/api/pieces/{piece}/notation"), 422)


def test_pages_are_engraved_by_a_job(tmp_path):
    from tests.studio.asked import ended

    with client(tmp_path) as here:
        piece = here.post("/api/pieces?name=tune.abc", content=REPEATED).json()
        assert ended(here, piece["job"], 120)["state"] == "done"
        answer = here.get(f"/api/pieces/{piece['id']}/notation")
        assert ended(here, answer.json()["job"], 120)["result"] == {"pages": 1}
        assert here.get(f"/api/pieces/{piece['id']}/notation").json()["pages"] == 1
