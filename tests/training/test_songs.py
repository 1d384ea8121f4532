"""The arranged songs: every plan gives a song whose labels fit, without any data set; one whole item where there is."""

from dataclasses import replace

import numpy as np
import pytest

from descant.datasets import pop909
from descant.datasets.accompaniment import harmony
from descant.datasets.arrangement import Sheet, performed, sheet_of
from descant.errors import MissingDataError
from descant.training.corpora import songs
from descant.training.corpora.songs import Plan, Songs, Take, counted, planned, section_bars, with_band
from descant.training.corpora.store import generator
from descant.types import Audio, Beats, Chords, Notes, Sections

BARS = 24
PLAN = Plan(
    band=True,
    metre=0,
    compound=False,
    doubled=False,
    factor=1.0,
    drift=0.0,
    ritard=0.0,
    swing=0.5,
    real_drums=True,
    bpm=100.0,
)


def song() -> Sheet:
    """A note on every beat, a chord a bar, three sections of eight bars."""
    time = 0.6 * np.arange(4 * BARS)
    bars = time[::4]
    ends = np.append(bars[1:], 0.6 * 4 * BARS)
    return sheet_of(
        Notes(time, time + 0.4, np.full(len(time), 60), np.full(len(time), 80)),
        Beats(time, np.arange(len(time)) % 4 + 1),
        Chords(bars, ends, ("C:maj", "F:maj7", "G:7", "A:min") * (BARS // 4)),
        None,
        Sections(bars[[0, 8, 16]], ends[[7, 15, 23]], ("A", "b", "A")),
    )


def take() -> Take:
    onset = np.arange(0.0, 32.0, 0.5) + 0.01
    return Take(onset, np.where(onset % 2 < 1, 36, 38), np.full(len(onset), 90), 8, "rock", 104.0)


CASES = {
    "four": {},
    "swing": {"swing": 0.62},
    "patterns": {"real_drums": False},
    "three": {"metre": 3, "real_drums": False},
    "six eighths": {"metre": 3, "compound": True, "real_drums": False},
    "five": {"metre": 5, "real_drums": False},
    "seven": {"metre": 7, "real_drums": False},
    "doubled": {"doubled": True},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(4))
def test_every_plan_gives_a_song_whose_labels_fit(case: str, seed: int) -> None:
    plan = replace(PLAN, **CASES[case])
    sheet, pace = counted(song(), plan)
    assert pace > 0
    played, style = with_band(sheet, plan, [take()], np.random.default_rng(seed))
    assert style == ("rock" if plan.real_drums else "pattern")
    timed = performed(played, 0.5 * np.arange(len(played.positions)))
    assert len(timed.notes) > len(sheet.onset) / 4
    near = np.abs(timed.chords.start[:, None] - timed.beats.time).min(axis=1)
    assert near.max() < 0.01 or plan.compound or plan.metre > 4  # there chords change between beats or bars
    assert timed.sections is not None
    assert np.abs(timed.sections.start[:, None] - timed.beats.downbeats).min(axis=1).max() < 0.01


def test_the_bass_plays_the_chords() -> None:
    sheet, _ = with_band(song(), PLAN, [take()], np.random.default_rng(2))
    bass = [at for at, part in enumerate(sheet.parts) if part.name == "BASS"]
    first = np.isin(sheet.part, bass) & (np.abs(sheet.onset % 4) < 0.1)
    assert first.any()
    for onset, pitch in zip(sheet.onset[first], sheet.pitch[first], strict=True):
        chord = harmony(sheet.chords.at(round(onset)) or "N")
        assert chord is not None
        assert pitch % 12 == chord.bass


def test_what_is_played_comes_back_with_its_letter() -> None:
    assert [(letter, len(bars)) for letter, bars in section_bars(song())] == [("A", 8), ("b", 8), ("A", 8)]


def test_plans_are_varied_and_sound() -> None:
    rng = np.random.default_rng(0)
    plans = [planned(song(), 75.0, rng) for _ in range(400)]
    assert 0.6 < np.mean([plan.band for plan in plans]) < 0.8
    assert {plan.metre for plan in plans} == {0, 3, 5, 7}
    assert all(plan.bpm >= 48 for plan in plans)
    assert not any(plan.doubled and plan.metre for plan in plans)


def test_a_whole_item(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        pop909.read_song("050")
        songs.training_fonts()
    except MissingDataError as error:
        pytest.skip(str(error))
    monkeypatch.setattr(songs, "takes", lambda split: (take(),))
    monkeypatch.setattr(
        songs, "sampler", lambda notes, soundfont: Audio(np.ones((2, round(8000 * notes.duration)), np.float32), 8000)
    )
    corpus = Songs()
    audio, piece = corpus.make("valid", 0, generator(corpus, "valid", 0))
    again, _ = corpus.make("valid", 0, generator(corpus, "valid", 0))
    assert np.array_equal(audio.samples, again.samples)
    assert audio.sample_rate == 22_050
    assert abs(audio.samples.shape[1] / 22_050 - piece.duration) < 0.01
    beats = piece.get(Beats)
    assert beats is not None
    assert beats.time[-1] < piece.duration + 5
