"""Writing on the page: composed, some bars selected and written anew, takes compared, one kept, undone, taken away."""

import re

import pytest

from descant.io.open import open as open_file
from descant.types import Audio, AudioFile, Notes, Piece, Score
from tests.scores import chorale
from tests.studio.browser.hands import AT_THE_START, in_force, sideways
from tests.studio.browser.test_notation import add_score
from tests.studio.served import threaded

SLOW = 120_000  # ms that a model may take on a busy machine


@pytest.fixture
def quick(tmp_path):
    """A studio whose takes are written by hand, and the id of a chorale in it."""
    with threaded(tmp_path) as studio:
        studio.jobs._kinds = {**studio.jobs._kinds, "write": "tests.studio.browser.quick_takes:work"}
        yield studio, add_score(studio, chorale(), tmp_path, "chorale.musicxml")


@pytest.fixture
def desk(quick, open_page):
    """The page that writes on the chorale, with its notation."""
    studio, piece = quick
    page = open_page(studio, f"#/write/{piece}")
    page.wait_for_selector(".notation-page svg")
    return page


def fill(page, bars="1", takes="2", voices=("Alto",)):
    """Ask for bars anew."""
    page.locator("input[name=bars]").fill(bars)
    for box in page.locator(".voice input").all():
        box.set_checked(box.get_attribute("value") in voices)
    page.get_by_label("How many takes").select_option(takes)
    page.locator(".asking button[type=submit]").click()
    page.wait_for_selector(f".take:nth-child({int(takes) + 1}) .excerpt", timeout=SLOW)


def test_a_chorale_is_composed_and_kept(studio, open_page):
    page = open_page(studio, "#/write")
    page.locator("input[name=length]").fill("4")
    page.locator("select[name=key]").select_option("G major")
    page.get_by_label("How many takes").select_option("1")
    page.locator(".asking button[type=submit]").click()
    page.wait_for_selector(".write-progress progress")
    page.wait_for_selector(".take .excerpt", timeout=SLOW)
    assert page.locator(".take h3").text_content().startswith("Take 1")
    assert page.locator(".takes-head .note").text_content().startswith("Digits choose what is heard; the place stays.")
    page.locator(".take-told summary").click()
    told = dict(
        zip(
            page.locator(".take-told tbody th").all_text_contents(),
            page.locator(".take-told td:last-child").all_text_contents(),
            strict=True,
        )
    )
    assert told["bars"] == "4 of 4/4"
    assert told["key"].startswith("as asked")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_selector(".versions [aria-current]")
    (about,) = studio.pieces.all()
    assert (about.kept, about.made["style"]) == (True, "chorale")
    assert len(studio.pieces.score(about.id).measures) == 4


def test_bars_are_selected_filled_compared_kept_undone_and_redone(desk, quick):
    page, (studio, piece) = desk, quick
    bar = page.locator(".bar-field[data-bar='1']")  # the first full one: there is an upbeat
    bar.click(force=True)
    bar.click(modifiers=["Shift"], force=True)
    assert page.locator("input[name=bars]").input_value() == "1"
    assert page.locator(".asking button[type=submit]").text_content() == "Write 3 takes of bar 1"
    fill(page)
    assert page.locator(".take h3").all_text_contents() == ["As it was", "Take 1seed 0", "Take 2seed 1"]
    assert page.locator(".take-changes").all_text_contents() == [
        "4 notes new. All 20 outside bar 1 are as before.",
        "4 notes new. All 20 outside bar 1 are as before.",
    ]
    page.wait_for_selector(".write-pages .e-note.new")
    marked = page.locator(".write-pages .e-note.new").evaluate_all("all => all.map((one) => one.dataset.name)")
    assert marked == ["n1-1-0-0", "n1-1-1-0", "n1-1-2-0", "n1-1-3-0"]  # the alto's, in the first bar
    assert page.locator(".take:nth-child(2) .excerpt .e-note.new").count() == 4
    assert page.locator(".take:nth-child(1) .excerpt .e-note.new").count() == 0
    letters = "(one) => getComputedStyle(one).fontFamily"  # those in which the engraver has measured
    assert page.locator(".excerpt").first.evaluate(letters).startswith("Times,")
    page.keyboard.press("2")
    page.wait_for_selector(".take:nth-child(3).heard")
    page.keyboard.press("b")
    page.wait_for_selector(".take:nth-child(2).heard")
    page.keyboard.press("k")
    page.wait_for_selector(".versions a[aria-current] >> text=bar 1 anew, Alto")
    take = page.evaluate("location.hash").rpartition("/")[2]
    assert [one.id for one in studio.pieces.all() if one.parent == piece] == [take]
    page.locator("input[name=bars]").press_sequentially("12")
    page.keyboard.press("Control+z")  # of what is typed
    assert page.evaluate("location.hash") == f"#/write/{take}"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+z")
    page.wait_for_function("(piece) => location.hash === `#/write/${piece}`", arg=piece)
    page.wait_for_selector(".versions .later")
    page.keyboard.press("Control+Shift+z")
    page.wait_for_function("(take) => location.hash === `#/write/${take}`", arg=take)


def test_the_place_stays_when_another_take_is_heard_and_takes_outlive_a_reload(desk):
    page = desk
    fill(page, takes="1")
    page.reload()
    page.wait_for_selector(".take:nth-child(2) .excerpt", timeout=SLOW)
    assert page.locator("input[name=bars]").input_value() == "1"
    page.keyboard.press("l")  # no loop
    page.keyboard.press("m")
    page.keyboard.press("Home")
    page.keyboard.press("0")
    page.wait_for_selector(".take.before.heard")
    page.wait_for_function("() => /^0:0[1-9]/.test(document.querySelector('.transport-time').textContent)")
    page.keyboard.press("Space")
    before = page.locator(".transport-time").text_content()
    page.keyboard.press("1")
    page.wait_for_selector(".take:nth-child(2).heard")
    assert page.locator(".transport-time").text_content() >= before  # both are less than ten seconds


def test_bars_are_selected_in_the_roll_and_by_typing(desk):
    page = desk
    box = page.locator(".write-roll .strip").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 20, steps=5)
    page.mouse.up()
    assert page.locator("input[name=bars]").input_value() == "1-2"
    assert page.locator(".bar-field.selected").count() == 2
    page.locator("input[name=bars]").fill("2")
    page.keyboard.press("Tab")
    assert page.locator(".bar-field.selected").evaluate_all("all => all.map((one) => one.dataset.bar)") == ["2"]
    of_one = page.evaluate(
        """async () => {
            const { Asking, WAYS } = await import("/page/js/write/asking.js");
            return new Asking({ ways: WAYS, legend: "", parts: [{ name: "Tune" }], ask() {} }).body.textContent;
        }"""
    )
    assert of_one == "Bars, counted from 1Seed"  # which voices is not asked where there is one


def test_an_upbeat_alone_is_not_asked_for(desk):
    page = desk
    page.locator(".bar-field[data-bar='0']").click(modifiers=["Shift"], force=True)
    send = page.locator(".asking button[type=submit]")
    assert send.text_content() == "The upbeat stays; select bars from 1"
    assert send.get_attribute("aria-disabled") == "true"
    page.locator(".bar-field[data-bar='1']").click(modifiers=["Shift"], force=True)
    assert send.text_content() == "Write 3 takes of bar 1"
    assert send.get_attribute("aria-disabled") is None


def test_what_is_left_of_a_tied_note_is_no_strange_one(desk):
    changes = desk.evaluate(
        """async () => {
            const { changedNotes } = await import("/page/js/write/changes.js");
            const note = (pitch, onset, offset) => ({ pitch, onset, offset });
            const before = [note(57, 0, 2.5), note(60, 2, 4), note(57, 3, 5), note(62, 6, 7)];
            const after = [note(57, 0, 2), note(61, 2, 4), note(57, 4, 5), note(62, 6, 7), note(64, 7, 8)];
            return changedNotes(before, after, { start: 2, end: 4 }).outside;
        }"""
    )
    assert changes == {"same": 1, "fresh": 1, "gone": 0, "cut": 2}


def test_refusals_are_words(desk, open_page):
    page = desk
    open_page.allow("422")
    for box in page.locator(".voice input").all():
        box.set_checked(False)
    page.locator("input[name=bars]").fill("1")
    page.locator(".asking button[type=submit]").click()
    assert page.locator(".asking .warning").text_content() == "Tick one voice at least."
    page.locator(".voice input").first.set_checked(True)
    page.locator("input[name=seed]").fill("13")
    page.locator(".asking button[type=submit]").click()
    page.wait_for_selector(".asking .warning >> text=is <b>not</b> to be written", timeout=SLOW)
    page.locator("input[name=seed]").fill("")
    page.locator("input[name=bars]").fill("4-2")
    page.locator(".asking button[type=submit]").click()
    page.wait_for_function("() => /4-2/.test(document.querySelector('.asking .warning').textContent)")
    assert page.locator(".asking button[type=submit]").is_enabled()


def test_the_keyboard_alone_writes(desk):
    page = desk
    page.get_by_label("How many takes").select_option("1")
    page.keyboard.press("m")  # to the notation
    for key in ("Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert page.locator("input[name=bars]").input_value() == "1-2"
    page.keyboard.press("a")  # to what is to be written
    assert page.evaluate("document.activeElement.name") == "bars"
    page.keyboard.press("Enter")
    page.wait_for_selector(".take:nth-child(2) .excerpt", timeout=SLOW)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("0")
    page.wait_for_selector(".take.before.heard")
    page.keyboard.press("1")
    page.wait_for_selector(".take:nth-child(2).heard")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for words in ("Hear take 3", "Keep the take that is heard", "Undo: the version before", "Export"):
        assert keys.get_by_text(words, exact=True).is_visible()


KINDS = {
    "mid": Notes,
    "musicxml": Score,
    "mxl": Score,
    "abc": Score,
    "json": Piece,
    "wav": AudioFile,
    "flac": AudioFile,
}
FIRST_BYTES = {"pdf": b"%PDF", "png": b"\x89PNG", "svg": b"<svg"}


def test_what_is_written_goes_out_and_comes_back(desk, quick, tmp_path):
    page, (studio, piece) = desk, quick
    page.keyboard.press("e")
    for ending in (*KINDS, *FIRST_BYTES):
        with page.expect_download(timeout=SLOW) as waiting:
            page.locator(f".exports [data-ending='{ending}'][data-what='']").click()
        path = tmp_path / waiting.value.suggested_filename
        assert path.name.endswith(ending)
        waiting.value.save_as(path)
        if ending in FIRST_BYTES:
            assert path.read_bytes().startswith(FIRST_BYTES[ending])
            continue
        found = open_file(path)
        assert isinstance(found, KINDS[ending])
        if isinstance(found, Notes | Score):
            assert notes_in(found) == notes_in(studio.pieces.score(piece))
        elif isinstance(found, AudioFile | Audio):
            assert found.duration > 4


def notes_in(music):
    if isinstance(music, Notes):
        return sorted(music.pitch.tolist())
    return sorted(one.midi for part in music.parts for row in part.measures for event in row for one in event.pitches)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (3840, 2160)])
def test_the_view_fits(quick, open_page, width, height):
    studio, piece = quick
    page = open_page(studio, f"#/write/{piece}", width=width, height=height)
    page.wait_for_selector(".notation-page svg")
    assert sideways(page) <= 0
    page.evaluate("location.hash = '#/write'")
    page.wait_for_selector(".write-start")
    assert sideways(page) <= 0
    assert re.match(r"#/write$", page.evaluate("location.hash"))


def test_what_is_unknown_is_told(quick, open_page):
    open_page.allow("404")
    page = open_page(quick[0], "#/write/000000000000")
    assert "no piece" in page.locator("main").text_content()
    page.evaluate("location.hash = '#/follow/000000000000'")
    page.wait_for_selector(".view-follow .plain")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_selector(".welcome")
    assert in_force(page) == AT_THE_START


def test_a_view_that_is_left_while_it_opens_leaves_nothing(quick, open_page):
    page = open_page(quick[0])
    page.route("**/notation", lambda _: None)  # the engraver takes its time
    for view in ("write", "follow"):
        page.evaluate(f"location.hash = '#/{view}/{quick[1]}'")
        page.wait_for_selector(f".view-{view} .notation")
        page.evaluate("location.hash = '#/'")
        page.wait_for_selector(".piece")
        assert in_force(page) == AT_THE_START


def test_each_job_has_its_own_cancel(desk, quick):
    page, (studio, _) = desk, quick
    studio.jobs._kinds = {**studio.jobs._kinds, "write": "tests.studio.browser.work:linger"}
    page.locator("input[name=bars]").fill("1")
    for _ in range(2):
        page.locator(".asking button[type=submit]").press("Enter")
        page.locator(".write-progress").get_by_text("50 %").wait_for()
        assert page.evaluate("document.activeElement.type") == "submit"  # it is busy, and keeps the focus
        page.keyboard.press("Enter")
        page.locator(".write-progress button").click()
        page.locator(".asking .warning").get_by_text("ancelled").wait_for()
    assert [job.state for job in studio.jobs.all() if job.kind == "write"] == ["cancelled", "cancelled"]


def test_takes_that_are_discarded_are_gone(desk, quick, open_page):
    open_page.allow("404")
    page, (studio, piece) = desk, quick
    fill(page, takes="1")
    address = page.evaluate("location.hash")
    page.wait_for_selector(".write-pages .e-note.new")
    page.get_by_role("button", name="Discard all").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    page.locator(".takes").wait_for(state="hidden")
    page.wait_for_function("(piece) => location.hash === `#/write/${piece}`", arg=piece)
    assert page.locator(".write-pages .notation").count() == 1
    page.keyboard.press("b")
    assert page.locator(".write-heard").text_content() == ""
    page.evaluate("(address) => { location.hash = address; }", address)
    page.locator(".asking .warning").get_by_text("These takes are gone").wait_for()
    assert [one.id for one in studio.pieces.all()] == [piece]
