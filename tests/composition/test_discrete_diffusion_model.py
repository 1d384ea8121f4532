"""The denoiser hears every cell that is not covered, in both directions, whatever the key."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.discrete_diffusion_model import (  # noqa: E402
    INTERVALS,
    LOOSE,
    NONE,
    REST,
    SIZE,
    Attention,
    DiscreteDiffusion,
    Scores,
    degree,
    interval,
)
from descant.composition.frames_around import UNKNOWN  # noqa: E402
from descant.composition.frames_before import LOWEST, NO_KEY  # noqa: E402
from descant.composition.jsb_raster import JsbRaster  # noqa: E402
from descant.training.recipes.discrete_diffusion import TOLD, masked, random_mask  # noqa: E402
from descant.training.recipes.music_transformer import wandering  # noqa: E402

C = 60 - LOWEST + 1


@pytest.fixture
def model():
    torch.manual_seed(0)
    return DiscreteDiffusion(dim=16, layers=2, heads=2, each=8).eval()


def told(frames, mask):
    found = masked(frames, mask, 0, len(frames))
    return [torch.from_numpy(found[name])[None] for name in TOLD]


def test_attention_is_the_naive_form():
    torch.manual_seed(0)
    layer = Attention(8, 2, 0.0).eval()
    torch.nn.init.normal_(layer.distances)
    x = torch.randn(1, 40, 8)
    query, key, value = layer.into(x).view(40, 3, 2, 4).permute(1, 2, 0, 3)
    expected = torch.zeros(40, 2, 4)
    for head in range(2):
        for i in range(40):
            scores = torch.stack(
                [
                    query[head, i] @ key[head, j] / 2
                    + layer.distances[head, 32 + max(-32, min(32, j - i))]
                    - 2.0 ** (-4 * (head + 1)) * abs(j - i)
                    for j in range(40)
                ]
            )
            expected[i, head] = scores.softmax(dim=0) @ value[head]
    assert torch.allclose(layer(x)[0], layer.out(expected.flatten(1)), atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(("step", "voice"), [(0, 0), (20, 2), (39, 3)])
def test_what_is_known_is_heard_everywhere_and_what_is_covered_nowhere(model, step, voice):
    one, two = wandering(0, 40), wandering(0, 40)
    two[step, voice] += 1
    mask = np.zeros((40, 4), dtype=bool)
    open_, shut = mask.copy(), mask.copy()
    shut[step, voice] = True
    known = [model(*told(piece, open_))[0] for piece in (one, two)]
    assert (known[0] != known[1]).any(dim=-1).all()
    covered = [model(*told(piece, shut))[0] for piece in (one, two)]
    assert torch.equal(*covered)


@torch.no_grad()
def test_levels_are_heard(model):
    given = told(wandering(0, 40), random_mask(40, np.random.default_rng(0)))
    at = TOLD.index("level")
    other = [*given[:at], 1 - given[at], *given[at + 1 :]]
    assert not torch.allclose(model(*given), model(*other), atol=1e-4)


@torch.no_grad()
def test_no_voice_leaves_its_range(model):
    odds = model(*told(wandering(1, 20), np.ones((20, 4), dtype=bool))).softmax(dim=-1)
    assert odds.shape == (1, 20, 4, SIZE)
    assert (odds[0, 0] > 0).numpy().tolist() == JsbRaster().voice_masks.tolist()


def test_degrees_and_intervals():
    token = torch.tensor([0, UNKNOWN, C, C, C, C + 4])
    key = torch.tensor([0, 0, NO_KEY, 0, 12 + 9, 14])  # C major, none, C major, A minor, D minor
    assert degree(token, key).tolist() == [REST, NONE, LOOSE, 0, 12 + 3, 12 + 2]
    one, other = torch.tensor([C, C, 0, C, UNKNOWN]), torch.tensor([C, C + 3, C, UNKNOWN, 0])
    unison = SIZE - 2
    assert interval(one, other).tolist() == [unison, unison + 3, INTERVALS, INTERVALS, INTERVALS]
    assert interval(torch.tensor(1), torch.tensor(SIZE - 1)) == INTERVALS - 1
    assert interval(torch.tensor(SIZE - 1), torch.tensor(1)) == 0


@torch.no_grad()
def test_a_pitch_is_scored_by_its_intervals_and_degrees():
    scores = Scores(1)
    plain, degrees, intervals = SIZE, 24, INTERVALS
    scores.weights.zero_()
    base = plain + 2 * degrees
    scores.weights[1, 0, base + SIZE - 2 + 2] = 1.0  # the alto: two semitones above the pitch before
    scores.weights[1, 0, base + intervals + SIZE - 2] = 10.0  # the pitch after
    scores.weights[1, 0, base + 5 * intervals + SIZE - 2 + 7] = 100.0  # a fifth above the bass
    scores.weights[1, 0, plain + 4] = 1000.0  # the major third of the whole's key
    before, after = torch.full((1, 1, 4), C), torch.full((1, 1, 4), C + 5)
    token = torch.tensor([[[UNKNOWN, UNKNOWN, UNKNOWN, C - 12]]])
    given = {"token": token, "before": before, "after": after, "key": torch.tensor([[[2, NO_KEY]]])}
    found = scores(torch.ones(1, 1, 4, 1), given)[0, 0]
    expected = torch.zeros(SIZE)
    expected[C + 2] += 1
    expected[C + 5] += 10
    expected[C - 5] += 100
    expected[(C + 6) % 12 :: 12] += 1000  # F sharp
    expected[~torch.tensor(JsbRaster().voice_masks[1])] = -1e9
    assert found[1].tolist() == expected.tolist()
