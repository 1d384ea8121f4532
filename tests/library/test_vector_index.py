import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.library import vector_index
from descant.library.vector_index import NOWHERE, ExactIndex, single


def unit(rng, count, dimensions):
    vectors = rng.standard_normal((count, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_nearest_by_hand():
    index = ExactIndex(np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], dtype=np.float32))
    at, cosine = index.search(np.array([[1, 0]], dtype=np.float32), 3)
    assert at.tolist() == [[0, 2, 1]]
    np.testing.assert_allclose(cosine, [[1.0, 0.6, 0.0]])


@given(
    seed=st.integers(0, 1000),
    count=st.integers(1, 300),
    k=st.integers(1, 40),
    share=st.sampled_from([None, 0.02, 0.2, 0.9]),
    half=st.booleans(),
)
def test_equals_sorting_all_cosines(seed, count, k, share, half):
    rng = np.random.default_rng(seed)
    vectors = unit(rng, count, 8).astype(np.float16 if half else np.float32)
    queries = unit(rng, 3, 8)
    allowed = None if share is None else rng.random(count) < share
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_index, "BLOCK", 8 * 16)  # many blocks
        at, cosine = ExactIndex(vectors).search(queries, k, allowed)
    every = queries @ vectors.astype(np.float32).T
    if allowed is not None:
        every[:, ~allowed] = -np.inf
    found = min(k, count if allowed is None else int(allowed.sum()))
    order = np.argsort(-every, axis=1, kind="stable")[:, :found]
    np.testing.assert_allclose(cosine[:, :found], np.take_along_axis(every, order, axis=1), atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(every, at[:, :found], axis=1), cosine[:, :found], atol=1e-6)
    assert (at[:, found:] == NOWHERE).all()
    assert np.isneginf(cosine[:, found:]).all()


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_all_cosines_are_those_of_one_product(kind):
    rng = np.random.default_rng(0)
    vectors = unit(rng, 100, 8).astype(kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_index, "BLOCK", 8 * 16)
        found = ExactIndex(vectors).cosines(vectors[3].astype(np.float32))
    np.testing.assert_allclose(found, vectors.astype(np.float32) @ vectors[3].astype(np.float32), atol=1e-6)


def test_of_equals_the_first_is_found_first():
    index = ExactIndex(np.tile(np.array([[0.0, 1.0]], dtype=np.float32), (5, 1)))
    at, _ = index.search(np.array([[0.0, 1.0]], dtype=np.float32), 5)
    assert at.tolist() == [[0, 1, 2, 3, 4]]


def test_every_finite_float16_is_converted_exactly():
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    every = every[np.isfinite(every)]
    np.testing.assert_array_equal(single(every), every.astype(np.float32))


def test_an_index_may_be_empty():
    at, cosine = ExactIndex(np.zeros((0, 4), dtype=np.float32)).search(np.ones((1, 4), dtype=np.float32), 2)
    assert at.tolist() == [[NOWHERE, NOWHERE]]
    assert np.isneginf(cosine).all()


@pytest.mark.parametrize(
    ("queries", "k", "allowed", "message"),
    [
        (np.ones((1, 3)), 1, None, "shape"),
        (np.ones(4), 1, None, "shape"),
        (np.ones((1, 4)), 0, None, "at least one"),
        (np.ones((1, 4)), 1, np.ones(3, dtype=bool), "mask"),
    ],
)
def test_refuses_what_does_not_fit(queries, k, allowed, message):
    with pytest.raises(InvalidValueError, match=message):
        ExactIndex(np.ones((5, 4), dtype=np.float32)).search(queries, k, allowed)
