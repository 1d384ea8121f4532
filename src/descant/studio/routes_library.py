"""The library: indexed as a job, browsed, searched by words, notes, likeness and recordings, heard, and opened."""

from __future__ import annotations

import tempfile
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from descant.errors import DescantError
from descant.io.files import write_text
from descant.io.midi import write_midi
from descant.studio.bodies import MEGABYTE
from descant.studio.confined import confined, subfolders
from descant.studio.context import Here, Studio
from descant.studio.jobs import Job
from descant.studio.library_audio import book_tune, file_of, tune_notes
from descant.studio.library_search import SORTS
from descant.studio.library_view import About, Details, Failure, Folders, Items, ToIndex, details, shown
from descant.studio.opening import open_piece
from descant.studio.piece_view import summary
from descant.studio.ranged_file import RangedFile
from descant.studio.routes_pieces import BODY, Summary
from descant.studio.sniffed import check_query

router = APIRouter(prefix="/library", tags=["library"])
MOST_BYTES = 64 * MEGABYTE  # of a hum or a clip
LIMIT = 20
MOST_WORDS = 1_000  # characters
MOST_FILTERS = 20

ItemId = Annotated[int, Path(description="The item's number in the library.", ge=1, lt=1 << 62)]
Tune = Annotated[str, Query(description="Of a book of tunes the one that was found, by its title.", max_length=400)]
Words = Annotated[
    str, Query(description='What it is like, and filters: "calm piano" tempo:60..80 key:Dm.', max_length=MOST_WORDS)
]
Filters = Annotated[
    list[str],
    Query(alias="filter", description="Such as `tempo:118..122`; may be repeated.", max_length=MOST_FILTERS),
]
By = Annotated[str, Query(description="What is alike: rhythm, harmony, timbre, melody, or all.", max_length=20)]
PageNumber = Annotated[int, Query(description="Which page, from 1 on.")]
Limit = Annotated[int, Query(description="How many on a page, 1 to 200.")]


@router.get("", summary="The library in figures")
def about(here: Here) -> About:
    """Where the library is and what it holds; all at zero where there is none yet."""
    here.library.warm()
    return About(**here.library.about(), roots=[str(one) for one in here.settings.roots])


@router.get("/failures", summary="Files that could not be read")
def failures(here: Here) -> list[Failure]:
    """The first 200 files that indexing could not read, and why."""
    return [Failure(**one) for one in here.library.failures()]


@router.get("/folders", summary="Folders to choose from")
def folders(
    here: Here, path: Annotated[str, Query(description="A folder; none: where to begin.", max_length=4_096)] = ""
) -> Folders:
    """The folders in a folder, or those that may be indexed where none is named."""
    return Folders(**subfolders(path, here.settings.roots))


@router.post("/index", status_code=202, summary="Index a folder")
def index(here: Here, asked: ToIndex) -> Job:
    """Start a job that makes a folder's music searchable. Cancelled or broken off, the same goes on from there."""
    folder = confined(asked.folder, here.settings.roots)
    argument = {
        "home": str(here.settings.home),
        "library": str(here.settings.library),
        "folder": str(folder),
        "level": asked.level,
        "roots": [str(one.resolve()) for one in here.settings.roots],
    }
    return here.jobs.start("index", argument, title=f"Indexing {folder.name or folder}")


@router.get("/items", summary="Browse")
def items(
    here: Here,
    page: PageNumber = 1,
    limit: Limit = LIMIT,
    sort: Annotated[str, Query(description=f"By what: {', '.join(SORTS)}.", max_length=40)] = "newest",
) -> Items:
    """All items, page by page; those of which nothing is known come last."""
    return Items(**here.library.browse(sort, limit, page))


@router.get("/search", summary="Search")
def search(
    here: Here,
    words: Words = "",
    notes: Annotated[str, Query(description="A tune by its notes: `C C G G A A G`.", max_length=MOST_WORDS)] = "",
    like: Annotated[int | None, Query(description="An item that it is to be like.", ge=1, lt=1 << 62)] = None,
    by: By = "all",
    filters: Filters = [],  # noqa: B006  (FastAPI copies it)
    page: PageNumber = 1,
    limit: Limit = LIMIT,
) -> Items:
    """What is found by words, notes, likeness and filters, or by any mix of them; all items where nothing is named."""
    from descant.retrieval.finder import Query as Asked

    asked = Asked(words, notes=notes, like=like, by=by, filters=tuple(filters))
    if not asked:
        return Items(**here.library.browse("newest", limit, page))
    return Items(**here.library.find(asked, limit, page))


@router.post("/search", summary="Search by a recording", openapi_extra=BODY)
async def search_by_file(
    here: Here,
    request: Request,
    kind: Annotated[
        Literal["hum", "clip", "like"],
        Query(description="A tune that is hummed, a piece of a recording, or music that it is to be like."),
    ],
    words: Words = "",
    by: By = "all",
    filters: Filters = [],  # noqa: B006  (FastAPI copies it)
    page: PageNumber = 1,
    limit: Limit = LIMIT,
    name: Annotated[str, Query(description="What the file is called, for its ending.", max_length=255)] = "",
) -> Items:
    """What is found by a sound file, MIDI or a score in the body, of 64 MB at most, with words and filters too."""
    async with here.uploads.received(request, MOST_BYTES, name) as path:
        found = await run_in_threadpool(_by_file, here, path, kind, words, by, tuple(filters), limit, page)
    return Items(**found)


@router.get("/items/{item}", summary="One item")
def item(here: Here, item: ItemId) -> Details:
    """All that is known of an item."""
    return Details(**details(here.library.item(item)))


@router.get(
    "/items/{item}/audio",
    summary="Hear an item",
    response_class=FileResponse,
    responses={200: {"content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}}, 206: {}},
)
def audio(here: Here, item: ItemId, tune: Tune = "") -> FileResponse:
    """The item's sound, with byte ranges. MIDI, scores and tunes are played by the sampler: the header
    `X-Synthesised` says so. What has to be made is made of the first ten minutes.
    """
    found, melodies = here.library.item_with_melodies(item)
    heard = here.library_audio.of(found, melodies, tune)
    headers = {"X-Synthesised": str(int(heard.synthesised)), "Cache-Control": "private, max-age=3600"}
    return RangedFile(heard.path, media_type=heard.media_type, headers=headers)


router.add_api_route("/items/{item}/audio", audio, methods=["HEAD"], include_in_schema=False)


@router.post("/items/{item}/open", status_code=201, summary="Open an item as a piece")
def open_item(here: Here, item: ItemId, tune: Tune = "") -> Summary:
    """Copy an item's file into the studio, as a piece that a job looks at. A tune that has no file becomes MIDI."""
    found, melodies = here.library.item_with_melodies(item)
    source = file_of(found)
    if source is not None and not tune:
        return Summary(**summary(here, open_piece(here, source, shown(source))))
    with tempfile.TemporaryDirectory(dir=here.settings.home) as folder:
        if source is not None:
            path = write_text(FilePath(folder) / "tune.abc", book_tune(source, tune).text)
            return Summary(**summary(here, open_piece(here, path, f"{tune}.abc", move=True)))
        path = write_midi(tune_notes(found, melodies), FilePath(folder) / "tune.mid")
        return Summary(**summary(here, open_piece(here, path, f"{found.title or 'tune'}.mid", move=True)))


def _by_file(
    here: Studio,
    path: FilePath,
    kind: str,
    words: str,
    by: str,
    filters: tuple[str, ...],
    limit: int,
    page: int,
) -> dict[str, Any]:
    from descant.retrieval.finder import Query as Asked

    files: dict[str, Any] = {kind: path}
    try:
        check_query(path)
        return here.library.find(Asked(words, by=by, filters=filters, **files), limit, page, listen=True)
    except DescantError as error:
        raise type(error)(str(error).replace(str(path), "the file")) from None
