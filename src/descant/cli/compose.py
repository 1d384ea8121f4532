"""`descant compose`: a chorale, a song or a performance, written to order as MIDI, a score, a page or sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.cli.bar import bar
from descant.cli.targets import STDOUT, check_targets, write
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.pipelines.written import Written

Json = Annotated[
    str, typer.Option(metavar="FILE", help="Write what was asked and reached as JSON, `-` for standard output.")
]
MelodyTempo = Annotated[
    float | None, typer.Option(metavar="BPM", help="Quarters a minute.  [default: as MELODY has it]")
]


def compose(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="Where to: .mid, .musicxml, .pdf, .png, .wav and the like.  [default: chorale.mid and so on]",
        ),
    ] = None,
    continue_: Annotated[
        Path | None,
        typer.Option(
            "--continue",
            metavar="IN",
            help="Go on with this music: four voices; of pop, its parts; a performance: MIDI.",
        ),
    ] = None,
    bars: Annotated[
        int | None, typer.Option(metavar="N", help="Bars to write.  [default: as the chords, else 8, of pop 16]")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="S", help="Of a performance, which has no bars.  [default: 30]")
    ] = None,
    style: Annotated[
        str, typer.Option(metavar="NAME", help="What to write: chorale, pop, or performance.")
    ] = "chorale",
    key: Annotated[str, typer.Option(metavar="KEY", help="Such as `D minor` or `Eb`.  [default: drawn]")] = "",
    tempo: Annotated[
        float | None, typer.Option(metavar="BPM", help="Quarters a minute.  [default: 72, of pop 84, or as IN has it]")
    ] = None,
    chords: Annotated[str, typer.Option(metavar="CHART", help="Chords, bar by bar: `Dm | Gm C7 | A7 | Dm`.")] = "",
    seed: Annotated[int, typer.Option(metavar="N", help="Another number, another piece.")] = 0,
    best_of: Annotated[
        int | None, typer.Option(metavar="N", help="Pieces drawn, of which the best is kept.  [default: 8, of pop 4]")
    ] = None,
    json: Json = "",
) -> None:
    """Write a chorale or a song: so many bars, in a key, to given chords, after given music; or play on, for seconds.

    What is asked for is met exactly, or refused with the reason.
    """
    from descant.errors import InvalidValueError
    from descant.pipelines.compose import compose as composed
    from descant.pipelines.compose_performance import compose_performance
    from descant.pipelines.compose_song import compose_song
    from descant.types import Score

    styles: dict[str, Callable[..., Written]] = {
        "chorale": composed,
        "pop": compose_song,
        "performance": compose_performance,
    }
    if style not in styles:
        raise InvalidValueError(f"there is no style {style!r}; there is: {', '.join(styles)}")
    out = out or Path(f"{style}.mid")
    kind = checked_targets(out, continue_, json)
    asked = {"bars": bars, "key": key, "tempo": tempo, "chords": chords, "seed": seed}
    if style == "performance":
        asked["seconds"] = seconds
        if kind is Score:
            raise InvalidValueError(
                f"{out}: a performance has no page; write .mid, which descant transcribe makes one of"
            )
    elif seconds is not None:
        raise InvalidValueError(f"--seconds is for performances; how long {style} goes on is said in --bars")
    with warnings_told(), bar("composing") as advance:
        found = styles[style](continue_, **asked, **({} if best_of is None else {"best_of": best_of}), progress=advance)
    finish(found, kind, out, json, continue_)


def finish(found: Written, kind: type, out: Path, json: str, source: Path | None) -> None:
    """Write what was made, and tell what was asked and reached."""
    from descant.io.save import save
    from descant.pipelines.written import written_json

    for one in found.said:
        typer.echo(f"descant: {f'{source}: ' if source else ''}{one}", err=True)
    written = save(value_of(found, kind), out)
    if json:
        import json as json_library

        write(json_library.dumps(written_json(found, out.name), ensure_ascii=False, indent=1) + "\n", json)
    for line in lines(found):
        typer.echo(line, err=json == STDOUT)
    typer.echo(f"-> {written}", err=json == STDOUT)


def lines(found: Written) -> list[str]:
    """What was asked for and what was reached, a line each."""
    rows = [("", "asked", "reached"), *((one.what, one.asked, one.reached) for one in found.told)]
    wide = [max(len(row[at]) for row in rows) for at in range(2)]
    return [f"{what:{wide[0]}}  {asked:{wide[1]}}  {reached}" for what, asked, reached in rows]


def value_of(found: Written, kind: type) -> object:
    """The piece as what is to be written."""
    from descant.registry import find
    from descant.types import Audio, Score

    if kind is Score:
        return found.score
    return find("sampler")(found.notes) if kind is Audio else found.notes


def checked_targets(out: Path, source: Path | None, json: str) -> type:
    """The type that OUT holds. Raises before the work what would be raised after it, or would spoil a file."""
    from descant.errors import UnsupportedFormatError
    from descant.io.save import wanted_type
    from descant.io.score.paper import ready
    from descant.synthesis import soundfonts
    from descant.types import Audio, Notes, Score

    kind = wanted_type(out)
    if kind not in (Notes, Score, Audio):
        raise UnsupportedFormatError(f"{out}: no music can be written there; use .mid, .musicxml, .pdf, .png or .wav")
    ready(out)
    if kind is Audio:
        soundfonts.choose("")
    check_targets([source] if source is not None else [], [out, *([Path(json)] if json else [])])
    return kind
