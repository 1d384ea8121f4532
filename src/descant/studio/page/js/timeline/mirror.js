// The lanes for keyboard and screen reader: each a listbox over its canvas, of which only the options round the chosen
// one exist. Arrows walk the entries; what can be done with one are keys that work while its lane has the focus.

import { h } from "../dom.js";
import { keys } from "../keys.js";

const PAGE = 16; // entries that Page Up and Page Down step over

let lists = 0;

/** The keys that walk the entries of the lane that has the focus; gives what takes them away. */
export function walking(timeline) {
  const mirror = () => [...timeline.mirrors.values()].find((one) => one.list === document.activeElement);
  const step = (by) => () => mirror()?.step(by);
  const across = (up) => () => {
    const here = mirror(), lane = here?.lane;
    if (lane?.beside) here.go(lane.beside(lane.chosen, up));
    else if (lane) timeline.focusBeside(lane, -up);
  };
  return [
    ["ArrowRight", "Next entry", step(1)], ["ArrowLeft", "Entry before", step(-1)],
    ["ArrowUp", "The note or the lane above", across(1)], ["ArrowDown", "The note or the lane below", across(-1)],
    ["PageDown", `${PAGE} entries on`, step(PAGE)], ["PageUp", `${PAGE} entries back`, step(-PAGE)],
    ["Home", "First entry", step(-Infinity)], ["End", "Last entry", step(Infinity)],
  ].map(([key, label, run]) => keys.add({ key, label, run, repeat: true, scope: timeline.area, group: "In a lane" }));
}

export class Mirror {
  #off = [];

  constructor(lane) {
    this.lane = lane;
    this.name = `lane-list-${++lists}`;
    this.list = h("div", {
      class: "lane-list", role: "listbox", tabindex: "0", "aria-label": lane.title, onfocus: () => this.#enter(),
    });
    lane.body.append(this.list);
    const { timeline } = lane, own = { scope: this.list, group: `${lane.title}, in its lane` };
    if (!timeline.editable || !lane.field) return;
    for (const { key, label, repeat = false } of lane.actions()) this.#off.push(keys.add({ key, label, repeat, run: () => this.act(key), ...own }));
    this.#off.push(keys.add({ key: "Shift+R", label: `Put ${lane.title.toLowerCase()} back to the estimate`, run: () => timeline.putBack(lane), ...own }));
  }

  /** Run the action of a key on the chosen entry. */
  act(key) {
    const { lane } = this, action = lane.actions().find((one) => String(one.key) === String(key));
    if (!action || (lane.chosen < 0 && !action.free)) return;
    action.run(lane.chosen);
  }

  /** So many entries on; to the one at the cursor where none is chosen here. */
  step(by) { this.go(this.lane.timeline.chosen?.lane === this.lane ? this.lane.chosen + by : this.near()); }

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
