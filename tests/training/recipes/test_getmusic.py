"""GETMusic from its recipe to its graph: what is covered in training, and that what is trained is what writes."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.composition.absorbing_state import COVERED  # noqa: E402
from descant.composition.chord_row import transposed  # noqa: E402
from descant.composition.track_rows import semitones_to_c  # noqa: E402
from descant.training.recipe import MASK  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.training.recipes.getmusic import noise_levels, wanted_sets  # noqa: E402
from tests.training.found import trained_and_found  # noqa: E402

NAMES = ("getmusic", "getmusic_chorales")


@pytest.fixture(scope="module", params=NAMES)
def trained(request, tmp_path_factory):
    """The recipe, the network after a few steps, rounded as its graph is, and its scores on the way."""
    recipe = find(request.param)
    with trained_and_found(recipe, tmp_path_factory.mktemp(request.param), "nats") as (model, scores):
        yield recipe, model, scores


def test_it_learns(trained):
    _, _, scores = trained
    assert scores[-1] < scores[0]


@torch.no_grad()
def test_pytorch_and_the_graph_agree_whatever_the_length(trained):
    recipe, model, _ = trained
    rng = np.random.default_rng(0)
    for columns in (4, 23, 48):
        made = {name: rows[:columns] for name, rows in recipe.made_up(5).items()}
        grid = np.where(recipe.covered(columns, rng), COVERED, made["grid"])
        found = recipe.writer.logits(grid, made["place"])
        short = -columns % 4
        rows = np.pad(recipe.writer.rows.counted(grid), [(0, short), (0, 0)], constant_values=COVERED)
        up = semitones_to_c(recipe.writer.rows.known_key(rows)) if recipe.writer.relative else 0
        rows = recipe.writer.rows.transposed(rows, up)
        place = np.pad(made["place"], (0, short), "edge")
        given = {"tokens": rows, "place": place, "near": recipe.writer.rows.neighbours(rows)}
        told = model(*(torch.from_numpy(given[name])[None] for name in recipe.inputs))
        lanes = len(recipe.writer.vocabulary.lanes)
        expected = [told[kind][0, :columns, lane] for lane in range(lanes) for kind in (0, 1)]
        expected += [one[0, :columns] for one in told[2:]]
        pitch, chord = np.clip(np.arange(1, 129) + up, 1, 128), transposed(np.arange(181), up)
        expected = [one[:, np.append(0, pitch)] if one.shape[1] == 129 else one for one in expected]
        expected = [one[:, chord] if one.shape[1] == 181 else one for one in expected]
        assert len(found) == len(expected) == recipe.writer.vocabulary.rows
        for one, other in zip(found, expected, strict=True):
            inside = slice(12, -12) if one.shape[1] == 129 else slice(None)  # no pitch leaves MIDI's
            assert np.abs(one - other.numpy())[:, inside].max() < 1e-4


def test_given_tracks_come_back_whatever_is_wanted(trained):
    recipe, _, _ = trained
    writer, grid = recipe.writer, recipe.made_up(1)["grid"]
    for wanted in wanted_sets(len(writer.rows.tracks)):
        found = writer.complete(grid, [writer.rows.tracks[one] for one in wanted], seed=3, steps=2)
        given = ~np.isin(writer.rows.track, wanted)
        assert np.array_equal(found[:, given], grid[:, given])
        assert writer.vocabulary.flatten(found).size == grid.size


@pytest.mark.parametrize("name", NAMES)
def test_excerpts_begin_on_a_beat_and_end_in_silence(name):
    recipe, rng = find(name), np.random.default_rng(0)
    example = recipe.made_up(0)
    rows = recipe.writer.rows
    heights, idle, in_c = set(), 0, 0
    for _ in range(150):
        found = recipe.excerpt(example, 64, rng)
        assert found["tokens"].shape == (64, recipe.writer.vocabulary.rows)
        assert found["place"][0] % 4 == 0
        assert found[MASK].tolist() == [1] * 48 + [0] * 16
        assert (recipe.writer.rows.tokens(found["target"][48:]) == recipe.writer.vocabulary.silence).all()
        seen = found["tokens"] != COVERED
        assert np.array_equal(found["tokens"][seen], found["target"][seen])
        idle += seen.all()
        heights.add(int(found["target"][0, 0]))
        in_c += rows.known_key(found["target"]) in (0, 21)  # C major or A minor
        if recipe.writer.relative:
            assert np.array_equal(found["near"], rows.neighbours(found["tokens"]))
    assert (in_c > 75) if recipe.writer.relative else (len(heights) == 12)
    assert idle < 15


def test_every_kind_of_request_is_practised():
    """Each set of tracks is wanted whole; rows of a track are covered in their order, or each by chance."""
    recipe, rng = find("getmusic"), np.random.default_rng(0)
    rows = recipe.writer.rows
    wanted, in_order, in_part = set(), 0, 0
    for _ in range(3000):
        covered = recipe.covered(64, rng)
        shares = covered.mean(axis=0)
        if set(shares.tolist()) <= {0.0, 1.0}:
            tracks = [{float(shares[row]) for row in np.flatnonzero(rows.track == one)} for one in range(4)]
            wanted |= (
                {tuple(at for at, one in enumerate(tracks) if one == {1.0})}
                if all(len(one) == 1 for one in tracks)
                else set()
            )
        piano = shares[rows.track == 2]
        in_order += bool(piano[0] == 0 and 0 < piano[2] < 1 and (piano[3:] == 1).all())
        in_part += bool((piano > 0).all() and (piano < 1).all())
    assert wanted >= set(wanted_sets(4))
    assert in_order > 30
    assert in_part > 300


def test_levels_are_the_tracks_own():
    rng = np.random.default_rng(0)
    found = np.array([noise_levels(4, rng) for _ in range(2000)])
    assert (found.max(axis=1) > 0).all()
    assert np.mean(found == 0) == pytest.approx(0.43, abs=0.03)
    assert np.mean(found == 1) == pytest.approx(0.41, abs=0.03)
    assert ((found[:, 0] > 0) & (found[:, 0] < 1) & (found[:, 1] == 0)).any()


def test_validation_asks_for_every_set_as_often():
    recipe = find("getmusic")
    size = recipe.sizes["debug"]
    pieces = [recipe.made_up(seed) for seed in range(30)]
    found = recipe._stretches(pieces, type(size)(validation=30, frames=48))
    rows = recipe.writer.rows
    wanted = [tuple(np.unique(rows.track[(one["tokens"] == COVERED).all(axis=0)]).tolist()) for one in found]
    assert wanted == 2 * wanted_sets(4)


def test_what_is_shipped_is_small():
    for name in NAMES:
        recipe = find(name)
        parameters = sum(one.numel() for one in recipe.build(recipe.sizes["small"]).parameters())
        assert 2 * parameters < 5_000_000
