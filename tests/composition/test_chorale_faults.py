"""Each fault is counted where it was put, and nowhere else."""

import numpy as np

from descant.composition.chorale_faults import faults


def moving(steps=64):
    """A soprano that moves every beat over chords that stay."""
    frames = np.tile([72, 67, 64, 48], (steps, 1))
    frames[:, 0] = np.repeat(np.resize([72, 76], steps // 4), 4)
    return frames


def kinds(frames, **more):
    return {name: count for name, count in faults(frames, **more).items() if count}


def test_none():
    assert kinds(moving()) == {}


def test_parallels():
    frames = moving()
    frames[32:, 1:] = [69, 65, 50]  # alto and bass, and the bass and nobody else: fifths C-G to D-A
    assert kinds(frames)["parallel fifths"] == 1


def test_a_long_crossing_is_one():
    frames = moving()
    frames[20:30, 2] = 68
    assert kinds(frames)["crossings"] == 1


def test_a_bar_line_held_over():
    frames = moving()
    frames[12:20, 0] = 74
    found = kinds(frames)
    assert found == {"bar lines held over": 1, "long chords on weak beats": 1}
    assert kinds(frames, first_bar=4) == {}  # bars begin at 4, 20, ...


def test_a_chord_that_goes_on_and_on():
    frames = moving()
    frames[16:28, 0] = 71
    assert kinds(frames) == {"chords of more than two beats": 1}
    frames = moving()
    frames[-16:, 0] = 71
    assert kinds(frames) == {}  # the last one may


def test_a_leading_note_that_falls():
    frames = moving()
    frames[28:32] = [71, 67, 62, 43]
    frames[32:] = [67, 64, 60, 48]
    assert kinds(frames)["leading notes that do not rise"] == 1
