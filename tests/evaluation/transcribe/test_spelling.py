"""F sharp and G flat."""

from dataclasses import replace

import pytest

from descant.evaluation.transcribe import spelling
from descant.evaluation.transcribe.page import Page
from descant.transcription.notation.notated import Notated
from tests.evaluation.transcribe.pages import WRITTEN, desk, true_page, waltz


def test_one_wrong_name_of_six():
    page = Page.of(Notated(waltz(third="Gb4"), WRITTEN))
    assert spelling.measure(desk(page), "system") == pytest.approx(
        {"spelling": 5 / 6, "spelling, in its own key": 5 / 6}
    )


def test_a_page_in_the_other_key_is_right_in_its_own():
    page = replace(true_page(), fifths=true_page().fifths - 12)
    assert spelling.measure(desk(page), "system") == {"spelling": 0.0, "spelling, in its own key": 1.0}


def test_nothing_is_asked_where_nothing_is_known():
    assert spelling.measure(desk(truth=replace(true_page(), fifths=None)), "system") == {}
