"""What a training leaves: `checkpoint.pt`, `log.csv`, `loss.png`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from descant.errors import MissingDataError
from descant.io.files import write_beside

STEP, RATE = "step", "learning_rate"
TRAIN, VALID = "train_", "valid_"  # prefixes of the log's columns


class RunFolder:
    """The folder of one training."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkpoint = folder / "checkpoint.pt"
        self.log_file = folder / "log.csv"
        folder.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Forget an earlier training."""
        for path in (self.checkpoint, self.log_file, self.folder / "loss.png"):
            path.unlink(missing_ok=True)

    def write_checkpoint(self, state: Mapping[str, Any]) -> None:
        """Write the state, whole or not at all; the log's rows go with it."""
        import torch

        with write_beside(self.checkpoint) as temporary:
            torch.save({**state, "log": self.rows()}, temporary)

    def read_checkpoint(self, device: Any = "cpu") -> dict[str, Any]:
        """The state; the log is put back to what it was then. Raises MissingDataError where there is none."""
        import torch

        if not self.checkpoint.is_file():
            raise MissingDataError(f"{self.checkpoint}: no checkpoint to resume from; start without --resume")
        state: dict[str, Any] = torch.load(self.checkpoint, map_location=device, weights_only=True)
        self._write_rows(state.pop("log"))
        return state

    def log(self, step: int, rate: float, losses: Mapping[str, float], figures: Mapping[str, float]) -> None:
        """Add a row: the mean losses since the last one, and the figures on validation examples."""
        row = {STEP: str(step), RATE: f"{rate:.4g}"}
        row |= {TRAIN + name: f"{value:.5g}" for name, value in losses.items()}
        row |= {VALID + name: f"{value:.5g}" for name, value in figures.items()}
        self._write_rows([*self.rows(), row])

    def rows(self) -> list[dict[str, str]]:
        """The log so far."""
        if not self.log_file.is_file():
            return []
        with self.log_file.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _write_rows(self, rows: list[dict[str, str]]) -> None:
        with write_beside(self.log_file) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            columns = list(dict.fromkeys(name for row in rows for name in row))
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)

    def plot(self, title: str) -> None:
        """Draw the losses and the score over the steps."""
        from matplotlib.figure import Figure

        rows = self.rows()
        if not rows:
            return
        steps = [int(row[STEP]) for row in rows]
        figure = Figure(figsize=(8, 3.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        for name in rows[-1]:
            axes = right if name.startswith(VALID) else left
            if name not in (STEP, RATE):
                axes.plot(steps, [float(row.get(name) or "nan") for row in rows], label=name, linewidth=1)
        left.set_title(f"{title}: training")
        right.set_title("validation")
        for axes in (left, right):
            axes.set_xlabel("step")
            axes.legend(fontsize=6)
        with write_beside(self.folder / "loss.png") as temporary:
            figure.savefig(temporary, format="png", metadata={"Software": None})
