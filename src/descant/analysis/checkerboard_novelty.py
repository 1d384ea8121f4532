"""Sections: boundaries where the music changes or a repetition begins or ends, letters from what repeats what.

Bars are compared with bars: their chroma, slice by slice, tells whether they play the same, their timbre whether they
sound alike. A checkerboard kernel along the diagonal of the timbres' self-similarity marks changes of texture. On the
chroma's, stripes beside the diagonal are repetitions, and where stripes begin and end is the second cue. Both, with a
preference for sections of four and eight bars and for sections that occur again, are weighed for the whole piece by
dynamic programming. Sections that match bar by bar, in any transposition, share a letter.

Foote: Automatic Audio Segmentation Using a Measure of Audio Novelty, ICME 2000. The stripes are after Goto: A Chorus
Section Detection Method for Musical Audio Signals, TASLP 2006; the programming after Sargent, Bimbot and Vincent: A
Regularity-Constrained Viterbi Algorithm and its Application to the Structural Segmentation of Songs, ISMIR 2011.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import Extent
from descant.features.harmony import Harmony
from descant.features.timbre import ROW_RATE, Timbre
from descant.registry import needs
from descant.types import Beats, Sections

FloatArray = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]

SLICES = 8  # of a bar
MOST_BARS = 4_000  # in a longer recording several bars count as one: 64 MB a matrix
GRID_SECONDS = 2.0  # of a "bar" where there are no beats
BEATS_A_BAR = 4  # where no downbeats are known
BASS_WEIGHT = 0.5

# The cues at a bar line: how many bars before and after it are compared, and the cue's weight; each is counted in
# standard deviations over the piece.
STRIPES = {4: 0.8, 8: 0.4}
KERNELS = {4: 0.4, 8: 0.3}
# The least standard deviations to count in, so that a piece without form is not read into: usual songs have more.
LEAST_STRIPES, LEAST_NOVELTY = 0.004, 0.04
STRIPE_STEP = 0.4  # the change of similarity from which a repetition begins or ends

LONGEST = 24  # bars in a section
COSTS = {1: 4.4, 2: 3.2, 4: 0.6, 6: 2.4, 8: 0.0, 10: 2.8, 12: 2.0, 16: 1.2}  # of a section, by its bars
ODD_COST, EVEN_COST = 3.0, 2.6  # of other lengths
REPEATED = 0.5  # mean similarity over which each bar of a section speaks for it
ALIKE = 0.5  # mean similarity of two sections' bars from which they share a letter
TRANSPOSED = 0.1  # how much more alike they must be in another key
# How sure a boundary is, by its strength: a logistic that stays low, for listeners who mark the same song often differ.
MOST_SURE, MIDDLE, SPREAD = 0.53, -1.0, 1.0
SILENT = 1e-4  # the chroma below which nothing sounds


@needs(Harmony(), Timbre(), Extent())
def checkerboard_novelty(sound: Sound, beats: Beats) -> Sections:
    """The form of a piece: sections that cover it from its first sample to its last.

    Each begins at a bar line: the first at the start, the others at a downbeat, or where bars of the usual length put
    one before the first downbeat and after the last. Where no downbeats are known a bar line is every fourth beat;
    without beats, every two seconds.

    A section's confidence is how sure its beginning is. Nothing is found in silence.
    """
    harmony, timbre = get(sound, Harmony()), get(sound, Timbre())
    duration: float = get(sound, Extent())
    if duration <= 0 or float(harmony.chroma.max(initial=0.0)) < SILENT:
        return Sections(np.zeros(0), np.zeros(0), ())
    edges = bar_lines(beats, duration)
    chroma = bar_chroma(harmony.chroma, harmony.bass_chroma, edges)  # (bars, SLICES, 24)
    alike = similarity(chroma, chroma)
    strength = boundary_strength(alike, bar_means(timbre, ROW_RATE, edges))
    cuts = best_cuts(strength, repetition(alike))
    start = edges[cuts[:-1]]
    return Sections(start, edges[cuts[1:]], letters(chroma, cuts), _confidence(strength[cuts[:-1]], len(beats)))


def bar_lines(beats: Beats, duration: float) -> FloatArray:
    """The bar lines in seconds, from 0 to `duration`; beyond the first and last downbeat, bars of the usual length."""
    known = beats.downbeats if (beats.position == 1).sum() > 1 else beats.time[::BEATS_A_BAR]
    known = known[known < duration]
    if len(known) < 2:
        known = np.arange(0.0, duration, GRID_SECONDS)
    usual = float(np.median(np.diff(known))) if len(known) > 1 else duration
    before = np.arange(known[0] - usual, usual / 2, -usual)[::-1]
    after = np.arange(known[-1] + usual, duration - usual / 2, usual)
    inside = np.concatenate([before, known, after])
    inside = inside[(inside > usual / 4) & (inside < duration - usual / 4)]
    lines = np.concatenate([[0.0], inside, [duration]])
    together = -(-(len(lines) - 1) // MOST_BARS)
    return np.unique(np.append(lines[:-1:together], duration))


def bar_means(rows: npt.NDArray[np.floating], rate: float, edges: FloatArray) -> FloatArray:
    """The mean of a feature between consecutive edges in seconds, (edges - 1, columns); row `i` starts at i / rate."""
    total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    at = np.clip(edges * rate, 0.0, len(rows))
    whole = np.minimum(at.astype(int), len(rows) - 1)
    up_to = total[whole] + (at - whole)[:, None] * rows[whole]
    return np.asarray(np.diff(up_to, axis=0) / np.maximum(np.diff(at), 1e-6)[:, None])


def bar_chroma(
    chroma: npt.NDArray[np.float32], bass: npt.NDArray[np.float32], edges: FloatArray
) -> npt.NDArray[np.float32]:
    """Each bar's chroma in slices, less the mean bar: float32 (bars, SLICES, 24), all voices before the bass."""
    bars = len(edges) - 1
    slices = np.interp(np.arange(bars * SLICES + 1) / SLICES, np.arange(bars + 1), edges)
    columns = []
    for rows, weight in ((chroma, 1.0), (bass, BASS_WEIGHT)):
        found = bar_means(rows, FRAME_RATE, slices).reshape(bars, SLICES, 12)
        size = np.sqrt(np.square(found).sum(axis=(1, 2), keepdims=True))
        columns.append(weight * found / np.maximum(size, SILENT))
    both = np.concatenate(columns, axis=2)
    return np.asarray(both - both.mean(axis=0), dtype=np.float32)


def similarity(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> Matrix:
    """The cosine between every two bars, (bars, bars). Bars that are both like the mean bar are alike."""
    sides = []
    for bars in (one, other):
        flat = np.pad(bars.reshape(len(bars), -1), ((0, 0), (0, 1)), constant_values=0.02)
        sides.append(flat / np.linalg.norm(flat, axis=1, keepdims=True))
    return np.asarray(sides[0] @ sides[1].T)


def boundary_strength(alike: Matrix, timbre: FloatArray) -> FloatArray:
    """How much speaks for a boundary at each bar line, (bars + 1,): the weighted cues."""
    cues = [weight * _standardised(stripe_ends(alike, size), LEAST_STRIPES) for size, weight in STRIPES.items()]
    cues += [weight * _standardised(checkerboard(timbre, size), LEAST_NOVELTY) for size, weight in KERNELS.items()]
    return np.asarray(sum(cues))


def stripe_ends(alike: Matrix, size: int) -> FloatArray:
    """How many repetitions begin or end at each bar line, (bars + 1,), over the number of bars.

    At each distance between bars, the similarity of the next `size` pairs is held against that of the last ones;
    pairs beyond the piece are not alike.
    """
    bars = len(alike)
    found = np.zeros(bars + 1)
    for lag in range(1, bars - 1):
        stripe = np.diagonal(alike, lag)
        total = np.concatenate([[0.0], np.cumsum(stripe, dtype=np.float64)])
        line = np.arange(len(total))
        low, high = np.maximum(line - size, 0), np.minimum(line + size, len(stripe))
        step = np.maximum(np.abs(total[high] - 2 * total + total[low]) / size - STRIPE_STEP, 0.0)
        found[: len(total)] += step
        found[lag : lag + len(total)] += step
    return found / bars


def checkerboard(timbre: FloatArray, size: int) -> FloatArray:
    """Foote's novelty at each bar line, (bars + 1,), of bars' timbres, (bars, columns), `size` to a side."""
    scaled = (timbre - timbre.mean(axis=0)) / np.maximum(timbre.std(axis=0), 1e-3)
    padded = np.pad(scaled, ((size, size), (0, 0)), mode="edge")
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * size, axis=0).transpose(0, 2, 1)
    alike = np.exp(-np.square(near[:, :, None] - near[:, None]).mean(axis=3))  # (bars + 1, 2 size, 2 size)
    side = np.arange(-size, size) + 0.5
    taper = np.sign(side) * np.exp(-0.5 * np.square(side / (0.5 * size)))
    kernel = np.outer(taper, taper)
    return np.asarray((alike * kernel).sum(axis=(1, 2)) / np.abs(kernel).sum())


def repetition(alike: Matrix) -> FloatArray:
    """How well the bars from each one on, taken together, occur again: (bars, LONGEST + 1) by first bar and length.

    The mean similarity to the best other place that does not overlap them, 0 where there is none.
    """
    bars = len(alike)
    best = np.zeros((bars, LONGEST + 1))
    for lag in range(2, bars):
        total = np.concatenate([[0.0], np.cumsum(np.diagonal(alike, lag), dtype=np.float64)])
        for length in range(2, min(LONGEST, lag, bars - lag) + 1):
            mean = (total[length:] - total[:-length]) / length
            for first in (best[: len(mean), length], best[lag : lag + len(mean), length]):
                np.maximum(first, mean, out=first)
    return best


def best_cuts(strength: FloatArray, again: FloatArray) -> npt.NDArray[np.int64]:
    """The bar lines that divide the piece best, from 0 to the number of bars.

    They have the best sum of the strengths at the cuts and the sections' repetition, less the costs of their lengths.
    """
    bars = len(again)
    length = np.arange(LONGEST + 1)
    cost = np.array([COSTS.get(int(bar), ODD_COST if bar % 2 else EVEN_COST) for bar in length])
    gain = np.maximum(again - REPEATED, 0.0) * length - cost  # (bars, LONGEST + 1)
    best = np.concatenate([[0.0], np.full(bars, -np.inf)])
    previous = np.zeros(bars + 1, dtype=np.int64)
    for end in range(1, bars + 1):
        first = np.arange(max(0, end - LONGEST), end)
        value = best[first] + gain[first, end - first]
        at = int(value.argmax())
        previous[end] = first[at]
        best[end] = value[at] + (strength[end] if end < bars else 0.0)
    cuts = [bars]
    while cuts[-1] > 0:
        cuts.append(int(previous[cuts[-1]]))
    return np.array(cuts[::-1])


def letters(
    chroma: npt.NDArray[np.float32],
    cuts: npt.NDArray[np.int64],
    likeness: FloatArray | float = 0.0,
    alike: float = ALIKE,
) -> tuple[str, ...]:
    """A letter for each section, in order of appearance; sections that match bar by bar share one.

    Two sections are laid beside each other start to start and end to end, in all twelve transpositions.
    likeness: what else speaks for two sections to share a letter, (sections, sections), added to how they match.
    alike: the match from which they do.
    """
    from scipy.cluster import hierarchy
    from scipy.spatial import distance

    sections = len(cuts) - 1
    if sections < 2:
        return ("A",) * sections
    start, end = cuts[:-1], cuts[1:]
    length = end - start
    shared = np.minimum(length[:, None], length)
    fit = np.full((sections, sections), -1.0)
    for semitones in range(12):
        moved = np.concatenate([np.roll(half, semitones, axis=2) for half in np.split(chroma, 2, axis=2)], axis=2)
        total = _diagonal_sums(similarity(chroma, moved))
        for one, other in ((start[:, None], start[None]), (end[:, None] - shared, end[None] - shared)):
            mean = (total[one + shared, other + shared] - total[one, other]) / shared
            fit = np.maximum(fit, mean - (TRANSPOSED if semitones else 0.0))
    fit *= np.sqrt(shared / np.maximum(length[:, None], length))
    away = np.maximum(1.0 - np.maximum(fit, fit.T) - likeness, 0.0)  # exact repeats may fit a rounding error too well
    np.fill_diagonal(away, 0.0)
    groups = hierarchy.fcluster(
        hierarchy.linkage(distance.squareform(away, checks=False), "average"), 1.0 - alike, "distance"
    )
    order = list(dict.fromkeys(groups.tolist()))
    return tuple(_letter(order.index(group)) for group in groups)


def _diagonal_sums(matrix: Matrix) -> FloatArray:
    """Sums along each diagonal from its upper left end, (n + 1, n + 1): entry (i, j) adds what lies before (i, j)."""
    total = np.zeros((len(matrix) + 1, len(matrix) + 1))
    for row in range(len(matrix)):
        total[row + 1, 1:] = total[row, :-1] + matrix[row]
    return total


def _letter(number: int) -> str:
    """A to Z, then AA, AB and so on."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _standardised(values: FloatArray, least: float) -> FloatArray:
    """In standard deviations (`least` at least) from the mean, both over the inner bar lines."""
    inner = values[1:-1] if len(values) > 2 else values
    return np.asarray((values - inner.mean()) / max(float(inner.std()), least))


def _confidence(strength: FloatArray, beats: int) -> FloatArray:
    """How sure each section's beginning is, from the strength at its first bar line; the first has to begin there."""
    sure = MOST_SURE / (1.0 + np.exp(-(strength - MIDDLE) / SPREAD))
    sure[0] = MOST_SURE
    return np.asarray(sure if beats else 0.5 * sure)
