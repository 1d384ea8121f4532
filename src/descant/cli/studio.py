"""`descant studio`: the local web page, and the HTTP API under it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from descant.cli.index import LibraryOption

PASSWORD = "DESCANT_STUDIO_PASSWORD"


def studio(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it listens; 0 takes any free port.")] = 8422,
    library: LibraryOption = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    host: Annotated[
        str, typer.Option(help=f"Whom it listens to; 0.0.0.0 is everyone, and needs {PASSWORD} to be set.")
    ] = "127.0.0.1",
    home: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keeps pieces and jobs.  [default: DESCANT_STUDIO, or your data folder]"),
    ] = None,
    music: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder that may be indexed; may be repeated.  [default: your home]"),
    ] = None,
) -> None:
    """Hear and see your music on a local page: listen, correct, search, write, follow a score.

    The page is private: the printed address holds a token that lets your browser in. Nothing leaves the machine. The
    same functions are an HTTP API, described at /docs. Ctrl-C ends it; jobs that were running go on at the next start.
    """
    from descant.errors import InvalidValueError, MissingExtraError
    from descant.library.store import library_path

    try:
        from descant.studio.serve import kept_token, require_password, serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("descant"):
            raise
        raise MissingExtraError("the studio needs FastAPI and uvicorn: pip install 'descant[studio]'") from None
    from descant.studio.settings import Settings, home_path

    for folder in music or []:
        if not folder.is_dir():
            raise InvalidValueError(f"--music {folder}: is not a folder")
    password = os.environ.get(PASSWORD, "")
    require_password(host, password)
    place = home_path(home)
    settings = Settings(
        home=place,
        library=library_path(library),
        roots=tuple(folder.resolve() for folder in music or [Path.home()]),
        host=host,
        port=port,
        token=kept_token(place),
        password=password,
    )
    serve(settings, lambda address, once: _ready(address, once if browser else ""))
    typer.echo("the studio is closed")


def _ready(address: str, opened: str) -> None:
    """Say where the studio is. opened: the address that a browser is opened with; empty: none is."""
    typer.echo(f"the studio is at {address}\nCtrl-C ends it")
    if opened:
        import threading
        import webbrowser

        # Some browsers, those of a terminal among them, come back only when they are closed.
        threading.Thread(target=webbrowser.open, args=(opened,), daemon=True).start()
