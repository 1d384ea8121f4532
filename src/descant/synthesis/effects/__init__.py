"""What stands between an instrument and a recording of it: rooms, equalisers, compressors, codecs, tape and noise.

Every effect maps float32 (channels, n) at a rate to the same shape, draws what it needs from a generator, and delays
nothing, so labels of the dry sound hold for the recording; only the wow of tape and discs moves an onset, by 3 ms at
most. `recorded` chains them as a recording would.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.synthesis.effects.codec import codec
from descant.synthesis.effects.dynamics import clipped, compressed
from descant.synthesis.effects.equaliser import equalised
from descant.synthesis.effects.noise import noisy
from descant.synthesis.effects.room import in_a_room
from descant.synthesis.effects.tape import wow_and_flutter

Samples = npt.NDArray[np.float32]

__all__ = [
    "clipped",
    "codec",
    "compressed",
    "equalised",
    "in_a_room",
    "noisy",
    "recorded",
    "wow_and_flutter",
]

# How often each effect is heard at full strength.
ROOM, EQUALISER, COMPRESSOR, CLIP, TAPE, NOISE, CODEC = 0.6, 0.7, 0.45, 0.08, 0.1, 0.5, 0.2
QUIETEST_DB = -18.0  # peak level of the softest recordings


def recorded(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:
    """A plausible recording of dry sound: a random chain, in the order in which a signal passes through a studio.

    strength: from 0, the sound as it is, to 1; how often effects are heard and how much of them.
    """
    if strength <= 0 or not samples.any():
        return samples
    sound = samples
    for share, effect in (
        (EQUALISER, equalised),
        (ROOM, in_a_room),
        (COMPRESSOR, compressed),
        (TAPE, wow_and_flutter),
        (CLIP, clipped),
        (NOISE, noisy),
    ):
        if rng.random() < share * strength:
            sound = effect(sound, rate, rng, strength)
    level = 10.0 ** (rng.uniform(QUIETEST_DB, -0.5) * strength / 20)
    sound = sound * np.float32(level / max(float(np.abs(sound).max()), 1e-9))
    if rng.random() < CODEC * strength:
        sound = codec(sound, rate, rng, strength)
    return sound.astype(np.float32)
