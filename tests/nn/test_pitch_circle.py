"""Round the circle of pitch classes, transposition in is transposition out."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.nn.pitch_circle import CircleBlock  # noqa: E402


def test_turning_the_input_turns_the_output() -> None:
    torch.manual_seed(0)
    block = CircleBlock(5, dilation=2).eval()
    heard = torch.randn(2, 5, 9, 12)
    for up in range(12):
        torch.testing.assert_close(block(heard.roll(up, 3)), block(heard).roll(up, 3), atol=1e-5, rtol=1e-5)


def test_it_hears_as_far_as_its_dilation() -> None:
    block = CircleBlock(3, dilation=4).eval()
    heard = torch.zeros(1, 3, 21, 12)
    touched = heard.clone()
    touched[0, :, 10] = 1.0
    changed = (block(touched) - block(heard)).abs().amax(dim=(0, 1, 3)) > 0
    assert set(torch.nonzero(changed).flatten().tolist()) <= {6, 10, 14}
