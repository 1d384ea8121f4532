"""Imports run one way, and light things stay light."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_imports_run_one_way():
    done = run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()")
    assert done.returncode == 0, done.stdout


def test_help_loads_no_heavy_module():
    code = (
        "import sys; from descant.cli.main import app; "
        "print([name for name in ('scipy', 'librosa', 'numba', 'onnxruntime', 'soundfile', 'mir_eval', 'torch') "
        "if name in sys.modules])"
    )
    done = run(sys.executable, "-c", code)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_default_map_compiles_nothing_and_loads_no_torch():
    """numba compiles for many seconds at its first use on a machine; torch is never needed to listen."""
    code = (
        "import sys, numpy as np; from descant.types import Audio; import descant; "
        "t = np.arange(44100) / 22050; descant.listen(Audio((0.5 * np.sin(2764.6 * t)).astype('f4'), 22050)); "
        "print([name for name in ('numba', 'torch', 'sklearn', 'matplotlib', 'pandas') if name in sys.modules])"
    )
    done = run(sys.executable, "-c", code)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
