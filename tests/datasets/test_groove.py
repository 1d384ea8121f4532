"""Groove: a take written here in the set's own form, and the real set where it is."""

import numpy as np
import pytest

from descant.datasets import groove
from descant.errors import MissingDataError
from descant.io.midi import write_midi
from descant.types import Notes, Part
from descant.types.drums import drum_class

HEADER = "drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split\n"


def test_reads_takes_with_the_metronome(tmp_path):
    notes = Notes([0.0, 0.5, 1.6], [0.1, 0.6, 1.8], [36, 22, 40], [90, 60, 80], parts=(Part("kit", 0, drum=True),))
    write_midi(notes, tmp_path / "groove" / "drummer1" / "a.mid")
    rows = "drummer1,s,drummer1/s/1,funk/fast,120,beat,3-4,drummer1/a.mid,,2.0,train\n"
    rows += "drummer1,s,drummer1/s/2,rock,120,fill,6-8,drummer1/a.mid,,2.0,test\n"
    (tmp_path / "groove" / "info.csv").write_text(HEADER + rows)
    take, fill = groove.performances(folder=tmp_path)
    assert (take.id, take.style, take.bpm, take.split, take.fill) == ("drummer1/s/1", "funk/fast", 120, "train", False)
    assert drum_class(take.notes.pitch).tolist() == [0, 2, 1]
    assert take.beats.time == pytest.approx([0.0, 0.5, 1.0, 1.5])
    assert take.beats.position.tolist() == [1, 2, 3, 1]
    assert fill.fill
    assert fill.beats.time == pytest.approx([0.0, 0.75, 1.5])
    assert fill.beats.position.tolist() == [1, 2, 1]
    assert [one.id for one in groove.performances("test", tmp_path)] == ["drummer1/s/2"]


def test_says_what_is_missing(tmp_path):
    with pytest.raises(MissingDataError, match="train, validation, test"):
        next(groove.performances("valid", tmp_path))
    with pytest.raises(MissingDataError, match=r"info\.csv.*magenta"):
        next(groove.performances(folder=tmp_path))


def test_the_real_set_can_be_read():
    try:
        takes = [take for take, _ in zip(groove.performances("validation"), range(20), strict=False)]
    except MissingDataError as error:
        pytest.skip(str(error))
    assert all(np.all(drum_class(take.notes.pitch) >= 0) for take in takes)
