"""What a SoundFont's modulators do to the filter, written into its zones, because the player knows no modulators.

MuseScore General's pianos have a filter that is nearly shut and is opened by modulators from velocity and key; without
them they sound as through a wall. Each zone with such a modulator is split into narrow ranges of velocity and key, and
the modulator's value in the middle of each is added to the zone's own (SoundFont Technical Specification 2.01, 8.2, 8.4
and 9.5). Modulators from controllers, with a second source, or to anything else are left out, as the player does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[np.void]
Generators = dict[int, int]  # kind to amount
Span = tuple[int, int]  # both included

MODULATOR = np.dtype([("source", "<u2"), ("target", "<u2"), ("amount", "<i2"), ("second", "<u2"), ("bend", "<u2")])
SAMPLE_ID = 53  # ends an instrument's zone
KEYS, VELOCITIES = 43, 44  # the generators that limit a zone
CUTOFF, SWEEP = 8, 11  # the filter's frequency, and how far the modulation envelope moves it, cents
OPEN = 13_500  # an instrument's cutoff where none is named
VELOCITY, KEY = 2, 3  # sources
NEGATIVE, BIPOLAR = 0x100, 0x200  # their flags; the curve's number stands above
WIDTH = 8  # velocities or keys in a range
FURTHEST = 24_000  # cents either way, which is further than any filter goes


def baked(
    headers: Records, bags: Records, generators: Records, modulators: Records, ends: int
) -> list[list[Generators]]:
    """The zones of every preset or instrument but the last, with the filter's modulators written into them.

    ends: the generator that names what a zone plays, and is its last; the zone without it, the first, is for all.
    """
    moving = modulators.view(MODULATOR)
    found = []
    for first, last in zip(headers["bag"][:-1].astype(int), headers["bag"][1:].astype(int), strict=True):
        zones: list[Generators] = []
        common: Generators = {}
        for_all: dict[Span, int] = {}
        for at in range(first, last):
            here, there = bags[at], bags[at + 1]
            mine = generators[int(here["generator"]) : int(there["generator"])]
            zone = {int(one["kind"]): int(one["amount"]) for one in mine}
            moved = _of_filter(moving[int(here["modulator"]) : int(there["modulator"])])
            if ends in zone:
                zones += _split(zone, common, {**for_all, **moved}, ends)
            else:
                zones.append(zone)
                if at == first:
                    common, for_all = zone, moved
        found.append(zones)
    return found


def _of_filter(modulators: Records) -> dict[Span, int]:
    """The amounts of the modulators from velocity or key to the filter, by source and target."""
    return {
        (int(one["source"]), int(one["target"])): int(one["amount"])
        for one in modulators
        if one["target"] in (CUTOFF, SWEEP) and one["source"] & 0xFF in (VELOCITY, KEY) and not one["second"]
    }


def _split(zone: Generators, common: Generators, moved: dict[Span, int], ends: int) -> Iterator[Generators]:
    """A zone in ranges in which its modulators hardly change."""
    moved = {where: amount for where, amount in moved.items() if amount}
    sources = {source & 0xFF for source, _ in moved}
    if not sources:
        yield zone
        return
    keys, velocities = (
        _ranges(_span(zone, common, kind), narrow=source in sources)
        for kind, source in ((KEYS, KEY), (VELOCITIES, VELOCITY))
    )
    default = {CUTOFF: OPEN if ends == SAMPLE_ID else 0, SWEEP: 0}
    for key, velocity in product(keys, velocities):
        limits = {KEYS: key[0] | key[1] << 8, VELOCITIES: velocity[0] | velocity[1] << 8}
        part = {**limits, **{kind: amount for kind, amount in zone.items() if kind not in limits}}
        playing = part.pop(ends)
        for target in {target for _, target in moved}:
            cents = _signed(zone.get(target, common.get(target, default[target])))
            for (source, to), amount in moved.items():
                middle = sum(velocity if source & 0xFF == VELOCITY else key) / 2
                cents += round(amount * curve(source, middle / 127)) if to == target else 0
            part[target] = int(np.clip(cents, -FURTHEST, FURTHEST)) & 0xFFFF
        yield {**part, ends: playing}


def curve(source: int, share: float) -> float:
    """What a modulator's source gives at a share of its range: its direction, polarity and curve (8.2.1 to 8.2.4)."""
    share = 1 - share if source & NEGATIVE else share
    kind = source >> 10
    if kind == 1:  # concave
        share = min(1.0, -40 / 96 * float(np.log10(max(1 - share, 1e-3))))
    elif kind == 2:  # convex
        share = max(0.0, 1 + 40 / 96 * float(np.log10(max(share, 1e-3))))
    elif kind == 3:  # a switch
        share = float(share >= 0.5)
    return 2 * share - 1 if source & BIPOLAR else share


def _span(zone: Generators, common: Generators, kind: int) -> Span:
    limits = zone.get(kind, common.get(kind, 127 << 8))
    return limits & 0xFF, limits >> 8


def _ranges(span: Span, *, narrow: bool) -> list[Span]:
    if not narrow:
        return [span]
    low, high = span
    return [(at, min(at + WIDTH - 1, high)) for at in range(low, high + 1, WIDTH)]


def _signed(amount: int) -> int:
    return amount - 65_536 if amount >= 32_768 else amount
