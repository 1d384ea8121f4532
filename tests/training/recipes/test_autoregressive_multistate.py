import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant import weights  # noqa: E402
from descant.features import RATE  # noqa: E402
from descant.features.log_mel import LogMel  # noqa: E402
from descant.nn.key_stack import PAST  # noqa: E402
from descant.training import harness  # noqa: E402
from descant.training.corpora.store import frames_of  # noqa: E402
from descant.training.export import export, round_weights  # noqa: E402
from descant.training.recipe import collate  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.training.recipes.autoregressive_multistate import held_on, listened  # noqa: E402
from descant.transcription.autoregressive_multistate import LATENCY, MultistateTranscriber, notes_of  # noqa: E402
from descant.transcription.key_states import OFF, OFFSET, ONSET, SUSTAIN  # noqa: E402


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The recipe, its state after a few steps, the loss before and after, and the folder of its weights."""
    recipe, losses, folder = find("autoregressive_multistate"), [], tmp_path_factory.mktemp("multistate")
    state = harness.train(recipe, "debug", folder, device="cpu", progress=lambda *at: losses.append(at[2]["loss"]))
    assert export(recipe, "debug", state, folder).card.parity <= 1e-4
    return recipe, state, losses, folder


def test_the_loss_falls(trained):
    _, _, losses, _ = trained
    assert losses[-1] < losses[0]


def test_the_truth_is_partly_replaced_by_its_own_answers(trained):
    recipe, state, _, _ = trained
    model = recipe.build(recipe.sizes["debug"])
    model.load_state_dict(state.best)
    shown = []
    told = model.told
    model.told = lambda heard, before, memory=None: shown.append(before) or told(heard, before, memory)
    example = recipe.examples("train", recipe.sizes["debug"], debug=True)[0]
    batch = collate([recipe.excerpt(example, 100, np.random.default_rng(0))])
    recipe.loss(model.eval(), batch)
    truth, mixed = shown
    late = batch["late"][:, PAST:] > 0
    assert (mixed[late] == SUSTAIN).all()
    assert not torch.equal(truth[~late], mixed[~late])
    assert torch.equal(truth[:, 0], mixed[:, 0])


def test_some_notes_are_said_to_sound_on_until_the_next_stroke_at_most():
    state = np.full((400, 60), OFF)
    state[10:20] = SUSTAIN
    state[20] = OFFSET
    state[40] = ONSET
    late = held_on(state, np.random.default_rng(0)) > 0
    held = late.any(axis=0)
    assert 0.2 < held.mean() < 0.6
    assert late[21, held].all()
    assert not late[:21].any()
    assert not late[40:].any()
    assert 1 < late[:, held].sum(axis=0).mean() < 19


def test_a_stream_in_any_blocks_hears_what_the_network_hears_at_once(trained, monkeypatch):
    recipe, state, _, folder = trained
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(folder))
    weights.load.cache_clear()
    model = recipe.build(recipe.sizes["debug"])
    model.load_state_dict(state.best)
    with torch.no_grad():
        model.head.weight *= 20.0  # the few steps leave it timid
        model.head.bias[1] += 4.0
    round_weights(model)
    export(recipe, "debug", harness.State(**{**vars(state), "best": model.state_dict()}), folder)
    weights.load.cache_clear()
    samples = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    with torch.no_grad():
        expected = listened(model.eval(), frames_of(samples, LogMel()))
    assert len(expected)
    for block in (441, 5000):
        transcriber, events = MultistateTranscriber(), []
        for start in range(0, len(samples), block):
            events += transcriber.push(samples[start : start + block])
        events += transcriber.finish()
        heard = notes_of(events, transcriber.listener.events.frame / 50)
        assert np.array_equal(heard.onset, expected.onset)
        assert np.array_equal(heard.pitch, expected.pitch)
    weights.load.cache_clear()


def test_the_latency_is_below_a_tenth_of_a_second():
    assert LATENCY + 0.02 < 0.1  # with sound in blocks of a hop
