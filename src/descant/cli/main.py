"""`descant`: puts the commands together, and turns errors into one line and an exit code.

Exit codes: 0 all went well; 2 something given was bad (a file, a name, a folder); 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from descant import __version__
from descant.cli.accompany import accompany
from descant.cli.align import align
from descant.cli.benchmark import benchmark_app
from descant.cli.compose import compose
from descant.cli.convert import convert
from descant.cli.demo import demo
from descant.cli.evaluate import evaluate_app
from descant.cli.find import find
from descant.cli.follow import follow
from descant.cli.harmonise import harmonise
from descant.cli.harmony import harmony
from descant.cli.identify import identify
from descant.cli.index import index
from descant.cli.inpaint import inpaint
from descant.cli.library import library_app
from descant.cli.listen import listen
from descant.cli.models import models
from descant.cli.playlist import playlist
from descant.cli.practice import practice
from descant.cli.render import render
from descant.cli.studio import studio
from descant.cli.train import export, train
from descant.cli.transcribe import transcribe
from descant.errors import DescantError

app = typer.Typer(
    name="descant",
    help="Hears, finds and writes music: offline, on a CPU.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(listen)
app.command()(demo)
app.command()(transcribe)
app.command()(harmony)
app.command()(align)
app.command()(follow)
app.command()(practice)
app.command()(compose)
app.command()(harmonise)
app.command()(accompany)
app.command()(inpaint)
app.command()(index)
app.command()(find)
app.command()(identify)
app.command()(playlist)
app.command()(studio)
app.command()(convert)
app.command()(render)
app.command()(models)
app.command()(train)
app.command()(export)
app.add_typer(library_app, name="library")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(benchmark_app, name="benchmark")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"descant {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What holds for every command."""
    del version
    if debug:
        os.environ["DESCANT_DEBUG"] = "1"


def run() -> None:
    """The console script."""
    if "--debug" not in sys.argv:
        _silence_libraries()
    for stream in (sys.stdout, sys.stderr):  # a file name that is not UTF-8 must not stop us from printing it
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except DescantError as error:
        _fail(str(error))
    except MemoryError:
        _fail("not enough memory to go on")
    except OSError as error:  # a full disk under the standard output, a name that is too long
        from descant.io.files import reason_of

        _fail(f"{error.filename or 'the standard output'}: {reason_of(error)}")
    except Exception as error:
        _fail(f"failed inside descant ({type(error).__name__}: {error}); `descant --debug ...` shows where")


def _silence_libraries() -> None:
    """Keep what C libraries print of damaged files off the terminal: our own line says it. Python's stderr goes on."""
    sys.stderr.flush()
    kept = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = kept


def _fail(message: str) -> None:
    if os.environ.get("DESCANT_DEBUG"):
        raise
    typer.echo(f"descant: {message}", err=True)
    sys.exit(2)
