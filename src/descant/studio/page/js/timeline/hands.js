// Mouse, pen and fingers on the lanes. A press goes there or chooses what lies there; a drag moves it or, elsewhere,
// chooses a stretch. A finger drags the view, two zoom it; what a finger has chosen, it can drag.

import { h } from "../dom.js";

const STILL = 4; // px within which a press is no drag

export class Hands {
  #down = new Map(); // pointer id -> {x, y, lane, start}
  #drag = null;
  #hint = h("div", { class: "hint", role: "presentation", hidden: true });

  constructor(timeline, area) {
    Object.assign(this, { timeline, area });
    document.body.append(this.#hint);
    this.stop = new AbortController();
    const on = (name, run, options) => area.addEventListener(name, run, { signal: this.stop.signal, ...options });
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#release(event));
    on("pointercancel", (event) => this.#cancel(event));
    on("pointerleave", () => this.#tell(null));
    on("dblclick", (event) => this.#twice(event));
    on("wheel", (event) => this.#wheel(event), { passive: false });
    addEventListener("keydown", (event) => { if (event.key === "Escape" && this.#drag) this.#give(); }, { signal: this.stop.signal, capture: true });
  }

  close() {
    this.stop.abort();
    this.#hint.remove();
  }

  /** Whether a hand is on the lanes: then the view stays where it is. */
  get busy() { return this.#down.size > 0; }

  #place(event, lane) {
    const box = lane.body.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #laneOf(event) {
    const body = event.target.closest?.(".lane-body");
    return body && this.timeline.lanes.find((lane) => lane.body === body);
  }

  #press(event) {
    const { timeline } = this, lane = this.#laneOf(event);
    if (event.button || !lane || event.target.closest("input, button")) return;
    const { x, y } = this.#place(event, lane), touch = event.pointerType === "touch", hit = lane.hit(x, y);
    this.#tell(null);
    this.#down.set(event.pointerId, { x, y, lane, hit, touch, from: { x, y, time: timeline.view.time(x) }, moved: false });
    if (this.#down.size === 2) this.#give();
    this.area.setPointerCapture(event.pointerId);
    event.preventDefault(); // no text selected, the focus where we put it
  }

  #move(event) {
    const hand = this.#down.get(event.pointerId);
    if (!hand) return event.pointerType === "mouse" ? this.#hover(event) : undefined;
    const { x, y } = this.#place(event, hand.lane), last = { x: hand.x, y: hand.y };
    hand.x = x;
    hand.y = y;
    if (this.#down.size === 2) return this.#pinch(event.pointerId, x, last.x);
    if (!hand.moved && Math.hypot(x - hand.from.x, y - hand.from.y) < STILL) return;
    if (!hand.moved) {
      hand.moved = true;
      this.#drag = this.#begin(hand);
    }
    this.#drag?.move({ time: this.timeline.view.time(x), y, free: event.altKey || event.shiftKey, dx: x - last.x });
    this.timeline.request();
  }

  // What a drag that begins here does.
  #begin({ lane, hit, touch, from }) {
    const { timeline } = this;
    if (timeline.editable && hit?.drags && (!touch || hit.index === lane.chosen)) {
      timeline.choose(lane, hit.index);
      return lane.grab(hit, from);
    }
    if (touch && lane.name !== "axis") {
      timeline.setFollow(false);
      return { move: ({ dx }) => timeline.view.scroll(-dx), end() {}, cancel() {} };
    }
    const before = timeline.selection;
    return {
      move: ({ time, free }) => { timeline.select(from.time, time, { free }); },
      end() {},
      cancel() { timeline.selection = before; },
    };
  }

  #release(event) {
    const hand = this.#down.get(event.pointerId);
    this.#down.delete(event.pointerId);
    if (!hand) return;
    if (this.#drag) {
      this.#drag.end();
      this.#drag = null;
    } else if (!hand.moved) this.#click(hand);
    this.timeline.request();
  }

  #cancel(event) {
    this.#down.delete(event.pointerId);
    this.#give();
  }

  // Leave a drag as if it had not been.
  #give() {
    this.#drag?.cancel();
    this.#drag = null;
    for (const hand of this.#down.values()) hand.moved = true;
    this.timeline.request();
  }

  #click({ lane, hit, from }) {
    const { timeline } = this;
    if (hit && lane.count) {
      const again = lane.chosen === hit.index;
      timeline.choose(lane, hit.index, { focus: true });
      if (lane.field === "notes") return lane.sound(lane.notes.rows[lane.row(hit.index)]);
      if (again && timeline.editable && lane.edit) return lane.edit(hit.index);
      return timeline.goTo(hit.part === "end" ? lane.extent(hit.index)[1] : lane.extent(hit.index)[0]);
    }
    if (timeline.chosen) timeline.choose(null);
    return timeline.goTo(from.time);
  }

  #twice(event) {
    const { timeline } = this, lane = this.#laneOf(event);
    if (!lane || !timeline.editable || event.target.closest("input, button")) return;
    const { x, y } = this.#place(event, lane), hit = lane.hit(x, y);
    if (!hit) lane.add?.(timeline.view.time(x), y);
  }

  #pinch(id, x, was) {
    const [other] = [...this.#down].filter(([key]) => key !== id).map(([, hand]) => hand);
    const wide = Math.abs(x - other.x), before = Math.abs(was - other.x);
    if (wide > 8 && before > 8) this.timeline.view.zoom(wide / before, (x + other.x) / 2);
  }

  #wheel(event) {
    const unit = event.deltaMode === 1 ? 16 : 1, { timeline } = this, lane = this.#laneOf(event);
    if (!lane) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      timeline.view.zoom(Math.exp(-event.deltaY * unit * 0.004), this.#place(event, lane).x);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      timeline.setFollow(false);
      timeline.view.scroll((event.deltaX || event.deltaY) * unit);
    }
  }

  #hover(event) {
    const lane = this.#laneOf(event);
    if (!lane || event.target.closest("input, button")) return this.#tell(null);
    const { x, y } = this.#place(event, lane), hit = lane.hit(x, y);
    const grabbed = this.timeline.editable && hit?.drags;
    lane.body.style.cursor = !grabbed ? (hit ? "pointer" : "crosshair") : hit.part === "body" && lane.field === "notes" ? "grab" : "ew-resize";
    return this.#tell(event, lane.hint?.(x, y) || (hit ? lane.describe(hit.index) : ""));
  }

  // What lies under the mouse, in words beside it.
  #tell(event, words = "") {
    this.#hint.hidden = !words;
    if (!words) return;
    if (this.#hint.textContent !== words) {
      this.#hint.textContent = words;
      this.width = this.#hint.offsetWidth;
    }
    const left = Math.max(8, Math.min(event.clientX + 14, innerWidth - this.width - 8));
    this.#hint.style.transform = `translate(${left}px, ${event.clientY + 18}px)`;
  }
}
