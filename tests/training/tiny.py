"""A recipe small enough to train in a test: tell which of eight columns are positive."""

from typing import ClassVar

import numpy as np
import torch

from descant.training.recipe import Recipe, Size

RECEPTIVE = 2  # frames on either side


class Tiny(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.look = torch.nn.Conv1d(20, 64, 1 + 2 * RECEPTIVE, padding=RECEPTIVE)
        self.drop = torch.nn.Dropout(0.1)
        self.say = torch.nn.Linear(64, 8)

    def forward(self, frames):
        seen = torch.relu(self.look(frames.transpose(1, 2))).transpose(1, 2)
        return torch.sigmoid(self.say(self.drop(seen)))


class TinyRecipe(Recipe):
    name = "tiny"
    sizes: ClassVar = {"debug": Size(steps=30, frames=50, check_every=5, learning_rate=1e-2)}
    system = source = target = paper = "none"
    data = ("noise, made up",)
    context = RECEPTIVE
    chunk = 40
    outputs = ("positive",)

    def build(self, size):
        return Tiny()

    def examples(self, split, size, debug):
        rng = np.random.default_rng(split == "train")
        frames = [rng.normal(size=(100, 20)).astype(np.float16) for _ in range(4)]
        return [{"frames": one, "positive": (one[:, :8] > 0).astype(np.float32)} for one in frames]

    def loss(self, model, batch):
        return {"loss": torch.nn.functional.binary_cross_entropy(model(batch["frames"]), batch["positive"])}
