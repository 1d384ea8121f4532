"""Attention in three schemes: skewing is the naive form, columns may come in any order, a window is not seen beyond."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.transformer_layers import (  # noqa: E402
    SCHEMES,
    Attention,
    Rms,
    sight,
    skewed,
    slopes,
    turned,
)


@pytest.mark.parametrize(("frames", "past"), [(1, 0), (1, 5), (7, 0), (6, 4), (64, 64)])
def test_skewing_is_the_naive_form(frames, past):
    generator = torch.Generator().manual_seed(0)
    query = torch.randn(2, 3, frames, 8, generator=generator)
    distances = torch.randn(3, past + frames, 8, generator=generator)  # row d for distance d
    found = skewed(query @ distances.flip(1).transpose(-1, -2), past)
    assert found.shape == (2, 3, frames, past + frames)
    for i in range(frames):
        for j in range(past + i + 1):
            naive = (query[:, :, i] * distances[:, past + i - j]).sum(dim=-1)
            assert torch.allclose(found[:, :, i, j], naive, atol=1e-5)


def parts(layer, x):
    return layer.into(x).view(len(x), 3, 2, 8).permute(1, 2, 0, 3)  # query, key and value, (2, T, 8) each


def whole(layer, x, window=None):
    """What attention makes of all of x (T, 16) at once."""
    place, none = torch.arange(len(x)), torch.zeros(1, 2, 0, 8)
    by = slopes(2) if layer.scheme == "alibi" else None
    seen = [sight(place, one, by, window) for one in (place[:0], place)]
    return layer(x[None], place, (none, none), *seen)[0][0]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_attention_is_the_naive_form(scheme):
    torch.manual_seed(0)
    layer = Attention(16, 2, scheme, 5, 0.0).eval()  # of 9 places the last four share a distance
    x = torch.randn(9, 16)
    query, key, value = parts(layer, x)
    if scheme == "rope":
        query, key = (turned(one, torch.arange(9)) for one in (query, key))
    expected = torch.zeros(9, 2, 8)
    for head in range(2):
        for i in range(9):
            scores = []
            for j in range(i + 1):
                score = query[head, i] @ key[head, j]
                if scheme == "relative":
                    score = score + query[head, i] @ layer.distances[head, min(i - j, 4)]
                scores.append(score / 8**0.5 - (scheme == "alibi") * 2.0 ** (-4 * (head + 1)) * (i - j))
            expected[i, head] = torch.stack(scores).softmax(dim=0) @ value[head, : i + 1]
    assert torch.allclose(whole(layer, x), layer.out(expected.flatten(1)), atol=1e-5)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_columns_of_the_past_come_in_any_order(scheme):
    torch.manual_seed(0)
    layer = Attention(16, 2, scheme, 5, 0.0).eval()
    x = torch.randn(9, 16)
    _, key, value = parts(layer, x)
    if scheme == "rope":
        key = turned(key, torch.arange(9))
    places = torch.tensor([3, -1, 0, 5, 1, 4, 2, -1])  # two hold nothing
    past = key[None, :, places], value[None, :, places]
    place, by = torch.arange(6, 9), slopes(2) if scheme == "alibi" else None
    found, present = layer(x[None, 6:], place, past, sight(place, places, by), sight(place, place, by))
    assert torch.allclose(found[0], whole(layer, x)[6:], atol=1e-5)
    assert torch.allclose(present[:, 0], torch.stack([key, value])[:, :, 6:], atol=1e-6)


def test_nothing_is_seen_beyond_a_window():
    torch.manual_seed(0)
    layer = Attention(16, 2, "alibi", 5, 0.0).eval()
    one = torch.randn(9, 16)
    two = one.clone()
    two[4] += 1.0
    before, after = (whole(layer, x, window=3) for x in (one, two))
    changed = (before != after).any(dim=-1).tolist()
    assert changed == [False, False, False, False, True, True, True, False, False]


def test_turning_tells_distances_alone():
    torch.manual_seed(0)
    query, key = torch.randn(2, 10, 8)
    place = torch.arange(10)
    once, later = (turned(query, place + by) @ turned(key, place + by).T for by in (0, 37))
    assert torch.allclose(once, later, atol=1e-4)
    assert torch.allclose(turned(query, place).norm(dim=-1), query.norm(dim=-1), atol=1e-5)


def test_the_norm_leaves_a_mean_square_of_one():
    x = torch.tensor([[3.0, 4.0], [-0.3, 0.4]])
    assert torch.allclose(Rms(2)(x).square().mean(dim=-1), torch.ones(2), atol=1e-4)
