"""MDB Drums: beats as written, and clear words where something is missing."""

import numpy as np
import pytest

from descant.datasets import mdb_drums
from descant.errors import MissingDataError
from descant.io.audio import write_audio
from descant.types import Audio
from descant.types.drums import DRUM_CLASSES


def test_reads_clips_with_their_beats(tmp_path):
    annotations = tmp_path / "annotations" / "beats"
    annotations.mkdir(parents=True)
    for name in ("MusicDelta_Waltz", "MusicDelta_Silent"):
        (annotations / f"{name}_MIX.beats").write_text("0.12000 \t 3\n0.39\t1\n0.67\t2\n")
    write_audio(Audio(np.zeros((1, 4410)), 44_100), tmp_path / "full_mix" / "MusicDelta_Waltz_MIX.flac")
    [clip] = mdb_drums.full_mixes(tmp_path)  # only what has a recording
    assert clip.id == "MusicDelta_Waltz"
    assert clip.beats.time == pytest.approx([0.12, 0.39, 0.67])
    assert clip.beats.position.tolist() == [3, 1, 2]


def test_says_what_is_missing(tmp_path):
    with pytest.raises(MissingDataError, match="no recordings in full_mix"):
        next(mdb_drums.full_mixes(tmp_path))
    write_audio(Audio(np.zeros((1, 4410)), 44_100), tmp_path / "full_mix" / "A_MIX.wav")
    with pytest.raises(MissingDataError, match=r"A_MIX\.beats.*MDBDrums"):
        next(mdb_drums.full_mixes(tmp_path))
    with pytest.raises(MissingDataError, match="the data set mdbdrums is not there"):
        next(mdb_drums.full_mixes(tmp_path / "nowhere"))


def test_reads_drum_stems_with_their_strokes(tmp_path):
    annotations = tmp_path / "annotations" / "class"
    annotations.mkdir(parents=True)
    (annotations / "MusicDelta_Rock_class.txt").write_text(
        "0.5 \t SD \n0.0 \t KD \n0.02\tHH\n0.7\tOT\n0.9\tKD\n1.0\tCY\n"
    )
    write_audio(Audio(np.zeros((1, 4410)), 44_100), tmp_path / "drum_only" / "MusicDelta_Rock_Drum.flac")
    [stem] = mdb_drums.drum_stems(tmp_path)
    assert stem.id == "MusicDelta_Rock"
    strokes = dict(zip(DRUM_CLASSES, [times.tolist() for times in stem.onsets], strict=True))
    assert strokes == {"kick": [0.0, 0.9], "snare": [0.5], "hihat": [0.02], "toms": [], "cymbals": [1.0]}
    with pytest.raises(MissingDataError, match="no recordings in drum_only"):
        next(mdb_drums.drum_stems(annotations))
