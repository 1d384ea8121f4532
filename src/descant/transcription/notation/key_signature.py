"""Key signatures from pitch classes: how often each class sounds under a signature, and a path through the measures.

A signature stands until another explains several measures better, since composers change it seldom. The profiles hold
what share of the time each pitch class sounds, from the signature's major tonic up, in pieces in major and in minor
(`tools/key_profiles.py` counts them).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Of 92 pieces in major and 64 in minor: songs and keyboard music of When in Rome (CC BY-SA 4.0), training split.
PROFILES = {
    "major": (0.213, 0.011, 0.108, 0.016, 0.131, 0.092, 0.019, 0.217, 0.019, 0.082, 0.018, 0.073),
    "minor": (0.127, 0.023, 0.098, 0.020, 0.193, 0.089, 0.022, 0.069, 0.051, 0.198, 0.020, 0.090),
}
WEIGHT, MOST = 2.0, 4.0  # nats that a quarter of sounding notes counts for, and quarters that count in a measure
CHANGE, MODE_CHANGE = 60.0, 20.0  # nats that a change of signature costs, and one of the mode alone
SIGNATURES = tuple(range(-6, 7))  # sharps: G flat to F sharp, one name for each
FIRST = 0.12  # nats a sign: what is equally likely is written with fewer
MOST_SIGNS = 7


class Signature(NamedTuple):
    """A key signature and the mode that goes with it."""

    sharps: int  # flats below 0
    mode: str


KEYS = tuple(Signature(sharps, mode) for mode in PROFILES for sharps in SIGNATURES)


def signatures(sounding: npt.NDArray[np.floating]) -> list[Signature]:
    """The signature of each measure. sounding: (measures, 12), how long each pitch class sounds in each, quarters."""
    if not len(sounding):
        return []
    likely = {mode: np.log(np.array(profile) / sum(profile)) for mode, profile in PROFILES.items()}
    profiles = np.stack([np.roll(likely[one.mode], 7 * one.sharps % 12) for one in KEYS])  # (keys, 12)
    total = sounding.sum(axis=1, keepdims=True)
    weight = WEIGHT * np.minimum(total, MOST) / np.maximum(total, 1e-9)
    score = (weight * sounding) @ profiles.T  # (measures, keys)
    sharps = np.array([one.sharps for one in KEYS])
    change = np.where(sharps[:, None] == sharps, MODE_CHANGE, CHANGE)
    np.fill_diagonal(change, 0.0)
    best = score[0] - FIRST * np.abs(sharps)
    came = np.zeros(score.shape, dtype=np.int64)
    for at in range(1, len(score)):
        options = best[:, None] - change
        came[at] = options.argmax(axis=0)
        best = options.max(axis=0) + score[at]
    state = int(best.argmax())
    found = []
    for at in reversed(range(len(score))):
        found.append(KEYS[state])
        state = int(came[at, state])
    return _alike(found[::-1])


def _alike(found: list[Signature]) -> list[Signature]:
    """The signatures, each on that side of the circle of fifths on which the most frequent one lies."""
    sharps = [one.sharps for one in found]
    usual = max(set(sharps), key=sharps.count)
    near = [min((one, one - 12, one + 12), key=lambda name: abs(name - usual)) for one in sharps]
    return [
        one._replace(sharps=other) if abs(other) <= MOST_SIGNS else one for one, other in zip(found, near, strict=True)
    ]
