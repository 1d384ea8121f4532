"""Attention to the past, around and across by learned distances: skewed or gathered, they are the naive forms."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.accompaniment_tokens import NOWHERE, SEEN  # noqa: E402
from descant.composition.token_transformer_model import (  # noqa: E402
    NEAR,
    AccompanimentTransformer,
    AttentionAcross,
    AttentionAround,
    RelativeAttention,
    TokenTransformer,
)

TOOL = Path(__file__).parents[2] / "tools" / "skewing_memory.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("skewing_memory", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("length", [1, 2, 33, 300])
def test_skewing_equals_the_naive_form(tool, length):
    generator = torch.Generator().manual_seed(length)
    query, distances = (torch.randn(length, 16, generator=generator) for _ in range(2))
    seen = torch.ones(length, length).tril().bool()
    one, other = (form(query, distances)[seen] for form in (tool.by_skewing, tool.naive))
    assert (one - other).abs().max() < 1e-5


def test_skewing_takes_memory_for_each_distance_the_naive_form_for_each_pair(tool):
    """Bytes made beside the logits: one copy of the distances, or one of them for every pair."""
    for length in (128, 256):
        made = {form: tool.measured(form, length)["own"] for form in tool.FORMS}
        assert made["skewed"] == 4 * length * tool.WIDTH
        assert 4 * length**2 * tool.WIDTH <= made["naive"] < 4.2 * length**2 * tool.WIDTH


def naive(layer, x, distance, seen):
    """Attention of one piece with an embedding laid out for every pair; distance: (T, S) into the layer's table."""
    query, key, value = layer.into(x).view(len(x), 3, layer.heads, -1).permute(1, 2, 0, 3)
    each = layer.distances[:, distance]  # (h, T, S, D/h)
    scores = query @ key.transpose(-1, -2) + torch.einsum("htd,htsd->hts", query, each)
    odds = (scores / query.shape[-1] ** 0.5).masked_fill(~seen, -torch.inf).softmax(dim=-1)
    return layer.out((odds @ value).transpose(0, 1).flatten(1))


def test_attention_to_the_past_is_the_naive_form():
    torch.manual_seed(0)
    layer = RelativeAttention(16, 2, reach=5, dropout=0.0).eval()  # of 9 places the last four share a distance
    x, place = torch.randn(9, 16), torch.arange(9)
    away = place[:, None] - place
    expected = naive(layer, x, away.clamp(0, 4), away >= 0)
    found, _ = layer(x[None], torch.zeros(2, 1, 2, 0, 8))
    assert torch.allclose(found[0], expected, atol=1e-5)


def test_attention_around_is_the_naive_form():
    torch.manual_seed(0)
    layer = AttentionAround(16, 2, reach=3, dropout=0.0).eval()
    x, order = torch.randn(9, 16), torch.arange(9)
    place = torch.tensor([0, 4, 8, 12, 40, 60, 80, 90, NOWHERE])
    away = order[:, None] - order
    seen = (place[:, None] - place).abs() <= SEEN
    assert not seen.all()
    expected = naive(layer, x, away.clamp(-3, 3) + 3, seen)
    assert torch.allclose(layer(x[None], place[None])[0], expected, atol=1e-5)


def test_attention_across_is_the_naive_form():
    torch.manual_seed(0)
    layer = AttentionAcross(16, 2, dropout=0.0).eval()
    x, told = torch.randn(4, 16), torch.randn(5, 16)
    place, told_place = torch.tensor([0, 3, 90, 91]), torch.tensor([0, 2, 30, 95, NOWHERE])
    away = told_place - place[:, None]
    query = layer.query(x).view(4, 2, 8).transpose(0, 1)
    key, value = layer.into(torch.cat([layer.nothing[0], told])).view(6, 2, 2, 8).permute(1, 2, 0, 3)
    expected = torch.zeros(4, 2, 8)
    for head in range(2):
        for at in range(4):
            seen = [0, *(1 + other for other in range(5) if abs(away[at, other]) <= SEEN)]
            which = [2 * NEAR + 1, *(int(away[at, other - 1].clamp(-NEAR, NEAR)) + NEAR for other in seen[1:])]
            scores = ((key[head, seen] + layer.distances[head, which]) @ query[head, at]) / 8**0.5
            expected[at, head] = scores.softmax(dim=0) @ value[head, seen]
    assert torch.allclose(layer(x[None], told[None], away[None])[0], layer.out(expected.flatten(1)), atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("size", [1, 7])
def test_step_by_step_is_all_at_once(size):
    torch.manual_seed(0)
    model = TokenTransformer(30, dim=16, layers=2, heads=2, reach=6).eval()
    tokens = torch.randint(30, (2, 21))
    whole, _ = model(tokens, model.no_past(2))
    past, parts = model.no_past(2), []
    for at in range(0, 21, size):
        part, present = model(tokens[:, at : at + size], past)
        past = torch.cat([past, present], dim=-2)
        parts.append(part)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)


@torch.no_grad()
def test_what_was_read_once_need_not_be_read_again():
    """One stands in for what is to be read, where nobody looks."""
    torch.manual_seed(0)
    model = AccompanimentTransformer(30, dim=16, layers=2, readers=2, heads=2, reach=6, around=4).eval()
    tokens, given = torch.randint(30, (1, 12)), torch.randint(30, (1, 9))
    place, given_place = torch.arange(12)[None], 2 * torch.arange(9)[None]
    whole, _, read = model(tokens, place, given, given_place, *model.nothing(), model.no_past())
    nobody = torch.tensor([[30]]), torch.tensor([[NOWHERE]])
    past, parts = model.no_past(), []
    for at in range(12):
        here = slice(at, at + 1)
        part, present, _ = model(tokens[:, here], place[:, here], *nobody, read, given_place, past)
        past = torch.cat([past, present], dim=-2)
        parts.append(part)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)
    assert np.isfinite(whole.numpy()).all()
