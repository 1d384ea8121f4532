"""The Music Transformer on performances, from its recipe to its graph, and what it plays."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition import music_transformer_performance as performance  # noqa: E402
from descant.composition.next_token import nats as step_by_step  # noqa: E402
from descant.composition.performance_vocabulary import LOUD, SHIFT, PerformanceVocabulary  # noqa: E402
from descant.composition.token_transformer import TokenTransformer, going_on, nats  # noqa: E402
from descant.composition.vocabulary import draw, read  # noqa: E402
from descant.errors import InvalidValueError  # noqa: E402
from descant.training.recipe import MASK  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.types import ControlChange, Notes, Part  # noqa: E402
from tests.training.found import trained_and_found  # noqa: E402

RECIPE = find("music_transformer_performance")
DEBUG = RECIPE.sizes["debug"]
VOCABULARY = PerformanceVocabulary()
MODEL = TokenTransformer(performance.WEIGHTS)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    with trained_and_found(RECIPE, tmp_path_factory.mktemp(RECIPE.name), "nll") as found:
        yield found


@pytest.fixture
def model(trained):
    return trained[0]


def piece(seed=5, length=300):
    return draw(VOCABULARY, np.random.default_rng(seed), length)


ALONE = (Part("right hand"),)


def scale(parts=ALONE):
    """A scale of quarters, 1.001 s each, and a drum stroke where there is a second part."""
    onset = 1.001 * np.arange(5)
    part = np.zeros(5, dtype=int) if len(parts) == 1 else np.array([0, 1, 0, 0, 0])
    return Notes(onset, onset + 0.7, np.array([60, 38, 64, 65, 67]), np.array([81, 70, 63, 90, 101]), part, parts)


def test_the_loss_falls(trained):
    assert trained[1][-1] < trained[1][0]


@torch.no_grad()
def test_parallel_and_cached_and_pytorch_agree(model):
    tokens = piece()
    said = MODEL.logits(tokens)
    row = torch.from_numpy(np.concatenate([[VOCABULARY.size], tokens[:-1]]))[None]
    assert np.abs(said - model(row, model.no_past())[0][0].numpy()).max() < 1e-4
    assert np.abs(nats(MODEL, VOCABULARY, tokens) - step_by_step(MODEL, VOCABULARY, tokens.tolist())).max() < 1e-4
    assert np.abs(MODEL.read(tokens.tolist()).logits - MODEL.logits(np.append(tokens, 0))[-1]).max() < 1e-4


@torch.no_grad()
def test_with_a_window_a_step_sees_no_more(model):
    """As many keys as the window has are kept, and what is said is what a band of that width would have said."""
    tokens, window = piece(length=60)[:60].tolist(), 7
    short = TokenTransformer(performance.WEIGHTS, window)
    memory = short.start
    for token in tokens:
        memory = short.after(memory, token)
        assert memory.kept.shape[-2] <= window
    row = torch.tensor([[VOCABULARY.size, *tokens]])
    places = torch.arange(row.shape[1])
    near = places[:, None] - places[None] <= window
    x = model.tokens(row)
    for layer in model.layers:  # the same, banded by hand
        attention, read_in = layer.attention, layer.norm(x)
        query, key, value = attention.into(read_in).unflatten(-1, (3, attention.heads, -1)).permute(2, 0, 3, 1, 4)
        back = (places[:, None] - places[None]).clamp(0, attention.reach - 1)
        scores = query @ key.transpose(-1, -2) + torch.einsum("bhid,hijd->bhij", query, attention.distances[:, back])
        seen = near & (places[:, None] >= places[None])
        odds = (scores / query.shape[-1] ** 0.5).masked_fill(~seen, -torch.inf).softmax(-1)
        x = layer.perceptron(x + attention.out((odds @ value).transpose(1, 2).flatten(2)))
    expected = model.scores(model.norm(x))[0, -1].numpy()
    assert np.abs(memory.logits - expected).max() < 1e-4


def test_nothing_forbidden_is_drawn_and_a_seed_gives_the_same(model):
    def some(seed):
        stream = going_on(MODEL, VOCABULARY, np.random.default_rng(seed), piece(length=20), nucleus=0.9)
        return [token for token, _ in zip(stream, range(200), strict=False)]

    assert read(VOCABULARY, [*piece(length=20), *some(0)])  # raises where the grammar is broken
    assert some(0) == some(0) != some(1)
    with pytest.raises(InvalidValueError, match="temperature"):
        next(going_on(MODEL, VOCABULARY, np.random.default_rng(0), temperature=0.0))


def test_so_many_seconds_are_played_after_given_notes(model):
    given = scale((Part("right hand", 4), Part(drum=True)))
    found = performance.continued(given, 7.25, seed=3)
    assert found.duration == pytest.approx(given.duration + 7.25)
    kept = found.onset < given.duration
    for name in ("onset", "offset", "pitch", "velocity", "part"):
        assert np.array_equal(getattr(found, name)[kept], getattr(given, name))
    assert set(np.asarray(found.part)[~kept].tolist()) == {0}
    assert found.parts == given.parts
    again = performance.continued(given, 7.25, seed=3)
    assert np.array_equal(found.onset, again.onset)
    assert np.array_equal(found.pitch, again.pitch)


def test_from_nothing_it_begins_at_once(model):
    found = performance.continued(None, 5.0, seed=1)
    assert found.onset[0] == 0
    assert found.duration == pytest.approx(5.0)


def test_a_pedal_that_is_down_comes_up(model):
    given = scale()
    held = Notes(given.onset, given.offset, given.pitch, given.velocity, controls=(ControlChange(0, 1.0, 64, 100),))
    found = performance.continued(held, 4.0)
    assert [(one.time, one.value) for one in found.controls] == [(1.0, 100), (given.duration, 0)]


def test_what_it_cannot_go_on_with_is_refused(model):
    drums = Notes(np.zeros(1), np.ones(1), np.array([38]), np.array([80]), parts=(Part(drum=True),))
    with pytest.raises(InvalidValueError, match="drums alone"):
        performance.continued(drums, 5.0)
    with pytest.raises(InvalidValueError, match="not for 0"):
        performance.continued(None, 0.0)


def test_excerpts_are_moved_and_stretched():
    rng = np.random.default_rng(0)
    example = RECIPE.examples("train", DEBUG, debug=True)[0]
    own = VOCABULARY.encode(Notes(*(example[name] for name in ("onset", "offset", "pitch", "velocity")))).tokens
    lengths, openings = set(), 0
    for _ in range(80):
        found = RECIPE.excerpt(example, 64, rng)
        opening = found["tokens"][0] == VOCABULARY.size
        assert found[MASK].sum() == (64 if opening else 48)  # what came before the head is not there to be read
        assert np.array_equal(found["tokens"][1:], found["target"][:-1])
        openings += opening
        tokens = RECIPE.tokens(example, rng)
        lengths.add(int((tokens[(tokens >= SHIFT) & (tokens < LOUD)] - SHIFT + 1).sum()))
    whole = int((own[(own >= SHIFT) & (own < LOUD)] - SHIFT + 1).sum())
    assert len(lengths) == 5
    assert min(lengths) == pytest.approx(0.95 * whole, rel=0.01)
    assert 10 < openings < 60


def test_what_is_shipped_is_small():
    assert 2 * sum(one.numel() for one in RECIPE.build(RECIPE.sizes["small"]).parameters()) < 3_000_000
