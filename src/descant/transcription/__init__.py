"""From sound to the notes that were played.

One system, one file: a function from `AudioFile` to `Notes`, with its line in the table below.
"""

from descant.registry import Transform
from descant.types import AudioFile, Notes

TRANSFORMS = (
    Transform(
        name="harmonic-nmf",
        source=(AudioFile,),
        target=Notes,
        call="descant.transcription.harmonic_nmf:harmonic_nmf",
        rank=10,
        summary="notes from non-negative decomposition of the spectrum over fixed harmonic templates",
        paper="Smaragdis and Brown: Non-Negative Matrix Factorization for Polyphonic Music Transcription, WASPAA 2003",
        example="descant convert song.mp3 song.mid",
    ),
)
