// The engraved pages one under another in a box that scrolls. Pages are fetched when they come near, and those far away
// are let go again; a page is never put into the document but through `sanitised`.

import { api } from "../api.js";
import { h, svg } from "../dom.js";
import { sanitised } from "../sanitise_svg.js";
import { geometryOf, laidOut } from "./geometry.js";

const SIDE = 62; // of a page's empty margin that is cut off on either side
const AIR = 34; // left over and under the music
const KEPT = 16; // pages in the document at once
const AGAIN = 5000; // ms until a page that could not be had is asked for again
const BEYOND = 300; // a bar's field and the line in it reach so far beyond its staves
let made = 0;

export class Pages extends EventTarget {
  #shown = new Map(); // number -> {svg, text, geometry, cursor}
  #coming = new Map();
  #failed = new Map(); // number -> {error, until}
  #watch;

  // address: page number -> URL.
  constructor(scroller, { count, address }) {
    super();
    Object.assign(this, { scroller, count, address, name: `p${++made}-` });
    this.frames = Array.from({ length: count }, (_, at) =>
      h("div", { class: "notation-page", dataset: { page: at + 1 }, "aria-hidden": "true" }));
    scroller.replaceChildren(...this.frames);
    this.#watch = new IntersectionObserver((entries) => {
      for (const one of entries) if (one.isIntersecting) this.load(Number(one.target.dataset.page)).catch(() => {});
    }, { root: scroller, rootMargin: "120% 40%" });
    for (const frame of this.frames) this.#watch.observe(frame);
  }

  close() {
    this.#watch.disconnect();
    this.scroller.replaceChildren();
  }

  // The page with its geometry, once it is in the document.
  load(number) {
    if (this.#shown.has(number)) return Promise.resolve(this.#shown.get(number));
    const { error, until } = this.#failed.get(number) ?? {};
    if (performance.now() < until) return Promise.reject(error); // the music asks at every moment
    if (!this.#coming.has(number)) {
      const coming = this.#fetch(number).finally(() => this.#coming.delete(number));
      this.#coming.set(number, coming);
    }
    return this.#coming.get(number);
  }

  // The same without waiting; undefined where it is not there yet.
  shown(number) { return this.#shown.get(number); }

  get all() { return [...this.#shown.entries()]; }

  // Fetch again what is shown, and change what is different; and what could not be had.
  async refresh() {
    const missed = [...this.#failed.keys()].filter((number) => !this.#shown.has(number));
    this.#failed.clear();
    for (const number of missed) this.load(number).catch(() => {});
    for (const [number, old] of this.all) {
      const text = await this.#text(number);
      if (text !== old.text) this.#place(number, text);
    }
  }

  async #text(number) { return (await api.fetch(this.address(number))).text(); }

  async #fetch(number) {
    try {
      return this.#place(number, await this.#text(number));
    } catch (error) {
      this.#failed.set(number, { error, until: performance.now() + AGAIN });
      this.frames[number - 1].replaceChildren(h("p", { class: "notation-gone" }, `Page ${number} cannot be shown: ${error.message}`));
      throw error;
    }
  }

  #place(number, text) {
    const drawing = sanitised(text, `${this.name}${number}-`);
    drawing.classList.add("engraved");
    drawing.setAttribute("focusable", "false");
    const geometry = laidOut(drawing, () => { const found = geometryOf(drawing); crop(drawing); return found; });
    const over = geometry.measures[0]?.group.closest("g.e-page-margin") ?? geometry.frame;
    for (const one of geometry.measures) {
      const { staffTop, staffBottom } = geometry.systems[one.system];
      one.field = svg("rect", {
        class: "bar-field", x: one.left, y: staffTop - BEYOND, width: one.right - one.left, height: staffBottom - staffTop + 2 * BEYOND,
      });
      one.group.prepend(one.field);
    }
    const cursor = svg("line", { class: "notation-cursor", x1: 0, x2: 0, y1: 0, y2: 0 });
    over.append(cursor);
    this.frames[number - 1].replaceChildren(drawing);
    const page = { number, svg: drawing, text, geometry, cursor };
    this.#shown.delete(number);
    this.#shown.set(number, page);
    this.#letGo(number);
    this.dispatchEvent(new CustomEvent("load", { detail: page }));
    return page;
  }

  // The pages farthest from this one leave the document, their room stays.
  #letGo(number) {
    const far = [...this.#shown.keys()].sort((a, b) => Math.abs(b - number) - Math.abs(a - number));
    for (const one of far.slice(0, Math.max(0, far.length - KEPT))) {
      const frame = this.frames[one - 1];
      frame.style.minHeight = `${frame.offsetHeight}px`;
      frame.replaceChildren();
      this.#shown.delete(one);
      this.#watch.unobserve(frame);
      this.#watch.observe(frame);
    }
  }

  // The page at a height of the box that scrolls.
  at(height) {
    const found = this.frames.findIndex((one) => one.offsetTop + one.offsetHeight > height);
    return found < 0 ? this.count : found + 1;
  }

  // Put the line that moves within a bar there, where so much of it is over; nowhere for null.
  point(page, measure, share, starts) {
    for (const [, other] of this.all) if (other !== page) other.cursor.classList.remove("on");
    if (!page) return;
    const x = xOf(measure, share, starts), { staffTop, staffBottom } = page.geometry.systems[measure.system];
    for (const [name, value] of [["x1", x], ["x2", x], ["y1", staffTop - BEYOND], ["y2", staffBottom + BEYOND]]) page.cursor.setAttribute(name, value.toFixed(0));
    page.cursor.classList.add("on");
  }

  // Where a system or a page stands in the box that scrolls: {top, bottom, left, right} in its pixels.
  systemBox(page, system) {
    const { left, right, top, bottom } = page.geometry.systems[system];
    return this.#box(page, left, top, right, bottom);
  }

  barBox(page, measure) {
    return this.#box(page, measure.left, measure.top, measure.right, measure.bottom);
  }

  pageBox(number) {
    const frame = this.frames[number - 1];
    return { top: frame.offsetTop, bottom: frame.offsetTop + frame.offsetHeight, left: frame.offsetLeft, right: frame.offsetLeft + frame.offsetWidth };
  }

  #box(page, left, top, right, bottom) {
    const { a, d, e, f } = (page.geometry.measures[0].group).getScreenCTM();
    const rect = this.scroller.getBoundingClientRect();
    const x = e - rect.left + this.scroller.scrollLeft, y = f - rect.top + this.scroller.scrollTop;
    return { left: a * left + x, right: a * right + x, top: d * top + y, bottom: d * bottom + y };
  }
}

// The place within a measure where so much of it is over. starts: shares at which something begins, where known.
function xOf(measure, share, starts) {
  const { columns, first, right } = measure;
  if (!starts || starts.length !== columns.length || starts.length < 2) return first + share * (right - first);
  const at = starts.findLastIndex((one) => one <= share + 1e-6);
  if (at < 0) return first;
  const from = starts[at], to = starts[at + 1] ?? 1;
  const left = columns[at], next = columns[at + 1] ?? right;
  return left + (next - left) * (to > from ? (share - from) / (to - from) : 0);
}

// Show what is drawn and little more: no empty foot, narrow margins.
function crop(drawing) {
  const [x, y, width, height] = (drawing.getAttribute("viewBox") ?? "0 0 2100 2970").split(/[\s,]+/).map(Number);
  const drawn = drawing.getBBox();
  const top = Math.max(y, drawn.y - AIR), bottom = Math.min(y + height, drawn.y + drawn.height + AIR);
  drawing.removeAttribute("width");
  drawing.removeAttribute("height");
  drawing.setAttribute("viewBox", `${x + SIDE} ${top} ${width - 2 * SIDE} ${Math.max(200, bottom - top)}`);
}
