"""Writes the pieces of docs/composition.md with their pages and sound: the first seed of each command, not chosen.

    python tools/pieces.py [FOLDER]

The tune is Beethoven's, of 1824, as docs/composition/joy.abc has it. All sound is synthesised on the SoundFont that
descant plays on, and written as Ogg Vorbis.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import soundfile
import soxr

FOLDER = Path(__file__).parent.parent / "docs" / "composition"
RATE = 32_000  # Hz
PIECES = {  # a command each, and its name
    "chorale": ("compose", "--bars", "8", "--key", "D minor"),
    "harmonised": ("harmonise", "joy.abc"),
    "accompanied": ("accompany", "joy.abc"),
}


def main(target: Path = FOLDER) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(FOLDER / "joy.abc", folder)
        for piece, command in PIECES.items():
            for ending in ("mid", "png", "wav"):
                out = folder / f"{piece}.{ending}"
                subprocess.run([sys.executable, "-m", "descant", *command, "-o", str(out)], cwd=folder, check=True)
            (target / f"{piece}.mid").write_bytes((folder / f"{piece}.mid").read_bytes())
            _page(folder / f"{piece}.png", target / f"{piece}.png")
            samples, rate = soundfile.read(folder / f"{piece}.wav", always_2d=True)
            soundfile.write(target / f"{piece}.ogg", soxr.resample(samples.mean(axis=1), rate, RATE), RATE)


def _page(source: Path, target: Path) -> None:
    """The page in shades of grey, without its empty part."""
    from PIL import Image, ImageOps

    page = Image.open(source).convert("L")
    left, top, right, bottom = ImageOps.invert(page).getbbox()
    page.crop((max(0, left - 20), max(0, top - 20), right + 20, bottom + 20)).quantize(16).save(target, optimize=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
