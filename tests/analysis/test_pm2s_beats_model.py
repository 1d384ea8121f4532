"""The network: what it says, and what it says it of."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.analysis.note_clusters import FEATURES  # noqa: E402
from descant.analysis.pm2s_beats import METRES, PHASES  # noqa: E402
from descant.analysis.pm2s_beats_model import Pm2sBeats  # noqa: E402


def model():
    torch.manual_seed(0)
    return Pm2sBeats(width=8, dilations=(1, 2), hidden=8).eval()


@pytest.mark.parametrize("count", [1, 2, 37])
def test_a_row_a_cluster(count):
    beat, downbeat, phase, metre = model()(torch.randn(2, count, FEATURES))
    assert beat.shape == downbeat.shape == (2, count)
    assert (phase.shape, metre.shape) == ((2, count, PHASES), (2, count, len(METRES)))


@torch.no_grad()
def test_it_hears_what_comes_before_and_after():
    frames = torch.randn(1, 40, FEATURES)
    other = frames.clone()
    other[:, :3] += 1.0
    other[:, -3:] += 1.0
    apart = (model()(frames)[0] - model()(other)[0]).abs()[0]
    assert (apart[[0, 1, 38, 39]] > 1e-4).all()
    assert apart[20] < apart[1], "what is far off counts less"


@torch.no_grad()
def test_the_examples_of_a_batch_do_not_mix():
    frames = torch.randn(3, 20, FEATURES)
    together, alone = model()(frames)[0], model()(frames[1:2])[0]
    assert torch.allclose(together[1:2], alone, atol=1e-5)
