"""When in Rome: a score and an analysis written here, their bars, ties, transposition and keys."""

import sys
import zipfile

import numpy as np
import pytest

from descant.datasets import when_in_rome
from descant.datasets.musicxml_notes import read_musicxml
from descant.errors import MissingDataError, UnreadableFileError


def note(step, octave, duration, *extra, alter=0, staff=1):
    tags = "".join(f"<{tag}/>" for tag in extra if tag in ("chord", "grace", "cue"))
    ties = "".join(f'<tie type="{tie}"/>' for tie in extra if tie in ("start", "stop"))
    length = "" if "grace" in extra else f"<duration>{duration}</duration>"
    return (
        f"<note>{tags}<pitch><step>{step}</step><alter>{alter}</alter><octave>{octave}</octave></pitch>"
        f"{length}{ties}<staff>{staff}</staff></note>"
    )


def score(*parts):
    body = "".join(f'<part id="P{number}">{part}</part>' for number, part in enumerate(parts))
    return f"<score-partwise><part-list/>{body}</score-partwise>".encode()


def measure(number, *content):
    return f'<measure number="{number}">{"".join(content)}</measure>'


ATTRIBUTES = "<attributes><divisions>2</divisions><time><beats>3</beats><beat-type>4</beat-type></time>{}</attributes>"
PIANO = (
    measure(0, ATTRIBUTES.format(""), note("G", 4, 2))
    + measure(
        1,
        note("C", 5, 4),
        note("E", 5, 4, "chord"),
        note("D", 5, 1, "grace"),
        note("D", 5, 2, "start"),
        "<backup><duration>6</duration></backup>",
        note("C", 3, 6, staff=2),
    )
    + measure(2, note("D", 5, 2, "stop"), note("B", 4, 2), note("C", 5, 2))
    + measure(3, note("A", 4, 6))
)
HORN = (  # sounds a fifth lower
    measure(
        0,
        ATTRIBUTES.format("<transpose><chromatic>-7</chromatic></transpose>"),
        "<note><rest/><duration>2</duration></note>",
    )
    + measure(1, note("C", 5, 6))
    + measure(2, note("D", 5, 6))
    + measure(3, note("E", 5, 6))
)
ANALYSIS = "Analyst: Somebody\n\nm0 b3 C: V\nm1 I b3 V\nm2 b2 V6 b3 a: VII6\nm3 i\n"


def write_mxl(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", '<c><rootfiles><rootfile full-path="s.xml"/></rootfiles></c>')
        archive.writestr("s.xml", text)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "Corpus" / "Songs" / "Nobody" / "1"
    write_mxl(place / "score.mxl", score(PIANO, HORN))
    (place / "analysis.txt").write_text(ANALYSIS)
    return tmp_path


def test_reads_notes_bars_and_keys(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "music21", None)  # what is in it must not be needed
    [piece] = when_in_rome.pieces(folder)
    assert (piece.id, piece.analyst, piece.trainable) == ("Songs/Nobody/1", "Somebody", True)
    found = piece.score
    rows = sorted(zip(found.part, found.onset, found.duration, found.pitch, strict=True))
    assert rows == [
        (0, 0.0, 1.0, 67), (0, 1.0, 2.0, 72), (0, 1.0, 2.0, 76), (0, 3.0, 2.0, 74),  # tied over the bar line
        (0, 5.0, 1.0, 71), (0, 6.0, 1.0, 72), (0, 7.0, 3.0, 69),
        (1, 1.0, 3.0, 48),
        (2, 1.0, 3.0, 65), (2, 4.0, 3.0, 67), (2, 7.0, 3.0, 69),
    ]  # fmt: skip
    assert found.beats.tolist() == list(range(10))
    assert found.downbeats.tolist() == [1, 4, 7]
    assert found.positions[:5].tolist() == [3, 1, 2, 3, 1]
    assert piece.key == ("C major", "A minor")
    assert piece.key_start.tolist() == [0.0, 6.0]


def test_dcml_analyses_do_not_train(folder):
    path = next(folder.rglob("analysis.txt"))
    path.write_text(ANALYSIS.replace("Somebody", "DCML members. Licence CC-BY-NC-SA."))
    [piece] = when_in_rome.pieces(folder)
    assert not piece.trainable


def test_a_score_that_does_not_fit_is_left_out(folder):
    path = next(folder.rglob("analysis.txt"))
    path.write_text(ANALYSIS.replace("C:", "F#:").replace("a:", "c#:"))
    assert list(when_in_rome.pieces(folder)) == []
    path.write_text(ANALYSIS.replace("m3", "m30"))
    assert list(when_in_rome.pieces(folder)) == []
    path.write_text(ANALYSIS)
    next(folder.rglob("score.mxl")).write_bytes(b"not a score")
    assert list(when_in_rome.pieces(folder)) == []


def test_a_divided_measure_is_one_bar(tmp_path):
    first = measure(1, ATTRIBUTES.format(""), note("C", 4, 6))
    rest = measure(2, note("D", 4, 4)) + measure("X1", note("E", 4, 2)) + measure(3, note("F", 4, 6))
    (tmp_path / "a.musicxml").write_bytes(score(first + rest))
    found, measures = read_musicxml(tmp_path / "a.musicxml", "a")
    assert found.downbeats.tolist() == [0, 3, 6]
    assert found.beats.tolist() == list(range(9))
    assert [one.upbeat for one in measures] == [False, False, True, False]
    (tmp_path / "b.musicxml").write_bytes(b"<score-timewise/>")
    with pytest.raises(UnreadableFileError, match="not a MusicXML score"):
        read_musicxml(tmp_path / "b.musicxml", "b")


def test_says_what_is_missing(tmp_path):
    (tmp_path / "Corpus").mkdir()
    with pytest.raises(MissingDataError, match="no analyses"):
        next(when_in_rome.pieces(tmp_path))


def test_keys_of_the_real_set_fit_where_they_stand():
    try:
        found = [piece for piece, _ in zip(when_in_rome.pieces(), range(12), strict=False)]
    except MissingDataError as error:
        pytest.skip(str(error))
    moved = {
        shift: np.mean([when_in_rome.agreement(one.score, one.key_start + shift, one.key) for one in found])
        for shift in (-2, 0, 2)
    }
    assert moved[0] > max(moved[-2], moved[2])
