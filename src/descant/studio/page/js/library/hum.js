// Humming into the microphone: a press begins, a press ends, and what was heard is looked for.

import { h, icon } from "../dom.js";
import { clock } from "../format.js";
import { keys } from "../keys.js";
import { Recorder } from "../recorder.js";
import { announce } from "../say.js";

const LONGEST = 30; // seconds
const SHORTEST = 1.5;
const BARS = 90; // of the level's history

export class HumPanel {
  #host;
  #recorder = new Recorder();
  #onOpen;
  #onHeard;
  #levels = [];
  #off;

  constructor(host, { onOpen, onHeard }) {
    this.#host = host;
    this.#onOpen = onOpen;
    this.#onHeard = onHeard;
    this.words = h("p", { role: "status" });
    this.time = h("span", { class: "hum-time" });
    this.levels = h("div", { class: "hum-levels", "aria-hidden": "true" }, Array.from({ length: BARS }, () => h("i")));
    this.done = h("button", { type: "button", class: "main", onclick: () => this.#finish() }, icon("search"), "Search for it");
    this.again = h("button", { type: "button", onclick: () => this.#start() }, icon("microphone"), "Try again");
    host.append(this.words, this.levels, h("div", { class: "group" }, this.done, this.again, h("button", { type: "button", class: "quiet", onclick: () => this.toggle(false) }, "Cancel"), this.time));
    this.#recorder.addEventListener("level", (event) => this.#level(event.detail));
    this.#off = [keys.add({ key: "Escape", label: "Stop without searching", run: () => this.toggle(false), scope: host, group: "Humming" })];
  }

  toggle(open = this.#host.hidden) {
    if (!open && this.#recorder.running && this.#recorder.seconds >= SHORTEST && document.activeElement && !this.#host.contains(document.activeElement)) return this.#finish();
    this.#show(open);
    if (open) this.#start();
    else this.#recorder.cancel();
  }

  #show(open) {
    const inside = this.#host.contains(document.activeElement);
    this.#host.hidden = !open;
    this.#onOpen(open, inside);
  }

  destroy() {
    this.#recorder.cancel();
    for (const off of this.#off) off();
  }

  async #start() {
    this.#levels = [];
    this.#drawLevels();
    this.time.textContent = "";
    this.done.hidden = true;
    this.again.hidden = true;
    this.words.textContent = "Waiting for the microphone…";
    this.words.className = "";
    try {
      await this.#recorder.start();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.words.textContent = error.message;
      this.words.className = "wrong";
      this.again.hidden = false;
      this.again.focus();
      return;
    }
    this.words.textContent = "Hum, sing or whistle the tune, one note after another. A few bars are enough.";
    this.done.hidden = false;
    this.done.focus();
  }

  #level(peak) {
    this.#levels.push(peak);
    this.#drawLevels();
    this.time.textContent = `${clock(this.#recorder.seconds)} of ${clock(LONGEST)}`;
    if (this.#recorder.seconds >= LONGEST) this.#finish();
  }

  #drawLevels() {
    const shown = this.#levels.slice(-BARS);
    [...this.levels.children].forEach((bar, i) => { bar.style.height = `${4 + 96 * Math.sqrt(shown[i - BARS + shown.length] ?? 0)}%`; });
  }

  #finish() {
    if (!this.#recorder.running) return;
    if (this.#recorder.seconds < SHORTEST) {
      this.words.textContent = "That was very short: hum four notes or more, then press again.";
      return;
    }
    const blob = this.#recorder.stop();
    this.#show(false);
    announce("Looking for what you hummed.");
    this.#onHeard(blob);
  }
}
