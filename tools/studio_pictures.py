"""Takes the pictures of the studio for the docs, light and dark: of a running studio, in headless Chromium.

    python tools/studio_pictures.py

The music is descant's own: the tune of `descant demo` (synthesised), and what lies in docs/composition.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from descant.io.audio import write_audio
from descant.io.midi import write_midi
from descant.io.open import open as open_file
from descant.pipelines.demo_piece import demo_notes
from descant.registry import find
from tests.studio.browser.hands import drop
from tests.studio.made_pieces import as_learnt
from tests.studio.served import threaded

DOCS = Path(__file__).parent.parent / "docs"
PICTURES, MUSIC = DOCS / "studio", DOCS / "composition"
SIZE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
LONG = 600_000.0  # ms that work may take
SETTLED = 1_500  # ms
INDEX = """(folder) => fetch("/api/library/index", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ folder }),
})"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        shutil.copytree(MUSIC, home / "music", ignore=shutil.ignore_patterns("*.png"))
        tune = write_audio(find("sampler")(demo_notes()), home / "descant demo.wav")
        take = write_midi(as_learnt(open_file(MUSIC / "old_hundredth.abc")), home / "my take.mid")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with threaded(home, roots=(home,)) as studio:
            address = f"http://127.0.0.1:{studio.settings.port}/"
            door = f"{address}?token={studio.settings.token}"
            page = browser.new_page(viewport=SIZE)
            page.set_default_timeout(LONG)
            page.goto(door)
            places = _places(page, address, home, tune, take)
            page.close()
            for scheme in ("light", "dark"):
                _take(browser, door, address, places, scheme, SIZE)
            _take(browser, door, address, {"phone": places["listen"]}, "light", PHONE)
        browser.close()


def _places(page: Any, address: str, home: Path, tune: Path, take: Path) -> dict[str, str]:
    """What each picture shows: the address of each view, once the music is heard, found, written and followed."""
    places = {"start": "#/"}
    drop(page, tune)
    places["listen"] = _opened(page)
    page.evaluate(INDEX, str(home / "music"))
    _idle(page)
    places["library"] = "#/library?words=calm+piano+in+a+minor+key"
    drop(page, MUSIC / "chorale.mid")
    places["write"] = _opened(page).replace("listen", "write")
    drop(page, MUSIC / "old_hundredth.abc")
    score = _opened(page).replace("listen", "follow")
    page.goto(f"{address}{score}")
    page.locator("input[aria-label='A recording of this score']").set_input_files(take)
    page.wait_for_selector(".result:not([hidden])")
    places["follow"] = page.evaluate("location.hash")
    return places


def _opened(page: Any) -> str:
    """Where the newest piece is looked at, once it is ready."""
    _idle(page)
    newest: str = page.evaluate("fetch('/api/pieces').then((answer) => answer.json()).then((all) => all.items[0].id)")
    return f"#/listen/{newest}"


def _idle(page: Any) -> None:
    """Wait until no job runs."""
    page.wait_for_timeout(SETTLED)
    page.wait_for_function(
        "fetch('/api/jobs').then((answer) => answer.json()).then((all) => "
        "(all.items ?? all).every((one) => !['queued', 'running'].includes(one.state)))",
        polling=1000,
    )


def _take(browser: Any, door: str, address: str, places: dict[str, str], scheme: str, size: dict[str, int]) -> None:
    page = browser.new_page(viewport=size, color_scheme=scheme)
    page.set_default_timeout(LONG)
    page.goto(door)
    for name, place in places.items():
        page.goto(f"{address}{place}")
        page.wait_for_timeout(2 * SETTLED)
        if name == "write":
            _written(page)
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
    page.close()


def _written(page: Any) -> None:
    """Two bars anew, two takes of them."""
    page.locator("input[name=bars]").fill("3-4")
    page.get_by_label("How many takes").select_option("2")
    page.locator(".asking button[type=submit]").click()
    page.wait_for_selector(".take:nth-child(3) .excerpt")
    page.locator(".take").first.scroll_into_view_if_needed()


if __name__ == "__main__":
    main()
