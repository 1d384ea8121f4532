"""How fast the Music Transformer writes: chorales side by side on one thread, and the first token of a fresh process.

Beside it, where PyTorch is installed, the same network as PyTorch runs it, with the same keys and values kept, on as
many chorales. Its weights are new; what they are makes no difference to time.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable

import numpy as np

from descant.composition.jsb_raster import VOICES
from descant.composition.music_transformer import write
from descant.evaluation.benchmark_listen import Figure, run

PIECES = (1, 8, 32)  # side by side
STEPS = 128  # eight bars
LENGTHS = (32, 128)  # bars of which memory is told
BAR = 16  # steps
FRESH = (
    "import numpy; from descant.composition.music_transformer import write; write([{}], numpy.random.default_rng(0))"
)


def benchmark(steps: int = STEPS, pieces: tuple[int, ...] = PIECES, lengths: tuple[int, ...] = LENGTHS) -> list[Figure]:
    """Tokens a second of chorales of so many steps, seconds to the first frame, memory of pieces of so many bars.

    Raises DescantError where a fresh process fails.
    """
    write([1], np.random.default_rng(0))  # loads the weights
    figures = []
    for number in pieces:
        figures += _side_by_side("music_transformer", number, steps, _written)
        if importlib.util.find_spec("torch"):
            figures += _side_by_side("PyTorch, keys and values kept", number, steps, _by_pytorch)
            figures.append(Figure(f"faster than PyTorch, {number}", figures[-2].value / figures[-1].value, "x faster"))
    fresh = run([sys.executable, "-c", FRESH.format(1)])
    figures.append(Figure("a fresh process: the first four tokens", fresh.seconds, "s"))
    for bars in lengths:
        used = run([sys.executable, "-c", FRESH.format(bars * BAR)])
        if used.largest is not None and fresh.largest is not None:
            figures.append(Figure(f"{bars} bars: memory more than for the first", used.largest - fresh.largest, "MiB"))
    return figures


def _side_by_side(what: str, pieces: int, steps: int, compose: Callable[[int, int], None]) -> list[Figure]:
    start = time.process_time()
    compose(pieces, steps)
    taken = time.process_time() - start
    beside = "alone" if pieces == 1 else f"{pieces} side by side"
    return [Figure(f"{what}, {beside}", pieces * steps * len(VOICES) / taken, "tokens/s")]


def _written(pieces: int, steps: int) -> None:
    write([steps] * pieces, np.random.default_rng(0))


def _by_pytorch(pieces: int, steps: int) -> None:
    """Chorales of the likeliest tokens, on one thread."""
    import torch

    from descant.composition.frames_before import rows
    from descant.composition.music_transformer_model import WINDOW, MusicTransformer

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    model = MusicTransformer().eval()
    told = {name: torch.from_numpy(one[-1:]) for name, one in rows(np.ones((2, len(VOICES)), dtype=np.int64)).items()}
    told = {name: one.expand(pieces, *one.shape).clone() for name, one in told.items()}
    kept = {of: [torch.zeros(pieces, model.heads, 0, model.head_width)] * 2 * model.layers[of] for of in model.layers}
    with torch.inference_mode():
        for step in range(steps):
            context = torch.zeros(pieces, 0, model.width)
            for voice in range(len(VOICES)):
                logits, context, frames, tokens = model(
                    *told.values(), torch.tensor([voice]), torch.tensor([step]), context,
                    torch.arange(step + (voice > 0)), torch.arange(len(VOICES) * step + voice)[-WINDOW:],
                    *kept["frame"], *kept["token"],
                )  # fmt: skip
                told["frame"][:, 0, voice] = logits[:, 0, 0].argmax(dim=-1)
                for of, new in (("frame", frames), ("token", tokens)):
                    both = zip(kept[of], new.flatten(0, 1), strict=True)
                    kept[of] = [torch.cat(pair, dim=2) for pair in both]
                kept["token"] = [one[:, :, -WINDOW:] for one in kept["token"]]
            told["last"] = told["frame"].clone()
    torch.set_num_threads(threads)
