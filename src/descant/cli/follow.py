"""`descant follow`: the place in a score, printed while it is played."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from descant.cli.align import MAPS, map_csv, map_json
from descant.cli.targets import check_targets
from descant.cli.warned import warnings_told

if TYPE_CHECKING:
    from descant.alignment.page_turner import PageTurner
    from descant.features.stream import Samples
    from descant.io.raw_audio import RawFormat
    from descant.pipelines.accompany import Accompaniment
    from descant.pipelines.listeners import Listener, Told
    from descant.pipelines.played_out import PlayedOut
    from descant.types import Position

MIDIS = (".mid", ".midi")
MOST_LOST = 0.5  # of the time; who is lost for longer may be playing something else


def follow(
    score: Annotated[Path, typer.Argument(metavar="SCORE", help="MusicXML, ABC or another score, or MIDI.")],
    audio: Annotated[Path | None, typer.Option(metavar="FILE", help="Follow a recording.")] = None,
    midi: Annotated[Path | None, typer.Option(metavar="FILE", help="Follow a performance as MIDI.")] = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="Follow raw samples from standard input, live.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Follow the microphone; needs the extra `live`.")] = False,
    use: Annotated[
        str,
        typer.Option(metavar="NAME", help="hidden-semi-markov, online-dtw, or symbolic-follower (pianos and MIDI)."),
    ] = "",
    every: Annotated[float, typer.Option(min=0.0, help="Seconds from line to line; 0: every position.")] = 0.1,
    pages: Annotated[bool, typer.Option("--pages", help="Also say when to turn the page.")] = False,
    accompany: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help="Also play this part, by name or number, or `left hand`; may be repeated."),
    ] = None,
    accompany_midi: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write what was played to the performance: .mid.")
    ] = None,
    map_: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="Write when every onset of the score was reached: .csv or .json."),
    ] = None,
    rate: Annotated[int, typer.Option(help="Of raw samples, in Hz.")] = 44_100,
    channels: Annotated[int, typer.Option(help="Of raw samples.")] = 1,
    samples: Annotated[str, typer.Option("--format", metavar="NAME", help="Of raw samples: s16le or f32le.")] = "s16le",
    give_up: Annotated[float, typer.Option(min=0.1, help="Seconds without sound after which a stream is over.")] = 60.0,
) -> None:
    """Print where in the score the player is, a JSON object a line; it goes on as the music does."""
    from descant.errors import InvalidValueError, UnreadableFileError
    from descant.io.raw_audio import RawFormat
    from descant.pipelines.accompany import Accompaniment
    from descant.pipelines.follow import open_score
    from descant.pipelines.listeners import HEARD_LATE, system

    given = {"--audio": audio, "--midi": midi, "--stdin": stdin, "--live": live}
    named = [name for name, one in given.items() if one]
    if len(named) != 1:
        raise InvalidValueError(
            "name one thing to follow, --audio FILE, --midi FILE, --stdin or --live; "
            f"got {' and '.join(named) or 'none of them'}"
        )
    if accompany_midi is not None and not accompany:
        raise InvalidValueError("--accompany-midi writes what is played to the performance; say who plays: --accompany")
    _check_targets([one for one in (score, audio, midi) if one is not None], map_, accompany_midi)
    chosen = system(use, notes=midi is not None, accompanied=bool(accompany))
    layout = RawFormat(rate, channels, samples)
    with warnings_told():
        played = open_score(score)
        if played.said:
            _say(f"{score}: {played.said}")
        player = Accompaniment(played.score, accompany, 0.0 if midi else HEARD_LATE) if accompany else None
        turner = _turner(played, score) if pages else None
        name, told = _source(audio, midi, live, played, chosen, player, layout, give_up)
    teller = _Teller(played, every, turner, player)
    interrupted, over = False, None
    teller.start()
    try:
        for one in told:
            teller.tell(one)
    except KeyboardInterrupt:
        interrupted = True
    except UnreadableFileError as error:  # a stream that breaks off; what came before it counts
        if not (stdin or live):
            raise
        over = error
    teller.end()
    if map_ is not None:
        _write_map(teller, map_, score.name, name)
    if accompany_midi is not None and player is not None:
        from descant.io.midi import write_midi

        write_midi(player.played(), accompany_midi)
    if over is not None:
        raise over
    if teller.tally.nothing:
        _say(f"{name}: nothing was heard")
    elif 1.0 - teller.tally.found > MOST_LOST:
        _say(f"{name}: the place was lost for {1.0 - teller.tally.found:.0%} of the time; is it of {score}?")
    if interrupted:
        raise typer.Exit(130)


class _Teller:
    """Prints what is told, and keeps what is asked for in the end."""

    def __init__(
        self, played: PlayedOut, every: float, turner: PageTurner | None, player: Accompaniment | None
    ) -> None:
        import numpy as np

        from descant.alignment.reached import Reached
        from descant.pipelines.follow import Tally

        self.played, self.every, self.turner, self.player = played, every, turner, player
        self.reached, self.tally = Reached(np.unique(played.notes.onset)), Tally()
        self.printed: Position | None = None

    def start(self) -> None:
        """The first line: all is ready, and sound may come."""
        self._print(self.tally.last)

    def tell(self, told: Told) -> None:
        from descant.types import Position

        if not isinstance(told, Position):
            assert self.player is not None, "cues come from an accompanist"
            _line(self.player.cue_json(told))
            return
        self.tally.push(told)
        self.reached.push(told)
        turn = self.turner.push(told) if self.turner is not None else None
        if turn is not None:
            _line({"time": round(turn.time, 3), "turn": turn.page})
        if self._new(told):
            self._print(told)

    def end(self) -> None:
        """The last line: where it ends."""
        last, printed = self.tally.last, self.printed
        if printed is None or (last.time, last.state) != (printed.time, printed.state):
            self._print(last)

    def _new(self, position: Position) -> bool:
        last = self.printed
        if last is None or position.state != last.state or self.every == 0.0:
            return True
        return int(position.time / self.every + 1e-6) > int(last.time / self.every + 1e-6)

    def _print(self, position: Position) -> None:
        from descant.pipelines.follow import position_json

        _line(position_json(self.played, position))
        self.printed = position


def _source(
    audio: Path | None,
    midi: Path | None,
    live: bool,
    played: PlayedOut,
    use: str,
    player: Accompaniment | None,
    layout: RawFormat,
    give_up: float,
) -> tuple[str, Iterable[Told]]:
    """What is followed, by name, and what will be told of it. All that takes time before the music is done here."""
    from descant.pipelines.follow import heard
    from descant.pipelines.listeners import listener, note_by_note

    if midi is not None:
        from descant.io.midi import read_midi

        return str(midi), note_by_note(played, read_midi(midi), player)
    if audio is not None:
        from descant.io.audio import open_audio

        take = open_audio(audio)
        return str(audio), heard(take, listener(played, take.sample_rate, use, player))
    if live:
        from descant.io.microphone import NAME, Microphone

        microphone = Microphone()
        ear = listener(played, microphone.rate, use, player, live=True)
        return NAME, _listening(microphone.blocks(give_up, _say), ear)
    from descant.io import raw_audio

    source = _standard_input()
    ear = listener(played, layout.rate, use, player, live=True)
    return raw_audio.NAME, _listening(raw_audio.raw_blocks(source, layout, give_up, _say), ear)


def _listening(blocks: Iterable[Samples], ear: Listener) -> Iterator[Told]:
    for block in blocks:
        yield from ear.push(block)
    yield from ear.finish()


def _standard_input() -> int:
    import sys

    from descant.errors import InvalidValueError

    if sys.stdin is None or sys.stdin.isatty():
        raise InvalidValueError(
            "--stdin takes raw samples from a pipe, such as: ffmpeg ... -f s16le - | descant follow ..."
        )
    return sys.stdin.fileno()


def _turner(played: PlayedOut, score: Path) -> PageTurner:
    from descant.alignment.page_turner import PageTurner, page_bars
    from descant.errors import InvalidValueError
    from descant.io.open import open as open_file
    from descant.io.score.engrave import measure_pages, pages

    if played.page is None:
        raise InvalidValueError(
            f"{score}: is MIDI and has no pages to turn; give a score, which descant transcribe makes"
        )
    return PageTurner(page_bars(played.page, measure_pages(pages(open_file(score), score))))


def _write_map(teller: _Teller, path: Path, score: str, take: str) -> None:
    from descant.io.files import write_text
    from descant.pipelines.align import map_rows
    from descant.pipelines.follow import follow_json

    if path.suffix.lower() == ".json":
        write_text(path, map_json(follow_json(teller.played, teller.reached, teller.tally, score, Path(take).name)))
    else:
        write_text(path, map_csv(map_rows(teller.reached.alignment(), teller.played.bars)))


def _check_targets(sources: list[Path], map_: Path | None, midi: Path | None) -> None:
    """Raise before the music what would be raised after it, or would spoil a file."""
    from descant.errors import UnsupportedFormatError, UnwritableFileError

    for path, endings in ((map_, MAPS), (midi, MIDIS)):
        if path is not None and path.suffix.lower() not in endings:
            raise UnsupportedFormatError(f"{path}: cannot be written so; use {' or '.join(endings)}")
        if path is not None and not path.parent.is_dir():
            raise UnwritableFileError(f"{path}: there is no folder {path.parent}")
    check_targets(sources, [one for one in (map_, midi) if one is not None])


def _line(values: dict[str, Any]) -> None:
    typer.echo(json.dumps(values, ensure_ascii=False))


def _say(words: str) -> None:
    typer.echo(f"descant: {words}", err=True)
