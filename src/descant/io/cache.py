"""Where what can be made again is kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "DESCANT_CACHE"


def cache_folder() -> Path:
    """The folder that DESCANT_CACHE names, or the platform's own place."""
    if named := os.environ.get(VARIABLE, ""):
        return Path(named).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "descant"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "descant" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "descant"
