"""`descant render`: a MIDI file played on a SoundFont, as a sound file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def render(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The MIDI file to play.")],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The sound file to write: .wav, .flac, .ogg, .opus, .mp3, .aiff.")
    ],
    soundfont: Annotated[
        str,
        typer.Option(metavar="FILE", help="A SoundFont to play on (.sf2, .sf3); otherwise the best one installed."),
    ] = "",
) -> None:
    """Play a MIDI file on a SoundFont and write the sound."""
    from descant.errors import InvalidValueError, UnsupportedFormatError
    from descant.io.audio import open_audio, write_audio
    from descant.io.midi import read_midi
    from descant.io.open import reader_of
    from descant.registry import find
    from descant.synthesis import soundfonts

    if source.exists() and out.exists() and out.samefile(source):
        raise InvalidValueError(f"{out}: is the MIDI file itself, which must not be overwritten; name another OUT")
    if source.is_file() and reader_of(source) not in (read_midi, open_audio):
        raise UnsupportedFormatError(
            f"{source}: is not MIDI; `descant convert {source} {out}` plays scores and the like"
        )
    notes = read_midi(source)
    if not len(notes):
        raise InvalidValueError(f"{source}: holds no notes, so there is nothing to play")
    font = soundfonts.choose(soundfont)
    audio = find("sampler")(notes, soundfont=str(font))
    write_audio(audio, out)
    minutes, seconds = divmod(round(audio.duration), 60)
    typer.echo(f"wrote {out}: {len(notes)} notes, {minutes}:{seconds:02d}, played on {font.name}")
