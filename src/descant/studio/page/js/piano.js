// A keyboard on the screen: mouse, touch (several fingers, and sliding), the computer's keys, with sound.

import { h } from "./dom.js";
import { keys } from "./keys.js";
import { press } from "./tone.js";

const NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const SHARPS = new Set([1, 3, 6, 8, 10]);
// where the keys lie on the computer's keyboard, whatever is printed on them
const CODES = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon"];
const NARROWEST = 34; // CSS pixels of a white key
const [LOWEST, HIGHEST] = [36, 84];

/** C4 for 60. */
export const noteName = (pitch) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/** Event 'note' (detail: the MIDI pitch) for each note that begins. */
export class Piano extends EventTarget {
  #first = 60;
  #octaves = 0;
  #held = new Map(); // what holds it (pointer or key) -> {pitch, off}
  #watch;
  #off = [];

  constructor(host) {
    super();
    this.element = h("div", { class: "piano", role: "group", "aria-label": "Keyboard. Play with the keys A to P; Z and X change the octave." });
    this.shift = h("div", { class: "group piano-shift" },
      h("button", { type: "button", class: "quiet", title: "An octave lower (Z)", "aria-label": "An octave lower", onclick: () => this.move(-12) }, "lower"),
      h("button", { type: "button", class: "quiet", title: "An octave higher (X)", "aria-label": "An octave higher", onclick: () => this.move(12) }, "higher"));
    host.append(this.element, this.shift);
    this.#watch = new ResizeObserver(() => this.#fit());
    this.#watch.observe(this.element);
    const on = (name, fn) => this.element.addEventListener(name, fn);
    on("pointerdown", (event) => { event.target.releasePointerCapture?.(event.pointerId); this.#point(event); });
    on("pointermove", (event) => { if (this.#held.has(event.pointerId)) this.#point(event); });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) on(name, (event) => this.#let(event.pointerId));
    on("contextmenu", (event) => event.preventDefault());
    on("click", (event) => { if (event.detail === 0 && event.target.dataset.pitch) { this.#take("click", Number(event.target.dataset.pitch)); this.#let("click"); } });
    const scope = host;
    const down = (event) => this.#keyDown(event);
    const up = (event) => this.#let(event.code);
    const away = () => { for (const holder of [...this.#held.keys()]) this.#let(holder); };
    scope.addEventListener("keydown", down);
    addEventListener("keyup", up);
    addEventListener("blur", away);
    this.#off.push(() => { scope.removeEventListener("keydown", down); removeEventListener("keyup", up); removeEventListener("blur", away); away(); },
      keys.add({ key: [], shown: "A W S E D … P", label: "Play notes", run: () => {}, scope, group: "Keyboard" }),
      keys.add({ key: "Z", label: "An octave lower", run: () => this.move(-12), scope, group: "Keyboard" }),
      keys.add({ key: "X", label: "An octave higher", run: () => this.move(12), scope, group: "Keyboard" }),
      keys.add({ key: "ArrowRight", label: "The next key", run: () => this.#step(1), scope: this.element, group: "Keyboard", repeat: true }),
      keys.add({ key: "ArrowLeft", label: "The key before", run: () => this.#step(-1), scope: this.element, group: "Keyboard", repeat: true }));
    this.#fit();
  }

  focus() { this.element.querySelector("[tabindex='0']")?.focus(); }

  move(by) {
    this.#first = Math.max(LOWEST, Math.min(HIGHEST - 12 * this.#octaves, this.#first + by));
    const inside = this.element.contains(document.activeElement);
    this.#draw();
    if (inside) this.focus();
  }

  destroy() {
    this.#watch.disconnect();
    for (const off of this.#off) off();
  }

  #fit() {
    const octaves = Math.max(1, Math.min(3, Math.floor(this.element.clientWidth / NARROWEST / 7)));
    if (octaves === this.#octaves) return;
    this.#octaves = octaves;
    this.#first = octaves === 1 ? 60 : 48;
    this.#draw();
  }

  #draw() {
    const size = 12 * this.#octaves + 1;
    const lowest = this.#octaves > 1 ? 12 : 0; // the computer's keys begin at the second octave where there is one
    const whites = 7 * this.#octaves + 1;
    let white = 0;
    this.element.replaceChildren(...Array.from({ length: size }, (_, i) => {
      const sharp = SHARPS.has(i % 12);
      const letter = CODES[i - lowest]?.replace("Key", "").replace("Semicolon", ";") ?? "";
      const key = h("button", { type: "button", class: sharp ? "sharp" : "plain-key", tabindex: i === lowest ? 0 : -1, dataset: { pitch: this.#first + i }, "aria-label": noteName(this.#first + i) },
        h("span", { "aria-hidden": "true" }, letter), i % 12 === 0 && h("small", { "aria-hidden": "true" }, noteName(this.#first + i)));
      if (sharp) key.style.left = `${100 * white / whites}%`;
      else white++;
      return key;
    }));
    this.element.style.setProperty("--whites", String(whites));
  }

  #key(pitch) { return this.element.querySelector(`[data-pitch="${pitch}"]`); }

  #step(by) {
    const all = [...this.element.children];
    const next = all[all.indexOf(document.activeElement) + by];
    if (!next) return;
    for (const one of all) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  }

  #point(event) {
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest(".piano [data-pitch]");
    if (!under || !this.element.contains(under)) return this.#let(event.pointerId);
    this.#take(event.pointerId, Number(under.dataset.pitch));
  }

  #keyDown(event) {
    const at = CODES.indexOf(event.code);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    if (!event.repeat) this.#take(event.code, this.#first + (this.#octaves > 1 ? 12 : 0) + at);
  }

  #take(holder, pitch) {
    if (this.#held.get(holder)?.pitch === pitch) return;
    this.#let(holder);
    this.#held.set(holder, { pitch, off: press(pitch) });
    this.#key(pitch)?.classList.add("down");
    this.dispatchEvent(new CustomEvent("note", { detail: pitch }));
  }

  #let(holder) {
    const one = this.#held.get(holder);
    if (!one) return;
    one.off();
    this.#held.delete(holder);
    this.#key(one.pitch)?.classList.remove("down");
  }
}
