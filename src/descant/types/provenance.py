"""Where an annotation came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Provenance:
    """The transform that made an annotation, the version of descant it ran in, and its parameters."""

    transform: str
    version: str
    parameters: dict[str, Any] = field(default_factory=dict)
