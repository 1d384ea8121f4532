"""Blocks of a page that a tool writes: <!-- NAME: what makes it --> ... <!-- /NAME -->."""

from __future__ import annotations

import re
from collections.abc import Mapping


def with_blocks(text: str, blocks: Mapping[str, str], page: str) -> str:
    """The text with the inside of every block made anew; each must be there exactly once."""
    for name, block in blocks.items():
        pattern = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, count = pattern.subn(lambda found, block=block: f"{found[1]}{block}\n{found[2]}", text)
        if count != 1:
            raise SystemExit(f"{page} needs exactly one block <!-- {name}: ... --> ... <!-- /{name} -->")
    return text
