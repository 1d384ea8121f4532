"""Re-encodings are grouped once, and groups that meet become one."""

import pytest

from descant.library import recordings
from descant.library.fingerprints import fingerprint
from descant.library.recordings import group_recordings
from descant.library.statistics import copies, statistics
from descant.library.store import open_library
from descant.types import Audio
from tests.library.entries import entry, stamp
from tests.library.sounds import RATE, music


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.db", write=True) as opened:
        yield opened


def put(library, name, sound=None, **more):
    data = fingerprint(sound) if sound is not None else b"print"
    return library.put(entry(name, fingerprint=data, **more), stamp(f"/{name}"))


def test_a_recording_in_two_encodings_is_one_group(library):
    louder = Audio(1.5 * music(0).samples, RATE)
    one, other, two = put(library, "one", music(0)), put(library, "other", music(1)), put(library, "two", louder)
    assert group_recordings(library) == 2
    assert library.facts().recording.tolist() == [one, other, one]
    assert copies(library) == [[one, two]]
    assert statistics(library)["re-encodings"] == 1


@pytest.fixture
def told(monkeypatch):
    """Says which items are one recording, and hears what is asked."""
    asked, answers = [], []

    def same(prints, new):
        asked.append((len(list(prints)), sorted(new)))
        return answers.pop(0)

    monkeypatch.setattr(recordings, "same_recordings", same)
    return asked, answers


def test_items_are_compared_once_and_when_they_are_learnt_again(library, told):
    asked, answers = told
    answers += [[], [], []]
    one, two = put(library, "one"), put(library, "two")
    library.put(entry("no print"), stamp("/c"))
    before = library.version()
    assert (group_recordings(library), group_recordings(library)) == (0, 0)
    assert library.version() == before + 1
    three = put(library, "three")
    group_recordings(library)
    put(library, "two")
    group_recordings(library)
    assert asked == [(2, [one, two]), (3, [three]), (3, [two])]


def test_groups_that_meet_become_one(library, told):
    _, answers = told
    items = [put(library, str(number)) for number in range(5)]
    answers += [[(items[0], items[1]), (items[2], items[3])]]
    assert group_recordings(library) == 4
    assert library.facts().recording.tolist() == [items[0], items[0], items[2], items[2], items[4]]
    items.append(put(library, "six"))
    answers += [[(items[1], items[3], items[5])]]
    assert group_recordings(library) == 1
    assert library.facts().recording.tolist() == [items[0]] * 4 + [items[4], items[0]]


def test_a_group_that_loses_its_lowest_item_is_compared_again(library, told):
    asked, answers = told
    items = [put(library, str(number)) for number in range(3)]
    answers += [[tuple(items)], [tuple(items[1:])]]
    group_recordings(library)
    library.remove(items[:1])
    assert library.facts().recording.tolist() == items[1:]
    group_recordings(library)
    assert asked[-1] == (2, items[1:])
    assert library.facts().recording.tolist() == [items[1]] * 2
