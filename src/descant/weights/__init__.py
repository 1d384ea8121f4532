"""The shipped models: `NAME.onnx` with its card `NAME.toml`, run by ONNX Runtime.

A model is loaded once a process. It runs on one thread, so that the same input gives the same bytes; models run beside
each other instead (`features.stream`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.errors import MissingDataError
from descant.weights.card import Card, read_card

Array = npt.NDArray[np.float32]

FOLDER_VARIABLE = "DESCANT_WEIGHTS"  # a folder that is looked into before the shipped one: weights on trial


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded model."""

    card: Card
    session: Any  # onnxruntime.InferenceSession

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, Array]:
        """All outputs by name, without gradient or batch ceremony: what goes in and out is as the card says."""
        names = [one.name for one in self.session.get_outputs()]
        return dict(zip(names, self.session.run(names, dict(inputs)), strict=True))


@cache
def load(name: str) -> Model:
    """The model of this name. Raises MissingDataError where it is not shipped."""
    card, path = find(name)
    return Model(card, open_session(path.read_bytes()))


def open_session(data: bytes) -> Any:
    """An ONNX Runtime session of one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def find(name: str) -> tuple[Card, Path]:
    """The card and the file of a model. Raises MissingDataError where there is none."""
    for folder in folders():
        if (folder / f"{name}.onnx").is_file() and (folder / f"{name}.toml").is_file():
            return read_card(folder / f"{name}.toml"), folder / f"{name}.onnx"
    raise MissingDataError(
        f"the model {name} is not part of this installation; reinstall descant, or train it: descant train {name}"
    )


def folders() -> tuple[Path, ...]:
    """Where models are looked for, in order."""
    shipped = Path(str(files("descant.weights")))
    trial = os.environ.get(FOLDER_VARIABLE, "")
    return (Path(trial), shipped) if trial else (shipped,)


def names() -> tuple[str, ...]:
    """The shipped models."""
    return tuple(sorted(path.stem for path in Path(str(files("descant.weights"))).glob("*.onnx")))
