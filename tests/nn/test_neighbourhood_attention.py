"""Neighbourhood attention against attention with a mask, and what each layer can see."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.nn.neighbourhood_attention import Block, ChannelAttention, NeighbourhoodAttention  # noqa: E402


def masked(layer, x):
    """The same by a full matrix of scores in which all but the neighbours are masked."""
    batch, channels, _, frames = x.shape
    mixed = layer.into(x).reshape(batch, channels, 3, layer.heads, -1, frames)
    query, key, value = mixed.unbind(2)
    scores = torch.einsum("bchdt,bchds->bchts", query, key) / query.shape[3] ** 0.5
    away = torch.arange(frames) - torch.arange(frames)[:, None]
    bias = torch.full((layer.heads, frames, frames), -torch.inf)
    for number, offset in enumerate(layer.offsets):
        bias[:, away == offset] = layer.place[:, number]
    seen = torch.einsum("bchts,bchds->bchdt", torch.softmax(scores + bias, -1), value)
    return layer.out(seen.reshape(x.shape))


@pytest.mark.parametrize(("kernel", "dilation", "frames"), [(3, 1, 9), (5, 2, 20), (5, 4, 6)])
def test_shifted_copies_are_attention_to_the_neighbours(kernel, dilation, frames):
    torch.manual_seed(0)
    layer = NeighbourhoodAttention(8, 2, kernel, dilation)
    torch.nn.init.normal_(layer.place)
    x = torch.randn(2, 3, 8, frames)
    assert torch.allclose(layer(x), masked(layer, x), atol=1e-5)


def test_a_frame_sees_its_neighbours_and_nobody_else():
    layer = NeighbourhoodAttention(8, 2, 5, 3)
    x = torch.randn(1, 1, 8, 30, requires_grad=True)
    layer(x)[0, 0, :, 15].square().sum().backward()
    seen = np.flatnonzero(x.grad.abs().sum(dim=2)[0, 0].numpy())
    assert seen.tolist() == [9, 12, 15, 18, 21]


def test_channels_see_each_other_within_their_frame_alone():
    layer = ChannelAttention(8, 2)
    x = torch.randn(1, 3, 8, 5, requires_grad=True)
    layer(x)[0, 0, :, 2].square().sum().backward()
    seen = x.grad.abs().sum(dim=2)[0]
    assert (seen[:, 2] > 0).all()
    assert not seen[:, [0, 1, 3, 4]].any()


def test_a_block_of_one_channel_has_no_attention_between_channels():
    assert len(Block(8, 2, 5, 1, 1, 0.0).layers) == len(Block(8, 2, 5, 1, 3, 0.0).layers) - 1
