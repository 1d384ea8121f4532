import numpy as np
import pytest

from descant.features import RATE
from descant.training.corpora import varied
from descant.training.corpora.store import items
from descant.types import Audio, Beats, Notes, Piece

ONSET = np.array([0.5, 1.5, 2.5])


class Three:
    """Three notes on three beats, as some other corpus plays them."""

    name = "three"

    def make(self, split, index, rng):
        notes = Notes(ONSET, ONSET + 0.4, np.array([60, 64, 67]), np.array([90, 90, 90]))
        piece = Piece("three", 4.0).with_(notes).with_(Beats(ONSET, np.array([1, 2, 3])))
        return Audio(np.zeros((1, 4 * RATE), dtype=np.float32), RATE), piece


@pytest.fixture
def played_on(tmp_path, monkeypatch):
    """The SoundFonts that were played on; additive synthesis plays them all."""
    monkeypatch.setenv("DESCANT_CACHE", str(tmp_path))
    fonts: list[str] = []

    def sampler(notes, soundfont):
        fonts.append(soundfont)
        return varied.additive(notes, seed=0)

    monkeypatch.setattr(varied, "sampler", sampler)
    monkeypatch.setattr(varied.soundfonts, "named", lambda name: name)
    return fonts


def test_the_truth_moves_with_the_sound(played_on):
    for index in range(3):
        item = items(varied.Varied(Three()), "train", 3)[index]
        notes, beats = item.piece().get(Notes), item.piece().get(Beats)
        np.testing.assert_allclose(notes.onset, beats.time)
        np.testing.assert_allclose(notes.onset, ONSET, rtol=0.021)  # detuned by 35 cents at most
        sound = np.abs(item.samples())
        for onset in notes.onset:
            at = round(onset * RATE)
            assert sound[at : at + 2000].max() > 3 * sound[at - 2000 : at - 200].max()


def test_each_item_has_other_instruments(played_on):
    first, second = (item.samples()[: 3 * RATE] for item in items(varied.Varied(Three()), "train", 2))
    assert not np.array_equal(first, second)


def test_validation_is_on_a_font_that_training_never_hears(played_on):
    items(varied.Varied(Three()), "train", 12)
    assert set(played_on) == {varied.TRAINING}
    played_on.clear()
    items(varied.Varied(Three()), "valid", 4)
    assert played_on == [varied.UNHEARD] * 4
