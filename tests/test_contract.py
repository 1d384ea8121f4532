"""The one contract over every registered transform: right type, provenance, determinism, and clear refusals."""

import dataclasses
import importlib

import numpy as np
import pytest

from descant import __version__
from descant.errors import UnknownTransformError
from descant.io.audio import open_audio, write_audio
from descant.registry import find, transforms
from descant.route import plan, run
from descant.types import Audio, AudioFile, Beats, Notes, RomanNumerals, Score, Tags, Text
from tests.io.samples import same
from tests.pieces import rendered, short_piece
from tests.scores import chorale, full_score, tune

ALL = [transform.name for transform in transforms()]
HEARING = [one.name for one in transforms() if AudioFile in one.source and one.name != "decode"]


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """One value of each source type, from a short piece that we wrote, rendered with noise and detuning."""
    notes = short_piece()
    audio = rendered(notes, noise_db=-40.0, detune_cents=12.0, seed=1)
    path = write_audio(audio, tmp_path_factory.mktemp("contract") / "short piece.wav")
    times = np.arange(0.0, audio.duration, 0.5)
    beats = Beats(times, np.arange(len(times)) % 4 + 1)
    tags = Tags([0.0], [audio.duration], ("piano",), ("instrument",))
    return {
        Notes: notes,
        Audio: audio,
        AudioFile: open_audio(path),
        Beats: beats,
        Tags: tags,
        Score: full_score(),
        Text: Text("calm piano in a minor key, slow"),
        RomanNumerals: RomanNumerals([0.0, 1.0], [1.0, 5.0], ("C major",) * 2, ("V7", "I")),
    }


OWN = {"music-transformer": chorale, "discrete-diffusion": tune, "getmusic": tune}  # scores of those who ask for less


def first(transform, samples):
    if transform.name in OWN:
        return transform(OWN[transform.name]())
    return transform(*(samples[kind] for kind in transform.source))


@pytest.mark.parametrize("name", ALL)
def test_gives_its_target_type_says_what_it_did_and_repeats_itself(name, samples):
    transform = find(name)
    result = first(transform, samples)
    assert type(result) is transform.target
    if "made_by" in {field.name for field in dataclasses.fields(result)}:
        assert result.made_by.transform == name
        assert result.made_by.version == __version__
    fresh = {**samples, AudioFile: open_audio(samples[AudioFile].path)}  # nothing measured before is shared
    assert same(result, first(transform, fresh))


@pytest.mark.parametrize("name", ALL)
def test_refuses_what_it_does_not_take(name, samples):
    transform = find(name)
    with pytest.raises(UnknownTransformError, match="takes"):
        transform("a string")
    with pytest.raises(UnknownTransformError, match="no parameter"):
        transform(*(samples[kind] for kind in transform.source), nonsense=1)


@pytest.mark.parametrize("name", HEARING)
@pytest.mark.parametrize(
    "sound",
    [
        Audio(np.zeros((1, 44_100), np.float32), 44_100),
        Audio(np.zeros((2, 1), np.float32), 8_000),
        Audio(np.full((1, 1), 0.5, np.float32), 192_000),
        Audio(np.linspace(-0.9, 0.9, 441, dtype=np.float32)[None], 44_100),
        Audio(np.full((8, 48_000), 0.3, np.float32), 48_000),
        Audio(np.sign(np.sin(np.arange(32_000) * 0.2)).astype(np.float32)[None], 16_000),
    ],
    ids=["silence", "one-sample", "one-loud-sample", "10-ms", "only-dc", "square-wave"],
)
def test_survives_sound_without_music(name, sound, recwarn):
    transform = find(name)
    steps = plan([Audio], [kind for kind in transform.source if kind is not AudioFile])
    values = [sound, *run(steps, [sound])]
    sources = [
        next(value for value in values if isinstance(value, kind)) if kind is not AudioFile else sound
        for kind in transform.source
    ]
    recwarn.clear()  # of what was said on the way to the sources
    result = transform(*sources)
    assert type(result) is transform.target
    assert not [warning for warning in recwarn if "descant" in str(warning.filename)]


@pytest.mark.parametrize("name", ALL)
def test_describes_itself(name):
    transform = find(name)
    assert callable(transform.function)
    assert transform.summary
    assert transform.licence
    assert transform.example.startswith("descant ")
    module = importlib.import_module(transform.call.partition(":")[0])
    assert len(module.__doc__.strip().splitlines()) >= 2, "a system's module says its idea"
