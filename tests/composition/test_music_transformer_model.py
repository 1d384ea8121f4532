"""Three readers: none looks ahead, all look back, and voices asked for one by one are those asked for at once."""

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.frames_before import rows, transposed  # noqa: E402
from descant.composition.jsb_raster import JsbRaster  # noqa: E402
from descant.composition.music_transformer_model import (  # noqa: E402
    POOL,
    READERS,
    SIZE,
    WINDOW,
    MusicTransformer,
    pooled,
)
from descant.composition.transformer_layers import SCHEMES  # noqa: E402
from descant.training.recipes.music_transformer import TOLD, wandering  # noqa: E402


@pytest.fixture(params=SCHEMES)
def model(request):
    torch.manual_seed(0)
    return MusicTransformer(dim=16, layers=2, heads=2, scheme=request.param, reach=24, each=8).eval()


def told(frames):
    found = rows(frames)
    return {name: torch.from_numpy(found[name])[None] for name in TOLD}


@torch.no_grad()
def test_voices_asked_for_one_by_one_are_those_asked_for_at_once(model):
    piece = told(wandering(0, 60))
    expected = model.whole(piece)
    frames, tokens = ([torch.zeros(1, 2, 0, 8)] * 2 * number for number in (4, 2))
    no_places = torch.zeros(0, dtype=torch.int64)
    frame_places = token_places = no_places
    for step in range(60):
        context = torch.zeros(1, 0, model.width)
        for voice in range(4):
            now = {name: one[:, step : step + 1] for name, one in piece.items()}
            each, context, new_frames, new_tokens = model.each(
                now, torch.tensor([voice]), torch.tensor([step]), context, frame_places, token_places,
                (*frames, *tokens),
            )  # fmt: skip
            assert torch.allclose(each[:, :, 0, 0], expected[:, :, step, voice], atol=1e-4)
            assert new_frames.shape[-2] == (voice == 0)  # what is before a frame is read once
            frames = [torch.cat(both, dim=-2) for both in zip(frames, new_frames.flatten(0, 1), strict=True)]
            tokens = [torch.cat(both, dim=-2) for both in zip(tokens, new_tokens.flatten(0, 1), strict=True)]
            frame_places = torch.arange(frames[0].shape[-2])
            token_places = torch.arange(tokens[0].shape[-2])


@torch.no_grad()
@pytest.mark.parametrize("voice", range(4))
def test_a_token_is_heard_by_those_after_it_alone(model, voice):
    one, two = wandering(0, 80), wandering(0, 80)
    two[20, voice] += 1
    before, after = (model.whole(told(piece))[:, 0] for piece in (one, two))
    changed = (before != after).any(dim=-1)  # (readers, steps, voices)
    assert not changed[:, :20].any()
    assert not changed[:, 20, : voice + 1].any()
    assert changed[:, 20, voice + 1 :].all()
    assert changed[:, 21 : 20 + WINDOW // 4].all()


@torch.no_grad()
def test_who_reads_degrees_hears_a_piece_in_another_key_as_the_same(model):
    """But for the plain scores of pitches, which are taken away here."""
    for reader in (model.of_frames[0], model.of_lines):
        reader.scores.weight[:, :, :SIZE] = 0
    model.of_frames[1].scores.weight[:, :, :SIZE] = 0
    piece = rows(wandering(0, 40))
    moved = transposed(piece, 2)
    one, two = (
        model.whole({name: torch.from_numpy(told[name])[None] for name in TOLD})[:, 0] for told in (piece, moved)
    )
    inside = slice(20, 25)  # pitches that no voice's range cuts off, in both keys
    relative = [each[..., inside] - each[..., 20:21] for each in (one[..., :-2], two[..., 2:])]
    sung = JsbRaster().voice_masks[:, 18:28].all(axis=1)
    same = [torch.allclose(*(each[reader][:, sung] for each in relative), atol=1e-4) for reader in range(3)]
    assert same == [True, False, True]


@torch.no_grad()
def test_readers_are_pooled_by_their_weights():
    each = torch.log(torch.tensor([[0.7, 0.3], [0.5, 0.5], [0.2, 0.8]]))
    odds = 0.7 ** POOL["degrees"] * 0.5 ** POOL["pitches"] * 0.2 ** POOL["line"]
    other = 0.3 ** POOL["degrees"] * 0.5 ** POOL["pitches"] * 0.8 ** POOL["line"]
    assert READERS == ("degrees", "pitches", "line")
    assert pooled(each).exp().tolist() == pytest.approx([odds / (odds + other), other / (odds + other)])


@torch.no_grad()
def test_no_voice_leaves_its_range(model):
    odds = pooled(model.whole(told(wandering(1, 20)))).exp()
    assert odds.shape == (1, 20, 4, SIZE)
    assert (odds[0, 0] > 0).numpy().tolist() == JsbRaster().voice_masks.tolist()
