"""Files that are made to do harm, and names that are markup or paths: told in words, shown as text, kept in place."""

import io
import re
import time
import zipfile

import numpy as np
import pytest
import soundfile

from descant.io.midi import write_midi
from descant.studio import sniffed
from descant.studio.work_listen import listen
from tests.pieces import short_piece
from tests.studio.served import client

NAMES = [
    "../../../../etc/passwd",
    "..\\..\\evil.mid",
    "/etc/passwd",
    "<img src=x onerror=alert(1)>.mid",
    '"><script>alert(1)</script>.mid',
    "a\r\nSet-Cookie: x=y\r\n.mid",
    "a\0b.mid",
    "\u202edim.gnos",
    "con.mid",
    ".",
    "..",
    "ü 楽.mid",
    "x" * 251 + ".mid",
    "-rf.mid",
    "%2e%2e%2f",
    "\ud800.mid",
]


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with client(tmp_path_factory.mktemp("hostile")) as opened:
        opened.app.state.studio.jobs._closed = True  # jobs only wait here
        yield opened


@pytest.fixture(scope="module")
def tune(tmp_path_factory):
    return write_midi(short_piece(), tmp_path_factory.mktemp("tune") / "tune.mid").read_bytes()


def files(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_and_nothing_else(here, tune, name):
    studio = here.app.state.studio
    home, outside = studio.settings.home, files(studio.settings.home.parent)
    said = name.encode("utf-8", errors="surrogatepass")
    answer = here.post(f"/api/pieces?name={''.join(f'%{byte:02x}' for byte in said)}", content=tune)
    assert answer.status_code == 201, answer.text
    piece = answer.json()["id"]
    assert re.fullmatch("[0-9a-f]{12}", piece)
    assert all(home in path.parents for path in files(home.parent) - outside)
    listen(studio.pieces, piece)
    for ending in ("mid", "json", "chords.lab"):
        export = here.get(f"/api/pieces/{piece}/export/{ending}")
        if export.status_code == 200:
            told = export.headers["content-disposition"]
            assert told.startswith("attachment;")
            assert told.isascii()
            assert told.isprintable()
            assert "/" not in told.replace("%2F", "")
            assert "set-cookie" not in export.headers
    shown = here.get("/api/pieces")
    assert shown.headers["content-type"] == "application/json"
    assert here.delete(f"/api/pieces/{piece}").status_code == 204


def bomb():
    """A compressed score of 300 kB that unpacks to 300 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        root = '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>'
        file.writestr("META-INF/container.xml", root)
        with file.open("score.xml", "w", force_zip64=True) as score:
            score.write(b"<score-partwise>")
            for _ in range(30):
                score.write(b" " * 10_000_000)
    return packed.getvalue()


def test_a_zip_bomb_is_not_unpacked(here):
    answer = here.post("/api/pieces?name=song.mxl", content=bomb())
    assert answer.status_code == 415
    assert "unpacks to over" in answer.json()["error"]


def test_an_archive_of_millions_of_files_is_not_even_listed(here, monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for number in range(1000):
            file.writestr(str(number), "")
    monkeypatch.setattr(sniffed, "MOST_TEXT", 50_000)
    monkeypatch.setattr(sniffed.zipfile, "ZipFile", None)
    answer = here.post("/api/pieces?name=song.mxl", content=packed.getvalue())
    assert (answer.status_code, "no score or table is so large" in answer.json()["error"]) == (415, True)


ENTITIES = """<?xml version="1.0"?>
<!DOCTYPE score-partwise [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;&a;">]>
<score-partwise><work><work-title>&b;</work-title></work></score-partwise>"""


def test_xml_reads_no_other_file(here):
    answer = here.post("/api/pieces?name=song.musicxml", content=ENTITIES)
    if answer.status_code == 201:
        store = here.app.state.studio.pieces
        with pytest.raises(Exception, match="defines XML entities"):
            listen(store, answer.json()["id"])
        answer = here.get(f"/api/pieces/{answer.json()['id']}")
        assert answer.json()["state"] == "failed"
    assert "root:" not in answer.text


def test_a_recording_of_ten_hours_is_begun_and_cancelled_while_others_are_answered(tmp_path):
    path = tmp_path / "ten hours.flac"
    with soundfile.SoundFile(path, "w", 4000, 1, "PCM_16", format="FLAC", compression_level=0.0) as file:
        for _ in range(10):
            file.write(np.zeros(4000 * 3600, np.int16))
    with client(tmp_path) as here:
        piece = here.post("/api/pieces?name=ten.flac", content=path.read_bytes()).json()
        end = time.monotonic() + 30
        while here.get(f"/api/jobs/{piece['job']}").json()["state"] == "queued":
            assert time.monotonic() < end
            time.sleep(0.05)
        began = time.monotonic()
        assert here.get("/api/about").status_code == 200
        assert here.post(f"/api/jobs/{piece['job']}/cancel").json()["state"] == "cancelled"
        assert here.delete(f"/api/pieces/{piece['id']}").status_code == 204
        assert time.monotonic() - began < 10
