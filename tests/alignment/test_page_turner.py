"""Page turns by hand: before the last bar is over, back at a repeat, none while lost, no flapping."""

import numpy as np
import pytest

from descant.alignment.page_turner import SECONDS, PageBar, PageTurner, page_bars, stretches
from descant.errors import InvalidValueError
from descant.io.score.engrave import measure_pages, pages
from descant.io.score.unfolded import unfolded
from descant.types.alignment import ENDED, LOST, WAITING, Position
from tests.scores import full_score


def bars(*pages, length=4.0):
    """Bars of four quarters on these pages."""
    return [PageBar(at * length, (at + 1) * length, page) for at, page in enumerate(pages)]


def turns(turner, places, step=0.02, state="following"):
    """What is told of places at even steps of time, as (seconds, page)."""
    told = [turner.push(Position(at * step, float(place), 1.0, state)) for at, place in enumerate(places)]
    return [(one.time, one.page) for one in told if one is not None]


def steadily(start, stop, pace=2.0, step=0.02):
    return np.arange(start, stop, pace * step)


def test_stretches_by_hand():
    found = stretches(bars(1, 1, 2, 1, 2), share=0.25)
    assert [(one.start, one.end, one.page, one.point) for one in found] == [
        (0, 8, 1, 5),
        (8, 12, 2, 9),
        (12, 16, 1, 13),
        (16, 20, 2, 17),
    ]


@pytest.mark.parametrize(("pace", "share", "seconds"), [(2.0, 0.5, 0.3), (1.0, 0.5, 1.0), (3.0, 0.75, 0.0)])
def test_the_page_lies_open_in_its_last_bar(pace, share, seconds):
    turner = PageTurner(bars(1, 1, 1, 2, 2), share, seconds)
    assert turner.page == 1
    told = turns(turner, steadily(0, 20, pace))
    assert [page for _, page in told] == [2]
    assert (told[0][0] + seconds) * pace == pytest.approx(8 + 4 * share, abs=2 * pace * 0.02)
    assert turner.page == 2


def test_slowing_down_tells_the_turn_later():
    slowing = 11 * (1 - np.exp(-np.arange(0, 12, 0.02) / 3))
    told = turns(PageTurner(bars(1, 1, 1, 2), seconds=0.5), slowing)
    place = np.interp(told[0][0] + 0.5, np.arange(0, 12, 0.02), slowing)
    assert place == pytest.approx(10.0, abs=0.4)


def test_a_repeat_turns_back_and_forth():
    told = turns(PageTurner(bars(1, 1, 2, 2, 1, 1, 2, 3)), steadily(0, 32))
    assert [page for _, page in told] == [2, 1, 2, 3]
    assert [2 * (time + SECONDS) for time, _ in told] == pytest.approx([6, 14, 22, 26], abs=0.1)


def test_a_repeat_within_a_page_turns_nothing():
    assert turns(PageTurner(bars(1, 1, 1, 1)), steadily(0, 16)) == []


def test_bars_that_are_played_again_turn_back():
    places = np.concatenate([steadily(0, 7.8), steadily(2, 12)])
    told = turns(PageTurner(bars(1, 1, 2)), places)
    assert [page for _, page in told] == [2, 1, 2]


def test_a_jump_to_another_page_counts_when_it_lasts():
    pages = bars(*[1] * 4, *[2] * 4, *[3] * 4, *[4] * 4)
    places = np.concatenate([steadily(0, 8), steadily(50, 56)])
    told = turns(PageTurner(pages), places)
    assert [page for _, page in told] == [4]
    assert told[0][0] == pytest.approx(4.0 + 1.0, abs=0.05)
    blip = np.concatenate([steadily(0, 8), steadily(50, 51), steadily(9, 13)])
    assert turns(PageTurner(pages), blip) == []


def test_nothing_while_lost_and_again_when_found():
    turner = PageTurner(bars(1, 1, 2, 2, 3, 3))
    assert turns(turner, steadily(0, 4)) == []
    assert turns(turner, np.full(200, 20.0), state=LOST) == []
    assert turner.page == 1
    assert [page for _, page in turns(turner, steadily(9, 12))] == [2]


def test_a_trembling_position_does_not_flap():
    rng = np.random.default_rng(0)
    places = steadily(0, 24)
    trembling = places + rng.normal(0, 0.4, len(places))
    assert [page for _, page in turns(PageTurner(bars(1, 1, 2, 2, 3, 3)), trembling)] == [2, 3]


def test_a_fermata_after_the_turn_keeps_the_page():
    places = np.concatenate([steadily(0, 5.6), np.full(400, 5.6), steadily(5.6, 16)])
    assert [page for _, page in turns(PageTurner(bars(1, 1, 2, 2)), places)] == [2]


def test_waiting_and_ended():
    turner = PageTurner(bars(1, 2))
    assert turner.push(Position(0.0, 0.0, 0.0, WAITING)) is None
    assert turns(turner, np.full(50, 8.0), state=ENDED) == [(0.0, 2)]


@pytest.mark.parametrize(("numbers", "share"), [((), 0.5), ((1,), 1.5)])
def test_refuses(numbers, share):
    with pytest.raises(InvalidValueError, match="turned in bars"):
        PageTurner(bars(*numbers), share)


def test_a_repeat_over_two_printed_pages():
    played = unfolded(full_score())
    found = page_bars(played, [1, 1, 1, 2, 2])
    assert [(one.start, one.end, one.page) for one in found] == [
        (0, 1, 1), (1, 5, 1), (5, 9, 1), (9, 13, 1), (13, 17, 2), (17, 20, 2)
    ]  # fmt: skip
    assert measure_pages(pages(full_score())) == [1] * 5
