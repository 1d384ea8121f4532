"""From a trained model to what is shipped: `NAME.onnx`, its card, and the proof that they agree.

Weights are rounded to 16 bits before anything is compared and stored so; the runtime widens them when it loads, so
PyTorch with the rounded weights and ONNX Runtime compute the same in 32 bits.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from descant.errors import InvalidValueError
from descant.io.files import write_beside
from descant.training.harness import State, size_of
from descant.training.recipe import Recipe
from descant.weights import open_session
from descant.weights.card import Card, card_text
from descant.weights.chunked import Chunked

PARITY = 1e-4  # greatest difference allowed between PyTorch and ONNX Runtime
OPSET = 18
_WORTH_ROUNDING = 256  # elements: smaller constants (shapes, scales) stay as they are


@dataclass(frozen=True)
class Exported:
    """What was written."""

    card: Card
    path: Path


def export(recipe: Recipe, size_name: str, state: State, folder: Path) -> Exported:
    """Write the best weights of a training as `NAME.onnx` with `NAME.toml` into `folder`.

    Raises InvalidValueError, and writes nothing, where PyTorch and ONNX Runtime differ by more than PARITY, or chunks
    and the whole by more than the recipe allows.
    """
    size = size_of(recipe, size_name)
    model = recipe.build(size)
    model.load_state_dict(state.best)
    model.eval()
    round_weights(model)
    data = graph(recipe, model, size_name)
    inputs = {name: value for name, (value, _) in recipe.graph_inputs(size).items()}
    parity = difference(torch_outputs(recipe, model, inputs), graph_outputs(data, inputs))
    if not parity <= PARITY:
        raise InvalidValueError(f"{recipe.name}: PyTorch and ONNX Runtime differ by {parity:.2g}; nothing was written")
    # A model that is handed its memory goes frame by frame; there is nothing to cut into chunks.
    chunked = set(inputs) == {"frames"}
    apart = chunk_difference(runner(data), inputs["frames"][0].numpy(), recipe.context) if chunked else 0.0
    if not apart <= recipe.chunk_parity:
        raise InvalidValueError(f"{recipe.name}: chunks and the whole differ by {apart:.2g}; nothing was written")
    card = Card(
        system=recipe.system,
        source=recipe.source,
        target=recipe.target,
        paper=recipe.paper,
        parameters=sum(one.numel() for one in model.parameters()),
        size=size_name,
        recipe=f"descant train {recipe.name} --size {size_name} --seed {state.seed}",
        seed=state.seed,
        steps=state.best_step,
        data=recipe.data,
        licence=recipe.licence,
        sha256=hashlib.sha256(data).hexdigest(),
        context=recipe.context,
        chunk=recipe.chunk,
        parity=parity,
        chunk_parity=apart,
        validation=state.best_figures,
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{recipe.name}.onnx"
    with write_beside(path) as temporary:
        temporary.write_bytes(data)
    with write_beside(path.with_suffix(".toml")) as temporary:
        temporary.write_text(card_text(card), encoding="utf-8")
    return Exported(card, path)


@torch.no_grad()
def round_weights(model: torch.nn.Module) -> None:
    """Round every parameter and buffer that will be stored in 16 bits to what 16 bits can hold."""
    for one in (*model.parameters(), *model.buffers()):
        if one.dtype == torch.float32 and one.numel() >= _WORTH_ROUNDING:
            one.copy_(one.half().float())


def graph(recipe: Recipe, model: torch.nn.Module, size_name: str) -> bytes:
    """The model as ONNX, its large weights in 16 bits."""
    import onnx

    buffer = io.BytesIO()
    inputs = recipe.graph_inputs(size_of(recipe, size_name))
    outputs = recipe.graph_outputs()
    with (
        warnings.catch_warnings()
    ):  # the exporter of recorded graphs is the older one of two; it needs no more packages
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            tuple(value for value, _ in inputs.values()),
            buffer,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={**{name: axes for name, (_, axes) in inputs.items()}, **outputs},
            opset_version=OPSET,
            dynamo=False,
        )
    return narrowed(onnx.load_from_string(buffer.getvalue())).SerializeToString()


def narrowed(proto: Any) -> Any:
    """The same graph with its large 32-bit constants stored in 16 bits and cast back where they are used."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for at, tensor in enumerate(proto.graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _WORTH_ROUNDING:
            continue
        name = tensor.name
        narrow = values.astype(np.float16)
        if not np.array_equal(narrow.astype(np.float32), values):
            continue  # folded by the exporter into something that 16 bits do not hold
        proto.graph.initializer[at].CopyFrom(numpy_helper.from_array(narrow, f"{name}_16"))
        casts.append(helper.make_node("Cast", [f"{name}_16"], [name], to=TensorProto.FLOAT))
    for at, node in enumerate(casts):  # before whatever uses them
        proto.graph.node.insert(at, node)
    proto.doc_string = ""
    for node in proto.graph.node:
        node.doc_string = ""
    return proto


def runner(data: bytes) -> Any:
    """A function from (n, bins) frames to the outputs of an ONNX graph, each (n, ...)."""
    session = open_session(data)
    names = [one.name for one in session.get_outputs()]

    def run(frames: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
        found = session.run(names, {"frames": frames[np.newaxis]})
        return {name: rows[0] for name, rows in zip(names, found, strict=True)}

    return run


@torch.no_grad()
def torch_outputs(
    recipe: Recipe, model: torch.nn.Module, inputs: dict[str, torch.Tensor]
) -> dict[str, npt.NDArray[Any]]:
    """All outputs of the model by name."""
    found = model(*inputs.values())
    found = found if isinstance(found, tuple) else (found,)
    return {name: rows.numpy() for name, rows in zip(recipe.outputs, found, strict=True)}


def graph_outputs(data: bytes, inputs: dict[str, torch.Tensor]) -> dict[str, npt.NDArray[Any]]:
    """The same from ONNX Runtime."""
    session = open_session(data)
    names = [one.name for one in session.get_outputs()]
    found = session.run(names, {name: value.numpy() for name, value in inputs.items()})
    return dict(zip(names, found, strict=True))


def difference(one: dict[str, npt.NDArray[Any]], other: dict[str, npt.NDArray[Any]]) -> float:
    """The greatest difference between two sets of outputs."""
    return max(float(np.max(np.abs(one[name] - other[name]), initial=0.0)) for name in one)


def chunk_difference(run: Any, frames: npt.NDArray[np.float32], context: int) -> float:
    """The greatest difference between chunked and whole inference, on the frames repeated until chunks matter."""
    chunk = max(50, context // 4)
    copies = -(-(2 * context + 4 * chunk) // len(frames))
    long = np.concatenate([frames] * copies)
    whole = run(long)
    stream = Chunked(run, context, chunk)
    parts = [*stream.push(long[: len(long) // 3]), *stream.push(long[len(long) // 3 :]), *stream.finish()]
    return difference(whole, {name: np.concatenate([part[name] for part in parts]) for name in whole})
