"""What spans rooms: several transforms put together into one result. No models of its own."""

from descant.registry import Transform
from descant.types import AudioFile, Piece

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
)
