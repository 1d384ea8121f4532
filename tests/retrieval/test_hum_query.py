"""What is hummed or written becomes a line of notes, or an error that says what to do."""

import numpy as np
import pytest

from descant.errors import InvalidValueError, UnreadableFileError
from descant.io.midi import write_midi
from descant.retrieval.hum_query import heard, read_hum, read_notes
from descant.types import Audio, Notes

RATE = 16_000


def test_letters():
    found = read_notes("C C G G A A G")
    assert [one.pitch.tolist() for one in found] == [[60, 60, 55, 55, 57, 57, 55], [60, 60, 67, 67, 69, 69, 67]]
    assert not any(one.timed for one in found)


@pytest.mark.parametrize(
    ("text", "pitch"),
    [
        ("C4 D4 E4 C5", [60, 62, 64, 72]),
        ("c, bb | d f", [60, 58, 62, 65]),
        ("F♯4 B♭4 C##4 Abb4", [66, 70, 62, 67]),
        ("B C B C", [59, 60, 59, 60]),  # B is the note below C
    ],
)
def test_signs_and_octaves(text, pitch):
    assert [one.pitch.tolist() for one in read_notes(text)] == [pitch]


def test_fourths_and_fifths_are_read_both_ways_up_to_a_few():
    """A tritone, too; not what has an octave written, nor the first note."""
    either = [one.pitch.tolist() for one in read_notes("G B F F")]
    assert either == [[55, 59, 53, 53], [55, 59, 65, 65]]
    assert len(read_notes("C G C G C G C G")) == 8
    assert len(read_notes("C4 G4 C5 G4")) == 1


@pytest.mark.parametrize("text", ["C G D A " * 15, "C F Bb Eb " * 15, "F B " * 30, "C9 G D A E B", "C-1 G D A E B"])
def test_no_octave_is_held_against_one_who_wrote_none(text):
    read = read_notes(text)
    assert all(one.pitch.min() >= 0 and one.pitch.max() <= 127 for one in read)
    letters = [name.rstrip("-19") for name in text.split()]
    classes = {"C": 0, "D": 2, "Eb": 3, "E": 4, "F": 5, "G": 7, "A": 9, "Bb": 10, "B": 11}
    for one in read:
        assert [pitch % 12 for pitch in one.pitch] == [classes[letter] for letter in letters]


def test_tritones_do_not_lead_away():
    assert read_notes("F B " * 10)[0].pitch.tolist()[:6] == [65, 59, 53, 59, 53, 59]


def test_durations_and_rests():
    (found,) = read_notes("C4:1.5 D4:1/2 r:2 E4 F4:3")
    assert found.timed
    assert found.onset.tolist() == [0, 1.5, 4, 5]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C D E H", "'H' is no note"),
        ("C D E F#b", "'F#b' is no note"),
        ("C D E F:0", "cannot last 0 beats"),
        ("C D E F:1/0", "cannot last 1/0 beats"),
        ("C D E", "3 notes are too few"),
        ("", "0 notes are too few"),
        ("C " * 61, "61 notes are more"),
        ("C4 D4 E4 G-9", "'G-9' lies beyond"),
    ],
)
def test_what_are_no_notes(text, words):
    with pytest.raises(InvalidValueError, match=words):
        read_notes(text)


def test_midi_gives_its_tune(tmp_path):
    path = tmp_path / "tune.mid"
    write_midi(Notes([0, 0.5, 1, 1.5, 2], [0.5, 1, 1.5, 2, 2.5], [60, 62, 64, 65, 67], [80] * 5), path)
    assert read_hum(path).pitch.tolist() == [60, 62, 64, 65, 67]


def test_midi_without_a_tune(tmp_path):
    path = tmp_path / "tune.mid"
    write_midi(Notes([0, 0.5], [0.5, 1], [60, 62], [80] * 2), path)
    with pytest.raises(InvalidValueError, match=r"tune.mid: has no melody of 4 notes"):
        read_hum(path)


def audio(*stretches):
    """Stretches of (seconds, pitch), None for silence."""
    parts = []
    for seconds, pitch in stretches:
        time = np.arange(round(seconds * RATE)) / RATE
        parts.append(
            np.zeros(len(time)) if pitch is None else np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time)
        )
    return Audio((0.3 * np.concatenate(parts))[None].astype(np.float32), RATE)


def test_tones():
    found = heard(audio((0.6, None), (0.4, 60), (0.4, 64), (0.4, 67), (0.4, 65), (0.6, None)))
    np.testing.assert_allclose(found.pitch, [60, 64, 67, 65], atol=0.2)


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (audio((2.0, None)), "no voice with a pitch is heard"),
        (Audio(np.random.default_rng(0).normal(0, 0.1, (1, 3 * RATE)).astype(np.float32), RATE), "hum"),
        (audio((0.3, 60), (0.3, 64)), "2 notes are heard in it, too few"),
        (audio((0.01, 60)), "hum"),
        (audio((121.0, None)), "lasts 121 s; hum 120 s at most"),
    ],
)
def test_what_cannot_be_looked_for(sound, words):
    with pytest.raises(InvalidValueError, match=words):
        heard(sound)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UnreadableFileError, match="no such file"):
        read_hum(tmp_path / "hum.wav")
    (tmp_path / "hum.wav").write_text("no sound")
    with pytest.raises(Exception, match=r"hum\.wav"):
        read_hum(tmp_path / "hum.wav")
