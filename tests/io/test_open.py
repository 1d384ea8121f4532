"""Opening: the content decides, labels by name or wish, and nothing but a clear error for the rest."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import descant
from descant.errors import DescantError, NoRouteError, UnreadableFileError, UnsupportedFormatError
from descant.io.audio import blocks, write_audio
from descant.io.jams import write_jams
from descant.io.json_piece import write_json
from descant.io.midi import midi_bytes, write_midi
from descant.io.open import open as open_file
from descant.io.open import source_name
from descant.io.save import ENDINGS, save, save_all
from descant.types import (
    Audio,
    AudioFile,
    Beats,
    Chords,
    Keys,
    Loudness,
    Notes,
    Piece,
    PitchContour,
    Sections,
)
from tests.io.samples import full_piece, same, same_piece

TONE = Audio((0.5 * np.sin(np.arange(8_000) * 0.2)).astype(np.float32), 16_000)


def test_each_ending_opens_as_its_type(tmp_path):
    assert type(descant.open(write_audio(TONE, tmp_path / "a.wav"))) is AudioFile
    assert type(open_file(write_midi(full_piece().get(Notes), tmp_path / "a.mid"))) is Notes
    assert same_piece(open_file(write_json(full_piece(), tmp_path / "a.json")), full_piece())
    assert same_piece(open_file(write_jams(full_piece(), tmp_path / "a.jams")), full_piece())


@pytest.mark.parametrize("ending", [".lab", ".txt", ".csv"])
@pytest.mark.parametrize(
    ("name", "kind"), [("beats", Beats), ("chords", Chords), ("keys", Keys), ("sections", Sections)]
)
def test_labels_are_told_by_a_double_ending_or_by_the_wish(ending, name, kind, tmp_path):
    annotation = full_piece().get(kind)
    named = save(annotation, tmp_path / f"song.{name}{ending}")
    assert same(open_file(named).confidence.shape, annotation.confidence.shape)
    assert type(open_file(named)) is kind
    plain = save(annotation, tmp_path / f"song{ending}")
    assert type(open_file(plain, kind)) is kind


def test_labels_that_nothing_tells_are_chords_or_a_question(tmp_path):
    assert type(open_file(save(full_piece().get(Chords), tmp_path / "song.lab"))) is Chords
    for ending in (".txt", ".csv"):
        path = save(full_piece().get(Chords), tmp_path / f"song{ending}")
        with pytest.raises(
            UnsupportedFormatError, match=r"nothing says what it holds; give it a name like song\.chords\."
        ):
            open_file(path)
    for kind in (Beats, Notes, PitchContour):  # these have headers of their own
        assert type(open_file(save(full_piece().get(kind), tmp_path / "plain.csv"))) is kind


def test_the_content_decides_not_the_ending(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(midi_bytes(full_piece().get(Notes)))
    assert type(open_file(path)) is Notes
    path.write_bytes(write_audio(TONE, tmp_path / "a.flac").read_bytes())
    assert open_file(path).format == "FLAC"
    path.write_bytes(write_json(full_piece(), tmp_path / "a.json").read_bytes())
    assert type(open_file(path)) is Piece
    path = tmp_path / "theirs.json"
    path.write_bytes(write_jams(full_piece(), tmp_path / "a.jams").read_bytes())
    assert same_piece(open_file(path), full_piece())


def test_the_wanted_type_is_given_or_refused(tmp_path):
    piece = write_json(Piece("x", 1.0).with_(Beats([0.5], [1])), tmp_path / "a.json")
    sound = write_audio(TONE, tmp_path / "a.wav")
    assert len(open_file(piece, Beats)) == 1
    assert open_file(sound, Audio).frames == 8_000
    with pytest.raises(NoRouteError, match="holds no Chords; it holds Beats"):
        open_file(piece, Chords)
    with pytest.raises(UnsupportedFormatError, match=r"a\.wav: holds AudioFile, not Notes"):
        open_file(sound, Notes)


def test_every_format_that_is_written_from_a_piece_is_opened_again(tmp_path):
    for form in ("jams", "lab", "audacity", "csv"):
        for path in save_all(full_piece(), tmp_path / "a song", form):
            if path.name.split(".")[-2] in ("notes", "tempo", "meter", "tuning", "loudness") and form != "jams":
                continue
            assert open_file(path) is not None


def test_a_renamed_picture_is_called_one(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(UnreadableFileError, match=r"song\.mp3: is a PNG picture, not a sound file"):
        open_file(path)


def test_notes_in_a_sound_files_ending_still_need_to_be_midi(tmp_path):
    path = tmp_path / "song.mid"
    path.write_bytes(b"not midi at all")
    with pytest.raises(UnreadableFileError, match="is not a MIDI file"):
        open_file(path)


ALL_ENDINGS = sorted({*ENDINGS, ".m4a", ".aac", ".wma", ".kar", ""})
STARTS = [b"", b"RIFF", b"fLaC", b"OggS", b"ID3\x03", b"\xff\xfb\x90d", b"FORM", b"MThd\0\0\0\6", b"{", b"\0\0\0 ftyp"]


def consume(path, kind=None):
    """Open and read to the end; True where it was a value, False where it was a clear error."""
    try:
        value = open_file(path, kind)
        if isinstance(value, AudioFile):
            for number, _ in enumerate(blocks(value, 1.0)):
                if number > 100:
                    break
    except DescantError as error:
        message = str(error)
        assert path.name in message
        assert "\n" not in message
        return False
    return True


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ALL_ENDINGS), st.sampled_from(STARTS), st.binary(max_size=200))
def test_any_bytes_under_any_ending_are_a_value_or_a_clear_error(tmp_path_factory, ending, start, data):
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(start + data)
    consume(path)


def originals(folder):
    piece = full_piece()
    return {
        **{
            f"a{ending}": write_audio(TONE, folder / f"a{ending}")
            for ending in (".wav", ".flac", ".ogg", ".mp3", ".opus", ".aiff")
        },
        "a.mid": write_midi(piece.get(Notes), folder / "a.mid"),
        "a.json": write_json(piece, folder / "a.json"),
        "a.jams": write_jams(piece, folder / "a.jams"),
        "a.lab": save(piece.get(Chords), folder / "a.lab"),
        "a.chords.csv": save(piece.get(Chords), folder / "a.chords.csv"),
    }


@pytest.mark.parametrize(
    "name",
    ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.opus", "a.aiff", "a.mid", "a.json", "a.jams", "a.lab", "a.chords.csv"],
)
def test_cut_off_and_damaged_files_are_values_or_clear_errors(name, tmp_path):
    whole = originals(tmp_path)[name].read_bytes()
    random = np.random.default_rng(0)
    path = tmp_path / f"bad {name}"
    cuts = {*range(1, min(len(whole), 48), 3), *(len(whole) * part // 16 for part in range(1, 16)), len(whole) - 1}
    good = 0
    for cut in cuts:
        path.write_bytes(whole[:cut])
        good += consume(path)
    for number in range(40):
        data = bytearray(whole)
        for at in random.integers(0, min(len(whole), 100 if number % 2 else len(whole)), 1 + number % 8):
            data[at] = random.integers(256)
        path.write_bytes(bytes(data))
        good += consume(path)
    assert good < len(cuts) + 40, "some of these were too damaged to be read"


def test_loudness_in_a_piece_is_opened_by_type(tmp_path):
    path = write_json(full_piece(), tmp_path / "a.json")
    assert open_file(path, Loudness).integrated_lufs == -14.5


def test_a_source_is_called_by_its_file_or_by_its_type(tmp_path):
    path = write_json(full_piece(), tmp_path / "a.json")
    assert source_name(path) == source_name(str(path)) == str(path)
    assert source_name(full_piece()) == "the Piece"
    assert source_name(AudioFile(path, 44_100, 1, 44_100, "WAV")) == str(path)
