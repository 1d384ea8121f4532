"""The kinds of long work: each a function `work(argument: dict, progress) -> dict`, run in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping

# kind -> "module:function", imported in the process that does the work
KINDS: Mapping[str, str] = {
    "listen": "descant.studio.work_listen:work",
    "notation": "descant.studio.work_notation:work",
    "index": "descant.studio.work_index:work",
    "compose": "descant.studio.work_compose:work",
    "write": "descant.studio.work_write:work",
    "follow": "descant.studio.work_follow:work",
    "practice": "descant.studio.work_practice:work",
}
