"""Notation on the page: the bar that sounds, pages turned, bars selected by mouse and keys, pages that mean harm."""

from dataclasses import replace
from fractions import Fraction

import pytest

from descant.io.save import save
from descant.studio.notation import notation
from descant.studio.work_listen import listen
from descant.types import Score
from descant.types.score import Lyric, ScorePart, TempoMark
from tests.scores import FOUR, frame, note
from tests.studio.served import threaded

BARS = 170  # on three pages
NAMES = ("C4", "E4", "G4", "C5", "B4", "G4", "E4", "D4")
HARM = '<script>window.harmed = 1</script><img src=x onerror="window.harmed = 2">'


def long_score(bars: int = BARS, title: str = "A long tune") -> Score:
    """A tune of quarters at 120 a minute: a bar lasts 2 s."""
    rows = tuple(tuple(note(beat, 1, NAMES[(bar + beat) % len(NAMES)]) for beat in range(4)) for bar in range(bars))
    measures = frame(*((4, FOUR, {}) for _ in range(bars)))
    tempo = (TempoMark(Fraction(0), 120.0),)
    return Score(measures, (ScorePart(rows, name="Tune"),), title=title, tempos=tempo)


def add_score(studio, score, folder, name="tune.musicxml"):
    """The id of a piece that was read and engraved."""
    piece = studio.pieces.add(name, save(score, folder / name), "score")
    listen(studio.pieces, piece)
    notation(studio.pieces, piece)
    return piece


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """A studio with a long score, and one whose words mean harm: gives the studio and their ids."""
    home = tmp_path_factory.mktemp("scores")
    with threaded(home) as studio:
        harmful = long_score(4, title=HARM)
        part = harmful.parts[0]
        first = replace(part.measures[0][0], lyrics=(Lyric(HARM),))
        parts = (replace(part, name="<b>Tune</b>", measures=((first, *part.measures[0][1:]), *part.measures[1:])),)
        yield (
            studio,
            add_score(studio, long_score(), home),
            add_score(studio, replace(harmful, parts=parts), home, "harm.musicxml"),
        )


MOUNT = """async (id) => {
    const { Notation } = await import("/page/js/notation.js");
    const main = document.getElementById("main");
    main.replaceChildren();
    window.told = [];
    window.notation = new Notation(main, { id });
    for (const name of ["seek", "select", "page"]) {
        notation.addEventListener(name, (event) => told.push([name, event.detail]));
    }
    await notation.load();
}"""


@pytest.fixture(scope="module")
def opened(chromium, scores):
    """A page of the studio; its log is looked at in the end."""
    context, logged = chromium.new_context(viewport={"width": 1280, "height": 800}), []
    page = context.new_page()
    page.on("console", lambda one: one.type == "error" and logged.append(one.text))
    page.on("pageerror", lambda one: logged.append(str(one)))
    settings = scores[0].settings
    page.goto(f"http://127.0.0.1:{settings.port}/?token={settings.token}")
    page.wait_for_selector("main > *")
    yield page
    context.close()
    assert [
        one for one in logged if "Applying inline style" not in one
    ] == []  # what XML parsers write of errors has one


@pytest.fixture
def page(opened, scores):
    """The long score's notation, at its beginning."""
    if not opened.evaluate("Boolean(window.notation?.root.isConnected)"):
        opened.evaluate(MOUNT, scores[1])
    opened.evaluate("""() => {
        notation.clearSelection();
        notation.turn(1);
        notation.pointing.anchor = -1;
        notation.onsets = null;
        told.length = 0;
    }""")
    return opened


def bar(page, index):
    return page.locator(f".bar-field[data-bar='{index}']")


def told(page, name):
    """What was told last under a name."""
    return page.evaluate("(name) => told.filter((one) => one[0] === name).at(-1)?.[1] ?? null", name)


def test_the_bar_that_sounds_stays_in_sight_when_the_next_line_is_turned_to(page):
    hidden = page.evaluate(
        """() => {
            const within = (one, box) => one.top > box.top - 2 && one.bottom < box.bottom + 2;
            return Array.from({ length: 40 }, (_, bar) => bar).filter((bar) => {
                notation.place(bar, 0.75);
                const box = notation.scroller.getBoundingClientRect();
                const both = [bar, bar + 1].map((one) => document.querySelector(`.bar-field[data-bar="${one}"]`));
                return !both.every((one) => within(one.getBoundingClientRect(), box));
            });
        }"""
    )
    assert hidden == []
    assert page.evaluate("notation.scroller.scrollTop") > 0


def test_the_bar_that_sounds_is_marked_and_a_line_moves_in_it(page):
    page.evaluate("notation.at(5.0)")
    assert page.locator(".bar-field.current").get_attribute("data-bar") == "2"
    places = []
    for time in (4.0, 4.5, 5.5):
        page.evaluate("(time) => notation.at(time)", time)
        places.append(float(page.locator(".notation-cursor.on").get_attribute("x1")))
    box = page.evaluate("""() => {
        const one = document.querySelector(".bar-field.current");
        return [Number(one.getAttribute("x")), Number(one.getAttribute("width"))];
    }""")
    assert box[0] < places[0] < places[1] < places[2] < box[0] + box[1]
    assert page.locator(".notation-where").text_content() == f"Bar 3 of {BARS}"


def test_the_line_stands_on_the_note_that_sounds(page):
    page.evaluate("notation.onsets = [0, 0.5, 1, 1.5, 2].map((time) => time + 4)")
    lefts = page.evaluate(
        """() => [...document.querySelectorAll(".bar-field[data-bar='2'] ~ g .e-notehead")]
            .map((one) => one.getBBox().x)"""
    )
    for time, left in zip((4.0, 4.5, 5.0, 5.5), lefts, strict=True):
        page.evaluate("(time) => notation.at(time)", time)
        assert float(page.locator(".notation-cursor.on").get_attribute("x1")) == pytest.approx(left, abs=1)


def test_pages_are_turned_in_time_and_only_once(page):
    assert page.evaluate("notation.pages.count") == 3
    page.evaluate("notation.setWhole(true)")
    page.wait_for_selector(".notation.spread")  # the window is wide: pages 1 and 2 lie side by side
    last = page.evaluate("notation.bars.findLastIndex((one) => one.page === 2)")
    page.evaluate("(bar) => notation.place(bar, 0.2)", last)
    assert page.evaluate("notation.page") == 1
    page.evaluate("(bar) => notation.place(bar, 0.6)", last)  # half a bar before: the next page is in sight
    page.wait_for_function("() => notation.page === 3")
    page.evaluate("notation.turn(1)")  # somebody looks back, and is let
    page.evaluate("(bar) => notation.place(bar, 0.8)", last)
    assert page.evaluate("notation.page") == 1
    page.evaluate("(bar) => notation.place(bar, 0)", BARS - 1)
    page.wait_for_function(
        "(last) => document.querySelector('.bar-field.current')?.dataset.bar === last", arg=str(BARS - 1)
    )
    page.evaluate("notation.setWhole(false)")


def test_lines_are_turned_where_pages_are_larger_than_the_window(page):
    page.evaluate("notation.place(0, 0)")
    for number in range(2, BARS, 2):
        page.evaluate("(bar) => notation.place(bar, 0)", number)
        seen = page.evaluate("""() => {
            const bar = document.querySelector(".bar-field.current")?.getBoundingClientRect();
            const box = notation.scroller.getBoundingClientRect();
            return !bar || (bar.top >= box.top - 24 && bar.bottom <= box.bottom + 24);
        }""")
        assert seen, number
    assert page.evaluate("notation.page") == 3


def test_a_click_goes_to_a_bar_and_shift_or_a_drag_selects(page):
    bar(page, 3).click(force=True)
    assert told(page, "seek") == {"bar": 3, "time": 6}
    bar(page, 5).click(modifiers=["Shift"], force=True)
    assert told(page, "select") == {"first": 3, "last": 5, "bars": "4-6", "words": "bars 4 to 6", "start": 6, "end": 12}
    assert page.locator(".bar-field.selected").count() == 3
    start, end = bar(page, 2).bounding_box(), bar(page, 1).bounding_box()
    page.mouse.move(start["x"] + 30, start["y"] + 40)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 40, steps=6)
    page.mouse.up()
    assert told(page, "select")["bars"] == "2-3"
    bar(page, 0).click(force=True)
    assert told(page, "select") is None
    page.get_by_role("button", name="Select bars").click()  # without a Shift key
    bar(page, 1).click(force=True)
    bar(page, 2).click(force=True)
    assert told(page, "select")["bars"] == "2-3"
    page.get_by_role("button", name="Select bars").click()


def test_bars_are_walked_and_selected_by_keys(page):
    page.locator(".notation-scroller").focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert told(page, "seek")["bar"] == 2
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    assert told(page, "select")["bars"] == "3-5"
    page.keyboard.press("Shift+ArrowLeft")
    assert told(page, "select")["bars"] == "3-4"
    page.keyboard.press("Escape")
    assert told(page, "select") is None
    page.keyboard.press("PageDown")
    page.wait_for_function("() => notation.scroller.scrollTop > 100")
    page.keyboard.press("PageUp")
    page.wait_for_function("() => notation.scroller.scrollTop < 100")


def test_bars_of_a_stretch_of_time_are_selected(page):
    page.evaluate("notation.selectTimes(4.1, 7.9)")
    assert told(page, "select")["bars"] == "3-4"
    page.evaluate("notation.selectTimes(4.1, 4.11)")
    assert told(page, "select") is None or told(page, "select")["bars"] == "3"


def test_only_pages_that_are_near_are_in_the_document(page):
    assert page.evaluate("notation.pages.all.length") < page.evaluate("notation.pages.count") + 1
    page.evaluate("notation.turn(notation.pages.count)")
    page.wait_for_function("() => document.querySelector('.notation-page:last-child svg')")


def test_notes_are_as_dark_or_light_as_the_page(page):
    inks = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        inks[scheme] = page.evaluate("""() => {
            const canvas = new OffscreenCanvas(1, 1).getContext("2d");
            canvas.fillStyle = getComputedStyle(document.querySelector(".e-notehead")).fill;
            canvas.fillRect(0, 0, 1, 1);
            return canvas.getImageData(0, 0, 1, 1).data[0];
        }""")
    assert inks["light"] < 80 < 180 < inks["dark"]


def test_words_of_a_score_stay_words(opened, scores):
    opened.evaluate(MOUNT, scores[2])
    words = opened.locator(".notation-page text").all_text_contents()
    assert any(HARM in one for one in words)
    assert any("<b>Tune</b>" in one for one in words)
    assert opened.locator("main :is(script, img, b)").count() == 0
    assert opened.evaluate("window.harmed") is None


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">%s</svg>'
HARMFUL = (
    "<script>window.harmed = 1</script>",
    '<g onload="window.harmed = 1" onclick="window.harmed = 1"><path d="M0 0" onmouseover="window.harmed = 1"/></g>',
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="window.harmed = 1"/></body>'
    "</foreignObject>",
    '<html:script xmlns:html="http://www.w3.org/1999/xhtml">window.harmed = 1</html:script>',
    "<style>* { display: none }</style>",
    '<image href="http://example.com/x.png"/><use href="http://example.com/x.svg#a"/><use xlink:href="data:x#a"/>',
    '<a href="javascript:window.harmed = 1"><text>here</text></a>',
    '<animate attributeName="href" to="javascript:1"/><set attributeName="onclick" to="1"/>',
    '<rect fill="url(http://example.com/x)" style="fill: url(http://example.com/x); background: red"/>',
    '<defs><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></defs><use href="#a"/>',
    '<g id="constructor" class="toString"/><g id="x&quot; onload=&quot;1"/>',
)


@pytest.mark.parametrize("harmful", HARMFUL)
def test_nothing_but_a_drawing_is_left_of_an_svg(opened, harmful):
    left = opened.evaluate(
        """async (text) => {
            const { sanitised } = await import("/page/js/sanitise_svg.js");
            const made = sanitised(text, "p-");
            document.getElementById("main").replaceChildren(made);
            await new Promise((done) => setTimeout(done, 30));
            const all = [made, ...made.querySelectorAll("*")];
            const said = (one) => [...one.attributes].map((each) => `${each.name}=${each.value}`);
            return all.flatMap((one) => [one.localName, ...said(one)]);
        }""",
        SVG % (harmful + '<path d="M0 0 L9 9"/>'),
    )
    assert "path" in left
    assert opened.evaluate("window.harmed") is None
    for one in left:
        assert not any(word in one.lower() for word in ("script", "foreign", "http", "style=", "image", "anim"))
        assert not one.startswith("on")
        assert not one.startswith("href") or one.startswith("href=#p-")
        assert not one.startswith("id=") or one.startswith("id=p-")
        assert not one.startswith("class=") or one.startswith("class=e-")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no svg",
        "<html><body/></html>",
        "<svg xmlns='http://www.w3.org/2000/svg'><g></svg>",
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
        SVG % ("<g>" * 80 + "</g>" * 80),
    ],
)
def test_what_is_no_page_is_refused(opened, text):
    refused = """async (text) => {
        const { sanitised } = await import("/page/js/sanitise_svg.js");
        try { sanitised(text); return ""; } catch (error) { return error.message; }
    }"""
    assert "page" in opened.evaluate(refused, text)


def test_a_page_that_cannot_be_had_is_not_asked_for_at_every_moment(scores, open_page):
    open_page.allow("404")
    page = open_page(scores[0])
    asked = page.evaluate(
        """async () => {
            const { Pages } = await import("/page/js/notation/pages.js"), ask = fetch;
            let asked = 0;
            window.fetch = (...given) => { asked++; return ask(...given); };
            const host = document.createElement("div");
            const pages = new Pages(host, { count: 1, address: () => "/api/none" });
            for (let at = 0; at < 5; at++) await pages.load(1).catch(() => {});
            return asked;
        }"""
    )
    assert asked == 1
