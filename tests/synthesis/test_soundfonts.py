"""SoundFonts are found, and what is none is refused by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from descant.errors import MissingDataError, UnreadableFileError
from descant.synthesis import soundfonts

TIM = next(path for path in soundfonts.installed() if path.name == soundfonts.ALWAYS)


def test_a_better_one_in_the_users_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "none"))
    assert soundfonts.installed() == (TIM,)
    better = tmp_path / "soundfonts" / "FluidR3_GM.sf2"
    better.parent.mkdir()
    better.write_bytes(TIM.read_bytes())
    assert soundfonts.installed() == (better, TIM)
    assert soundfonts.choose() == better
    assert soundfonts.choose(str(TIM)) == TIM


def test_a_font_in_two_folders_counts_once_and_the_users_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    for owner in ("user", "system"):
        folder = tmp_path / owner / "soundfonts"
        folder.mkdir(parents=True)
        for name in ("FluidR3_GM.sf2", "MuseScore_General.sf2"):
            (folder / name).touch()
    mine = tmp_path / "user" / "soundfonts"
    assert soundfonts.installed() == (mine / "FluidR3_GM.sf2", TIM, mine / "MuseScore_General.sf2")


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_its_folders(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert soundfonts.choose().suffix == ".sf2"


def test_the_packaged_one_is_found_without_importing_its_package() -> None:
    code = "import sys, descant.synthesis.soundfonts as s; s.installed(); print('pretty_midi' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "empty"),
        (b"\x89PNG" + bytes(100), "not a SoundFont"),
        (b"RIFF\x04\x00\x00\x00WAVE", "not a SoundFont"),
        (TIM.read_bytes()[:100_000], "cut off"),
    ],
)
def test_what_is_no_soundfont_is_refused(tmp_path: Path, data: bytes, match: str) -> None:
    path = tmp_path / "font.sf2"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match=match):
        soundfonts.read(path)


def test_a_missing_soundfont_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no such file"):
        soundfonts.choose(str(tmp_path / "absent.sf2"))


def test_a_font_that_training_names_is_found_or_said_where_to_get(monkeypatch: pytest.MonkeyPatch) -> None:
    assert soundfonts.named("TimGM6mb").name == soundfonts.named("TimGM6mb.sf2").name == "TimGM6mb.sf2"
    monkeypatch.setattr(soundfonts, "installed", lambda: ())
    with pytest.raises(MissingDataError, match=r"sf_GMbank is not installed .*csound-soundfont"):
        soundfonts.named("sf_GMbank")
