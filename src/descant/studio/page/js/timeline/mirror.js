// The lanes for keyboard and screen reader: each a listbox over its canvas, of which only the options round the chosen
// one exist. Arrows walk the entries; what can be done with one are keys that work while its lane has the focus.

import { h } from "../dom.js";
import { keys } from "../keys.js";

const PAGE = 16; // entries that Page Up and Page Down step over

let lists = 0;

export class Mirror {
  #off = [];

  constructor(lane) {
    this.lane = lane;
    this.name = `lane-list-${++lists}`;
    this.list = h("div", {
      class: "lane-list", role: "listbox", tabindex: "0", "aria-label": lane.title, onfocus: () => this.#enter(),
    });
    lane.body.append(this.list);
    const { timeline } = lane, group = `${lane.title} (while the lane has the focus)`;
    const add = (key, label, run, repeat = true) => this.#off.push(keys.add({ key, label, run, repeat, scope: this.list, group }));
    const step = (by) => () => this.go(timeline.chosen?.lane === lane ? lane.chosen + by : this.near());
    add("ArrowRight", "Next entry", step(1));
    add("ArrowLeft", "Entry before", step(-1));
    if (lane.beside) {
      add("ArrowUp", "The note above", () => this.go(lane.beside(lane.chosen, 1)));
      add("ArrowDown", "The note below", () => this.go(lane.beside(lane.chosen, -1)));
    } else {
      add("ArrowDown", "The lane below", () => timeline.focusBeside(lane, 1));
      add("ArrowUp", "The lane above", () => timeline.focusBeside(lane, -1));
    }
    add("PageDown", "16 entries on", step(PAGE));
    add("PageUp", "16 entries back", step(-PAGE));
    add("Home", "First entry", () => this.go(0));
    add("End", "Last entry", () => this.go(lane.count - 1));
    if (timeline.editable && lane.field) {
      for (const { key, label, repeat = false } of lane.actions()) add(key, label, () => this.act(key), repeat);
    }
    add("Shift+R", `Put ${lane.title.toLowerCase()} back to the estimate`, () => timeline.putBack(lane), false);
  }

  /** Run the action of a key on the chosen entry. */
  act(key) {
    const { lane } = this, action = lane.actions().find((one) => String(one.key) === String(key));
    if (!action || (lane.chosen < 0 && !action.free)) return;
    action.run(lane.chosen);
  }

  near() { return Math.max(0, this.lane.at(this.lane.timeline.player.time)); }

  go(index) {
    const { lane } = this;
    if (!lane.count) return;
    lane.timeline.choose(lane, Math.max(0, Math.min(lane.count - 1, index)), { reveal: true });
  }

  focus() { this.list.focus({ preventScroll: false }); }

  #enter() {
    const { lane } = this, { timeline } = lane;
    if (timeline.chosen?.lane !== lane && !timeline.pressing) this.go(this.near());
  }

  /** Tell what is chosen now: three options at most, the middle one active. */
  update() {
    const { lane, list } = this, { count, chosen } = lane;
    list.setAttribute("aria-label", `${lane.title}, ${count} ${count === 1 ? "entry" : "entries"}${lane.field && lane.model.corrected(lane.field) ? ", corrected" : ""}`);
    if (chosen < 0 || chosen >= count) {
      list.removeAttribute("aria-activedescendant");
      list.replaceChildren();
      return;
    }
    const from = Math.max(0, chosen - 1), to = Math.min(count - 1, chosen + 1), options = [];
    for (let i = from; i <= to; i++) {
      options.push(h("div", {
        role: "option", id: `${this.name}-${i}`, "aria-setsize": count, "aria-posinset": i + 1, "aria-selected": String(i === chosen),
      }, lane.describe(i)));
    }
    list.replaceChildren(...options);
    list.setAttribute("aria-activedescendant", `${this.name}-${chosen}`);
  }

  close() { for (const off of this.#off) off(); }
}
