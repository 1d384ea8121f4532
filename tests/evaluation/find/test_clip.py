"""How finding clips is measured: on made-up music, clips are found, strangers counted; conditions do what they say."""

from types import SimpleNamespace

import numpy as np
import pytest

from descant.evaluation.find import clip
from descant.evaluation.find.clip import LANDMARKS, PLAIN, STRANGERS_EACH, TASK, measure
from descant.evaluation.find.clip_conditions import CONDITIONS, TELEPHONE, Condition
from descant.evaluation.task import Request
from descant.features import RATE
from descant.io.audio import write_audio
from tests.library.sounds import music

COUNT = 4
MORE = {"soundfont": "a font", "attributes": SimpleNamespace(style="song")}


def power(samples, low, high):
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return spectrum[(hz >= low) & (hz < high)].sum()


def heard(condition, seconds=8.0):
    sound = music(1, seconds, RATE).samples[0]
    return sound, *condition.cut(sound, RATE, np.random.default_rng(0))


@pytest.mark.parametrize("condition", [one for one in CONDITIONS if not one.noise], ids=lambda one: one.name)
def test_a_clip_is_as_long_as_it_says(condition):
    _, start, found = heard(condition)
    assert abs(len(found) / RATE - condition.seconds) < 0.1  # MP3 adds its padding
    assert start + condition.seconds * condition.speed <= 8.0


def test_what_is_played_faster_is_higher_too():
    tone = np.sin(2 * np.pi * 1000 * np.arange(8 * RATE) / RATE).astype(np.float32)
    found = Condition(speed=1.04).cut(tone, RATE, np.random.default_rng(0))[1]
    assert power(found, 1035, 1045) > 0.9 * power(found, 0, RATE)


def test_a_telephone_keeps_its_band():
    sound, start, found = heard(Condition(telephone=True))
    before = sound[round(start * RATE) :][: len(found)]
    low, inside = (power(found, *band) / power(before, *band) for band in ((20, TELEPHONE[0] / 2), (500, 2000)))
    assert low < 0.01
    assert inside == pytest.approx(1.0, abs=0.1)


def test_noise_is_as_loud_as_asked():
    sound = music(1, 8.0, RATE).samples[0]
    plain, noisy = (one.heard(sound, RATE, np.random.default_rng(0)) for one in (Condition(), Condition(noise="pink")))
    scale = np.dot(noisy, plain) / np.dot(plain, plain)
    assert np.std(noisy / scale - plain) == pytest.approx(np.std(plain), rel=0.1)


def test_names_of_conditions_are_unique():
    assert len({one.name for one in CONDITIONS}) == len(CONDITIONS)


@pytest.fixture
def rows(monkeypatch, tmp_path):
    def made(split, count):
        for number in range(count):
            path = tmp_path / f"{number}.flac"
            write_audio(music(number, 20.0, RATE), path)
            yield SimpleNamespace(number=number, path=path, piece=f"piece {number}", **MORE)

    monkeypatch.setattr(clip, "clips", lambda split, count: tuple(made(split, count)))
    monkeypatch.setattr(clip, "CONDITIONS", (Condition(), Condition(speed=1.04)))
    monkeypatch.setattr(clip, "GAMES", tmp_path / "none")
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    request = Request("valid", COUNT, [], lambda share: None)
    found = list(measure(request))
    assert request.left_out == [f"clip: recordings are left out: {tmp_path / 'recordings'} is not there"]
    return found


def test_found_refused_and_what_it_costs(rows):
    def mean(system, data, metric):
        values = [one.measures[metric] for one in rows if one.system == system and data in one.data]
        return len(values), np.mean(values)

    assert mean(LANDMARKS, "valid, 5 s", "top-1") == (2 * COUNT, 1.0)
    assert mean(LANDMARKS, "valid, 5 s", "told") == (2 * COUNT, 1.0)
    assert mean(LANDMARKS, "speed +4%", "speed") == (COUNT, 1.0)
    assert mean(LANDMARKS, "valid, 5 s", "place")[1] == 1.0
    assert mean(PLAIN, "speed +4%", "told")[1] < 0.5
    assert mean(LANDMARKS, "strangers", "false accepts") == (STRANGERS_EACH["valid"] * COUNT, 0.0)
    (cost,) = (one for one in rows if "indexing seconds a track-hour" in one.measures)
    assert 50_000 < cost.measures["fingerprint bytes a track-hour"] < 400_000


def test_a_missing_data_set_is_told(monkeypatch):
    def missing(split, count):
        raise clip.MissingDataError("nothing is there")

    monkeypatch.setattr(clip, "clips", missing)
    request = Request("test", None, [], lambda share: None)
    assert list(measure(request)) == []
    assert request.left_out == ["clip: captioned clips are left out: nothing is there"]


def test_its_name_and_baseline():
    assert (TASK.name, TASK.baseline) == ("clip", PLAIN)
