"""descant hears, finds and writes music."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from descant.io.open import open
    from descant.io.save import save
    from descant.library.store import open_library
    from descant.pipelines.accompany import accompany
    from descant.pipelines.align import align
    from descant.pipelines.convert import convert
    from descant.pipelines.follow import follow
    from descant.pipelines.harmonic_analysis import harmonic_analysis
    from descant.pipelines.listen import listen
    from descant.pipelines.practice import practice
    from descant.pipelines.transcribe import transcribe
    from descant.registry import find, transforms
    from descant.retrieval.finder import search

# Loaded on first use, so that `import descant` stays fast.
_LAZY = {
    "accompany": "descant.pipelines.accompany",
    "align": "descant.pipelines.align",
    "convert": "descant.pipelines.convert",
    "find": "descant.registry",
    "follow": "descant.pipelines.follow",
    "harmonic_analysis": "descant.pipelines.harmonic_analysis",
    "listen": "descant.pipelines.listen",
    "open": "descant.io.open",
    "open_library": "descant.library.store",
    "practice": "descant.pipelines.practice",
    "save": "descant.io.save",
    "search": "descant.retrieval.finder",
    "transcribe": "descant.pipelines.transcribe",
    "transforms": "descant.registry",
}

__all__ = [
    "__version__",
    "accompany",
    "align",
    "convert",
    "find",
    "follow",
    "harmonic_analysis",
    "listen",
    "open",
    "open_library",
    "practice",
    "save",
    "search",
    "transcribe",
    "transforms",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'descant' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
