"""Clusters: what is struck at one moment."""

import numpy as np
import pytest

from descant.features.struck_together import struck_together


@pytest.mark.parametrize(
    ("onset", "of"),
    [
        ([0.0, 0.01, 0.5, 0.52], [0, 0, 1, 1]),
        ([0.0, 0.03, 0.06, 0.09], [0, 0, 0, 0]),  # a rolled chord
        ([0.0, 0.03, 0.06, 0.09, 0.12], [0, 0, 0, 0, 1]),  # and a run
        ([0.0, 0.05], [0, 1]),
        ([1.0], [0]),
    ],
)
def test_what_follows_at_once_is_one_cluster(onset, of):
    assert struck_together(np.array(onset)).tolist() == of
