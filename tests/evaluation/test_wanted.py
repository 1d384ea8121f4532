"""Tasks by name."""

import pytest

from descant.errors import MissingDataError, UnknownTransformError
from descant.evaluation.wanted import wanted_tasks

TASKS = {"note": 1, "beat": 2, "key": 3}


def test_all_or_those_that_are_named_in_the_order_of_the_suite():
    assert wanted_tasks((), "test", TASKS) == [1, 2, 3]
    assert wanted_tasks(("key", "note", "key"), "valid", TASKS) == [1, 3]


def test_what_is_not_known():
    with pytest.raises(UnknownTransformError, match="no task is named 'chord'; choose from note, beat, key"):
        wanted_tasks(("note", "chord"), "test", TASKS)
    with pytest.raises(MissingDataError, match="the suite has no split 'train'"):
        wanted_tasks((), "train", TASKS)
