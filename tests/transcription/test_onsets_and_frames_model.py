import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.transcription.onsets_and_frames_model import OnsetsAndFrames  # noqa: E402


@pytest.fixture
def model():
    torch.manual_seed(0)
    return OnsetsAndFrames(6, 6, 6, 6)


def gradients(module):
    return sum(float(one.grad.abs().sum()) for one in module.parameters() if one.grad is not None)


def test_the_frame_head_sees_onsets_and_cannot_change_them(model):
    frames = torch.rand(1, 20, 229)
    model.logits(frames).frame.sum().backward()
    assert gradients(model.onset_stack) == gradients(model.onset_memory) == gradients(model.onset_head) == 0
    assert gradients(model.frame_stack) > 0
    with torch.no_grad():
        before = model(frames)[1]
        model.onset_head.bias += 3.0
        assert not torch.allclose(before, model(frames)[1])


def test_shapes_and_range(model):
    with torch.no_grad():
        outputs = model(torch.rand(2, 20, 229))
    for one in outputs:
        assert one.shape == (2, 20, 88)
        assert float(one.min()) >= 0
        assert float(one.max()) <= 1
