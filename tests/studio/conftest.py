"""What the tests of pieces share: a studio for a file of tests, and a short song in it."""

import pytest

from descant.io.midi import midi_bytes
from tests.pieces import short_piece
from tests.studio.piece_client import piece_client, sent


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with piece_client(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def song(here):
    return sent(here, "song.mid", midi_bytes(short_piece()))
