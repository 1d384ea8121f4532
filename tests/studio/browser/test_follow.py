"""Following on the page: a score on the stand, a take that turns its pages, a microphone, and the score with marks."""

import re

import numpy as np
import pytest

from descant.io.save import save
from descant.studio.piece_about import READY
from descant.studio.work_listen import listen
from descant.synthesis.sampler import sampler
from descant.types import Notes
from tests.pieces import TIM
from tests.studio.browser.hands import drop, press_at_once, sideways
from tests.studio.browser.test_notation import add_score, long_score
from tests.studio.made_pieces import as_learnt
from tests.studio.served import threaded
from tests.studio.test_library_routes import TWINKLE

SLOW = 40_000  # ms
BARS = 16


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A studio, the id of a score in it, and a MIDI file and a recording of it."""
    home = tmp_path_factory.mktemp("stage")
    with threaded(home) as studio:
        score = long_score(BARS, title="A tune")
        notes = as_learnt(score)
        midi = save(notes, home / "take.mid")
        sound = save(sampler(notes, soundfont=TIM), home / "take.wav")
        yield studio, add_score(studio, score, home), midi, sound


@pytest.fixture
def stand(stage, open_page):
    page = open_page(stage[0], f"#/follow/{stage[1]}")
    page.wait_for_selector(".stand .notation-page svg")
    return page


def words(page, pattern):
    """Wait until the stand says so."""
    page.wait_for_function(
        "(pattern) => new RegExp(pattern).test(document.querySelector('.stand-words')?.textContent ?? '')",
        arg=pattern,
        timeout=SLOW,
    )


def test_a_score_is_chosen(stage, open_page, tmp_path):
    page = open_page(stage[0], "#/follow")
    assert page.locator(".piece-list b").first.text_content() == "A tune"
    path = save(long_score(2), tmp_path / "short.musicxml")
    drop(page, path)
    page.wait_for_selector(".stand .bar-field.current", timeout=SLOW)
    assert page.locator("h1").text_content() == "short.musicxml"


def test_a_take_is_followed_and_held_against_the_score(stand, stage):
    page = stand
    page.locator("input[aria-label='A recording of this score']").set_input_files(stage[2])
    page.wait_for_selector(".result:not([hidden])", timeout=SLOW)
    assert page.locator(".points b").text_content() in ("95", "96", "97", "98")
    assert page.locator(".result-summary").text_content() == "1 wrong note, 1 missed note, 1 late note"
    first = page.locator(".result-first b").all_text_contents()
    assert sorted(first) == ["Bar 3", "Bar 5", "Bar 7"]
    page.wait_for_selector(".notation:not([hidden]) svg >> text=practise 1")
    shown = page.locator(".notation:not([hidden])").get_attribute("aria-label")
    assert shown == "The marked score"
    page.keyboard.press("p")
    assert page.locator(".notation:not([hidden])").get_attribute("aria-label") == "The score"
    page.keyboard.press("n")
    page.wait_for_function("() => /Bar [357]$/.test(document.querySelector('.stand-where')?.textContent)")
    assert page.locator(".result-bars .weak, .result-bars .fair").count() == 3
    page.reload()  # what was found is still there
    page.wait_for_selector(".result:not([hidden])", timeout=SLOW)


def test_the_page_turns_with_a_recording(stand, stage, monkeypatch):
    page, (studio, _, _, sound) = stand, stage
    monkeypatch.setattr(studio.jobs, "_kinds", {**studio.jobs._kinds, "practice": "tests.studio.work:refuse"})
    take = studio.pieces.add("take.wav", sound, "sound")
    listen(studio.pieces, take, only=["loudness"])
    studio.pieces.change(take, state=READY)
    page.set_viewport_size({"width": 900, "height": 330})
    page.evaluate("(take) => { location.hash += `?take=${take}`; }", take)
    words(page, "not.*music")  # the refusal of what would hold it against the score
    page.keyboard.press("f")
    page.wait_for_selector(".stand.reading")
    page.locator(".notation-scroller").focus()
    page.keyboard.press("Home")
    at_bar(page, 1)
    page.keyboard.press("Space")
    at_bar(page, 2)  # it goes on by itself
    page.keyboard.press("Space")
    page.keyboard.press("End")
    at_bar(page, BARS)
    assert 28 <= seconds(page) <= 31  # two seconds a bar
    last = page.locator(".notation-scroller").evaluate("one => one.scrollTop")
    page.keyboard.press("Home")
    at_bar(page, 1)
    assert page.locator(".notation-scroller").evaluate("one => one.scrollTop") < last - 60


def at_bar(page, number):
    """Wait until a bar is marked; it is in sight then."""
    page.wait_for_function("(bar) => document.querySelector('.stand-where')?.textContent === `Bar ${bar}`", arg=number)
    assert page.evaluate(
        """() => {
            const bar = document.querySelector(".bar-field.current").getBoundingClientRect();
            const box = document.querySelector(".notation-scroller").getBoundingClientRect();
            return bar.top > box.top - 24 && bar.bottom < box.bottom + 24;
        }"""
    )


def seconds(page):
    """Where the recording is."""
    minutes, _, rest = page.locator(".transport-time").text_content().partition(" ")[0].partition(":")
    return 60 * int(minutes) + int(rest)


def test_the_stand_is_read_alone_large_and_by_a_foot_pedal(stand):
    page = stand
    page.set_viewport_size({"width": 900, "height": 330})
    page.keyboard.press("f")
    page.wait_for_selector(".stand.reading")
    box = page.locator(".stand").bounding_box()
    assert (box["width"], box["height"]) == (900, 330)
    large = page.get_by_role("button", name="Large type")
    if large.get_attribute("aria-pressed") == "false":
        page.keyboard.press("t")
    assert large.get_attribute("aria-pressed") == "true"
    top = "() => document.querySelector('.notation-scroller').scrollTop"
    assert page.evaluate(top) == 0
    page.keyboard.press("PageDown")
    page.wait_for_function(f"{top.replace('() =>', '() => 60 <')}")
    page.keyboard.press("PageUp")
    page.wait_for_function(f"{top.replace('() =>', '() => 1 >')}")
    page.keyboard.press("f")
    page.wait_for_selector(".stand:not(.reading)")


def test_a_take_of_another_piece_is_told(stand, stage, tmp_path):
    page = stand
    pitch = np.array([40, 90, 41, 88, 47, 84] * 6)
    onset = np.arange(36) * 0.31
    path = save(Notes(onset, onset + 0.2, pitch, np.full(36, 80)), tmp_path / "other.mid")
    page.locator("input[aria-label='A recording of this score']").set_input_files(path)
    words(page, "another piece|is it of")


def test_the_microphone_is_followed(stage, open_page, tmp_path, monkeypatch):
    """The microphone of the tests' browser hums Twinkle, twinkle, an octave lower."""
    studio = stage[0]
    monkeypatch.setattr(studio.jobs, "_kinds", {**studio.jobs._kinds, "listen": "tests.studio.work:refuse"})
    onset = np.arange(len(TWINKLE)) * 0.48
    hummed = Notes(onset, onset + 0.42, np.array(TWINKLE, dtype=int) - 12, np.full(len(TWINKLE), 80))
    piece = studio.pieces.add("twinkle.mid", save(hummed, tmp_path / "twinkle.mid"), "notes")
    listen(studio.pieces, piece)
    page = open_page(studio, f"#/follow/{piece}", permissions=["microphone"])
    page.wait_for_selector(".stand .notation-page svg", timeout=SLOW)
    page.keyboard.press("m")
    words(page, "Listening")
    page.wait_for_function("() => /^Bar [2-9]/.test(document.querySelector('.stand-where')?.textContent)", timeout=SLOW)
    assert page.locator(".level").evaluate("one => one.value") > 0
    page.keyboard.press("m")
    page.wait_for_function(
        "() => /take=/.test(location.hash) || /kept|no work/.test(document.body.textContent)", timeout=SLOW
    )
    takes = [one for one in studio.pieces.all() if one.name == "twinkle, played.flac"]
    assert len(takes) == 1


def test_a_microphone_that_gets_ready_is_asked_for_once(stage, open_page):
    page = open_page(stage[0], f"#/follow/{stage[1]}", permissions=["microphone"])
    page.wait_for_selector(".stand .notation-page svg")
    words(page, "Choose a recording")
    page.evaluate(
        """() => {
            const lend = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            window.streams = [];
            navigator.mediaDevices.getUserMedia = async (what) => {
                streams.push(await lend(what));
                return streams.at(-1);
            };
        }"""
    )
    sessions = []
    page.on("request", lambda one: one.url.endswith("/api/follow") and sessions.append(one.method))
    page.locator(".microphone").focus()
    press_at_once(page, "m", 2)
    words(page, "Listening")
    assert sessions == ["POST"]
    assert page.evaluate("document.activeElement.className") == "microphone"
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector(".welcome")
    assert page.evaluate("streams.flatMap((one) => one.getTracks()).map((one) => one.readyState)") == ["ended"]


@pytest.mark.parametrize("place", ["", "/score"])
def test_what_is_on_its_way_is_stopped_where_the_view_is_left(stage, open_page, place):
    page = open_page(stage[0], f"#/follow{place.replace('score', stage[1])}")
    page.wait_for_selector(".follow-choose, .stand .notation-page svg")
    page.route("**/api/pieces?name=*", lambda _: None)
    with page.expect_request("**/api/pieces?name=*"):
        drop(page, stage[2])
    with page.expect_event("requestfailed"):
        page.evaluate("location.hash = '#/library'")
    page.wait_for_selector(".library-head")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (3840, 2160)])
def test_the_stand_fits(stage, open_page, width, height):
    page = open_page(stage[0], f"#/follow/{stage[1]}", width=width, height=height)
    page.wait_for_selector(".stand .notation-page svg")
    assert sideways(page) <= 0
    if width < 640:  # large from the start; and whole pages are whole
        page.wait_for_selector("button[aria-pressed='true'] >> text=Large type")
        page.keyboard.press("t")
        page.wait_for_selector(".notation[data-fit='page']")
    fits = page.locator(".notation-scroller").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert fits
    page.evaluate("location.hash = '#/follow'")
    page.wait_for_selector(".follow-choose")
    assert sideways(page) <= 0
    assert re.match(r"#/follow$", page.evaluate("location.hash"))
