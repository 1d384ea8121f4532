"""The training of the modules of `modular_harmony`: their examples, tiny twins that learn and export."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.harmony.chord_vocabulary import KINDS, RELATIVE  # noqa: E402
from descant.harmony.onset_features import BEFORE, INSIDE, SEGMENT_FEATURES, Onsets, segment_features  # noqa: E402
from descant.harmony.roman import ROOTS  # noqa: E402
from descant.training.export import export, graph, graph_outputs  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.modular_examples import (  # noqa: E402
    IGNORED,
    UNKNOWN,
    chord_row,
    modular_examples,
    relative_chord,
    segments,
)
from descant.training.recipe import collate  # noqa: E402
from descant.training.recipes import find  # noqa: E402
from descant.training.recipes.modular_harmony_ccm import TAKEN  # noqa: E402

NAMES = tuple(f"modular_harmony_{module}" for module in ("ctm", "ccm", "csm", "ktm"))
MAJ = KINDS.index(("maj", 0))
TONIC = 12 * len(KINDS) + MAJ


@pytest.fixture(scope="module")
def rows():
    """Cadences in some major key: I, IV, V, I; the last I and the next first one are one segment."""
    return modular_examples("valid", debug=True)[0]


def test_onsets_with_their_chords(rows):
    assert len(rows["label"]) == 32
    assert segments(rows["label"]).tolist() == [0, 4, 8, 12, 20, 24, 28]
    tonic = int(rows["label"][0, 2])
    assert np.all(rows["label"][:, 2:] == [tonic, 0])
    assert rows["sharps"].tolist() == [ROOTS[tonic]] * 32


def test_chords_in_a_row(rows):
    row = chord_row(rows)
    fourth, fifth = TONIC - len(KINDS), TONIC + len(KINDS)
    assert row.chord.tolist() == [TONIC, fourth, fifth, TONIC, fourth, fifth, TONIC]
    assert row.told[:, 0].tolist() == row.chord.tolist()
    assert row.before[:, 0].tolist() == row.chord[:-1].tolist()
    assert row.change.tolist() == [0] * 6
    assert row.first.tolist() == [0, 7]


def test_a_change_of_key_is_told_before_the_next_chord(rows):
    label = rows["label"].copy()
    label[16:, 2] += 1  # the second half in the dominant
    row = chord_row({**rows, "label": label})
    at = int(np.flatnonzero(row.change)[0])
    assert row.change[at] == 1 + 12 + 1
    assert row.before[at, 1] == row.change[at] == row.told[at + 1, 1]
    assert row.before[at, 0] == row.told[at, 0] - len(KINDS)  # the same chord a fifth lower in the new key
    assert row.told[at + 1, 3] == 8


def test_unknown_chords_are_left_out(rows):
    label = rows["label"].copy()
    label[4:8] = UNKNOWN
    assert len(chord_row({**rows, "label": label}).chord) == 6
    assert relative_chord(label[[0, 4]], label[[0, 4], 0]).tolist() == [TONIC, IGNORED]


def test_stretches_of_a_piece(rows):
    recipe = find("modular_harmony_ccm")
    found = [recipe.excerpt(rows, 0, np.random.default_rng(seed)) for seed in range(30)]
    assert found[0]["onsets"].shape == (TAKEN, 2 * BEFORE + INSIDE, SEGMENT_FEATURES)
    chords = np.concatenate([one["chord"] for one in found])
    assert 0.1 < np.mean(chords == RELATIVE) < 0.3
    assert set(chords.tolist()) == {TONIC, RELATIVE}  # all are over their own root
    np.testing.assert_allclose(np.concatenate([one["share"] for one in found]).sum(axis=1), 1, rtol=1e-6)


@torch.no_grad()
def test_what_is_filled_up_does_not_count(rows):
    recipe = find("modular_harmony_ccm")
    torch.manual_seed(0)
    model = recipe.build(recipe.sizes["debug"]).eval()
    one = recipe.excerpt(rows, 0, np.random.default_rng(0))
    onsets, share, lengths = (torch.from_numpy(one[name]) for name in ("onsets", "share", "lengths"))
    together = model(onsets, share, lengths)
    for at, length in enumerate(lengths.tolist()):
        alone = model(onsets[at : at + 1, :length], share[at : at + 1, :length])
        assert torch.allclose(alone[0], together[at], atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(
    ("name", "memories"), [("modular_harmony_csm", slice(1, 3)), ("modular_harmony_ktm", slice(2, 4))]
)
def test_a_step_equals_the_parallel_pass(name, memories):
    recipe = find(name)
    size = recipe.sizes["debug"]
    torch.manual_seed(0)
    model = recipe.build(size).eval()
    data = graph(recipe, model, "debug")
    told = np.stack([recipe.examples(split, size, debug=True)[0]["told"] for split in ("train", "valid")])
    inputs = {key: value for key, (value, _) in recipe.graph_inputs(size).items()}
    whole = model(torch.from_numpy(told), inputs["hidden"], inputs["cell"])
    hidden, cell = inputs["hidden"], inputs["cell"]
    for at in range(told.shape[1]):
        step = {"chords": torch.from_numpy(told[:, at : at + 1]), "hidden": hidden, "cell": cell}
        out = graph_outputs(data, step)
        for output, all_at_once in zip(recipe.outputs, whole, strict=True):
            if "next" not in output:
                np.testing.assert_allclose(out[output][:, 0], all_at_once[:, at].numpy(), atol=1e-5)
        hidden, cell = (torch.from_numpy(out[key]) for key in ("next_hidden", "next_cell"))
    for stepped, all_at_once in zip((hidden, cell), whole[memories], strict=True):
        assert torch.allclose(stepped, all_at_once, atol=1e-5)


def test_the_classification_takes_any_number_of_segments_of_any_length(rows):
    recipe = find("modular_harmony_ccm")
    torch.manual_seed(0)
    model = recipe.build(recipe.sizes["debug"]).eval()
    data = graph(recipe, model, "debug")
    for begin, end in (([0], [1]), ([0, 4, 8], [20, 24, 28])):
        inputs = [torch.from_numpy(one) for one in segment_features(Onsets.of(rows), np.array(begin), np.array(end))]
        theirs = graph_outputs(data, dict(zip(("onsets", "share"), inputs, strict=True)))["chord"]
        assert np.abs(theirs - model(*inputs).detach().numpy()).max() < 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_the_tiny_twin_learns_and_is_exported(name, tmp_path):
    recipe, losses = find(name), []
    state = train(recipe, "debug", tmp_path, device="cpu", progress=lambda *at: losses.append(at[2]))
    assert losses[-1]["loss"] < 0.8 * losses[0]["loss"]
    assert losses[-1]["score"] > losses[0]["score"]
    assert export(recipe, "debug", state, tmp_path).card.parity < 1e-4


@pytest.mark.parametrize("name", ["modular_harmony_csm", "modular_harmony_ktm"])
def test_chords_that_were_filled_up_are_not_learned(name):
    recipe = find(name)
    size = recipe.sizes["debug"]
    torch.manual_seed(0)
    model = recipe.build(size).eval()
    example = recipe.examples("train", size, debug=True)[0]
    parts = [recipe.excerpt(example, chords, np.random.default_rng(0)) for chords in (10, 20)]  # it has fewer
    one, other = (float(recipe.loss(model, collate([part]))["loss"].detach()) for part in parts)
    assert one == pytest.approx(other, rel=1e-5)
