"""A piece: immutable, estimates side by side, corrections above them, seconds to beats and back."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.types import Audio, Beats, Chords, Meter, Piece, Provenance, Tempo, TempoCandidate


def by(name):
    return Provenance(name, "1.0")


def beats(name="one", times=(1.0, 2.0, 4.0), position=(2, 1, 2)):
    return Beats(times, position, made_by=by(name))


def test_with_gives_a_new_piece_and_leaves_the_old_one():
    empty = Piece("a.wav", 10.0)
    full = empty.with_(beats())
    assert (empty.get(Beats), len(full.get(Beats))) == (None, 3)


def test_the_first_estimate_is_the_chosen_one_and_the_others_stay():
    first, second = beats("one"), beats("two")
    piece = Piece("a.wav", 10.0).with_(first).with_(second)
    assert piece.get(Beats) is first
    assert piece.get(Beats, by="two") is second
    assert piece.get(Beats, by="three") is None
    assert piece.get(Chords) is None


def test_the_same_transform_replaces_its_estimate_in_place():
    first, second, again = beats("one"), beats("two"), beats("one", (3.0, 4.0), (1, 1))
    piece = Piece("a.wav", 10.0).with_(first).with_(second).with_(again)
    assert piece.estimates == (again, second)


def test_equal_tempos_by_two_transforms_are_both_kept():
    one = Tempo((TempoCandidate(90.0),), by("one"))
    two = Tempo((TempoCandidate(90.0),), by("two"))
    assert Piece("a.wav", 1.0).with_(one).with_(two).estimates == (one, two)


def test_a_correction_hides_every_estimate_and_the_newest_wins():
    piece = Piece("a.wav", 10.0).with_(Meter("4/4", made_by=by("one")))
    corrected = piece.corrected(Meter("3/4")).corrected(Meter("6/8"))
    assert corrected.get(Meter).signature == "6/8"
    assert corrected.get(Meter, by="one").signature == "4/4"
    assert len(corrected.corrections) == 1
    assert corrected.estimates == piece.estimates


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Piece("a", -1.0), "a duration cannot be -1.0 s"),
        (lambda: Piece("a", float("nan")), "a duration cannot be nan s"),
        (lambda: Piece("a", 1.0, estimates=(beats(), beats())), "one estimate of a type from each transform"),
        (lambda: Piece("a", 1.0, corrections=(beats(), beats("two"))), "one correction of a type"),
        (lambda: Piece("a", 1.0).with_(Audio([0.0], 44_100)), "does not hold Audio"),
        (lambda: Piece("a", 1.0).corrected("4/4"), "does not hold str"),
        (lambda: Piece("a", 1.0).get("beets"), "a piece has no field 'beets'; choose from tempo, meter, beats"),
        (lambda: Piece("a", 1.0).get(Audio), "a piece does not hold Audio"),
        (lambda: Piece("a", 1.0).get(None), "a piece does not hold None"),
    ],
)
def test_refuses_and_says_why(make, words):
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert words in str(caught.value)


def test_seconds_and_beats_by_hand():
    piece = Piece("a.wav", 10.0).with_(beats())
    assert [piece.beat_at(at) for at in (0.5, 1.0, 1.5, 3.0, 4.0, 6.0)] == [-0.5, 0.0, 0.5, 1.5, 2.0, 3.0]
    assert [piece.seconds_at(at) for at in (-0.5, 0.0, 0.5, 1.5, 2.0, 3.0)] == [0.5, 1.0, 1.5, 3.0, 4.0, 6.0]


def test_measures_count_from_the_first_downbeat():
    piece = Piece("a.wav", 10.0).with_(Beats([1.0, 2.0, 3.0, 4.0], [2, 1, 2, 1]))
    assert [piece.measure_at(at) for at in (0.0, 1.9, 2.0, 3.9, 4.0, 99.0)] == [0, 0, 1, 1, 2, 2]


def test_without_beats_there_are_no_maps():
    for piece in (Piece("a", 1.0), Piece("a", 1.0).with_(Beats([1.0], [0]))):
        assert (piece.beat_at(0.5), piece.seconds_at(0.5), piece.measure_at(0.5)) == (None, None, None)


def test_a_field_is_found_by_its_type_or_its_name():
    piece = Piece("a.wav", 10.0).with_(beats("one")).with_(beats("two"))
    assert piece.get("beats") is piece.get(Beats)
    assert piece.get("beats", by="two") is piece.get(Beats, by="two")
    assert piece.get("chords") is None


def test_a_piece_prints_in_one_line_what_it_holds():
    piece = Piece("a song.wav", 10.0).with_(beats()).with_(beats("two")).corrected(Meter("3/4"))
    assert repr(piece) == "<Piece 'a song.wav', 10.00 s: meter, beats>"
    assert repr(Piece("", 0.0)) == "<Piece '', 0.00 s: nothing>"


def test_tags_and_parameters_are_copies_that_nobody_changes():
    tags, parameters = {"title": "A"}, {"size": 3}
    piece, maker = Piece("a", 1.0, tags), Provenance("one", "1.0", parameters)
    tags["title"], parameters["size"] = "B", 4
    assert (piece.tags, maker.parameters) == ({"title": "A"}, {"size": 3})
    assert maker == Provenance("one", "1.0", {"size": 3}) != Provenance("one", "1.0", {"size": 4})
    for mapping in (piece.tags, maker.parameters):
        with pytest.raises(TypeError):
            mapping["title"] = "C"
        assert mapping is not copy.deepcopy(mapping) == mapping
    assert repr(maker.parameters) == "{'size': 3}"
    assert json.dumps(dict(piece.tags)) == '{"title": "A"}'


def test_a_piece_travels_between_processes():
    piece = Piece("a", 10.0, {"title": "A"}).with_(Beats([1.0], [1], made_by=Provenance("one", "1.0", {"size": 3})))
    back = pickle.loads(pickle.dumps(piece))
    assert (back.tags, back.get(Beats).made_by) == (piece.tags, piece.get(Beats).made_by)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=20, unique=True), st.floats(-100.0, 200.0))
def test_seconds_at_is_the_inverse_of_beat_at(milliseconds, at):
    piece = Piece("a", 1.0).with_(Beats(sorted(one / 1000 for one in milliseconds), [0] * len(milliseconds)))
    assert piece.seconds_at(piece.beat_at(at)) == pytest.approx(at, abs=1e-6)


def barred(signature, times, position):
    return Piece("a.wav", 20.0).with_(Beats(times, position)).with_(Meter(signature))


def test_quarters_by_hand():
    waltz = barred("3/4", [1.0, 1.5, 2.0, 3.0], [1, 2, 3, 1])
    assert [waltz.quarter_at(at) for at in (0.5, 1.0, 1.25, 2.5, 4.0)] == [-1.0, 0.0, 0.5, 2.5, 4.0]
    assert [waltz.seconds_at_quarter(at) for at in (-1.0, 0.0, 0.5, 2.5, 4.0)] == [0.5, 1.0, 1.25, 2.5, 4.0]


@pytest.mark.parametrize(
    ("signature", "position", "quarters"),
    [
        ("4/4", [1, 2, 3, 4, 1, 2, 3, 4], 1.0),
        ("2/2", [1, 2, 1, 2, 1, 2, 1, 2], 2.0),
        ("6/8", [1, 2, 1, 2, 1, 2, 1, 2], 1.5),  # dotted quarters
        ("6/8", [1, 2, 3, 4, 5, 6, 1, 2], 0.5),  # eighths
        ("12/8", [1, 2, 3, 4, 1, 2, 3, 4], 1.5),
        ("3/8", [1, 2, 3, 1, 2, 3, 1, 2], 0.5),
        ("6/8", [0, 0, 0, 0, 0, 0, 0, 0], 1.5),  # nobody knows the bars: the metre's beat
        ("6/8", [4, 5, 6, 1, 2, 3, 4, 5], 0.5),  # no whole bar: what is counted
        ("6/8", [1, 2, 3, 4, 5, 6, 1, 2, 1, 2, 3, 4, 5, 6, 1], 0.5),  # but for one bar
        ("4/4", [1, 2, 3, 1, 2, 3, 4, 5], 1.0),  # beats that do not fit their metre
    ],
)
def test_how_many_quarters_a_beat_is(signature, position, quarters):
    piece = barred(signature, [float(at) for at in range(len(position))], position)
    assert piece.quarter_at(1.0) == quarters
    assert piece.seconds_at_quarter(3 * quarters) == 3.0


def test_places_in_measures_with_an_upbeat():
    piece = barred("3/4", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3, 1, 2, 3, 1, 2])
    for seconds, place in [
        (0.5, (0, -0.5)),
        (1.0, (0, 0.0)),
        (1.5, (0, 0.5)),
        (2.0, (1, 0.0)),
        (4.5, (1, 2.5)),
        (5.0, (2, 0.0)),
        (9.0, (2, 4.0)),  # there are no more beats: the last measure goes on
    ]:
        assert piece.place_at(seconds) == place
        assert piece.seconds_at_place(*place) == seconds
    assert piece.seconds_at_place(1) == 2.0


def test_places_in_dotted_beats_and_measures_of_other_lengths():
    piece = barred("6/8", [0.0, 1.0, 2.0, 2.5, 3.0, 4.0], [1, 2, 1, 2, 3, 1])
    assert [piece.place_at(at) for at in (0.0, 1.5, 2.0, 3.5, 4.0)] == [(1, 0), (1, 2.25), (2, 0), (2, 3.75), (3, 0)]
    assert piece.seconds_at_place(2, 3.75) == 3.5


def test_a_measure_that_is_not_there():
    piece = barred("4/4", [0.0, 1.0, 2.0], [4, 1, 2])
    for measure in (-1, 2):
        with pytest.raises(InvalidValueError, match=f"has measures 1 to 1, so none is {measure}"):
            piece.seconds_at_place(measure)


def test_without_a_metre_or_bars_there_are_no_quarters_and_places():
    without = Piece("a", 4.0).with_(Beats([0.0, 1.0], [1, 2]))
    unmeasured = without.with_(Meter(None))
    for piece in (Piece("a", 4.0).with_(Meter("4/4")), without, unmeasured):
        assert (piece.quarter_at(1.0), piece.seconds_at_quarter(1.0)) == (None, None)
        assert (piece.place_at(1.0), piece.seconds_at_place(1)) == (None, None)
    unbarred = barred("4/4", [0.0, 1.0], [0, 0])
    assert (unbarred.quarter_at(0.5), unbarred.place_at(0.5), unbarred.seconds_at_place(1)) == (0.5, None, None)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=20, unique=True), st.floats(-50.0, 50.0))
def test_places_are_the_inverse_of_seconds(milliseconds, at):
    times = sorted(one / 1000 for one in milliseconds)
    piece = barred("3/4", times, [one % 3 + 1 for one in range(1, len(times) + 1)])
    if piece.measure_at(at) is not None:
        assert piece.seconds_at_place(*piece.place_at(at)) == pytest.approx(at, abs=1e-6)
    assert piece.seconds_at_quarter(piece.quarter_at(at)) == pytest.approx(at, abs=1e-6)
