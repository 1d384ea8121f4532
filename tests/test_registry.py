"""The registry: names are unique, results are stamped, parameters are checked, nothing is loaded early."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from descant import __version__, registry
from descant.errors import UnknownTransformError
from descant.registry import Transform, find, fits, needs, towards, transforms
from descant.types import Audio, AudioFile, Beats, Meter, Provenance


def count_bars(beats, *, most=7, unit=4):
    return Meter(f"{min(most, int(beats.position.max()))}/{unit}")


@needs("one", "two")
def wrong(beats):
    return f"{len(beats)}/4"


def transform(name="count", call="tests.test_registry:count_bars", **more):
    return Transform(
        **{"name": name, "source": (Beats,), "target": Meter, "call": call, "rank": 1, "summary": "s", **more}
    )


BEATS = Beats(np.arange(4.0), np.arange(4) % 3 + 1)


def test_a_result_says_who_made_it_with_all_parameters():
    meter = transform()(BEATS, most=2)
    assert meter.signature == "2/4"
    assert meter.made_by == Provenance("count", __version__, {"most": 2, "unit": 4})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: transform()(), "count takes Beats, got nothing"),
        (lambda: transform()(BEATS, BEATS), "count takes Beats, got Beats + Beats"),
        (lambda: transform()("beats"), "count takes Beats, got str"),
        (lambda: transform()(BEATS, least=1), "count has no parameter 'least'; it has: most, unit"),
        (lambda: transform(call="tests.test_registry:wrong")(BEATS, most=1), "it has: none"),
        (lambda: find("no such"), "no transform is named 'no such'; `descant models` lists them"),
    ],
)
def test_refuses_and_says_why(call, words):
    with pytest.raises(UnknownTransformError) as caught:
        call()
    assert words in str(caught.value)


def test_a_transform_that_breaks_its_promise_is_a_bug_not_a_user_error():
    with pytest.raises(TypeError, match="promised Meter and gave str"):
        transform(call="tests.test_registry:wrong")(BEATS)


def test_needs_are_read_from_the_function():
    assert transform(call="tests.test_registry:wrong").needs == ("one", "two")
    assert transform().needs == ()


def test_describing_a_transform_imports_nothing():
    assert transform(call="no_such_module:function").name == "count"
    assert "no_such_module" not in sys.modules


def entry(name, listed, dist):
    return SimpleNamespace(name=name, dist=SimpleNamespace(name=dist), load=lambda: listed)


@pytest.fixture
def installed(monkeypatch):
    """Replaces what is installed, and puts it back afterwards."""

    def install(*points):
        monkeypatch.setattr(registry, "entry_points", lambda **_: list(points))
        transforms.cache_clear()

    yield install
    transforms.cache_clear()


def test_two_packages_cannot_share_a_name(installed):
    installed(entry("a", (transform("same"),), "descant"), entry("b", (transform("same"),), "other"))
    with pytest.raises(UnknownTransformError, match="two installed packages name a transform 'same'"):
        transforms()


def test_other_packages_transforms_stand_beside_ours_and_rank_decides(installed):
    installed(entry("b", (transform("better", rank=5),), "other"), entry("a", (transform("ours"),), "descant"))
    assert [one.name for one in transforms()] == ["better", "ours"]
    assert [one.name for one in towards(Meter)] == ["better", "ours"]
    assert find("ours").rank == 1


def broken():
    raise ImportError("no module named 'torch'")


def test_a_package_that_cannot_be_loaded_is_left_out_aloud(installed):
    bad = SimpleNamespace(name="rooms", dist=SimpleNamespace(name="their-package"), load=broken)
    installed(bad, entry("a", (transform("ours"),), "descant"))
    with pytest.warns(UserWarning, match=r"package their-package are left out.*ImportError: no module named 'torch'"):
        assert [one.name for one in transforms()] == ["ours"]
    installed(entry("a", None, "their-package"))  # what it names is no tuple
    with pytest.warns(UserWarning, match="TypeError"):
        assert transforms() == ()


def test_a_room_of_ours_that_cannot_be_loaded_is_a_bug(installed):
    installed(SimpleNamespace(name="analysis", dist=SimpleNamespace(name="descant"), load=broken))
    with pytest.raises(ImportError):
        transforms()


def test_sound_in_memory_stands_for_a_file():
    assert fits(Audio, AudioFile)
    assert not fits(AudioFile, Audio)
    assert not fits(Beats, Meter)


def test_real_names_are_unique_and_like_the_literatures():
    names = [one.name for one in transforms()]
    assert len(set(names)) == len(names) > 10
    assert all(name == name.lower() and " " not in name for name in names)
