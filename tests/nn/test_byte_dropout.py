"""Dropout by bytes: how much is kept, that the mean stays, and that it rests outside training."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.nn.byte_dropout import ByteDropout  # noqa: E402


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5, 0.9])
def test_what_is_kept_is_scaled_so_that_the_mean_stays(rate):
    torch.manual_seed(0)
    out = ByteDropout(rate)(torch.ones(333, 301))
    assert (out == 0).float().mean().item() == pytest.approx(rate, abs=0.01)
    assert len(out.unique()) == 2
    assert out.mean().item() == pytest.approx(1.0, abs=0.02)


def test_every_place_has_the_same_chance():
    torch.manual_seed(0)
    kept = (ByteDropout(0.5)(torch.ones(4000, 16)) > 0).float().mean(dim=0)
    assert kept.min() > 0.46
    assert kept.max() < 0.54


def test_nothing_is_dropped_outside_training_or_at_rate_0():
    x = torch.randn(5, 7)
    assert torch.equal(ByteDropout(0.5).eval()(x), x)
    assert torch.equal(ByteDropout(0.0)(x), x)


def test_gradients_pass_where_the_element_was_kept():
    torch.manual_seed(0)
    x = torch.ones(100, requires_grad=True)
    out = ByteDropout(0.5)(x)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())
