"""`descant train` and `descant export` from the command line."""

import subprocess
import sys

import pytest


def run(*words, **variables):
    import os

    command = [sys.executable, "-m", "descant", *words]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **variables})


def test_without_pytorch_it_says_what_to_install(tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError(name='torch')")
    done = run("train", "basic_pitch", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "pip install 'descant[train]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.train
def test_a_wrong_recipe_is_answered_with_the_right_ones():
    pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")
    done = run("train", "nonsense")
    assert done.returncode == 2
    assert "no recipe is named 'nonsense'; choose from" in done.stderr


@pytest.mark.train
def test_nothing_to_export_yet(tmp_path):
    pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")
    from descant.training.recipes import names

    done = run("export", names()[0], "--run", str(tmp_path), "--out", str(tmp_path))
    assert done.returncode == 2
    assert "no checkpoint" in done.stderr
