"""Re-encodings of one recording are grouped: each is marked with the lowest item of its group.

Items are compared once, when their fingerprint is new (`same_recording.py`); a group that gains a member keeps those it
had. What is compared is committed at the end, so that an interrupted comparison is made again.
"""

from __future__ import annotations

from descant.library.same_recording import same_recordings
from descant.library.writer import LibraryWriter

_NEW = "FROM item JOIN fingerprint ON fingerprint.item = item.id WHERE NOT compared"


def group_recordings(library: LibraryWriter) -> int:
    """Compare what has not been compared yet. Gives how many items joined a group."""
    new = {item for (item,) in library.rows(f"SELECT id {_NEW}")}
    if not new:
        return 0
    groups = same_recordings(library.fingerprints(), new)
    before = _grouped(library)
    with library.transaction():
        for group in groups:
            _join(library, group)
        library.connection.executemany("UPDATE item SET compared = 1 WHERE id = ?", [(item,) for item in new])
    return _grouped(library) - before


def _join(library: LibraryWriter, group: tuple[int, ...]) -> None:
    """Make one group of these items and of all groups that they belong to."""
    marks = ", ".join("?" * len(group))
    known = f"SELECT recording FROM item WHERE id IN ({marks}) AND recording IS NOT NULL"
    mine = f"id IN ({marks}) OR recording IN ({known})"
    lowest = library.value(f"SELECT min(id) FROM item WHERE {mine}", group * 2)
    members = list(library.rows(f"SELECT id FROM item WHERE {mine}", group * 2))
    library.connection.executemany("UPDATE item SET recording = ? WHERE id = ?", [(lowest, one) for (one,) in members])


def _grouped(library: LibraryWriter) -> int:
    return int(library.value("SELECT count(*) FROM item WHERE recording IS NOT NULL"))
