"""The two towers of `mulan` under another loss, for comparison: a margin between cosines, as for zero-shot tagging.

Choi, Lee, Park and Nam: Zero-shot Learning for Audio-based Music Classification and Tagging, ISMIR 2019: the cosine of
what belongs together shall exceed that of what does not by a margin.
"""

from __future__ import annotations

from typing import ClassVar

import torch

from descant.description.mulan_model import MulanNet
from descant.training.recipes.mulan import MulanRecipe

MARGIN = 0.4
WEIGHT = 20.0  # of the mean over all wrong pairs


class MulanMarginRecipe(MulanRecipe):
    name: ClassVar[str] = "mulan_margin"

    def between(
        self,
        model: MulanNet,  # noqa: ARG002
        cosines: torch.Tensor,
        right: torch.Tensor,
        own: torch.Tensor,
    ) -> torch.Tensor:
        """The hinge of cosines (texts, clips): each own pair against all wrong ones of its row and its column."""
        near = (cosines * own).sum(dim=1, keepdim=True)  # (texts, 1)
        nearest = (cosines * own).sum(dim=0, keepdim=True) / own.sum(dim=0, keepdim=True)  # (1, clips)
        wrong = 1.0 - right
        rows = torch.relu(MARGIN - near + cosines) * wrong
        columns = torch.relu(MARGIN - nearest + cosines) * wrong
        return WEIGHT * (rows + columns).sum() / (2 * wrong.sum().clamp(min=1.0))
