"""Pieces over HTTP: what is sent is told by its content, looked at, corrected; bad files are refused in words."""

from __future__ import annotations

import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import soundfile

from descant.io.audio import write_audio
from descant.io.json_piece import piece_json
from descant.io.midi import midi_bytes
from descant.io.score.write_musicxml import musicxml
from descant.pipelines.transcribe import notated
from descant.studio.pieces import PieceStore
from descant.studio.work_listen import listen
from descant.types import Audio, Meter, Notes, Piece
from tests.pieces import short_piece
from tests.studio.asked import ended, error
from tests.studio.piece_client import piece_client, sent, store_of
from tests.studio.served import client

NOBODY = "0123456789ab"


def tone(seconds: float = 2.0, hz: float = 440.0, rate: int = 22_050) -> bytes:
    """A WAV file with a tone in stereo."""
    buffer = np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate, dtype=np.float32) * 0.3
    file = io.BytesIO()
    soundfile.write(file, np.stack([buffer, buffer], axis=1), rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return file.getvalue()


def test_sound_is_listened_to_by_a_job_from_upload_to_result(tmp_path):
    with client(tmp_path) as here:
        answer = here.post("/api/pieces", params={"name": "Ton.wav"}, content=tone())
        assert answer.status_code == 201
        piece = answer.json()
        assert (piece["kind"], piece["name"], piece["has"]["audio"]) == ("sound", "Ton.wav", True)
        job = ended(here, piece["job"], 120)
        assert (job["state"], job["share"], job["title"]) == ("done", 1.0, "Listening to Ton.wav"), job["message"]
        whole = here.get(f"/api/pieces/{piece['id']}").json()
        assert (whole["state"], whole["duration"]) == ("ready", 2.0)
        assert whole["has"] == {"audio": True, "spectrum": True, "notes": True}
        assert whole["piece"]["file"] == "Ton.wav"
        assert {note["pitch"] for note in whole["piece"]["notes"]} == {69}
        assert "pitch" not in whole["piece"]


def test_midi_says_its_beats_its_key_and_its_chords(here, song):
    whole = here.get(f"/api/pieces/{song}").json()
    assert whole["kind"] == "notes"
    assert whole["heard"] == {
        "title": "",
        "artist": "",
        "key": "C major",
        "tempo": 120.0,
        "meter": "4/4",
        "chords": ["C", "Am", "F", "G7"],
        "sections": [],
        "notes": len(short_piece()),
    }
    beats = whole["piece"]["beats"]
    assert [beat["position"] for beat in beats] == [1, 2, 3, 4] * 4
    assert [beat["time"] for beat in beats] == [at / 2 for at in range(16)]
    assert [chord["start"] for chord in whole["piece"]["chords"]] == [0, 2, 4, 6]


def test_a_score_is_read_with_its_own_bars(here):
    piece = sent(here, "page.musicxml", musicxml(notated(short_piece()).score).encode())
    whole = here.get(f"/api/pieces/{piece}").json()
    assert (whole["kind"], whole["state"], whole["heard"]["meter"]) == ("score", "ready", "4/4")
    assert whole["heard"]["chords"] == ["C", "Am", "F", "G7"]
    assert len(whole["piece"]["notes"]) == len(short_piece())


def test_a_pieces_own_json_brings_its_corrections(here):
    given = Piece("x.wav", 8.0).with_(short_piece()).with_(Meter("4/4")).corrected(Meter("2/2"))
    piece = sent(here, "x.json", json.dumps(piece_json(given)).encode())
    whole = here.get(f"/api/pieces/{piece}").json()["piece"]
    assert (whole["meter"], whole["corrections"]["meter"]) == ("4/4", "2/2")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("photo.wav", b"\x89PNG\r\n\x1a\n" + b"0" * 500, "photo.wav: is a PNG picture, not a sound file"),
        ("song.mp3", b"not a sound at all " * 40, "song.mp3: is not a sound file"),
        ("page.html", b"<!DOCTYPE html><html><body>hello</body></html>", "a web page"),
        ("page.xml", b"<?xml version='1.0'?><svg/>", "not a MusicXML score"),
        ("all.zip", lambda: zipped(a_txt=b"x"), "all.zip: is a zip archive"),
        ("bomb.mxl", lambda: zipped(score_xml=b"0" * 210_000_000), "unpacks to over 200 MB"),
        ("cut.mxl", lambda: zipped(score_xml=b"<score-partwise/>")[:60], "damaged compressed file"),
        ("binary.abc", b"X:1\n\0\0\0\0", "is not text"),
        ("cut.wav", tone()[:40], "cut.wav"),
        ("x.txt", b"\0" * 100, "is not text"),
    ],
    ids=lambda one: one if isinstance(one, str) else "data",
)
def test_what_is_no_music_is_refused_and_not_kept(here, name, data, words):
    data = data() if callable(data) else data
    before = here.get("/api/pieces").json()["count"]
    answer = here.post("/api/pieces", params={"name": name}, content=data)
    assert words in error(answer, 415)
    assert here.get("/api/pieces").json()["count"] == before
    assert str(here.app.state.studio.settings.home) not in answer.text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("cut.mid", midi_bytes(short_piece())[:30], "cut.mid"),
        ("empty.musicxml", b"<?xml version='1.0'?><score-partwise/>", "empty.musicxml"),
        ("bad.json", b'{"schema": 1, "file": 3}', "bad.json"),
        ("newer.json", b'{"schema": 99}', "schema 99"),
        ("what.csv", b"start,end,label\n0,1,C\n", "nothing says what it holds"),
        (
            "entities.xml",
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><score-partwise>&b;</score-partwise>',
            "entities",
        ),
    ],
)
def test_what_a_job_cannot_read_has_failed_with_the_reason(here, name, data, words):
    piece = here.post("/api/pieces", params={"name": name}, content=data).json()["id"]
    with pytest.raises(Exception, match=words):
        listen(store_of(here), piece)
    whole = here.get(f"/api/pieces/{piece}").json()
    assert whole["state"] == "failed"
    assert words in whole["message"]
    assert "/source" not in whole["message"]


def test_names_that_are_no_utf8_and_names_of_paths_are_shown_as_text(here):
    answer = here.post("/api/pieces?name=caf%E9%2F..%2F%3Cb%3Eb%3C%2Fb%3E.mid", content=midi_bytes(short_piece()))
    assert answer.status_code == 201
    assert answer.json()["name"] == "b>.mid"
    answer = here.post("/api/pieces?name=caf%E9.mid", content=midi_bytes(short_piece()))
    assert answer.json()["name"] == "caf\ufffd.mid"


def test_a_field_is_corrected_and_put_back(here, song):
    estimate = here.get(f"/api/pieces/{song}").json()["piece"]
    fragment = {"chords": [{"start": 0, "end": 8, "label": "D:min7/b3"}]}
    answer = here.put(f"/api/pieces/{song}/corrections/chords", json=fragment)
    assert answer.status_code == 200
    kept = answer.json()["piece"]["corrections"]["chords"]
    assert kept == [{"start": 0.0, "end": 8.0, "label": "D:min7/b3", "confidence": 1.0}]
    assert answer.json()["heard"]["chords"] == ["Dm7/F"]
    assert here.get(f"/api/pieces/{song}").json() == answer.json()
    again = here.delete(f"/api/pieces/{song}/corrections/chords").json()
    assert "corrections" not in again["piece"]
    assert again["piece"] == estimate


@pytest.mark.parametrize(
    ("field", "body", "words"),
    [
        ("chords", {"chords": [{"start": 0, "end": 1, "label": "H"}]}, "chord"),
        ("meter", {"meter": "17"}, "a metre looks like 4/4"),
        ("beats", {"beats": [{"time": 2}, {"time": 1}]}, "in order of time"),
        ("beats", {"tempo": 3}, "holds 'beats'"),
        ("notes", {"notes": [{"onset": "x", "offset": 1, "pitch": 60}]}, "onset"),
    ],
)
def test_a_correction_that_breaks_a_types_rules_is_refused(here, song, field, body, words):
    before = here.get(f"/api/pieces/{song}").content
    assert words in error(here.put(f"/api/pieces/{song}/corrections/{field}", json=body), 422)
    assert here.get(f"/api/pieces/{song}").content == before


def test_unknown_fields_and_bodies_that_are_no_objects_are_refused(here, song):
    error(here.put(f"/api/pieces/{song}/corrections/mood", json={"mood": "sad"}), 422)
    error(here.put(f"/api/pieces/{song}/corrections/chords", json=[]), 422)
    error(
        here.put(f"/api/pieces/{song}/corrections/chords", content=b"{", headers={"Content-Type": "application/json"}),
        422,
    )


def test_corrections_survive_a_new_analysis_and_a_restart(tmp_path):
    with piece_client(tmp_path) as here:
        piece = sent(here, "song.mid", midi_bytes(short_piece()))
        moved = here.get(f"/api/pieces/{piece}").json()["piece"]
        notes = moved["notes"]
        notes[0]["pitch"] += 1
        here.put(f"/api/pieces/{piece}/corrections/notes", json={"notes": notes, "parts": moved["parts"]})
        here.put(f"/api/pieces/{piece}/corrections/tempo", json={"tempo": {"bpm": 60}})
        store = store_of(here)
        listen(store, piece)
        assert here.get(f"/api/pieces/{piece}").json()["piece"]["corrections"]["notes"] == notes
    with piece_client(tmp_path) as here:
        whole = here.get(f"/api/pieces/{piece}").json()
        assert whole["piece"]["corrections"]["notes"] == notes
        assert whole["heard"]["tempo"] == 60
        assert whole["piece"]["tempo"]["bpm"] == 120
        assert PieceStore(tmp_path / "studio").piece(piece).get(Notes).tempos == short_piece().tempos


def test_a_piece_is_renamed_listed_and_removed(tmp_path):
    with piece_client(tmp_path) as here:
        ids = [sent(here, f"{at}.lab", b"0 1 C:maj\n") for at in range(3)]
        answer = here.patch(f"/api/pieces/{ids[0]}", json={"name": "New <name>"})
        assert answer.json()["name"] == "New <name>"
        listed = here.get("/api/pieces").json()
        assert [one["id"] for one in listed["items"]] == ids[::-1]
        assert (listed["count"], listed["page"], listed["pages"]) == (3, 1, 1)
        assert here.get("/api/pieces?page=2").json()["items"] == []
        assert here.delete(f"/api/pieces/{ids[1]}").status_code == 204
        assert "no piece" in error(here.get(f"/api/pieces/{ids[1]}"), 404)
        assert here.get("/api/pieces").json()["count"] == 2


@pytest.mark.parametrize(
    "address", ["", "/audio", "/waveform", "/spectrum", "/spectrum/0", "/pitch", "/notation", "/export/mid"]
)
def test_unknown_ids_are_told(here, address):
    assert "no piece" in error(here.get(f"/api/pieces/{NOBODY}{address}"), 404)
    assert here.get(f"/api/pieces/0123456789AB{address}").status_code == 422


def test_a_scores_key_is_that_of_its_signature(here):
    music = "X:1\nM:4/4\nL:1/4\nQ:1/4=90\nK:Fm\n[V:1] A B c d | e2 A2 |\n[V:2] [EA]4 | [EAc]4 |\n"  # sounds like A flat
    piece = here.post("/api/pieces?name=a.abc", content=music.encode()).json()["id"]
    listen(store_of(here), piece)
    assert here.get(f"/api/pieces/{piece}").json()["piece"]["key"]["label"] == "F minor"


def test_of_many_who_want_it_heard_anew_at_once_one_begins(here):
    piece = here.post("/api/pieces?name=a.wav", content=tone()).json()["id"]
    here.post(f"/api/jobs/{here.get(f'/api/pieces/{piece}').json()['job']}/cancel")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: here.post(f"/api/pieces/{piece}/listen", json={}), range(8)))
    assert sorted(one.status_code for one in answers) == [202, *[422] * 7]
    here.post(f"/api/jobs/{here.get(f'/api/pieces/{piece}').json()['job']}/cancel")


def test_what_is_heard_anew_joins_what_was_heard_before_or_is_refused(here, song, tmp_path):
    assert "no recording" in error(here.post(f"/api/pieces/{song}/listen", json={"only": ["chords"]}), 422)
    piece = here.post("/api/pieces?name=a.wav", content=tone()).json()["id"]
    assert "already" in error(here.post(f"/api/pieces/{piece}/listen", json={}), 422)
    job = here.get(f"/api/pieces/{piece}").json()["job"]
    here.post(f"/api/jobs/{job}/cancel")
    assert here.get(f"/api/pieces/{piece}").json()["state"] == "failed"
    assert "cancelled" in here.get(f"/api/pieces/{piece}").json()["message"]
    assert here.delete(f"/api/jobs/{job}").status_code == 204
    assert here.get(f"/api/pieces/{piece}").json()["state"] == "failed"
    assert "listen to it again" in here.get(f"/api/pieces/{piece}").json()["message"]
    assert "no transform" in error(here.post(f"/api/pieces/{piece}/listen", json={"use": {"chords": "x"}}), 422)
    listen(store_of(here), piece, only=["beats", "tuning"], use={"beats": "ellis-dp"})
    listen(store_of(here), piece, only=["beats"], use={"beats": "bar-pointer-hmm"})
    found = here.get(f"/api/pieces/{piece}").json()["piece"]
    assert found["made_by"]["beats"]["transform"] == "bar-pointer-hmm"
    assert "tuning_cents" in found
    assert "ellis-dp" in found["alternatives"]


def test_a_badly_tagged_recording_is_heard_and_its_tags_are_text(here):
    file = io.BytesIO()
    soundfile.write(file, np.sin(np.arange(44_100) / 16), 44_100, format="MP3")
    title = b"TIT2\0\0\0\x14\0\0\0<script>\xe9\xff\0alert(1)"
    tag = (title + b"TPE1\0\0\xff\xff\0\0\x01\xff\xfe\0").ljust(60, b"\0")  # one frame is longer than the tag
    piece = sent(here, "bad.mp3", b"ID3\x03\0\0\0\0\0\x3c" + tag + file.getvalue(), only=["loudness"])
    whole = here.get(f"/api/pieces/{piece}").json()
    assert (whole["state"], whole["duration"]) == ("ready", 1.0)
    assert whole["heard"]["title"].startswith("<script>")
    assert whole["heard"]["title"].isprintable()


def test_silence_and_a_file_cut_off_are_pieces_with_a_warning(here, tmp_path):
    silent = write_audio(Audio(np.zeros((1, 44_100), dtype=np.float32), 44_100), tmp_path / "s.wav")
    piece = sent(here, "silent.wav", silent.read_bytes(), only=["loudness"])
    assert "silent" in here.get(f"/api/pieces/{piece}").json()["piece"]["warnings"][0]
    cut = tone(4.0)
    piece = sent(here, "cut.wav", cut[: len(cut) // 2], only=["loudness"])
    whole = here.get(f"/api/pieces/{piece}").json()
    assert "cut off" in whole["piece"]["warnings"][0]
    assert whole["duration"] == pytest.approx(2.0, abs=0.01)


def test_ten_minutes_of_twenty_thousand_notes_are_there_at_once(here):
    store = store_of(here)
    random = np.random.default_rng(0)
    onset = np.sort(random.uniform(0, 599, 20_000))
    notes = Notes(onset, onset + 0.5, random.integers(30, 100, 20_000), np.full(20_000, 80))
    piece = store.add("long.mid", b"MThd", "notes")
    store.put_estimates(piece, Piece("long.mid", 600.0).with_(notes))
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        answer = here.get(f"/api/pieces/{piece}")
        took.append(time.perf_counter() - begun)
    assert len(answer.json()["piece"]["notes"]) == 20_000
    assert min(took) < 0.3
