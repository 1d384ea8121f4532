"""Sound and words → places in spaces where what is alike lies near.

One system, one file: a function to an `Embedding`, with its line in the table below.
"""

from descant.registry import Transform
from descant.types import AudioFile, Beats, Embedding, Notes, Text

TRANSFORMS = (
    Transform(
        name="mulan-audio",
        source=(AudioFile,),
        target=Embedding,
        call="descant.description.mulan:mulan_audio",
        rank=20,
        summary="a recording as a point near the words that fit it: two towers, trained by contrast",
        paper="Huang, Jansen, Lee, Ganti, Li and Ellis: MuLan: A Joint Embedding of Music Audio and Natural Language, "
        "ISMIR 2022",
        size=6_035_000,
        example='descant find "calm piano in a minor key, slow"',
    ),
    Transform(
        name="mulan-text",
        source=(Text,),
        target=Embedding,
        call="descant.description.mulan:mulan_text",
        rank=19,
        summary="words as a point near the recordings that they fit, misspelt ones too: hashed n-grams of letters",
        paper="Huang, Jansen, Lee, Ganti, Li and Ellis: MuLan: A Joint Embedding of Music Audio and Natural Language, "
        "ISMIR 2022",
        size=6_035_000,
        example='descant find "slow sad song with strings"',
    ),
    Transform(
        name="chroma-2dftm",
        source=(AudioFile, Beats),
        target=Embedding,
        call="descant.description.chroma_2dftm:chroma_2dftm",
        rank=10,
        summary="harmony in any key and tempo: the 2D Fourier transform magnitude of chroma from beat to beat",
        paper="Ellis and Bertin-Mahieux: Large-scale Cover Song Recognition Using the 2D Fourier Transform Magnitude, "
        "ISMIR 2012",
        example="descant find --like song.mp3 --by harmony",
    ),
    Transform(
        name="scale-transform",
        source=(AudioFile,),
        target=Embedding,
        call="descant.description.scale_transform:scale_transform",
        rank=9,
        summary="rhythm at any tempo: the scale transform of the onsets' autocorrelation in three bands",
        paper="Holzapfel and Stylianou: Scale Transform in Rhythmic Similarity of Music, IEEE TASLP 2011",
        example="descant find --like song.mp3 --by rhythm",
    ),
    Transform(
        name="interval-ngrams",
        source=(Notes,),
        target=Embedding,
        call="descant.description.interval_ngrams:interval_ngrams",
        rank=8,
        summary="melody in any key and tempo: a histogram of n-grams of intervals in the outer voices",
        paper="Downie: Evaluating a Simple Approach to Music Information Retrieval: Conceiving Melodic N-grams as "
        "Text, 1999",
        example="descant find --like song.mp3 --by melody",
    ),
    Transform(
        name="single-gaussian",
        source=(AudioFile,),
        target=Embedding,
        call="descant.description.single_gaussian:single_gaussian",
        rank=7,
        summary="timbre: mean and covariance of mel-frequency cepstral coefficients as one vector",
        paper="Mandel and Ellis: Song-level Features and Support Vector Machines for Music Classification, ISMIR 2005",
        example="descant find --like song.mp3 --by timbre",
    ),
)
