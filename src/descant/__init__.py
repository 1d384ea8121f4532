"""descant hears, finds and writes music."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from descant.io.open import open
    from descant.pipelines.listen import listen
    from descant.registry import find, transforms
    from descant.route import convert

# Loaded on first use, so that `import descant` stays fast.
_LAZY = {
    "convert": "descant.route",
    "find": "descant.registry",
    "listen": "descant.pipelines.listen",
    "open": "descant.io.open",
    "transforms": "descant.registry",
}

__all__ = ["__version__", "convert", "find", "listen", "open", "transforms"]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'descant' has no attribute {name!r}")
