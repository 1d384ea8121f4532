"""Music that was written to order: what was asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from descant import __version__
from descant.errors import InvalidValueError
from descant.types import Notes, Provenance, Score

SCHEMA = 1
SLOWEST, FASTEST = 20.0, 400.0  # quarters a minute
MOST_DRAWN = 64


def check_drawing(best_of: int, seed: int, tempo: float | None = None) -> None:
    """Raise InvalidValueError where so many pieces cannot be drawn, so seeded, or not at this tempo."""
    if not 1 <= best_of <= MOST_DRAWN:
        raise InvalidValueError(f"the best can be chosen of 1 to {MOST_DRAWN} pieces, not of {best_of}")
    if seed < 0:
        raise InvalidValueError(f"a seed is a whole number from 0 on, got {seed}")
    if tempo is not None and not SLOWEST <= tempo <= FASTEST:
        raise InvalidValueError(
            f"music is written at {SLOWEST:g} to {FASTEST:g} quarters a minute, not at {tempo:g}: ask for one of "
            "these, and play it as you like"
        )


@dataclass(frozen=True)
class Told:
    """One thing that was asked for, and what came of it."""

    what: str
    asked: str
    reached: str


class Written(Protocol):
    """A piece, on the page and as notes, and what is to be said of it."""

    @property
    def score(self) -> Score: ...

    @property
    def notes(self) -> Notes: ...

    @property
    def made_by(self) -> Provenance | None: ...

    @property
    def told(self) -> tuple[Told, ...]: ...

    @property
    def said(self) -> tuple[str, ...]:
        """What of given music was changed."""
        ...

    @property
    def faults(self) -> dict[str, int]: ...

    @property
    def nats(self) -> float | None:
        """A token that was written, where the model that wrote it counts them."""
        ...

    @property
    def drawn(self) -> int:
        """How many pieces there were to choose from."""
        ...


def written_json(found: Written, out: str) -> dict[str, Any]:
    """Plain values, ready for `json.dumps`; docs/composition.md tells the fields."""
    made_by = found.made_by
    assert made_by is not None
    return {
        "schema": SCHEMA,
        "descant": __version__,
        "out": out,
        "transform": made_by.transform,
        "request": dict(made_by.parameters),
        "told": [{"what": one.what, "asked": one.asked, "reached": one.reached} for one in found.told],
        "changed": list(found.said),
        "drawn": found.drawn,
        **({} if found.nats is None else {"nats": round(found.nats, 4)}),
        "faults": found.faults,
    }


def counted(number: float, what: str) -> str:
    """Such as `1 note`, `2 notes`, `1.5 quarters`."""
    return f"{number:g} {what}{'s' * (number != 1)}"


def or_none(value: object) -> str:
    """As it is told; a dash where nothing was asked."""
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
