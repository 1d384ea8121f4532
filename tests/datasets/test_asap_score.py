"""The score of a performance: quarters, and the beats that both share."""

import numpy as np
import pytest

from descant.datasets import asap_score
from descant.errors import MissingDataError
from descant.io.midi import write_midi
from descant.types import Notes, TempoChange

WRITTEN = "".join(
    f"{at / 2}\t{at / 2}\t{'db,3/4,1' if at == 1 else 'db' if at % 3 == 1 else 'b'}\n" for at in range(10)
)
TABLE = (
    "composer,title,midi_score,midi_performance,performance_annotations\n"
    "A,B,midi_score.mid,One.mid,One_annotations.txt\n"
)


@pytest.fixture
def folder(tmp_path):
    """Quarters at 120 a minute, the second one an eighth with a grace note before it."""
    onset, length = np.array([0.0, 0.499, 0.5, 1.0]), np.array([0.499, 0.002, 0.249, 0.999])
    written = Notes(onset, onset + length, [60, 61, 62, 64], [80] * 4, tempos=(TempoChange(0.0, 120.0),))
    write_midi(written, tmp_path / "midi_score.mid")
    write_midi(Notes([1.0], [2.0], [60], [80]), tmp_path / "One.mid")
    (tmp_path / "midi_score_annotations.txt").write_text(WRITTEN)
    (tmp_path / "One_annotations.txt").write_text(
        "\n".join(f"{at + 1}.0\t0\t{line.split()[2]}" for at, line in enumerate(WRITTEN.splitlines()))
    )
    (tmp_path / "metadata.csv").write_text(TABLE)
    return tmp_path


def test_a_score_in_quarters(folder):
    score = asap_score.read_score("One", folder)
    assert score.onset.tolist() == [0, 1, 1, 2]
    assert score.pitch.tolist() == [60, 61, 62, 64]
    assert score.duration.tolist() == [1, 0, 0.5, 2]  # the grace note has none
    assert score.beats.tolist() == list(range(10))
    assert score.seconds.tolist() == list(range(1, 11))
    assert score.downbeats.tolist() == [1, 4, 7]
    assert (score.meter_at.tolist(), score.meters) == ([1], ((3, 4),))
    assert (score.key_at.tolist(), score.sharps) == ([1], (1,))


def test_beats_are_shared_until_their_labels_part():
    written = [(0.0, "b"), (0.5, "db"), (1.0, "b"), (1.0, "b"), (1.5, "db"), (2.0, "b")]
    played = [(3.0, "b"), (4.0, "db"), (5.0, "b"), (5.5, "b"), (6.0, "b"), (7.0, "b")]
    score, performance = asap_score.shared(written, played)
    assert score.tolist() == [0.0, 0.5, 1.0]  # a line that repeats the one before is passed over
    assert performance.tolist() == [3.0, 4.0, 5.0]


def test_a_performance_of_something_else_is_refused(folder):
    (folder / "One_annotations.txt").write_text("1.0\t1.0\tdb\n2.0\t2.0\tdb\n")
    with pytest.raises(MissingDataError, match=r"One_annotations\.txt: its beats are not those of its score"):
        asap_score.read_score("One", folder)
