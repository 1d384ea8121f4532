"""Exports: with the corrections applied, and what is sent back is the same music."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
import soundfile

from descant.io.midi import midi_bytes
from descant.types import Chords, MeterChange, Notes, Part, TempoChange
from tests.studio.asked import error
from tests.studio.piece_client import sent, store_of

SAME_NOTES = ("json", "jams", "mid", "midi", "musicxml", "xml", "mxl", "abc")


def two_hands() -> Notes:
    """Four bars of C, A minor, F and G in quarters at 120, the bass in whole notes; it lies on the page's grid."""
    upper = (72, 76, 79, 76, 72, 69, 76, 72, 77, 72, 69, 72, 74, 71, 67, 71)
    middle = (64, 64, 67, 67, 64, 64, 60, 60, 65, 65, 60, 60, 62, 62, 65, 65)
    bass = (48, 45, 41, 43)
    onset = np.concatenate([np.arange(16) / 2, np.arange(16) / 2, np.arange(4) * 2.0])
    offset = onset + np.repeat([0.5, 0.5, 2.0], [16, 16, 4])
    part = np.repeat([0, 0, 1], [16, 16, 4])
    return Notes(
        onset,
        offset,
        np.array([*upper, *middle, *bass]),
        np.full(36, 80),
        part,
        (Part("Piano"), Part("Cello", 42)),
        tempos=(TempoChange(0.0, 120.0),),
        meters=(MeterChange(0.0, 4, 4),),
    )


def rows(notes: Notes) -> list[tuple[float, float, int]]:
    """Onset, offset and pitch of every note."""
    return sorted(
        (round(on, 2), round(off, 2), pitch)
        for on, off, pitch in zip(notes.onset.tolist(), notes.offset.tolist(), notes.pitch.tolist(), strict=True)
    )


@pytest.fixture(scope="module")
def song(here):
    """The piece, its first note corrected by the user to C sharp, its first two chords to one."""
    piece = sent(here, "My söng.mid", midi_bytes(two_hands()))
    whole = here.get(f"/api/pieces/{piece}").json()["piece"]
    notes = whole["notes"]
    assert notes[1]["pitch"] == 72
    notes[1]["pitch"] = 73
    here.put(f"/api/pieces/{piece}/corrections/notes", json={"notes": notes, "parts": whole["parts"]})
    chords = [{"start": 0, "end": 4, "label": "A:7/3"}, {"start": 4, "end": 8, "label": "F:maj"}]
    assert here.put(f"/api/pieces/{piece}/corrections/chords", json={"chords": chords}).status_code == 200
    return piece


def exported(here, piece, ending, **what):
    answer = here.get(f"/api/pieces/{piece}/export/{ending}", params=what)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("ending", SAME_NOTES)
def test_what_is_exported_and_sent_back_has_the_same_notes(here, song, ending):
    answer = exported(here, song, ending)
    again = sent(here, f"again.{ending}", answer.content)
    wanted = rows(store_of(here).piece(song).get(Notes))
    assert wanted != rows(two_hands())
    assert rows(store_of(here).piece(again).get(Notes)) == wanted


def test_a_table_of_notes_has_the_same_notes(here, song):
    answer = exported(here, song, "csv", what="notes")
    again = sent(here, "again.notes.csv", answer.content)
    assert rows(store_of(here).piece(again).get(Notes)) == rows(store_of(here).piece(song).get(Notes))


@pytest.mark.parametrize(
    ("ending", "name"), [("lab", "a.lab"), ("chords.lab", "a.lab"), ("csv", "a.chords.csv"), ("txt", "a.chords.txt")]
)
def test_tables_of_chords_have_the_corrected_ones(here, song, ending, name):
    again = sent(here, name, exported(here, song, ending, **({} if "." in ending else {"what": "chords"})).content)
    found = store_of(here).piece(again).get(Chords)
    assert found.label == ("A:7/3", "F:maj")
    assert found.start.tolist() == [0.0, 4.0]


def test_corrections_are_still_corrections_in_json(here, song):
    again = sent(here, "again.json", exported(here, song, "json").content)
    corrections = here.get(f"/api/pieces/{again}").json()["piece"]["corrections"]
    assert [chord["label"] for chord in corrections["chords"]] == ["A:7/3", "F:maj"]


@pytest.mark.parametrize("ending", ["cho", "musicxml"])
def test_the_page_bears_the_corrected_chords(here, song, ending):
    again = sent(here, f"again.{ending}", exported(here, song, ending).content)
    found = store_of(here).piece(again).get(Chords)
    assert found.label == ("A:7/3", "F:maj")
    assert found.start.tolist() == [0.0, 4.0]
    assert store_of(here).about(again).duration == pytest.approx(8.0)  # of a chord chart, too, which has no notes


def test_numerals_are_found_for_roman_text(here, song):
    text = exported(here, song, "rntxt").text
    assert "m1 C: " in text
    again = sent(here, "again.rntxt", text.encode())
    assert len(store_of(here).piece(again).get(Chords)) >= 3


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<svg"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_pages_are_pictures(here, song, ending, begins):
    assert exported(here, song, ending).content.startswith(begins)


def test_pictures_of_several_pages_come_in_one_archive(here):
    bars = "|".join(["C4 D4 E4 F4"] * 24)
    piece = sent(here, "long.abc", "\n".join(["X:1", "M:4/4", "L:1/16", "K:C", *[bars + "|"] * 8]).encode())
    answer = exported(here, piece, "png")
    assert answer.headers["content-type"] == "application/zip"
    assert "long.png.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        assert names == [f"{at + 1}.png" for at in range(len(names))]
        assert len(names) > 1
        assert archive.read("2.png").startswith(b"\x89PNG")


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3"])
def test_sound_is_the_corrected_notes_and_is_called_synthesised(here, song, ending):
    answer = exported(here, song, ending)
    assert answer.headers["x-synthesised"] == "1"
    assert "synthesised" in answer.headers["content-disposition"]
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert len(samples) / rate > 8.0
    power = np.abs(np.fft.rfft(samples[: rate // 2].mean(axis=1) * np.hanning(rate // 2), rate))
    sharp, beside = (power[round(440 * 2 ** ((pitch - 69) / 12)) - 4 :][:9].max() for pitch in (73, 73.5))
    assert sharp > 5 * beside  # C sharp, which nothing else in that half second has as a partial
    again = here.post("/api/pieces", params={"name": f"again.{ending}"}, content=answer.content)
    assert again.json()["kind"] == "sound"


def test_a_file_bears_the_pieces_name_safely(here):
    piece = sent(here, 'a";\u00e9 <b>.lab', b"0 1 C:maj\n")
    disposition = exported(here, piece, "lab").headers["content-disposition"]
    assert disposition == "attachment; filename*=utf-8''a%22%3B%C3%A9%20%3Cb%3E.lab"


@pytest.mark.parametrize(
    ("ending", "what", "status", "words"),
    [
        ("xyz", {}, 415, "is not a format"),
        ("csv", {}, 422, "say which with ?what="),
        ("lab", {"what": "notes"}, 415, "not notes"),
        ("lab", {"what": "sections"}, 422, "holds no Sections"),
        ("mid", {"what": "mood"}, 422, "what"),
    ],
)
def test_what_cannot_be_exported_is_told(here, song, ending, what, status, words):
    assert words in error(here.get(f"/api/pieces/{song}/export/{ending}", params=what), status)


@pytest.mark.parametrize("ending", ["mid", "musicxml", "wav"])
def test_a_piece_without_notes_says_so(here, ending):
    piece = sent(here, "only.lab", b"0 1 C:maj\n")
    assert "has no notes" in error(here.get(f"/api/pieces/{piece}/export/{ending}"), 422)


def test_corrected_beats_become_the_tempo_map_of_midi(here):
    piece = sent(here, "slow.mid", midi_bytes(two_hands()))
    beats = [{"time": at * 0.25, "position": at % 4 + 1} for at in range(33)]
    here.put(f"/api/pieces/{piece}/corrections/beats", json={"beats": beats})
    again = sent(here, "again.mid", exported(here, piece, "mid").content)
    notes = store_of(here).piece(again).get(Notes)
    assert notes.tempos[0].bpm == pytest.approx(240, abs=0.1)
    assert rows(notes) == rows(two_hands())
