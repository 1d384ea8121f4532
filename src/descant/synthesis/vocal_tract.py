"""The voice's filter: the resonances of throat and mouth, its formants, moving from sound to sound.

Five resonators in cascade (Fant: Acoustic Theory of Speech Production, 1960; in digital form Klatt: Software for a
Cascade/Parallel Formant Synthesizer, JASA 67(3), 1980). Their response is worked out for each short frame and applied
by overlap-add, which is fast and lets the formants move. Men's third to fifth formants lie close together and make the
singer's formant near 3 kHz; high voices open the jaw so that the first formant is never below the fundamental
(Sundberg: The Science of the Singing Voice, 1987).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

# Formants in Hz of five vowels, by voice; the values that the literature on singing gives for them.
FORMANTS = {
    "soprano": {
        "a": (800, 1150, 2900, 3900, 4950),
        "e": (350, 2000, 2800, 3600, 4950),
        "i": (270, 2140, 2950, 3900, 4950),
        "o": (450, 800, 2830, 3800, 4950),
        "u": (325, 700, 2700, 3800, 4950),
    },
    "alto": {
        "a": (800, 1150, 2800, 3500, 4950),
        "e": (400, 1600, 2700, 3300, 4950),
        "i": (350, 1700, 2700, 3700, 4950),
        "o": (450, 800, 2830, 3500, 4950),
        "u": (325, 700, 2530, 3500, 4950),
    },
    "tenor": {
        "a": (650, 1080, 2650, 2900, 3250),
        "e": (400, 1700, 2600, 3200, 3580),
        "i": (290, 1870, 2800, 3250, 3540),
        "o": (400, 800, 2600, 2800, 3000),
        "u": (350, 600, 2700, 2900, 3300),
    },
    "bass": {
        "a": (600, 1040, 2250, 2450, 2750),
        "e": (400, 1620, 2400, 2800, 3100),
        "i": (250, 1750, 2600, 3050, 3340),
        "o": (400, 750, 2400, 2600, 2900),
        "u": (350, 600, 2400, 2675, 2950),
    },
}
NASAL = (250, 1000, 2200, 2900, 3600)  # the murmur of m and n
LIQUID = (330, 1100, 2600, 3300, 4000)  # l, and near enough the w and j that glide into a vowel
BANDWIDTHS = (80.0, 90.0, 120.0, 150.0, 200.0)  # Hz
# A tube has a resonance in about every 1000 Hz; those above the fifth keep the sound from fading away up there.
HIGHER, HIGHER_BANDWIDTH = (1100.0, 2100.0, 3100.0, 4100.0, 5100.0), 400.0  # Hz above the fifth; Hz

FRAMES_AT_ONCE = 1024
PADDING = 4  # transforms are this many hops long: two for the window, two for the formants to ring


def filtered(source: Array, formants: Array, tilt: Array, rate: int, hop: int) -> Array:
    """`source` (n,) through the tract, whose formants in Hz, (frames, 5), hold around sample `frame * hop`.

    tilt: how many dB softer than the source the sound is at 3 kHz, (frames,): a soft voice lacks high partials.
    """
    from scipy import fft

    frames = len(formants)
    window = np.hanning(2 * hop + 1)[:-1].astype(np.float32)  # overlapping by half, these add up to 1
    size = PADDING * hop
    padded = np.zeros((frames + 1) * hop, dtype=np.float32)
    padded[hop : hop + len(source)] = source[: frames * hop]
    heard = np.zeros((frames + PADDING) * hop, dtype=np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(np.pad(padded, (0, hop)), 2 * hop)[::hop][:frames]
    for start in range(0, frames, FRAMES_AT_ONCE):
        part = slice(start, min(start + FRAMES_AT_ONCE, frames))
        spectrum = fft.rfft(cut[part] * window, size, axis=1)
        sound = fft.irfft(spectrum * response(formants[part], tilt[part], rate, size), size, axis=1)
        for step in range(PADDING):  # frame f begins at sample f * hop of the padded signal
            low = (start + step) * hop
            heard[low : low + len(sound) * hop] += sound[:, step * hop : (step + 1) * hop].ravel().astype(np.float32)
    return heard[hop : hop + len(source)]


def response(formants: Array, tilt: Array, rate: int, size: int) -> npt.NDArray[np.complex64]:
    """The tract's complex response at the bins of a real FFT of `size`, (frames, size // 2 + 1); 1 at 0 Hz."""
    hz = np.fft.rfftfreq(size, 1 / rate)
    turn = np.exp(-2j * np.pi * hz / rate).astype(np.complex64)
    total = np.ones((len(formants), len(hz)), dtype=np.complex64)
    for number, bandwidth in enumerate(BANDWIDTHS):
        total *= _resonator(formants[:, number, np.newaxis], bandwidth, turn, rate)
    for above in HIGHER:
        total *= _resonator(formants[:, -1:] + above, HIGHER_BANDWIDTH, turn, rate)
    drop = 10 ** (-np.outer(tilt, np.minimum(np.log2(1 + hz / 1000) / 2, 2.0)) / 20)
    return total * drop.astype(np.float32)


def _resonator(
    hz: npt.NDArray[Any], bandwidth: float, turn: npt.NDArray[np.complex64], rate: int
) -> npt.NDArray[np.complex64]:
    """Klatt's digital resonator at frequencies whose z^-1 is `turn`; 1 at 0 Hz."""
    radius = np.exp(-np.pi * bandwidth / rate)
    first = (2 * radius * np.cos(2 * np.pi * hz / rate)).astype(np.complex64)
    second = np.complex64(-(radius**2))
    return np.asarray((1 - first - second) / (1 - turn * (first + second * turn)), dtype=np.complex64)
