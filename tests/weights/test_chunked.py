"""Chunks with context give what the whole gives, whatever the blocks."""

import numpy as np
import pytest

from descant.weights.chunked import Chunked

REACH = 3


def smoothed(frames):
    """Each row the mean of its neighbours within REACH: a model whose receptive field is known."""
    padded = np.pad(frames, [(REACH, REACH), (0, 0)])
    return {"mean": np.mean([padded[at : at + len(frames)] for at in range(2 * REACH + 1)], axis=0)}


@pytest.mark.parametrize("total", [1, 5, 10, 11, 64, 100])
@pytest.mark.parametrize("block", [1, 7, 30, 1000])
def test_chunks_leave_no_seam(total, block):
    frames = np.random.default_rng(total).normal(size=(total, 2)).astype(np.float32)
    stream = Chunked(smoothed, context=REACH, chunk=10)
    parts = [one for start in range(0, total, block) for one in stream.push(frames[start : start + block])]
    parts += stream.finish()
    np.testing.assert_allclose(np.concatenate([one["mean"] for one in parts]), smoothed(frames)["mean"], atol=1e-6)


def test_too_little_context_is_seen():
    frames = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    stream = Chunked(smoothed, context=REACH - 1, chunk=10)
    parts = stream.push(frames) + stream.finish()
    assert not np.allclose(np.concatenate([one["mean"] for one in parts]), smoothed(frames)["mean"], atol=1e-6)


def test_memory_is_bounded():
    longest = []

    def run(frames):
        longest.append(len(frames))
        return {"same": frames}

    stream = Chunked(run, context=5, chunk=20)
    for _ in range(100):
        stream.push(np.zeros((9, 1), np.float32))
    assert max(longest) == 20 + 2 * 5
