"""`descant convert` as a user runs it: the chain printed, the file written, refusals in one line."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from descant.cli.convert import chain_text
from descant.io.audio import open_audio, write_audio
from descant.io.json_piece import write_json
from descant.io.open import open as open_file
from descant.route import chain
from descant.types import Audio, AudioFile, Beats, Chords, Notes, Piece, Tuning
from tests.io.samples import full_piece, same_piece


def descant(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "convert", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.fixture(scope="module")
def clicks(tmp_path_factory):
    """Eight seconds of clicks at 120 bpm, each fourth louder."""
    wave = np.zeros(8 * 22_050, np.float32)
    for beat in range(16):
        at = beat * 11_025
        wave[at : at + 400] = (0.9 if beat % 4 == 0 else 0.5) * np.sin(np.arange(400) * 0.4) * np.linspace(1, 0, 400)
    return write_audio(Audio(wave, 22_050), tmp_path_factory.mktemp("convert") / "clicks.wav")


def test_chains_read_from_left_to_right():
    def text(have, want, out, via=None):
        return chain_text(Path("song.mp3"), have, chain(have, want, via), want, Path(out))

    assert text(AudioFile, Notes, "song.mid", "basic-pitch") == (
        "song.mp3: AudioFile -> basic-pitch -> Notes -> song.mid"
    )
    assert text(AudioFile, Audio, "song.wav") == "song.mp3: AudioFile -> decode -> Audio -> song.wav"
    assert text(AudioFile, Chords, "song.lab", "template-hmm") == (
        "song.mp3: AudioFile -> all-in-one -> Beats\nsong.mp3: AudioFile + Beats -> template-hmm -> Chords -> song.lab"
    )
    assert text(Piece, Piece, "song.jams") == "song.mp3: Piece -> song.jams"
    assert text(Notes, Tuning, "song.csv") == (
        "song.mp3: Notes -> sampler -> Audio -> tuning-histogram -> Tuning -> song.csv"
    ), "what is heard is named as what it is"


def test_sound_to_labels_prints_the_chain(clicks, tmp_path):
    done = descant(clicks, "out.beats.lab", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{clicks}: AudioFile -> all-in-one -> Beats -> out.beats.lab\n"
    beats = open_file(tmp_path / "out.beats.lab", Beats).time
    assert len(beats) >= 4
    assert np.abs(beats * 2 - np.round(beats * 2)).max() < 0.1, "each stands on a click"


def test_via_names_a_transform_on_the_way(clicks, tmp_path):
    done = descant(clicks, "out.csv", "--what", "tempo", "--via", "bar-pointer-hmm", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"{clicks}: AudioFile -> bar-pointer-hmm -> Beats\n"
        f"{clicks}: AudioFile + Beats -> tempogram -> Tempo -> out.csv\n"
    )
    assert (tmp_path / "out.csv").read_text().startswith("bpm,confidence\n")


def test_a_piece_gives_what_it_holds_and_nothing_runs(tmp_path):
    write_json(full_piece(), tmp_path / "a song.json")
    done = descant("a song.json", "out.lab", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "a song.json: Piece -> Chords -> out.lab\n")
    assert open_file(tmp_path / "out.lab").label == ("D:min7/b3", "N")
    done = descant("a song.json", "out.jams", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "a song.json: Piece -> out.jams\n")
    assert same_piece(open_file(tmp_path / "out.jams"), full_piece())


def test_sound_to_sound_is_turned_down_aloud(tmp_path):
    soundfile.write(tmp_path / "loud.wav", np.full(8_000, 1.5), 8_000, subtype="FLOAT")
    done = descant("loud.wav", "out.flac", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == "loud.wav: AudioFile -> decode -> Audio -> out.flac\n"
    assert done.stderr == "descant: loud.wav: peaks beyond full scale; turned down by 3.52 dB\n"
    assert open_audio(tmp_path / "out.flac").frames == 8_000


def test_the_file_is_written_even_if_nobody_reads_the_chain(tmp_path):
    write_json(full_piece(), tmp_path / "in.json")
    command = [sys.executable, "-m", "descant", "convert", "in.json", "out.jams"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert same_piece(open_file(tmp_path / "out.jams"), full_piece())


@pytest.mark.parametrize("out", ["song.json", "folder/../song.json", "link.json"])
def test_a_file_is_not_converted_onto_itself(tmp_path, out):
    write_json(Piece("x", 1.0), tmp_path / "song.json")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.json").symlink_to("song.json")
    before = (tmp_path / "song.json").read_bytes()
    done = descant("song.json", out, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"descant: {out}: is the file to convert; write to another\n"
    assert (tmp_path / "song.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.wav", "out.mid"], "none.wav: no such file"),
        (["empty.json", "out.lab"], "holds no Chords; it holds nothing"),
        (["empty.json", "out.docx"], "out.docx: .docx is not a format that can be written"),
        (["empty.json", "out.csv"], "out.csv: a .csv file can hold"),
        (["empty.json", "out.wav"], "holds no Audio; it holds nothing"),
        (["clicks.wav", "out.mid", "--via", "ellis-dp"], "does not pass through Beats, so ellis-dp cannot be used"),
        (["clicks.wav", "out.mid", "--via", "nonsense"], "no transform is named 'nonsense'"),
        (["clicks.wav", "folder/out/../../clicks.wav/x.flac"], "a file stands where a folder should be"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(arguments, words, clicks, tmp_path):
    write_json(Piece("x", 1.0), tmp_path / "empty.json")
    (tmp_path / "clicks.wav").write_bytes(clicks.read_bytes())
    (tmp_path / "folder" / "out").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    done = descant(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_cut_off_recording_is_converted_as_far_as_it_goes_and_called_so(tmp_path):
    samples = 0.3 * np.sin(0.05 * np.arange(16_000 * 8))
    source = write_audio(Audio(samples.astype(np.float32), 16_000), tmp_path / "cut.flac")
    source.write_bytes(source.read_bytes()[: source.stat().st_size * 2 // 3])
    done = descant(source, tmp_path / "out.wav", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cut.flac" in done.stderr
    assert 1.0 <= open_audio(tmp_path / "out.wav").duration < 8.0


def test_what_is_left_out_of_a_score_is_said_in_one_line(tmp_path):
    book = tmp_path / "book.abc"
    head = "M:4/4\nL:1/4\nK:C\n"
    book.write_text(f"X:1\nT:One\n{head}CDEF|\n\nX:2\nT:Two\n{head}GABc|\n")
    done = descant("book.abc", "one.mid", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "descant: book.abc: has 2 tunes; the first is read\n"


def test_a_source_is_taken_as_something_else_first(tmp_path):
    (tmp_path / "tune.abc").write_text("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n")
    done = descant("tune.abc", "tune.flac", "--as", "notes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("tune.abc: Score -> ")
    assert "-> Notes -> " in done.stdout
    write_json(full_piece(), tmp_path / "song.json")
    done = descant("song.json", "song.csv", "--what", "meter", "--as", "beats", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "song.json: Beats -> bar-count -> Meter -> song.csv\n")


@pytest.mark.parametrize(
    ("out", "kind", "words"),
    [
        ("out.mid", "chords", "no chain of transforms leads from Chords to Notes"),
        ("out.mid", "songs", "nothing can be taken as 'songs'; choose from"),
        ("out.musicxml", "chords", "leads from Chords to Score"),
    ],
)
def test_what_a_source_cannot_be_taken_as(clicks, tmp_path, out, kind, words):
    done = descant(clicks, out, "--as", kind, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
