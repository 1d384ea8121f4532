"""AugmentedNet's scores: a folder made here."""

import zipfile

import pytest

from descant.datasets import augmented_net
from descant.errors import MissingDataError
from tests.datasets.test_when_in_rome import ATTRIBUTES, measure, note, score


def written(path, *parts):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfiles><rootfile full-path="s.xml"/></rootfiles></container>'
        )
        archive.writestr("s.xml", score(*parts))


def test_sonatas_and_variations_are_read_once_each(tmp_path):
    corrections = tmp_path / "rawdata" / "corrections"
    bar = measure(1, ATTRIBUTES.format(""), note("C", 4, 6))
    for name in ("BPS/bps_02_01", "Tavern/Mozart/K398", "Tavern/Mozart/K398krn", "ABC/op18_no1_mov1"):
        written(corrections / f"{name}.mxl", bar)
    found = list(augmented_net.pieces(tmp_path))
    assert [name for name, _, _ in found] == ["BPS/bps_02_01", "Tavern/Mozart/K398"]
    _, notes, measures = found[0]
    assert (notes.name, len(notes), notes.pitch.tolist()) == ("BPS/bps_02_01", 1, [60])
    assert (measures[0].numerator, measures[0].denominator) == (3, 4)


def test_without_scores(tmp_path):
    with pytest.raises(MissingDataError, match="AugmentedNet"):
        list(augmented_net.pieces(tmp_path))


def test_the_set_itself():
    try:
        found = {name: len(notes) for name, notes, _ in augmented_net.pieces()}
    except MissingDataError as missing:
        pytest.skip(str(missing))
    assert len(found) == 37
    assert found["BPS/bps_14_01"] == 1168
