"""`descant.convert`: from files, values and pieces, in one pass over the sound, with nothing ignored."""

import numpy as np
import pytest
import soundfile

import descant
from descant.errors import NoRouteError, UnknownTransformError, UnsupportedFormatError
from descant.features import stream
from descant.io.audio import FullScaleWarning, write_audio
from descant.io.open import open as open_file
from descant.pipelines.convert import convert, named_type, way
from descant.registry import find
from descant.types import Audio, AudioFile, Beats, Chords, Meter, Notes, Piece, PitchContour, Score
from tests.pieces import rendered, short_piece
from tests.scores import tune

BEATS = Beats(np.arange(6.0), np.arange(6) % 3 + 1)


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    return write_audio(rendered(short_piece()), tmp_path_factory.mktemp("convert") / "song.wav")


@pytest.fixture
def decoded(monkeypatch):
    """The sounds that features have been measured from, one entry a pass."""
    passes = []
    read = stream.blocks
    monkeypatch.setattr(stream, "blocks", lambda sound, seconds: passes.append(sound) or read(sound, seconds))
    return passes


@pytest.mark.parametrize("target", [Beats, Chords])
def test_a_file_is_decoded_once_for_the_whole_chain(song, decoded, target):
    sound = open_file(song)
    assert len(find("all-in-one").needs) > 1
    assert type(convert(sound, target)) is target
    assert decoded == [sound]


def test_what_is_made_on_the_way_is_read_once(decoded):
    assert type(convert(short_piece(), Chords)) is Chords
    assert list(map(type, decoded)) == [Audio]


def test_a_file_is_opened_by_its_name(song):
    by_path, by_name = convert(song, Beats), convert(str(song), Beats)
    assert by_path.made_by.transform == "all-in-one"
    np.testing.assert_array_equal(by_path.time, by_name.time)


def test_parameters_go_to_the_last_step():
    meter = convert(BEATS, Meter)
    assert (meter.signature, meter.made_by.transform) == ("3/4", "bar-count")
    assert convert(BEATS, Meter, via="bar-count").signature == "3/4"
    with pytest.raises(UnknownTransformError, match="bar-count has no parameter 'foo'"):
        convert(BEATS, Meter, foo=1)


def test_what_is_there_already_is_given_as_it_is(song):
    sound = open_file(song)
    assert convert(sound, AudioFile) is sound
    audio = Audio(np.zeros(100), 8_000)
    assert convert(audio, AudioFile) is audio, "sound in memory stands for a file"


def test_a_piece_gives_what_it_holds():
    piece = Piece("x", 6.0).with_(BEATS)
    assert convert(piece, Beats) is BEATS
    assert convert(piece, Piece) is piece
    with pytest.raises(NoRouteError, match="holds no Chords; it holds Beats"):
        convert(piece, Chords)


@pytest.mark.parametrize(("source", "target"), [(BEATS, Beats), (Piece("x", 6.0).with_(BEATS), Beats)])
def test_no_parameter_is_ignored_where_nothing_runs(source, target):
    with pytest.raises(UnknownTransformError, match="to Beats, so there is no parameter 'foo'"):
        convert(source, target, foo=1)


def test_a_file_too_loud_is_turned_down_aloud_unless_told_not_to(tmp_path):
    soundfile.write(tmp_path / "loud.wav", np.full(8_000, 1.5), 8_000, subtype="FLOAT")
    with pytest.warns(FullScaleWarning):
        assert np.abs(convert(tmp_path / "loud.wav", Audio).samples).max() == 1.0
    with pytest.raises(descant.errors.DescantError, match="full scale"):
        convert(tmp_path / "loud.wav", Audio, turn_down=False)


def test_a_transform_on_the_way_can_be_named(song):
    assert convert(song, Meter, via="ellis-dp").made_by.transform == "bar-count"
    with pytest.raises(NoRouteError, match="does not pass through Notes"):
        convert(song, Chords, via="harmonic-nmf")
    assert isinstance(convert(song, Notes), Notes)


def test_the_package_offers_it_and_shows_what_it_offers():
    assert descant.convert is convert
    assert {"convert", "find", "listen", "open", "save", "transforms", "__version__"} <= set(dir(descant))
    for name in descant.__all__:
        assert getattr(descant, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        descant.nonsense  # noqa: B018


def test_a_source_is_made_into_something_else_first():
    steps = way(tune(), Audio, as_=Notes)
    assert [step.target for step in steps] == [Notes, Audio]
    twice = convert(short_piece(), Audio, as_=Audio)
    assert type(twice) is Audio
    score = tune()
    assert convert(score, Score, as_=Score) is score


def test_sound_to_sound_by_its_notes(song):
    steps = way(open_file(song), Audio, as_=Notes)
    assert [step.target for step in steps][-2:] == [Notes, Audio]
    assert way(open_file(song), Audio)[0].name == "decode"


def test_via_is_found_on_either_part_of_the_way(song):
    sound = open_file(song)
    assert "basic-pitch" in [step.name for step in way(sound, Audio, "basic-pitch", Notes)]
    assert [step.name for step in way(sound, Audio, "additive", Notes)][-1] == "additive"
    with pytest.raises(NoRouteError, match="so bar-count cannot be used"):
        way(sound, Audio, "bar-count", Notes)


def test_a_piece_is_taken_as_what_it_holds():
    piece = Piece("x", 6.0).with_(BEATS)
    assert convert(piece, Meter, as_=Beats).signature == "3/4"
    with pytest.raises(NoRouteError, match="holds no Notes"):
        convert(piece, Audio, as_=Notes)


def test_where_no_way_leads_on_nothing_runs(song, decoded):
    with pytest.raises(NoRouteError, match="no chain of transforms leads from Chords to Notes"):
        convert(song, Notes, as_=Chords)
    assert decoded == []


def test_names_of_types():
    assert (named_type("score"), named_type("notes"), named_type("pitch")) == (Score, Notes, PitchContour)
    with pytest.raises(
        UnsupportedFormatError, match=r"nothing can be taken as 'scores'; choose from tempo, .* score, audio"
    ):
        named_type("scores")
