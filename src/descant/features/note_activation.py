"""How strongly each of the piano's 88 pitches sounds in every frame.

The spectrum is explained as a sum of fixed harmonic tones by multiplicative updates that lower the Kullback-Leibler
divergence (Lee and Seung: Algorithms for Non-negative Matrix Factorization, NIPS 2000; with fixed templates as in
Mauch and Dixon: Approximate Note Transcription for the Improved Identification of Difficult Chords, ISMIR 2010).
Each pitch has several templates, from flute-like to string-like; broad templates take up drums and noise and are then
dropped. Simplified: no template is learnt, and nothing joins one frame to the next.
"""

from __future__ import annotations

import numpy as np

from descant.features.vqt import BINS, LOWEST_PITCH, Array, VariableQ

PITCHES = 88
DECAYS = (0.45, 0.7, 0.88)  # a partial's amplitude over that of the one below it: one timbre each
PARTIALS = 20
ITERATIONS = 20
NOISE_WIDTH = 36  # bins: each noise template is a hump of an octave either way

INAUDIBLE = 1e-5  # amplitude (-100 dB): what lies below is 0

_FLOOR = 1e-7  # amplitude: keeps quotients finite in silence


class NoteActivation:
    """The decomposition for spectra made by `vqt`."""

    def __init__(self, vqt: VariableQ) -> None:
        templates = np.concatenate([_tones(vqt), _noises()]) + _FLOOR  # (templates, BINS)
        self.scale = templates.sum(axis=1)
        self.templates = (templates / self.scale[:, None]).astype(np.float32)

    def activations(self, magnitudes: Array) -> Array:
        """Amplitudes, float32 (frames, 88), lowest key first, of magnitudes of shape (frames, BINS)."""
        found = self.decompose(magnitudes)[:, : PITCHES * len(DECAYS)] / self.scale[: PITCHES * len(DECAYS)]
        summed = found.reshape(-1, len(DECAYS), PITCHES).sum(axis=1)
        return np.asarray(np.where(summed < INAUDIBLE, 0.0, summed), dtype=np.float32)

    def decompose(self, magnitudes: Array) -> Array:
        """What each template adds to the spectrum's sum, float32 (frames, templates)."""
        target = magnitudes + np.float32(_FLOOR)
        share = target @ self.templates.T  # a start that is already near: how alike the spectrum and each template are
        share *= target.sum(axis=1, keepdims=True) / share.sum(axis=1, keepdims=True)
        for _ in range(ITERATIONS):
            # Templates sum to one, so the update of the Kullback-Leibler divergence needs no denominator.
            share *= (target / (share @ self.templates)) @ self.templates.T
        return np.asarray(share, dtype=np.float32)


def _tones(vqt: VariableQ) -> Array:
    """The spectra of tones of fundamental amplitude 1, (decays * 88, BINS): partials add as if of random phase."""
    pitch = LOWEST_PITCH + np.arange(PITCHES)
    fundamental = vqt.hz[1] * 2.0 ** ((pitch - LOWEST_PITCH) / 12)
    partial = np.arange(1, PARTIALS + 1)
    power = vqt.response(fundamental[:, None] * partial) ** 2  # (88, PARTIALS, BINS)
    gains = np.array(DECAYS)[:, None] ** (2 * (partial - 1))  # (decays, PARTIALS)
    tones = np.sqrt(np.einsum("dk,pkb->dpb", gains, power))
    return np.asarray(tones.reshape(-1, BINS), dtype=np.float32)


def _noises() -> Array:
    """Smooth humps, half an octave apart, that cover the spectrum."""
    centres = np.arange(0, BINS, NOISE_WIDTH)
    away = (np.arange(BINS) - centres[:, None]) / NOISE_WIDTH
    return np.where(np.abs(away) < 1, 0.5 + 0.5 * np.cos(np.pi * away), 0.0).astype(np.float32)
