"""PyTorch is for training alone: even where it is installed, listening never loads it."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.train


def test_the_whole_map_loads_no_torch_though_it_is_there():
    pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")
    code = (
        "import sys, numpy as np, descant; from descant.registry import transforms; from descant.types import Audio; "
        "[one.function for one in transforms()]; "
        "descant.listen(Audio((0.5 * np.sin(np.arange(44100) * 0.1)).astype('f4'), 22050)); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stdout + done.stderr
