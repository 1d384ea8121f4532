"""What is heard in a recording: sound to beats, tempo, metre, chords, keys, sections, pitch, tuning and loudness.

One system, one file, named as the literature names it. A new beat tracker goes into a file here, as a function from
`AudioFile` to `Beats`, with its line in the table below; the highest rank runs by default.
"""

from descant.registry import Transform
from descant.types import AudioFile, Beats, Chords, Keys, Loudness, Meter, PitchContour, Sections, Tags, Tempo, Tuning

TRANSFORMS = (
    # beats
    Transform(
        name="all-in-one",
        source=(AudioFile,),
        target=Beats,
        call="descant.analysis.all_in_one:all_in_one",
        rank=30,
        summary="beats and downbeats from a network with attention over separated channels, then a bar pointer",
        paper="Kim and Nam: All-In-One Metrical and Functional Structure Analysis with Neighborhood Attentions on "
        "Demixed Audio, WASPAA 2023",
        size=1_863_000,
        example="descant listen song.mp3 --use beats=all-in-one",
    ),
    Transform(
        name="bar-pointer-hmm",
        source=(AudioFile,),
        target=Beats,
        call="descant.analysis.bar_pointer_hmm:bar_pointer_hmm",
        rank=20,
        summary="beats and downbeats from a hidden Markov model over position in the bar and tempo",
        paper="Krebs, Böck and Widmer: An Efficient State-Space Model for Joint Tempo and Meter Tracking, ISMIR 2015",
        example="descant listen song.mp3 --use beats=bar-pointer-hmm",
    ),
    Transform(
        name="ellis-dp",
        source=(AudioFile,),
        target=Beats,
        call="descant.analysis.ellis_dp:ellis_dp",
        rank=10,
        summary="beats by dynamic programming over onset strength, as librosa does it; no downbeats",
        paper="Ellis: Beat Tracking by Dynamic Programming, JNMR 2007",
        licence="ISC (librosa)",
        example="descant listen song.mp3 --use beats=ellis-dp",
    ),
    # tempo and metre
    Transform(
        name="tempogram",
        source=(AudioFile, Beats),
        target=Tempo,
        call="descant.analysis.tempogram:tempogram",
        rank=10,
        summary="the tempo of the beats, and the next best peak of the onsets' autocorrelation",
        paper="Grosche, Müller and Kurth: Cyclic Tempogram, ICASSP 2010",
        example="descant listen song.mp3 --only tempo",
    ),
    Transform(
        name="bar-count",
        source=(Beats,),
        target=Meter,
        call="descant.analysis.bar_count:bar_count",
        rank=10,
        summary="the metre from the number of beats between downbeats",
        example="descant listen song.mp3 --only meter",
    ),
    # harmony
    Transform(
        name="structured-chords",
        source=(AudioFile, Beats),
        target=Chords,
        call="descant.analysis.structured_chords:structured_chords",
        rank=20,
        summary="chords of a large vocabulary from a network that also tells root, notes and bass",
        paper="McFee and Bello: Structured Training for Large-Vocabulary Chord Recognition, ISMIR 2017",
        size=1_650_000,
        example="descant listen song.mp3 --use chords=structured-chords",
    ),
    Transform(
        name="template-hmm",
        source=(AudioFile, Beats),
        target=Chords,
        call="descant.analysis.template_hmm:template_hmm",
        rank=10,
        summary="chords from beat-wise chroma against chord templates, smoothed by a hidden Markov model",
        paper="Bello and Pickens: A Robust Mid-level Representation for Harmonic Content in Music Signals, ISMIR 2005",
        example="descant listen song.mp3 --use chords=template-hmm",
    ),
    Transform(
        name="key-net",
        source=(AudioFile,),
        target=Keys,
        call="descant.analysis.key_net:key_net",
        rank=15,
        summary="keys over time from a small network that hears all transpositions alike",
        paper="Korzeniowski and Widmer: Genre-Agnostic Key Classification with Convolutional Neural Networks, "
        "ISMIR 2018",
        size=69_000,
        example="descant listen song.mp3 --use keys=key-net",
    ),
    Transform(
        name="key-profiles",
        source=(AudioFile,),
        target=Keys,
        call="descant.analysis.key_profiles:key_profiles",
        rank=10,
        summary="keys over time from chroma against key profiles, smoothed by a hidden Markov model",
        paper="Temperley: What's Key for Key? The Krumhansl-Schmuckler Key-Finding Algorithm Reconsidered, 1999",
        example="descant listen song.mp3 --use keys=key-profiles",
    ),
    Transform(
        name="tuning-histogram",
        source=(AudioFile,),
        target=Tuning,
        call="descant.analysis.tuning_histogram:tuning_histogram",
        rank=10,
        summary="the offset from A440 that the spectrum's peaks agree on",
        example="descant listen song.mp3 --only tuning",
    ),
    # form
    Transform(
        name="all-in-one-sections",
        source=(AudioFile, Beats),
        target=Sections,
        call="descant.analysis.all_in_one:all_in_one_sections",
        rank=15,
        summary="sections and their letters from the boundaries and embeddings of the same network",
        paper="Kim and Nam: All-In-One Metrical and Functional Structure Analysis with Neighborhood Attentions on "
        "Demixed Audio, WASPAA 2023",
        size=1_863_000,
        example="descant listen song.mp3 --use sections=all-in-one-sections",
    ),
    Transform(
        name="checkerboard-novelty",
        source=(AudioFile, Beats),
        target=Sections,
        call="descant.analysis.checkerboard_novelty:checkerboard_novelty",
        rank=10,
        summary="section boundaries from self-similarity novelty, letters from repetition",
        paper="Foote: Automatic Audio Segmentation Using a Measure of Audio Novelty, ICME 2000",
        example="descant listen song.mp3 --use sections=checkerboard-novelty",
    ),
    # melody and loudness
    Transform(
        name="swift-f0",
        source=(AudioFile,),
        target=PitchContour,
        call="descant.analysis.swift_f0:swift_f0",
        rank=20,
        summary="the melody's pitch and voicing from a small convolutional network",
        paper="Nieradzik: SwiftF0: Fast and Accurate Monophonic Pitch Detection, 2025",
        licence="MIT (swift-f0)",
        size=135_000,
        example="descant listen song.mp3 --only pitch",
    ),
    Transform(
        name="pyin",
        source=(AudioFile,),
        target=PitchContour,
        call="descant.analysis.pyin:pyin",
        rank=10,
        summary="pitch by probabilistic YIN, as librosa does it; slow",
        paper="Mauch and Dixon: pYIN: A Fundamental Frequency Estimator Using Probabilistic Threshold Distributions, "
        "ICASSP 2014",
        licence="ISC (librosa)",
        example="descant listen song.mp3 --use pitch=pyin",
    ),
    Transform(
        name="bs1770",
        source=(AudioFile,),
        target=Loudness,
        call="descant.analysis.bs1770:bs1770",
        rank=10,
        summary="integrated loudness, true peak and loudness range, streamed",
        paper="ITU-R BS.1770-4; EBU Tech 3342",
        example="descant listen song.mp3 --only loudness",
    ),
    # instruments
    Transform(
        name="instruments",
        source=(AudioFile,),
        target=Tags,
        call="descant.analysis.instruments:instruments",
        rank=10,
        summary="instruments with the times they sound, and the genre, from a network taught by clips alone",
        paper="Kong, Xu, Wang and Plumbley: Audio Set Classification with Attention Model, ICASSP 2018",
        size=1_030_000,
        example="descant listen song.mp3 --only instruments",
    ),
)
