"""The melodies of scores, of MIDI and of heard pieces."""

import numpy as np
import pytest

from descant.io.score.read_abc import read_abc
from descant.pipelines.melodies import melodies
from descant.types import Beats, Notes, Part, Piece, PitchContour

TUNE = "X:1\nT:Twinkle\nM:4/4\nL:1/4\nK:C\nCCGG|AAG2|FFEE|DDC2|]\n"
REPEATED = "X:1\nT:Repeated\nM:2/4\nL:1/4\nK:C\nG|:CD|EF-:|FG|]\n"
TWO = "X:1\nT:Two\nM:4/4\nL:1/4\nK:C\nV:1 name=Air\n[EC]DCD|E4|\nV:2 name=Bass\nC,G,C,G,|C,4|\n"
SHORT = "X:1\nT:Short\nM:4/4\nL:1/4\nK:C\nCDE|]\n"


@pytest.fixture
def abc(tmp_path):
    def read(text):
        path = tmp_path / "tune.abc"
        path.write_text(text)
        return read_abc(path)

    return read


def test_a_tune(abc):
    (found,) = melodies(abc(TUNE))
    assert found.pitch.tolist() == [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60]
    assert found.onset.tolist() == [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14]
    assert found.duration.tolist() == [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2]
    assert (found.unit, found.numbers, found.label) == ("quarters", ("1", "2", "3", "4"), "tune")


def test_repeats_are_played_with_the_page_s_numbers_and_ties_joined(abc):
    (found,) = melodies(abc(REPEATED))
    assert found.pitch.tolist() == [67, 60, 62, 64, 65, 60, 62, 64, 65, 67]
    assert [found.bar_of(at) for at in range(len(found))] == ["0", *"112211223"]


def test_each_part_s_top_line(abc):
    air, bass = melodies(abc(TWO))
    assert (air.label, air.pitch.tolist()) == ("Air", [64, 62, 60, 62, 64])
    assert (bass.label, bass.pitch.tolist()) == ("Bass", [48, 55, 48, 55, 48])


def test_too_short_for_a_melody(abc):
    assert melodies(abc(SHORT)) == ()


def band(count=16):
    """A tune, chords of three and drums, two notes of each a second."""
    tune = 72 + np.array([0, 2, 4, 5, 7, 5, 4, 2] * (count // 8))
    rows = [(at / 2, at / 2 + 0.45, int(one), 0) for at, one in enumerate(tune)]
    rows += [(at, at + 0.95, one, 1) for at in range(count // 2) for one in (48, 52, 55)]
    rows += [(at / 2, at / 2 + 0.1, 38, 2) for at in range(count)]
    onset, offset, pitch, part = (np.array(one) for one in zip(*rows, strict=True))
    parts = (Part("Flute", 73), Part("Piano", 0), Part("Drums", 0, drum=True))
    return Notes(onset, offset, pitch, np.full(len(rows), 80), part, parts), tune


def test_midi_s_tune_and_its_lines():
    notes, tune = band()
    found = {one.label: one for one in melodies(notes)}
    assert "Drums" not in found
    assert "Piano" not in found
    line = next(one for one in found.values() if one.pitch.tolist() == tune.tolist())
    np.testing.assert_allclose(line.onset, np.arange(16))  # quarters at 120 bpm
    assert line.unit == "quarters"
    assert line.bar_of(4) == "2"
    keys = {tuple(one.pitch) for one in found.values()}
    assert len(keys) == len(found)  # each once


def test_drums_alone_have_none():
    drums = Notes([0, 1, 2, 3], [0.5, 1.5, 2.5, 3.5], [38] * 4, [80] * 4, [0] * 4, (Part("Kit", 0, drum=True),))
    assert melodies(drums) == ()
    assert melodies(Notes([], [], [], [])) == ()


def test_a_heard_piece_gives_its_notes_tune_and_its_contour_s():
    notes, tune = band()
    only = notes.only(np.asarray(notes.part) == 0)
    heard = Notes(only.onset, only.offset, only.pitch, only.velocity)
    time = np.arange(0, 8, 0.016)
    pitch = 60 + np.floor(time)
    contour = PitchContour(time, 440 * 2 ** ((pitch - 69) / 12), np.ones(len(time), dtype=bool))
    beats = Beats(np.arange(0.5, 8, 0.5), np.arange(15) % 4 + 1)
    found = melodies(Piece("a.wav", 8.0, estimates=(heard, contour, beats)))
    assert [one.label for one in found] == ["tune", "pitch"]
    assert found[0].pitch.tolist() == tune.tolist()
    assert found[1].pitch.tolist() == pytest.approx(list(range(60, 68)), abs=0.01)
    assert all(one.unit == "seconds" for one in found)
    assert [found[0].bar_of(at) for at in (0, 1, 4, 5)] == ["", "1", "1", "2"]


def test_a_piece_without_notes_has_none():
    assert melodies(Piece("a.wav", 8.0)) == ()
