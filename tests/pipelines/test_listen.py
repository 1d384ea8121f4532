"""The whole map: every field, one pass over the sound, and honest words about odd recordings."""

import numpy as np
import pytest

from descant.errors import UnknownTransformError
from descant.features import get, stream
from descant.features.extent import Extent
from descant.features.levels import Levels
from descant.io.audio import write_audio
from descant.pipelines.listen import hear, listen, listening_plan, wanted_fields
from descant.types import FIELDS, Audio, Beats, Chords
from tests.pieces import rendered, short_piece


@pytest.fixture(scope="module")
def audio():
    return rendered(short_piece(), noise_db=-50.0, detune_cents=0.0, seed=0)


def test_hears_every_field_and_says_who_made_it(audio):
    piece = listen(audio)
    for name, kind in FIELDS.items():
        found = piece.get(kind)
        assert found is not None, name
        assert found.made_by.transform, name
    assert piece.duration == pytest.approx(audio.duration)
    assert piece.warnings == ()


def test_only_gives_what_is_asked_for_and_no_more(audio):
    piece = listen(audio, only=["chords"])
    assert [type(one) for one in piece.estimates] == [Chords]
    assert piece.get(Beats) is None


def test_features_are_let_go_but_those_that_were_there_before(audio):
    mine = Audio(audio.samples, audio.sample_rate)
    before = get(mine, Extent())
    hear(mine, only=["chords"], also=[Levels()])
    assert set(stream._known[mine]) == {Extent(), Levels()}
    assert get(mine, Extent()) is before


def test_the_sound_is_decoded_once(audio, tmp_path, monkeypatch):
    path = write_audio(audio, tmp_path / "song.wav")
    decoded = []

    def counting(sound, seconds, blocks=stream.blocks):
        decoded.append(sound)
        return blocks(sound, seconds)

    monkeypatch.setattr(stream, "blocks", counting)
    listen(path)
    assert len(decoded) == 1


def test_features_are_the_same_whatever_the_blocks(audio, monkeypatch):
    whole = listen(audio, only=["beats", "chords", "notes", "pitch"])
    again = Audio(audio.samples, audio.sample_rate)
    monkeypatch.setattr(stream, "BLOCK_SECONDS", 1.37)
    cut = listen(again, only=["beats", "chords", "notes", "pitch"])
    np.testing.assert_allclose(whole.get(Beats).time, cut.get(Beats).time, atol=1e-3)
    assert whole.get(Chords).label == cut.get(Chords).label
    for kind in (FIELDS["notes"], FIELDS["pitch"]):
        assert len(whole.get(kind)) == len(cut.get(kind))
    np.testing.assert_array_equal(whole.get(FIELDS["notes"]).pitch, cut.get(FIELDS["notes"]).pitch)


def test_unknown_and_useless_names_are_refused():
    with pytest.raises(UnknownTransformError, match="chrods"):
        wanted_fields(["chrods"])
    with pytest.raises(UnknownTransformError, match="gives Beats, not Chords"):
        listening_plan(["chords"], {"chords": "ellis-dp"})
    with pytest.raises(UnknownTransformError, match="would not run"):
        listening_plan(["loudness"], {"chords": "template-hmm"})
    assert listening_plan(["chords"], {"beats": "ellis-dp"})[0].name == "ellis-dp"


@pytest.mark.parametrize(
    ("samples", "warning"),
    [
        (np.zeros((1, 44_100)), "silent"),
        (np.full((1, 44_100), 0.2) + 0.1 * np.sin(np.arange(44_100)), "offset"),
        (np.clip(2 * np.sin(np.arange(88_200) * 0.03), -1, 1), "clipped"),
        (0.5 * np.sin(np.arange(441) * 0.03), "too short"),
    ],
)
def test_odd_recordings_are_called_odd(samples, warning):
    piece = listen(Audio(samples.astype(np.float32), 44_100), only=["loudness"])
    assert any(warning in one for one in piece.warnings), piece.warnings


@pytest.mark.parametrize("ending", [".wav", ".aiff", ".ogg", ".flac"])
def test_a_file_that_was_cut_off_is_called_so(audio, tmp_path, ending):
    long = Audio(np.tile(audio.samples, 4), audio.sample_rate)
    path = write_audio(long, tmp_path / f"cut{ending}")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    piece = listen(path, only=["loudness"])
    assert 0.3 * long.duration < piece.duration < 0.9 * long.duration
    assert any("cut off" in one or "promises" in one for one in piece.warnings)


def test_a_file_shorter_than_its_header_says_is_called_so(audio, tmp_path):
    path = write_audio(audio, tmp_path / "cut.mp3")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    piece = listen(path, only=["loudness"])
    assert piece.duration < 0.7 * audio.duration
    assert any("promises" in one for one in piece.warnings)
