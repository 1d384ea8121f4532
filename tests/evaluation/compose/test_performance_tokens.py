"""Nats of tokens: floors on made pieces, and figures by where a token stands."""

import numpy as np
import pytest

from descant import weights
from descant.composition.performance_vocabulary import PerformanceVocabulary
from descant.composition.vocabulary import draw
from descant.errors import MissingDataError
from descant.evaluation.compose import performance_tokens, token_floors
from descant.evaluation.task import Request

VOCABULARY = PerformanceVocabulary()


@pytest.fixture
def rows(monkeypatch):
    """Each split is one piece, again and again; the model is not there."""
    piece = draw(VOCABULARY, np.random.default_rng(0), 120)

    def missing(name):
        raise MissingDataError(f"no {name}")

    monkeypatch.setattr(performance_tokens, "pieces", lambda split: [("one", piece), ("two", piece[:-2])])
    monkeypatch.setattr(token_floors, "ORDERS", {"ppm": 3, "kneser-ney": 3})
    monkeypatch.setattr(weights, "find", missing)
    request = Request("valid", None, [], lambda _: None)
    found = list(performance_tokens.measure(request))
    assert [line.partition(":")[0] for line in request.left_out] == ["performance token"]
    return found


def test_what_was_learnt_by_heart_costs_little(rows):
    nll = {}
    for one in rows:
        nll.setdefault(one.system, []).append(one.measures["nll"])
    assert list(nll) == list(token_floors.FLOORS)
    even, unigram, ppm, kneser_ney = (np.mean(one) for one in nll.values())
    assert kneser_ney < ppm < unigram < even
    assert kneser_ney < 0.7
    assert 3 < even < np.log(VOCABULARY.size)


def test_tokens_are_told_by_where_they_stand():
    found = performance_tokens.by_place(np.repeat([1.0, 2.0], [512, 100]))
    assert found == {"nll": (712.0, 612), "nll, from token 0": (512.0, 512), "nll, from token 512": (200.0, 100)}
