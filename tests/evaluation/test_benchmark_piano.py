"""The streaming piano model keeps up with what is played, and says how late it is."""

from descant.evaluation.benchmark_piano import benchmark


def test_the_latency_is_below_a_tenth_of_a_second_and_frames_are_computed_in_time():
    latency, between, median, _ = (figure.value for figure in benchmark())
    assert 60.0 < latency < 100.0
    assert between == 20.0
    assert 0.0 < median < between
