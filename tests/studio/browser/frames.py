"""What a frame costs: Chromium's own trace of the page's thread while the lanes are scrolled.

A frame's cost is all that the page's thread does from one animation frame to the next: scripts, style, layout, paint
and handing the picture over, which draws the pixels of the canvases where there is no graphics card.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from statistics import median
from typing import Any

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
SCROLL = """async ([frames, step]) => {
    const lane = document.querySelector(".lane-roll .lane-body"), { left, top } = lane.getBoundingClientRect();
    const turn = (sign) => lane.dispatchEvent(new WheelEvent("wheel", {
        bubbles: true, cancelable: true, clientX: left + 300, clientY: top + 20,
        ...(step ? { deltaX: sign * step } : { deltaY: 5 * sign, ctrlKey: true }),
    }));
    for (let at = 0; at < frames; at++) {
        await new Promise(requestAnimationFrame);
        turn((step ? at < frames / 2 : at % 2) ? 1 : -1);
    }
}"""


def scroll(page: Any, frames: int = 120, step: int = 24) -> None:
    """Scroll the lanes by `step` px in each of some frames, there and back; with 0, zoom in and out instead."""
    page.evaluate(SCROLL, [frames, step])


def frame_costs(browser: Any, page: Any, act: Any) -> list[float]:
    """Milliseconds that the page's thread works in each animation frame while `act(page)` runs."""
    browser.start_tracing(page=page, categories=CATEGORIES)
    act(page)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    fired = [one for one in events if one["name"] == "FireAnimationFrame"]
    threads = [(one["pid"], one["tid"]) for one in fired]
    main = max(set(threads), key=threads.count)
    moments = sorted(one["ts"] for one in fired if (one["pid"], one["tid"]) == main)
    costs: list[float] = []
    for task in sorted((one for one in events if _is_task(one, main)), key=lambda one: one["ts"]):
        at = bisect_left(moments, task["ts"])
        if at < len(moments) and moments[at] < task["ts"] + task["dur"]:
            costs.append(0.0)  # the task in which a frame begins
        if costs:
            costs[-1] += task["tdur"] / 1000
    return costs[1:-1]


def _is_task(event: Any, thread: tuple[int, int]) -> bool:
    return event["name"] == "RunTask" and event["ph"] == "X" and (event["pid"], event["tid"]) == thread


def typical(costs: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in ms."""
    return median(costs), sorted(costs)[int(0.95 * len(costs))]
