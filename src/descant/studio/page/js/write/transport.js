// Play and pause, the time, and the bars that are selected round and round.

import { h, icon } from "../dom.js";
import { clock } from "../format.js";
import { keys } from "../keys.js";

export class Transport {
  #off = [];
  #said = "";

  // loop(): the stretch {start, end} to go round, or null.
  constructor(player, { loop }) {
    Object.assign(this, { player, stretch: loop, looping: false });
    this.button = h("button", { type: "button", class: "round", onclick: () => player.toggle() });
    this.time = h("span", { class: "transport-time" });
    this.round = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.setLoop(!this.looping) }, icon("loop"), "Loop");
    this.element = h("div", { class: "write-transport" }, this.button, this.time, this.round);
    const tell = () => this.tell();
    for (const name of ["state", "time"]) {
      player.addEventListener(name, tell);
      this.#off.push(() => player.removeEventListener(name, tell));
    }
    const add = (key, label, run) => this.#off.push(keys.add({ key, label, run, group: "Playing" }));
    add("Space", "Play or pause", () => player.toggle());
    add("L", "Loop the selected bars, or all", () => this.setLoop(!this.looping));
    this.tell();
  }

  setLoop(on) {
    this.looping = on;
    this.round.setAttribute("aria-pressed", String(on));
    this.follow();
  }

  // The stretch has changed.
  follow() { this.player.loop = this.looping ? this.stretch() ?? { start: 0, end: this.player.duration } : null; }

  tell() {
    const { playing, time, duration } = this.player, words = `${clock(time)} / ${clock(duration)}`;
    if (words !== this.#said) this.time.textContent = this.#said = words;
    if (this.playing === playing) return;
    this.playing = playing;
    this.button.replaceChildren(icon(playing ? "pause" : "play"));
    this.button.setAttribute("aria-label", playing ? "Pause" : "Play");
  }

  close() { for (const off of this.#off) off(); }
}
