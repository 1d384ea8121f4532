"""The router: shortest need first, sources before what rests on them, `use` and `via` obeyed, no way said clearly."""

import numpy as np
import pytest

from descant import route
from descant.errors import NoRouteError, UnknownTransformError
from descant.registry import Transform, find, towards, transforms
from descant.route import chain, plan, run
from descant.types import Audio, AudioFile, Beats, Chords, Meter, Notes, Score, Sections, Tempo


def names(steps):
    return [step.name for step in steps]


def best(kind):
    return towards(kind)[0].name


def test_sources_come_before_what_rests_on_them():
    assert names(plan([AudioFile], [Chords])) == [best(Beats), best(Chords)]


def test_each_type_is_made_once():
    steps = names(plan([AudioFile], [Chords, Sections, Meter, Tempo, Beats]))
    assert steps.count(best(Beats)) == 1
    assert len(steps) == len(set(steps)) == 5


def test_what_one_has_is_not_made():
    assert names(plan([AudioFile, Beats], [Chords])) == [best(Chords)]
    assert plan([Chords], [Chords]) == []


def test_what_is_being_made_is_not_made_from_itself():
    assert names(plan([Notes], [Audio])) == ["sampler"]
    assert names(plan([Notes], [Beats])) == ["pm2s-beats"]


def test_use_names_another_transform():
    assert names(plan([AudioFile], [Chords], {Beats: "ellis-dp"})) == ["ellis-dp", best(Chords)]
    with pytest.raises(UnknownTransformError, match="ellis-dp gives Beats, not Chords"):
        plan([AudioFile], [Chords], {Chords: "ellis-dp"})


def test_no_way_is_said_clearly():
    with pytest.raises(NoRouteError) as caught:
        plan([Chords], [Notes])
    assert "from Chords to Notes" in str(caught.value)
    assert "descant models" in str(caught.value)
    with pytest.raises(NoRouteError, match="from Beats to Chords by template-hmm"):
        plan([Beats], [Chords], {Chords: "template-hmm"})


def test_a_recording_as_sound_is_decoded_not_transcribed_and_played_again():
    assert names(plan([AudioFile], [Audio])) == ["decode"]


def test_notes_are_played_only_where_sound_is_needed():
    assert names(plan([Notes], [Chords])) == ["sampler", best(Beats), best(Chords)]
    assert names(plan([Notes], [Score])) == ["pm2s-beats", "notate"]


def test_a_recording_is_written_down_by_what_is_heard_in_it():
    assert names(plan([AudioFile], [Score]))[-1] == "notate"
    assert best(Beats) in names(plan([AudioFile], [Score]))


def test_sound_in_memory_is_heard_like_a_file():
    assert names(plan([Audio], [Meter])) == [best(Beats), "bar-count"]


def test_a_chain_goes_through_the_named_transform_or_says_why_not():
    assert names(chain(AudioFile, Meter, "ellis-dp")) == ["ellis-dp", "bar-count"]
    with pytest.raises(NoRouteError, match="does not pass through Notes, so harmonic-nmf cannot be used"):
        chain(AudioFile, Chords, "harmonic-nmf")
    with pytest.raises(UnknownTransformError, match="no transform is named"):
        chain(AudioFile, Chords, "nonsense")


def bars(beats, *, most=9):
    return Meter(f"{min(most, int(beats.position.max()))}/4")


@pytest.fixture
def counting(monkeypatch):
    """Only one transform, that counts beats."""
    count = Transform("count", (Beats,), Meter, "tests.test_route:bars", 1, "counts")
    monkeypatch.setattr("descant.registry.transforms", lambda: (count,))
    return count


BEATS = Beats(np.arange(6.0), np.arange(6) % 3 + 1)


def test_run_gives_every_steps_result_and_hands_parameters_on(counting):
    assert run([counting], [BEATS], {"count": {"most": 2}})[0].signature == "2/4"


@pytest.mark.usefixtures("counting")
def test_rings_of_transforms_end(monkeypatch):
    ring = (
        Transform("there", (Beats,), Meter, "tests.test_route:bars", 1, "one way"),
        Transform("back", (Meter,), Beats, "tests.test_route:bars", 1, "the other"),
    )
    monkeypatch.setattr("descant.registry.transforms", lambda: ring)
    with pytest.raises(NoRouteError):
        plan([Chords], [Meter])


def test_every_transform_can_be_reached_by_its_name():
    for transform in transforms():
        assert find(transform.name) is transform
        assert route.plan(transform.source, [transform.target]) is not None
