"""The measures on hand-computed cases: perfect, empty and half right."""

import numpy as np
import pytest

from descant.evaluation import measures
from descant.types import Beats, Chords, Keys, Notes, Part, Sections, Tempo, TempoCandidate

NOTHING = np.zeros(0)


def key(name):
    return Keys(NOTHING, NOTHING, (), overall=name)


def test_beats_count_within_70_ms():
    true = np.arange(1.0, 9.0)
    assert measures.beat(true, true + 0.06, 10.0)["F-measure"] == 1.0
    assert measures.beat(true, true + 0.08, 10.0)["F-measure"] == 0.0
    assert measures.beat(true, true[::2], 10.0)["F-measure"] == pytest.approx(2 * 0.5 / 1.5)
    assert measures.beat(true, NOTHING, 10.0)["F-measure"] == 0.0


def test_the_first_five_seconds_of_long_songs_do_not_count():
    true = np.arange(1.0, 40.0)
    late = true[true >= 6.0]
    assert measures.beat(true[true != 5.0], late, 40.0)["F-measure"] == 1.0
    assert measures.beat(true, late, 15.0)["F-measure"] < 1.0


def test_tempo_within_4_percent_and_its_multiples():
    def tempo(bpm):
        return measures.tempo(120.0, Tempo((TempoCandidate(bpm),)))

    assert tempo(124.0) == {"Accuracy1": 1.0, "Accuracy2": 1.0}
    assert tempo(61.0) == {"Accuracy1": 0.0, "Accuracy2": 1.0}
    assert tempo(90.0) == {"Accuracy1": 0.0, "Accuracy2": 0.0}
    assert measures.tempo(120.0, Tempo(())) == {"Accuracy1": 0.0, "Accuracy2": 0.0}
    assert measures.true_tempo(Beats([0.0, 0.5, 1.0, 3.0], [1, 2, 3, 4])) == pytest.approx(120.0)


@pytest.mark.parametrize(
    ("true", "heard", "score"),
    [
        ("C major", "C major", 1.0),
        ("C major", "G major", 0.5),
        ("C major", "A minor", 0.3),
        ("C major", "C minor", 0.2),
        ("Gb major", "F# major", 1.0),
        ("Cb major", "B major", 1.0),
        ("C major", "F# minor", 0.0),
        ("C major", "N", 0.0),
    ],
)
def test_keys_are_weighted(true, heard, score):
    assert measures.key(key(true), key(heard)) == {"Weighted Score": score}


def test_chords_count_by_time_and_gaps_are_no_chord():
    true = Chords([0.0, 4.0], [4.0, 8.0], ("C:maj", "A:min7"))
    heard = Chords([0.0, 4.0], [3.0, 8.0], ("C:maj", "A:min"))
    found = measures.chord(true, heard)
    assert found["majmin"] == pytest.approx(7 / 8)
    assert found["sevenths"] == pytest.approx(3 / 8)
    assert measures.chord(true, Chords(NOTHING, NOTHING, ()))["root"] == 0.0


def test_sections_with_and_without_the_ends():
    true = Sections([1.0, 9.0, 17.0], [9.0, 17.0, 25.0], ("A", "b", "A"))
    same = measures.section(true, Sections([0.0, 9.2, 17.0], [9.2, 17.0, 30.0], ("x", "y", "x")))
    assert same["F-measure@0.5"] == 1.0
    assert same["F-measure@0.5 (trimmed)"] == 1.0
    assert same["Pairwise F-measure"] > 0.95
    one = measures.section(true, Sections([0.0], [30.0], ("A",)))
    assert one["F-measure@0.5"] == pytest.approx(2 * 0.5 / 1.5)  # the two ends of four boundaries
    assert one["F-measure@0.5 (trimmed)"] == 0.0
    near = measures.section(true, Sections([0.0, 11.0], [11.0, 30.0], ("A", "B")))
    assert near["F-measure@0.5 (trimmed)"] == 0.0
    assert near["F-measure@3.0 (trimmed)"] == pytest.approx(2 * 0.5 / 1.5)


def test_small_letters_are_other_sections_than_capitals():
    true = Sections([0.0, 10.0], [10.0, 20.0], ("B", "b"))
    apart = measures.section(true, Sections([0.0, 10.0], [10.0, 20.0], ("A", "B")))
    together = measures.section(true, Sections([0.0, 10.0], [10.0, 20.0], ("A", "A")))
    assert apart["Pairwise F-measure"] > together["Pairwise F-measure"]


def test_notes_by_onset_and_by_offset_without_drums():
    parts = (Part(), Part(drum=True))
    true = Notes([0.0, 1.0, 1.0], [1.0, 2.0, 1.1], [60, 64, 36], [80, 80, 80], np.array([0, 0, 1]), parts)
    heard = Notes([0.03, 1.0], [0.5, 2.1], [60, 64], [80, 80])
    assert measures.note(true, heard) == {"F-measure_no_offset": 1.0, "F-measure": 0.5}
    assert measures.note(true, Notes(NOTHING, NOTHING, NOTHING, NOTHING))["F-measure"] == 0.0


def test_beats_in_runs_and_at_the_wrong_level():
    true = np.arange(0.0, 10.0, 0.5)
    right = measures.beat_continuity(true, true, 10.0)
    assert right == {"CMLt": 1.0, "AMLt": 1.0, "half-tempo error": 0.0, "double-tempo error": 0.0}
    slow = measures.beat_continuity(true, true[::2], 10.0)
    assert (slow["AMLt"], slow["half-tempo error"], slow["double-tempo error"]) == (1.0, 1.0, 0.0)
    assert slow["CMLt"] < 0.1
    fast = measures.beat_continuity(true[::2], true, 10.0)
    assert (fast["half-tempo error"], fast["double-tempo error"]) == (0.0, 1.0)
    assert set(measures.beat_continuity(true, NOTHING, 10.0).values()) == {0.0}


def test_local_keys_count_by_time_where_the_reference_has_one():
    true = Keys([0.0, 4.0, 8.0], [4.0, 8.0, 10.0], ("C major", "G major", "N"))
    heard = Keys([0.0], [10.0], ("C major",))
    # Half the time right; in the other half, a fifth too low.
    score = measures.local_key(true, heard)["Weighted Score over time"]
    assert score == pytest.approx(0.5 + 0.5 * measures.key(key("G major"), key("C major"))["Weighted Score"])
    assert measures.local_key(Keys([0.0], [1.0], ("N",)), heard) == {}
    assert measures.local_key(true, Keys(NOTHING, NOTHING, ()))["Weighted Score over time"] == 0.0


def test_drum_strokes_are_told_apart():
    kit = (Part("drums", 0, drum=True),)
    true = Notes([0.0, 0.5, 1.0, 1.5], [0.1, 0.6, 1.1, 1.6], [36, 38, 36, 38], [90] * 4, parts=kit)
    heard = Notes([0.04, 0.5, 1.06], [0.1, 0.6, 1.2], [35, 42, 36], [90] * 3, parts=kit)
    counts = measures.stroke_counts(true, heard)
    assert counts[:3].tolist() == [[1, 2, 2], [0, 2, 0], [0, 0, 1]]
    found = measures.strokes(counts)
    assert found["F-measure (kick)"] == pytest.approx(0.5)  # one of two is 60 ms late
    assert found["F-measure (snare)"] == 0.0
    assert found["F-measure (hihat)"] == 0.0  # heard where there is none
    assert found["F-measure (kick, snare, hihat)"] == pytest.approx(0.5 / 3)
    assert "F-measure (toms)" not in found
    assert measures.strokes(measures.stroke_counts(Notes(*[NOTHING] * 4), Notes(*[NOTHING] * 4))) == {}


def test_ranking_over_classes_leaves_out_what_never_changes():
    truth = np.array([[True, True], [False, True]])
    score = np.array([[0.9, 0.1], [0.2, 0.3]])
    assert measures.over_classes("average precision", truth, score) == 1.0
    assert measures.over_classes("area under the curve", ~truth, score) == 0.0
    assert measures.over_classes("average precision", truth[:, 1:], score[:, 1:]) is None


def test_what_is_found_beside_what_is_there():
    assert measures.retrieval(3, 4, 6) == {"F-measure": 0.6, "Precision": 0.75, "Recall": 0.5}
    assert set(measures.retrieval(0, 0, 0).values()) == {0.0}
