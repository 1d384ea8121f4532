"""Pages on paper: as many as were engraved, their size, the same bytes, all of them or none."""

import re
import struct
import sys
from dataclasses import replace

import pytest

import descant
from descant.errors import MissingExtraError, UnwritableFileError
from descant.io.score import engrave
from descant.io.score.paper import PIXELS_AN_INCH
from tests.scores import full_score, tune


def long_tune():
    """A scale of 128 bars, three pages."""
    score = tune()
    for _ in range(6):
        later = [replace(one, start=one.start + score.length) for one in score.measures]
        part = replace(score.parts[0], measures=score.parts[0].measures * 2)
        score = replace(score, measures=(*score.measures, *later), parts=(part,))
    return score


def size(path):
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    return struct.unpack(">II", data[16:24])


def test_a_pdf_holds_every_page_and_its_title_and_no_date(tmp_path):
    score = long_tune()
    data = descant.save(score, tmp_path / "song.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type/Page\b(?!s)", data)) == len(engrave.pages(score)) > 1
    assert b"A scale" in data
    assert not re.search(rb"CreationDate|ModDate|CreateDate", data)


def test_the_same_score_gives_the_same_bytes(tmp_path):
    for ending in ("pdf", "png"):
        one, other = (descant.save(full_score(), tmp_path / f"{name}.{ending}") for name in "ab")
        assert one.read_bytes() == other.read_bytes()


def test_one_page_is_one_picture_of_a_sheet_of_a4(tmp_path):
    path = descant.save(full_score(), tmp_path / "song.png")
    assert path == tmp_path / "song.png"
    assert size(path) == pytest.approx((210 / 25.4 * PIXELS_AN_INCH, 297 / 25.4 * PIXELS_AN_INCH), abs=1)


def test_several_pages_are_numbered_pictures(tmp_path):
    score = long_tune()
    path = descant.save(score, tmp_path / "song.png")
    names = [f"song-{at}.png" for at in range(1, len(engrave.pages(score)) + 1)]
    assert path.name == names[0]
    assert sorted(one.name for one in tmp_path.iterdir()) == names


def test_where_one_page_cannot_be_written_none_is(tmp_path):
    (tmp_path / "song-2.png").mkdir()
    with pytest.raises(UnwritableFileError, match=r"song-2\.png"):
        descant.save(long_tune(), tmp_path / "song.png")
    assert [one.name for one in tmp_path.iterdir()] == ["song-2.png"]


def test_markup_in_a_title_is_a_title(tmp_path):
    titled = replace(tune(), title='#panic("no") $x$ "<b>')
    assert b"panic" in descant.save(titled, tmp_path / "song.pdf").read_bytes()


@pytest.mark.parametrize("name", ["song.pdf", "song.png"])
def test_without_the_extra_it_is_said_what_to_install(name, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match=rf'{name}: .* pip install "descant\[pdf\]"'):
        descant.save(tune(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []
