"""Measures and draws what memory learned distances take in attention: skewed, and in the naive form.

    python tools/skewing_memory.py [OUT.png]

Of one head, whose keys are WIDTH wide, the logits of every query and key by their distance are computed, each time in a
process of its own. Drawn are the bytes of all tensors that were made on the way, less those of the shape of the logits,
(length, length), which all attention has; and how far the peak of the process rose. The naive form (Shaw, Uszkoreit and
Vaswani: Self-Attention with Relative Position Representations, 2018) stops at LARGEST: twice as long would take 16 GiB.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from descant.composition.transformer_layers import skewed

OUT = Path(__file__).parent.parent / "docs" / "composition" / "skewing_memory.png"
WIDTH = 64
LENGTHS = [256, 512, 1024, 2048, 4096, 8192]
LARGEST = {"skewed": 8192, "naive": 4096}
MEBIBYTE = 2**20


def naive(query: torch.Tensor, distances: torch.Tensor) -> torch.Tensor:
    """Logits (length, length) of queries (length, width): an embedding for every pair is laid out, then multiplied.

    distances: (length, width), row d for the distance d; what is to the right of a query's own place means nothing.
    """
    place = torch.arange(len(query))
    each = distances[(place[:, None] - place).clamp(min=0)]  # (length, length, width)
    return (each @ query[..., None])[..., 0]


def by_skewing(query: torch.Tensor, distances: torch.Tensor) -> torch.Tensor:
    """The same."""
    return skewed(query @ distances.flip(0).T, 0)


FORMS = {"skewed": by_skewing, "naive": naive}


class Made(TorchDispatchMode):
    """Counts the bytes of new tensors, apart from those in which only queries and keys are told apart."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length, self.own = length, 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = func(*args, **(kwargs or {}))
        known = {one.untyped_storage().data_ptr() for one in args if isinstance(one, torch.Tensor)}
        if isinstance(found, torch.Tensor) and found.untyped_storage().data_ptr() not in known:
            logits = found.numel() in (self.length**2, self.length * (self.length + 1))
            self.own += 0 if logits else found.untyped_storage().nbytes()
        return found


def measured(form: str, length: int) -> dict[str, float]:
    """Bytes of what was made beside logits, and by how much the process grew at most."""
    torch.manual_seed(0)
    query, distances = torch.randn(length, WIDTH), torch.randn(length, WIDTH)
    with torch.no_grad(), Made(8):  # what is loaded at the first call is there before
        FORMS[form](query[:8], distances[:8])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with torch.no_grad(), Made(length) as made:
        FORMS[form](query, distances)
    grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    return {"own": made.own, "grown": grown}


def in_its_own_process(form: str, length: int) -> dict[str, float]:
    """As `measured` tells."""
    command = [sys.executable, __file__, "--measure", form, str(length)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def draw(out: Path) -> None:
    """Measure all, tell, and draw."""
    from drawing import HEARD, TRUE, panels

    figure, (axes,) = panels((1,), 5.5, f"Memory of learned distances, one head of width {WIDTH}, 32 bits", ())
    for form, colour in (("naive", HEARD), ("skewed", TRUE)):
        lengths = [one for one in LENGTHS if one <= LARGEST[form]]
        found = [in_its_own_process(form, one) for one in lengths]
        for length, one in zip(lengths, found, strict=True):
            own, grown = one["own"] / MEBIBYTE, one["grown"] / MEBIBYTE
            print(f"{form:7} {length:5} {own:10.2f} MiB without logits, peak of the process {grown:9.1f} MiB")
        for name, label, line in (("own", "without logits", "o-"), ("grown", "peak of the process", "o:")):
            values = [max(one[name], MEBIBYTE / 64) / MEBIBYTE for one in found]
            axes.plot(lengths, values, line, color=colour, label=f"{form}, {label}")
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.set_xticks(LENGTHS, [f"{one:,}" for one in LENGTHS])
    axes.set_xlabel("length")
    axes.set_ylabel("MiB")
    axes.legend(frameon=False)
    figure.savefig(out)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measured(sys.argv[2], int(sys.argv[3]))))
    else:
        draw(Path(sys.argv[1]) if sys.argv[1:] else OUT)
