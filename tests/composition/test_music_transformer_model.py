"""Attention in three schemes: skewing is the naive form, a cached step the parallel pass, nothing looks ahead."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.frames_before import rows  # noqa: E402
from descant.composition.jsb_raster import JsbRaster  # noqa: E402
from descant.composition.music_transformer_model import (  # noqa: E402
    SCHEMES,
    SIZE,
    Attention,
    MusicTransformer,
    skewed,
    turned,
)
from descant.training.recipes.music_transformer import TOLD, wandering  # noqa: E402


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


def test_relative_attention_is_the_naive_form():
    torch.manual_seed(0)
    layer = Attention(16, 2, "relative", 5, 0.0).eval()  # of 9 places the last four share a distance
    x = torch.randn(1, 9, 16)
    query, key, value = layer.into(x).view(9, 3, 2, 8).permute(1, 2, 0, 3)
    expected = torch.zeros(9, 2, 8)
    for head in range(2):
        for i in range(9):
            scores = [
                query[head, i] @ (key[head, j] + layer.distances[head, min(i - j, 4)]) / 8**0.5 for j in range(i + 1)
            ]
            expected[i, head] = torch.stack(scores).softmax(dim=0) @ value[head, : i + 1]
    found, _ = layer(x, torch.zeros(2, 1, 2, 0, 8))
    assert torch.allclose(found[0], layer.out(expected.flatten(1)), atol=1e-5)


def test_turning_tells_distances_alone():
    torch.manual_seed(0)
    query, key = torch.randn(2, 10, 8)
    place = torch.arange(10)
    once, later = (turned(query, place + by) @ turned(key, place + by).T for by in (0, 37))
    assert torch.allclose(once, later, atol=1e-4)
    assert torch.allclose(turned(query, place).norm(dim=-1), query.norm(dim=-1), atol=1e-5)


@pytest.fixture(params=SCHEMES)
def model(request):
    torch.manual_seed(0)
    return MusicTransformer(dim=16, layers=2, heads=2, scheme=request.param, reach=24, each=8).eval()


def told(frames):
    return [torch.from_numpy(one)[None] for one in (rows(frames)[name] for name in TOLD)]


@torch.no_grad()
@pytest.mark.parametrize("size", [1, 7])
def test_a_cached_step_is_the_parallel_pass(model, size):
    piece = told(wandering(0, 60))
    whole, present = model(*piece, model.no_past())
    past, steps = model.no_past(), []
    for at in range(0, 60, size):
        logits, new = model(*(one[:, at : at + size] for one in piece), past)
        past = torch.cat([past, new], dim=-2)
        steps.append(logits)
    assert torch.allclose(torch.cat(steps, dim=1), whole, atol=1e-4)
    assert torch.allclose(past, present, atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("voice", range(4))
def test_a_token_is_heard_by_those_after_it_alone(model, voice):
    one, two = wandering(0, 40), wandering(0, 40)
    two[20, voice] += 1
    before, after = (model(*told(piece), model.no_past())[0][0] for piece in (one, two))
    assert torch.equal(before[:20], after[:20])
    assert torch.equal(before[20, : voice + 1], after[20, : voice + 1])
    assert (before[20, voice + 1 :] != after[20, voice + 1 :]).any(dim=-1).all()
    assert (before[21:] != after[21:]).any(dim=-1).all()


@torch.no_grad()
def test_the_past_is_attended_to(model):
    one, two = wandering(0, 40), wandering(0, 40)
    now = told(one)
    _, near = model(*(part[:, :30] for part in now), model.no_past())
    _, other = model(*(part[:, :30] for part in told(two[::-1].copy())), model.no_past())
    logits = [model(*(part[:, 30:] for part in now), past)[0] for past in (near, other)]
    assert not torch.allclose(*logits, atol=1e-4)


@torch.no_grad()
def test_no_voice_leaves_its_range(model):
    odds = model(*told(wandering(1, 20)), model.no_past())[0].softmax(dim=-1)
    assert odds.shape == (1, 20, 4, SIZE)
    assert (odds[0, 0] > 0).numpy().tolist() == JsbRaster().voice_masks.tolist()
