"""What the routes share: one `Studio` an app, given to a route as its argument `here: Here`."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from descant.studio.apart import Apart
from descant.studio.events import Events
from descant.studio.jobs import Jobs
from descant.studio.library_audio import LibraryAudio
from descant.studio.library_search import LibrarySearch
from descant.studio.live_follow import LiveFollows
from descant.studio.settings import Settings
from descant.studio.uploads import Uploads

if TYPE_CHECKING:
    from descant.studio.pieces import PieceStore


class Studio:
    """Settings, pieces, jobs, events, uploads and the library of one running studio."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.events = Events()
        self.apart = Apart()
        self.jobs = Jobs(settings.home, self.events)
        self.uploads = Uploads(settings.home)
        self.library = LibrarySearch(settings.library)
        self.library_audio = LibraryAudio(settings.home, self.apart)
        self.follows = LiveFollows(self)

    @cached_property
    def pieces(self) -> PieceStore:
        """The pieces that are open here."""
        from descant.studio.pieces import PieceStore

        store = PieceStore(self.settings.home)
        store.sweep()
        return store

    def resume(self) -> None:
        """Go on with what an earlier studio had left: its jobs, and takes that it could not keep."""
        self.jobs.resume()
        threading.Thread(target=self.follows.recover, name="studio-recover", daemon=True).start()

    def changed(self, piece: str) -> None:
        """Tell every page that a piece is not as it was."""
        self.events.publish("piece", piece, {"id": piece})

    def close(self) -> None:
        """End streams, all processes and what is followed live, and let go of the library."""
        self.events.close()
        self.apart.close()
        self.follows.close()
        self.jobs.close()
        self.library.close()


async def studio_of(request: Request) -> Studio:
    """The studio of the app that a request came to; async, so that it costs no thread."""
    studio: Studio = request.app.state.studio
    return studio


Here = Annotated[Studio, Depends(studio_of)]
