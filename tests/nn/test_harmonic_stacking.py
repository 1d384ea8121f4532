"""The partials of one tone lie in one row, whatever its pitch."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.features.vqt import BINS, bin_hz  # noqa: E402
from descant.nn.harmonic_stacking import HarmonicStacking, shifted  # noqa: E402
from descant.transcription.basic_pitch_model import BINS_PER_OCTAVE, HARMONICS  # noqa: E402

ROWS = 264


@pytest.mark.parametrize("row", [1, 40, 121, 180])
def test_the_partials_of_a_tone_align_in_its_row(row):
    fundamental = bin_hz()[row]
    spectrum = np.zeros((1, 1, BINS), dtype=np.float32)
    partials = [number for number in range(1, 8) if fundamental * number < bin_hz()[-1]]
    for number in partials:
        spectrum[0, 0, np.argmin(np.abs(np.log(bin_hz() / (fundamental * number))))] = 1.0
    stacked = HarmonicStacking(HARMONICS, BINS_PER_OCTAVE, ROWS)(torch.from_numpy(spectrum))[0, :, 0].numpy()
    heard = {harmonic for harmonic, channel in zip(HARMONICS, stacked, strict=True) if channel[row] == 1}
    assert heard == set(partials)
    # In every other row fewer meet: that is what tells the fundamental from its octaves.
    meeting = stacked.sum(axis=0)
    assert np.flatnonzero(meeting == meeting.max()).tolist() == [row]


def test_half_the_fundamental_looks_an_octave_down():
    spectrum = torch.zeros(1, 1, BINS)
    spectrum[0, 0, 64] = 1.0
    stacked = HarmonicStacking(HARMONICS, BINS_PER_OCTAVE, ROWS)(spectrum)
    assert stacked.shape == (1, len(HARMONICS), 1, ROWS)
    assert stacked[0, 0, 0, 100] == 1  # 0.5: the row an octave above sees it
    assert stacked[0, 2, 0, 28] == 1  # 2: the row an octave below sees it


def test_beyond_the_ends_there_is_silence():
    values = torch.arange(1.0, 6.0)[None]
    assert shifted(values, -2, 5).tolist() == [[0, 0, 1, 2, 3]]
    assert shifted(values, 3, 5).tolist() == [[4, 5, 0, 0, 0]]
