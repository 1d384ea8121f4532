// A piece's notation: engraved pages, the bar that sounds marked and its pages turned, bars to go to and to select.
//
// new Notation(host, {id, player}).load(). Events: 'ready', 'error' {message}, 'page' {page}, 'seek' {bar, time},
// 'select' {first, last, bars, words, start, end} (null where nothing is selected).

import { api } from "./api.js";
import { clear, h, sheet } from "./dom.js";
import { onPiece, whenDone } from "./events.js";
import { announce } from "./say.js";
import { Pages } from "./notation/pages.js";
import { Pointing } from "./notation/pointing.js";
import { barAt, barWords, counted, spansOf } from "./notation/times.js";
import { Tools } from "./notation/tools.js";
import { Turning } from "./notation/turning.js";

const SETTLED = 900; // ms after the piece changed until it is asked for anew
const ECHO = 3000; // ms in which news of the piece are those of our own engraving
const LEGIBLE = 640; // pixels that a page is wide at least
const TOP = 24; // pixels below its top at which a page counts as the one that is read
const WIDE = 1.3; // width by height of a box from which on two whole pages stand side by side

export class Notation extends EventTarget {
  #off = [];
  #stop = new AbortController();
  #asked = 0;
  #current = null; // the measure that is marked
  #told = 0;
  #own = 0; // until then, news of the piece are of the engraving that was asked for here
  #starts = null; // {bar, shares} at which notes of a bar begin

  // page: number -> URL, where other pages are shown than the piece's own. whole: whole pages, each as high as the box.
  constructor(host, { id, player = null, page = null, whole = false, label = "Notation" } = {}) {
    super();
    Object.assign(this, { id, player, label, whole, bars: [], spans: [], onsets: null, selection: null, bar: -1, share: 0, scale: 0, marks: new Map() });
    this.address = page ?? ((number) => `/api/pieces/${id}/notation/${number}.svg`);
    this.follows = true; // whether pages are turned as the music goes
    this.tools = new Tools(this);
    this.status = h("p", { class: "notation-status", role: "status", hidden: true });
    this.scroller = h("div", { class: "notation-scroller", tabindex: 0, role: "application", "aria-label": label });
    this.root = h("section", { class: "notation", "aria-label": label, dataset: { fit: whole ? "page" : "width" } }, this.tools.element, this.status, this.scroller);
    host.append(this.root);
    this.pointing = new Pointing(this.scroller, {
      barOf: (target) => this.#barOf(target),
      go: (bar) => { this.clearSelection(); this.go(bar); },
      select: (first, last, done) => this.select(first, last, { tell: done }),
    });
    this.#bind();
  }

  // Fetch the bars and the first page; whether there is one. Where there is none it is said why.
  async load() {
    const asked = ++this.#asked;
    if (!this.pages) this.#say("The page is being engraved …");
    try {
      const [told] = await Promise.all([this.#ask(), sheet("notation")]);
      if (asked !== this.#asked || this.#stop.signal.aborted) return false;
      await this.#show(told);
      this.#say("");
      this.dispatchEvent(new Event("ready"));
      return true;
    } catch (error) {
      if (error.name === "AbortError" || asked !== this.#asked) return false;
      this.#say(`There is no notation: ${error.message}`, true);
      this.dispatchEvent(new CustomEvent("error", { detail: { message: error.message } }));
      return false;
    }
  }

  destroy() {
    this.#stop.abort();
    for (const off of this.#off) off();
    this.pages?.close();
    this.root.remove();
  }

  // Whether bars have times.
  get timed() { return this.spans.length > 0; }

  // Mark the bar that sounds at a time (seconds), and keep it in sight.
  at(time) {
    const found = barAt(this.spans, time);
    if (found) this.place(found.bar, found.share);
    else this.#unmark();
  }

  // Mark a bar, so much of which is over.
  place(bar, share = 0, { lost = false } = {}) {
    const place = this.#locate(bar);
    if (!place) return;
    Object.assign(this, { bar, share });
    const { number, page, measure } = place;
    if (!page) this.pages.load(number).then(() => this.bar === bar && this.place(bar, this.share, { lost }), () => {});
    else if (measure) this.#mark(page, measure, lost);
    this.tools.tell();
    if (this.follows) this.turning.keepInSight(bar, share, (other) => this.#locate(other));
  }

  // Go to a bar: the player goes there, and it is marked.
  go(bar) {
    if (!this.bars[bar]) return;
    const time = this.bars[bar].start ?? null;
    this.turning.forget();
    if (this.player && time !== null) this.player.seek(time);
    this.place(bar, 0);
    this.dispatchEvent(new CustomEvent("seek", { detail: { bar, time } }));
  }

  // Bring a bar into sight.
  reveal(bar) {
    const { number, page, measure } = this.#locate(bar) ?? {};
    if (!number) return;
    if (!measure) { this.turn(number); return; }
    const box = this.pages.barBox(page, measure), { scrollTop, clientHeight } = this.scroller;
    if (box.top < scrollTop || box.bottom > scrollTop + clientHeight) this.turning.to(box.top);
  }

  // Select bars from one to another, whichever is first.
  select(one, other, { tell = true } = {}) {
    const first = Math.max(0, Math.min(one, other)), last = Math.min(this.bars.length - 1, Math.max(one, other));
    if (last < first) return;
    const chosen = this.bars.slice(first, last + 1);
    this.selection = {
      first, last, bars: counted(this.bars, first, last), words: barWords(this.bars, first, last),
      start: chosen.find((bar) => bar.start !== null)?.start ?? null, end: chosen.findLast((bar) => bar.end !== null)?.end ?? null,
    };
    this.#paintSelection();
    if (!tell) return;
    announce(`${this.selection.words} selected`);
    this.dispatchEvent(new CustomEvent("select", { detail: this.selection }));
  }

  // Select the bars that a stretch of time touches.
  selectTimes(start, end) {
    const touched = this.spans.filter((one) => one.start < end - 0.02 && one.end > start + 0.02).map((one) => one.bar);
    if (touched.length) this.select(Math.min(...touched), Math.max(...touched));
    else this.clearSelection();
  }

  clearSelection() {
    if (!this.selection) return;
    this.selection = null;
    this.#paintSelection();
    this.dispatchEvent(new CustomEvent("select", { detail: null }));
  }

  // Mark notes: a class for each name (`n0-4-2-0`).
  mark(marks) {
    this.marks = marks;
    for (const [, page] of this.pages?.all ?? []) this.#paintMarks(page);
  }

  // The page that is read now.
  get page() { return this.pages?.at(this.scroller.scrollTop + TOP) ?? 1; }

  turn(number) {
    if (!this.pages) return;
    const to = Math.min(this.pages.count, Math.max(1, number));
    this.pages.load(to).catch(() => {});
    this.scroller.scrollTop = this.pages.pageBox(to).top;
  }

  // One screenful on or back: what a foot pedal asks for.
  step(direction) { this.turning?.step(direction); }

  // How wide a page is, of the box.
  zoom(scale) {
    this.scale = scale;
    this.root.style.setProperty("--zoom", scale);
    this.#again();
  }

  // Whole pages, or pages as wide as the box.
  setWhole(whole) {
    this.whole = whole;
    this.root.dataset.fit = whole ? "page" : "width";
    if (this.turning) this.turning.whole = whole;
    this.refit();
  }

  // The box has another size.
  refit() {
    const { clientWidth, clientHeight } = this.scroller;
    this.root.classList.toggle("spread", this.whole && this.pages?.count > 1 && clientWidth > WIDE * clientHeight);
    this.#again();
  }

  #again() {
    if (!this.turning) return;
    this.turning.forget();
    requestAnimationFrame(() => this.bar >= 0 && this.place(this.bar, this.share));
  }

  async #ask() {
    const { signal } = this.#stop;
    for (let tries = 0; tries < 3; tries++) {
      const told = await api.get(`/api/pieces/${this.id}/notation`, { signal });
      if (told.bars) return told;
      this.#own = Infinity;
      try {
        await whenDone(told.job, { signal, onShare: (share) => !this.pages && this.#say(`The page is being engraved: ${Math.round(100 * share)} %`) });
      } finally {
        this.#own = performance.now() + ECHO;
      }
    }
    throw new Error("it was engraved, but is not there; load the page again");
  }

  async #show({ pages, bars }) {
    this.bars = bars;
    this.spans = spansOf(bars);
    this.#starts = null;
    this.firsts = new Map();
    for (const [at, bar] of bars.entries()) if (!this.firsts.has(bar.page)) this.firsts.set(bar.page, at);
    if (this.pages?.count === pages) await this.pages.refresh();
    else {
      this.pages?.close();
      this.#current = null;
      this.pages = new Pages(this.scroller, { count: pages, address: this.address });
      this.turning = new Turning(this.pages, this);
      this.pages.addEventListener("load", (event) => this.#arrived(event.detail));
      if (!this.scale) this.zoom(Math.max(1, Math.min(2.5, Math.round(4 * LEGIBLE / (this.scroller.clientWidth || LEGIBLE)) / 4)));
      await this.pages.load(1);
      this.refit();
    }
    const many = pages === 1 ? "1 page" : `${pages} pages`;
    this.scroller.setAttribute("aria-label", `${this.label}: ${bars.length} bars on ${many}. Arrows go from bar to bar, with Shift they select.`);
    if (this.selection && this.selection.last >= bars.length) this.clearSelection();
    this.tools.tell();
    if (this.player && this.timed) this.at(this.player.time);
  }

  // A page is in the document: mark on it what belongs there.
  #arrived(page) {
    const first = this.firsts.get(page.number) ?? 0;
    for (const [at, measure] of page.geometry.measures.entries()) measure.field.dataset.bar = first + at;
    this.#unmark();
    this.#paintSelection();
    this.#paintMarks(page);
    if (this.bar >= 0) this.place(this.bar, this.share);
  }

  // Where a bar stands: its page's number, and page and measure where that page is there.
  #locate(bar) {
    if (!this.bars[bar] || !this.pages) return null;
    const number = this.bars[bar].page, page = this.pages.shown(number);
    return { number, page, measure: page?.geometry.measures[bar - this.firsts.get(number)] };
  }

  #barOf(target) {
    const field = target?.closest?.("g.e-measure")?.querySelector(":scope > .bar-field");
    return field && this.scroller.contains(field) ? Number(field.dataset.bar) : -1;
  }

  #mark(page, measure, lost) {
    if (this.#current !== measure) {
      this.#unmark();
      this.#current = measure;
      measure.field.classList.add("current");
    }
    measure.field.classList.toggle("lost", lost);
    this.pages.point(page, measure, this.share, this.#sharesOf(this.bar));
  }

  #unmark() {
    this.#current?.field.classList.remove("current", "lost");
    this.#current = null;
    this.pages?.point(null);
  }

  // Shares of a bar at which notes begin, where their times are known.
  #sharesOf(bar) {
    const { start, end } = this.bars[bar];
    if (!this.onsets || start === null || start === undefined) return null;
    if (this.#starts?.bar === bar) return this.#starts.shares;
    const shares = this.onsets.filter((one) => one > start - 0.02 && one < end - 0.02).map((one) => Math.max(0, (one - start) / (end - start)));
    this.#starts = { bar, shares: shares.filter((one, at) => !at || one - shares[at - 1] > 0.02) };
    return this.#starts.shares;
  }

  #paintSelection() {
    const chosen = this.selection;
    for (const field of this.scroller.querySelectorAll(".bar-field")) {
      const bar = Number(field.dataset.bar);
      field.classList.toggle("selected", chosen !== null && bar >= chosen.first && bar <= chosen.last);
    }
    this.tools.tell();
  }

  #paintMarks(page) {
    for (const note of page.svg.querySelectorAll("[data-name]")) {
      const kind = this.marks.get(note.dataset.name);
      if (note.dataset.marked && note.dataset.marked !== kind) { note.classList.remove(note.dataset.marked); delete note.dataset.marked; }
      if (kind) { note.classList.add(kind); note.dataset.marked = kind; }
    }
  }

  #say(words, again = false) {
    clear(this.status).append(words);
    if (again) this.status.append(" ", h("button", { type: "button", onclick: () => this.load() }, "Try again"));
    this.status.hidden = !words;
  }

  #bind() {
    this.#off.push(this.tools.bind());
    const resized = new ResizeObserver(() => this.whole && this.refit());
    resized.observe(this.scroller);
    this.#off.push(() => resized.disconnect());
    this.scroller.addEventListener("scroll", () => {
      if (!this.pages || this.page === this.#told) return;
      this.#told = this.page;
      this.tools.tell();
      this.dispatchEvent(new CustomEvent("page", { detail: { page: this.#told } }));
    }, { passive: true });
    let timer = 0;
    const changed = () => {
      if (!this.pages || performance.now() < this.#own) return;
      clearTimeout(timer);
      timer = setTimeout(() => this.load(), SETTLED);
    };
    this.#off.push(onPiece(this.id, changed), () => clearTimeout(timer));
    if (!this.player) return;
    const tick = () => { if (this.timed && this.pages) this.at(this.player.time); };
    this.player.addEventListener("time", tick);
    this.#off.push(() => this.player.removeEventListener("time", tick));
  }
}
