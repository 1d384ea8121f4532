"""The losses of All-In-One, its labels and its score, on made-up songs."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from descant.analysis.all_in_one import HABITS  # noqa: E402
from descant.analysis.all_in_one_model import GRID, reach  # noqa: E402
from descant.analysis.bar_pointer import state_space  # noqa: E402
from descant.features.harmonic_percussive import BANDS  # noqa: E402
from descant.training.export import export  # noqa: E402
from descant.training.harness import train  # noqa: E402
from descant.training.recipes.all_in_one import (  # noqa: E402
    EVERY,
    TOLERANCE,
    AllInOneRecipe,
    figures,
    labelled,
    recoloured,
    same_letter,
    shift_tolerant,
    widened,
)
from descant.types import Beats, Piece, Sections  # noqa: E402


def test_the_loss_falls_and_the_model_is_exported(tmp_path):
    recipe = AllInOneRecipe()
    state = train(recipe, "debug", tmp_path)
    rows = (tmp_path / "log.csv").read_text().splitlines()
    losses = [float(row.split(",")[rows[0].split(",").index("train_loss")]) for row in rows[1:]]
    assert losses[-1] < 0.9 * losses[0]
    card = export(recipe, "debug", state, tmp_path / "weights").card
    assert card.parity < 1e-4
    assert card.chunk_parity < 1e-4


def test_the_context_covers_what_the_shipped_size_sees():
    layers = {name: size.model for name, size in AllInOneRecipe.sizes.items() if name != "debug"}
    assert all(
        AllInOneRecipe.context >= reach(one.get("blocks", 7), one.get("form_blocks", 5)) for one in layers.values()
    )
    assert AllInOneRecipe.context % GRID == AllInOneRecipe.chunk % GRID == AllInOneRecipe.context // 4 % GRID == 0


@pytest.mark.parametrize(("shift", "forgiven"), [(0, True), (TOLERANCE, True), (2 * TOLERANCE + 3, False)])
def test_a_peak_may_be_a_little_off(shift, forgiven):
    target, logit = torch.zeros(1, 60), torch.full((1, 60), -8.0)
    target[0, 30] = 1.0
    logit[0, 30 + shift] = 8.0
    loss = float(shift_tolerant(logit, target, torch.ones(1, 60), 1.0))
    assert loss < 0.01 if forgiven else loss > 0.2


def test_what_is_not_known_is_not_learned():
    target, logit = torch.ones(1, 100), torch.full((1, 100), -8.0)
    assert float(shift_tolerant(logit, target, torch.zeros(1, 100), 1.0)) == 0.0
    assert float(widened(logit, target, torch.zeros(1, 100))) == 0.0
    assert float(same_letter(torch.ones(1, 100, 2), torch.zeros(1, 100))) == 0.0


def test_boundaries_are_widened():
    target = torch.zeros(1, 10 * GRID)
    target[0, 5 * GRID + 3] = 1.0
    found = []
    for step in (5, 6, 8):
        logit = torch.full((1, 10 * GRID), -4.0)
        logit[0, step * GRID : (step + 1) * GRID] = 4.0
        found.append(float(widened(logit, target, torch.ones(1, 10 * GRID))))
    assert found[0] < found[1] < found[2]


def test_letters_are_learned_as_pairs():
    step = GRID * EVERY
    letter = torch.cat([torch.full((1, 2 * step), 1), torch.full((1, 2 * step), 2)], dim=1)
    apart = torch.nn.functional.one_hot(letter - 1, 2).float()
    renamed = torch.nn.functional.one_hot(2 - letter, 2).float()
    together = torch.ones(1, 4 * step, 2) / 2**0.5
    assert float(same_letter(apart, letter)) == pytest.approx(float(same_letter(renamed, letter)))
    assert float(same_letter(apart, letter)) < 0.02 < float(same_letter(together, letter))


def test_labels_stand_where_they_are_heard():
    beats = Beats(np.array([0.1, 0.6, 1.1]), np.array([1, 2, 1]))
    piece = Piece("", 2.0).with_(beats).with_(Sections(np.array([0.1, 1.1]), np.array([1.1, 1.9]), ("B", "A")))
    example = labelled(np.zeros((101, 2 * BANDS), dtype=np.float16), piece)
    assert np.flatnonzero(example["beat"]).tolist() == [5, 30, 55]
    assert np.flatnonzero(example["downbeat"]).tolist() == [5, 55]
    assert np.flatnonzero(example["boundary"]).tolist() == [5, 55]
    assert example["letter"][[0, 5, 54, 55, 94, 95]].tolist() == [0, 1, 1, 2, 2, 0]


def test_figures_of_right_and_wrong_answers():
    time = 0.5 * np.arange(64)
    beats = Beats(time, np.arange(64) % 4 + 1)
    piece = Piece("", 32.0).with_(beats).with_(Sections([0.0, 16.0], [16.0, 32.0], ("A", "B")))
    example = labelled(np.zeros((1601, 2 * BANDS), dtype=np.float16), piece)
    beat, downbeat, boundary = (np.where(example[name] > 0, 6.0, -6.0) for name in ("beat", "downbeat", "boundary"))
    form = np.eye(3)[example["letter"]]
    space = state_space(40.0, 240.0, HABITS)
    right = figures(example, [beat, downbeat, boundary, form], space)
    assert right == {"beat": 1.0, "downbeat": 1.0, "boundary": 1.0, "letters": 1.0}
    wrong = figures(example, [beat, np.roll(downbeat, 25), np.roll(boundary, 200), np.ones((1601, 1))], space)
    assert wrong["beat"] == 1.0
    assert wrong["downbeat"] == 0.0
    assert wrong["boundary"] < 0.6
    assert wrong["letters"] == 0.5


def test_recolouring_keeps_silence_soft_and_times():
    rng = np.random.default_rng(0)
    frames = np.zeros((50, 2 * BANDS), dtype=np.float32)
    frames[20] = 4.0
    for _ in range(5):
        found = recoloured(frames, rng)
        assert found.dtype == np.float32
        assert np.all(found >= 0)
        assert found.sum(axis=1).argmax() == 20
