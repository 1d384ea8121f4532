"""The studio as one ASGI application: the page, the API, and what guards both."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from descant import __version__
from descant.studio.context import Studio
from descant.studio.refusals import RESPONSES, handle_errors
from descant.studio.routers import routers
from descant.studio.security import Guard
from descant.studio.settings import Settings

PAGE = Path(__file__).parent / "page"
DESCRIPTION = "What descant hears, finds and writes, over HTTP. Times are seconds; errors are told in words."


def create_app(settings: Settings) -> FastAPI:
    """The application. Its jobs go on with what an earlier server left once it runs, and end with it."""
    studio = Studio(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        studio.resume()
        try:
            yield
        finally:
            studio.close()

    app = FastAPI(
        title="descant studio",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
        responses=RESPONSES,
    )
    app.state.studio = studio
    handle_errors(app)
    for router in routers():
        app.include_router(router, prefix="/api")
    _serve_page(app)
    app.add_middleware(Guard, settings=settings)
    return app


def _serve_page(app: FastAPI) -> None:
    mimetypes.add_type("text/javascript", ".js")  # some systems' tables say otherwise, and browsers then refuse it

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def index() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    @app.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(PAGE / "docs.html")

    app.mount("/page", StaticFiles(directory=PAGE))
