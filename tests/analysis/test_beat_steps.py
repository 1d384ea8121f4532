"""Half beats cover the sound, whatever the beats were."""

import numpy as np
import pytest

from descant.analysis.beat_steps import OFF_BEAT, SHORTEST_SECONDS, beat_steps
from descant.types import Beats


def test_beats_are_halved_and_carried_on_to_both_ends() -> None:
    steps = beat_steps(Beats([1.0, 2.0, 3.0], [4, 1, 2]), 5.2)
    np.testing.assert_allclose(steps.edges, [*np.arange(0, 5.1, 0.5), 5.2])
    assert steps.position.tolist() == [0, -1, 4, -1, 1, -1, 2, -1, 0, -1, 0]


def test_a_pause_is_counted_through() -> None:
    steps = beat_steps(Beats([0.0, 0.5, 8.5, 9.0], [1, 2, 1, 2]), 9.5)
    assert np.diff(steps.edges).max() <= 0.5 + 1e-9
    assert {0.0, 0.5, 8.5, 9.0} <= set(steps.edges.tolist())


@pytest.mark.parametrize(
    "beats",
    [[], [3.0], [0.0], [0.0, 0.01, 0.02, 6.0], np.arange(0, 7, 0.001).tolist(), [20.0, 21.0], [6.9999, 7.5]],
)
@pytest.mark.parametrize("duration", [0.01, 0.6, 7.0])
def test_steps_cover_the_sound_without_a_gap(beats: list[float], duration: float) -> None:
    steps = beat_steps(Beats(beats, [1] * len(beats)), duration)
    assert steps.edges[0] == 0.0
    assert steps.edges[-1] == duration
    assert (np.diff(steps.edges) > 0).all()
    assert len(steps.position) == len(steps.edges) - 1
    assert len(steps.position) <= 2 * (duration / SHORTEST_SECONDS) + 4
    assert steps.position.min() >= OFF_BEAT
