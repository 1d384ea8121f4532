"""What is measured from sound before anything is concluded from it: one implementation of each, once a file.

What is measured frame by frame at `RATE` (harmony, onset strength, the waveform's outline) shares one grid of
`FRAME_RATE` frames a second: frame `i` is centred on `i / FRAME_RATE` seconds; the outline's runs begin there. Pitch
(`f0`), timbre and loudness keep grids of their own, which their modules name.
"""

from descant.features.stream import FRAME_RATE, HOP, RATE, Feature, Sound, Stream, forget, get, prepare

__all__ = ["FRAME_RATE", "HOP", "RATE", "Feature", "Sound", "Stream", "forget", "get", "prepare"]
