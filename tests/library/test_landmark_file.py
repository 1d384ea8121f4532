"""The file of a landmark index: the same index back, and none that is old or damaged."""

from types import SimpleNamespace

import numpy as np
import pytest

from descant.features import get
from descant.features.spectral_peaks import SpectralPeaks
from descant.library import landmark_file
from descant.library.fingerprints import fingerprint
from descant.library.landmark_file import NAMES, kept_index, load, save
from descant.library.landmark_index import landmark_index
from tests.library.sounds import cut, music


@pytest.fixture(scope="module")
def prints():
    return [(10 + seed, fingerprint(music(seed, 8.0))) for seed in range(3)]


def test_an_index_comes_back_and_finds_the_same(prints, tmp_path):
    index = landmark_index(prints)
    save(index, tmp_path / "kept", 7)
    back = load(tmp_path / "kept", 7)
    for name in NAMES:
        assert np.array_equal(getattr(back, name), getattr(index, name))
        assert getattr(back, name).dtype == getattr(index, name).dtype
    peaks = get(cut(music(1, 8.0), 2.0, 4.0), SpectralPeaks())
    assert back.candidates(peaks, (1.0,), 3) == index.candidates(peaks, (1.0,), 3)
    assert list(tmp_path.iterdir()) == [tmp_path / "kept"]


def test_another_state_of_the_library_and_damaged_files_are_not_taken(prints, tmp_path):
    path = tmp_path / "kept"
    assert load(path, 7) is None
    save(landmark_index(prints), path, 7)
    assert load(path, 8) is None
    whole = path.read_bytes()
    for spoilt in (b"", b"something else", whole[:100], whole[:-1000], whole[:30] + b"\xff" * 50 + whole[80:]):
        path.write_bytes(spoilt)
        assert load(path, 7) is None


def test_an_empty_index_can_be_kept(tmp_path):
    save(landmark_index([]), tmp_path / "kept", 1)
    assert len(load(tmp_path / "kept", 1).items) == 0


def test_only_large_ones_are_kept_and_made_anew_when_the_library_has_changed(prints, tmp_path, monkeypatch):
    library = SimpleNamespace(path=tmp_path / "library.db", version=lambda: 1, fingerprints=lambda: iter(prints))
    assert kept_index(library).items.tolist() == [10, 11, 12]
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(landmark_file, "SMALL", 10)
    kept_index(library)
    assert [one.name for one in tmp_path.iterdir()] == ["library.db-landmarks"]
    library.fingerprints = lambda: pytest.fail("the file was there")
    assert kept_index(library).items.tolist() == [10, 11, 12]
    library.version, library.fingerprints = lambda: 2, lambda: iter(prints[:1])
    assert kept_index(library).items.tolist() == [10]


def test_a_folder_that_cannot_be_written_to_is_no_matter(prints, tmp_path, monkeypatch):
    monkeypatch.setattr(landmark_file, "SMALL", 10)
    library = SimpleNamespace(
        path=tmp_path / "gone" / "deep" / "library.db", version=lambda: 1, fingerprints=lambda: iter(prints)
    )
    (tmp_path / "gone").write_text("a file is in the way")
    assert len(kept_index(library).items) == 3
