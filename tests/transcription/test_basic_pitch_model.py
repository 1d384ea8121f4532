"""The network: its shapes, its size, and how far it sees."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.transcription.basic_pitch_model import CONTEXT, BasicPitch, folded, thirds  # noqa: E402


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return BasicPitch().eval()


def test_three_posteriorgrams_of_under_a_hundred_thousand_parameters(model):
    contour, note, onset = model(torch.rand(2, 20, 288))
    assert contour.shape == (2, 20, 264)
    assert note.shape == onset.shape == (2, 20, 88)
    assert all(float(one.detach().min()) > 0 and float(one.detach().max()) < 1 for one in (contour, note, onset))
    assert sum(one.numel() for one in model.parameters()) < 100_000


@torch.no_grad()
def test_a_frame_depends_on_its_context_and_no_further(model):
    frames = torch.rand(1, 2 * CONTEXT + 11, 288)
    middle = frames[:, 5 : 5 + 2 * CONTEXT + 1]
    for whole, part in zip(model(frames), model(middle), strict=True):
        assert torch.allclose(whole[0, 5 + CONTEXT], part[0, CONTEXT], atol=1e-5)
    changed = frames.clone()
    changed[:, 0] += 1e4  # CONTEXT frames before frame CONTEXT
    assert not torch.equal(model(changed)[2][0, CONTEXT], model(frames)[2][0, CONTEXT])
    assert torch.allclose(model(changed)[2][0, CONTEXT + 1], model(frames)[2][0, CONTEXT + 1], atol=1e-5)


@torch.no_grad()
def test_the_onsets_see_the_notes_and_the_notes_the_contour(model):
    frames = torch.rand(1, 20, 288)
    before = model(frames)
    last = model.note[-1].bias
    last += 3.0
    try:
        after = model(frames)
    finally:
        last -= 3.0
    assert torch.equal(before[0], after[0])  # the contour knows nothing of the notes
    assert not torch.equal(before[2], after[2])
    last = model.contour[-1].bias
    last += 3.0
    try:
        assert not torch.equal(before[1], model(frames)[1])
    finally:
        last -= 3.0


def test_semitones_and_their_bins_map_onto_each_other():
    bins = torch.arange(264.0).reshape(1, 1, 1, 264)
    keys = folded(bins)
    assert keys[0, :, 0, 10].tolist() == [30, 31, 32]
    assert torch.equal(thirds(keys), bins)
