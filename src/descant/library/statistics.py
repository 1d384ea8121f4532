"""What a library holds, in figures."""

from __future__ import annotations

from typing import Any

from descant.library.item import LEVELS
from descant.library.store import Library

_GONE = "FROM item WHERE id NOT IN (SELECT id FROM present)"


def statistics(library: Library) -> dict[str, Any]:
    """Counts, hours and bytes by name, ready for JSON."""
    present = "FROM item JOIN present USING (id)"
    return {
        "library": str(library.path),
        "bytes": library.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"),
        "items": len(library),
        "files": library.value("SELECT count(*) FROM file"),
        "hours": library.value(f"SELECT coalesce(sum(duration), 0) {present}") / 3600.0,
        "kinds": dict(library.rows(f"SELECT kind, count(*) {present} GROUP BY kind ORDER BY kind")),
        "levels": {
            LEVELS[level]: count
            for level, count in library.rows(f"SELECT level, count(*) {present} GROUP BY level ORDER BY level")
        },
        "fingerprints": library.value("SELECT count(*) FROM fingerprint"),
        "melodies": library.value("SELECT count(*) FROM melody"),
        "vectors": dict(
            library.rows(
                "SELECT name, count(item) FROM space LEFT JOIN vector ON space = name GROUP BY name ORDER BY name"
            )
        ),
        "copies": library.value("SELECT count(*) - count(DISTINCT item) FROM file"),
        "re-encodings": library.value(f"SELECT count(recording) - count(DISTINCT recording) {present}"),
        "gone": library.value(f"SELECT count(*) {_GONE}"),
        "unreadable": library.value("SELECT count(*) FROM failure"),
    }


def gone(library: Library) -> list[int]:
    """The items whose files are all gone."""
    return [item for (item,) in library.rows(f"SELECT id {_GONE} ORDER BY id")]


def copies(library: Library) -> list[list[int]]:
    """Items that are the same music, group by group: one of several files, or several encodings of one recording."""
    groups: dict[int, list[int]] = {}
    several = set()  # groups of which there are two files, or two encodings, that are not gone
    for item, recording, files in library.rows(
        "SELECT id, coalesce(recording, id), (SELECT count(*) FROM file WHERE file.item = item.id) AS files "
        "FROM item JOIN present USING (id) WHERE recording IS NOT NULL OR files > 1 ORDER BY id"
    ):
        if files > 1 or recording in groups:
            several.add(recording)
        groups.setdefault(recording, []).append(item)
    return [group for recording, group in groups.items() if recording in several]
