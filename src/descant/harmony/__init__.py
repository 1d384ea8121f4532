"""Score → annotation: Roman numerals, cadences, grammar, melody and composer models.

Sequences of chords relative to the key (`degree_chords`) are modelled by `grammar`, and by what `sequences` holds.
"""

from descant.registry import Transform
from descant.types import Cadences, Notes, RomanNumerals, Score

TRANSFORMS = (
    Transform(
        name="chord-gnn",
        source=(Score,),
        target=RomanNumerals,
        call="descant.harmony.chord_gnn:chord_gnn",
        rank=10,
        summary="local keys and Roman numerals of a score from a graph network over its notes",
        paper="Karystinaios and Widmer: Roman Numeral Analysis with Graph Neural Networks: Onset-wise Predictions from "
        "Note-wise Features, ISMIR 2023",
        size=2_400_000,
        example="descant harmony score.musicxml --annotate annotated.pdf",
    ),
    Transform(
        name="modular-harmony",
        source=(Score,),
        target=RomanNumerals,
        call="descant.harmony.modular_harmony:modular_harmony",
        rank=8,
        summary="local keys and Roman numerals of a score from six small networks, joined by a beam search",
        paper="McLeod and Rohrmeier: A Modular System for the Harmonic Analysis of Musical Scores using a Large "
        "Vocabulary, ISMIR 2021",
        size=1_196_000,
        example="descant harmony score.musicxml --use modular-harmony",
    ),
    Transform(
        name="cadences",
        source=(Score, RomanNumerals),
        target=Cadences,
        call="descant.harmony.cadences:cadences",
        rank=10,
        summary="cadences of a score and their kinds, from its numerals and where its phrases end",
        paper="Caplin: Classical Form, Oxford 1998",
        example="descant harmony score.musicxml",
    ),
    Transform(
        name="melody",
        source=(Notes,),
        target=Notes,
        call="descant.harmony.melody:melody_notes",
        rank=0,
        summary="the tune among the notes of a piece, from a recurrent network and a path of one note at a time",
        paper="Chou, Chen, Chang, Ching and Yang: MidiBERT-Piano: Large-scale Pre-training for Symbolic Music "
        "Understanding, 2021 (its recurrent baseline)",
        size=303_000,
        example="descant transcribe song.mid --parts melody",
    ),
)
