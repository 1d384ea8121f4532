"""What is made from a library once, and again when the library has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from descant.library.store import Library

Made = TypeVar("Made")


class Warm(Generic[Made]):
    """Something in memory that follows what is stored."""

    def __init__(self, library: Library, make: Callable[[Library], Made]) -> None:
        self.library = library
        self._make = make
        self._made: tuple[int, Made] | None = None

    def now(self) -> Made:
        """It, as of now."""
        version = self.library.version()
        if self._made is None or self._made[0] != version:
            self._made = version, self._make(self.library)
        return self._made[1]
