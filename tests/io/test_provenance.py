"""What made a piece stands in its file, and comes back from there."""

import json
from dataclasses import replace

import pytest

import descant
from descant.io.midi import midi_bytes
from descant.io.provenance import as_text, from_text
from descant.types import Provenance
from tests.pieces import short_piece
from tests.scores import chorale

MADE = Provenance("music-transformer", "0.1", {"key": "Bb minor", "seed": 3, "tempo": None, "chords": "Dm | Gø"})


def test_text_is_read_back():
    assert from_text(as_text(MADE)) == MADE
    assert as_text(MADE).isascii()
    assert "\n" not in as_text(MADE)


@pytest.mark.parametrize("text", ["", "Copyright", "[1]", "{}", '{"transform": 1, "version": "", "parameters": {}}'])
def test_other_text_is_no_provenance(text):
    assert from_text(text) is None


def test_in_midi(tmp_path):
    path = descant.save(replace(short_piece(), made_by=MADE), tmp_path / "made.mid")
    assert descant.open(path).made_by == MADE
    plain = midi_bytes(replace(short_piece(), made_by=None))
    assert len(path.read_bytes()) > len(plain)
    other = tmp_path / "plain.mid"
    other.write_bytes(plain)
    assert descant.open(other).made_by is None


def test_a_long_one_in_midi(tmp_path):
    made = Provenance("x", "1", {"chords": "Dm | " * 5000})
    assert descant.open(descant.save(replace(short_piece(), made_by=made), tmp_path / "long.mid")).made_by == made


@pytest.mark.parametrize("ending", ["musicxml", "mxl"])
def test_in_musicxml(tmp_path, ending):
    path = descant.save(replace(chorale(), made_by=MADE), tmp_path / f"made.{ending}")
    assert descant.open(path).made_by == MADE
    if ending == "musicxml":
        field = f'<miscellaneous-field name="descant">{json.dumps(json.loads(as_text(MADE)))}</miscellaneous-field>'
        assert field in path.read_text(encoding="utf-8")
    assert descant.open(descant.save(replace(chorale(), made_by=None), tmp_path / f"plain.{ending}")).made_by is None
