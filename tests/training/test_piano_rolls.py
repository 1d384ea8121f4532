import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.features.log_mel import GAIN  # noqa: E402
from descant.training.piano_rolls import recorded_otherwise, rolls  # noqa: E402
from descant.transcription.onsets_and_frames import Decoding, notes_of  # noqa: E402
from descant.types import ControlChange, Notes  # noqa: E402


def notes(*rows, controls=()):
    onset, offset, pitch, velocity = (np.array(column) for column in zip(*rows, strict=True))
    return Notes(onset, offset, pitch, velocity, controls=controls)


def test_a_note_by_hand():
    found = rolls(notes((0.1, 0.25, 60, 127)), 20)  # frames 5 to 12.5
    key = 60 - 21
    assert found["onset"][3:8, key].tolist() == [0, 0.5, 1, 0.5, 0]
    assert found["frame"][4:15, key].tolist() == [0, 0.5, 1, 1, 1, 1, 1, 1, 1, 0, 0]
    assert found["weight"][5:11, key].tolist() == pytest.approx([5, 5, 3, 3, 3, 3], rel=1e-2)
    assert np.all(found["velocity"][4:12, key] == 1)
    assert np.count_nonzero(found["onset"]) == 3


def test_the_pedal_holds_notes_as_the_measure_says():
    controls = (ControlChange(0, 0.15, 64, 127), ControlChange(0, 0.5, 64, 0))
    found = rolls(notes((0.1, 0.2, 60, 80), (0.1, 0.2, 61, 80), (0.4, 0.6, 61, 80), controls=controls), 50)
    frame = found["frame"].astype(float)
    assert frame[20, 60 - 21] == 1
    assert frame[26, 60 - 21] == 0
    assert frame[15, 61 - 21] == 1
    assert frame[28, 61 - 21] == 1


def test_the_decoder_reads_the_rolls_back():
    rng = np.random.default_rng(0)
    start = np.sort(rng.uniform(0.1, 8.0, 40)) + np.arange(40) * 0.01
    truth = notes(*((at, at + rng.uniform(0.1, 0.4), 21 + 2 * number, 40 + number) for number, at in enumerate(start)))
    found = rolls(truth, 500)
    heard = notes_of(found["onset"], found["frame"], found["velocity"], Decoding(frame=0.5))
    assert heard.pitch.tolist() == truth.pitch.tolist()
    assert np.max(np.abs(heard.onset - truth.onset)) < 1e-3
    assert np.max(np.abs(heard.offset - truth.offset)) < 0.011
    assert heard.velocity.tolist() == truth.velocity.tolist()


def test_another_recording_is_another_colour_of_the_same():
    frames = np.log1p(GAIN * np.random.default_rng(1).uniform(0, 0.1, (50, 229))).astype(np.float32)
    changed = recorded_otherwise(frames, np.random.default_rng(2))
    assert changed.shape == frames.shape
    assert changed.dtype == np.float32
    assert np.all(np.isfinite(changed))
    assert np.all(changed >= 0)
    assert np.corrcoef(changed[:, 100], frames[:, 100])[0, 1] > 0.9
    assert np.array_equal(changed, recorded_otherwise(frames, np.random.default_rng(2)))


def test_attack_and_release_count_more_than_what_lies_between():
    weight = rolls(notes((0.0, 1.0, 60, 80)), 80)["weight"][:, 60 - 21]
    assert weight[[0, 1, 2, 20, 44, 45, 55, 56]].tolist() == pytest.approx([5, 5, 2.5, 1, 1, 3, 3, 1])
