"""Measures what a frame of the studio's timeline costs: ten minutes of music, 20,000 notes, in headless Chromium.

    python tools/studio_frames.py

For several widths and zooms: the median and the 95th percentile over frames of what the page's thread does in each
(scripts, style, layout, paint), from Chromium's trace; and how long it takes from a load of the page to the first view,
the median of LOADS loads.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.studio.browser.frames import frame_costs, scroll, typical
from tests.studio.made_pieces import add_long
from tests.studio.served import threaded

LOADS = 7
SIZES = ((360, 740), (1280, 900), (3840, 2160))
ZOOMS = {
    "opening": (),
    "all of it, zoomed in and out": ("z",),
    "a fifth of it": ("z", "+", "+", "+", "+"),
    "close": ("+",) * 5,
}


def main() -> None:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as home, threaded(Path(home)) as studio, sync_playwright() as playwright:
        piece = add_long(studio.pieces, Path(home))
        address = f"http://127.0.0.1:{studio.settings.port}"
        for width, height in SIZES:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{address}/?token={studio.settings.token}")
            views = sorted(first_view(page, f"{address}/#/listen/{piece}") for _ in range(LOADS))
            print(f"{width} x {height}: first view {median(views):.2f} s ({views[0]:.2f} to {views[-1]:.2f})")
            page.wait_for_timeout(2000)
            for name, keys in ZOOMS.items():
                for key in ("z", "+", "+", "+", "+", "+") if name == "opening" else keys:
                    page.keyboard.press(key)
                costs = frame_costs(browser, page, partial(scroll, step=0 if "all" in name else 24))
                middle, high = typical(costs)
                print(f"  {name:30} {len(costs):4} frames  median {middle:5.1f} ms  95 % under {high:5.1f} ms")
            browser.close()


def first_view(page: Any, address: str) -> float:
    """Seconds from a fresh load of the page until the lanes stand there, drawn."""
    page.goto("about:blank")
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_function("() => document.querySelector('.lane-roll canvas')?.width > 100")
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
