"""The door and the API's page in a real browser: who has no token sees words, a password opens, nothing is refused."""

import httpx
import pytest

from tests.studio.served import threaded

PASSWORD = "sixteen candles"


@pytest.fixture
def visitor(chromium):
    """A page of somebody who was not let in yet."""
    context = chromium.new_context(viewport={"width": 360, "height": 700})
    yield context.new_page()
    context.close()


def test_who_has_no_token_sees_words_and_nothing_else(studio, visitor):
    asked = []
    visitor.on("request", lambda one: asked.append(one.url.rpartition("/")[2]))
    visitor.goto(f"http://127.0.0.1:{studio.settings.port}/")
    assert visitor.get_by_role("status").inner_text().startswith("This page is private: open the address")
    assert visitor.locator("form").count() == 0
    assert {one for one in asked if one} <= {"base.css", "door.css", "favicon.ico"}
    assert visitor.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_a_password_opens_the_door(tmp_path, visitor):
    with threaded(tmp_path, host="0.0.0.0", password=PASSWORD) as studio:
        visitor.goto(f"http://127.0.0.1:{studio.settings.port}/")
        visitor.get_by_label("Password").fill("a guess")
        visitor.keyboard.press("Enter")
        visitor.get_by_text("That is not the password.").wait_for()
        visitor.get_by_label("Password").fill(PASSWORD)
        visitor.get_by_role("button", name="Open").click()
        visitor.locator("main > *").first.wait_for()
        visitor.get_by_role("link", name="Library", exact=True).wait_for()
        assert visitor.url == f"http://127.0.0.1:{studio.settings.port}/"
        assert visitor.evaluate("document.cookie") == ""


def test_another_site_reaches_nothing(studio, open_page, chromium):
    page = open_page(studio)
    target = f"http://127.0.0.1:{studio.settings.port}"
    page.context.new_page().goto(f"{target}/docs")  # who is let in ...
    other = page.context.new_page()  # ... opens a page of somebody else in the same browser
    other.route("http://evil.example/**", lambda route: route.fulfill(content_type="text/html", body="<p>Hello</p>"))
    other.goto("http://evil.example/")
    tried = """async (target) => {
      const found = [];
      const blind = {mode: "no-cors"};
      for (const options of [{}, {credentials: "include"}, blind, {...blind, method: "POST", body: "x"}]) {
        try {
          const answer = await fetch(`${target}/api/jobs`, options);
          found.push(answer.type === "opaque" ? "opaque" : answer.status);
        } catch { found.push("refused"); }
      }
      return found;
    }"""
    assert set(other.evaluate(tried, target)) <= {"refused"}
    assert other.evaluate("(target) => { open(target); return true; }", target)
    assert studio.jobs.all() == []


def test_the_apis_page_names_every_operation(studio, open_page):
    page = open_page(studio)
    address = f"http://127.0.0.1:{studio.settings.port}"
    known = {"Authorization": f"Bearer {studio.settings.token}"}
    document = httpx.get(f"{address}/openapi.json", headers=known).json()
    page.goto(f"{address}/docs")
    page.locator("main[aria-busy=false]").wait_for()
    assert page.locator(".operation").count() == sum(map(len, document["paths"].values()))
    page.get_by_role("link", name="Cancel a job").click()
    shown = page.locator(".operation", has=page.get_by_role("heading", name="Cancel a job"))
    assert shown.locator(".address").inner_text() == "POST /api/jobs/{job}/cancel"
    assert '"queued" or "running"' in shown.inner_text()


def test_the_apis_page_says_why_there_is_nothing(studio, open_page):
    open_page.allow("500")
    page = open_page(studio)
    page.route("**/openapi.json", lambda route: route.fulfill(status=500, json={"error": "it is broken"}))
    page.goto(f"http://127.0.0.1:{studio.settings.port}/docs")
    page.locator("main[aria-busy=false]").get_by_role("alert").get_by_text("it is broken").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_apis_page_fits_a_narrow_window(studio, open_page, scheme):
    page = open_page(studio, width=360, color_scheme=scheme)
    page.goto(f"http://127.0.0.1:{studio.settings.port}/docs")
    page.locator("main[aria-busy=false]").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
