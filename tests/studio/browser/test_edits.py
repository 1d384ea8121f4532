"""Changes to beats, spans and notes, and names of chords and keys, as the page makes them."""

import pytest

from descant.io.report.words import chord_name


@pytest.fixture(scope="module")
def blank(chromium, tmp_path_factory):
    """A page of a studio, and nothing in it."""
    from tests.studio.served import threaded

    with threaded(tmp_path_factory.mktemp("edits")) as studio:
        page = chromium.new_context().new_page()
        page.goto(f"http://127.0.0.1:{studio.settings.port}/?token={studio.settings.token}")
        yield page
        page.context.close()


def call(page, module, name, *arguments):
    return page.evaluate(
        "async ([module, name, given]) => (await import(`/page/js/edit/${module}.js`))[name](...given)",
        [module, name, list(arguments)],
    )


@pytest.mark.parametrize(
    ("text", "label", "shown"),
    [
        ("Dm7", "D:min7", "Dm7"),
        ("F#m7b5", "F#:hdim7", "F♯ø7"),
        ("Bb/D", "Bb:maj/3", "B♭/D"),
        ("g7sus4", "G:sus4(b7)", "G7sus4"),
        ("D:min7/b3", "D:min7/b3", "Dm7/F"),
        ("E♭ø7", "Eb:hdim7", "E♭ø7"),
        ("A+", "A:aug", "A+"),
        ("Cadd9", "C:maj(9)", "Cadd9"),
        ("n.c.", "N", "N.C."),
    ],
)
def test_chords_are_read_as_people_write_them(blank, text, label, shown):
    assert call(blank, "chord_names", "readChord", text) == label
    assert call(blank, "chord_names", "chordName", label) == chord_name(label) == shown


@pytest.mark.parametrize("text", ["", "H7", "hello", "C/", "C:foo bar", "<b>"])
def test_what_is_no_chord_is_refused(blank, text):
    assert call(blank, "chord_names", "readChord", text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Dm", "D minor"),
        ("bb", "Bb minor"),
        ("F# minor", "F# minor"),
        ("E flat", "Eb major"),
        ("C dur", "C major"),
        ("x", None),
    ],
)
def test_keys_are_read_as_people_write_them(blank, text, key):
    assert call(blank, "chord_names", "readKey", text) == key


@pytest.mark.parametrize(
    ("text", "pitch"), [("C4", 60), ("f#3", 54), ("Bb-1", 10), ("127", 127), ("128", None), ("H4", None)]
)
def test_pitches_are_read_as_people_write_them(blank, text, pitch):
    assert call(blank, "chord_names", "readPitch", text) == pitch


def beats(*positions):
    return [{"time": float(i), "position": position, "confidence": 0.5} for i, position in enumerate(positions)]


def positions(result):
    return [row["position"] for row in result["rows"]]


def test_a_beat_stays_between_its_neighbours(blank):
    rows = beats(1, 2, 3)
    moved = call(blank, "beats", "moveBeat", rows, 1, 1.4, 9)
    assert [row["time"] for row in moved["rows"]] == [0, 1.4, 2]
    assert [row["confidence"] for row in moved["rows"]] == [0.5, 1, 0.5]
    assert call(blank, "beats", "moveBeat", rows, 1, 7, 9)["rows"][1]["time"] == pytest.approx(1.97)
    assert call(blank, "beats", "moveBeat", rows, 2, 99, 9)["rows"][2]["time"] == 9


def test_a_bar_is_counted_anew_where_a_beat_comes_or_goes(blank):
    rows = beats(1, 2, 3, 1, 2, 3)
    added = call(blank, "beats", "insertBeat", rows, 1.5)
    assert (added["at"], positions(added)) == (2, [1, 2, 3, 4, 1, 2, 3])
    assert call(blank, "beats", "insertBeat", rows, 1.01) is None
    assert positions(call(blank, "beats", "removeBeat", rows, 1)) == [1, 2, 1, 2, 3]
    assert positions(call(blank, "beats", "removeBeat", rows, 3)) == [1, 2, 3, 1, 2]


def test_a_downbeat_is_set_for_what_follows_and_taken_back(blank):
    rows = beats(1, 2, 3, 4, 1, 2, 3, 4)
    assert positions(call(blank, "beats", "setDownbeat", rows, 2, 4)) == [1, 2, 1, 2, 3, 4, 1, 2]
    assert positions(call(blank, "beats", "setDownbeat", rows, 4, 4)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert positions(call(blank, "beats", "setDownbeat", beats(0, 0, 0, 0, 0), 2, 3)) == [2, 3, 1, 2, 3]
    assert call(blank, "beats", "beatsPerBar", beats(1, 2, 3, 1, 2, 3, 1)) == 3


def spans(*times):
    return [{"start": start, "end": end, "label": label, "confidence": 0.5} for start, end, label in times]


def plain(result):
    return [(row["start"], row["end"], row["label"]) for row in result["rows"]]


def test_a_border_moves_for_both_that_share_it(blank):
    rows = spans((0, 2, "A"), (2, 4, "B"), (5, 6, "C"))
    assert plain(call(blank, "spans", "moveBorder", rows, 1, "start", 1.5, 9)) == [
        (0, 1.5, "A"),
        (1.5, 4, "B"),
        (5, 6, "C"),
    ]
    assert plain(call(blank, "spans", "moveBorder", rows, 1, "end", 7, 9))[1] == (2, 5, "B")  # there C begins
    assert plain(call(blank, "spans", "moveBorder", rows, 1, "start", -3, 9))[0] == (0, 0.05, "A")
    assert plain(call(blank, "spans", "moveBorder", rows, 2, "end", 99, 9))[2] == (5, 9, "C")


def test_spans_are_split_joined_and_added(blank):
    rows = spans((0, 2, "A"), (2, 4, "B"), (5, 6, "C"))
    assert plain(call(blank, "spans", "split", rows, 0, 1))[:2] == [(0, 1, "A"), (1, 2, "A")]
    assert call(blank, "spans", "split", rows, 0, 0.01) is None
    assert plain(call(blank, "spans", "removeSpan", rows, 1)) == [(0, 4, "A"), (5, 6, "C")]
    assert plain(call(blank, "spans", "removeSpan", rows, 0)) == [(0, 4, "B"), (5, 6, "C")]
    assert plain(call(blank, "spans", "addSpan", rows, 3, 9, "D"))[2] == (4, 5, "D")
    assert call(blank, "spans", "addSpan", rows, 0, 2, "D") is None


def test_notes_stay_in_order_and_within_the_piece(blank):
    rows = [{"onset": float(i), "offset": i + 0.5, "pitch": 60 + i, "velocity": 80, "part": 0} for i in range(4)]
    moved = call(blank, "notes", "moveNote", rows, 0, 2.2, 12, 10)
    assert moved["at"] == 2
    assert [row["onset"] for row in moved["rows"]] == [1, 2, 2.2, 3]
    assert (moved["rows"][2]["pitch"], moved["rows"][2]["offset"]) == (72, 2.7)
    assert call(blank, "notes", "moveNote", rows, 3, 99, 99, 10)["rows"][3] | {"confidence": 1} == {
        "onset": 9.5, "offset": 10, "pitch": 127, "velocity": 80, "part": 0, "confidence": 1,
    }  # fmt: skip
    assert call(blank, "notes", "addNote", rows, {"onset": 1.5, "offset": 1.5, "pitch": 40})["at"] == 2
    assert call(blank, "notes", "removeNote", rows, 3) == {"rows": rows[:3], "at": 2}


def test_bars_are_counted_without_the_upbeat(blank):
    counted = """([numbers, first, last]) => import("/page/js/notation/times.js")
        .then(({ counted }) => counted(numbers.map((number) => ({ number })), first, last))"""
    for numbers, first, last, bars in (
        ("123", 0, 0, "1"),
        ("123", 1, 2, "2-3"),
        ("0123", 1, 3, "1-3"),
        ("0123", 0, 2, "1-2"),
        ("0123", 0, 1, "1"),
        ("0123", 0, 0, "0"),  # refused in words: an upbeat is left as it is
    ):
        assert blank.evaluate(counted, [list(numbers), first, last]) == bars
