"""Annotations refuse what breaks their rules, and say what and where."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import DescantError, InvalidValueError
from descant.types import (
    Beats,
    Chords,
    Keys,
    Loudness,
    Meter,
    PitchContour,
    Sections,
    Tempo,
    TempoCandidate,
    Tuning,
)
from descant.types.annotations import segments_from_boundaries

NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=64)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Beats([0.5, 0.5], [1, 2]), "entry 1 at 0.5 s follows entry 0 at 0.5 s"),
        (lambda: Beats([-0.1], [1]), "beat time must lie in 0 to inf s; entry 0 is -0.1"),
        (lambda: Beats([1.0, 2.0], [1]), "beat positions needs 2 entries, got 1"),
        (lambda: Beats([1.0], [1.5]), "whole numbers"),
        (lambda: Beats([1.0], [65]), "beat position must lie in 0 to 64"),
        (lambda: Beats([1.0], [1e300]), "whole numbers"),
        (lambda: Beats([math.nan], [1]), "finite"),
        (lambda: Beats(["x"], [1]), "must be numbers"),
        (lambda: Beats([10**400], [1]), "must be numbers"),
        (lambda: Beats([[1.0]], [1]), "one-dimensional"),
        (lambda: Beats([1.0], [1], [1.1]), "beat confidence must lie in 0 to 1; entry 0 is 1.1"),
        (lambda: Chords([0.0], [0.0], ["C"]), "chord 0 ends at 0 s, not after its start at 0 s"),
        (lambda: Chords([0.0, 1.0], [2.0, 3.0], ["C", "D"]), "chord 1 starts at 1 s, before chord 0 ends at 2 s"),
        (lambda: Chords([0.0], [1.0], ["Dm"]), "chord label 0 is not valid: 'Dm'"),
        (lambda: Chords([0.0], [1.0], []), "needs 1 labels, got 0"),
        (lambda: Chords([0.0], [1.0], "C"), "sequence of strings"),
        (lambda: Keys([0.0], [1.0], ["D"]), "key label 0 is not valid: 'D'"),
        (lambda: Keys([], [], [], overall="D dorian"), "overall key label 0 is not valid"),
        (lambda: Keys([], [], [], overall_confidence=math.nan), "key's confidence"),
        (lambda: Sections([0.0], [1.0], [""]), "section label 0 is not valid"),
        (lambda: Sections([0.0], [1.0], ["A\nB"]), "section label 0 is not valid"),
        (lambda: PitchContour([0.0], [0.0], [True]), "voiced frame needs a pitch above 0 Hz"),
        (lambda: PitchContour([-1.0], [0.0], [False]), "pitch time must lie in 0"),
        (lambda: PitchContour([0.0], [30_000.0], [True]), "20000 Hz"),
        (lambda: PitchContour([0.0], [440.0], [True, False]), "voicing needs 1 entries"),
        (lambda: TempoCandidate(0.0), "between 0 and 1000 bpm"),
        (lambda: TempoCandidate(math.nan), "between 0 and 1000 bpm"),
        (lambda: TempoCandidate(120.0, 2.0), "tempo's confidence"),
        (lambda: Tempo((120.0,)), "TempoCandidates"),
        (lambda: Meter("4"), "a metre looks like 4/4 or 6/8, got '4'"),
        (lambda: Meter(4), "a metre looks like"),
        (lambda: Meter("4/4", -0.1), "metre's confidence"),
        (lambda: Tuning(51.0), "within 50 cents"),
        (lambda: Tuning(math.nan), "within 50 cents"),
        (lambda: Loudness(math.inf, None, None), "integrated_lufs must be a finite number or None"),
        (lambda: Loudness(None, None, -1.0), "cannot be negative"),
        (lambda: Loudness(None, None, None, 1.5), "loudness's confidence"),
    ],
)
def test_refuses_and_says_why(make, words):
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "label",
    ["N", "X", "C", "A#", "Bbb", "D:min7/b3", "D:7", "Eb:9", "G:sus4(b7)", "C:(3,5)/5", "C/3", "F:maj(*3)", "C:hdim7"],
)
def test_knows_harte_syntax(label):
    assert Chords([0.0], [1.0], [label]).label == (label,)


@pytest.mark.parametrize("label", ["H", "D:", "D:min7/", "d:min", "D min", "N:maj", "C:maj7 ", " C"])
def test_refuses_what_is_not_harte_syntax(label):
    with pytest.raises(InvalidValueError):
        Chords([0.0], [1.0], [label])


def test_confidence_is_certain_where_nobody_says_otherwise():
    assert Beats([1.0, 2.0], [1, 2]).confidence.tolist() == [1.0, 1.0]


def test_columns_cannot_be_written_to_and_are_copies():
    times = np.array([1.0, 2.0])
    beats = Beats(times, [1, 2])
    times[0] = 5.0
    assert beats.time[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        beats.time[0] = 3.0


def test_downbeats_are_the_beats_in_position_one():
    assert Beats([0.0, 1.0, 2.0, 3.0], [3, 1, 2, 1]).downbeats.tolist() == [1.0, 3.0]


def test_the_first_candidate_is_the_tempo():
    assert Tempo((TempoCandidate(90.0), TempoCandidate(180.0))).bpm == 90.0
    assert Tempo(()).bpm is None


def test_boundaries_become_segments_without_empty_ones_and_equal_neighbours_merge():
    start, end, label = segments_from_boundaries(np.array([0.0, 1.0, 1.0, 2.0, 3.0]), ["C", "G", "C", "F"])
    assert (start.tolist(), end.tolist(), label) == ([0.0, 2.0], [2.0, 3.0], ("C", "F"))


@given(st.lists(NUMBERS, max_size=6), st.lists(NUMBERS, max_size=6), st.none() | st.lists(NUMBERS, max_size=6))
def test_beats_hold_their_rules_or_refuse(time, position, confidence):
    try:
        beats = Beats(time, position, confidence)
    except DescantError:
        return
    assert len(beats.time) == len(beats.position) == len(beats.confidence)
    assert np.all(np.diff(beats.time) > 0)
    assert np.all(beats.time >= 0)
    assert np.all((beats.confidence >= 0) & (beats.confidence <= 1))


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.text(max_size=6)), max_size=5))
def test_spans_hold_their_rules_or_refuse(entries):
    for kind in (Chords, Keys, Sections):
        try:
            spans = kind(*([entry[at] for entry in entries] for at in range(3)))
        except DescantError:
            continue
        assert np.all(spans.end > spans.start)
        assert np.all(spans.start[1:] >= spans.end[:-1] - 1e-6)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans()), max_size=5))
def test_contours_hold_their_rules_or_refuse(entries):
    try:
        contour = PitchContour(*([entry[at] for entry in entries] for at in range(3)))
    except DescantError:
        return
    assert np.all(contour.hz[contour.voiced] > 0)
    assert np.all(np.diff(contour.time) > 0)


@given(NUMBERS, NUMBERS)
def test_numbers_for_the_whole_hold_their_rules_or_refuse(value, confidence):
    for make in (TempoCandidate, Tuning, lambda one, sure: Loudness(one, one, one, sure)):
        try:
            made = make(value, confidence)
        except DescantError:
            continue
        assert 0.0 <= made.confidence <= 1.0
        assert math.isfinite(value)
