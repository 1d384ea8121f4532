"""The tuning of the instruments: the offset from A440 on which the spectrum's peaks agree.

A histogram of the peaks' distances from the equal-tempered scale (`descant.features.tuning`), as in Dressler and
Streich: Tuning Frequency Estimation Using Circular Statistics, ISMIR 2007, with the densest place instead of the mean.
"""

from __future__ import annotations

from descant.features import Sound, get
from descant.features.harmony import Harmony, HarmonyFrames
from descant.registry import needs
from descant.types import Tuning


@needs(Harmony())
def tuning_histogram(sound: Sound) -> Tuning:
    """The offset from A440 in cents, within [-50, 50]; 0 with confidence 0 where nothing is pitched."""
    harmony: HarmonyFrames = get(sound, Harmony())
    return Tuning(harmony.tuning_cents, harmony.tuning_confidence)
