"""What is measured from sound before anything is concluded from it: one implementation of each, once a file.

Frame-wise features share one grid: frame `i` is centred on `i / FRAME_RATE` seconds.
"""

from descant.features.stream import FRAME_RATE, HOP, RATE, Feature, Sound, Stream, get, prepare

__all__ = ["FRAME_RATE", "HOP", "RATE", "Feature", "Sound", "Stream", "get", "prepare"]
