"""MDB Drums: beats as written, and clear words where something is missing."""

import numpy as np
import pytest

from descant.datasets import mdb_drums
from descant.errors import MissingDataError
from descant.io.audio import write_audio
from descant.types import Audio


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
