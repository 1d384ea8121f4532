"""Numbers of a melody."""

from dataclasses import replace

import numpy as np
import pytest

from descant.evaluation.transcribe import jianpu
from descant.evaluation.transcribe.page import Page
from descant.transcription.notation.notated import Notated
from descant.types.score import KeySignature
from tests.evaluation.transcribe.pages import WRITTEN, desk, played, true_page, waltz


def test_the_waltz_in_numbers():
    numbers = jianpu.numbers(true_page(), played().pitch)  # 1 is G4
    assert numbers.tolist() == [[5, -1, 0], [1, -1, 0], [7, -1, 0], [1, 0, 0], [2, 0, 0], [2, 0, 0]]


@pytest.mark.parametrize(("key", "fifths", "name"), [(66, 6, "F#4"), (66, -6, "Gb4"), (60, 12, "B#3"), (59, -7, "Cb4")])
def test_a_number_and_a_spelling_are_a_pitch(key, fifths, name):
    assert jianpu.spelled(key, fifths).name == name
    assert jianpu.spelled(key, fifths).midi == key


def test_a_wrong_name_and_a_wrong_key():
    page = Page.of(Notated(waltz(third="Gb4"), WRITTEN))
    assert jianpu.measure(desk(page), "system")["jianpu"] == pytest.approx(5 / 6)
    page = Page.of(Notated(waltz(key=KeySignature(2)), WRITTEN))
    assert jianpu.measure(desk(page), "system")["jianpu"] == 0.0
    assert "jianpu" not in jianpu.measure(desk(keyed=False), "system")


def test_the_same_numbers_in_a_key_that_sounds_alike():
    up = replace(true_page(), fifths=true_page().fifths + 5)  # F sharp major, as a semitone lower
    flat = replace(up, fifths=up.fifths - 12)
    truth, page = (
        replace(one, bars=tuple(replace(bar, sharps=sharps) for bar in one.bars))
        for one, sharps in ((up, 6), (flat, -6))
    )
    pitch = played().pitch - 1
    assert np.array_equal(jianpu.numbers(truth, pitch), jianpu.numbers(page, pitch))
