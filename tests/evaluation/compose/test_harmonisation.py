"""Harmonisations held against Bach's, by hand and on chorales made here."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from descant.composition import discrete_diffusion, music_transformer
from descant.composition.frames_before import LOWEST
from descant.composition.get_score import DURATION, PITCH
from descant.composition.jsb_raster import JsbRaster
from descant.evaluation.compose import harmonisation
from descant.evaluation.compose.harmonisation import BACH, BEST, NGRAM, ONE, judged
from descant.evaluation.task import evaluated

RASTER = JsbRaster()
CHORDS = np.array([[72, 67, 64, 48], [74, 67, 59, 55]])


def tokens(pitches):
    return np.array(pitches) - LOWEST + 1


def sure(grid, levels, step=None):
    """Knows that over C there is C major, over D a G major."""
    found = np.full((*grid.shape, RASTER.size), -40.0)
    for chord in tokens(CHORDS):
        for voice in range(4):
            found[voice, grid[0] == chord[0], chord[voice]] = 40.0
    return found


def held_thirds(grid, wanted, rng, place, key):
    """An E in the alto from beginning to end, one below the tenor's range, and a silent bass."""
    assert list(wanted) == ["alto", "tenor", "bass"]
    found = grid.copy()
    found[:, 2:] = 0
    for lane, pitch in ((1, 64), (2, 40)):
        found[0, 2 * lane] = PITCH + pitch
        for start in range(0, len(grid), 16):
            found[start, 2 * lane] = PITCH + pitch
            found[start, 2 * lane + 1] = DURATION + min(16, len(grid) - start) - 1
    return found


def test_chords_roots_and_basses_by_hand():
    bach = tokens(np.repeat(CHORDS, 4, axis=0))
    other = tokens(np.repeat([[72, 67, 64, 52], [74, 65, 59, 55]], 4, axis=0))  # C over E; G7
    told = judged(other, bach)
    assert told["chord"] == (1.0, 2)
    assert told["root"] == (2.0, 2)
    assert told["bass"] == (1.0, 2)
    assert judged(bach, bach)["chord"] == (2.0, 2)
    assert "chord" not in judged(bach, None)


@pytest.fixture
def rows(monkeypatch, tmp_path):
    piece = np.tile(np.repeat(CHORDS, 8, axis=0), (3, 1))
    (tmp_path / "jsb").mkdir()
    (tmp_path / "jsb" / "Jsb16thSeparated.json").write_text(
        json.dumps({split: [piece.tolist()] for split in ("train", "valid", "test")})
    )
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    monkeypatch.setattr(harmonisation.weights, "find", lambda name: None)
    monkeypatch.setattr(harmonisation, "CHORALES", SimpleNamespace(weights="getmusic_chorales", complete=held_thirds))
    monkeypatch.setattr(discrete_diffusion, "denoise", sure)
    monkeypatch.setattr(music_transformer, "nll", lambda frames: np.ones(frames.shape))

    def draw(lengths, rng, key, rule):
        frames = np.zeros((lengths[0], 4), dtype=np.int64)
        for step, voice in np.ndindex(frames.shape):
            allowed = rule(step, frames[step - 1][None], frames[step, :voice][None])[0] & RASTER.voice_masks[voice]
            frames[step, voice] = np.flatnonzero(allowed)[0]
        return [music_transformer.Drawn(frames, np.zeros(frames.shape))]

    monkeypatch.setattr(music_transformer, "draw", draw)
    report = evaluated({"harmonisation": harmonisation.TASK}, count=1)
    assert not report.left_out
    return {(row["system"], row["metric"]): row for row in report.rows}


def test_who_knows_is_right(rows):
    for system in (ONE, BEST):
        assert rows[system, "chord"]["value"] == rows[system, "bass"]["value"] == 1.0
        assert rows[system, "chord"]["baseline_system"] == NGRAM
    assert rows[music_transformer.WEIGHTS, "chord"]["value"] < 0.5  # sings the lowest there is
    assert rows[music_transformer.WEIGHTS, "chord"]["n"] == 12


def test_tracks_are_put_into_their_ranges(rows):
    """C and E alone are chords of C major; over D there is none."""
    assert rows["getmusic_chorales", "bass"]["value"] == 0.0
    assert rows["getmusic_chorales", "root"]["n"] == 12
    soprano = tokens(CHORDS[:1, 0]).repeat(8)
    frames = harmonisation._tracks(soprano, 0, np.random.default_rng(0))
    assert (frames[:, 1] == tokens(64)).all()
    assert (frames[:, 2] == tokens(52)).all()
    assert not frames[:, 3].any()


def test_bach_stands_beside(rows):
    assert rows[BACH, "chords on beats"]["value"] == 1.0
    assert (BACH, "chord") not in rows


def test_the_n_gram_learns_from_training_chorales(rows):
    assert rows[NGRAM, "chord"]["value"] > 0.5
