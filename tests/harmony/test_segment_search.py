"""The beam search with modules that are simple enough to search by hand."""

from itertools import product

import numpy as np
import pytest

from descant.harmony.chord_vocabulary import CHANGES, KINDS, RELATIVE, STEP, STEPS, KeyedChord, change_of, home_of
from descant.harmony.roman import ROOTS
from descant.harmony.segment_search import Exponents, Segments, best_row

C, G, D, F = (ROOTS.index(fifths) for fifths in (0, 1, 2, -1))
MAJ, SEVENTH = KINDS.index(("maj", 0)), KINDS.index(("7", 0))
EXPONENTS = Exponents(key_transition=0.8, key_sequence=0.7, chord_sequence=0.9)


class Tables:
    """Modules that look at the last chord only, with tables at random."""

    key_memory = chord_memory = 0

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)

        def table(*shape):
            rows = rng.normal(0, 1.5, shape).astype(np.float32)
            return rows - np.logaddexp.reduce(rows, axis=-1, keepdims=True)

        self.first_key = table(30).reshape(2, 15)
        self.first_chord = table(2, RELATIVE)
        self.change = table(RELATIVE, 2)
        self.following = table(RELATIVE, CHANGES - 1)
        self.chord = table(RELATIVE, RELATIVE)

    def initial(self, mode, home):
        return self.first_key[mode, home], self.first_chord[mode]

    def keys(self, told, memory):
        return self.change[told[:, 0], 0], self.change[told[:, 0], 1], self.following[told[:, 0]], memory

    def chords(self, told, memory):
        return self.chord[told[:, 0]], memory


def segments(places, seed=0, longest=3, choices=2):
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(places) for b in range(a + 1, min(a + longest, places) + 1)]
    begin, end = np.array(pairs).T
    shape = (len(pairs), choices)
    return Segments(begin, end, rng.integers(14, 18, shape), rng.choice([MAJ, SEVENTH], shape), rng.normal(0, 2, shape))


def worth(row, sections, modules, sharps):
    """The score of a row of (segment, chord), as the docstring of the search has it."""
    total = 0.0
    for at, (segment, which, tonic, mode) in enumerate(row):
        root, kind = int(sections.root[segment, which]), int(sections.kind[segment, which])
        total += sections.score[segment, which]
        chord = STEP[tonic, root] * len(KINDS) + kind
        if at == 0:
            home = int(home_of(np.array([tonic]), np.array([mode]), np.array([sharps]))[0])
            total += EXPONENTS.key_sequence * modules.first_key[mode, home]
            total += EXPONENTS.chord_sequence * modules.first_chord[mode, chord]
        else:
            last, last_which, old_tonic, old_mode = row[at - 1]
            old_root, old_kind = int(sections.root[last, last_which]), int(sections.kind[last, last_which])
            old = STEP[old_tonic, old_root] * len(KINDS) + old_kind
            seen = STEP[tonic, old_root] * len(KINDS) + old_kind
            change = int(change_of(*(np.array([one]) for one in (old_tonic, old_mode, tonic, mode)))[0])
            total += EXPONENTS.key_transition * modules.change[old, int(change > 0)]
            if change:
                total += EXPONENTS.key_sequence * modules.following[old, change - 1]
            total += EXPONENTS.chord_sequence * modules.chord[seen, chord]
    return total


def every_row(sections, places, keys):
    def paths(place):
        if place == places:
            yield ()
        for at in np.flatnonzero(sections.begin == place).tolist():
            for rest in paths(int(sections.end[at])):
                yield (at, *rest)

    for path in paths(0):
        choices = [(at, which, *key) for at in path[:1] for which in range(2) for key in keys]
        rest = [[(at, which, *key) for which in range(2) for key in keys] for at in path[1:]]
        yield from product(choices, *rest)


@pytest.mark.parametrize("seed", range(3))
def test_a_wide_beam_finds_the_best_of_all(seed, monkeypatch):
    from descant.harmony import segment_search

    monkeypatch.setattr(segment_search, "KEYS_TRIED", CHANGES - 1)
    modules, sections = Tables(seed), segments(3, seed)
    # all keys but C and G major are out of the question
    modules.first_key = np.where(np.isin(np.arange(15), [7, 8]), modules.first_key, -1e3)
    modules.first_key[1] = -1e3
    allowed = np.isin(np.arange(CHANGES - 1), [STEP[C, G], STEP[G, C]])
    modules.following = np.where(allowed, modules.following, -1e3)
    keys = [(C, 0), (G, 0)]
    best = max(every_row(sections, 3, keys), key=lambda row: worth(row, sections, modules, 0))
    found = best_row(sections, np.zeros(3, np.int64), modules, EXPONENTS, beam=4000)
    meant = [
        (at, KeyedChord(int(sections.root[at, which]), int(sections.kind[at, which]), *key)) for at, which, *key in best
    ]
    assert found == meant


def test_one_hypothesis_takes_what_is_best_at_once():
    modules, sections = Tables(0), segments(4, 1)
    wide, narrow = (best_row(sections, np.zeros(4, np.int64), modules, EXPONENTS, beam) for beam in (500, 1))
    assert sections.begin[narrow[0][0]] == 0
    assert sections.end[narrow[-1][0]] == 4
    for row in (wide, narrow):
        assert [sections.begin[at] for at, _ in row[1:]] == [sections.end[at] for at, _ in row[:-1]]


class Cadences:
    """Modules that know I, IV, V and I in any major key and dislike everything else."""

    key_memory, chord_memory = 1, 1  # how many chords there were

    def initial(self, mode, home):
        first = np.full((len(mode), RELATIVE), -9.0, np.float32)
        first[:, self.of(0)] = 0
        return np.where((mode == 0) & (home == 7), -0.1, -6.0).astype(np.float32), first

    def keys(self, told, memory):
        likely = np.full(len(told), -0.05, np.float32)
        following = np.full((len(told), CHANGES - 1), -3.9, np.float32)
        return likely, likely * 0 - 3, following, memory + 1

    def chords(self, told, memory):
        rows = np.full((len(told), RELATIVE), -9.0, np.float32)
        for before, after in ((0, -1), (-1, 1), (1, 0)):
            rows[told[:, 0] == self.of(before), self.of(after)] = 0
        return rows, memory + 1

    @staticmethod
    def of(fifths):
        return (12 + fifths) * len(KINDS) + MAJ


def test_a_cadence_in_c_is_read_as_one():
    begin, end = np.array([0, 0, 1, 2, 3]), np.array([1, 2, 2, 3, 4])
    root = np.array([[C, G], [C, D], [F, D], [G, C], [C, F]])
    kind = np.full((5, 2), MAJ)
    score = np.log([[0.5, 0.4], [0.1, 0.1], [0.4, 0.5], [0.6, 0.3], [0.5, 0.5]])
    found = best_row(Segments(begin, end, root, kind, score), np.zeros(4, np.int64), Cadences(), Exponents(), 10)
    assert [chord.root for _, chord in found] == [C, F, G, C]
    assert {(chord.tonic, chord.mode) for _, chord in found} == {(C, 0)}
    assert [at for at, _ in found] == [0, 2, 3, 4]


def test_with_a_signature_of_one_sharp_it_is_a_cadence_in_g():
    begin, end = np.arange(4), np.arange(1, 5)
    root = np.array([[C, G], [F, C], [G, D], [C, G]])
    found = best_row(
        Segments(begin, end, root, np.full((4, 2), MAJ), np.zeros((4, 2))),
        np.ones(4, np.int64),
        Cadences(),
        Exponents(),
        10,
    )
    assert [chord.root for _, chord in found] == [G, C, D, G]
    assert found[0][1].tonic == G
    assert STEPS == 25
