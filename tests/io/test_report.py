"""The page: complete, safe, small, and the same every time. (What it looks like was judged in a browser.)"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.io.report import Preview, report_html, write_report
from descant.io.report.chart import bars
from descant.io.report.data import MOST_PITCHES, timeline
from descant.io.report.words import chord_name, interval_above, key_name, number
from descant.io.times import clock
from descant.types import (
    Beats,
    Chords,
    Keys,
    Loudness,
    Meter,
    Notes,
    Part,
    Piece,
    PitchContour,
    Provenance,
    Sections,
    Tempo,
    TempoCandidate,
    Tuning,
)
from descant.types.annotations import HARTE

PREVIEW = Preview(np.array([[-100, 90], [-3, 4], [0, 0]], dtype=np.int8), b"\x00sound", "audio/mpeg")
NASTY = '</script><script>alert("1")</script><!-- & \' 🎵 $title ${data}.mp3'


def annotations() -> tuple:
    """Nine beats from an upbeat, in 4/4, with two chords in the second bar."""
    time = 0.5 + 0.5 * np.arange(9)
    sung = np.array([220.0, 220.0, 0.0, 330.0])
    return (
        Tempo((TempoCandidate(120.0, 0.8), TempoCandidate(60.0, 0.25)), Provenance("tempogram", "1.0", {"width": 8})),
        Meter("4/4", 0.9),
        Beats(time, [4, 1, 2, 3, 4, 1, 2, 3, 4], np.linspace(0.1, 0.9, 9)),
        Keys([0.0], [5.0], ["Bb major"], [0.7], overall="Bb major", overall_confidence=0.7),
        Chords([0.0, 1.0, 3.0, 4.0], [1.0, 3.0, 4.0, 5.0], ["N", "D:min7/b3", "G:7", "C"], [0.9, 0.8, 0.4, 1.0]),
        Sections([0.0, 3.0], [3.0, 5.0], ["A", "B"]),
        Notes([1.0, 1.5], [1.4, 1.5004], [60, 36], [80, 127], [0, 1], (Part("Piano"), Part("Kit", 0, True))),
        PitchContour([1.0, 1.01, 1.02, 1.03], sung, sung > 0, [0.5, 0.7, 0.1, 0.9]),
        Tuning(-3.26, 0.6),
        Loudness(-14.2, -0.8, 6.3),
    )


def piece(*estimates: object, file: str = "song.mp3", **more: object) -> Piece:
    return Piece(file, 5.0, estimates=estimates, **more)


def embedded(page: str) -> dict:
    """The data as a browser reads it."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def milliseconds(steps: list[int]) -> np.ndarray:
    return np.array(list(accumulate(steps))) / 1000


def test_no_network() -> None:
    page = report_html(piece(*annotations()), PREVIEW)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", re.sub(r"(?m)^\s*//.*| // .*$", "", page))
    assert "default-src 'none'" in page


def test_data_is_the_piece() -> None:
    song = piece(*annotations())
    data = embedded(report_html(song, PREVIEW))
    assert data["duration"] == 5000
    assert data["tuning"] == -3.3
    beats, notes = song.get(Beats), song.get(Notes)
    np.testing.assert_allclose(milliseconds(data["beats"]["start"]), beats.time, atol=5e-4)
    assert data["beats"]["position"] == beats.position.tolist()
    np.testing.assert_allclose(np.array(data["beats"]["sure"]) / 100, beats.confidence, atol=0.005)
    for field, kind in (("chords", Chords), ("keys", Keys), ("sections", Sections)):
        segments, lane = song.get(kind), data[field]
        np.testing.assert_allclose(milliseconds(lane["start"]), segments.start, atol=5e-4)
        np.testing.assert_allclose(
            milliseconds(lane["start"]) + np.array(lane["length"]) / 1000, segments.end, atol=5e-4
        )
        assert tuple(lane["labels"][at][0] for at in lane["label"]) == segments.label
    assert ["D:min7/b3", "Dm7/F"] in data["chords"]["labels"]
    np.testing.assert_allclose(milliseconds(data["notes"]["start"]), notes.onset, atol=5e-4)
    assert [data["notes"][name] for name in ("pitch", "velocity", "part")] == [[60, 36], [80, 127], [0, 1]]
    assert data["notes"]["parts"] == [["Piano", 0], ["Kit", 1]]
    # 220 Hz is A3, 5700 cents above MIDI 0; 330 Hz is 702 cents higher. Unvoiced frames break the line.
    assert data["pitch"]["step"] == pytest.approx(10)
    assert data["pitch"]["runs"] == [[1000, 60, 5700, 0], [1030, 90, 6402]]
    peaks = np.frombuffer(base64.b64decode(data["peaks"]["values"]), dtype=np.int8).reshape(-1, 2)
    np.testing.assert_array_equal(peaks, PREVIEW.peaks)


def test_sound_is_embedded_or_named() -> None:
    page = report_html(piece(), PREVIEW)
    assert base64.b64encode(b"\x00sound").decode() in page
    assert embedded(page)["sound"] == {"mime": "audio/mpeg", "url": "", "embedded": True}
    page = report_html(piece(), Preview(PREVIEW.peaks, source_url="../a%20b.flac"))
    assert embedded(page)["sound"] == {"mime": "", "url": "../a%20b.flac", "embedded": False}


@pytest.mark.parametrize("place", ["file", "tags", "warning", "section", "parameter", "url", "part"])
def test_nothing_said_about_a_file_can_run(place: str) -> None:
    made_by = Provenance("novelty", "1", {"x": NASTY if place == "parameter" else 1})
    song = Piece(
        NASTY if place == "file" else "song.mp3",
        5.0,
        {"title": NASTY, "artist": NASTY} if place == "tags" else {},
        (
            *annotations()[2:5],
            Sections([0.0], [5.0], [NASTY if place == "section" else "A"], made_by=made_by),
            Notes([0.0], [1.0], [60], [80], parts=(Part(NASTY if place == "part" else ""),)),
        ),
        warnings=(NASTY,) if place == "warning" else (),
    )
    page = report_html(song, Preview(PREVIEW.peaks, source_url=NASTY if place == "url" else ""))
    plain = report_html(piece(), PREVIEW)
    assert page.count("<script") == plain.count("<script")
    assert page.count("</script") == plain.count("</script")
    assert "<!--" not in page
    assert "alert(" not in page or html.escape("</script>") in page or "\\u003c/script" in page
    data = embedded(page)
    if place == "url":
        assert data["sound"]["url"] == NASTY
    if place == "section":
        assert data["sections"]["labels"] == [[NASTY, NASTY]]


def test_the_policy_admits_the_page_s_own_script_and_style() -> None:
    page = report_html(piece(*annotations()), PREVIEW)
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in page
    assert " style=" not in page  # the policy refuses style attributes


def test_line_separators_are_escaped() -> None:
    page = report_html(piece(file="a\u2028b\u2029c.mp3"), Preview(PREVIEW.peaks, source_url="a\u2028b"))
    assert "\u2028" not in page[page.index('id="data"') :]
    assert embedded(page)["sound"]["url"] == "a\u2028b"


def test_a_name_that_is_not_unicode() -> None:
    page = report_html(piece(file="caf\udce9.wav"), PREVIEW)
    page.encode("utf-8")


@pytest.mark.parametrize("left_out", range(10))
def test_any_annotation_may_be_missing(left_out: int) -> None:
    song = annotations()
    data = embedded(report_html(piece(*song[:left_out], *song[left_out + 1 :]), PREVIEW))
    field = {2: "beats", 3: "keys", 4: "chords", 5: "sections", 6: "notes", 7: "pitch", 8: "tuning"}.get(left_out)
    lanes = {"beats", "keys", "chords", "sections", "notes", "pitch", "tuning"}
    assert lanes - set(data) == ({field} if field else set())


def test_silence_has_no_lanes() -> None:
    song = piece(
        Beats([], []),
        Chords([], [], []),
        Keys([], [], []),
        Sections([], [], []),
        Notes([], [], [], []),
        PitchContour([0.0, 0.1], [0.0, 0.0], [False, False]),
        Tempo(()),
        Meter(None),
        Loudness(None, None, None),
        warnings=("silent: nothing above -80 dBFS",),
    )
    page = report_html(song, Preview(np.zeros((0, 2), dtype=np.int8)))
    assert set(embedded(page)) == {"duration", "title", "colours", "sound"}
    for words in ("No pulse", "None found", "No key", "Not measurable", "Silent: nothing above -80 dBFS."):
        assert words in page
    assert re.search(r'<section class="chart" id="chart" hidden', page)


def test_summary_and_provenance() -> None:
    tags = {"title": "Evening", "artist": "Somebody"}
    page = report_html(piece(*annotations(), tags=tags).corrected(Meter("3/4")), PREVIEW)
    for words in ("<h1>Evening</h1>", "Somebody", "song.mp3", "B♭ major", "120 bpm", "or 60 (0.25)", ">3/4<"):
        assert words in page
    for words in ("−14.2 LUFS", "true peak −0.8 dBTP", "A = 439.2 Hz", "−3.3 cents", "width = 8", "a person"):
        assert words in page
    assert "metre (not shown)" in page


def test_chart_by_bars() -> None:
    found = bars(piece(*annotations()))
    assert [bar.number for bar in found] == [1, 2]  # the upbeat holds no chord
    assert [(one.label, one.beats) for one in found[0].symbols] == [("D:min7/b3", 4)]
    assert [(one.label, one.beats) for one in found[1].symbols] == [("G:7", 2), ("C", 2)]
    assert [bar.section for bar in found] == [0, 1]
    assert (found[1].start, found[1].end) == (3.0, 5.0)
    page = report_html(piece(*annotations()), PREVIEW)
    assert '<b class="w2 unsure" title="G:7, confidence 0.40">G7</b>' in page


def test_chart_with_a_sounding_upbeat() -> None:
    song = piece(Beats([0.5, 1.0, 1.5], [2, 1, 2]), Chords([0.0], [2.0], ["C"]))
    assert [(bar.number, bar.end) for bar in bars(song)] == [(0, 1.0), (1, 2.0)]


def test_chart_without_bars_names_times() -> None:
    song = piece(Beats([0.5, 1.0], [0, 0]), Chords([0.0, 3.0], [3.0, 5.0], ["C", "F:maj7"]))
    assert bars(song) == []
    page = report_html(song, PREVIEW)
    assert re.search(r"<i>0:03</i><b[^>]*>Fmaj7</b>", page)


@pytest.mark.parametrize(
    ("harte", "name"),
    [
        ("C", "C"),
        ("D:min7/b3", "Dm7/F"),
        ("Bb:maj7/3", "B♭maj7/D"),
        ("F#:hdim7", "F♯ø7"),
        ("Ab:maj/5", "A♭/E♭"),
        ("E:maj/3", "E/G♯"),
        ("G:sus4(b7)", "G7sus4"),
        ("B:7/b7", "B7/A"),
        ("C:maj/9", "C/D"),
        ("Cb:min/b3", "C♭m/E♭♭"),
        ("A:(1,5)", "A5"),
        ("C:maj(9)/3", "Cadd9/E"),
        ("C:7(b9)", "C7(♭9)"),
        ("C/1", "C"),
        ("N", "N.C."),
        ("X", "?"),
    ],
)
def test_chord_names(harte: str, name: str) -> None:
    assert chord_name(harte) == name


@given(st.from_regex(HARTE, fullmatch=True))
def test_every_harte_label_has_a_name(label: str) -> None:
    assert chord_name(label).isprintable()


def test_words() -> None:
    assert interval_above("F#", "#5") == "C♯♯"
    assert key_name("F# minor") == "F♯ minor"
    assert [clock(0), clock(184.99), clock(3729)] == ["0:00", "3:04", "1:02:09"]
    assert [number(-0.04), number(120.0), number(-14.25, 1)] == ["0", "120", "−14.2"]


def test_outline() -> None:
    loud = Preview(np.array([[-0.5, 0.25], [-2.0, 1.0], [0.0, 0.1]]))
    values, step = loud.outline(2)
    np.testing.assert_array_equal(values, [[-127, 127], [0, 13]])
    assert step == 2 * loud.seconds_per_column
    with pytest.raises(InvalidValueError, match=r"\(columns, 2\)"):
        Preview(np.zeros(4))


def test_three_hours_stay_small() -> None:
    rng = np.random.default_rng(0)
    frames, count = 540_000, 100_000
    time = 0.02 * np.arange(frames)
    onset = np.sort(rng.uniform(0, 10_700, count))
    song = Piece(
        "long.flac",
        10_800.0,
        estimates=(
            Beats(0.5 * np.arange(1, 21_001), np.arange(21_000) % 4 + 1),
            Chords(np.arange(5_000) * 2.0, np.arange(1, 5_001) * 2.0, ["C", "G:7"] * 2_500),
            Notes(onset, onset + rng.uniform(0.05, 2, count), rng.integers(30, 90, count), rng.integers(1, 128, count)),
            PitchContour(time, 220 * 2 ** (np.sin(time) / 3), np.sin(time / 3) > -0.9),
        ),
    )
    page = report_html(song, Preview(rng.integers(-127, 127, (frames, 2)).astype(np.int8)))
    assert len(page) < 5_000_000
    runs = embedded(page)["pitch"]["runs"]
    assert sum(len(run) - 2 for run in runs) <= MOST_PITCHES


def test_a_contour_off_the_grid_keeps_its_times() -> None:
    time = np.array([0.0, 0.01, 0.02, 0.035, 0.045])
    data = timeline(piece(PitchContour(time, np.full(5, 440.0), np.ones(5, dtype=bool))), PREVIEW)
    assert [run[0] for run in data["pitch"]["runs"]] == [0, 35]


def test_the_same_bytes_every_time(tmp_path) -> None:
    first = write_report(piece(*annotations()), PREVIEW, tmp_path / "a 'b' 🎵.html")
    again = write_report(piece(*annotations()), PREVIEW, tmp_path / "again.html")
    assert first.read_bytes() == again.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".html"] == []
