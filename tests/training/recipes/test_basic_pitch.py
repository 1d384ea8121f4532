"""The recipe: its targets by hand, its augmentation, and a training that falls."""

import csv

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.features.posteriors import compressed  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipe import collate, cut  # noqa: E402
from descant.training.recipes.basic_pitch import (  # noqa: E402
    BasicPitchRecipe,
    augmented,
    made_up,
    targets,
    true_notes,
    until,
)
from descant.types import ControlChange, Notes, Part, Piece, PitchBend  # noqa: E402

A4 = 69 - 21


def one_note(onset=0.21, offset=0.5, bends=()):
    return Notes(np.array([onset]), np.array([offset]), np.array([69]), np.array([80]), bends=bends)


def test_targets_of_one_note():
    wanted = targets(one_note(), 50)
    # 0.21 s is frame 10.5: as near to frame 10 as to frame 11, and their onset says so.
    assert wanted["onset"][8:14, A4].tolist() == [0, 64, 191, 191, 64, 0]
    assert np.flatnonzero(wanted["note"][:, A4]).tolist() == list(range(10, 25))
    assert wanted["contour"][15, 3 * A4 + 1] == 255
    assert wanted["contour"][15, 3 * A4] == wanted["contour"][15, 3 * A4 + 2] == round(255 * np.exp(-0.5))
    assert wanted["contour"][30].max() == 0
    assert [wanted[name][:, np.arange(88) != A4].max() for name in ("onset", "note")] == [0, 0]


def test_the_contour_follows_bends_and_tuning_and_the_note_does_not():
    bent = one_note(bends=(PitchBend(0, 0.4, 1.0),))
    wanted = targets(bent, 50)
    assert wanted["contour"][15].argmax() == 3 * A4 + 1
    assert wanted["contour"][22].argmax() == 3 * A4 + 4
    assert np.flatnonzero(wanted["note"].max(axis=0)).tolist() == [A4]
    assert targets(one_note(), 50, cents=33.4)["contour"][15].argmax() == 3 * A4 + 2


def test_truth_is_pitched_on_the_keyboard_and_lasts_with_the_pedal():
    notes = Notes(
        np.array([0.1, 0.1, 0.1]),
        np.array([0.2, 0.2, 0.2]),
        np.array([60, 38, 12]),
        np.full(3, 80),
        np.array([0, 1, 0]),
        (Part(), Part("", 0, True)),
        controls=(ControlChange(0, 0.05, 64, 127), ControlChange(0, 0.8, 64, 0)),
    )
    kept = true_notes(Piece("x", 1.0).with_(notes))
    assert (kept.pitch.tolist(), kept.offset.tolist()) == ([60], [0.8])
    assert until(kept, 0.5).offset.tolist() == [0.5]


def test_augmentation_moves_the_spectrum_and_its_labels_together():
    frames = np.zeros((30, 288), np.float32)
    frames[:, 3 * A4 + 1] = compressed(np.float32(0.1))
    excerpt = cut({"frames": frames, **targets(one_note(0.0, 0.6), 30)}, 0, 30)
    places = set()
    for seed in range(20):
        moved = augmented(excerpt, np.random.default_rng(seed))
        key = int(moved["note"][15].argmax())
        assert moved["frames"][15].argmax() == moved["contour"][15].argmax() == 3 * key + 1
        assert moved["onset"].max(axis=0).argmax() == key
        places.add(key - A4)
    assert len(places) > 4


def test_the_loss_knows_what_is_right():
    recipe = BasicPitchRecipe()
    example = made_up(np.random.default_rng(0))
    batch = collate([cut(example, 0, 100)])

    class Oracle(torch.nn.Module):
        def __init__(self, sign):
            super().__init__()
            self.sign = sign

        def logits(self, frames):
            return tuple(self.sign * 8 * (batch[name].float() / 255 - 0.5) for name in recipe.outputs)

    right, wrong = (float(recipe.loss(Oracle(sign), batch)["loss"]) for sign in (1, -1))
    assert right < 0.2 * wrong


def test_a_small_training_falls_and_its_export_holds(tmp_path):
    recipe = BasicPitchRecipe()
    state = train(recipe, "debug", tmp_path)
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert float(rows[-1]["train_loss"]) < 0.9 * float(rows[0]["train_loss"])
    written = export(recipe, "debug", state, tmp_path)
    assert written.card.parity < 1e-4
    assert written.card.chunk_parity < 1e-4
