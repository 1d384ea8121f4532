"""The client that docs/studio.md shows works as it stands."""

import os
import re
import subprocess
import sys

from descant.io.midi import read_midi, write_midi
from tests.pieces import short_piece
from tests.studio.served import REPOSITORY, Served

PAGE = (REPOSITORY / "docs" / "studio.md").read_text(encoding="utf-8")


def test_the_client_works(tmp_path):
    (client,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    write_midi(short_piece(), tmp_path / "tune.mid")
    with Served(tmp_path) as served:
        environment = {**os.environ, "STUDIO": served.url, "TOKEN": served.token}
        code = client.replace("song.mp3", "tune.mid")
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "C major\n"
    assert sorted(read_midi(tmp_path / "song.mid").pitch) == sorted(short_piece().pitch)
    assert (tmp_path / "song.lab").read_text().split() == ["0.000000", "2.000000", "C:maj"]


def test_what_it_says_of_starting_is_so():
    from typer.main import get_command

    from descant.cli.main import app

    options = {name for one in get_command(app).commands["studio"].params for name in (*one.opts, *one.secondary_opts)}
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", PAGE)) - {"--data-binary", "--data-urlencode"} <= options
