"""The routers of the API, in the order of its documentation. Each room of the studio adds its own line."""

from __future__ import annotations

import importlib

from fastapi import APIRouter

ROUTERS = (
    "descant.studio.routes_about:router",
    "descant.studio.routes_jobs:router",
    "descant.studio.routes_pieces:router",
    "descant.studio.routes_media:router",
    "descant.studio.routes_notation:router",
    "descant.studio.routes_export:router",
    "descant.studio.routes_sounds:router",
    "descant.studio.routes_library:router",
    "descant.studio.routes_compose:router",
    "descant.studio.routes_follow:router",
)


def routers() -> list[APIRouter]:
    """All of them, imported."""
    found: list[APIRouter] = []
    for one in ROUTERS:
        module, _, name = one.partition(":")
        found.append(getattr(importlib.import_module(module), name))
    return found
