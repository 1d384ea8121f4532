"""Pieces in their folder: whole or not at all, corrections apart from estimates, caches as fresh as their basis."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from descant.errors import BusyError, InvalidValueError, MissingDataError
from descant.studio.piece_about import READY, shown
from descant.studio.pieces import PieceStore
from descant.types import Beats, Chords, Meter, Notes, Piece, PitchContour, Provenance, Tempo, TempoCandidate
from tests.pieces import short_piece


@pytest.fixture
def store(tmp_path: Path) -> PieceStore:
    return PieceStore(tmp_path)


def heard(*chords: str, by: str = "made") -> Piece:
    start = np.arange(len(chords), dtype=float)
    made_by = Provenance(by, "1")
    piece = Piece("song.wav", 8.0).with_(Chords(start, start + 1, chords, made_by=made_by))
    return piece.with_(Tempo((TempoCandidate(100.0),), made_by=made_by)).with_(short_piece())


def test_a_piece_is_kept_with_its_file_and_its_name(store: PieceStore, tmp_path: Path) -> None:
    source = tmp_path / "song.MP3"
    source.write_bytes(b"sound")
    first = store.add("My song.mp3", source, "sound")
    second = store.add("x.mid", b"MThd", "notes", parent=first, take=2, batch="j1", kept=False, told=[{"what": "bars"}])
    assert store.ids() == [second, first]
    assert store.source(first).read_bytes() == b"sound"
    assert store.source(first).suffix == ".mp3"
    assert source.exists()
    about = PieceStore(tmp_path).about(second)  # as another process sees it
    assert (about.name, about.kind, about.parent, about.take, about.batch, about.kept) == (
        "x.mid",
        "notes",
        first,
        2,
        "j1",
        False,
    )
    assert about.told == ({"what": "bars"},)


def test_a_moved_source_is_gone_from_its_place(store: PieceStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(b"sound")
    piece = store.add("a.wav", source, "sound", ending=".wav", move=True)
    assert store.source(piece).name == "source.wav"
    assert not source.exists()


def test_a_piece_whose_file_cannot_be_kept_leaves_nothing(store: PieceStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.add("a.wav", tmp_path / "none.wav", "sound")
    assert list(store.folder.iterdir()) == []
    with pytest.raises(InvalidValueError, match="not 'video'"):
        store.add("a.avi", b"x", "video")


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\etc\\passwd", "a\nb.wav", "caf\udce9.wav", "", "\u202e"])
def test_names_are_shown_as_text_and_lead_nowhere(store: PieceStore, name: str) -> None:
    piece = store.add(name, b"x", "sound", ending="/../../x")
    kept = store.about(piece).name
    assert kept == shown(name)
    assert "/" not in kept
    assert kept.isprintable()
    assert store.source(piece).parent == store.folder / piece


@pytest.mark.parametrize("bad", ["", "..", "../pieces", "0" * 12, "0" * 13, "G" * 12])
def test_what_is_no_piece_is_told(store: PieceStore, bad: str) -> None:
    for ask in (store.about, store.piece, store.source, store.remove, store.corrections):
        with pytest.raises(MissingDataError, match="there is no piece"):
            ask(bad)


def test_corrections_lie_over_estimates_and_survive_a_new_analysis_and_a_restart(
    store: PieceStore, tmp_path: Path
) -> None:
    piece = store.add("song.wav", b"x", "sound")
    store.put_estimates(piece, heard("C:maj", "G:maj"))
    store.correct(piece, "chords", {"chords": [{"start": 0, "end": 2, "label": "A:min"}]})
    assert store.piece(piece).get(Chords).label == ("A:min",)
    assert store.piece(piece).get(Chords, by="made").label == ("C:maj", "G:maj")
    store.put_estimates(piece, heard("F:maj", by="other"))
    again = PieceStore(tmp_path)
    assert again.piece(piece).get(Chords).label == ("A:min",)
    assert again.piece(piece).get(Chords, by="other").label == ("F:maj",)
    assert again.uncorrect(piece, "chords").get(Chords).label == ("F:maj",)
    assert again.corrections(piece).fragments() == {}


def test_a_refused_correction_changes_nothing(store: PieceStore) -> None:
    piece = store.add("song.wav", b"x", "sound")
    store.put_estimates(piece, heard("C:maj"))
    with pytest.raises(InvalidValueError, match="chord"):
        store.correct(piece, "chords", {"chords": [{"start": 0, "end": 1, "label": "H:dur"}]})
    assert store.piece(piece).corrections == ()


def test_a_piece_that_brings_corrections_keeps_the_users(store: PieceStore) -> None:
    piece = store.add("song.json", b"{}", "notes")
    store.correct(piece, "meter", {"meter": "6/8"})
    given = heard("C:maj").corrected(Meter("3/4")).corrected(Beats(np.array([1.0]), np.array([1])))
    store.put_estimates(piece, given)
    assert store.piece(piece).get(Meter).signature == "6/8"
    assert store.piece(piece).get(Beats).time.tolist() == [1.0]


def test_the_list_knows_how_long_a_piece_is_and_how_many_notes_it_has(store: PieceStore) -> None:
    piece = store.add("song.wav", b"x", "sound")
    store.put_estimates(piece, heard("C:maj"))
    store.change(piece, state=READY, name="new/Name")
    about = store.about(piece)
    assert (about.duration, about.heard["notes"], about.state, about.name) == (8.0, len(short_piece()), READY, "Name")


def test_a_removed_piece_is_gone(store: PieceStore) -> None:
    piece = store.add("song.wav", b"x", "sound")
    store.remove(piece)
    assert store.all() == []
    assert list(store.folder.iterdir()) == []
    with pytest.raises(MissingDataError):
        store.about(piece)


def test_what_is_derived_is_made_once_until_what_it_rests_on_changes(store: PieceStore) -> None:
    piece = store.add("song.wav", b"x", "sound")
    store.put_estimates(piece, heard("C:maj"))
    made: list[str] = []

    def make(path: Path) -> None:
        made.append(path.name)
        path.write_text("x")

    def all_three() -> int:
        before = len(made)
        store.derived(piece, "wave", make, of=())
        store.derived(piece, "page", make, of=("notes", "beats"))
        store.derived(piece, "view", make)
        return len(made) - before

    assert (all_three(), all_three()) == (3, 0)
    store.correct(piece, "chords", {"chords": []})
    assert all_three() == 1  # the view alone holds chords
    store.correct(piece, "beats", {"beats": [{"time": 1.0}]})
    assert all_three() == 2
    store.put_estimates(piece, heard("C:maj"))
    assert all_three() == 1  # the same was heard again, though other things may stand beside it
    louder = replace(short_piece(), velocity=np.full(len(short_piece()), 99))
    store.put_estimates(piece, heard("C:maj").with_(louder))
    assert all_three() == 2
    assert len(list((store.path(piece) / "derived").iterdir())) == 3  # nothing of before is left


def test_what_is_made_while_the_piece_changes_is_made_anew(store: PieceStore) -> None:
    piece = store.add("song.wav", b"x", "sound")
    store.put_estimates(piece, heard("C:maj"))
    made: list[str] = []

    def make(path: Path) -> None:
        if not made:  # corrected, read, and taken back
            store.correct(piece, "chords", {"chords": [{"start": 0, "end": 2, "label": "D:min"}]})
        made.append(store.piece(piece).get(Chords).label[0])
        if len(made) == 1:
            store.uncorrect(piece, "chords")
        path.write_text(made[-1])

    assert store.derived(piece, "page", make).read_text() == "C:maj"
    assert made == ["D:min", "C:maj"]

    def restless(path: Path) -> None:
        make(path)
        store.correct(piece, "meter", {"meter": f"{len(made)}/4"})

    with pytest.raises(BusyError, match="changed all the time"):
        store.derived(piece, "other", restless)


def test_many_who_want_the_same_thing_wait_for_one_who_makes_it(store: PieceStore) -> None:
    piece = store.add("song.wav", b"x", "sound")
    made: list[int] = []
    ready = threading.Barrier(6)

    def make(path: Path) -> None:
        made.append(1)
        threading.Event().wait(0.05)
        path.write_text("whole")

    def ask() -> None:
        ready.wait()
        assert store.derived(piece, "sound", make, of=()).read_text() == "whole"

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_corrections_from_many_at_once_are_all_kept(store: PieceStore, tmp_path: Path) -> None:
    piece = store.add("song.wav", b"x", "sound")
    fragments = {
        "meter": {"meter": "3/4"},
        "chords": {"chords": []},
        "sections": {"sections": [{"start": 0, "end": 1, "label": "verse"}]},
        "beats": {"beats": [{"time": 0.5, "position": 1}]},
        "tempo": {"tempo": {"bpm": 90}},
    }
    threads = [threading.Thread(target=PieceStore(tmp_path).correct, args=(piece, *item)) for item in fragments.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(store.corrections(piece).fragments()) == set(fragments)


def test_notes_come_back_as_they_were(store: PieceStore) -> None:
    piece = store.add("song.mid", b"MThd", "notes")
    store.put_estimates(piece, heard("C:maj"))
    notes = store.piece(piece).get(Notes)
    assert np.array_equal(notes.pitch, short_piece().pitch)
    assert notes.parts == short_piece().parts
    assert notes.tempos == short_piece().tempos


def test_the_melodies_come_back_exactly_and_are_not_in_the_json(store: PieceStore) -> None:
    time = np.arange(50) / 62.5
    first = PitchContour(time, np.full(50, 220.0), np.ones(50, dtype=bool), made_by=Provenance("a", "1", {"x": 1}))
    second = PitchContour(time[:3], np.array([0.0, 441.7, 0.0]), np.array([False, True, False]), np.full(3, 0.25))
    piece = store.add("song.wav", b"x", "sound")
    store.put_estimates(piece, heard("C:maj").with_(first).with_(second))
    again = PieceStore(store.folder.parent).piece(piece)
    assert again.get(PitchContour, by="a").hz.tolist() == [220.0] * 50
    assert again.get(PitchContour).made_by.parameters == {"x": 1}
    other = again.get(PitchContour, by="")
    assert other.time.tolist() == time[:3].tolist()
    assert other.confidence.tolist() == [0.25] * 3
    assert b"441.7" not in store.shown(piece)


def test_what_killed_processes_left_is_swept_away(store: PieceStore) -> None:
    piece = store.add("song.wav", b"x", "sound")
    left = [store.folder / name for name in (".0123456789ab.part", ".0123456789ab.gone", "0123456789ab")]
    for one in left:
        (one / "derived").mkdir(parents=True)
    store.sweep()
    assert all(one.exists() for one in left)  # somebody may be at work there
    for one in left:
        os.utime(one, (0, 0))
    store.sweep()
    assert not any(one.exists() for one in left)
    assert store.ids() == [piece]
