"""The title, artist and album that a sound file names."""

from __future__ import annotations

from pathlib import Path

LONGEST = 200  # characters of a tag
_FIELDS = ("title", "artist", "album", "year", "genre", "composer")


def read_tags(path: Path) -> dict[str, str]:
    """The tags that a file holds, in readable text; empty where there are none or they are damaged.

    Tags are a courtesy: whatever is wrong with them never stops an analysis.
    """
    import tinytag

    try:
        found = tinytag.TinyTag.get(str(path))
    except Exception:  # badly tagged files raise anything, from struct.error to UnicodeDecodeError
        return {}
    values = {name: getattr(found, name, None) for name in _FIELDS}
    texts = {name: readable(str(value)) for name, value in values.items() if value}
    return {name: text for name, text in texts.items() if text}


def readable(text: str) -> str:
    """What can be printed of a text, the first LONGEST characters of it."""
    return "".join(filter(str.isprintable, text)).strip()[:LONGEST]
