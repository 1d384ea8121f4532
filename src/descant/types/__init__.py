"""The representations of music: what every transform takes and gives.

Frozen, checked when made, with units in the field names or beside them. Seconds are seconds of the recording.
"""

from descant.types.alignment import Alignment, Position
from descant.types.annotations import (
    Beats,
    Chords,
    Keys,
    Loudness,
    Meter,
    PitchContour,
    Sections,
    Tags,
    Tempo,
    TempoCandidate,
    Tuning,
)
from descant.types.audio import Audio, AudioFile
from descant.types.cadences import Cadences
from descant.types.finding import Embedding, Ranked, Ranking, Text
from descant.types.melody import Melody
from descant.types.notes import ControlChange, MeterChange, Notes, Part, PitchBend, TempoChange
from descant.types.piece import FIELDS, Annotation, Piece
from descant.types.provenance import Provenance
from descant.types.roman_numerals import RomanNumerals
from descant.types.score import Score

__all__ = [
    "FIELDS",
    "Alignment",
    "Annotation",
    "Audio",
    "AudioFile",
    "Beats",
    "Cadences",
    "Chords",
    "ControlChange",
    "Embedding",
    "Keys",
    "Loudness",
    "Melody",
    "Meter",
    "MeterChange",
    "Notes",
    "Part",
    "Piece",
    "PitchBend",
    "PitchContour",
    "Position",
    "Provenance",
    "Ranked",
    "Ranking",
    "RomanNumerals",
    "Score",
    "Sections",
    "Tags",
    "Tempo",
    "TempoCandidate",
    "TempoChange",
    "Text",
    "Tuning",
]
