"""The variable-Q transform: a spectrum with three bins a semitone and windows that suit each pitch.

One FFT a frame times a band-wise kernel (Brown and Puckette: An Efficient Algorithm for the Calculation of a Constant
Q Transform, JASA 1992). As in Schörkhuber et al. (A Matlab Toolbox for Efficient Perfect Reconstruction
Time-Frequency Transforms, 2014) the bandwidth has a constant part, so that low windows stay short enough to hear
onsets: each bin's Hann window spans `Q / (f + GAMMA)` seconds and never less than `SHORTEST`.
Simplified: no inverse and no decimation by octave; one hop for all bins.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features.stream import RATE

Array = npt.NDArray[np.float32]

LOWEST_PITCH = 21  # MIDI number of A0, the lowest key of the piano
SEMITONES = 96  # eight octaves: to 6.6 kHz
BINS_PER_SEMITONE = 3
BINS = SEMITONES * BINS_PER_SEMITONE

FRAME = 8192  # samples a frame: 0.37 s, room for the longest window
Q = 34.0  # a Hann window's first zero then lies one semitone away (where GAMMA does not count)
GAMMA = 70.0  # Hz added to the bandwidth: windows of 0.35 s at A0, 0.2 s at 100 Hz, 67 ms at 440 Hz
SHORTEST = 0.040  # seconds: two hops, so that no sound falls between windows

_NEGLIGIBLE = 1e-4  # of a kernel's peak: what lies below is left out of its band
_FRAMES_AT_ONCE = 256  # bounds the spectra of one step: 8 bytes * _FRAMES_AT_ONCE * (FRAME // 2 + 1)


def bin_hz(tuning_cents: float = 0.0) -> npt.NDArray[np.float64]:
    """The centre of each bin in Hz, (BINS,): bin `3 * (pitch - 21) + 1` is the pitch, one more lies on either side."""
    pitch = LOWEST_PITCH + (np.arange(BINS) - 1) / BINS_PER_SEMITONE + tuning_cents / 100
    return np.asarray(440.0 * 2.0 ** ((pitch - 69) / 12))


class VariableQ:
    """The transform for instruments tuned `tuning_cents` from A440, at `RATE`."""

    def __init__(self, tuning_cents: float = 0.0) -> None:
        self.hz = bin_hz(tuning_cents)
        self.seconds = np.clip(Q / (self.hz + GAMMA), SHORTEST, FRAME / RATE)  # each bin's window
        self._bands = _kernel(self.hz, np.round(self.seconds * RATE).astype(int))

    def transform(self, frames: Array) -> Array:
        """Magnitudes, float32 (frames, BINS), of frames of shape (frames, FRAME), each centred in its middle.

        A steady sinusoid of amplitude a on a bin's centre reads a there.
        """
        from scipy import fft

        result = np.empty((len(frames), BINS), dtype=np.float32)
        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            part = slice(start, start + _FRAMES_AT_ONCE)
            spectrum = fft.rfft(frames[part], axis=1)  # (frames, FRAME // 2 + 1) complex64
            for bins, band, kernel in self._bands:
                result[part, bins] = np.abs(spectrum[:, band] @ kernel)
        return result

    def response(self, hz: npt.ArrayLike) -> Array:
        """What a steady sinusoid of amplitude 1 reads in every bin, float32, shape of `hz` + (BINS,): closed form."""
        away = (np.asarray(hz, dtype=np.float64)[..., None] - self.hz) * self.seconds  # in bins of the window's own
        with np.errstate(divide="ignore", invalid="ignore"):
            lobe = np.sinc(away) / (1 - away**2)  # the Hann window's transform over its value at 0
        lobe[np.isclose(np.abs(away), 1.0)] = 0.5
        return np.abs(lobe).astype(np.float32)


def _kernel(
    hz: npt.NDArray[np.float64], lengths: npt.NDArray[np.int64]
) -> list[tuple[slice, slice, npt.NDArray[np.complex64]]]:
    """(bins, FFT bins, kernel) of each third of an octave: what to multiply spectra by, all else being negligible."""
    from scipy import fft

    centre = np.arange(FRAME) - FRAME // 2
    kernels = np.empty((BINS, FRAME // 2 + 1), dtype=np.complex64)
    for at, (frequency, length) in enumerate(zip(hz, lengths, strict=True)):
        window = np.where(np.abs(centre) < length / 2, 0.5 + 0.5 * np.cos(2 * np.pi * centre / length), 0.0)
        atom = window * np.exp(2j * np.pi * frequency / RATE * centre)
        # Parseval: the sum over samples is a sum over FFT bins; 2 / sum makes a sinusoid read its amplitude.
        kernels[at] = np.conj(fft.fft(atom)[: FRAME // 2 + 1]) * (2 / window.sum() / FRAME)
    bands = []
    width = 4 * BINS_PER_SEMITONE
    for low in range(0, BINS, width):
        group = kernels[low : low + width]
        heard = np.flatnonzero((np.abs(group) > _NEGLIGIBLE * np.abs(group).max()).any(axis=0))
        band = slice(int(heard[0]), int(heard[-1]) + 1)
        bands.append((slice(low, low + width), band, np.ascontiguousarray(group[:, band].T)))
    return bands
