"""`descant library`: what the library holds, shown, exported, forgotten, checked."""

from __future__ import annotations

import json as json_module
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from descant.cli.add_tunes import add_tunes
from descant.cli.find import item_or_file
from descant.cli.index import LibraryOption
from descant.cli.targets import STDOUT, check_targets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from descant.library.item import Item
    from descant.library.store import Library

library_app = typer.Typer(no_args_is_help=True, help="Look into the library, export it, forget parts of it, check it.")

library_app.command()(add_tunes)

LONGEST = 1000  # characters of a line that are shown
Json = Annotated[bool, typer.Option("--json", help="As JSON, one object a line.")]


@library_app.callback()
def commands() -> None:
    """Look into the library, export it, forget parts of it, check it."""


@library_app.command()
def stats(library: LibraryOption = None, json: Json = False) -> None:
    """Print how much the library holds."""
    from descant.library.statistics import statistics
    from descant.library.store import open_library

    with open_library(library) as opened:
        figures = statistics(opened)
    if json:
        typer.echo(json_module.dumps(figures))
        return
    for name, value in figures.items():
        typer.echo(f"{name}: {_told(value)}")


@library_app.command()
def show(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="ITEM|FILE...", help="Numbers of items, or files.")
    ] = None,
    library: LibraryOption = None,
    copies: Annotated[bool, typer.Option("--copies", help="Show what is there more than once, in groups.")] = False,
    gone: Annotated[bool, typer.Option("--gone", help="Show items whose files are gone.")] = False,
    unreadable: Annotated[bool, typer.Option("--unreadable", help="Show the files that could not be read.")] = False,
    json: Json = False,
) -> None:
    """Print what is known of items; of all of them where none is named."""
    from descant.cli.found import plain
    from descant.library import statistics
    from descant.library.export import all_items
    from descant.library.store import open_library

    with open_library(library) as opened:
        if unreadable:
            for path, message in opened.failures():
                told = {"path": str(path), "message": message}
                line = message if str(path) in message else f"{path}: {message}"
                typer.echo(json_module.dumps(told) if json else plain(line, LONGEST))
        elif copies:
            for group in statistics.copies(opened):
                _print(opened.items(group), json)
        elif gone:
            _print(opened.items(statistics.gone(opened)), json)
        else:
            _print(opened.items(_numbers(opened, what)) if what else all_items(opened), json)


@library_app.command()
def export(
    out: Annotated[
        str, typer.Argument(metavar="OUT", help="A .jsonl or .csv file, or - for standard output.")
    ] = STDOUT,
    library: LibraryOption = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="NAME", help="jsonl or csv.  [default: by OUT's ending, else jsonl]")
    ] = "",
) -> None:
    """Write all that is known of every item, for other programs."""
    from descant.io.files import write_beside
    from descant.library.export import exported
    from descant.library.store import open_library

    name = format_ or (Path(out).suffix[1:].lower() if out != STDOUT else "") or "jsonl"
    with open_library(library) as opened:
        lines = exported(opened, name)
        if out == STDOUT:
            sys.stdout.writelines(lines)
            return
        check_targets([opened.path], [Path(out)])
        with (
            write_beside(Path(out)) as temporary,
            temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
        ):
            file.writelines(lines)


@library_app.command()
def remove(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="ITEM|FILE|DIR...", help="Numbers of items, files or folders.")
    ] = None,
    library: LibraryOption = None,
    gone: Annotated[bool, typer.Option("--gone", help="Forget items whose files are gone.")] = False,
) -> None:
    """Forget items, or all that lies in folders. The music itself is never touched."""
    from descant.errors import InvalidValueError
    from descant.library import statistics
    from descant.library.store import open_library

    if not (what or gone) or (what and not all(what)):  # an empty name would stand for the folder that one is in
        raise InvalidValueError("name what is to be forgotten: numbers of items, files, folders, or --gone")
    with open_library(library, write=True) as opened:
        removed = opened.remove(statistics.gone(opened)) if gone else 0
        missing = False
        for one in what or []:
            named = item_or_file(one)
            count = opened.remove([named]) if isinstance(named, int) else opened.forget_under(_absolute(named))
            if not count:
                typer.echo(f"descant: {one}: the library has no item that would go with it", err=True)
                missing = True
            removed += count
    typer.echo(f"{removed:,} item{'s' * (removed != 1)} forgotten")
    if missing:
        raise typer.Exit(2)


@library_app.command()
def check(
    library: LibraryOption = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Put what can be saved in place of a damaged library.")
    ] = False,
) -> None:
    """Check that the library is sound; where it is not, say what can be saved, and save it with --repair."""
    from tempfile import TemporaryDirectory

    from descant.library import rescue
    from descant.library.store import library_path, open_library

    path = library_path(library)
    found = rescue.faults(path)
    if not found:
        with open_library(path) as opened:
            typer.echo(f"{path}: is sound, {len(opened):,} item{'s' * (len(opened) != 1)}")
        return
    for fault in found:
        typer.echo(f"descant: {path}: {fault}" if str(path) not in fault else f"descant: {fault}", err=True)
    if repair:
        saved = rescue.repair(path)
    else:
        with TemporaryDirectory(prefix="descant-check-") as folder:
            saved = rescue.rescue(path, Path(folder) / "rescued.db")
    rows = ", ".join(f"{count:,} {table}s" for table, count in saved.rows.items() if table not in ("space", "analysis"))
    torn = f"; something is lost of: {', '.join(saved.torn)}" if saved.torn else ""
    typer.echo(f"{'saved' if repair else 'can be saved'}: {rows}{torn}")
    if repair:
        typer.echo(f"the damaged library is kept as {path}.damaged")
        typer.echo(f"`descant index` of your folders makes anew what is lost; {saved.to_do:,} items lack a part")
        return
    typer.echo("`descant library check --repair` saves it")
    raise typer.Exit(2)


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count:,} {what}" for what, count in value.items()) or "none"
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _absolute(path: Path) -> Path:
    from descant.library.walker import absolute

    return absolute(path)


def _numbers(library: Library, what: Iterable[str]) -> list[int]:
    """The items that numbers and files stand for. Raises MissingDataError for one that is not there."""
    from descant.errors import MissingDataError

    numbers = []
    for one in what:
        named = item_or_file(one)
        number = named if isinstance(named, int) else library.find_file(_absolute(named))
        if number is None or not library.items([number]):
            raise MissingDataError(f"{one}: is not in the library {library.path}; `descant index` adds files")
        numbers.append(number)
    return numbers


def _print(items: Iterable[Item], json: bool) -> None:
    from descant.cli.found import plain
    from descant.library.export import item_values

    for item in items:
        values: dict[str, Any] = item_values(item)
        if json:
            typer.echo(json_module.dumps(values))
            continue
        facts = [item.key, f"{item.tempo:.1f} bpm" if item.tempo else None, item.meter]
        facts += [", ".join(label for label, _ in item.instruments[:3]) or None]
        typer.echo(f"{item.id}  {plain(item.name, LONGEST)}" + "".join(f"  {fact}" for fact in facts if fact))
        for line in (*values["paths"], *(f"warning: {one}" for one in item.warnings)):
            typer.echo(f"    {plain(line, LONGEST)}")
