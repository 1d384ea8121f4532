"""The path through what the network says of notes, and the shipped network at work."""

import itertools

import numpy as np
import pytest

from descant.evaluation.transcribe.baselines.skyline import skyline
from descant.harmony.melody import Path, best_path, melody, melody_notes, melody_of_score, tune
from descant.types import Notes, Part, Score
from tests.scores import FOUR, frame, full_score

PLAIN = Path(threshold=0.0, leap=0.1, free=2, overlap=1.0)


def path(onset, pitch, odds, duration=1.0, how=PLAIN):
    onset = np.array(onset, dtype=float)
    length = np.broadcast_to(duration, onset.shape).astype(float)
    return best_path(onset, length, np.array(pitch), np.array(odds, dtype=np.float32), how).tolist()


def test_one_note_at_a_time():
    assert path([0, 0, 1, 1], [60, 72, 60, 74], [0.5, 2, 3, 1]) == [1, 2]


def test_what_is_unlikely_is_passed_over():
    assert path([0, 1, 2, 3], [72, 72, 72, 72], [2, -1, -1, 2]) == [0, 3]
    assert path([0, 1], [72, 72], [-1, -2]) == []


def test_a_leap_must_be_worth_it():
    assert path([0, 1, 2], [72, 48, 72], [2, 1, 2]) == [0, 2]  # 22 semitones too far, there and back
    assert path([0, 1, 2], [72, 74, 72], [2, 1, 2]) == [0, 1, 2]


def test_a_held_note_is_not_sung_under_another():
    assert path([0, 1, 2], [72, 74, 72], [2, 0.5, 2], duration=(2, 1, 1)) == [0, 2]
    assert path([0, 1, 2], [72, 74, 72], [2, 1.5, 2], duration=(2, 1, 1)) == [0, 1, 2]


def test_the_best_of_all_paths():
    rng = np.random.default_rng(0)
    onset = np.sort(rng.integers(0, 6, 8)).astype(float)
    pitch, odds, duration = rng.integers(60, 72, 8), rng.uniform(0.1, 1, 8).astype(np.float32), rng.uniform(0.5, 2, 8)

    def worth(chosen):
        total = float(odds[list(chosen)].sum())
        for one, two in itertools.pairwise(chosen):
            if onset[two] - onset[one] <= 0.03:
                return -np.inf
            shared = max(min(onset[one] + duration[one], onset[two] + duration[two]) - onset[two], 0.0)
            total -= 0.1 * max(abs(int(pitch[one]) - int(pitch[two])) - 2, 0) + shared / min(
                duration[one], duration[two]
            )
        return total

    every = max((c for n in range(9) for c in itertools.combinations(range(8), n)), key=worth)
    assert worth(path(onset, pitch, odds, duration)) == pytest.approx(worth(every), abs=1e-5)


def test_nothing_in_nothing_out():
    assert melody(Notes([], [], [], [])).shape == (0,)
    assert not melody(Notes([0, 1], [1, 2], [36, 38], [90, 90], parts=(Part(drum=True),))).any()
    assert len(melody_notes(Notes([], [], [], []))) == 0
    assert melody_of_score(Score(frame((4, FOUR, {})), ())) == ()
    assert tune(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)).tolist() == []


def accompanied(low=0, bars=8, rests=()):
    """A tune in quarters over broken chords in eighths; `low` moves the tune, bars in `rests` have none."""
    rng = np.random.default_rng(1)
    rows = []
    height = 76 + low
    for bar in range(bars):
        root = (48, 53, 55, 48)[bar % 4]
        rows += [(2.0 * bar, 2.0, root - 12, 0)]
        rows += [(2 * bar + 0.25 * at, 0.25, root + (0, 7, 12, 7)[at % 4], 0) for at in range(8)]
        for beat in range(0 if bar in rests else 4):
            height += int(rng.choice((-2, -1, 1, 2)))
            rows.append((2 * bar + 0.5 * beat, 0.5, height, 1))
    onset, length, pitch, sung = np.array(sorted(rows, key=lambda one: (one[0], one[2]))).T
    return Notes(onset, onset + length, pitch, np.full(len(onset), 70)), sung > 0


def share(notes, sung, by=melody):
    chosen = by(notes)
    return 2 * (chosen & sung).sum() / (chosen.sum() + sung.sum())


def test_finds_a_tune_over_chords():
    assert share(*accompanied()) > 0.95


@pytest.mark.parametrize("low", [-12, -18, -24])
def test_finds_a_tune_among_the_chords(low):
    found = share(*accompanied(low=low))
    assert found > 0.6
    assert found > share(*accompanied(low=low), skyline) + 0.2


def test_the_tune_alone():
    notes, _ = accompanied()
    alone = melody_notes(notes)
    assert alone.onset.tolist() == notes.onset[melody(notes)].tolist()
    assert alone.parts == notes.parts


def test_rests_where_the_singer_does():
    notes, sung = accompanied(bars=12, rests=(4, 5, 6))
    resting = (notes.onset >= 8) & (notes.onset < 14)
    assert melody(notes)[resting].mean() < 0.2
    assert share(notes, sung) > 0.85


def test_loudness_and_tempo_do_not_matter():
    notes, _ = accompanied()
    other = Notes(2 * notes.onset, 2 * notes.offset, notes.pitch, 1 + notes.pitch % 100)
    assert np.array_equal(melody(notes), melody(other))


def test_one_note_and_one_line():
    assert melody(Notes([0], [1], [60], [80])).all()
    line = np.arange(32)
    assert melody(Notes(0.5 * line, 0.5 * line + 0.5, 67 + line % 5, np.full(32, 80))).all()


def test_notes_of_a_score():
    found = melody_of_score(full_score())
    assert found
    assert all(one.duration > 0 and one.drum is None for one in found)
    assert [one.onset for one in found] == sorted({one.onset for one in found})
