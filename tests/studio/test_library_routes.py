"""The library over HTTP: indexed, browsed, searched by words, notes and recordings, heard; every refusal in words."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from descant.io.audio import write_audio
from descant.io.midi import write_midi
from descant.io.open import open as open_file
from descant.library.fingerprints import fingerprint
from descant.library.item import FileStamp
from descant.library.store import open_library
from descant.studio.routes_library import MOST_BYTES
from descant.types import Melody, Notes
from tests.library.sounds import cut, music, noisy
from tests.retrieval.collection import ENTRIES, SPACE, entry
from tests.studio.asked import done, error
from tests.studio.served import client as studio

TWINKLE = (60.0, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60)


def tune(number, pitches, **facts):
    notes = np.arange(float(len(pitches)))
    melody = Melody(np.array(pitches, np.float64), notes, np.ones(len(notes)), "quarters", label="tune")
    return entry(number, kind="tune", melodies=(("tune", melody.to_bytes()),), duration=7.0, **facts)


def fill(path: Path) -> None:
    """Seven items of the made-up collection, a recording that is there, three tunes and a MIDI file that is there."""
    rng = np.random.default_rng(1)
    with open_library(path, write=True) as library:
        library.adopt([SPACE])
        for number, one in enumerate(ENTRIES, 1):
            library.put(one, FileStamp(path.parent / "music" / f"{number:03d}.wav", 1, 1))
        recording = write_audio(music(3), path.parent / "recording.wav")
        found = entry(8, title="A recording", duration=20.0, fingerprint=fingerprint(music(3)))
        library.put(found, FileStamp(recording, 1, 1))
        for number, pitches in ((9, TWINKLE), (10, rng.integers(55, 79, 14)), (11, rng.integers(55, 79, 14))):
            library.put(tune(number, pitches, title="Star" if number == 9 else "Other", source="made up"))
        played = write_midi(Notes([0, 0.5], [0.5, 1], [60, 64], [80, 80]), path.parent / "played.mid")
        library.put(entry(12, kind="midi", duration=1.0), FileStamp(played, 1, 1))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    fill(folder / "library.db")
    with studio(folder, {"listen": "tests.studio.work:refuse"}) as opened:  # what is opened is not listened to
        yield opened


@pytest.fixture
def empty(tmp_path):
    with studio(tmp_path) as opened:
        yield opened


def titles(answer):
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["items"]]


def test_no_library_yet_is_told_kindly(empty, tmp_path):
    about = empty.get("/api/library").json()
    assert (about["exists"], about["count"], about["roots"]) == (False, 0, [str(tmp_path)])
    for path in ("items", "search", "search?words=calm", "search?notes=C C G G", "search?like=3"):
        found = empty.get(f"/api/library/{path}")
        assert found.status_code == 200
        assert found.json()["told"] == ["there is no library yet; index a folder of music first"]
    assert empty.get("/api/library/failures").json() == []
    assert "no library yet" in error(empty.get("/api/library/items/1"), 404)


BOOK = """X:1
T:First
M:4/4
L:1/4
Q:1/4=120
K:C
C E G c | C4 |

X:2
T:Star <b>
M:4/4
L:1/4
Q:1/4=120
K:C
C C G G | A A G2 | F F E E | D D C2 |
"""


def test_of_a_book_the_tune_that_was_found_is_heard_and_opened(empty, tmp_path):
    (tmp_path / "book.abc").write_text(BOOK)
    (tmp_path / "alone.abc").write_text(BOOK.partition("X:2")[2].replace("Star <b>", "Alone").join(["X:2", ""]))
    done(empty, empty.post("/api/library/index", json={"folder": str(tmp_path), "level": "tags"}))
    items = empty.get("/api/library/search?notes=C C G G A A G F F E E D D C").json()["items"]
    tunes = {one["title"]: (one["id"], one["tune"]) for one in items}
    assert tunes["First"][1] == "Star <b>"
    assert tunes["Alone"][1] is None
    book = f"/api/library/items/{tunes['First'][0]}"
    lasts = [
        soundfile.info(io.BytesIO(empty.get(f"{book}/audio", params=params).content)).duration
        for params in ({}, {"tune": "Star <b>"})
    ]
    assert lasts[1] > lasts[0] + 3.0  # four bars, and not two
    piece = empty.post(f"{book}/open", params={"tune": "Star <b>"}).json()
    assert piece["name"] == "Star <b>.abc"
    assert open_file(empty.app.state.studio.pieces.source(piece["id"])).title == "Star <b>"
    assert "no tune" in error(empty.get(f"{book}/audio", params={"tune": "Third"}), 404)


def test_what_the_library_holds(client):
    about = client.get("/api/library").json()
    assert about["exists"]
    assert about["count"] == 12
    assert about["kinds"] == {"audio": 7, "midi": 2, "tune": 3}


def test_browsing(client):
    first = client.get("/api/library/items?limit=5").json()
    assert (first["count"], first["pages"], [one["id"] for one in first["items"]]) == (12, 3, [12, 11, 10, 9, 8])
    assert first["items"][0]["percentile"] is None
    assert len(client.get("/api/library/items?limit=5&page=3").json()["items"]) == 2
    assert client.get("/api/library/items?page=9").json()["items"] == []
    named = titles(client.get("/api/library/items?sort=name&limit=3"))
    assert named == ["A recording", "Half speed", "Nearly there"]
    assert titles(client.get("/api/library/items?sort=tempo&limit=2")) == ["Nocturne in D minor", "Half speed"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("items?sort=id;DROP TABLE item", "not sorted by"),
        ("items?limit=0", "1 to 200 items"),
        ("items?page=0", "counted from 1"),
        ("items?page=99999999999999999999999", "counted from 1"),
        ("search?words=x&limit=201", "1 to 200 items"),
        ("search?words=tempo:fast", "tempo"),
        ("search?filter=key:H", "key"),
        ("search?notes=C C what G", "'what' is no note"),
        ("search?like=1&by=smell", "not by 'smell'"),
        ("search?words=x&by=timbre", "say what it is to be like"),
        ("search?words=" + "x" * 1001, "1000"),
    ],
)
def test_what_cannot_be_searched_is_told(client, path, words):
    assert words in error(client.get(f"/api/library/{path}"), 422)


def test_searching_by_words_and_filters(client):
    found = client.get("/api/library/search", params={"words": "120 bpm"}).json()
    assert [one["id"] for one in found["items"]] == [2, 4]
    assert found["items"][0]["reasons"] == ["120 bpm"]
    assert "2 more at half or twice that tempo" in found["told"]
    filtered = client.get("/api/library/search", params={"words": "rock", "filter": ["key:Am", "meter:4/4"]})
    assert titles(filtered) == ["Nearly there"]
    assert client.get("/api/library/search?words=title:nothing").json()["items"] == []


def test_searching_by_notes(client):
    found = client.get("/api/library/search", params={"notes": "G G D D E E D"}).json()
    assert found["items"][0]["title"] == "Star"
    assert found["items"][0]["reasons"]
    assert found["items"][0]["at"] is None


def test_a_clip_is_found_with_its_place(client):
    import io

    clip = noisy(cut(music(3), 7.0, 5.0), 10.0)
    body = io.BytesIO()
    soundfile.write(body, clip.samples[0], clip.sample_rate, format="WAV")
    found = client.post("/api/library/search?kind=clip", content=body.getvalue()).json()
    assert [one["title"] for one in found["items"]] == ["A recording"]
    assert found["items"][0]["at"] == pytest.approx(7.0, abs=0.1)
    assert found["items"][0]["reasons"] == ["heard from 0:07 on"]


def test_a_tune_is_found_by_midi_that_is_played_in(client, tmp_path):
    onset = np.arange(14) * 0.4
    path = write_midi(Notes(onset, onset + 0.3, np.array(TWINKLE) + 3, np.full(14, 80)), tmp_path / "hum.mid")
    found = client.post("/api/library/search?kind=hum", content=path.read_bytes()).json()
    assert found["items"][0]["title"] == "Star"


@pytest.mark.parametrize(
    ("kind", "body", "status", "words"),
    [
        ("hum", b"", 422, "the body is empty"),
        ("hum", b"no music", 415, "the file: "),
        ("clip", b"\0" * 5_000, 415, "the file: "),
        ("clip", b"RIFF\0\0\0\0WAVE", 415, "the file: "),
        ("like", b"no music", 415, "the file: "),
        ("hum", b"MThd\0\0\0\6", 415, "the file: "),
        ("hum", b"<?xml version='1.0'?><score-partwise>", 415, "the file: "),
    ],
)
def test_bad_recordings_are_told_in_words_and_removed(client, kind, body, status, words):
    answer = client.post(f"/api/library/search?kind={kind}", content=body)
    assert words in error(answer, status)
    assert "uploads" not in answer.text
    home = client.app.state.studio.settings.home
    assert not list((home / "uploads").iterdir())


def test_too_large_a_recording_is_refused(client):
    def endless():
        for _ in range(MOST_BYTES // 1_000_000 + 2):
            yield b"x" * 1_000_000

    assert "64 MB" in error(client.post("/api/library/search?kind=clip", content=endless()), 413)
    assert not list((client.app.state.studio.settings.home / "uploads").iterdir())


def test_one_item(client):
    found = client.get("/api/library/items/1").json()
    assert found["title"] == "Nocturne in D minor"
    assert found["instruments"] == {"piano": 0.95}
    assert found["files"] == ["001.wav"]  # where it is stays untold
    assert client.get("/api/library/items/7").json()["title"] == "Áedán's <b>reel</b>"
    assert "no item 99" in error(client.get("/api/library/items/99"), 404)
    assert error(client.get("/api/library/items/0"), 422)
    assert error(client.get(f"/api/library/items/{10**30}"), 422)


def test_a_recording_is_heard_in_ranges(client):
    whole = client.get("/api/library/items/8/audio")
    assert (whole.status_code, whole.headers["content-type"], whole.headers["x-synthesised"]) == (200, "audio/wav", "0")
    part = client.get("/api/library/items/8/audio", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    beyond = client.get("/api/library/items/8/audio", headers={"Range": "bytes=999999999-"})
    assert "nothing at these bytes" in error(beyond, 416)
    assert client.get("/api/library/items/8/audio", headers={"Range": "bytes=9-1"}).content == whole.content
    head = client.head("/api/library/items/8/audio")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(whole.content)


@pytest.mark.parametrize("item", [9, 12])
def test_tunes_and_midi_are_played_once_and_kept(client, item):
    answer = client.get(f"/api/library/items/{item}/audio")
    assert answer.status_code == 200, answer.text
    assert (answer.headers["content-type"], answer.headers["x-synthesised"]) == ("audio/flac", "1")
    made = sorted((client.app.state.studio.settings.home / "heard").glob("*.flac"))
    before = [one.stat().st_mtime_ns for one in made]
    assert client.get(f"/api/library/items/{item}/audio").content == answer.content
    assert [one.stat().st_mtime_ns for one in made] == before


@pytest.mark.parametrize(
    ("item", "name", "kind"), [(8, "recording.wav", "sound"), (9, "Star.mid", "notes"), (12, "played.mid", "notes")]
)
def test_an_item_is_opened_as_a_piece(client, item, name, kind):
    answer = client.post(f"/api/library/items/{item}/open")
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["name"], found["kind"]) == (name, kind)
    source = client.app.state.studio.pieces.source(found["id"])
    if item == 9:
        assert open_file(source).pitch.tolist() == list(TWINKLE)
    else:
        assert source.read_bytes() == (client.app.state.studio.settings.library.parent / name).read_bytes()


def test_a_file_that_is_gone_is_told(client):
    assert "001.wav: is gone" in error(client.get("/api/library/items/1/audio"), 404)
    assert "001.wav: is gone" in error(client.post("/api/library/items/1/open"), 404)


def test_a_folder_is_indexed_as_a_job_and_found_at_once(empty, tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    onset = np.arange(14) * 0.5
    write_midi(Notes(onset, onset + 0.5, np.array(TWINKLE), np.full(14, 80)), folder / "star.mid")
    (folder / "bad.mid").write_bytes(b"MThd\0\0\0\6")
    assert titles(empty.get("/api/library/items")) == []
    first = empty.post("/api/library/index", json={"folder": str(folder), "level": "full"}).json()
    assert empty.post(f"/api/jobs/{first['id']}/cancel").json()["state"] == "cancelled"
    result = done(empty, empty.post("/api/library/index", json={"folder": str(folder), "level": "full"}))
    assert result["summary"] == "2 files: 1 new or changed, 1 unreadable"
    assert [one["name"] for one in empty.get("/api/library/items").json()["items"]] == ["star"]
    assert empty.get("/api/library").json()["failures"] == 1
    assert empty.get("/api/library/failures").json()[0]["file"] == "bad.mid"
    found = empty.get("/api/library/search", params={"notes": "C C G G A A G"}).json()
    assert found["items"][0]["name"] == "star"


def test_a_library_that_is_replaced_is_opened_anew(tmp_path):
    fill(tmp_path / "library.db")
    with studio(tmp_path) as client:
        assert client.get("/api/library/items").json()["count"] == 12
        for path in tmp_path.glob("library.db*"):
            path.unlink()
        assert client.get("/api/library/items").json()["count"] == 0
        with open_library(tmp_path / "library.db", write=True) as library:
            library.put(tune(1, TWINKLE, title="New"))
        assert titles(client.get("/api/library/items")) == ["New"]
        assert titles(client.get("/api/library/search?words=new")) == ["New"]
        with open_library(tmp_path / "library.db", write=True) as library:
            library.put(tune(2, TWINKLE, title="Newer"))
        assert titles(client.get("/api/library/items")) == ["Newer", "New"]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 200, "there is no library yet"),  # one that is just being made looks so
        (b"garbage" * 5_000, 415, "is damaged"),
    ],
)
def test_what_is_no_library_is_told(tmp_path, content, status, words):
    (tmp_path / "library.db").write_bytes(content)
    with studio(tmp_path) as client:
        for path in ("items", "search?words=x"):
            answer = client.get(f"/api/library/{path}")
            assert answer.status_code == status
            assert words in answer.text


def test_no_folder_outside_is_indexed_or_shown(empty, tmp_path):
    (tmp_path / "out").symlink_to("/")
    for folder in ("/", "/etc", str(tmp_path / ".." / ".."), str(tmp_path / "out")):
        assert error(empty.post("/api/library/index", json={"folder": folder}), 422)
        assert error(empty.get("/api/library/folders", params={"path": folder}), 422)
    assert error(empty.post("/api/library/index", json={"folder": str(tmp_path / "none")}), 404)
    assert error(empty.post("/api/library/index", json={"folder": str(tmp_path), "level": "most"}), 422)
    shown = empty.get("/api/library/folders").json()
    assert [one["path"] for one in shown["folders"]] == [str(tmp_path)]
    assert empty.get("/api/jobs").json() == []


@pytest.mark.parametrize("kind", ["hum", "clip", "like"])
def test_more_notes_than_can_be_searched_by_are_refused_before_they_are_read(client, kind):
    track = b"\x00\x90\x3c\x40" + b"\x01\x3c\x00\x00\x3c\x40" * 50_000 + b"\x01\x3c\x00\x00\xff\x2f\x00"
    midi = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk" + len(track).to_bytes(4, "big") + track
    answer = client.post(f"/api/library/search?kind={kind}", content=midi)
    assert error(answer, 415) == "the file: has over 0.3 MB; search by a part of it, or by its sound"


def test_warm_searches_do_not_wait_for_their_indexes(client):
    client.get("/api/library/search", params={"words": "calm piano"})
    started = time.perf_counter()
    for _ in range(5):
        assert client.get("/api/library/search", params={"words": "calm piano"}).status_code == 200
    assert time.perf_counter() - started < 2.5
