"""Tunes found by humming, in a small library of tunes that we wrote."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from descant.errors import MissingDataError
from descant.evaluation.find.hum_sounds import sung, toned
from descant.evaluation.find.hummed import EASY, MODERATE, hummed
from descant.library.item import FULL, Entry
from descant.library.store import open_library
from descant.retrieval.by_hum import ByHum, Match, candidates, matched, told
from descant.retrieval.hum_query import heard
from descant.retrieval.melody_index import Line, MelodyIndex
from descant.types import Audio, Melody

TWINKLE = [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60]
COUNT = 300


def tune(number: int) -> Melody:
    """Forty-eight notes that walk by small steps; the first begins as Twinkle does."""
    rng = np.random.default_rng(number)
    steps = rng.choice([-4, -2, -1, 0, 1, 2, 3, 5], 48)
    pitch = 64 + np.cumsum(steps) % 17
    if number == 0:
        pitch = np.append(TWINKLE, pitch)
    length = rng.choice([0.5, 1.0, 1.0, 2.0], len(pitch))
    onset = np.cumsum(length) - length
    bars = np.arange(0.0, onset[-1] + 1, 4.0)
    numbers = tuple(str(at + 1) for at in range(len(bars)))
    return Melody(pitch.astype(float), onset, length, "quarters", bars, numbers, "tune")


TUNES = [tune(number) for number in range(COUNT)]
INDEX = MelodyIndex([(100 + at, 0, "tune", one.to_bytes()) for at, one in enumerate(TUNES)])


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "library.db"
    with open_library(path, write=True) as made:
        for at, one in enumerate(TUNES):
            melodies = ((one.label, one.to_bytes()),)
            made.put(Entry(content=f"tune {at}", kind="tune", level=FULL, duration=20.0, melodies=melodies))
    with open_library(path) as opened:
        yield opened


def best(hum: Line) -> int:
    found = candidates(INDEX, hum)
    return int(found.melody[np.argmax(found.gain)])


def line(melody: Melody, first: int = 0, last: int | None = None) -> Line:
    return Line(melody.pitch[first:last].copy(), melody.onset[first:last].copy())


@pytest.mark.parametrize("number", [1, 17, 222])
def test_a_stretch_in_another_key_and_tempo(number):
    exact = line(TUNES[number], 20, 34)
    moved = Line(exact.pitch - 6.3, 0.37 * exact.onset + 2)
    assert best(exact) == best(moved) == number
    plain, other = (candidates(INDEX, one).gain.max() for one in (exact, moved))
    assert plain == pytest.approx(other, rel=0.05)


def test_what_goes_wrong_costs_but_finds_the_tune():
    """A dropped note, a wrong one, one an octave off, one held over its repetition, a drift of a semitone."""
    exact = line(TUNES[42], 8, 28)
    drifting = Line(exact.pitch + np.linspace(0, 1, 20), exact.onset * np.linspace(1, 1.2, 20))
    wrong = exact.pitch.copy()
    wrong[6] += 2
    octave = exact.pitch.copy()
    octave[9] += 12
    dropped = Line(np.delete(exact.pitch, 5), np.delete(exact.onset, 5))
    whole = candidates(INDEX, exact).gain.max()
    for hum in (drifting, Line(wrong, exact.onset), Line(octave, exact.onset), dropped):
        found = candidates(INDEX, hum)
        assert found.melody[np.argmax(found.gain)] == 42
        assert 0.5 * whole < found.gain.max() < whole


def test_no_path_leads_from_one_melody_to_the_next():
    """Half of the hum is the end of one melody, half the beginning of the next: it gains what one half does."""
    one, two = TUNES[10], TUNES[11]
    shift = one.pitch[-1] - two.pitch[0] + 1
    across = Line(
        np.append(one.pitch[-8:], two.pitch[:8] + shift),
        np.append(one.onset[-8:], one.onset[-1] + one.duration[-1] + two.onset[:8]),
    )
    halves = [candidates(INDEX, Line(across.pitch[at], across.onset[at])).gain.max() for at in (slice(8), slice(8, 16))]
    assert candidates(INDEX, across).gain.max() < 1.5 * max(halves)


def test_long_hums_do_not_run_over():
    """Gains of sixty notes do not fit into a byte."""
    long = np.tile(TUNES[5].pitch, 2)[:60]
    found = INDEX.gains(Line(long, np.arange(60.0)))
    assert found.dtype == np.int16
    assert found.min() >= 0
    assert best(line(TUNES[5])) == 5


@pytest.mark.parametrize("level", [EASY, MODERATE])
def test_simulated_hums(level):
    asked = range(1, 40)
    found = []
    for number in asked:
        hum = hummed(TUNES[number], level)
        found.append(best(Line(hum.pitch, hum.onset)) == number)
    assert np.mean(found) >= 0.85


def test_where_it_lies():
    hum = line(TUNES[3], 10, 22)
    hum = Line(hum.pitch - 7, hum.onset)
    found = candidates(INDEX, hum)
    at = int(np.argmax(found.gain))
    assert matched(INDEX, hum, int(found.melody[at]), int(found.end[at])) == Match(10, 21, 1.0, -7)


@pytest.mark.parametrize(
    ("match", "words"),
    [
        (Match(0, 3, 1.0, 0), "bars 1-2 of the melody, in its key, 100 % of the notes"),
        (Match(0, 1, 0.86, -7), "bar 1 of the melody, a fifth lower, 86 % of the notes"),
        (Match(0, 1, 0.5, 12), "bar 1 of the melody, an octave higher, 50 % of the notes"),
        (Match(4, 5, 1.0, 0), "bar 3 to bar 1 of the melody, in its key, 100 % of the notes"),  # over a repeat
        (Match(0, 1, 0.5, -26), "bar 1 of the melody, 2 octaves and a tone lower, 50 % of the notes"),
    ],
)
def test_reasons(match, words):
    bars = ([0, 2, 4, 5], ("1", "2", "3", "1"))
    melody = Melody([60, 62, 64, 65, 67, 60], range(6), [1] * 6, "quarters", *bars, "tune")
    assert told(match, melody) == words
    assert told(Match(0, 3, 1.0, 0), Melody([60] * 4, range(4), [1] * 4, "seconds", label="Air")).startswith(
        "notes 1-4 of Air"
    )


def test_a_library_is_searched_by_notes(library):
    found = ByHum(library).notes("C4 C G4 G A A G F F E E D D C")
    item = int(found.ids[np.argmax(found.score)])
    assert library.items([item])[0].content == "tune 0"
    assert "of the melody, in its key, 100 % of the notes" in found.reason(item)
    assert found.score.max() <= 1.0


def test_a_leap_without_an_octave_may_go_either_way(library):
    """Twinkle leaps up a fifth, which is farther than a fourth down."""
    found = ByHum(library).notes("C C G G A A G")
    assert library.items([int(found.ids[np.argmax(found.score)])])[0].content == "tune 0"
    assert found.score.max() == 1.0
    assert "of the melody, in its key, 100 % of the notes" in found.reason(int(found.ids[np.argmax(found.score)]))


@pytest.mark.parametrize("make", [toned, sung])
def test_a_library_is_searched_by_a_recording_of_a_hum(library, tmp_path, make):
    """Silence at both ends, stereo, a telephone's sample rate."""
    sound = make(hummed(TUNES[77], EASY), EASY)
    path = tmp_path / "hum.wav"
    soundfile.write(path, np.stack([sound.samples[0], 0.5 * sound.samples[0]], 1)[::2], sound.sample_rate // 2)
    found = ByHum(library).hum(path)
    assert library.items([int(found.ids[np.argmax(found.score)])])[0].content == "tune 77"


def test_whistled_high_above():
    hum = hummed(TUNES[30], EASY)
    time = np.arange(round((hum.onset[-1] + hum.duration[-1]) * 16_000)) / 16_000
    at = np.searchsorted(hum.onset, time, side="right") - 1
    hz = 440 * 2 ** ((hum.pitch - hum.pitch.max() + 94 - 69) / 12)  # up to 1.9 kHz
    whistle = 0.3 * np.sin(2 * np.pi * np.cumsum(hz[at]) / 16_000) * (time < (hum.onset + hum.duration)[at])
    assert best(heard(Audio(whistle[None].astype(np.float32), 16_000))) == 30


def test_a_library_without_melodies(tmp_path):
    with open_library(tmp_path / "library.db", write=True) as library:
        with pytest.raises(MissingDataError, match="add-tunes"):
            ByHum(library).notes("C D E F G")
        library.put(Entry(content="a", kind="tune", level=FULL, duration=1.0))
        with pytest.raises(MissingDataError, match="holds no melodies"):
            ByHum(library).notes("C D E F G")


def test_the_library_may_change(library, tmp_path):
    with open_library(tmp_path / "library.db", write=True) as grown:
        search = ByHum(grown)
        for at in (1, 0):
            one = (("tune", TUNES[at].to_bytes()),)
            grown.put(Entry(content=f"tune {at}", kind="tune", level=FULL, duration=1.0, melodies=one))
        assert len(search.notes("C C G G A A G F F E E D D C")) == 2
