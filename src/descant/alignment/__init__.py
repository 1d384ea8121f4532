"""(Audio or Notes, Score) → positions: score following, page turns, accompaniment, practice scoring."""

from descant.registry import Transform
from descant.types import Alignment, AudioFile, Score

TRANSFORMS = (
    Transform(
        name="dtw",
        source=(Score, AudioFile),
        target=Alignment,
        call="descant.alignment.high_resolution:dtw_alignment",
        rank=10,
        summary="where in a recording each onset of a score is: time warping, coarse to fine, over onsets of every key",
        paper="Ewert, Müller and Grosche: High Resolution Audio Synchronization Using Chroma Onset Features, "
        "ICASSP 2009",
        example="descant align score.musicxml recording.flac",
    ),
)
