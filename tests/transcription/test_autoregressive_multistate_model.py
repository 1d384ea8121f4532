import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.nn.key_stack import PAST  # noqa: E402
from descant.transcription.autoregressive_multistate_model import (  # noqa: E402
    PARTIALS,
    AutoregressiveMultistate,
    after_silence,
)
from descant.transcription.key_states import OFF, OFFSET, ONSET, REONSET, SUSTAIN  # noqa: E402


@pytest.fixture
def model():
    torch.manual_seed(0)
    return AutoregressiveMultistate(8, 3, 6).eval()


@torch.no_grad()
def test_a_frame_at_a_time_is_the_same_as_all_at_once(model):
    frames, before = torch.rand(1, 30, 229), torch.randint(0, 5, (1, 30, 88))
    together = torch.softmax(model.told(model.heard(after_silence(frames)), before)[0], dim=3)
    seen, hidden, cell = after_silence(frames), torch.zeros(1, 88, 6), torch.zeros(1, 88, 6)
    for at in range(30):
        probability, _, hidden, cell = model(seen[:, at : at + PAST + 1], before[:, at], hidden, cell)
        assert torch.allclose(probability, together[:, at], atol=1e-5)


@torch.no_grad()
def test_what_it_said_last_counts_for_that_key_from_then_on(model):
    frames, before = torch.rand(1, 20, 229), torch.zeros(1, 20, 88, dtype=torch.int64)
    changed = before.clone()
    changed[0, 10, 40] = SUSTAIN
    heard = model.heard(after_silence(frames))
    different = (model.told(heard, before)[0] != model.told(heard, changed)[0]).any(dim=3)[0]
    assert not different[:10].any()
    assert different[10:, 40].all()
    assert not different[:, :40].any()


PROBABLE = {
    OFF: [0.5, 0.2, 0.1, 0.1, 0.1],
    ONSET: [0.4, 0.3, 0.0, 0.0, 0.3],
    SUSTAIN: [0.1, 0.1, 0.7, 0.1, 0.0],
    OFFSET: [0.2, 0.1, 0.2, 0.4, 0.1],
    REONSET: [0.0, 0.1, 0.4, 0.0, 0.5],
}


def keys(rows):
    """Probabilities (88, STATES): silence, but for those of some keys."""
    probability = torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0]).repeat(88, 1)
    for key, row in rows.items():
        probability[key] = torch.tensor(row)
    return probability


def test_a_key_is_struck_where_onset_and_reonset_together_outweigh_the_rest(model):
    rows = dict(enumerate([*PROBABLE.values(), [0.4, 0.0, 0.5, 0.1, 0.0]]))
    chosen = model.chosen(keys(rows), torch.full((88,), SUSTAIN))
    assert chosen[:5].tolist() == list(PROBABLE)
    assert chosen[5] == OFF, "a key sounds on only where that is likely"


@pytest.mark.parametrize("before", [ONSET, SUSTAIN, REONSET, OFF, OFFSET])
def test_only_a_sounding_key_sounds_on(model, before):
    chosen = model.chosen(keys({40: PROBABLE[SUSTAIN]}), torch.full((88,), before))
    assert (chosen[40] == SUSTAIN) == (before in (ONSET, SUSTAIN, REONSET))


@pytest.mark.parametrize("step", PARTIALS)
def test_a_partial_of_a_struck_key_must_be_surer(model, step):
    silence, struck_before = torch.full((88,), OFF), torch.full((88,), OFF)
    struck_before[30] = ONSET
    weak, strong = [0.4, 0.6, 0.0, 0.0, 0.0], [0.02, 0.98, 0.0, 0.0, 0.0]
    struck = {30: strong}
    assert model.chosen(keys({30 + step: weak}), silence)[30 + step] == ONSET, "alone it is a stroke"
    assert model.chosen(keys({**struck, 30 + step: weak}), silence)[30 + step] == OFF, "it may be a partial"
    assert model.chosen(keys({30 + step: weak}), struck_before)[30 + step] == OFF, "of a stroke before, too"
    assert model.chosen(keys({**struck, 30 + step: strong}), silence)[30 + step] == ONSET, "octaves can be played"
    assert model.chosen(keys({**struck, 30 - step: weak}), silence)[30 - step] == ONSET, "keys have no partials below"
