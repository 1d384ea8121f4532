"""From sound to the notes that were played, and from those to a page.

One system, one file: a function from `AudioFile` to `Notes`, with its line in the table below; `notation/` goes on from
there to `Score`.
"""

from descant.registry import Transform
from descant.types import AudioFile, Beats, Notes, Score

TRANSFORMS = (
    Transform(
        name="basic-pitch",
        source=(AudioFile,),
        target=Notes,
        call="descant.transcription.basic_pitch:basic_pitch",
        rank=20,
        summary="notes of any instrument and of voices, with bends, from contour, note and onset posteriorgrams",
        paper="Bittner et al.: A Lightweight Instrument-Agnostic Model for Polyphonic Note Transcription and "
        "Multipitch Estimation, ICASSP 2022",
        size=180_000,
        example="descant convert song.mp3 song.mid --use notes=basic-pitch",
    ),
    Transform(
        name="harmonic-nmf",
        source=(AudioFile,),
        target=Notes,
        call="descant.transcription.harmonic_nmf:harmonic_nmf",
        rank=10,
        summary="notes from non-negative decomposition of the spectrum over fixed harmonic templates",
        paper="Smaragdis and Brown: Non-Negative Matrix Factorization for Polyphonic Music Transcription, WASPAA 2003",
        example="descant convert song.mp3 song.mid --use notes=harmonic-nmf",
    ),
    Transform(
        name="onsets-and-frames",
        source=(AudioFile,),
        target=Notes,
        call="descant.transcription.onsets_and_frames:onsets_and_frames",
        rank=8,
        summary="piano notes from a network that hears onsets and sounding keys apart; notes start only at onsets",
        paper="Hawthorne et al.: Onsets and Frames: Dual-Objective Piano Transcription, ISMIR 2018",
        size=351_000,
        example="descant listen piano.wav --use notes=onsets-and-frames",
    ),
    Transform(
        name="autoregressive-multistate",
        source=(AudioFile,),
        target=Notes,
        call="descant.transcription.autoregressive_multistate:autoregressive_multistate",
        rank=6,
        summary="piano notes while they are played: one of five states a key and frame, the last ones fed back",
        paper="Kwon, Jeong and Nam: Polyphonic Piano Transcription Using Autoregressive Multi-State Note Model, "
        "ISMIR 2020",
        size=215_000,
        example="descant listen piano.wav --use notes=autoregressive-multistate",
    ),
    Transform(
        name="drums",
        source=(AudioFile,),
        target=Notes,
        call="descant.transcription.drums:drums",
        rank=5,
        summary="strokes of kick, snare, hi-hat, toms and cymbals from a small convolutional network",
        paper="Vogl, Widmer and Knees: Towards Multi-Instrument Drum Transcription, DAFx 2018",
        size=1_200_000,
        example="descant listen song.mp3 --only notes --use notes=drums",
    ),
    Transform(
        name="notate",
        source=(Notes, Beats),
        target=Score,
        call="descant.transcription.notation.notate:notate",
        rank=10,
        summary="a page of performed notes: grid, metre, key signature, spelling (ps13), hands, voices, note values",
        paper="Meredith: The ps13 Pitch Spelling Algorithm, JNMR 2006; Cogliati, Temperley and Duan: Transcribing "
        "Human Piano Performances into Music Notation, ISMIR 2016",
        example="descant transcribe played.mid -o page.pdf",
    ),
)
