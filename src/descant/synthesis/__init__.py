"""From notes to sound.

One system, one file: a function from `Notes` to `Audio`, with its line in the table below.
"""

from descant.registry import Transform
from descant.types import Audio, Notes

TRANSFORMS = (
    Transform(
        name="sampler",
        source=(Notes,),
        target=Audio,
        call="descant.synthesis.sampler:sampler",
        rank=10,
        summary="plays notes on a SoundFont",
        licence="MIT (midirenderer); the SoundFont has its own",
        example="descant render song.mid song.wav",
    ),
)
