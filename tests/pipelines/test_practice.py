"""A take held against its score, from files and values; places told as the page has them; JSON."""

import json
from dataclasses import replace

import numpy as np
import pytest

import descant
from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.io.score.unfolded import unfolded
from descant.pipelines.practice import _tune, practice
from descant.pipelines.practice_json import practice_json
from descant.pipelines.practice_marks import practice_pages
from descant.synthesis.as_written import as_written
from descant.types import Audio, Notes, Score
from descant.types.score import Lyric, ScorePart
from tests.alignment.test_practice import score
from tests.pieces import rendered
from tests.scores import FOUR, chorale, frame, full_score, tune


def take(of, **changes):
    """The score played as written, with some columns replaced."""
    notes = as_written(of)
    return replace(notes, **changes) if changes else notes


def test_a_wrong_and_a_missed_note_are_told_where_the_page_has_them():
    of = score()
    notes = as_written(of)
    pitch = notes.pitch.copy()
    wrong = int(np.flatnonzero((notes.pitch > 60) & np.isclose(notes.onset, 2.5))[0])  # quarter 5
    gone = int(np.flatnonzero((notes.pitch > 60) & np.isclose(notes.onset, 10.0))[0])  # quarter 20
    pitch[wrong] += 1
    report = practice(of, replace(notes, pitch=pitch).only(np.arange(len(notes)) != gone))
    document = practice_json(report, "score.musicxml", "take.mid")
    told = [(x["kind"], x["measure"], x["beat"], x["written"], x.get("played")) for x in document["findings"]]
    assert told == [("wrong", "2", 2.0, "F5", "F#5"), ("missed", "6", 1.0, "G4", None)]
    assert document["findings"][0]["semitones"] == 1
    assert document["first"] == [one.number for one in report.first] == ["2", "6"]
    assert report.first[0].reason == "1 wrong note"
    assert document["bars"][1]["points"] == pytest.approx(100 * 5 / 6, abs=0.1)
    assert json.loads(json.dumps(document)) == document


def test_a_score_with_everything_played_as_written():
    report = practice(full_score(), take(full_score()))
    assert report.counts == {}
    assert report.played.said.startswith("repeats and jumps are played out")
    assert report.place(0.0) == ("0", 4.0)  # an upbeat
    assert [one.number for one in report.bars] == ["0", "1", "2", "3", "4"]


def test_findings_of_a_passage_that_is_repeated_are_on_the_page_once():
    measures = frame(*[(4, FOUR, {"repeat_end": 2} if bar == 3 else {}) for bar in range(8)])
    of = score(measures=measures)
    notes = as_written(of)
    pitch = notes.pitch.copy()
    for quarter in (5, 21):  # the same place, both times
        pitch[int(np.flatnonzero((notes.pitch > 60) & np.isclose(notes.onset, quarter / 2))[0])] += 1
    report = practice(of, replace(notes, pitch=pitch))
    assert len(unfolded(of).page) == 12
    assert [one.counts for one in report.bars] == [{}, {"wrong": 2}, {}, {}, {}, {}, {}, {}]
    page = practice_pages(report)[0]
    assert page.count('color="#D55E00"') == 1


def test_the_marked_page_has_a_sign_of_each_kind():
    of = score()
    notes = as_written(of)
    high = notes.pitch > 60
    at = {quarter: int(np.flatnonzero(high & np.isclose(notes.onset, quarter / 2))[0]) for quarter in range(32)}
    onset, pitch = notes.onset.copy(), notes.pitch.copy()
    pitch[at[5]] += 1
    onset[at[18]] += 0.16
    more = Notes([9.75], [9.9], [90], [80])
    columns = {name: np.append(getattr(notes, name), getattr(more, name)) for name in ("offset", "velocity", "part")}
    spoiled = replace(notes, onset=np.append(onset, 9.75), pitch=np.append(pitch, 90), confidence=None, **columns).only(
        np.arange(len(notes) + 1) >= 0
    )
    report = practice(of, spoiled.only(~((spoiled.onset == onset[at[26]]) & (spoiled.pitch == pitch[at[26]]))))
    assert report.counts == {"wrong": 1, "missed": 1, "extra": 1, "late": 1}
    (page,) = practice_pages(report)
    for text in ("wrong, and what it was", "missed", "extra", "late", "practise 1"):
        assert f">{text}</text>" in page
    assert ">early</text>" not in page


def test_a_recording_of_a_piano_is_transcribed_however_many_channels_it_has():
    sound = rendered(as_written(score()))
    report = practice(score(), Audio(np.repeat(sound.samples[:1], 8, axis=0), sound.sample_rate))
    assert report.heard
    assert report.judgement.score > 90
    assert sum(report.counts.values()) < 6  # what is misheard


def test_midi_may_be_the_score(tmp_path):
    path = descant.save(as_written(chorale()), tmp_path / "chorale.mid")
    assert practice(path, path).judgement.score > 95


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (Notes([], [], [], []), InvalidValueError, "the take has no notes"),
        (Audio(np.zeros((1, 16000)), 16000), InvalidValueError, "the take has no notes"),
        (Notes([0.0], [0.5], [36], [80], parts=(descant.types.Part(drum=True),)), InvalidValueError, "has no notes"),
        (chorale(), UnsupportedFormatError, "is no take"),
    ],
)
def test_what_cannot_be_judged_is_refused(given, error, words):
    with pytest.raises(error, match=words):
        practice(score(), given)


def test_one_part_of_a_score():
    of = chorale()
    notes = as_written(of)
    bass = notes.only(np.asarray(notes.part) == 3)
    report = practice(of, bass, part="Bass")
    assert report.counts == {}
    assert [one.name for one in report.score.parts] == ["Bass"]
    with pytest.raises(InvalidValueError, match="there is no part 'Viola'"):
        practice(of, bass, part="Viola")


def test_a_score_without_notes_is_refused_by_name(tmp_path):
    path = descant.save(Score(frame((4, FOUR, {})), (ScorePart(((),)),)), tmp_path / "empty.musicxml")
    with pytest.raises(InvalidValueError, match=r"empty\.musicxml: the score has no notes"):
        practice(path, as_written(chorale()))


def test_a_singer_is_held_against_the_part_with_words():
    assert _tune(chorale()) is None
    line = tune()
    assert _tune(line) is line
    words = replace(
        line.parts[0],
        name="Voice",
        measures=tuple(tuple(replace(event, lyrics=(Lyric("la"),)) for event in row) for row in line.parts[0].measures),
    )
    both = replace(line, parts=(replace(line.parts[0], name="Flute"), words))
    found = _tune(both)
    assert found is not None
    assert [one.name for one in found.parts] == ["Voice"]


def test_another_piece_is_refused_by_name(tmp_path):
    rng = np.random.default_rng(0)
    notes = as_written(score())
    path = descant.save(replace(notes, pitch=rng.integers(40, 90, len(notes))), tmp_path / "other.mid")
    with pytest.raises(InvalidValueError, match=r"other\.mid: the take does not fit the score"):
        practice(score(), path)


def test_a_singer_needs_one_line_and_a_recording():
    with pytest.raises(InvalidValueError, match="one line"):
        practice(chorale(), rendered(), singer=True)
    with pytest.raises(InvalidValueError, match="not MIDI"):
        practice(chorale(), as_written(chorale()), singer=True)
