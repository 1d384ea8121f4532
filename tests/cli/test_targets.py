"""What a command may write to."""

from pathlib import Path

import pytest

from descant.cli.targets import check_targets, write
from descant.errors import UnwritableFileError


def test_what_is_to_be_read_is_not_written_to_by_whatever_name(tmp_path):
    source, other = tmp_path / "score.mid", tmp_path / "folder" / ".." / "score.mid"
    source.write_text("notes")
    (tmp_path / "folder").mkdir()
    check_targets([source, tmp_path / "absent.mid"], [tmp_path / "new.mid", tmp_path / "absent.mid"])
    with pytest.raises(UnwritableFileError, match=r"score\.mid: is to be read"):
        check_targets([source], [tmp_path / "new.mid", other])


def test_no_target_takes_two_results():
    with pytest.raises(UnwritableFileError, match=r"a\.svg: cannot take two results"):
        check_targets([], [Path("a.svg"), Path("b.svg"), Path("a.svg")])
    with pytest.raises(UnwritableFileError, match="standard output: cannot take two results"):
        check_targets([], [Path("-"), Path("-")])


def test_a_result_goes_to_a_file_or_to_standard_output(tmp_path, capsys):
    write("words\n", str(tmp_path / "out.txt"))
    assert (tmp_path / "out.txt").read_text() == "words\n"
    write("words\n", "-")
    assert capsys.readouterr().out == "words\n"
