"""Examples are computed once and read back in order."""

import numpy as np

from descant.training.kept import kept


def test_computed_once_and_the_same_after(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_CACHE", str(tmp_path))
    calls = []

    def made():
        calls.append(1)
        return ({"rows": np.arange(at + 1), "more": np.full((2, at), 0.5)} for at in range(12))

    for _ in range(2):
        found = kept("folder", "name", made)
        assert [len(one["rows"]) for one in found] == list(range(1, 13))
        assert found[11]["more"].shape == (2, 11)
    assert len(calls) == 1
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["name.npz"]
