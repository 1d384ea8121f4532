// What is chosen, in words, with a button for all that can be done with it: the same that its keys do.

import { clear, h, icon } from "../dom.js";
import { spoken } from "../keys.js";

export class Inspector {
  constructor(timeline) {
    this.timeline = timeline;
    this.words = h("p", { class: "entry" });
    this.buttons = h("div", { class: "group" });
    this.back = h("button", { type: "button", class: "small quiet", onclick: () => this.#putBack() }, "Put all back");
    this.undo = this.#step("undo", "Undo", "Mod+Z");
    this.redo = this.#step("redo", "Redo", "Mod+Shift+Z");
    this.element = h("section", { class: "inspector", "aria-label": "The chosen entry" }, this.words, this.buttons,
      h("div", { class: "group history" }, this.undo, this.redo));
    this.show();
  }

  #step(name, words, key) {
    return h("button", { type: "button", class: "bare", onclick: () => this.timeline.model[name](), title: `${words} (${spoken(key).flat().join("+")})`, "aria-label": words }, icon(name));
  }

  // What was chosen is so no longer and this button is gone: the focus that was on it goes to the lane.
  #putBack() {
    const { timeline, lane } = this, focused = document.activeElement === this.back;
    timeline.putBack(lane);
    if (focused) timeline.focusLane(lane.name);
  }

  show() {
    const { timeline } = this, { chosen, model } = timeline;
    this.undo.setAttribute("aria-disabled", String(model.undoable === null)); // and not `disabled`: it would lose the focus
    this.redo.setAttribute("aria-disabled", String(model.redoable === null));
    this.element.classList.toggle("idle", !chosen);
    if (!chosen) {
      this.words.textContent = "Choose a beat, a chord, a section or a note to correct it. Drag along the ruler to choose a stretch.";
      clear(this.buttons);
      this.lane = null;
      return;
    }
    const { lane, index } = chosen;
    this.words.textContent = `${lane.title}: ${lane.describe(index)}`;
    this.back.hidden = !model.corrected(lane.field);
    if (this.lane === lane) return; // its buttons stay, and one keeps the focus
    this.lane = lane;
    this.back.title = `Put ${lane.title.toLowerCase()} back to the estimate (Shift+R)`;
    const actions = lane.actions().filter((action) => action.short), mirror = timeline.mirrors.get(lane);
    clear(this.buttons).append(...actions.map((action) => h("button", {
      type: "button", class: "small", title: `${action.label} (${spoken([action.key].flat()[0]).flat().join("+")})`, onclick: () => mirror.act(action.key),
    }, action.short)), this.back);
  }
}
