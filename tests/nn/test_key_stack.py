import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.nn.key_stack import FINENESS, KEYS, PARTIALS, PAST, KeyMemory, KeyStack, places  # noqa: E402

CENTRES = np.geomspace(30.0, 11_000.0, 229)


def test_each_key_is_shown_its_own_partials():
    below, above, share = places(CENTRES)
    hz = (CENTRES[below] * share[0] + CENTRES[above] * share[1]).reshape(KEYS * FINENESS, len(PARTIALS))
    a4 = (69 - 21) * FINENESS + 1  # the middle place of its three
    expected = 440.0 * np.array(PARTIALS)
    assert hz[a4] == pytest.approx(expected, rel=1e-3)
    assert hz[a4 + 1, 2] == pytest.approx(440.0 * 2 ** (1 / 36), rel=1e-3)


def test_what_lies_beyond_the_bands_is_silence():
    _, _, share = places(CENTRES)
    share = share.reshape(2, KEYS * FINENESS, len(PARTIALS))
    assert not share[:, 1, 2].any()  # A0 at 27.5 Hz
    assert not share[:, -2, -1].any()  # the eighth partial of C8


@pytest.fixture
def stack():
    torch.manual_seed(0)
    return lambda causal: KeyStack(CENTRES, 6, causal=causal).eval()


def test_a_frame_is_heard_from_three_on_either_side(stack):
    frames = torch.rand(1, 30, 229)
    changed = frames.clone()
    changed[0, 15] += 1
    with torch.no_grad():
        model = stack(False)
        different = (model(frames) != model(changed)).any(dim=3).any(dim=2)[0]
    assert np.flatnonzero(different.numpy()).tolist() == list(range(12, 19))


def test_a_causal_stack_never_looks_ahead(stack):
    frames = torch.rand(1, PAST + 20, 229)
    changed = frames.clone()
    changed[0, PAST + 10] += 1
    with torch.no_grad():
        model = stack(True)
        different = (model(frames) != model(changed)).any(dim=3).any(dim=2)[0]
    assert len(different) == 20
    assert np.flatnonzero(different.numpy()).tolist() == list(range(10, 10 + PAST + 1))


def test_keys_do_not_share_memory():
    memory = KeyMemory(3, 4, bidirectional=True)
    x = torch.rand(2, 10, KEYS, 3)
    changed = x.clone()
    changed[1, 4, 40] += 1
    with torch.no_grad():
        different = (memory(x)[0] != memory(changed)[0]).any(dim=3)
    assert set(map(tuple, np.argwhere(different.numpy())[:, [0, 2]].tolist())) == {(1, 40)}
