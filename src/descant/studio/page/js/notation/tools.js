// The tools over a piece's notation, and its keys. Every tool has a key, and every key says what it does.

import { h, icon } from "../dom.js";
import { capital } from "../format.js";
import { keys } from "../keys.js";
import { announce } from "../say.js";
import { barName } from "./times.js";

const ZOOMS = [1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const GROUP = "Notation";

export class Tools {
  constructor(notation) {
    this.notation = notation;
    const button = (label, name, run) => h("button", { type: "button", class: "bare", "aria-label": label, title: label, onclick: run }, icon(name));
    this.pageWords = h("span", { class: "notation-pages" });
    this.where = h("span", { class: "notation-where" });
    this.none = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => notation.clearSelection() }, "Clear");
    this.choose = h("button", { type: "button", class: "notation-choose", "aria-pressed": "false", onclick: () => this.toggleChoosing() }, "Select bars");
    this.element = h("div", { class: "notation-tools", role: "toolbar", "aria-label": `${notation.label}: tools` },
      h("span", { class: "notation-turn" },
        button("Previous page", "left", () => notation.turn(notation.page - 1)), this.pageWords, button("Next page", "right", () => notation.turn(notation.page + 1))),
      h("span", { class: "notation-turn" }, button("Smaller notes", "minus", () => this.zoom(-1)), button("Larger notes", "plus", () => this.zoom(1))),
      this.choose, this.where, this.none);
  }

  // Words that tell what is shown.
  tell() {
    const { bars, bar, selection, pages, page } = this.notation;
    if (!pages) return;
    this.pageWords.textContent = `Page ${page} of ${pages.count}`;
    this.none.hidden = selection === null;
    const upbeat = bars[0]?.number === "0" ? 1 : 0, counted = bar < upbeat ? "" : ` of ${bars.length - upbeat}`;
    if (selection) this.where.textContent = `${capital(selection.words)} selected`;
    else this.where.textContent = bars[bar] ? `${this.#name(bar)}${counted}` : "";
  }

  #name(bar) { return capital(barName(this.notation.bars[bar].number || bar + 1)); }

  // For who has no Shift key: every click selects.
  toggleChoosing() {
    const { pointing, root } = this.notation;
    pointing.choosing = !pointing.choosing;
    pointing.anchor = -1;
    this.choose.setAttribute("aria-pressed", String(pointing.choosing));
    root.classList.toggle("choosing", pointing.choosing);
    announce(pointing.choosing ? "Bars are selected by a click on the first and the last" : "A click goes to a bar");
  }

  zoom(direction) {
    const { scale } = this.notation;
    const next = direction > 0 ? ZOOMS.find((one) => one > scale + 0.01) : ZOOMS.findLast((one) => one < scale - 0.01);
    if (!next) return;
    this.notation.zoom(next);
    announce(`${Math.round(100 * next)} %`);
  }

  // Bars by the arrows; with Shift they are selected from where one was.
  walk(direction, selects) {
    const { notation } = this, { bars, pointing } = notation;
    const within = (bar) => Math.min(bars.length - 1, Math.max(0, bar));
    if (selects) {
      if (!notation.selection || pointing.anchor < 0) pointing.anchor = this.end = within(notation.bar);
      else this.end = within((this.end ?? pointing.anchor) + direction);
      notation.select(pointing.anchor, this.end);
      notation.reveal(this.end);
    } else {
      const bar = notation.bar < 0 ? 0 : within(notation.bar + direction);
      notation.clearSelection();
      notation.go(bar);
      announce(this.#name(bar));
    }
  }

  // Keys that work while the notation has the focus. Gives a function that takes them away.
  bind() {
    const { notation } = this;
    const off = [
      ["ArrowRight", "Next bar", () => this.walk(1, false)],
      ["ArrowLeft", "Previous bar", () => this.walk(-1, false)],
      ["Shift+ArrowRight", "Select this bar, then on to the next", () => this.walk(1, true)],
      ["Shift+ArrowLeft", "Select back to the bar before", () => this.walk(-1, true)],
      ["Mod+A", "Select all bars", () => notation.select(0, notation.bars.length - 1)],
      ["Escape", "Select nothing", () => notation.clearSelection()],
      ["Home", "First bar", () => notation.go(0)],
      ["End", "Last bar", () => notation.go(notation.bars.length - 1)],
      [["PageDown", "ArrowDown"], "A screenful on", () => notation.step(1)],
      [["PageUp", "ArrowUp"], "A screenful back", () => notation.step(-1)],
      [["+", "="], "Larger notes", () => this.zoom(1)],
      ["-", "Smaller notes", () => this.zoom(-1)],
    ].map(([key, label, run]) => keys.add({ key, label, run: () => notation.pages && run(), scope: notation.scroller, group: GROUP, repeat: true }));
    return () => { for (const one of off) one(); };
  }
}
