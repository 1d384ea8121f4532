import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="needs the train extra: pip install 'descant[train]'")

from types import SimpleNamespace  # noqa: E402

from descant.datasets.when_in_rome import split_of  # noqa: E402
from descant.evaluation.ears.collections.scores import PERFORMED  # noqa: E402
from descant.training.corpora import classical  # noqa: E402


@pytest.fixture
def pieces(tmp_path, monkeypatch):
    """Two hundred pieces, one of them without a score of its own, and one that ASAP's performances test."""
    names = [f"Songs/{number:03d}" for number in range(200)] + list(PERFORMED)
    for name in names[1:]:
        (tmp_path / "Corpus" / name).mkdir(parents=True)
        (tmp_path / "Corpus" / name / "score.mxl").touch()
    made = [SimpleNamespace(id=name, trainable=True, score=SimpleNamespace(downbeats=range(20))) for name in names]
    monkeypatch.setattr(classical, "dataset_folder", lambda *_: tmp_path)
    monkeypatch.setattr(classical.when_in_rome, "pieces", lambda: iter(made))
    classical._pieces.cache_clear()
    yield names
    classical._pieces.cache_clear()


def test_nothing_that_is_tested_trains(pieces):
    train, valid = ([one.id for one in classical._pieces(split)] for split in ("train", "valid"))
    assert len(train) > 150
    assert {split_of(name) for name in train} == {"train"}
    assert {split_of(name) for name in valid} == {"valid"}
    assert not {*train, *valid} & {*PERFORMED}


def test_scores_from_elsewhere_do_not_count(pieces):
    assert pieces[0] not in {one.id for split in ("train", "valid") for one in classical._pieces(split)}
