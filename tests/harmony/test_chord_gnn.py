"""ChordGNN without its weights: the best row of numerals from what a network might say."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.harmony.chord_gnn import Smoothing, Told, best_path, chord_gnn, classes, numerals_of
from descant.harmony.numerals import numerals
from descant.harmony.roman import CLASSES, HEADS, MAJOR, Roman
from descant.types import Score
from tests.scores import FOUR, frame

C_MAJOR = (0, MAJOR)
TONIC = Roman(C_MAJOR, (1, 0), "maj", 0, 0)
DOMINANT = Roman(C_MAJOR, (5, 0), "7", 1, 1)
OF_THE_SECOND = Roman(C_MAJOR, (5, 0), "7", 0, 3, (2, 0))
IN_G = Roman((1, MAJOR), (1, 0), "maj", 0, 1)


def told(chords, starts=None, sure=4.0, seed=0):
    """What a network says that is fairly sure of chords, an onset a quarter."""
    rng = np.random.default_rng(seed)
    heads = []
    for at, head in enumerate(HEADS):
        logits = rng.normal(0, 0.3, (len(chords), CLASSES[head])).astype(np.float32)
        logits[np.arange(len(chords)), [one.classes[at] for one in chords]] += sure
        heads.append(logits)
    starts = [one != before for one, before in zip(chords, [None, *chords], strict=False)] if starts is None else starts
    start = np.where(starts, 2.0, -2.0).astype(np.float32)
    return Told(np.arange(len(chords), dtype=float), float(len(chords)), tuple(heads), start)


def test_reads_what_it_is_told_and_joins_equal_neighbours():
    found = numerals_of(told([TONIC, TONIC, DOMINANT, OF_THE_SECOND, IN_G, IN_G, IN_G]))
    assert found.figure == ("I", "V65", "V7/ii", "I")
    assert found.key == ("C major", "C major", "C major", "G major")
    assert found.start.tolist() == [0, 2, 3, 4]
    assert found.end.tolist() == [2, 3, 4, 7]
    assert np.all(np.abs(found.confidence - 0.355) < 0.03)  # shares of two thirds, as validation pieces have it


def test_heads_that_contradict_each_other_give_a_numeral_that_exists():
    said = told([TONIC, DOMINANT, TONIC])
    root = said.heads[HEADS.index("root")]
    root[1] = 0
    root[1, 15 + 6] = 2.5  # F sharp, which is no root of V in C
    assert numerals_of(said).figure == ("I", "V65", "I")


def test_a_moment_of_doubt_is_smoothed():
    doubtful = told([TONIC] * 3 + [IN_G] + [TONIC] * 3, starts=[True] + [False] * 6, sure=1.0)
    assert numerals_of(doubtful).figure == ("I",)
    eager = Smoothing(start=0.0, new_chord=0.0, new_key=0.0)
    assert len(set(best_path(doubtful, eager).tolist())) > 1


def test_best_path_is_the_best_of_all_paths():
    smoothing = Smoothing(heads=(1.0,) * 6, start=0.7, new_chord=0.4, new_key=1.1, length=0.0)
    said = told([TONIC, DOMINANT, IN_G], sure=1.0, seed=3)
    logs = [rows - np.logaddexp.reduce(rows, axis=1, keepdims=True) for rows in said.heads]
    votes = sum(rows[:, classes()[:, at]] for at, rows in enumerate(logs)).astype(float)
    best = np.unique(np.argsort(votes, axis=1)[:, -8:])
    starts, stays = -0.7 * np.logaddexp(0, -said.start), -0.7 * np.logaddexp(0, said.start)

    def worth(path):
        total = votes[0, path[0]]
        for at in (1, 2):
            here, before = path[at], path[at - 1]
            new_key = 1.1 * (classes()[here, 0] != classes()[before, 0])
            move = stays[at] if here == before else starts[at] - 0.4 - new_key
            total += votes[at, here] + move
        return total

    every = max(((a, b, c) for a in best for b in best for c in best), key=worth)
    assert worth(best_path(said, smoothing)) == pytest.approx(worth(every), abs=1e-4)


def test_one_onset():
    found = numerals_of(told([DOMINANT]))
    assert (found.figure, found.start.tolist(), found.end.tolist()) == (("V65",), [0], [1])


def test_a_score_without_notes_is_refused():
    with pytest.raises(InvalidValueError, match="no pitched notes"):
        chord_gnn(Score(frame((4, FOUR, {})), ()))


def test_numerals_are_written_as_the_type_wants_them():
    from descant.types.roman_numerals import FIGURE

    assert all(FIGURE.fullmatch(one.figure) for one in numerals())
