"""The start: files dropped or chosen, what was heard in them, and what becomes of hostile ones."""

import pytest

from descant.studio.work_listen import listen
from tests.studio.browser.hands import drop, focused

HOSTILE = "<img src=x onerror=alert(1)>.wav"


@pytest.fixture
def lingering(studio):
    """A studio whose listening never ends."""
    studio.jobs._kinds = {**studio.jobs._kinds, "listen": "tests.studio.browser.work:linger"}
    return studio


def test_a_file_that_is_dropped_is_heard_and_shown(studio, open_page, tone):
    page = open_page(studio)
    assert page.locator(".staff").is_visible()
    drop(page, tone())
    row = page.locator(".piece")
    row.get_by_text("song.wav").wait_for()
    page.locator(".staff").wait_for(state="hidden")
    page.locator(".piece:not(.working)").wait_for(timeout=90_000)
    assert row.locator("dd").all_text_contents()[-1] == "0:01"
    assert row.get_by_role("link").get_attribute("href") == f"#/listen/{studio.pieces.ids()[0]}"
    page.reload()
    row.locator("dd").last.get_by_text("0:01").wait_for()


def test_several_at_once_and_each_says_how_it_goes(lingering, open_page, tone, tmp_path):
    open_page.allow("415")
    words = tmp_path / "letter.wav"
    words.write_text("Dear all,\n")
    page = open_page(lingering)
    drop(page, tone("one.wav"), words, tone("two.wav"))
    page.locator(".piece.working", has_text="one.wav").get_by_text("listening · 50 %").wait_for()
    page.locator(".piece.working", has_text="two.wav").wait_for()
    refused = page.locator(".sending li")
    refused.locator(".how").get_by_text("letter.wav").wait_for()
    refused.get_by_role("button", name="Dismiss: letter.wav").click()
    refused.wait_for(state="detached")


def test_a_file_on_its_way_keeps_the_focus(studio, open_page):
    page = open_page(studio)
    share = """(share) => import("/page/js/uploads.js").then(({ uploads }) => {
        const one = uploads.list[0] ?? { name: "song.wav", state: "sending" };
        uploads.list = share < 1 ? [Object.assign(one, { share })] : [];
        uploads.dispatchEvent(new Event("change"));
    })"""
    page.evaluate(share, 0.1)
    page.get_by_role("button", name="Stop sending: song.wav").focus()
    page.evaluate(share, 0.5)
    page.locator(".sending").get_by_text("being sent · 50 %").wait_for()
    assert focused(page) == "Stop sending: song.wav"
    page.evaluate(share, 1)
    assert focused(page) == "Choose files"


def test_a_name_is_text_whatever_it_says(lingering, open_page, tone):
    page = open_page(lingering)
    page.on("dialog", lambda _: pytest.fail("a name was run"))
    page.set_input_files("input[type=file]", tone(HOSTILE))
    page.locator(".piece").get_by_text(HOSTILE).wait_for()
    page.keyboard.press("j")
    page.locator(".job").get_by_text(HOSTILE).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Remove {HOSTILE}").click()
    page.get_by_role("dialog").get_by_text(HOSTILE).wait_for()
    assert page.locator("img").count() == 0


def test_keys_alone_rename_cancel_and_remove(lingering, open_page, tone):
    page = open_page(lingering)
    page.on("filechooser", lambda chooser: chooser.set_files(tone()))
    focused(page)  # by now it is listened for
    page.keyboard.press("o")
    page.locator(".piece.working").get_by_text("50 %").wait_for()
    page.keyboard.press("h")
    assert focused(page) == "song.wav"
    page.keyboard.press("x")
    page.locator(".piece.failed").get_by_text("cancelled").wait_for()
    page.keyboard.press("F2")
    page.keyboard.type("Waltz")
    page.keyboard.press("Enter")
    page.locator(".piece").get_by_text("Waltz", exact=True).wait_for()
    page.keyboard.press("h")
    page.keyboard.press("Delete")
    page.get_by_role("dialog").get_by_text("“Waltz”").wait_for()
    page.keyboard.press("Escape")
    assert len(lingering.pieces.ids()) == 1
    page.keyboard.press("h")
    page.keyboard.press("Delete")
    page.get_by_role("dialog").get_by_role("button", name="Remove").focus()
    page.keyboard.press("Enter")
    page.locator(".piece").wait_for(state="detached")
    assert lingering.pieces.ids() == []
    page.locator(".staff").wait_for()


def test_a_piece_that_is_changed_elsewhere_changes_here(lingering, open_page, tone):
    page = open_page(lingering)
    other = open_page(lingering)
    drop(page, tone())
    other.locator(".piece").get_by_text("song.wav").wait_for()
    (piece,) = lingering.pieces.ids()
    lingering.pieces.change(piece, name="Another name.wav")
    lingering.changed(piece)
    for one in (page, other):
        one.locator(".piece").get_by_text("Another name.wav").wait_for()


def test_a_list_that_could_not_be_had_is_asked_for_again(lingering, open_page, tone):
    open_page.allow("ERR_FAILED")
    page = open_page(lingering)
    drop(page, tone())
    page.locator(".piece").get_by_text("song.wav").wait_for()
    page.route("**/api/pieces?page=*", lambda route: route.abort())
    (piece,) = lingering.pieces.ids()
    lingering.pieces.change(piece, name="Another name.wav")
    lingering.changed(piece)
    page.locator(".toast").get_by_text("does not answer").wait_for()
    with page.expect_event("requestfailed"):
        pass  # the second try; it is not told again
    assert page.locator(".toast").count() == 1
    page.unroute("**/api/pieces?page=*")
    page.locator(".piece").get_by_text("Another name.wav").wait_for()


def test_a_file_of_chords_is_no_notes(studio, open_page, tmp_path):
    path = tmp_path / "song.chords.lab"
    path.write_text("0.0 2.0 C:maj\n2.0 4.0 G:sus4(b7)\n")
    listen(studio.pieces, studio.pieces.add(path.name, path, "notes"))
    page = open_page(studio)
    page.locator(".piece .about").get_by_text("annotations").wait_for()
    assert page.locator(".piece .chords").text_content() == "C  G7sus4"
    for view in ("write", "follow"):
        page.evaluate(f"location.hash = '#/{view}'")
        page.wait_for_selector(f".view-{view} section p.note >> text=/Drop a MIDI file|None yet/")  # it is not offered


def test_an_empty_file_is_told_so(studio, open_page, tmp_path):
    path = tmp_path / "song.wav"
    path.touch()
    page = open_page(studio)
    drop(page, path)
    page.locator(".sending .how").get_by_text("This file is empty.").wait_for()


def test_takes_that_nobody_has_chosen_from_stand_there_once(studio, open_page, tone):
    for take in (2, 1, 3):
        studio.pieces.add(f"Take {take}", tone(), "sound", batch="0" * 12, take=take, kept=False)
    kept = studio.pieces.add("Chosen", tone(), "sound", batch="1" * 12, take=2)
    page = open_page(studio)
    rows = page.locator(".piece a")
    rows.filter(has_text="Chosen").wait_for()
    assert sorted(rows.all_text_contents()) == ["Chosen", "Take 1"]
    assert rows.filter(has_text="Chosen").get_attribute("href") == f"#/listen/{kept}"
    assert rows.filter(has_text="Take 1").get_attribute("href").startswith("#/write/")


def test_the_first_view_is_there_within_a_second(studio, open_page, tone):
    """From the address to the first piece, on a server that is warm; a busy machine has several tries."""
    studio.pieces.add("song.wav", tone(), "sound")
    page = open_page(studio)
    for _ in range(10):
        page.reload()
        page.locator(".piece").wait_for()
        shown = page.evaluate("performance.getEntriesByName('pieces-listed')[0].startTime")
        if shown < 1000:
            return
    pytest.fail(f"the first view took {shown:.0f} ms at last")
