"""The frame around every view: routes, focus, keys, colours, jobs, narrow windows."""

import re
from pathlib import Path

from descant.io import report
from descant.studio.app import PAGE
from tests.studio.browser.hands import focused, keys_given_twice, sideways
from tests.studio.served import threaded
from tests.studio.work import KINDS

REPORT = Path(report.__file__).parent / "report.css"


def test_every_view_has_an_address_and_its_heading_gets_the_focus(filled, open_page):
    page = open_page(filled)
    for keys, name, heading in (("gl", "Library", "Library"), ("gh", "Listen", "Drop some music")):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_function("text => document.activeElement.textContent === text", arg=heading)
        assert page.locator(".nav [aria-current]").text_content() == name
    assert page.title() == "descant"
    page.go_back()
    page.wait_for_function("() => document.title === 'Library - descant'")


def test_the_page_and_the_report_have_the_same_colours():
    """They are two files, as the report is one that stands alone; whoever sees both sees one family."""
    own = re.compile(r"^  (--[a-z0-9]+): ([^;]+);", re.M)
    ours, reports = (dict(own.findall(one.read_text())) for one in (PAGE / "css/base.css", REPORT))
    assert len(reports) > 20
    assert reports.items() <= ours.items()


def test_what_the_start_needs_is_fetched_at_once():
    """The page names what main.js needs, so that no module waits for another to say what it needs."""
    needed, seen = ["main.js"], {"main.js"}
    while needed:
        for name in re.findall(r'^import .* from "\./(.+)";$', (PAGE / "js" / needed.pop()).read_text(), re.M):
            if name not in seen:
                seen.add(name)
                needed.append(name)
    named = re.findall(r'(?:href|src)="/page/js/(.+)"', (PAGE / "index.html").read_text().replace('" blocking', '"\n'))
    assert sorted(named) == sorted(seen)


def test_what_is_nowhere_is_told(studio, open_page):
    page = open_page(studio, "#/%3Cb%3E")
    assert page.locator("h1").text_content() == "There is nothing here"
    assert "<b>" in page.locator("main").text_content()


def test_the_skip_link_leads_past_the_head(studio, open_page):
    page = open_page(studio)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("location.hash") == "#/"


def test_keys_are_listed_and_mean_one_thing_each(filled, open_page):
    page = open_page(filled, "#/library")
    page.wait_for_selector(".found")
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Keys")
    for words in ("Show or hide the jobs", "To the search box", "Play or pause", "Index a folder", "More like this"):
        assert box.get_by_text(words, exact=True).is_visible()
    page.set_viewport_size({"width": 1280, "height": 400})  # what is too long scrolls in one place
    scrolls = "(one) => one.scrollHeight > one.clientHeight"
    assert [page.locator(one).evaluate(scrolls) for one in ("dialog", ".box-body")] == [False, True]
    page.keyboard.press("i")  # what lies under a dialog does not hear keys
    assert page.locator("dialog").count() == 1
    page.keyboard.press("Escape")
    box.wait_for(state="hidden")
    assert keys_given_twice(page) == []


def test_letters_in_a_field_are_letters(filled, open_page):
    page = open_page(filled, "#/library")
    page.keyboard.press("/")
    page.keyboard.type("jig?")
    assert page.locator("input.words").input_value() == "jig?"
    assert page.locator("dialog, .tray:visible").count() == 0


def test_colours_are_the_systems_until_chosen_and_stay_chosen(studio, open_page):
    light, dark = "rgb(252, 252, 250)", "rgb(20, 23, 26)"
    colour = "getComputedStyle(document.body).backgroundColor"
    page = open_page(studio, color_scheme="light")
    assert page.evaluate(colour) == light
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colour) == dark
    page.keyboard.press("Shift+D")
    assert page.evaluate(colour) == light
    page.reload()
    page.wait_for_selector("h1")
    assert page.evaluate(colour) == light
    page.keyboard.press("Shift+D")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(colour) == dark


def test_motion_stops_where_it_is_unwelcome(studio, open_page):
    page = open_page(studio, reduced_motion="reduce")
    page.wait_for_selector(".staff .tone")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.tone')).animationDuration)") < 0.001
    # Transitions of no length over everything leave canvases blank in Chromium on large screens: there are none.
    assert page.evaluate("getComputedStyle(document.body).transitionProperty") == "none"


def test_nothing_is_wider_than_the_window(filled, open_page, held):
    held(filled, "A job with a name that has no end " * 5)
    page = open_page(filled)

    def check(what):
        for width in (360, 768, 3840):
            page.set_viewport_size({"width": width, "height": 800})
            assert sideways(page) == 0, f"{what} at {width}"

    check("the start")
    page.keyboard.press("j")
    page.wait_for_selector(".job.running")
    check("the jobs")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    check("the keys")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_selector(".found")
    page.keyboard.press("n")
    page.wait_for_selector(".player-bar")
    page.keyboard.press("p")
    page.wait_for_selector(".piano button")
    check("the library")


def test_a_job_is_watched_through_a_reload_and_cancelled_by_keys(studio, open_page, held):
    held(studio, "A <b>long</b> one")
    page = open_page(studio)
    page.get_by_role("button", name="1 job at work, 50 %").wait_for()
    page.reload()
    page.get_by_role("button", name="1 job at work, 50 %").wait_for()
    page.keyboard.press("j")
    row = page.get_by_role("listitem").filter(has_text="A <b>long</b> one")
    assert "at work · 50 %" in row.text_content()
    page.keyboard.press("x")
    row.get_by_text("cancelled").wait_for()
    assert [job.state for job in studio.jobs.all()] == ["cancelled"]
    page.keyboard.press("x")
    page.get_by_text("Nothing is at work").wait_for()
    assert studio.jobs.all() == []


def test_a_job_that_is_forgotten_elsewhere_is_no_longer_waited_for(studio, open_page):
    open_page.allow("404")
    page = open_page(studio)
    words = page.evaluate(
        """async () => {
            const { jobs, whenDone } = await import("/page/js/events.js");
            jobs.put({ id: "000000000000", kind: "listen", title: "A job", state: "running", share: 0, created: 0 });
            const waiting = whenDone("000000000000");
            jobs.drop("000000000000");
            return waiting.catch((error) => error.message);
        }"""
    )
    assert "no job" in words


def test_words_that_give_way_to_others_take_their_keys_along(studio, open_page):
    page = open_page(studio)
    undone = page.evaluate(
        """async () => {
            const { say } = await import("/page/js/say.js"), { keys } = await import("/page/js/keys.js");
            for (let at = 0; at < 5; at++) say("Gone.", { undo: () => {} });
            return keys.list().filter((one) => one.key.includes("U")).length;
        }"""
    )
    assert undone == page.locator(".toast").count() == 3


def test_a_dialog_goes_with_its_view(studio, open_page):
    page = open_page(studio, "#/follow")
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector(".welcome")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.go_back()
    page.wait_for_selector(".follow-choose")
    assert page.locator("dialog").count() == 0


def test_a_job_ends_after_a_reload(studio, open_page, held):
    job = held(studio, "A long one")
    page = open_page(studio)
    page.get_by_role("button", name="1 job at work").wait_for()
    page.reload()
    page.get_by_role("button", name="1 job at work").wait_for()
    page.keyboard.press("j")
    job.go()
    page.get_by_text("done", exact=True).wait_for()
    page.get_by_role("button", name="Forget: A long one").wait_for()


def test_a_jobs_failure_is_told_in_words(studio, open_page):
    studio.jobs._kinds = KINDS
    page = open_page(studio)
    studio.jobs.start("refuse", {}, title="Listening to song.mp3")
    page.locator(".toast").get_by_text("Listening to song.mp3: song.mp3: is <b>not</b> music").wait_for()
    page.get_by_role("button", name="Jobs: one has failed").wait_for()
    page.keyboard.press("j")
    page.get_by_text("failed · song.mp3: is <b>not</b> music").wait_for()
    page.get_by_role("button", name="Jobs", exact=True).wait_for()


def test_a_studio_that_went_away_is_told_and_its_return_too(tmp_path, open_page):
    open_page.allow("ERR_")
    with threaded(tmp_path) as studio:
        page = open_page(studio)
        page.wait_for_function("() => import('/page/js/events.js').then(({ jobs }) => Boolean(jobs))")
    page.get_by_text("does not answer").wait_for()
    with threaded(tmp_path, port=studio.settings.port, token=studio.settings.token):
        page.get_by_text("does not answer").wait_for(state="hidden")


def test_a_view_that_was_asked_for_meanwhile_is_shown_when_the_studio_is_back(tmp_path, open_page):
    open_page.allow("ERR_")
    with threaded(tmp_path) as studio:
        page = open_page(studio)
    page.evaluate("location.hash = '#/library'")
    page.locator(".view-library .plain").wait_for()
    page.evaluate("location.hash = '#/'")
    page.locator(".view-start .plain").get_by_text("does not answer").wait_for()
    with page.expect_request("**/api/pieces?page=1"):
        page.get_by_role("link", name="To the start", exact=True).click()
    with threaded(tmp_path, port=studio.settings.port, token=studio.settings.token):
        page.wait_for_selector(".welcome")
        page.locator(".plain").wait_for(state="detached")
