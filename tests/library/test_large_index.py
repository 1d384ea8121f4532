import builtins

import numpy as np
import pytest

from descant.errors import InvalidValueError, MissingExtraError, UnreadableFileError
from descant.library.large_index import LargeIndex
from descant.library.vector_index import NOWHERE, ExactIndex

CLUSTERS, EACH, DIMENSIONS = 40, 100, 16


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((CLUSTERS, DIMENSIONS))
    found = np.repeat(centres, EACH, axis=0) + 0.3 * rng.standard_normal((CLUSTERS * EACH, DIMENSIONS))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def index(vectors):
    return LargeIndex.built(vectors)


def test_finds_nearly_what_the_exact_index_finds(vectors, index):
    queries = vectors[::80]
    truth, _ = ExactIndex(vectors).search(queries, 10)
    at, cosine = index.search(queries, 10)
    assert np.mean([len(set(one) & set(other)) / 10 for one, other in zip(at, truth, strict=True)]) > 0.9
    assert (np.diff(cosine, axis=1) <= 0).all()
    np.testing.assert_allclose(cosine[:, 0], 1.0, atol=0.02)


def test_finds_what_is_allowed_alone(vectors, index):
    allowed = np.zeros(len(vectors), dtype=bool)
    allowed[[3, 1500, 3999]] = True
    at, cosine = index.search(vectors[:1], 5, allowed)
    assert set(at[0, :3]) == {3, 1500, 3999}
    assert (at[0, 3:] == NOWHERE).all()
    assert np.isneginf(cosine[0, 3:]).all()


def test_is_kept_in_a_file(vectors, index, tmp_path):
    again = LargeIndex.read(index.write(tmp_path / "index"))
    assert len(again) == len(vectors)
    np.testing.assert_array_equal(again.search(vectors[:3], 4)[0], index.search(vectors[:3], 4)[0])


def test_takes_halves_and_few_vectors(vectors, index):
    few = LargeIndex.built(vectors[:3].astype(np.float16))
    assert few.search(vectors[:1], 2)[0][0, 0] == 0


def test_refuses_a_damaged_file(index, tmp_path):
    (tmp_path / "index").write_bytes(b"nothing of the kind")
    with pytest.raises(UnreadableFileError, match="delete it"):
        LargeIndex.read(tmp_path / "index")
    with pytest.raises(UnreadableFileError):
        LargeIndex.read(tmp_path / "absent")


def test_refuses_no_vectors():
    with pytest.raises(InvalidValueError):
        LargeIndex.built(np.zeros((0, 4), dtype=np.float32))


def test_says_what_to_install(monkeypatch, vectors):
    real = builtins.__import__

    def without(name, *rest):
        if name == "faiss":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"descant\[large\]"):
        LargeIndex.built(vectors)
