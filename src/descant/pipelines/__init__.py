"""What spans rooms: several transforms put together into one result. No models of its own."""

from descant.registry import Transform
from descant.types import Alignment, AudioFile, Notes, Piece, Score, Tags

TRANSFORMS = (
    Transform(
        name="listen",
        source=(AudioFile,),
        target=Piece,
        call="descant.pipelines.listen:listen",
        rank=10,
        summary="everything that is heard in a recording, as one piece",
        example="descant listen song.mp3",
    ),
    Transform(
        name="by-instrument",
        source=(AudioFile, Tags),
        target=Notes,
        call="descant.pipelines.by_instrument:by_instrument",
        rank=30,
        summary="notes by the transcriber that suits what plays, a piano or anything; the drums' strokes beside them",
        example="descant convert song.mp3 song.mid",
    ),
    Transform(
        name="hidden-semi-markov",
        source=(Score, AudioFile),
        target=Alignment,
        call="descant.pipelines.follow:hidden_semi_markov",
        rank=7,
        summary="where in a score a recording is, told as it is heard: onset by onset, each for about its length",
        paper="Cont: A Coupled Duration-Focused Architecture for Real-Time Music-to-Score Alignment, IEEE TPAMI 2010",
        example="descant follow score.musicxml --audio recording.flac",
    ),
    Transform(
        name="online-dtw",
        source=(Score, AudioFile),
        target=Alignment,
        call="descant.pipelines.follow:online_dtw",
        rank=5,
        summary="where in a score a recording is, told as it is heard: time warping against the score's sound",
        paper="Dixon: Live Tracking of Musical Performances Using On-Line Time Warping, DAFx 2005",
        example="descant follow score.musicxml --audio recording.flac --use online-dtw",
    ),
)
