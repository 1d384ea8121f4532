"""Music written to order over HTTP: takes with parents and what was reached; what is given comes back as it was."""

import json

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.io.midi import write_midi
from descant.io.open import open as open_file
from descant.io.save import save
from descant.pipelines import inpaint
from descant.pipelines.inpainting import Inpainting
from descant.pipelines.transcribe import transcribe
from descant.pipelines.written import Told
from descant.registry import find
from descant.studio import given_music, takes, work_compose, work_write
from descant.studio.pieces import PieceStore
from descant.studio.work_listen import listen
from descant.types import Notes, Part
from tests.studio.asked import done, ended, error
from tests.studio.served import client as studio

VOICES = ("soprano", "alto", "tenor", "bass")
FIELDS = ("onset", "offset", "pitch", "velocity", "part")


def chorale() -> Notes:
    """Four bars in C: soprano, alto, tenor and bass in quarters, at 120 a minute, so that a bar lasts 2 s."""
    soprano = (72, 74, 76, 72, 77, 76, 74, 74, 76, 74, 72, 71, 72, 71, 72, 72)
    alto = (67, 67, 67, 67, 69, 67, 67, 67, 67, 67, 67, 67, 67, 67, 67, 67)
    tenor = (64, 62, 60, 64, 60, 60, 62, 59, 60, 62, 64, 62, 64, 62, 64, 64)
    bass = (48, 47, 48, 52, 53, 55, 55, 55, 48, 47, 48, 55, 48, 55, 48, 48)
    onset = np.tile(np.arange(16) * 0.5, 4)
    part = np.repeat(np.arange(4), 16)
    velocity = 60 + (np.arange(64) * 7) % 40  # no two neighbours alike, so that a changed one is seen
    order = np.argsort(onset, kind="stable")
    columns = (onset, onset + 0.5, np.concatenate([soprano, alto, tenor, bass]), velocity, part)
    return Notes(*(one[order] for one in columns), tuple(Part(name) for name in VOICES))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def given(client, tmp_path_factory):
    """The chorale as MIDI, a piece."""
    path = write_midi(chorale(), tmp_path_factory.mktemp("given") / "Wachet.mid")
    store = client.app.state.studio.pieces
    piece = store.add("Wachet.mid", path, "notes")
    listen(store, piece)
    return piece


def notes_in(store, piece):
    found = open_file(store.source(piece))
    return found if isinstance(found, Notes) else find("as-written")(found)


def rows(notes, inside):
    """All notes, or those that begin within some seconds, as tuples."""
    at = np.array([inside(one) for one in notes.onset.tolist()], dtype=bool)
    return sorted(zip(*(np.asarray(getattr(notes, name))[at].tolist() for name in FIELDS), strict=True))


def test_takes_are_composed_with_what_was_asked_and_reached(client):
    asked = {"style": "chorale", "bars": 2, "key": "D minor", "seed": 5, "takes": 2, "best_of": 1}
    result = done(client, client.post("/api/compose", json=asked))
    store = client.app.state.studio.pieces
    first, second = (store.about(one) for one in result["pieces"])
    assert (first.kind, first.state, first.take, second.take, first.parent) == ("score", "ready", 1, 2, None)
    assert first.name == "Chorale in D minor, take 1"
    assert not first.kept
    told = {one["what"]: (one["asked"], one["reached"]) for one in first.told}
    assert told["bars"] == ("2", "2 of 4/4")
    assert told["seed"] == ("5", "5")
    assert [one.made["seed"] for one in (first, second)] == [5, 6]
    assert notes_in(store, first.id).duration == pytest.approx(8 * 60 / 72)
    assert {one["what"]: one["reached"] for one in second.told}["seed"] == "6"
    assert "faults" in told


def test_bars_are_written_anew_and_all_other_notes_are_the_same(client, given):
    asked = {"what": "inpaint", "bars": "2-3", "seed": 1, "takes": 2, "best_of": 1}
    result = done(client, client.post(f"/api/pieces/{given}/write", json=asked))

    def told(piece):
        """The notes that the API tells, exactly, within the bars and without."""
        found = client.get(f"/api/pieces/{piece}").json()["piece"]["notes"]
        inside = [2 <= one["onset"] < 6 for one in found]
        return [sorted(str(one) for one, at in zip(found, inside, strict=True) if at == wanted) for wanted in (1, 0)]

    within, outside = told(given)
    assert (len(within), len(outside)) == (32, 32)
    for take in result["pieces"]:
        assert told(take)[0] != within
        assert told(take)[1] == outside
    exported = client.get(f"/api/pieces/{result['pieces'][1]}/export/mid")
    again = client.post("/api/pieces?name=again.mid", content=exported.content).json()
    assert ended(client, again["job"])["state"] == "done"
    assert told(again["id"]) == told(result["pieces"][1])
    assert told(result["pieces"][0])[0] != told(result["pieces"][1])[0]
    first = client.get(f"/api/pieces/{result['pieces'][0]}").json()
    assert (first["name"], first["parent"], first["state"]) == ("Wachet, bars 2-3 anew, take 1", given, "ready")
    assert ("given", "Wachet.mid") in {(row["what"], row["asked"]) for row in first["told"]}
    back = client.get(f"/api/pieces/{first['id']}/versions").json()
    assert [one["id"] for one in back["chain"]] == [given, first["id"]]
    assert back["children"] == []
    there = client.get(f"/api/pieces/{given}/versions").json()
    assert {one["id"] for one in there["children"]} == set(result["pieces"])


def test_a_take_is_kept_and_its_siblings_go(client, given):
    store = client.app.state.studio.pieces
    source = store.source(given)
    first, second, third = (
        store.add("take", source, "notes", parent=given, take=number, batch="1" * 12, kept=False)
        for number in (1, 2, 3)
    )
    further = store.add("from the third", source, "notes", parent=third)
    assert client.post(f"/api/pieces/{second}/keep").json() == {"id": second, "removed": [first]}
    assert store.about(second).kept
    assert {given, second, third, further} <= set(store.ids())  # what somebody has gone on from stays
    assert first not in store.ids()
    assert client.post(f"/api/pieces/{second}/keep").json()["removed"] == []
    assert "no piece" in error(client.post(f"/api/pieces/{first}/keep"), 404)


def test_an_accompanied_tune_is_worked_on_further(client):
    """From a page without a name for its part, as ABC is."""
    tune = "X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|cBAG|EDC2|]\n"
    asked = client.post("/api/pieces?name=tune.abc", content=tune.encode()).json()
    assert ended(client, asked["job"])["state"] == "done"
    store, piece = client.app.state.studio.pieces, asked["id"]
    for body in ({"what": "accompany"}, {"what": "inpaint", "bars": "2-3", "tracks": ["Piano"]}):
        answer = client.post(f"/api/pieces/{piece}/write", json={**body, "best_of": 1})
        (piece,) = done(client, answer)["pieces"]
        assert store.about(piece).kind == "score"
    answer = client.post(f"/api/pieces/{piece}/write", json={"what": "continue", "bars": "2", "best_of": 1})
    (last,) = done(client, answer)["pieces"]
    before, found = (notes_in(store, one) for one in (piece, last))
    assert [one.name.lower() for one in found.parts] == ["melody", "bridge", "piano"]
    assert found.duration == pytest.approx(1.5 * before.duration, abs=0.1)
    sung = found.pitch[(np.asarray(found.part) == 0) & (found.onset < before.duration - 0.01)]
    assert sung.tolist() == [60, 62, 64, 65, 67, 69, 71, 72, 72, 71, 69, 67, 64, 62, 60]


def test_a_failed_take_is_told_by_the_piece_s_name(client, given):
    answer = client.post(f"/api/pieces/{given}/write", json={"what": "inpaint", "bars": "9-12"})
    job = ended(client, answer.json()["id"])
    assert (job["state"], job["message"]) == (
        "failed",
        "Wachet.mid: has 4 bars, so there is no bar 9 to be written",
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"what": "inpaint", "bars": ""}, "are no bars; write 9-12"),
        ({"what": "inpaint", "bars": "3-2"}, "run backwards"),
        ({"what": "inpaint", "bars": "1", "key": "C"}, "takes no key"),
        ({"what": "harmonise", "bars": "1"}, "takes no bars"),
        ({"what": "harmonise", "key": "H"}, "'H' is no key"),
        ({"what": "harmonise", "tempo": 5}, "20 to 400"),
        ({"what": "accompany", "takes": 9}, "8"),
        ({"what": "accompany", "seed": -1}, "0"),
        ({"what": "sing"}, "harmonise"),
        ({"what": "continue", "seconds": -1}, "0"),
        ([], "object"),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(client, given, body, words):
    jobs = len(client.get("/api/jobs").json())
    assert words in error(client.post(f"/api/pieces/{given}/write", json=body), 422)
    assert len(client.get("/api/jobs").json()) == jobs


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"style": "opera"}, 422, "chorale"),
        ({"bars": 0}, 422, "1"),
        ({"key": "\ud800"}, 422, "unicode"),
        ({"chords": "C | what"}, 422, "what"),
        ({"continue": "0" * 12}, 404, "no piece"),
        ({"continue": "../../x"}, 422, "pattern"),
    ],
)
def test_what_cannot_be_composed_is_refused_at_once(client, body, status, words):
    text = json.dumps(body)
    answer = client.post("/api/compose", content=text, headers={"Content-Type": "application/json"})
    assert words in error(answer, status)


def test_no_piece_is_written_on_that_is_not_there(client):
    assert "no piece" in error(client.post(f"/api/pieces/{'0' * 12}/write", json={"what": "harmonise"}), 404)
    assert error(client.post("/api/pieces/..%2f..%2fetc/keep"), 404)
    assert "no piece" in error(client.get(f"/api/pieces/{'0' * 12}/versions"), 404)


# The work itself, in this process


@pytest.fixture
def store(tmp_path):
    return PieceStore(tmp_path)


def asked(store, piece, **more):
    values = {"key": "", "tempo": None, "chords": "", "seconds": None, "seed": 0, "takes": 1, "best_of": 1}
    values |= {"bars": "", "tracks": [], "part": "", "batch": "0" * 12, "home": str(store.folder.parent)}
    return {**values, "piece": piece, **more}


@pytest.mark.parametrize(
    ("asked_for", "words"),
    [
        ({"style": "chorale", "bars": 99_999}, "more than the 512 that are kept in mind"),
        ({"style": "chorale", "seconds": 30.0}, "seconds are for performances"),
        ({"style": "performance", "bars": 4}, "a performance has no bars: ask for seconds"),
        ({"style": "performance", "best_of": 2}, "leave best-of out"),
    ],
)
def test_a_refusal_in_the_work_is_told_without_options_of_a_command(store, asked_for, words):
    with pytest.raises(InvalidValueError, match=words):
        work_compose.work(asked(store, "", **{"bars": None, "best_of": None, "continue": None, **asked_for}), print)
    assert store.ids() == []


def added(store, value, name, kind):
    path = save(value, store.folder.parent / name)
    piece = store.add(name, path, kind)
    listen(store, piece)
    return piece


def test_of_one_track_alone_the_others_are_the_same_even_in_these_bars(store):
    piece = added(store, chorale(), "given.mid", "notes")
    result = work_write.work(asked(store, piece, what="inpaint", bars="2", tracks=["alto"]), lambda _: None)
    before, found = (notes_in(store, one) for one in (piece, result["pieces"][0]))
    for part in (0, 2, 3):
        kept = [notes.only(np.asarray(notes.part) == part) for notes in (before, found)]
        assert rows(kept[0], lambda _: True) == rows(kept[1], lambda _: True)


def test_a_page_comes_back_as_a_page_with_all_other_notes_the_same(store):
    page = transcribe(chorale())
    piece = added(store, page, "page.musicxml", "score")
    result = work_write.work(asked(store, piece, what="inpaint", bars="3"), lambda _: None)
    (take,) = result["pieces"]
    assert store.about(take).kind == "score"
    before, found = (notes_in(store, one) for one in (piece, take))
    assert rows(found, lambda onset: not 4 <= onset < 6) == rows(before, lambda onset: not 4 <= onset < 6)
    assert rows(found, lambda onset: 4 <= onset < 6)


def test_a_tune_is_harmonised_and_kept_as_it_was(store):
    whole = chorale()
    tune = whole.only(np.asarray(whole.part) == 0)
    piece = added(store, tune, "tune.mid", "notes")
    shares = []
    result = work_write.work(asked(store, piece, what="harmonise", takes=2, key="C"), shares.append)
    assert len(result["pieces"]) == 2
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    for take in result["pieces"]:
        found = notes_in(store, take)
        top = found.only(np.asarray(found.part) == 0)
        assert [*zip(top.onset.tolist(), top.pitch.tolist(), strict=True)] == [
            *zip(tune.onset.tolist(), tune.pitch.tolist(), strict=True)
        ]
        assert store.about(take).heard["notes"] > 3 * len(tune)


def test_a_chorale_is_gone_on_with(store):
    piece = added(store, chorale(), "given.mid", "notes")
    result = work_write.work(asked(store, piece, what="continue", bars="1"), lambda _: None)
    found = notes_in(store, result["pieces"][0])
    sung = [{(onset, pitch) for onset, _, pitch, *_ in rows(one, lambda at: at < 8)} for one in (found, chorale())]
    assert sung[0] == sung[1]
    assert found.duration > 8
    assert store.about(result["pieces"][0]).name == "given, gone on with"


def test_corrected_notes_are_what_is_gone_by(store):
    piece = added(store, chorale(), "given.mid", "notes")
    tune = chorale().only(np.asarray(chorale().part) == 0)
    store.correct(
        piece,
        "notes",
        {
            "notes": [
                {"onset": on, "offset": off, "pitch": pitch, "velocity": 80, "part": 0}
                for on, off, pitch in zip(tune.onset.tolist(), tune.offset.tolist(), tune.pitch.tolist(), strict=True)
            ],
            "parts": [{"name": "soprano"}],
        },
    )
    assert len(given_music.given_music(store, piece)) == 16


@pytest.fixture
def quick(monkeypatch):
    """What is written is what was given, at once; the seed 1 is refused."""

    def same(music, bars, *, tracks, seed, best_of, progress):
        if seed == 1:
            raise InvalidValueError("the Notes: none is heard in C: leave --key out")
        progress(1.0)
        return Inpainting(None, music, (Told("seed", str(seed), str(seed)),), ("nothing",), {}, None, 1)

    monkeypatch.setattr(inpaint, "inpainted", same)


def test_what_an_interrupted_run_left_is_not_there_twice(store, quick):
    piece = added(store, chorale(), "given.mid", "notes")
    left = store.add("left", store.source(piece), "notes", batch="0" * 12)
    work_write.work(asked(store, piece, what="inpaint", bars="1"), lambda _: None)
    assert left not in store.ids()
    assert len(store.ids()) == 2


def test_where_some_takes_fail_the_others_are_kept_and_it_is_told(store, quick):
    piece = added(store, chorale(), "given.mid", "notes")
    shares = []
    result = work_write.work(asked(store, piece, what="inpaint", bars="1", takes=3), shares.append)
    abouts = [store.about(one) for one in result["pieces"]]
    assert [one.take for one in abouts] == [1, 3]
    assert [row["reached"] for row in abouts[1].told] == ["2", "nothing"]
    assert result["said"] == ["given.mid: none is heard in C: leave key out"]
    assert shares == sorted(shares)


def test_where_looking_at_a_take_fails_none_is_left(store, quick, monkeypatch):
    piece = added(store, chorale(), "given.mid", "notes")

    def broken(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(takes, "listen", broken)
    with pytest.raises(RuntimeError):
        work_write.work(asked(store, piece, what="inpaint", bars="1"), lambda _: None)
    assert store.ids() == [piece]
    assert [one.name for one in store.folder.parent.iterdir() if one.is_dir()] == ["pieces"]
