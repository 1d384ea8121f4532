"""Sections: against forms that we wrote ourselves, and the parts by hand."""

import numpy as np
import pytest

from descant.analysis import checkerboard_novelty as sections
from descant.features import get
from descant.features.harmony import Harmony
from descant.types import Audio, Beats

RATE = 22_050
BEAT = 0.4  # seconds
ROOTS = {  # major chords on these pitch classes, one a bar
    "A": [0, 9, 5, 7, 4, 2, 5, 7],
    "B": [10, 3, 0, 8, 1, 6, 3, 10],
    "C": [2, 11, 6, 1, 4, 9, 11, 8],
}


OVERTONE = {"A": 0.1, "B": 1.0, "C": 0.4}  # each letter has its own sound, as verse and chorus have
GAIN = {"A": 0.3, "B": 1.0, "C": 0.6}


def play(form, transposed=()):
    """Audio and its beats: a chord a bar, four strokes each; sections in `transposed` (by index) a minor third up."""
    stroke = np.exp(-np.arange(round(BEAT * RATE)) / (0.3 * RATE))
    parts = []
    for at, letter in enumerate(form):
        for root in ROOTS[letter]:
            root = (root + (3 if at in transposed else 0)) % 12
            hz = 440 * 2 ** ((np.array([36, 48, 52, 55]) + root - 69) / 12)
            time = np.arange(len(stroke)) / RATE
            tone = sum(np.sin(2 * np.pi * f * time) + OVERTONE[letter] * np.sin(6 * np.pi * f * time) for f in hz)
            parts += [GAIN[letter] * tone * stroke] * 4
    noise = np.random.default_rng(0).standard_normal(sum(map(len, parts))) * 1e-3
    samples = np.concatenate(parts) + noise
    count = 4 * 8 * len(form)
    return Audio(samples / np.abs(samples).max(), RATE), Beats(np.arange(count) * BEAT, np.arange(count) % 4 + 1)


def test_finds_the_form_of_a_song():
    audio, beats = play("ABACAB")
    found = sections.checkerboard_novelty(audio, beats)
    assert "".join(found.label) == "ABACAB"
    assert found.start == pytest.approx(np.arange(6) * 32 * BEAT, abs=0.05)
    assert found.end[-1] == pytest.approx(audio.duration, abs=0.05)
    assert np.all((found.confidence > 0) & (found.confidence < 1))


def test_a_transposed_return_keeps_its_letter():
    audio, beats = play("ABCA", transposed={3})
    harmony = get(audio, Harmony())
    chroma = sections.bar_chroma(harmony.chroma, harmony.bass_chroma, sections.bar_lines(beats, audio.duration))
    assert sections.letters(chroma, np.array([0, 8, 16, 24, 32])) == ("A", "B", "C", "A")


def test_letters_listen_to_what_else_speaks_for_them():
    chroma = np.random.default_rng(0).normal(size=(16, 8, 24)).astype(np.float32)
    cuts, unlike = np.array([0, 8, 16]), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert sections.letters(chroma, cuts) == ("A", "B")
    assert sections.letters(chroma, cuts, unlike) == ("A", "A")
    assert sections.letters(np.tile(chroma[:8], (2, 1, 1)), cuts) == ("A", "A")
    assert sections.letters(np.tile(chroma[:8], (2, 1, 1)), cuts, -unlike) == ("A", "B")


@pytest.mark.parametrize("kept", [96, 0])
def test_does_without_downbeats_and_without_beats(kept):
    audio, beats = play("ABA")
    found = sections.checkerboard_novelty(audio, Beats(beats.time[:kept], np.zeros(kept)))
    for change in (32 * BEAT, 64 * BEAT):  # the grid of two seconds is not the bars
        assert np.abs(found.start - change).min() < 3.0
    assert found.end[-1] == pytest.approx(audio.duration, abs=0.05)


@pytest.mark.parametrize("seconds", [0.0001, 0.01, 0.3, 3.0])
@pytest.mark.parametrize("level", [0.0, 0.5])
def test_says_little_of_almost_nothing(seconds, level, recwarn):
    audio = Audio(level * np.ones((2, max(1, round(seconds * RATE)))), RATE)
    found = sections.checkerboard_novelty(audio, Beats(np.zeros(0), np.zeros(0)))
    assert len(found) <= 1
    assert not list(recwarn)


def test_a_beat_beyond_the_end_is_no_bar_line():
    lines = sections.bar_lines(Beats([1.0, 3.0, 5.0, 7.0], [1, 1, 1, 1]), 6.2)
    assert lines == pytest.approx([0.0, 1.0, 3.0, 5.0, 6.2])


def test_bars_go_on_before_the_first_and_after_the_last_downbeat():
    lines = sections.bar_lines(Beats([4.5, 6.5, 8.5], [1, 1, 1]), 14.0)
    assert lines == pytest.approx([0.0, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.0])


def test_many_bars_are_taken_together():
    count = 2 * sections.MOST_BARS
    lines = sections.bar_lines(Beats(np.arange(count) + 0.0, np.ones(count)), float(count))
    assert len(lines) == sections.MOST_BARS + 1
    assert (lines[0], lines[-1]) == (0.0, count)


def test_means_between_edges_share_out_the_rows():
    rows = np.array([[0.0], [2.0], [4.0]])  # one a second
    assert sections.bar_means(rows, 1.0, np.array([0.0, 1.5, 3.0]))[:, 0] == pytest.approx([1 / 1.5, 5 / 1.5])


def test_stripes_end_where_a_repetition_does():
    alike = np.zeros((12, 12))
    for bar in range(4):  # bars 0 to 3 come again as 8 to 11
        alike[bar, bar + 8] = alike[bar + 8, bar] = 1.0
    ends = sections.stripe_ends(alike, 4)
    assert ends[0] > 0
    assert ends[4] > 0
    assert ends[8] == pytest.approx(ends[0])
    assert np.all(ends[[5, 6, 7]] <= ends[4])


def test_the_checkerboard_peaks_at_a_change_of_timbre():
    timbre = np.repeat([[0.0, 1.0], [5.0, -1.0]], 8, axis=0)
    novelty = sections.checkerboard(timbre, 4)
    assert novelty.argmax() == 8
    assert novelty[4] == pytest.approx(0.0, abs=1e-9)


def test_repetition_is_the_best_other_place():
    bars = np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 0, 1, 2]]
    again = sections.repetition(bars @ bars.T)
    assert again[0, 3] == pytest.approx(1.0)
    assert again[4, 3] == pytest.approx(1.0)
    assert again[3, 3] == pytest.approx(0.0)


def test_cuts_prefer_sections_of_eight_bars():
    flat = np.zeros(25)
    assert sections.best_cuts(flat, np.zeros((24, sections.LONGEST + 1))).tolist() == [0, 8, 16, 24]
    flat[5] = 20.0
    assert 5 in sections.best_cuts(flat, np.zeros((24, sections.LONGEST + 1)))


def test_letters_run_on_after_z():
    assert [sections._letter(number) for number in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_loops_that_repeat_to_the_sample_share_one_letter():
    phrase = np.random.default_rng(4).uniform(0.0, 1.0, (8, 4, 24)).astype(np.float32)
    chroma = np.tile(phrase, (40, 1, 1))  # rounding lets some pairs fit better than perfectly
    assert sections.letters(chroma, np.arange(0, 321, 8)) == ("A",) * 40
