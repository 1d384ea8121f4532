"""What is learnt of a recording: its tags, its fingerprint, and all that is heard in it, in one pass over the sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from descant.features import prepare
from descant.features.spectral_peaks import SpectralPeaks
from descant.io.audio import open_audio
from descant.io.tags import read_tags
from descant.library import spaces
from descant.library.analysis import packed
from descant.library.fingerprints import fingerprint
from descant.library.heard_before import heard_before
from descant.library.item import FINGERPRINT, FULL, Entry
from descant.library.spaces import SPACES
from descant.library.store import Library
from descant.pipelines.listen import CUT_OFF, hear
from descant.pipelines.melodies import melodies
from descant.types import Keys, Loudness, Melody, Meter, Piece, Tags, Tempo
from descant.types.annotations import INSTRUMENT

# What a search filters by and explains with, and what melodies are made from; the spaces add what they need.
HEARD = ("tempo", "meter", "beats", "keys", "chords", "notes", "pitch", "loudness", "instruments")
NOT_KEPT = "pitch"  # made melodies of, then let go
HEAR_SHARE = 0.8  # of the work, for the progress

Progress = Callable[[float], None]


def describe_audio(path: Path, library: Library, content: str, level: int, progress: Progress) -> Entry:
    """Learn of a sound file what a level asks for. library: what was heard before is taken from it."""
    sound = open_audio(path)
    facts: dict[str, Any] = {"content": content, "kind": "audio", "level": level, "duration": sound.duration}
    facts |= tag_facts(read_tags(path))
    facts["warnings"] = (CUT_OFF,) if sound.truncated else ()
    if level == FINGERPRINT:
        facts["fingerprint"] = fingerprint(sound)
    elif level == FULL:
        fields = {*HEARD, *spaces.fields(SPACES)}
        also = [SpectralPeaks(), *spaces.features(SPACES)]
        before = heard_before(library, content, fields - {NOT_KEPT})
        if before is None:
            piece = hear(sound, only=fields, also=also, progress=lambda share: progress(HEAR_SHARE * share))
            tunes = stored(melodies(piece))
        else:
            piece, tunes = before.piece, before.melodies
            prepare(sound, also, lambda done: progress(HEAR_SHARE * min(1.0, done / max(piece.duration, 1e-6))))
        facts |= heard_facts(piece) | {
            "fingerprint": fingerprint(sound),
            "vectors": spaces.embedded(sound, piece),
            "melodies": tunes,
            "analysis": packed(piece),
        }
    return Entry(**facts)


def tag_facts(tags: Mapping[str, str]) -> dict[str, Any]:
    """An entry's columns from a file's tags."""
    facts: dict[str, Any] = {name: value for name, value in tags.items() if name != "year"}
    year = re.search(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)", tags.get("year", ""))
    return facts | ({"year": int(year[0])} if year else {})


def heard_facts(piece: Piece) -> dict[str, Any]:
    """An entry's columns from what was heard."""
    facts: dict[str, Any] = {"duration": piece.duration, "warnings": piece.warnings}
    tempo, keys, meter = piece.get(Tempo), piece.get(Keys), piece.get(Meter)
    if tempo is not None and tempo.bpm is not None:
        facts |= {"tempo": tempo.bpm, "tempo_confidence": tempo.candidates[0].confidence}
    if keys is not None and keys.overall != "N":
        facts |= {"key": keys.overall, "key_confidence": keys.overall_confidence}
    if meter is not None:
        facts["meter"] = meter.signature
    if (loudness := piece.get(Loudness)) is not None:
        facts["loudness"] = loudness.integrated_lufs
    if (played := piece.get(Tags)) is not None:
        facts["instruments"] = tuple(
            (label, min(1.0, seconds / piece.duration)) for label, seconds in played.seconds(INSTRUMENT).items()
        )
    return facts


def stored(found: Iterable[Melody]) -> tuple[tuple[str, bytes], ...]:
    """Melodies as an entry keeps them."""
    return tuple((melody.label, melody.to_bytes()) for melody in found)
