"""The training of the autoregressive multi-state model on synthesised piano."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import cross_entropy

from descant.evaluation.pedal import pedal_extended
from descant.nn.key_stack import KEYS, PAST
from descant.training.piano_examples import PianoExample, accuracy, beginning, piano_examples
from descant.training.piano_rolls import Rolls, recorded_otherwise
from descant.training.recipe import MASK, Batch, Example, Recipe, Size
from descant.training.recipes.onsets_and_frames import OnsetsAndFramesRecipe
from descant.transcription.autoregressive_multistate import KeyEvents, notes_of
from descant.transcription.autoregressive_multistate_model import AutoregressiveMultistate, Memory, after_silence
from descant.transcription.key_states import OFFSET, ONSET, REONSET, SUSTAIN, previous, states_of
from descant.types import Notes

SCORED_FRAMES = 600  # of each validation item
# Of each state in the loss: off, onset, sustain, offset, re-onset. An onset that is half heard is to be told.
STATE_WEIGHTS = (1.0, 3.0, 1.0, 2.0, 3.0)
LATE = 0.4  # share of notes that are said to sound on when they have ended, as the model's own may
LATE_FRAMES = 40.0  # mean time that they do


class AutoregressiveMultistateRecipe(Recipe):
    """Cross entropy of the state, with the states before partly the true ones, partly those that the model gave.

    A model that was only ever told the truth does not learn to live with its own mistakes. So it first answers with the
    truth given (in one pass over all frames); a share of those answers, another one for each excerpt, then replaces
    the truth for the pass that is learned from. This is scheduled sampling (Bengio et al. 2015) for all frames at once
    (Mihaylova and Martins 2019), with all shares at any time instead of a schedule. Some notes are said to sound on
    after their end, for a second or so: or else a note that was once held by mistake would never end.
    """

    name: ClassVar[str] = "autoregressive_multistate"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(model={"width": 8, "told": 2, "hidden": 8, "shared": 2}, validation=1, learning_rate=5e-3),
        "small": Size(
            examples=300, validation=9, steps=7000, batch=5, frames=200, learning_rate=3e-3, check_every=1000
        ),
        "base": Size(
            model={"width": 96, "told": 8, "hidden": 96, "shared": 16},
            examples=3200,
            validation=36,
            steps=60_000,
            batch=16,
            frames=400,
            learning_rate=1e-3,
            check_every=2000,
        ),
    }
    system: ClassVar[str] = "Autoregressive multi-state note model"
    source: ClassVar[str] = "log-mel spectrum: a frame and the six before it, (7, 229), at 50 frames a second"
    target: ClassVar[str] = (
        "probabilities of off, onset, sustain, offset and re-onset, (88, 5), and the state chosen of each key"
    )
    paper: ClassVar[str] = (
        "Kwon, Jeong and Nam: Polyphonic Piano Transcription Using Autoregressive Multi-State Note Model, ISMIR 2020"
    )
    data: ClassVar[tuple[str, ...]] = OnsetsAndFramesRecipe.data
    context: ClassVar[int] = 0  # the state is carried from frame to frame
    outputs: ClassVar[tuple[str, ...]] = ("probability", "state", "next_hidden", "next_cell")

    def build(self, size: Size) -> torch.nn.Module:
        return AutoregressiveMultistate(**size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[PianoExample]:
        if split == "train":
            songs = size.examples // 4
            return piano_examples(split, size.examples, targets, songs=songs, varied=size.examples, debug=debug)
        return piano_examples(split, size.validation, targets, varied=size.validation, debug=debug)

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        found = super().excerpt(example, frames, rng)
        found["frames"] = recorded_otherwise(found["frames"], rng)
        found["late"] = held_on(found["state"], rng)
        return found

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        """`loss`, with some of the states before the model's own; `forced`, with all of them true."""
        assert isinstance(model, AutoregressiveMultistate)
        heard = model.heard(batch["frames"])  # the first PAST frames only give context
        state, before = batch["state"][:, PAST:], batch["before"][:, PAST:]
        real = batch[MASK][:, PAST:, None]
        with torch.no_grad():
            logits, _ = model.told(heard, before)
            forced = _mean(logits, state, real)
            answers = model.chosen(torch.softmax(logits, dim=3), before)
            answered = torch.cat([before[:, :1], answers[:, :-1]], dim=1)
            share = torch.rand(len(before), 1, 1)
            own = torch.rand(before.shape) < share
            told = torch.where(own.to(before.device), answered, before)
            told = torch.where(batch["late"][:, PAST:] > 0, SUSTAIN, told)
        logits, _ = model.told(heard, told)
        return {"loss": _mean(logits, state, real), "forced": forced}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        assert isinstance(model, AutoregressiveMultistate)
        found = []
        for example in examples:
            assert isinstance(example, PianoExample)
            frames = np.array(example["frames"][:SCORED_FRAMES], dtype=np.float32)
            found.append((beginning(example.notes, len(frames)), listened(model, frames)))
        figures = accuracy(found)
        return {"score": figures["onset_f"] + 0.5 * figures["offset_f"], **figures}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        """One frame with those before it, the states before and the LSTM's memory, all of fixed shape."""
        model = self.build(size)
        assert isinstance(model, AutoregressiveMultistate)
        memory = torch.zeros(1, KEYS, model.memory.outputs)
        return {
            "frames": (self.example_input(size)[:, 100 : 100 + PAST + 1], {}),
            "before": (torch.zeros(1, KEYS, dtype=torch.int64), {}),
            "hidden": (memory, {}),
            "cell": (memory.clone(), {}),
        }

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {name: {} for name in self.outputs}


def targets(notes: Notes, frames: int) -> Rolls:
    """state: what each key does; before: what it did the frame before. Notes end as they are measured, with pedal."""
    state = states_of(pedal_extended(notes), frames)
    return {"state": state, "before": previous(state)}


def held_on(state: npt.NDArray[np.integer], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """1 where the state before is said to be SUSTAIN though the note has ended, (frames, KEYS)."""
    late = np.zeros(state.shape, dtype=np.float32)
    ends = np.argwhere(state == OFFSET)
    for frame, key in ends[rng.random(len(ends)) < LATE].tolist():
        last = frame + 1 + int(rng.exponential(LATE_FRAMES))
        struck = np.flatnonzero(np.isin(state[frame:last, key], (ONSET, REONSET)))
        last = frame + int(struck[0]) if len(struck) else last  # what is told at a stroke is true
        late[frame + 1 : last, key] = 1.0
    return late


def listened(model: AutoregressiveMultistate, frames: npt.NDArray[np.float32]) -> Notes:
    """The notes of (n, bands) frames, each frame told the model's own answer before, as when it is used."""
    heard = model.heard(after_silence(torch.from_numpy(frames)[None]))
    before = torch.zeros(1, 1, KEYS, dtype=torch.int64)
    memory: Memory | None = None
    decoder, events = KeyEvents(), []
    for at in range(len(frames)):
        logits, memory = model.told(heard[:, at : at + 1], before, memory)
        probability = torch.softmax(logits[:, 0], dim=2)
        before = model.chosen(probability, before[:, 0])[:, None]
        events += decoder.push(before[0, 0].numpy(), probability[0].numpy())
    return notes_of(events, len(frames) / 50)


def _mean(logits: torch.Tensor, state: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """The weighted cross entropy a key and frame."""
    weight = torch.tensor(STATE_WEIGHTS, device=logits.device)
    each = cross_entropy(logits.flatten(0, 2), state.flatten(), weight=weight, reduction="none")
    return (each.unflatten(0, state.shape) * real).sum() / (real.sum() * KEYS)
