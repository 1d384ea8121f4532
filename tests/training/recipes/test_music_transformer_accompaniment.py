"""The Music Transformer that accompanies, from its recipe to its graph, and what it writes to a melody."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.accompaniment_tokens import NOWHERE, REMI, SEEN, only_track, places  # noqa: E402
from descant.composition.music_transformer_accompaniment import Accompanist, accompaniment, metres, nats  # noqa: E402
from descant.composition.next_token import nats as step_by_step  # noqa: E402
from descant.composition.remi_grammar import BAR  # noqa: E402
from descant.errors import InvalidValueError  # noqa: E402
from descant.training.recipe import MASK, collate  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.training.recipes.music_transformer_accompaniment import made_up, rows_of  # noqa: E402
from descant.types import MeterChange, Notes, Part, TempoChange  # noqa: E402
from tests.training.found import trained_and_found  # noqa: E402

RECIPE = find("music_transformer_accompaniment")
DEBUG = RECIPE.sizes["debug"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    with trained_and_found(RECIPE, tmp_path_factory.mktemp(RECIPE.name), "nll") as found:
        yield found


@pytest.fixture
def model(trained):
    return trained[0]


def melody(seed=7, bars=12):
    return REMI.encode(only_track(made_up(seed, bars), (0,))).tokens


def test_the_loss_falls(trained):
    assert trained[1][-1] < trained[1][0]


@torch.no_grad()
def test_parallel_and_cached_and_pytorch_agree(model):
    song = rows_of(made_up(7))
    tokens, place = song["tokens"][:300], song["place"][:300]
    said = Accompanist(melody(), window=None).logits(tokens)
    read = np.append(REMI.size, tokens[:-1]), np.append(0, place[:-1]), song["given"], song["given_place"]
    expected = model(*(torch.from_numpy(one)[None] for one in read), *model.nothing(), model.no_past())[0][0]
    assert np.abs(said - expected.numpy()).max() < 1e-4
    cached = step_by_step(Accompanist(melody(), window=None), REMI, tokens.tolist())
    assert np.abs(cached - nats(Accompanist(melody(), window=None), tokens)).max() < 1e-4


@torch.no_grad()
def test_a_melody_far_away_is_not_heard_and_one_nearby_is(model):
    song = rows_of(made_up(7, bars=24))
    rows = [song[name].copy() for name in ("tokens", "place", "given", "given_place")]
    rows[0], rows[1] = np.append(REMI.size, rows[0][:-1]), np.append(0, rows[1][:-1])

    def said():
        return model(*(torch.from_numpy(one)[None] for one in rows), *model.nothing(), model.no_past())[0][0]

    one = said()
    rows[2][-1] = (rows[2][-1] + 7) % REMI.size  # the last thing in the melody
    away = (one - said()).abs().max(dim=1).values.numpy()
    hears = SEEN * (1 + len(model.readers))  # through the layers that read it
    assert away[rows[1] < rows[3][-1] - hears].max() < 1e-6
    assert away[rows[1] > rows[3][-1] - SEEN].max() > 1e-4


def test_places_are_sixteenths_from_the_beginning():
    notes = Notes([0.5, 1.625], [1.0, 2.0], [60, 62], [80, 80], meters=(MeterChange(0, 1, 4), MeterChange(0.5, 3, 4)))
    tokens = REMI.encode(notes).tokens
    found = dict(zip([REMI.names[token] for token in tokens], places(tokens).tolist(), strict=True))
    assert found["pitch 60"] == 4
    assert found["pitch 62"] == 13
    assert metres(tokens) == [(1, 4), (3, 4)]


def test_it_keeps_to_the_bars_and_the_tempo_of_the_melody(model):
    onset = np.array([0.0, 1.0, 2.0, 4.0])
    sung = Notes(
        onset,
        onset + 0.9,
        np.array([60, 62, 64, 65]),
        np.full(4, 90),
        parts=(Part("voice", 52),),
        tempos=(TempoChange(0.0, 60.0), TempoChange(3.0, 90.0)),
        meters=(MeterChange(0.0, 3, 4), MeterChange(20.0, 4, 4)),
    )
    one, again, other = (accompaniment(sung, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.onset, again.onset)
    assert np.array_equal(one.pitch, again.pitch)
    assert not np.array_equal(one.pitch, other.pitch)
    assert one.duration <= 3 + 3 * 60 / 90 + 1e-9  # two bars, though a metre is told of later
    struck = np.stack([one.onset, np.asarray(one.part), one.pitch])
    assert np.unique(struck, axis=1).shape == struck.shape  # no key twice at once
    assert [part.name for part in one.parts] == ["bridge", "piano"]
    assert [change.bpm for change in one.tempos] == [60.0, 90.0]
    assert {(change.numerator, change.denominator) for change in one.meters} == {(3, 4)}


def test_what_is_no_melody_is_refused(model):
    drums = Notes(np.zeros(1), np.ones(1), np.array([38]), np.array([80]), parts=(Part(drum=True),))
    for music in (drums, Notes([], [], [], [])):
        with pytest.raises(InvalidValueError, match="no melody"):
            accompaniment(music)


def test_excerpts_begin_at_bar_lines_with_the_melody_around_them():
    rng, example = np.random.default_rng(0), rows_of(made_up(1, bars=60))
    found = [RECIPE.excerpt(example, 96, rng) for _ in range(60)]
    keys = set()
    for one in found:
        opening = one["tokens"][0] == REMI.size
        assert opening or one["target"][0] == BAR
        assert one[MASK].sum() == (96 if opening else 80)
        there = one["given_place"] < NOWHERE
        first, last = one["place"][0], one["place"][-1]
        assert one["given_place"][there].min() >= max(0, first - SEEN)
        assert one["given_place"][there].max() <= last + 5 + SEEN
        keys.add(int(one["given"][there][one["given"][there] > REMI.names.index("pitch 0")][0]))
    assert len(keys) > 5
    batch = collate(found[:4])
    assert RECIPE.loss(RECIPE.build(DEBUG), batch)["loss"] > 0


def test_what_is_shipped_is_small():
    assert 2 * sum(one.numel() for one in RECIPE.build(RECIPE.sizes["small"]).parameters()) < 3_500_000
