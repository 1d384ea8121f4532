"""The network: what it sees, that its chunks agree, and that the ablation hears the mixture alone."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.analysis.all_in_one_model import GRID, AllInOne, held, pooled, reach  # noqa: E402
from descant.features.harmonic_percussive import BANDS  # noqa: E402
from descant.weights.chunked import Chunked  # noqa: E402

SMALL = {"dim": 8, "heads": 2, "blocks": 2, "form_dim": 8, "form_blocks": 1, "letters": 4}


def model(**changes):
    torch.manual_seed(0)
    return AllInOne(**{**SMALL, **changes}).eval()


@pytest.mark.parametrize("frames", [1, 19, 20, 61])
def test_an_output_for_every_frame(frames):
    beat, downbeat, boundary, form = model()(torch.rand(2, frames, 2 * BANDS))
    assert beat.shape == downbeat.shape == boundary.shape == (2, frames)
    assert form.shape == (2, frames, 4)
    assert torch.allclose(form.square().sum(dim=2), torch.ones(2, frames), atol=1e-4)


def test_no_output_depends_on_more_than_its_reach():
    far = reach(2, 1)
    frames = torch.rand(1, 4 * far, 2 * BANDS, requires_grad=True)
    outputs = model()(frames)
    sum(one[:, 2 * far].sum() for one in outputs).backward()
    seen = np.flatnonzero(frames.grad.abs().sum(dim=2)[0].numpy())
    assert 2 * far - far <= seen[0] < 2 * far < seen[-1] <= 2 * far + far


@torch.no_grad()
def test_chunks_agree_with_the_whole():
    net = model()
    names = ("beat", "downbeat", "boundary", "form")

    def run(frames):
        return {name: one[0].numpy() for name, one in zip(names, net(torch.from_numpy(frames)[None]), strict=True)}

    context = -(-reach(2, 1) // GRID) * GRID
    frames = np.random.default_rng(0).random((5 * context + 7, 2 * BANDS), dtype=np.float32)
    stream = Chunked(run, context, 3 * GRID)
    parts = [*stream.push(frames[:333]), *stream.push(frames[333:]), *stream.finish()]
    for name, whole in run(frames).items():
        assert np.allclose(np.concatenate([part[name] for part in parts]), whole, atol=1e-4)


@torch.no_grad()
def test_without_channels_only_the_mixture_counts():
    harmonic, percussive = torch.rand(2, 1, 100, BANDS)
    swapped, given = torch.cat([percussive, harmonic], 2), torch.cat([harmonic, percussive], 2)
    mixture, separated = model(channels=False), model()
    assert torch.allclose(mixture(given)[0], mixture(swapped)[0], atol=1e-5)
    assert not torch.allclose(separated(given)[0], separated(swapped)[0], atol=1e-2)


def test_pooling_and_holding():
    x = torch.arange(25.0).reshape(1, 1, 25)
    assert pooled(x, 10).tolist() == [[[4.5, 14.5, 11.0]]]  # the last: 20 to 24 and five zeros
    assert held(torch.tensor([[[1.0, 2.0]]]), 3, 5).tolist() == [[[1.0, 1.0, 1.0, 2.0, 2.0]]]
