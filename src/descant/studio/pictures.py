"""What a page shows and plays of a recording: its outline, its spectrum, and a copy where browsers do not play it.

All are made in the pass in which the recording is heard, and go to files as they are made, so ten hours take no more
memory than ten minutes. Each appears whole, once it has been made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict

from descant.features import FRAME_RATE, Feature, get
from descant.features.spectrum_image import BANDS, SpectrumImage
from descant.features.waveform import SoundCopy, Waveform
from descant.io.files import remove_half_written, write_beside, write_bytes, write_text
from descant.studio.browser_sound import copy_name, played_as
from descant.studio.pieces import PieceStore
from descant.studio.revisions import SOURCE_ONLY
from descant.types import AudioFile

WAVEFORM, SPECTRUM, SPECTRUM_FACTS = "waveform.int8", "spectrum.uint8", "spectrum.json"
MOST_BYTES = 64_000_000  # of a spectrum; of longer recordings more frames are joined in a row


@contextmanager
def pictures(store: PieceStore, piece_id: str, sound: AudioFile) -> Iterator[list[Feature]]:
    """The features that draw what is missing, to be measured within; what they drew is kept if no error ends it."""
    outline, spectrum, facts, copy = (
        store.derived_path(piece_id, name, SOURCE_ONLY)
        for name in (WAVEFORM, SPECTRUM, SPECTRUM_FACTS, copy_name(sound))
    )
    for path in (spectrum, copy):
        remove_half_written(path.parent, path.name)
    features: list[Feature] = [] if outline.exists() else [Waveform()]
    with ExitStack() as files:
        drawn = None
        if not facts.exists():
            drawn = SpectrumImage(files.enter_context(write_beside(spectrum)), joined(sound.duration))
            features.append(drawn)
        if played_as(sound) is None and not copy.exists():
            features.append(SoundCopy(files.enter_context(write_beside(copy)), vorbis=copy.suffix == ".ogg"))
        yield features
    if Waveform() in features:
        write_bytes(outline, get(sound, Waveform()).tobytes())
    if drawn is not None:
        write_text(facts, json.dumps(asdict(get(sound, drawn))))


def joined(duration: float) -> int:
    """The frames in a row of the spectrum: two, doubled until the file is small enough."""
    frames = 2
    while duration * FRAME_RATE / frames * BANDS > MOST_BYTES:
        frames *= 2
    return frames
