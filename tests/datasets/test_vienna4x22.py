"""Vienna 4x22: a match file written here, and the real set where it is."""

import numpy as np
import pytest

from descant.datasets import vienna4x22
from descant.datasets.location import dataset_folder
from descant.errors import MissingDataError

MATCH = """info(matchFileVersion,1.0.0).
info(piece,Waltz).
info(midiClockUnits,480).
info(midiClockRate,500000).
scoreprop(keySignature,A,0:1,0,-1.0000).
scoreprop(timeSignature,6/8,0:1,0,-1.0000).
snote(n1,[C,#],5,0:1,0,1/8,-1.0000,0.0000,[v1,staff1])-note(n0,73,960,1400,105,0,0).
snote(n2,[B,b],3,1:1,0,1/4,0.0000,2.0000,[v5,staff2,accent])-note(n2,58,1500,1900,70,0,0).
snote(n3,[E,n],4,1:1,0,1/4,0.0000,2.0000,[])-note(n1,64,1490,1900,80,0,0).
snote(n4,[F,n],4,1:2,0,1/8,2.0000,3.0000,[v1,staff1])-deletion.
insertion-note(n3,66,2000,2000,60,0,0).
sustain(1000,90).
soft(1100,20).
"""


def test_reads_what_was_written_and_played(tmp_path):
    (tmp_path / "match").mkdir()
    (tmp_path / "match" / "Waltz_p01.match").write_text(MATCH)
    [played] = vienna4x22.performances(tmp_path)
    assert (played.id, played.piece, played.meter) == ("Waltz_p01", "Waltz", (6, 8))
    assert played.notes.onset == pytest.approx(np.array([960, 1490, 1500, 2000]) / 960)
    assert played.notes.pitch.tolist() == [73, 64, 58, 66]
    assert played.written_pitch.tolist() == [73, 58, 64, 65]
    assert played.played.tolist() == [0, 2, 1, -1]
    assert played.written_onset.tolist() == [-0.5, 0.0, 0.0, 1.0]  # quarters
    assert played.written_offset.tolist() == [0.0, 1.0, 1.0, 1.5]
    assert played.written_measure.tolist() == [0, 1, 1, 1]
    assert played.sharps == 3
    assert played.written_fifths.tolist() == [7, -2, 4, -1]  # C sharp, B flat, E, F
    assert played.written_staff.tolist() == [1, 2, 0, 1]
    assert played.written_voice.tolist() == [1, 5, 0, 1]
    assert [(one.number, one.value) for one in played.notes.controls] == [(64, 90), (67, 20)]


def test_says_what_is_missing(tmp_path):
    with pytest.raises(MissingDataError, match="no match files"):
        next(vienna4x22.performances(tmp_path))
    (tmp_path / "match").mkdir()
    (tmp_path / "match" / "old.match").write_text(MATCH.replace("1.0.0", "4.0"))
    with pytest.raises(MissingDataError, match=r"version 1\.0\.0"):
        next(vienna4x22.performances(tmp_path))


def test_the_real_set_is_matched_note_by_note():
    try:
        dataset_folder(vienna4x22.NAME, vienna4x22.PUBLISHED)
    except MissingDataError as error:
        pytest.skip(str(error))
    played = next(vienna4x22.performances())
    kept = played.played >= 0
    assert np.mean(kept) > 0.95
    assert np.array_equal(played.notes.pitch[played.played[kept]], played.written_pitch[kept])


@pytest.mark.parametrize(("name", "sharps"), [("C", 0), ("E", 4), ("Fm", -4), ("F#m", 3), ("Bb", -2)])
def test_a_key_is_so_many_sharps(tmp_path, name, sharps):
    (tmp_path / "Waltz_p01.match").write_text(MATCH.replace("keySignature,A,", f"keySignature,{name},"))
    assert vienna4x22.read_match(tmp_path / "Waltz_p01.match").sharps == sharps
