"""The recording's length, in the file's own samples."""

import numpy as np
import pytest

from descant.features import get
from descant.features.extent import Extent
from descant.types import Audio


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
@pytest.mark.parametrize("frames", [0, 1, 70_001])
def test_counts_the_files_own_samples(rate: int, frames: int) -> None:
    assert get(Audio(np.zeros((2, frames)), rate), Extent()) == frames / rate


def test_blocks_add_up() -> None:
    stream = Extent().start(48_000, 2)
    for size in (5, 0, 43):
        stream.push(np.zeros((2, size), dtype=np.float32))
    assert stream.finish() == 0.001
