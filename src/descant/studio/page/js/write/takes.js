// Takes side by side: the bars that are new on the page and as a roll, what was asked and reached, how much is as it was.
// One of them, or what was before, is heard at a time; hearing another goes on at the same place.

import { api } from "../api.js";
import { clear, h, icon } from "../dom.js";
import { whenDone } from "../events.js";
import { count } from "../format.js";
import { sanitised } from "../sanitise_svg.js";
import { changedNames, changedNotes } from "./changes.js";
import { excerpt, pageText, pagesOf } from "./excerpt.js";
import { Strip } from "./strip.js";

const TELLING = ["faults", "key", "bars", "ending"]; // of what was reached, in the order in which it is shown first
const MOST_BARS = 16; // of an excerpt

// A version to compare: its notes at once, its bars when it is engraved. Bars stay empty where it has no page.
export async function version(id) {
  const about = await api.get(`/api/pieces/${id}`);
  const { notes = [], parts = [] } = { ...about.piece, ...about.piece?.corrections };
  const one = { about, id, notes, parts, bars: [], take: 0, digit: 0, names: new Set(), fresh: new Set(), changes: null };
  one.engraved = barsOf(id).then((bars) => { one.bars = bars; }, () => {});
  return one;
}

async function barsOf(id) {
  const told = await api.get(`/api/pieces/${id}/notation`);
  if (told.bars) return told.bars;
  await whenDone(told.job);
  return (await api.get(`/api/pieces/${id}/notation`)).bars;
}

// Say of a take which notes it has that were not there before. window: {first, last} bars and {start, end} seconds that
// were written anew, or null for all.
export function compareNotes(take, before, window) {
  take.changes = changedNotes(before.notes, take.notes, window);
  take.fresh = new Set(take.changes.fresh);
}

// The same of its page: `names` of notes.
export async function comparePages(take, before, window) {
  await Promise.all([take.engraved, before.engraved]);
  if (!take.bars.length || !before.bars.length) return;
  const [first, last] = stretch(take, window);
  const oldLast = Math.min(last, before.bars.length - 1);
  const [old, now] = await Promise.all([pages(before, Math.min(first, oldLast), oldLast), pages(take, first, last)]);
  take.names = changedNames(old, now);
}

const stretch = (take, window) => (window ? [window.first, Math.min(window.last, take.bars.length - 1)] : [0, take.bars.length - 1]);

async function pages(one, first, last) {
  if (!one.bars.length || last < first) return [];
  const texts = await Promise.all(pagesOf(one.bars, first, last).map((number) => pageText(one.id, number)));
  return texts.map((text) => sanitised(text));
}

export class Takes {
  // hear(version), keep(version), discard()
  constructor({ hear, keep, discard }) {
    Object.assign(this, { hear, keep, discard, versions: [], strips: [], cards: [] });
    this.heading = h("h2", {});
    this.grid = h("div", { class: "takes-grid" });
    this.said = h("div", { class: "takes-said" });
    this.element = h("section", { class: "takes", "aria-label": "Takes", hidden: true },
      h("div", { class: "takes-head" }, this.heading, h("p", { class: "note" }, this.digits = h("span", {}), "the place stays. ", h("kbd", {}, "K"), " keeps."),
        h("button", { type: "button", class: "quiet", onclick: () => this.discard() }, "Discard all")),
      this.said, this.grid);
  }

  // versions: what was before first, where there is anything, then the takes. window: the bars and seconds that are shown of
  // each, or null for their beginning. engraved(version) resolves when its page and what is new on it are known.
  async show({ versions, window, said = [], engraved }) {
    this.close();
    Object.assign(this, { versions, window, engraved });
    const takes = versions.filter((one) => one.take);
    this.digits.textContent = `Digits choose what is heard${takes.length < versions.length ? ", 0 what was before" : ""}; `;
    this.heading.textContent = takes.length === 1 ? "One take" : `${count(takes.length, "take")}, side by side`;
    this.said.replaceChildren(...said.map((words) => h("p", { class: "warning" }, words)));
    this.cards = versions.map((one) => this.#card(one));
    this.grid.replaceChildren(...this.cards.map((card) => card.element));
    this.element.hidden = false;
    await Promise.all(this.cards.map((card) => this.#fill(card)));
  }

  close() {
    for (const strip of this.strips) strip.close();
    this.strips = [];
    this.cards = [];
    this.versions = [];
    clear(this.grid);
    this.element.hidden = true;
  }

  // Which one is heard.
  mark(heard) {
    for (const card of this.cards) {
      const on = card.version === heard;
      card.element.classList.toggle("heard", on);
      card.button.setAttribute("aria-pressed", String(on));
    }
  }

  at(time) { for (const strip of this.strips) strip.at(time); }

  #card(one) {
    const name = one.take ? `Take ${one.take}` : "As it was";
    const button = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.hear(one) }, icon("sound"), "Hear", h("kbd", { "aria-hidden": "true" }, String(one.digit)));
    const keep = one.take === 0 ? null : h("button", { type: "button", class: "main", onclick: () => this.keep(one) }, icon("check"), "Keep");
    const page = h("div", { class: "take-page", role: "img", "aria-label": `${name}: the bars on the page` });
    const roll = h("div", { class: "take-roll" });
    const element = h("article", { class: one.take ? "take" : "take before", "aria-label": name },
      h("div", { class: "take-head" }, h("h3", {}, name, one.about.made?.seed !== undefined && one.take ? h("small", {}, `seed ${one.about.made.seed}`) : null), h("span", { class: "group" }, button, keep)),
      page, roll, this.#changesOf(one), this.#toldOf(one));
    return { element, button, page, roll, version: one };
  }

  async #fill({ page, roll, version: one }) {
    const strip = new Strip(roll, { label: "The same bars as a roll: new notes are blue", height: 56 });
    this.strips.push(strip);
    const { start = 0, end = one.about.duration } = this.window ?? {};
    const draw = () => strip.show({ notes: one.notes, fresh: one.fresh, bars: one.bars.map((bar) => bar.start), start, end: Math.min(end, one.about.duration) });
    draw();
    page.replaceChildren(h("p", { class: "note" }, "The page is being engraved …"));
    try {
      await this.engraved(one);
      draw();
      const [first, last] = this.#shown(one);
      if (one.bars.length) await excerpt(page, { id: one.id, bars: one.bars, first, last, mark: one.names });
      else page.replaceChildren(h("p", { class: "note" }, "It has no page."));
    } catch (error) {
      page.replaceChildren(h("p", { class: "note" }, `The page cannot be shown: ${error.message}`));
    }
  }

  // The bars that are shown: those that were written anew, or the first of what is new.
  #shown(one) {
    if (this.window) return [Math.min(this.window.first, one.bars.length - 1), Math.min(this.window.last, one.bars.length - 1, this.window.first + MOST_BARS - 1)];
    return [0, Math.min(one.bars.length, MOST_BARS) - 1];
  }

  #changesOf(one) {
    if (!one.changes) return null;
    const { fresh, same, outside } = one.changes, moved = outside.fresh + outside.gone, now = count(fresh.length, "note");
    if (!this.window?.words) return h("p", { class: "take-changes" }, `${now} new, ${same} as before.`);
    const cut = outside.cut ? `; ${count(outside.cut, "tied note is", "tied notes are")} cut at the edge` : "";
    const words = moved ? `${now} new. ${count(moved, "note")} outside ${this.window.words} changed too.` : `${now} new. All ${outside.same} outside ${this.window.words} are as before${cut}.`;
    return h("p", { class: moved ? "take-changes wrong" : "take-changes" }, words);
  }

  #toldOf(one) {
    const told = one.about.told ?? [];
    if (!told.length || !one.take) return null;
    const first = TELLING.map((what) => told.find((row) => row.what === what)).find(Boolean) ?? told[0];
    return h("details", { class: "take-told" },
      h("summary", {}, h("b", {}, first.what), ` ${first.reached}`),
      h("table", {}, h("thead", {}, h("tr", {}, ["", "asked", "reached"].map((word) => h("th", { scope: "col" }, word)))),
        h("tbody", {}, told.map((row) => h("tr", {}, h("th", { scope: "row" }, row.what), h("td", {}, row.asked), h("td", {}, row.reached))))));
  }
}
