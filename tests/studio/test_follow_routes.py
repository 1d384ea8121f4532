"""A score followed over HTTP, live and afterwards; and a take held against it: positions, turns, marks, refusals."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from descant.errors import InvalidValueError, UnwritableFileError
from descant.io.open import open as open_file
from descant.io.save import save
from descant.studio import followed as followed_module
from descant.studio import jobs, work_practice
from descant.studio import pieces as pieces_module
from descant.studio.followed import Teller, followed
from descant.studio.jobs_kinds import KINDS
from descant.studio.live_follow import LiveFollows
from descant.studio.live_session import MOST_BYTES
from descant.studio.work_listen import listen
from descant.synthesis.sampler import sampler
from descant.types import Notes, Part, Position
from descant.types.alignment import FOLLOWING, LOST, WAITING
from tests.pieces import TIM
from tests.scores import full_score
from tests.studio.asked import done, error
from tests.studio.served import client as studio

RATE = 16_000
BARS = 4


def melody() -> Notes:
    """Four bars of quarters at 120 a minute, no two bars alike: a bar lasts 2 s."""
    pitch = np.array((60, 62, 64, 65, 67, 72, 71, 69, 67, 65, 69, 60, 62, 59, 57, 60))
    onset = np.arange(16) * 0.5
    return Notes(onset, onset + 0.45, pitch, np.full(16, 90), np.zeros(16, dtype=np.int64), (Part("Piano"),))


def sound(seconds=None):
    """The melody as it is played, mono, at RATE."""
    import soxr

    audio = sampler(melody(), soundfont=TIM)
    mono = soxr.resample(audio.samples.mean(axis=0), audio.sample_rate, RATE).astype(np.float32)
    return mono if seconds is None else mono[: round(seconds * RATE)]


def add(store, value, name, kind, folder):
    piece = store.add(name, save(value, folder / name), kind)
    listen(store, piece)
    return piece


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    kinds = {**KINDS, "listen": "tests.studio.work:refuse"}  # what is kept of a session is not listened to
    with studio(tmp_path_factory.mktemp("home"), kinds) as opened:
        yield opened


@pytest.fixture(scope="module")
def pieces(client, tmp_path_factory):
    """The melody as MIDI, a score with repeats, and a take of the melody with one note left out, by name."""
    store, folder = client.app.state.studio.pieces, tmp_path_factory.mktemp("given")
    take = melody().only(np.arange(16) != 9)
    return {
        "score": add(store, melody(), "melody.mid", "notes", folder),
        "full": add(store, full_score(), "full.musicxml", "score", folder),
        "take": add(
            store, replace(take, onset=take.onset + 1.0, offset=take.offset + 1.0), "take.mid", "notes", folder
        ),
    }


def begin(client, piece, **more):
    answer = client.post("/api/follow", json={"score": piece, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def play(client, session, samples, block=0.5):
    size = round(block * RATE)
    found = []
    for start in range(0, len(samples), size):
        body = samples[start : start + size].astype("<f4").tobytes()
        answer = client.post(f"/api/follow/{session}/samples?rate={RATE}", content=body)
        assert answer.status_code == 200, answer.text
        found += answer.json()["positions"]
    return found


def test_a_score_is_followed_while_it_is_played(client, pieces):
    begun = begin(client, pieces["score"])
    assert [one["number"] for one in begun["bars"]] == ["1", "2", "3", "4"]
    assert [one["start"] for one in begun["bars"]] == pytest.approx([0, 2, 4, 6], abs=0.01)
    assert begun["pages"] == 1
    samples = sound()
    found = play(client, begun["id"], samples)
    last = client.post(f"/api/follow/{begun['id']}/finish").json()
    found += last["positions"]
    assert [one["time"] for one in found] == sorted(one["time"] for one in found)
    assert len(found) <= 12 * len(samples) / RATE  # ten a second, and what changes
    right = [one["bar"] == min(3, int(one["time"] / 2)) for one in found if not one["waiting"]]
    assert np.mean(right) > 0.8  # but for a moment about the bar lines
    assert found[-1]["bar"] == 3
    assert last["found"] > 0.8
    store = client.app.state.studio.pieces
    about = store.about(last["take"])
    assert (about.kind, about.name) == ("sound", "melody, played.flac")
    kept = open_file(store.source(last["take"]))
    assert (kept.sample_rate, kept.frames) == (RATE, len(samples))
    assert "no live session" in error(client.post(f"/api/follow/{begun['id']}/finish"), 404)
    assert not list((client.app.state.studio.settings.home / "live").iterdir())


def test_what_is_dropped_is_gone_and_silence_is_no_take(client, pieces):
    before = client.app.state.studio.pieces.ids()
    one, other = (begin(client, pieces["score"])["id"] for _ in range(2))
    play(client, one, sound(1.0))
    assert client.delete(f"/api/follow/{one}").status_code == 204
    assert client.post(f"/api/follow/{other}/samples?rate=48000", content=b"").json() == {"positions": []}
    finished = client.post(f"/api/follow/{other}/finish").json()
    assert (finished["take"], finished["said"]) == (None, "nothing was heard")
    assert client.app.state.studio.pieces.ids() == before


def test_bad_blocks_are_refused_and_the_session_goes_on(client, pieces):
    session = begin(client, pieces["score"])["id"]
    path = f"/api/follow/{session}/samples"
    quiet = np.zeros(RATE, "<f4").tobytes()
    assert client.post(f"{path}?rate={RATE}", content=quiet).status_code == 200
    for body, words in (
        (quiet[:-1], "no 32-bit floats"),
        (np.full(100, np.nan, "<f4").tobytes(), "are no numbers"),
        (np.full(100, 1e30, "<f4").tobytes(), "beyond full scale"),
        (np.zeros(21 * RATE, "<f4").tobytes(), "longer than 20 s"),
    ):
        assert words in error(client.post(f"{path}?rate={RATE}", content=body), 422)
    assert "began at 16000 Hz" in error(client.post(f"{path}?rate=48000", content=quiet), 422)
    assert "4 MB" in error(client.post(f"{path}?rate=192000", content=bytes(MOST_BYTES + 4)), 413)
    for rate in ("0", "1e9", "x", "7999"):
        assert error(client.post(f"{path}?rate={rate}", content=quiet), 422)
    assert error(client.post(path, content=quiet), 422)
    assert client.post(f"{path}?rate={RATE}", content=quiet).status_code == 200
    assert client.delete(f"/api/follow/{session}").status_code == 204


def test_four_at_most_are_followed_and_one_that_fails_takes_no_place(client, pieces):
    store = client.app.state.studio.pieces
    empty = store.add("empty.json", b'{"schema": 1, "duration": 3.0}', "notes")
    for _ in range(6):
        assert "empty.json" in error(client.post("/api/follow", json={"score": empty}), 422)
    assert "no piece" in error(client.post("/api/follow", json={"score": "0" * 12}), 404)
    assert "nothing named" in error(client.post("/api/follow", json={"score": pieces["score"], "use": "ears"}), 422)
    open_ones = [begin(client, pieces["score"])["id"] for _ in range(4)]
    assert "end one of them" in error(client.post("/api/follow", json={"score": pieces["score"]}), 503)
    for one in open_ones:
        assert client.delete(f"/api/follow/{one}").status_code == 204
    store.remove(empty)


def test_a_long_score_is_made_ready_in_a_process_of_its_own_and_one_beyond_measure_is_refused(client, tmp_path):
    store = client.app.state.studio.pieces
    long = replace(melody(), onset=melody().onset * 8, offset=melody().offset * 8)
    piece = add(store, long, "long.mid", "notes", tmp_path)
    begun = begin(client, piece)
    assert begun["bars"][-1]["start"] == pytest.approx(60.0, abs=0.1)  # in which the last note begins
    assert client.delete(f"/api/follow/{begun['id']}").status_code == 204
    store.change(piece, duration=7_201.0)
    assert "longer than 2 hours" in error(client.post("/api/follow", json={"score": piece}), 422)
    store.remove(piece)


def test_a_player_who_is_not_heard_of_is_ended_and_what_was_played_is_kept(client, pieces, monkeypatch):
    here = client.app.state.studio
    now = [0.0]
    live = LiveFollows(here, lambda: now[0], patience=1000.0)
    name, _ = live.open(pieces["score"], "")
    other, _ = live.open(pieces["score"], "")
    live.push(name, RATE, sound(1.0).astype("<f4").tobytes())
    now[0] = 999.0
    live.push(other, RATE, b"")
    live.sweep()
    now[0] = 1001.0
    before = set(here.pieces.ids())
    live.sweep()
    with pytest.raises(Exception, match="no live session"):
        live.push(name, RATE, b"")
    (take,) = set(here.pieces.ids()) - before
    assert open_file(here.pieces.source(take)).frames == RATE
    live.push(other, RATE, sound(1.0).astype("<f4").tobytes())
    monkeypatch.setattr(jobs, "MOST_QUEUED", 0)  # it is kept, even where it cannot be listened to yet
    live.close()
    assert len(set(here.pieces.ids()) - before) == 2


def test_a_take_that_cannot_be_kept_stays_and_is_tried_again(client, pieces, monkeypatch):
    here = client.app.state.studio
    now, full = [0.0], [True]
    live = LiveFollows(here, lambda: now[0], patience=10.0)
    names = [live.open(pieces["score"], "")[0] for _ in range(2)]
    for name in names:
        live.push(name, RATE, sound(1.0).astype("<f4").tobytes())
    before = set(here.pieces.ids())
    written = pieces_module.write_about

    def write_about(*given):
        if full[0]:
            raise UnwritableFileError("the disk is full")
        written(*given)

    monkeypatch.setattr(pieces_module, "write_about", write_about)
    with pytest.raises(UnwritableFileError, match="disk is full"):
        live.finish(names[0])
    now[0] = 11.0
    live.sweep()
    assert set(here.pieces.ids()) == before
    full[0] = False
    take = live.finish(names[0])["take"]
    now[0] = 22.0
    live.sweep()
    kept = set(here.pieces.ids()) - before
    assert take in kept
    assert [open_file(here.pieces.source(one)).frames for one in kept] == [RATE, RATE]


def test_what_a_killed_studio_was_recording_is_kept_by_the_next(client):
    here = client.app.state.studio
    for name, seconds in (("whole", 30), ("short", 0)):
        path = here.settings.home / "live" / name / "take.flac"
        path.parent.mkdir(parents=True)
        code = (
            "import os, numpy, soundfile\n"
            f"file = soundfile.SoundFile({str(path)!r}, 'w', {RATE}, 1, 'PCM_16', format='FLAC')\n"
            f"for _ in range({seconds}): file.write(numpy.random.default_rng(0).normal(0, 0.1, {RATE}))\n"
            "os.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", code], check=False)
    before = set(here.pieces.ids())
    LiveFollows(here).recover()
    (take,) = set(here.pieces.ids()) - before
    assert here.pieces.about(take).name == "a take that was cut off, played.flac"
    kept = open_file(here.pieces.source(take))
    assert 29.0 <= kept.duration <= 30.0  # the encoder holds back a moment
    assert not list((here.settings.home / "live").iterdir())


def test_a_take_is_followed_through_a_score_as_a_job(client, pieces):
    path = f"/api/pieces/{pieces['score']}/follow"
    answer = client.post(path, json={"take": pieces["take"]})
    result, job = done(client, answer), answer.json()["id"]
    rows = [one for one in client.get(f"{path}/{job}").json()["positions"] if not one["waiting"]]
    assert result["found"] > 0.9
    right = [one["bar"] == min(3, int((one["time"] - 1.0) / 2 + 1e-6)) for one in rows]
    assert np.mean(right) > 0.9
    assert all(0 <= one["share"] <= 1 for one in rows)
    assert "positions" not in result  # every page that opens is sent the results of today
    assert "follow it again" in error(client.get(f"/api/pieces/{pieces['full']}/follow/{job}"), 404)
    assert error(client.get(f"{path}/{'0' * 12}"), 404)


def test_a_take_is_held_against_its_score_and_the_page_is_marked(client, pieces):
    result = done(client, client.post(f"/api/pieces/{pieces['score']}/practice", json={"take": pieces["take"]}))
    assert result["counts"] == {"missed": 1}
    assert result["summary"].endswith(": 1 missed note")
    assert [one["counts"] for one in result["bars"]] == [{}, {}, {"missed": 1}, {}]
    assert (result["first"][0]["bar"], result["first"][0]["reason"]) == (2, "1 missed note")
    assert any(line.startswith("practise 1. bar 3") for line in result["lines"])
    job = next(one["id"] for one in client.get("/api/jobs").json() if one["kind"] == "practice")
    page = client.get(f"/api/pieces/{pieces['score']}/practice/{job}/1.svg")
    assert page.headers["content-type"].startswith("image/svg+xml")
    assert page.text.startswith("<svg")
    assert "missed" in page.text
    assert "no marked page 2" in error(client.get(f"/api/pieces/{pieces['score']}/practice/{job}/2.svg"), 404)
    assert "no marked page" in error(client.get(f"/api/pieces/{pieces['full']}/practice/{job}/1.svg"), 404)
    assert error(client.get(f"/api/pieces/{pieces['score']}/practice/{'0' * 12}/1.svg"), 404)


def test_takes_and_scores_that_are_not_there_are_refused(client, pieces):
    for path in ("follow", "practice"):
        url = f"/api/pieces/{pieces['score']}/{path}"
        assert "no piece" in error(client.post(url, json={"take": "0" * 12}), 404)
        assert error(client.post(url, json={"take": "../../etc"}), 422)
        assert error(client.post(url, json={}), 422)
    wrong = client.post(f"/api/pieces/{pieces['score']}/follow", json={"take": pieces["take"], "use": "online-dtw"})
    assert "hears no notes" in error(wrong, 422)


def test_another_piece_is_told_by_its_name(client, pieces):
    store = client.app.state.studio.pieces
    argument = {"home": str(client.app.state.studio.settings.home), "piece": pieces["score"], "run": "0" * 12}
    with pytest.raises(InvalidValueError) as refused:
        work_practice.work({**argument, "take": pieces["take"], "part": "kazoo"}, lambda _: None)
    assert "kazoo" in str(refused.value)
    assert str(store.folder) not in str(refused.value)


# Where repeats are played out, positions are of the printed bars


def test_bars_are_those_on_paper(client, pieces, monkeypatch):
    store = client.app.state.studio.pieces
    pages = [{"page": page} for page in (1, 1, 1, 2, 2)]
    monkeypatch.setattr(followed_module, "notation", lambda *_: {"pages": 2, "bars": pages})
    score = followed(store, pieces["full"])
    assert score.page.page == (0, 1, 2, 1, 3, 4)  # the first ending, then the second
    teller = Teller(score)
    told = [
        teller.push(Position(0.5 * at, float(quarter), 1.0, FOLLOWING))
        for at, quarter in enumerate((0, 0.5, 1, 3, 5, 8, 9, 11, 12.9, 13, 15, 17, 19))
    ]
    assert [one["bar"] for one in told] == [0, 0, 1, 1, 2, 2, 1, 1, 1, 3, 3, 4, 4]
    assert [one["share"] for one in told[:4]] == [0.0, 0.5, 0.0, 0.5]
    assert [one["page"] for one in told][-1] == 2
    assert sum(one["turn"] for one in told) == 1
    lost = teller.push(Position(20.0, 19.0, 0.1, LOST))
    assert (lost["lost"], lost["waiting"]) == (True, False)


def test_of_many_positions_ten_a_second_are_told(client, pieces):
    teller = Teller(followed(client.app.state.studio.pieces, pieces["score"]))
    told = [teller.push(Position(at / 50, at / 25, 1.0, FOLLOWING)) for at in range(100)]
    assert sum(one is not None for one in told) == 20
    assert teller.push(Position(1.99, 4.0, 1.0, LOST)) is not None  # a change is told at once
    assert Teller(teller.score).push(Position(0.0, 0.0, 0.0, WAITING))["waiting"]
