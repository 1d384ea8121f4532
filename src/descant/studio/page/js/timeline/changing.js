// What is chosen (an entry of a lane), what is selected (a stretch of time), and the changes that are made to entries: shown
// at once, kept as corrections of the piece.

import { openField } from "../edit/field.js";
import { say } from "../say.js";
import { maker, Places } from "./places.js";

export class Changing extends Places {
  constructor(...given) {
    super(...given);
    Object.assign(this, { chosen: null, pressing: false, chosenStretch: null, field: null }); // field: closes the text field, while one is open
  }

  choose(lane, index = -1, { reveal = false, focus = false } = {}) {
    const was = this.chosen?.lane;
    this.chosen = lane && index >= 0 && index < lane.count ? { lane, index } : null;
    for (const one of new Set([was, lane])) if (one) this.#told(one);
    if (reveal && this.chosen) {
      const [start, end] = lane.extent(index);
      if (start < this.view.start || Math.min(end, start + 1) > this.view.end) this.view.set(start - this.view.span / 3);
    }
    if (focus) this.#focus(lane);
    this.dispatchEvent(new CustomEvent("choose", { detail: this.chosen }));
    this.request();
  }

  // The focus comes to a lane's list, and what is chosen stays.
  #focus(lane) {
    this.pressing = true;
    this.mirrors.get(lane)?.list.focus({ preventScroll: true });
    this.pressing = false;
  }

  #told(lane) {
    lane.stale = true;
    this.mirrors.get(lane)?.update();
  }

  get selection() { return this.chosenStretch; }
  set selection(stretch) {
    this.chosenStretch = stretch;
    this.showStretch();
    this.dispatchEvent(new CustomEvent("select", { detail: stretch }));
  }

  /** Select from one time to another: whole bars, or to the millisecond with `free`. */
  select(from, to, { free = false } = {}) {
    const [start, end] = [Math.max(0, Math.min(from, to)), Math.min(this.model.duration, Math.max(from, to))];
    this.selection = free ? { start, end } : { start: this.barAt(start).start, end: this.barAt(Math.max(start, end - 1e-3)).end };
  }

  // ---- changes ----

  /** Show a change that is still being made; null: no longer. */
  preview(field, result) {
    if (result) this.previews.set(field, { result, columns: maker(field)(result.rows, this.model) });
    else this.previews.delete(field);
    this.touch(field);
  }

  /** Make what was shown a correction. */
  commit(lane, label) {
    const { result } = this.previews.get(lane.field) ?? {};
    this.previews.delete(lane.field);
    if (result) this.apply(lane, result, label);
  }

  apply(lane, { rows, at }, label) {
    const { field } = lane, rest = field === "notes" ? this.model.fragment(field) : {};
    this.model.correct(field, { ...rest, [field]: rows }, label);
    this.choose(lane, lane.entryOf?.(at) ?? at, { reveal: true });
  }

  putBack(lane) {
    if (!lane.field || !this.model.corrected(lane.field)) return;
    this.model.revert(lane.field);
    this.choose(null);
    const away = say(`${lane.title}: the estimate is back.`, { undo: () => this.model.undo() });
    this.model.addEventListener("change", away, { once: true }); // from then on, something else would be undone
  }

  /** Ask for a text where an entry is. */
  write(lane, index, options) {
    this.field?.();
    const [start, end] = lane.extent(index), left = Math.max(0, Math.min(this.view.width - 60, this.view.x(start)));
    const width = Math.max(84 * this.palette.unit, Math.min(220 * this.palette.unit, (end - start) * this.view.scale));
    const back = () => { this.choose(lane, index, { focus: true }); };
    const away = openField(lane.body, {
      ...options, left: Math.min(left, this.view.width - width), width, leave: back, closed: () => { this.field = null; },
      next: (by) => {
        const to = index + by;
        if (to < 0 || to >= lane.count) return back();
        this.choose(lane, to, { reveal: true });
        return lane.edit(to);
      },
    });
    this.field = () => {
      away();
      this.#focus(lane);
    };
  }
}
