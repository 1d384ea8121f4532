"""An equaliser: shelves, bells and cuts, as second-order sections (R. Bristow-Johnson's cookbook); minimum phase."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Section = npt.NDArray[np.float64]


def equalised(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:
    """The sound through a random equaliser: two shelves, up to three bells, sometimes a low or a high cut."""
    from scipy.signal import sosfilt

    gain = 9.0 * strength
    sections = [
        shelf(float(rng.uniform(80, 400)), float(rng.uniform(-gain, gain)), rate, high=False),
        shelf(float(rng.uniform(2000, 6000)), float(rng.uniform(-gain, gain)), rate, high=True),
    ]
    for _ in range(int(rng.integers(0, 4))):
        hz = float(np.exp(rng.uniform(np.log(100), np.log(8000))))
        sections.append(bell(hz, float(rng.uniform(-gain, gain)), float(rng.uniform(0.5, 3.0)), rate))
    if rng.random() < 0.15 * strength:
        sections.append(cut(float(rng.uniform(40, 250)), rate, high=False))
    if rng.random() < 0.15 * strength:
        sections.append(cut(float(rng.uniform(3500, 9000)), rate, high=True))
    return np.asarray(sosfilt(np.array(sections), samples, axis=1), dtype=np.float32)


def bell(hz: float, gain_db: float, q: float, rate: int) -> Section:
    """A bell around `hz`, one section (6,)."""
    amplitude, cosine, alpha = _angles(hz, gain_db, q, rate)
    return _section(
        (1 + alpha * amplitude, -2 * cosine, 1 - alpha * amplitude),
        (1 + alpha / amplitude, -2 * cosine, 1 - alpha / amplitude),
    )


def shelf(hz: float, gain_db: float, rate: int, *, high: bool) -> Section:
    """A shelf above (`high`) or below `hz`, one section (6,)."""
    a, cosine, alpha = _angles(hz, gain_db, 0.707, rate)
    side = -1.0 if high else 1.0  # the two differ in the cosine's sign alone
    slope = 2 * np.sqrt(a) * alpha
    return _section(
        (
            a * ((a + 1) - side * (a - 1) * cosine + slope),
            side * 2 * a * ((a - 1) - side * (a + 1) * cosine),
            a * ((a + 1) - side * (a - 1) * cosine - slope),
        ),
        (
            (a + 1) + side * (a - 1) * cosine + slope,
            -side * 2 * ((a - 1) + side * (a + 1) * cosine),
            (a + 1) + side * (a - 1) * cosine - slope,
        ),
    )


def cut(hz: float, rate: int, *, high: bool) -> Section:
    """A cut of 12 dB an octave above (`high`) or below `hz`, one section (6,)."""
    _, cosine, alpha = _angles(hz, 0.0, 0.707, rate)
    edge = (1 - cosine) / 2 if high else (1 + cosine) / 2
    middle = 1 - cosine if high else -(1 + cosine)
    return _section((edge, middle, edge), (1 + alpha, -2 * cosine, 1 - alpha))


def _angles(hz: float, gain_db: float, q: float, rate: int) -> tuple[float, float, float]:
    omega = 2 * np.pi * min(hz, 0.45 * rate) / rate
    return 10.0 ** (gain_db / 40), float(np.cos(omega)), float(np.sin(omega) / (2 * q))


def _section(above: tuple[float, float, float], below: tuple[float, float, float]) -> Section:
    return np.array([*above, *below]) / below[0]
