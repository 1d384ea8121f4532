"""Dilated convolutions see as far as they say, and no further."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.nn.dilated import Dilated, MelFront, reach  # noqa: E402


def seen_from(model, shape, time_axis, middle):
    """The frames of the input that the output's middle frame depends on."""
    frames = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    output = model.double().eval()(frames)
    output.select(2, middle).sum().backward()
    others = tuple(axis for axis in range(len(shape)) if axis != time_axis)
    return torch.nonzero(frames.grad.abs().amax(dim=others)).flatten()


def test_the_reach_is_the_sum_of_the_dilations():
    torch.manual_seed(0)
    dilations = (1, 2, 4)
    seen = seen_from(Dilated(4, dilations), (1, 4, 41), 2, 20)
    assert (int(seen.min()), int(seen.max())) == (20 - reach(dilations), 20 + reach(dilations))


def test_the_mel_front_sees_three_frames_to_either_side():
    torch.manual_seed(0)
    seen = seen_from(MelFront(30, (2, 2, 2), 5), (1, 21, 30), 1, 10)
    assert (int(seen.min()), int(seen.max())) == (10 - MelFront.REACH, 10 + MelFront.REACH)


def test_the_mel_front_gives_features_a_frame():
    assert MelFront(229, (2, 3, 4), 7)(torch.zeros(2, 11, 229)).shape == (2, 7, 11)
