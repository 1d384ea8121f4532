"""Sets of pieces, one of which is missing."""

from descant.errors import MissingDataError
from descant.evaluation.task import PieceSet, Request, each_piece


def missing(_split):
    raise MissingDataError("it is not here")
    yield


def test_pieces_come_with_their_set_and_what_is_missing_is_told_of():
    here = PieceSet("here", lambda split: iter([f"{split} 1", f"{split} 2", f"{split} 3"]))
    nothing, there = PieceSet("nothing", lambda _: iter(())), PieceSet("there", missing)
    left_out, shares = [], []
    request = Request("valid", 2, left_out, shares.append)
    found = [(one.name, piece) for one, piece in each_piece((there, nothing, here), request, "a task")]
    assert found == [("here", "valid 1"), ("here", "valid 2")]
    assert left_out == ["a task: there is left out: it is not here"]
    assert shares == [(2 + 0.5) / 3, 1.0]
