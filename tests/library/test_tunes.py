"""Tunes of a corpus like music21's become items, once."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from descant.cli.library import library_app
from descant.errors import MissingDataError
from descant.library.store import open_library
from descant.library.tunes import COLLECTIONS, Added, add_tunes, corpus_tunes, described, music21_corpus
from descant.types import Melody

ESSEN = "X:1\nT: Eine  Weise\nR: Lied\nM:4/4\nL:1/4\nK:C\nCCGG|AAG2|\n\nX:2\nT:Noch eine\nM:3/4\nL:1/4\nK:H\nGAB|cBA|\n"
SHORT = "X:1\nT:Short\nM:3/4\nL:1/4\nK:G\nGAB|\n"
REEL = "X:1\nT:A Reel\nC:Trad.\nR:reel\nM:C\nL:1/8\nK:D\n|:dfaf dfaf|gfed cABc:|\n"


@pytest.fixture
def corpus(tmp_path):
    for folder, name, text in (
        ("essenFolksong", "one.abc", ESSEN),
        ("oneills1850", "reels.abc", REEL),
        ("ryansMammoth", "short.abc", SHORT),
        ("ryansMammoth", "the-same.abc", REEL),
        ("other", "more.abc", REEL.replace("A Reel", "Another")),
    ):
        path = tmp_path / "corpus" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "corpus"


def test_every_tune_with_its_collection_once(corpus, tmp_path):
    first, again = Added(), Added()
    told: list[float] = []
    with open_library(tmp_path / "library.db", write=True) as library:
        add_tunes(library, first, 1, told.append, corpus)
        add_tunes(library, again, 1, told.append, corpus)
        items = library.items(library.ids())
        melodies = [Melody.from_bytes(data, label) for *_, label, data in library.melodies()]
        words = [item for item, _ in library.words("folksong")]
    assert (first.added, first.known, first.left) == (2, 1, 0)
    assert sorted(one.rsplit("/", 1)[1] for one in first.faults) == [
        "one.abc, tune 2: line 5: 'H' is no key",
        "short.abc, tune 1: has too few notes for a melody",
    ]
    assert (again.added, again.known) == (0, 3)
    assert told[-1] == 1.0
    one, reel = items
    assert (one.title, one.kind, one.meter, one.key, one.genre) == ("Eine Weise", "tune", "4/4", "C major", "Lied")
    assert one.source == "Essen folksong collection, by way of music21: essenFolksong/one.abc, tune 1"
    assert (reel.name, reel.album) == ("Trad.: A Reel", "O'Neill's Music of Ireland")
    assert one.instruments == ()
    assert words == [one.id]
    assert melodies[0].pitch.tolist() == [60, 60, 67, 67, 69, 69, 67]
    assert len(melodies[1]) == 32  # its repeat is played


def test_an_interrupted_run_goes_on_where_it_stopped(corpus, tmp_path):
    tunes = list(corpus_tunes(corpus))
    with open_library(tmp_path / "library.db", write=True) as library:
        for entry in described(tunes[:1], lambda _: None):
            library.put(entry)
        added = Added()
        add_tunes(library, added, 1, corpus=corpus)
        assert (added.added, added.known) == (1, 2)
        assert len(library) == 2


def test_a_corpus_without_tunes(tmp_path):
    with (
        open_library(tmp_path / "library.db", write=True) as library,
        pytest.raises(MissingDataError, match="install music21 anew"),
    ):
        add_tunes(library, Added(), 1, corpus=tmp_path)


def test_music21_carries_the_collections():
    folder = music21_corpus()
    assert all(any((folder / one).glob("*.abc")) for one in COLLECTIONS)
    (first, *_) = corpus_tunes(folder)
    (entry,) = described([first], lambda _: None)
    assert entry.title == "Das Hildebrandslied"
    assert len(entry.melodies) == 1


def test_the_command(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("descant.library.tunes.music21_corpus", lambda: corpus)
    arguments = ["add-tunes", "--library", str(tmp_path / "library.db"), "--jobs", "1"]
    said = CliRunner().invoke(library_app, arguments)
    assert said.exit_code == 0
    assert "tunes: 2 added, 1 there already, 2 unreadable" in said.output
    assert "one.abc, tune 2: line 5: 'H' is no key" in said.output
    assert "3 there already" in CliRunner().invoke(library_app, arguments).output
