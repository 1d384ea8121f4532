"""A length of time as people read it."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any: 3:04, 1:02:09."""
    whole = int(seconds + 1e-6)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
