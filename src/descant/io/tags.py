"""The title, artist and album that a sound file names."""

from __future__ import annotations

from pathlib import Path

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
    readable = {name: "".join(filter(str.isprintable, str(value))).strip() for name, value in values.items() if value}
    return {name: value[:200] for name, value in readable.items() if value}
