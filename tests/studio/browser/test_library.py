"""The library's page: searched by words, notes, a keyboard, a hum and a clip; heard at once; indexed and empty."""

import pytest

from descant.io.audio import write_audio
from descant.library.indexing import Indexing
from descant.library.item import TAGS
from descant.library.store import open_library
from tests.library.sounds import cut, music, noisy
from tests.studio.browser.hands import AT_THE_START, drop, focused, in_force, sideways
from tests.studio.browser.test_start import HOSTILE
from tests.studio.test_library_routes import BOOK

FOUND = ".found .title"


def first(page, title):
    """Wait until it is the first that is found."""
    page.locator(f"{FOUND} >> nth=0").get_by_text(title, exact=True).wait_for()


def test_words_typed_notes_and_a_reload(filled, open_page):
    page = open_page(filled, "#/library")
    page.get_by_text("12 pieces").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("a recording kind:audio")
    page.keyboard.press("Enter")
    first(page, "A recording")
    page.locator(".why[title^='Ahead of']").first.wait_for()
    assert "words=a+recording" in page.url
    page.reload()
    first(page, "A recording")
    page.keyboard.press("/")
    page.keyboard.type("C C G G A A G")
    first(page, "Star")
    page.get_by_text("Read as notes.").wait_for()
    page.locator(".why").first.get_by_text("notes 1-7 of the melody").wait_for()
    page.get_by_role("button", name="Search for these words instead").click()
    page.get_by_text("Read as notes.").wait_for(state="hidden")
    page.go_back()
    first(page, "A recording")
    page.get_by_role("button", name="Clear the search").click()
    page.get_by_text("12 pieces").wait_for()


def test_of_a_book_the_tune_that_was_found_is_heard_and_opened(studio, tmp_path, open_page):
    (tmp_path / "book.abc").write_text(BOOK)
    with open_library(studio.settings.library, write=True) as library:
        Indexing(library, [tmp_path], TAGS).run(1)
    page = open_page(studio, "#/library?notes=C+C+G+G+A+A+G+F+F")
    first(page, "Star <b>")
    page.locator(".about").get_by_text("from a book of tunes, First and others").wait_for()
    page.keyboard.press("n")
    page.locator(".playing-title").get_by_text("Star <b>", exact=True).wait_for()
    page.wait_for_function("() => / 0:(0[89]|1\\d)$/.test(document.querySelector('.player-bar .time').textContent)")
    page.get_by_role("button", name="Open Star <b> in Listen").click()
    page.wait_for_function("() => document.title.startsWith('Star <b>')")


def test_what_is_not_understood_is_told(filled, open_page):
    open_page.allow("422")
    page = open_page(filled, "#/library?words=tempo%3Amany")
    page.locator(".count .wrong").get_by_text("tempo").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("title:nowhere")
    page.get_by_text("Nothing found").wait_for()


def test_notes_are_played_with_the_computers_keys_and_the_mouse(filled, open_page):
    page = open_page(filled, "#/library")
    page.wait_for_selector(FOUND)
    page.keyboard.press("p")
    for key in "aaggh":
        page.keyboard.press(key)
    for name in ("A4", "G4"):
        page.get_by_role("button", name=name, exact=True).click()
    page.locator(".tag-notes").get_by_text("C4 C4 G4 G4 A4 A4 G4").wait_for()
    first(page, "Star")
    page.get_by_role("button", name="C4", exact=True).focus()
    page.keyboard.press("Backspace")
    page.locator(".tag-notes").get_by_text("C4 C4 G4 G4 A4 A4", exact=True).wait_for()
    page.keyboard.press("Enter")  # the key in focus
    page.locator(".tag-notes").get_by_text("A4 C4").wait_for()
    page.keyboard.press("Escape")
    page.locator(".piano").wait_for(state="hidden")
    assert focused(page) == "Play notes"


@pytest.mark.parametrize("width", [360, 768])
def test_the_keyboard_lies_still_under_the_finger(filled, open_page, width):
    page = open_page(filled, "#/library", width=width, height=740, has_touch=True)
    page.wait_for_selector(FOUND)
    page.get_by_role("button", name="Play notes").tap()
    key = page.get_by_role("button", name="E4", exact=True)
    place = key.bounding_box()
    for _ in range(12):
        page.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] - 3)
    assert page.locator(".tag-notes").text_content() == " ".join(["E4"] * 12)
    assert key.bounding_box() == place
    assert sideways(page) == 0


def test_a_hit_says_one_moment_once_and_its_share_to_who_asks(filled, open_page):
    page = open_page(filled, "#/library")
    why = page.evaluate(
        """async () => {
            const { ResultRow } = await import("/page/js/library/results.js");
            const item = { name: "song", at: 19.7, reasons: ["heard from 0:20 on"], percentile: 94.87 };
            const why = new ResultRow(item, {}).element.querySelector(".why");
            return [[...why.children].map((one) => one.textContent), why.title];
        }"""
    )
    assert why == [["at 0:20", "heard from 0:20 on"], "Ahead of 94.8 % of the library"]


def test_a_clip_that_is_dropped_is_recognised_and_plays_from_there(filled, open_page, tmp_path):
    page = open_page(filled, "#/library")
    page.wait_for_selector(FOUND)
    drop(page, write_audio(noisy(cut(music(3), 5, 10), 20), tmp_path / HOSTILE))
    first(page, "A recording")
    page.locator(".tag").get_by_text(HOSTILE).wait_for()
    assert page.locator("img").count() == 0
    page.locator(".why .at").get_by_text("at 0:05").wait_for()
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    page.wait_for_function("() => /^0:0[56]/.test(document.querySelector('.player-bar .time').textContent)")
    page.get_by_label("What it is").select_option("hum")
    page.locator(".count").get_by_text("found").wait_for()


def test_a_tune_is_hummed(filled, open_page):
    page = open_page(filled, "#/library", permissions=["microphone"])
    page.wait_for_selector(FOUND)
    page.keyboard.press("h")
    page.get_by_text("of 0:30").wait_for()
    page.wait_for_function("() => /^0:0[6-9]/.test(document.querySelector('.hum-time').textContent)")
    assert focused(page) == "Search for it"
    page.keyboard.press("Enter")
    page.locator(".tag").get_by_text("what you hummed").wait_for()
    first(page, "Star")


def test_a_microphone_that_is_refused_is_told_in_words(filled, open_page):
    page = open_page(filled, "#/library")
    page.wait_for_selector(FOUND)
    page.keyboard.press("h")
    page.get_by_text("The microphone was refused.").wait_for()
    assert focused(page) == "Try again"
    page.keyboard.press("Escape")
    page.locator("#hum-panel").wait_for(state="hidden")
    assert focused(page) == "Hum a tune"


def test_a_microphone_that_is_lent_too_late_is_given_back(filled, open_page):
    page = open_page(filled, "#/library", permissions=["microphone"])
    page.wait_for_selector(FOUND)
    page.evaluate(
        """() => {
            const lend = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            window.asked = [];
            window.streams = [];
            navigator.mediaDevices.getUserMedia = (what) => new Promise((given) => {
                asked.push(async () => { streams.push(await lend(what)); given(streams.at(-1)); });
            });
        }"""
    )
    live = "streams.flatMap((one) => one.getTracks()).filter((one) => one.readyState === 'live').length"
    for _ in range(3):
        page.keyboard.press("h")  # opened, put away, opened again, while the browser asks
    page.evaluate("Promise.all(asked.map((allow) => allow()))")
    page.get_by_text("Hum, sing or whistle the tune").wait_for()
    assert page.evaluate(live) == 1
    page.keyboard.press("Escape")
    assert page.evaluate(live) == 0
    page.keyboard.press("h")
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector(".welcome")
    page.evaluate("asked.at(-1)()")
    assert page.evaluate(live) == 0
    assert page.evaluate("streams.length") == 3


def test_a_library_that_cannot_be_had_keeps_nothing(filled, open_page):
    open_page.allow("500")
    page = open_page(filled)
    page.route("**/api/library", lambda route: route.fulfill(status=500, json={"error": "it is broken"}))
    page.evaluate("location.hash = '#/library'")
    page.locator(".plain").get_by_text("it is broken").wait_for()
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector(".welcome")
    assert in_force(page) == AT_THE_START


def test_results_are_heard_one_after_another_by_keys(filled, open_page):
    page = open_page(filled, "#/library?words=kind%3Atune")
    page.wait_for_selector(FOUND)
    titles = page.locator(FOUND).all_text_contents()
    assert len(titles) == 3
    playing = "document.querySelector('.play').classList.contains('playing')"
    page.keyboard.press("n")
    page.wait_for_function(f"() => {playing}")
    assert page.locator(".playing-title").text_content() == titles[0]
    page.evaluate("import('/page/js/dom.js').then(({ sheet }) => sheet('listen'))")  # as after a visit there
    assert page.locator(".player-bar .play").bounding_box()["width"] == 48
    page.keyboard.press("n")
    assert page.locator(".found.current .title").text_content() == titles[1]
    page.keyboard.press("b")
    assert page.locator(".found.current .title").text_content() == titles[0]
    page.wait_for_function(f"() => {playing}")
    page.keyboard.press("Space")
    page.wait_for_function(f"() => !{playing}")
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    assert focused(page) == titles[1]
    page.keyboard.press("d")
    page.locator(".found .details").get_by_text("made up").wait_for()
    page.keyboard.press("Escape")
    page.locator(".player-bar").wait_for(state="hidden")


def test_more_like_one_and_one_opened(filled, open_page):
    filled.jobs._kinds = {**filled.jobs._kinds, "listen": "tests.studio.browser.work:linger"}
    open_page.allow("404")  # the collection holds nothing that likeness is heard by, which is said
    page = open_page(filled, "#/library?words=title%3Arecording")
    first(page, "A recording")
    page.keyboard.press("r")
    page.keyboard.press("m")
    page.locator(".tag").get_by_text("like A recording").wait_for()
    page.locator(".count .wrong").wait_for()
    assert page.get_by_label("Alike in").input_value() == "all"
    page.get_by_label("Alike in").focus()
    page.get_by_label("Alike in").select_option("melody")
    page.wait_for_function("() => location.hash.includes('by=melody')")
    assert page.evaluate("document.activeElement.ariaLabel") == "Alike in"
    page.go_back()
    page.wait_for_function("() => !location.hash.includes('by=melody')")
    page.go_back()
    first(page, "A recording")
    page.keyboard.press("r")
    page.keyboard.press("l")
    page.wait_for_function("() => location.hash.startsWith('#/listen/')")
    assert page.url.endswith(filled.pieces.ids()[0])


def test_an_empty_library_is_kind_and_a_folder_is_indexed_by_keys(studio, open_page, tone, tmp_path):
    tone()
    page = open_page(studio, "#/library")
    page.get_by_text("No music here yet").wait_for()
    page.keyboard.press("i")
    page.locator(".chooser-path").get_by_text(str(tmp_path)).wait_for()
    page.locator(".chooser").get_by_role("button", name="sent").focus()
    page.keyboard.press("Enter")
    page.locator(".chooser-path").get_by_text("sent").wait_for()
    page.get_by_text("Names only").click()
    page.get_by_role("button", name="Index this folder").focus()
    page.keyboard.press("Enter")
    first(page, "song")
    page.get_by_text("1 piece", exact=True).wait_for()


def test_indexing_is_cancelled(studio, open_page):
    studio.jobs._kinds = {**studio.jobs._kinds, "index": "tests.studio.browser.work:linger"}
    page = open_page(studio, "#/library")
    page.get_by_role("button", name="Choose a folder").click()
    page.get_by_role("button", name="Index this folder").click()
    page.locator(".indexing").get_by_text("50 %").wait_for()
    page.get_by_text("as soon as they have been heard").wait_for()
    assert page.get_by_text("No music here yet").is_hidden()
    assert focused(page) == "Cancel"  # the button to choose a folder is away
    page.reload()
    page.locator(".indexing").get_by_text("50 %").wait_for()
    page.keyboard.press("x")
    page.get_by_text("Indexing was cancelled.").first.wait_for()
    page.locator(".indexing").wait_for(state="hidden")
    assert [job.state for job in studio.jobs.all()] == ["cancelled"]
