"""Chords relative to the key, from files written here."""

import pytest

from descant.datasets.chord_sequences import billboard_sequences, pop909_sequences, when_in_rome_sequences
from descant.datasets.pop909 import song_ids
from descant.errors import MissingDataError
from descant.harmony.degree_chords import NAMES


def names(sequence):
    return [NAMES[chord] for chord in sequence.chords]


def test_pop909_is_read_in_its_key(tmp_path):
    labels = ["N", "F#:maj", "F#:maj/3", "C#:sus4(b7)", "Eb:min7/b7", "N", "B:maj6", "C:hdim7", "X", "C:hdim7", "F#:9"]
    for song in song_ids("valid"):
        own, study = tmp_path / "own" / "POP909" / song, tmp_path / "study" / "POP909" / song
        own.mkdir(parents=True)
        study.mkdir(parents=True)
        (own / "chord_midi.txt").write_text("".join(f"{at} {at + 1} {label}\n" for at, label in enumerate(labels)))
        (study / "analyzed_key.txt").write_text("Gb:maj\n" if song == "038" else "Gb:maj\nA:min\n")
    [song] = pop909_sequences("valid", tmp_path / "own", tmp_path / "study")
    assert song.id == "038"
    assert names(song) == ["I", "Vsus4", "vi7", "IV", "#ivø7", "I7"]


HUMDRUM = "\n".join(
    "\t".join(row)
    for row in [
        ("**harm", "**harte", "**kern"),
        ("*e:", "*e:", "*e:"),
        ("1r", "N", "1r"),
        ("1I", "E:min", "."),
        ("=2", "=2", "=2"),
        (".", ".", "8e"),
        ("1I", "E:min/b3", "."),
        ("1-VI", "C:maj(9)", "."),
        ("1V", "B:5(b7)", "."),
        ("*", "*", "*Ipiano"),
        ("*B-:", "*B-:", "*B-:"),
        ("1I", "B-:1", "."),
        ("1IV", "E-:maj13", "."),
        ("1IV", "E-:(b5,3)", "."),
        ("1i", "B-:min9/2", "."),
    ]
)


def test_billboard_is_read_in_the_key_that_holds(tmp_path):
    data = tmp_path / "Billboard" / "Data"
    data.mkdir(parents=True)
    for number in range(40):
        (data / f"Nobody_Song{number}_1970.varms.hum").write_text(HUMDRUM)
    found = {split: list(billboard_sequences(split, tmp_path)) for split in ("train", "valid", "test")}
    assert sum(map(len, found.values())) == 40
    assert all(len(found["train"]) > len(found[split]) > 0 for split in ("valid", "test"))
    assert names(found["test"][0]) == ["i", "bVI", "V5", "I5", "IVmaj7", "i7"]
    with pytest.raises(MissingDataError, match="train, valid, test"):
        next(billboard_sequences("all", tmp_path))


ANALYSIS = """\
Composer: Nobody
m1 C: I b3 I6
m2 V65/V b3 V
m3-4 = m1-2
m5 Ger65 b3 a: viio7
m6 i b2 Cad64 b3 V7[add9]
m7 VI b3 VI C: IV
m8 iiø65 b3 bII6
"""


def test_when_in_rome_is_read_in_the_local_key(tmp_path):
    for name in ("Songs/1", "Songs/2", "Textbooks/1"):
        (tmp_path / "Corpus" / name).mkdir(parents=True)
        (tmp_path / "Corpus" / name / "analysis.txt").write_text(ANALYSIS)
    [piece] = when_in_rome_sequences(lambda name: not name.endswith("2"), tmp_path)
    assert piece.id == "Songs/1"
    assert names(piece) == [
        *("I", "II7", "V", "I", "II7", "V", "bVI7"),
        *("viio7", "i", "V7", "bVI", "IV", "iiø7", "bII"),
    ]  # fmt: skip


def test_says_what_is_missing(tmp_path):
    (tmp_path / "Corpus").mkdir()
    with pytest.raises(MissingDataError, match="no analyses"):
        next(when_in_rome_sequences(lambda name: True, tmp_path))
    (tmp_path / "Billboard").mkdir()
    with pytest.raises(MissingDataError, match="no songs"):
        next(billboard_sequences("test", tmp_path))
    with pytest.raises(MissingDataError, match="pop909"):
        next(pop909_sequences("test", tmp_path / "none"))


@pytest.mark.parametrize("load", [pop909_sequences, billboard_sequences])
def test_the_real_sets_hold_what_songs_do(load):
    try:
        found = list(load("valid"))
    except MissingDataError as error:
        pytest.skip(str(error))
    heard = [name for piece in found for name in names(piece)]
    assert len(found) > 40
    assert sum(heard.count(name) for name in ("I", "IV", "V", "i", "vi")) > 0.3 * len(heard)
