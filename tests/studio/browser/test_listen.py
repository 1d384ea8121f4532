"""Listen: a piece is seen, played and corrected, by hand and by keys alone; what is corrected stays."""

import pytest

from descant.io.midi import write_midi
from descant.studio.work_listen import listen
from descant.types import Meter, Notes, Provenance
from tests.pieces import short_piece
from tests.studio.browser.frames import frame_costs, scroll, typical
from tests.studio.browser.hands import drop, in_force, keys_given_twice, press_at_once, sideways
from tests.studio.made_pieces import add_long, add_song

CHORDS = ".lane-chords .lane-body"


@pytest.fixture
def song(studio):
    return add_song(studio.pieces)


@pytest.fixture
def page(studio, song, open_page):
    page = open_page(studio, f"#/listen/{song}")
    page.wait_for_selector(".timeline")
    return page


def x_of(page, seconds, total=16.0):
    """Where a time is on a lane while the whole piece is shown."""
    return page.locator(CHORDS).bounding_box()["width"] * seconds / page.evaluate(DURATION)


DURATION = "() => Number(document.querySelector('.overview input').max)"


def whole(page):
    page.keyboard.press("z")


def kept(studio, song, field, until, page):
    """The correction of a field, once it is as wanted."""
    for _ in range(60):
        found = studio.pieces.corrections(song).fragments().get(field)
        if until(found):
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{field} is kept as {found}")


def test_a_dropped_file_is_seen(studio, open_page, tone):
    page = open_page(studio)
    drop(page, tone())
    page.wait_for_function(
        "() => location.hash.startsWith('#/listen/') || document.querySelector('a[href^=\"#/listen/\"]')",
        timeout=60_000,
    )
    if not page.evaluate("() => location.hash.startsWith('#/listen/')"):
        page.locator("a[href^='#/listen/']").first.click()
    page.wait_for_selector(".timeline .lane-roll canvas", timeout=120_000)
    assert page.locator("h1").text_content() == "song.wav"


def test_the_lanes_and_what_sounds_now(page):
    lanes = page.locator(".lane:not([hidden])").evaluate_all("all => all.map((one) => one.dataset.lane)")
    assert lanes == ["axis", "sections", "keys", "chords", "beats", "waveform", "roll", "drums"]
    assert page.locator(".fact-chord .chord").text_content() == "C"
    assert page.locator(".fact-chord .next").text_content() == "then Am"
    assert page.locator(".fact-bar .value").text_content() == "1 : 1"
    assert page.locator(".fact-key .value").text_content() == "C major"
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert page.locator(".fact-bar .value").text_content() == "2 : 2"
    assert page.locator(".fact-chord .chord").text_content() == "Am"
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".fact-bar .value").text_content() == "3 : 1"


def test_a_corrected_chord_is_still_corrected_after_a_reload(page, studio, song):
    whole(page)
    place = {"x": x_of(page, 3.0), "y": 20}
    page.click(CHORDS, position=place)
    assert "Chords: Am, bar 2, beat 1" in page.locator(".inspector .entry").text_content()
    page.click(CHORDS, position=place)
    page.keyboard.type("no chord")
    page.keyboard.press("Enter")
    assert page.locator(".lane-field").get_attribute("aria-invalid") == "true"
    assert page.locator(".toast.error").text_content().startswith("Not a chord that can be read.")
    page.locator(".lane-field").fill("Ebm7b5")
    page.keyboard.press("Enter")
    assert page.locator(".toast").count() == 0
    assert page.locator(".fact-chord .chord").text_content() == "E♭ø7"
    kept(studio, song, "chords", lambda one: one and one["chords"][1]["label"] == "Eb:hdim7", page)
    page.reload()
    page.wait_for_selector(".lane-chords.corrected")
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".fact-chord .chord").text_content() == "E♭ø7"
    page.locator(".lane-chords .put-back").click()
    assert page.locator(".fact-chord .chord").text_content() == "Am"
    kept(studio, song, "chords", lambda one: one is None, page)


def test_a_beat_is_dragged_and_put_back_by_undo(page, studio, song):
    whole(page)
    box = page.locator(".lane-beats .lane-body").bounding_box()
    scale = box["width"] / page.evaluate(DURATION)
    page.mouse.move(box["x"] + 3.0 * scale, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 3.1 * scale, box["y"] + 15, steps=4)
    page.mouse.move(box["x"] + 3.2 * scale, box["y"] + 15, steps=4)
    page.mouse.up()
    found = kept(studio, song, "beats", bool, page)["beats"]
    assert found[6]["time"] == pytest.approx(3.2, abs=2 / scale)
    assert [one["time"] for one in found[:6]] == [0, 0.5, 1, 1.5, 2, 2.5]
    page.keyboard.press("Control+z")
    kept(studio, song, "beats", lambda one: one is None, page)
    page.keyboard.press("Control+Shift+z")
    assert kept(studio, song, "beats", bool, page)["beats"] == found


def test_a_note_is_dragged_up_and_given_back_by_escape(page, studio, song):
    whole(page)
    notes = studio.pieces.piece(song).get(Notes)
    lane = page.locator(".lane-roll .lane-body")
    lane.evaluate("one => one.scrollIntoView({ block: 'center' })")
    box, pitches = lane.bounding_box(), notes.pitch[notes.part < 3]
    low, high = int(pitches.min()) - 2, int(pitches.max()) + 2
    tall = box["height"] / (high - low + 1)
    x = box["x"] + 0.2 / page.evaluate(DURATION) * box["width"]
    y = box["y"] + box["height"] - (72 - low + 0.5) * tall  # the melody's first note

    def drag():
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - tall, steps=3)
        page.mouse.move(x, y - 2 * tall, steps=3)

    drag()
    page.keyboard.press("Escape")
    page.mouse.move(x, y - 3 * tall, steps=3)
    page.mouse.up()
    drag()
    page.mouse.up()
    found = kept(studio, song, "notes", bool, page)["notes"]
    assert [one["pitch"] for one in found if one["onset"] == 0 and one["part"] == 0] == [74]
    assert len(found) == len(notes)


def test_keys_alone_correct_everything(page, studio, song):
    for key in ("3", "ArrowRight", "Enter"):  # the chords' lane, its second entry
        page.keyboard.press(key)
    page.keyboard.type("D7")
    page.keyboard.press("Tab")  # and on to the third
    page.keyboard.type("Gm")
    page.keyboard.press("Enter")
    page.keyboard.press("s")
    found = kept(studio, song, "chords", lambda one: one and len(one["chords"]) == 10, page)["chords"]
    assert [one["label"] for one in found[:4]] == ["C:maj", "D:7", "G:min", "G:min"]
    page.keyboard.press("4")
    for key in ("ArrowRight", "d", "Alt+ArrowRight"):
        page.keyboard.press(key)
    found = kept(studio, song, "beats", lambda one: one and one["beats"][1]["time"] > 0.5, page)["beats"]
    assert found[1]["time"] == pytest.approx(0.51)
    assert [one["position"] for one in found[:6]] == [1, 1, 2, 3, 4, 1]
    page.keyboard.press("5")
    page.keyboard.press("Delete")
    notes = len(studio.pieces.piece(song).get(Notes))
    kept(studio, song, "notes", lambda one: one and len(one["notes"]) == notes - 1, page)
    page.keyboard.press("Control+z")
    kept(studio, song, "notes", lambda one: one is None, page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.keyboard.type("Verse")
    page.keyboard.press("Enter")
    kept(studio, song, "sections", lambda one: one and one["sections"][0]["label"] == "Verse", page)
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Keys")
    for words in (
        "Type another section",
        "Split the section",
        "Loop the stretch, else the section; or stop looping",
        "Undo",
        "Export",
    ):
        assert box.get_by_text(words, exact=True).is_visible()


def test_the_undo_button_keeps_the_focus_when_nothing_is_left_to_undo(page, studio, song):
    for key in ("1", "Enter", "B", "Enter"):
        page.keyboard.press(key)
    kept(studio, song, "sections", lambda one: one is not None, page)
    undo = page.locator(".inspector .history").get_by_role("button", name="Undo", exact=True)
    assert undo.get_attribute("aria-disabled") == "false"
    undo.focus()
    page.keyboard.press("Enter")
    kept(studio, song, "sections", lambda one: one is None, page)
    assert undo.get_attribute("aria-disabled") == "true"
    assert page.evaluate("document.activeElement.ariaLabel") == "Undo"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == "Undo"


def test_a_chord_is_typed_while_it_plays(page, studio, song):
    for key in ("+", "+", "+", "+", "Shift+ArrowRight", "Shift+ArrowRight", "3", "Space", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("D7", delay=300)
    assert page.locator(".play.playing").count() == 1
    page.wait_for_function("() => document.querySelector('.overview input').value > 4.3")  # the slider goes along
    page.keyboard.press("Enter")
    kept(studio, song, "chords", lambda one: one and one["chords"][2]["label"] == "D:7", page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.keyboard.type("Gm")
    page.locator(CHORDS).dispatch_event("wheel", {"deltaX": 40, "deltaY": 0})
    assert page.locator(".lane-field").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Chords")
    kept(studio, song, "chords", lambda one: one and one["chords"][2]["label"] == "G:min", page)


def test_the_button_that_corrects_keeps_the_focus(page):
    page.keyboard.press("3")
    page.get_by_role("button", name="Split", exact=True).focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("listbox", name="Chords, 10 entries").count() == 1
    assert page.evaluate("document.activeElement.textContent") == "Split"
    page.get_by_role("button", name="Put all back").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Chords, 9 entries"


def test_what_is_put_back_is_undone_only_while_it_was_the_last_change(page, studio, song):
    for key in ("3", "Delete", "Shift+R"):
        page.keyboard.press(key)
    page.locator(".toast").get_by_text("the estimate is back").wait_for()
    for key in ("4", "Delete"):
        page.keyboard.press(key)
    assert page.locator(".toast").count() == 0
    page.keyboard.press("u")
    kept(studio, song, "beats", bool, page)


def test_the_key_of_corrected_keys_is_named(page):
    for key in ("2", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("G")
    page.keyboard.press("Enter")
    page.locator(".summary dd").get_by_text("G major").wait_for()


def test_what_is_corrected_elsewhere_just_after_is_shown(page, studio, song):
    page.evaluate("document.querySelector('.timeline').dataset.same = 'yes'")
    for key in ("4", "Delete"):
        page.keyboard.press(key)
    kept(studio, song, "beats", bool, page)
    studio.pieces.correct(song, "sections", {"sections": [{"start": 0.0, "end": 16.0, "label": "Elsewhere"}]})
    studio.changed(song)
    page.locator(".fact-section .value").get_by_text("Elsewhere").wait_for()
    assert page.locator(".lane-beats.corrected").count() == 1
    assert page.locator(".timeline[data-same]").count() == 1  # not all of it was drawn anew


def test_a_refusal_of_what_was_said_anew_changes_nothing(page, song, open_page):
    open_page.allow("422")
    answers = iter((422, 200))
    page.route("**/corrections/tempo", lambda route: route.fulfill(status=next(answers), json={"error": "no"}))
    bpm = page.evaluate(
        """async (song) => {
            const { PieceModel } = await import("/page/js/piece.js"), model = await PieceModel.load(song);
            for (const bpm of [100, 110]) {
                model.correct("tempo", { tempo: { bpm, candidates: [] } });
                model.flush();
            }
            await model.close();
            return model.get("tempo").bpm;
        }""",
        song,
    )
    assert bpm == 110


def test_a_piece_that_is_heard_again_stays_away_once_it_is_left(page, studio, song):
    job = {"id": "0" * 12, "kind": "listen", "title": "Listening", "state": "running", "share": 0.5, "created": 0}
    page.route("**/listen", lambda route: route.fulfill(json=job))
    page.keyboard.press("Shift+H")
    page.get_by_role("dialog").get_by_role("button", name="Hear again").click()
    page.locator(".toast").get_by_text("It is being heard again.").wait_for()
    page.evaluate("location.hash = '#/library'")
    page.get_by_text("No music here yet").wait_for()
    estimates = studio.pieces.estimates(song).with_(Meter("3/4", 0.9, made_by=Provenance("made", "1")))
    studio.pieces.put_estimates(song, estimates)
    page.evaluate("(job) => import('/page/js/events.js').then(({ jobs }) => jobs.put({ ...job, state: 'done' }))", job)
    page.wait_for_timeout(500)
    assert page.title() == "Library - descant"
    assert "Correcting" not in in_force(page)[0]


def test_the_notation_is_opened_once_however_fast_it_is_asked_for(page):
    page.route("**/notation", lambda _: None)  # the engraver takes its time
    press_at_once(page, "v", 3)
    page.locator(".paper .notation").wait_for()
    page.wait_for_timeout(300)
    assert page.locator(".paper .notation").count() == 1


def test_the_lanes_are_told_to_screen_readers(page):
    page.keyboard.press("3")
    lane = page.get_by_role("listbox", name="Chords, 9 entries")
    for key in ("ArrowRight", "ArrowRight"):
        lane.press(key)
    active = page.evaluate(
        "() => document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent"
    )
    assert active.startswith("F/A, bar 3, beat 1, 0:04.0 to 0:06.0, confidence")
    option = lane.get_by_role("option", selected=True)
    assert (option.get_attribute("aria-posinset"), option.get_attribute("aria-setsize")) == ("3", "9")


def test_a_stretch_is_looped_slowly_without_another_pitch(page):
    whole(page)
    box = page.locator(".lane-axis .lane-body").bounding_box()
    scale = box["width"] / page.evaluate(DURATION)
    page.mouse.move(box["x"] + 2.6 * scale, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 3.2 * scale, box["y"] + 30, steps=5)
    page.mouse.up()
    for key in ("l", ",", ","):
        page.keyboard.press(key)
    assert page.locator(".rate").text_content() == "80 %"
    assert page.get_by_role("button", name="Loop").get_attribute("aria-pressed") == "true"
    page.keyboard.press("End")
    page.keyboard.press("Space")
    seen = page.evaluate(
        """async () => {
            const seen = [], over = performance.now() + 12000;
            while (performance.now() < over && seen.filter((one) => one === "2 : 2").length < 2) {
                await new Promise((done) => setTimeout(done, 40));
                const now = document.querySelector(".fact-bar .value").textContent;
                if (now !== seen.at(-1)) seen.push(now);
            }
            return seen;
        }"""
    )
    page.keyboard.press("Space")
    assert [one for one in seen if one != "3 : 1"][-6:] == ["2 : 1", "2 : 2", "2 : 3", "2 : 4", "2 : 1", "2 : 2"]
    page.keyboard.press("l")
    assert page.get_by_role("button", name="Loop").get_attribute("aria-pressed") == "false"


def test_space_plays_whatever_the_mouse_pressed_last(page):
    page.get_by_role("button", name="Click").click()
    assert page.get_by_role("button", name="Click").get_attribute("aria-pressed") == "true"
    page.locator(".speed").click()
    page.keyboard.press("Space")
    page.wait_for_selector(".play.playing")
    page.keyboard.press("Space")
    page.wait_for_selector(".play:not(.playing)")


def test_the_transcription_is_mixed_in_and_parts_are_muted(page):
    for expected in ("50 % transcription", "the transcription alone", "the recording alone"):
        page.keyboard.press("m")
        assert page.locator(".mix").get_attribute("aria-valuetext") == expected
    page.keyboard.press("Alt+2")
    assert page.get_by_role("button", name="Piano").get_attribute("aria-pressed") == "false"


def test_what_the_server_refuses_is_told_and_taken_back(page, studio, song, open_page):
    open_page.allow("422")
    page.route("**/corrections/chords", lambda route: route.fulfill(status=422, json={"error": "no such chord"}))
    page.keyboard.press("3")
    page.keyboard.press("Delete")
    page.wait_for_selector(".toast.error")
    assert "no such chord" in page.locator(".toast.error").text_content()
    assert page.get_by_role("listbox", name="Chords, 9 entries").count() == 1


def test_no_key_is_given_twice_in_one_place(page):
    assert keys_given_twice(page) == []


@pytest.mark.parametrize("width", [360, 800])
def test_narrow_screens_hold_it_and_a_sections_long_name(studio, song, open_page, width):
    studio.pieces.correct(
        song, "sections", {"sections": [{"start": 0.0, "end": 16.0, "label": "A verse that goes on and on to the end"}]}
    )
    page = open_page(studio, f"#/listen/{song}", width=width, height=700)
    page.wait_for_selector(".timeline")
    assert sideways(page) == 0
    assert page.locator(CHORDS).bounding_box()["width"] > 0.75 * width


def test_exports_carry_what_was_corrected(page, studio, song):
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.keyboard.type("Bb7")
    page.keyboard.press("Enter")
    page.keyboard.press("e")
    with page.expect_download() as got:
        page.locator("[data-ending=lab][data-what=chords]").click()
    assert got.value.suggested_filename.endswith(".lab")
    assert got.value.path().read_text().splitlines()[0].split()[-1] == "Bb:7"


def test_ten_minutes_of_twenty_thousand_notes_scroll(studio, tmp_path, chromium, open_page):
    piece = add_long(studio.pieces, tmp_path)
    page = open_page(studio, f"#/listen/{piece}")
    page.wait_for_selector(".timeline")
    page.wait_for_timeout(1000)
    middle, _ = typical(frame_costs(chromium, page, scroll))
    assert middle < 12


def test_sections_are_added_where_none_were_heard(studio, tmp_path, open_page):
    piece = studio.pieces.add("short.mid", write_midi(short_piece(), tmp_path / "short.mid"), "notes")
    listen(studio.pieces, piece)
    page = open_page(studio, f"#/listen/{piece}")
    page.wait_for_selector(".timeline")
    assert page.locator(".lane-waveform").is_hidden()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("a")  # the second bar, and the third
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    page.keyboard.press("1")
    page.keyboard.press("n")
    page.keyboard.type("Verse")
    page.keyboard.press("Enter")
    found = kept(studio, piece, "sections", lambda one: one and one["sections"][0]["label"] == "Verse", page)
    assert [(one["start"], one["end"]) for one in found["sections"]] == [(2.0, 6.0)]
    assert page.locator(".fact-section .value").text_content() == "Verse"


def test_a_tuning_that_nobody_heard_is_not_told(page):
    told = page.evaluate(
        """async () => {
            const { heading } = await import("/page/js/listen/heading.js");
            const model = { about: { name: "song" }, duration: 1, get() {}, corrected() {} };
            const told = (piece) => heading({ ...model, piece }).element.textContent.includes("440");
            return [0, 0.4].map((tuning_confidence) => told({ tuning_cents: 0, tuning_confidence }));
        }"""
    )
    assert told == [False, True]
