// The music stand: the page in its frame, as large as one likes, alone on the screen if one likes. Pages are turned by the
// music, by keys, and by a foot pedal, which is a keyboard with two keys.

import { h, icon } from "../dom.js";
import { keys } from "../keys.js";
import { Notation } from "../notation.js";
import { announce } from "../say.js";

const NARROW = 640, WIDE = 1600; // pixels

export class Stand extends EventTarget {
  #off = [];
  #lock = null;

  // tools: what stands beside the buttons of the stand.
  constructor(id, tools) {
    super();
    this.id = id;
    this.large = h("button", { type: "button", "aria-pressed": "false", title: "Large notes, turned line by line (T)", onclick: () => this.setLarge(!this.isLarge) }, "Large type");
    this.full = h("button", { type: "button", "aria-pressed": "false", title: "The page alone (F)", onclick: () => this.setReading(!this.isReading) }, icon("open"), "Full screen");
    this.marksButton = h("button", { type: "button", "aria-pressed": "false", hidden: true, title: "What was not as written (P)", onclick: () => this.setMarked(!this.isMarked) }, "Marks");
    this.paper = h("div", { class: "stand-paper" });
    this.element = h("section", { class: "stand", "aria-label": "Music stand" },
      h("div", { class: "stand-bar" }, tools, h("div", { class: "group stand-view" }, this.marksButton, this.large, this.full)), this.paper);
    this.notation = this.#panel();
    const add = (key, label, run, more = {}) => this.#off.push(keys.add({ key, label, run, group: "Music stand", ...more }));
    add(["PageDown", "ArrowDown"], "Turn the page (foot pedal)", () => this.shown.step(1), { repeat: true });
    add(["PageUp", "ArrowUp"], "Turn back (foot pedal)", () => this.shown.step(-1), { repeat: true });
    add("F", "Full screen", () => this.setReading(!this.isReading));
    add("T", "Large type", () => this.setLarge(!this.isLarge));
    add("P", "Show the marks, or the page without", () => !this.marksButton.hidden && this.setMarked(!this.isMarked));
    const left = () => { if (!document.fullscreenElement && this.isReading) this.setReading(false); };
    document.addEventListener("fullscreenchange", left);
    this.#off.push(() => document.removeEventListener("fullscreenchange", left));
  }

  // The page that is seen: with marks or without.
  get shown() { return this.isMarked ? this.marked : this.notation; }

  // Whole pages where they are large enough to read: on a tall stand, or two of them side by side on a wide one.
  async load() {
    if (!await this.notation.load()) return false;
    const { clientWidth, clientHeight } = this.notation.scroller, { count } = this.notation.pages;
    this.setLarge(clientWidth < NARROW || (clientWidth > clientHeight && (count === 1 || clientWidth < WIDE)), false);
    return true;
  }

  place(bar, share, how) {
    this.notation.place(bar, share, how);
    if (this.isMarked) this.marked.place(bar, share, how);
  }

  // Whole pages, or lines as large as the stand is wide.
  setLarge(on, tell = true) {
    this.isLarge = on;
    this.large.setAttribute("aria-pressed", String(on));
    for (const one of [this.notation, this.marked]) one?.setWhole(!on);
    if (tell) announce(on ? "Large type" : "Whole pages");
  }

  async setReading(on) {
    this.isReading = on;
    this.element.classList.toggle("reading", on);
    document.documentElement.classList.toggle("stand-alone", on);
    this.full.setAttribute("aria-pressed", String(on));
    try {
      if (on) await this.element.requestFullscreen?.();
      else if (document.fullscreenElement) await document.exitFullscreen();
    } catch { /* the page fills the window, if not the screen */ }
    this.shown.scroller.focus({ preventScroll: true });
    this.shown.refit();
  }

  // Pages with marks, by number -> URL.
  async setMarks(page) {
    const was = this.isMarked;
    this.marked?.destroy();
    this.marked = this.#panel({ page, label: "The marked score" });
    this.marked.root.hidden = true;
    this.marksButton.hidden = false;
    await this.marked.load();
    this.isMarked = was ?? false;
    this.setMarked(true);
  }

  setMarked(on) {
    const { bar, share } = this.shown;
    this.isMarked = on;
    this.marksButton.setAttribute("aria-pressed", String(on));
    this.notation.root.hidden = on;
    if (this.marked) this.marked.root.hidden = !on;
    this.shown.refit();
    if (bar >= 0) this.shown.place(bar, share);
  }

  // The screen does not go dark while somebody plays.
  async stayAwake(on) {
    try {
      if (on) this.#lock = await navigator.wakeLock?.request("screen");
      else { await this.#lock?.release(); this.#lock = null; }
    } catch { /* it goes dark as the system has it */ }
  }

  close() {
    this.stayAwake(false);
    if (this.isReading) this.setReading(false);
    for (const off of this.#off) off();
    this.notation.destroy();
    this.marked?.destroy();
  }

  #panel(more = {}) {
    const panel = new Notation(this.paper, { id: this.id, whole: !this.isLarge, label: "The score", ...more });
    panel.addEventListener("seek", (event) => this.dispatchEvent(new CustomEvent("seek", { detail: event.detail })));
    return panel;
  }
}
