"""What is told of warnings."""

import warnings

import pytest

from descant.cli.warned import warnings_told
from descant.errors import DescantWarning


def test_own_warnings_are_lines_each_time_and_others_are_dropped(capsys):
    with warnings_told():
        for _ in range(2):
            warnings.warn("a bar is too long", DescantWarning, stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        assert capsys.readouterr().err == ""
    assert capsys.readouterr().err == "descant: a bar is too long\n" * 2


def broken():
    with warnings_told():
        warnings.warn("a bar is too long", DescantWarning, stacklevel=1)
        raise ValueError("broken")


def test_after_an_error_nothing_is_told(capsys):
    with pytest.raises(ValueError, match="broken"):
        broken()
    assert capsys.readouterr().err == ""
