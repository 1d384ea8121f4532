"""Data sets for the round trips of tokens: a few pieces in the suite, all of them where DESCANT_WHOLE_SETS is set."""

import os
from itertools import islice

import pytest

from descant.errors import MissingDataError

WHOLE = bool(os.environ.get("DESCANT_WHOLE_SETS"))


def some(pieces, count):
    """The first `count` of the pieces, or all; skips the test where the set is not there."""
    try:
        found = list(islice(pieces(), None if WHOLE else count))
    except MissingDataError as error:
        pytest.skip(str(error))
    return found
