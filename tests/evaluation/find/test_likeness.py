"""How likeness is measured: vectors that we wrote stand for what is heard."""

import numpy as np
import pytest

from descant.errors import MissingDataError
from descant.evaluation.find import likeness
from descant.evaluation.find.likeness import (
    BASELINE,
    QUESTIONS,
    SYSTEMS,
    TASK,
    TOGETHER,
    Heard,
    average_precision,
    measure,
)
from descant.evaluation.find.likeness_clips import QUERY, SAME, SECONDS, TEMPO, VERSIONS, Clip, cover
from descant.evaluation.task import Request
from descant.types import Audio, Notes, Part

SOUND = Audio(np.zeros((1, 10), dtype=np.float32), 22_050)
STYLES = ("jig", "hymn")
PIECES = 6  # of each style


def made_clips(split, count):
    for style in STYLES:
        for piece in range(min(count or PIECES, PIECES)):
            for version in VERSIONS:
                yield Clip(f"{style} {piece}", style, version, "a font", SOUND)


def made_vectors(clip):
    """Melodies tell pieces apart, timbres the styles; rhythm and harmony are noise, and so is the baseline."""
    rng = np.random.default_rng([ord(letter) for letter in clip.piece + clip.version])
    piece, number = np.zeros(2 * PIECES), int(clip.piece[-1]) + PIECES * (clip.style == "hymn")
    piece[number] = 1.0
    style = np.array([1.0, 0.0, 0.1]) if clip.style == "jig" else np.array([0.0, 1.0, 0.1])
    noise = {name: rng.standard_normal(4) for name in ("rhythm", "harmony", BASELINE)}
    vectors = {"melody": piece, "timbre": style + 0.01 * rng.standard_normal(3), **noise}
    return Heard(clip.piece, clip.style, clip.version, {name: one.astype(np.float32) for name, one in vectors.items()})


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr(likeness, "clips", made_clips)
    monkeypatch.setattr(likeness, "listened", made_vectors)
    shares = []
    rows = list(measure(Request("test", None, [], shares.append)))
    assert shares == sorted(shares)
    return {
        (question.name, system): np.mean(
            [one.measures["mAP"] for one in rows if one.system == system and one.data.endswith(question.name)]
        )
        for question in QUESTIONS
        for system in (BASELINE, TOGETHER, *SYSTEMS.values())
    }


def test_what_tells_pieces_apart_finds_them_and_what_does_not_does_not(found):
    for question in ("other SoundFont", "covers"):
        assert found[question, "interval-ngrams"] == 1.0
        assert found[question, "scale-transform"] < 0.6
        assert found[question, BASELINE] < 0.6
    assert found["same style", "single-gaussian"] == 1.0
    assert found["same style", "scale-transform"] < 0.9
    assert found["covers", TOGETHER] > found["covers", "single-gaussian"]


def test_a_missing_set_and_an_unknown_split_are_told(monkeypatch):
    def missing(split, count):
        raise MissingDataError("jsb is not there")
        yield

    monkeypatch.setattr(likeness, "clips", missing)
    for split, said in (("valid", "jsb is not there"), ("train", "train")):
        request = Request(split, None, [], lambda _: None)
        assert list(measure(request)) == []
        assert said in request.left_out[0]
        assert request.left_out[0].startswith(TASK.name)


@pytest.mark.parametrize(
    ("right", "expected"),
    [([1, 0, 0], 1.0), ([0, 1, 0], 0.5), ([1, 0, 1], 5 / 6), ([0, 1, 1], 7 / 12), ([0, 0, 0], 0.0)],
)
def test_average_precision_by_hand(right, expected):
    score, right = np.array([3.0, 2.0, 1.0]), np.array(right, dtype=bool)
    assert average_precision(score, right) == pytest.approx(expected)
    assert average_precision(score[::-1], right[::-1]) == pytest.approx(expected)


def test_what_is_right_by_hand():
    clips = [made_vectors(one) for one in made_clips("test", 2)]
    query = clips[0]
    others = [one for one in clips if one.version != QUERY]
    for question, count, right in zip(QUESTIONS, (4, 8, 3), (1, 2, 1), strict=True):
        among, good = question.asked(query, others)
        assert among.sum() == count
        assert good.sum() == right
        assert not (good & ~among).any()
    among, _ = QUESTIONS[2].asked(query, others)
    assert {one.version for one, kept in zip(others, among, strict=True) if kept} == {SAME}


def piece(drum=False):
    onset = np.arange(0.0, 60.0, 0.5)
    return Notes(onset, onset + 0.4, np.full(len(onset), 60), np.full(len(onset), 80), None, (Part("", 0, drum),))


@pytest.mark.parametrize("seed", range(8))
def test_a_cover_has_another_tempo_key_and_instrument(seed):
    found = cover(piece(), (73,), np.random.default_rng(seed))
    faster = 0.5 / np.diff(found.onset)
    assert np.ptp(faster) < 1e-9
    assert TEMPO[0] <= max(faster[0], 1 / faster[0]) <= TEMPO[1]
    assert 1 <= abs(int(found.pitch[0]) - 60) <= 6
    assert found.parts[0].program == 73
    assert SECONDS - 1.0 < found.duration <= SECONDS + 1e-9
    assert (cover(piece(drum=True), (8,), np.random.default_rng(seed)).pitch == 60).all()
