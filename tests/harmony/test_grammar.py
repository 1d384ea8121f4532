"""The grammar against all trees of a small one, counted apart."""

from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.harmony.grammar import Grammar

A, B, C = range(3)
SYMBOLS = 2


def grammar(longest=3, **changes):
    """A is `B A`, `A A`, C or a chord; B is `B B` or a chord; C is a chord. Phrases are A or B."""
    fields = {
        "names": ("A", "B", "C"),
        "binary": np.array([[A, B, A], [A, A, A], [B, B, B]]),
        "unary": np.array([[A, C]]),
        "binary_chance": np.array([0.3, 0.1, 0.25]),
        "unary_chance": np.array([0.2]),
        "emission": np.array([[0.3, 0.1], [0.25, 0.5], [0.9, 0.1]]),
        "kinds": np.array([A, B]),
        "first": np.array([0.7, 0.3]),
        "then": np.array([[0.6, 0.4], [0.8, 0.2]]),
        "longest": longest,
    }
    return Grammar(**{**fields, **changes})


def trees(of, category, chords):
    """(probability, how often each rule is used) of every tree of a category over some chords."""
    if len(chords) == 1:
        yield of.emission[category, chords[0]], (("chord", category, chords[0]),)
    for at, (parent, child) in enumerate(of.unary.tolist()):
        if parent == category:
            for chance, used in trees(of, child, chords):
                yield of.unary_chance[at] * chance, (("unary", at), *used)
    for at, (parent, left, right) in enumerate(of.binary.tolist()):
        if parent == category:
            for cut in range(1, len(chords)):
                for one, first in trees(of, left, chords[:cut]):
                    for two, second in trees(of, right, chords[cut:]):
                        yield of.binary_chance[at] * one * two, (("binary", at), *first, *second)


def derivations(of, chords, before=None):
    """(probability, uses) of every sequence of phrases with their trees."""
    if not chords:
        yield 1.0, ()
        return
    for size in range(1, min(of.longest, len(chords)) + 1):
        for kind, category in enumerate(of.kinds.tolist()):
            chance = of.first[kind] if before is None else of.then[before, kind]
            begin = ("first", kind) if before is None else ("then", before, kind)
            for one, used in trees(of, category, chords[:size]):
                for rest, more in derivations(of, chords[size:], kind):
                    yield chance * one * rest, (begin, *used, *more)


@cache
def _found(chords):
    return tuple(derivations(grammar(), chords))


def total(chords):
    return sum(chance for chance, _ in _found(tuple(chords)))


SEQUENCE = (0, 1, 1, 0, 1)


def test_bits_are_those_of_all_derivations_given_the_length():
    sequences = [(0,), (1, 0), SEQUENCE, (1, 1, 1, 0)]
    bits = grammar().bits([np.array(one) for one in sequences])
    for one, found in zip(sequences, bits, strict=True):
        of_this_length = sum(total(other) for other in product(range(SYMBOLS), repeat=len(one)))
        assert found == pytest.approx(-np.log2(total(one) / of_this_length))


@pytest.mark.parametrize("length", [1, 4, 7])
def test_all_sequences_of_a_length_sum_to_one(length):
    bits = grammar().bits([np.array(one) for one in product(range(SYMBOLS), repeat=length)])
    assert np.sum(2**-bits) == pytest.approx(1)


def test_what_is_expected_of_each_rule():
    sequences = [SEQUENCE, (1, 0), (0,), (1, 1, 0)]
    model, expected = grammar(), {}
    for one in sequences:
        for chance, used in _found(one):
            for rule in used:
                expected[rule] = expected.get(rule, 0.0) + chance / total(one)
    counts = model._expected([np.array(one) for one in sequences])
    assert counts.binary == pytest.approx([expected[("binary", at)] for at in range(3)])
    assert counts.unary == pytest.approx([expected[("unary", 0)]])
    assert counts.first == pytest.approx([expected[("first", kind)] for kind in range(2)])
    for at in product(range(2), repeat=2):
        assert counts.then[at] == pytest.approx(expected[("then", *at)])
    for at in product(range(3), range(SYMBOLS)):
        assert counts.emission[at] == pytest.approx(expected[("chord", *at)])


def test_the_best_tree_is_the_best_of_all():
    tree = grammar().parse(np.array(SEQUENCE), "xy")
    best, used = max(_found(SEQUENCE))
    assert (tree.name, [leaf.name for leaf in tree.leaves()]) == ("piece", list("xyyxy"))
    assert [child.start for child in tree.children] == [0, *(child.end for child in tree.children[:-1])]
    assert chance_of(tree) == pytest.approx(best)
    assert len(tree.children) == sum(rule[0] in ("first", "then") for rule in used)


def chance_of(tree):
    """The probability of a tree that `parse` made."""
    of, names = grammar(), ("A", "B", "C")

    def inside(node):
        category, parts = names.index(node.name), [names.index(one.name) for one in node.children if one.children]
        if not parts:
            return of.emission[category, "xy".index(node.children[0].name)]
        rules, chances = (of.unary, of.unary_chance) if len(parts) == 1 else (of.binary, of.binary_chance)
        [at] = np.flatnonzero((rules == [category, *parts]).all(axis=1))
        return chances[at] * np.prod([inside(one) for one in node.children])

    kinds = [names.index(child.name) for child in tree.children]
    chain = of.first[kinds[0]] * np.prod([of.then[pair] for pair in pairwise(kinds)])
    return chain * np.prod([inside(child) for child in tree.children])


def test_learning_makes_what_it_sees_more_likely():
    sequences = [np.array([0, 1] * size) for size in range(1, 9)]
    model = grammar(longest=6)
    found = [model.fit(sequences, rounds, prior=0.1).bits(sequences).sum() for rounds in (0, 1, 3, 6)]
    assert found[0] == pytest.approx(model.bits(sequences).sum())
    assert found[0] > found[1] > found[2] > found[3]


def test_a_sequence_without_a_tree():
    model = grammar(emission=np.array([[0.4, 0.0], [0.75, 0.0], [1.0, 0.0]]))
    assert model.bits([np.array([0, 1])])[0] == np.inf
    with pytest.raises(InvalidValueError, match="no tree for one of"):
        model.fit([np.array([0, 1])])
    with pytest.raises(InvalidValueError, match="no tree for this"):
        model.parse(np.array([0, 1]), "xy")


def test_nothing_has_no_bits_and_no_tree():
    assert grammar().bits([np.zeros(0, dtype=np.int64)]).tolist() == [0.0]
    assert grammar().bits([]).shape == (0,)
    with pytest.raises(InvalidValueError, match="without chords"):
        grammar().parse(np.zeros(0, dtype=np.int64), "xy")


def test_wrong_rules_are_refused():
    with pytest.raises(InvalidValueError, match=r"rules of A sum to 1\.1"):
        grammar(unary_chance=np.array([0.3]))
    late = np.array([[A, C], [C, B]])
    with pytest.raises(InvalidValueError, match="A is C, whose own rules come too late"):
        grammar(unary=late, unary_chance=np.array([0.2, 0.5]), emission=np.array([[0.3, 0.1], [0.25, 0.5], [0.4, 0.1]]))
    with pytest.raises(InvalidValueError, match="from 0 to 1; got 0 to 2"):
        grammar().bits([np.array([0, 2])])
