"""Whatever goes wrong in a request becomes `{"error": words}` and the status that fits."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from descant.errors import (
    BusyError,
    DescantError,
    MissingDataError,
    MissingExtraError,
    UnreadableFileError,
    UnsupportedFormatError,
    UnwritableFileError,
)
from descant.io.files import reason_of

log = logging.getLogger("descant.studio")
NOTHING_HERE = "there is nothing at this address"
STATUS: dict[type[DescantError], int] = {
    MissingDataError: 404,
    UnreadableFileError: 415,
    UnsupportedFormatError: 415,
    BusyError: 503,
    MissingExtraError: 503,
    UnwritableFileError: 503,
}  # every other DescantError is a value that cannot be taken: 422


class Refusal(BaseModel):
    """Why a request was not carried out."""

    error: str = Field(description="What was wrong and what to do, in words.")


# Declared for every route, so that the document says what a client has to expect.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Refusal, "description": "What was asked cannot be done; `error` says why."},
    "503": {"model": Refusal, "description": "Too much is under way, or something is missing on this machine."},
}


def refusal(error: str, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer to a request that is not carried out."""
    return JSONResponse({"error": error}, status, headers)


def handle_errors(app: FastAPI) -> None:
    """Answer the errors of `app` in words. What nobody expected is the guard's to answer (`security`)."""

    @app.exception_handler(DescantError)
    def told(_: Request, error: DescantError) -> JSONResponse:
        status = next((STATUS[one] for one in type(error).__mro__ if one in STATUS), 422)
        return refusal(str(error), status)

    @app.exception_handler(OSError)
    def broken(request: Request, error: OSError) -> JSONResponse:
        log.error("%s %r", request.method, request.url.path, exc_info=error)
        return refusal(f"the studio's folder, or its disk, cannot be used as it is: {reason_of(error)}", 503)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return refusal("; ".join(_fault(one) for one in error.errors()[:5]), 422)

    @app.exception_handler(HTTPException)
    def plain(_: Request, error: HTTPException) -> JSONResponse:
        phrase = HTTPStatus(error.status_code).phrase
        words = NOTHING_HERE if error.status_code == 404 else str(error.detail or phrase)
        return refusal(words, error.status_code, dict(error.headers or {}))


def _fault(fault: dict[str, Any]) -> str:
    if fault["type"] == "json_invalid":
        return f"the body is no JSON: {fault['ctx']['error']}"
    place = ".".join(str(one) for one in fault["loc"] if one not in ("body", "query", "path"))
    words = str(fault["msg"])
    return f"{place[:80]}: {words}" if place else words
