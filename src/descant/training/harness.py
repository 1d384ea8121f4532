"""Runs a recipe: seeded, checkpointed, resumed bit by bit, stopped when it no longer improves.

The excerpts of step `s` and its dropout depend on (seed, s) alone, so a training that was killed and resumed goes
through the same steps as one that was not. The weights that count are a moving average of those that are trained
(Polyak and Juditsky 1992), scored on validation examples; the best are kept.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from descant.errors import InvalidValueError
from descant.training.recipe import Batch, Recipe, Size, collate
from descant.training.run_folder import RunFolder

WARM_UP = 0.05  # of all steps: the learning rate rises
LOWEST_RATE = 0.02  # of the learning rate, at the end of the cosine
CLIP = 1.0  # greatest norm of the gradient
AVERAGE = 0.998  # how slowly the averaged weights follow


@dataclass
class State:
    """Everything that a resumed training needs."""

    step: int
    model: dict[str, Any]
    average: dict[str, Any]
    optimizer: dict[str, Any]
    best: dict[str, Any]  # averaged weights with the best score
    best_step: int
    best_score: float
    best_figures: dict[str, float]  # all that was measured of them on validation examples
    stale: int  # validations since the best
    sums: dict[str, float]  # losses since the last validation
    seed: int = 0


Progress = Callable[[int, int, dict[str, float]], None]  # step, steps, latest figures


def train(
    recipe: Recipe,
    size_name: str,
    folder: Path,
    *,
    seed: int = 0,
    resume: bool = False,
    device: str = "auto",
    stop_after: int | None = None,
    progress: Progress = lambda *_: None,
) -> State:
    """Train and leave checkpoint, log and plot in `folder`.

    device: `cpu`, `cuda` or `auto`, the GPU where there is one; on a GPU in mixed precision (bfloat16).
    stop_after: interrupt after this step, as a kill would (the checkpoint of the last validation stays).
    Raises InvalidValueError for an unknown size and where another seed is to be resumed, MissingDataError where a data
    set is not there.
    """
    size = size_of(recipe, size_name)
    debug = size_name == "debug"
    where = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
    run = RunFolder(folder)
    training, validation = recipe.examples("train", size, debug), recipe.examples("valid", size, debug)

    torch.manual_seed(seed)
    model = recipe.build(size).to(where)
    average = copy.deepcopy(model).eval()
    optimizer = torch.optim.AdamW(model.parameters(), lr=size.learning_rate, weight_decay=size.weight_decay)
    state = State(0, {}, {}, {}, {}, 0, -math.inf, {}, 0, {}, seed)
    if resume:
        state = State(**run.read_checkpoint(where))
        if state.seed != seed:
            message = f"the training in {folder} has the seed {state.seed}, so --seed {seed} cannot go on"
            raise InvalidValueError(message)
        model.load_state_dict(state.model)
        average.load_state_dict(state.average)
        optimizer.load_state_dict(state.optimizer)
    else:
        run.clear()

    while state.step < size.steps and state.stale < size.patience:
        rng = np.random.default_rng([seed, state.step])
        torch.manual_seed(int(rng.integers(2**31)))
        picked = rng.integers(len(training), size=size.batch)
        batch = collate([recipe.excerpt(training[at], size.frames, rng) for at in picked])
        rate = size.learning_rate * schedule(state.step, size.steps)
        parts = _step(recipe, model, optimizer, _moved(batch, where), rate, where)
        _follow(average, model, min(AVERAGE, (1 + state.step) / (10 + state.step)))
        state.step += 1
        for name, value in parts.items():
            state.sums[name] = state.sums.get(name, 0.0) + value / size.check_every
        if state.step % size.check_every == 0 or state.step == size.steps:
            figures = _validate(recipe, average, validation, size)
            if figures["score"] > state.best_score:
                state.best = copy.deepcopy(average.state_dict())
                state.best_figures = figures
                state.best_step, state.best_score, state.stale = state.step, figures["score"], 0
            else:
                state.stale += 1
            run.log(state.step, rate, state.sums, figures)
            progress(state.step, size.steps, {**state.sums, **figures})
            state.sums = {}
            state.model, state.average = model.state_dict(), average.state_dict()
            state.optimizer = optimizer.state_dict()
            run.write_checkpoint(vars(state))
        if stop_after is not None and state.step >= stop_after:
            break
    run.plot(recipe.name)
    return state


def size_of(recipe: Recipe, name: str) -> Size:
    """The size of this name. Raises InvalidValueError where the recipe has none."""
    if name not in recipe.sizes:
        raise InvalidValueError(f"{recipe.name} has no size {name!r}; choose from {', '.join(recipe.sizes)}")
    return recipe.sizes[name]


def schedule(step: int, steps: int) -> float:
    """The learning rate at a step as a share of the highest: a linear rise, then half a cosine down."""
    rise = max(1.0, WARM_UP * steps)
    if step < rise:
        return (step + 1) / rise
    done = (step - rise) / max(1.0, steps - rise)
    return LOWEST_RATE + (1 - LOWEST_RATE) * 0.5 * (1 + math.cos(math.pi * done))


def _step(
    recipe: Recipe,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    rate: float,
    where: torch.device,
) -> dict[str, float]:
    """One step of gradient descent; the parts of the loss before it."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    model.train()
    mixed = torch.autocast("cuda", dtype=torch.bfloat16) if where.type == "cuda" else nullcontext()
    with mixed:
        parts = recipe.loss(model, batch)
    optimizer.zero_grad(set_to_none=True)
    parts["loss"].backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    return {name: float(value.detach()) for name, value in parts.items()}


@torch.no_grad()
def _validate(recipe: Recipe, model: torch.nn.Module, examples: Any, size: Size) -> dict[str, float]:
    """The figures of the averaged weights, measured on the CPU, where they will run."""
    where = next(model.parameters()).device
    figures = recipe.score(model.cpu().eval(), examples, size)
    model.to(where)
    return figures


@torch.no_grad()
def _follow(average: torch.nn.Module, model: torch.nn.Module, keep: float) -> None:
    """Move the averaged weights towards the trained ones; counters and the like are taken over."""
    for old, new in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
        if old.dtype.is_floating_point:
            old.lerp_(new.to(old.dtype), 1 - keep)
        else:
            old.copy_(new)


def _moved(batch: Batch, where: torch.device) -> Batch:
    return {name: value.to(where) for name, value in batch.items()}
