// One player for a list: plays an item at once, from where a clip was heard in it, and goes to its neighbours.

import { h, icon } from "../dom.js";
import { clock, signs } from "../format.js";
import { keys } from "../keys.js";
import { say } from "../say.js";
import { addressOf, called } from "./item.js";

const STEP = 5; // seconds

/** Event 'item' (detail: the item that plays, or null), 'state'. */
export class ListPlayer extends EventTarget {
  #list = [];
  #item = null;
  #off = [];
  #start = 0;

  constructor(host, { open }) {
    super();
    this.sound = new Audio();
    this.sound.preload = "auto";
    this.title = h("p", { class: "playing-title" });
    this.more = h("p", { class: "note playing-more" });
    this.time = h("span", { class: "time" });
    this.place = h("input", { type: "range", min: 0, max: 1, step: 0.1, value: 0, "aria-label": "Place", oninput: () => { this.sound.currentTime = Number(this.place.value); } });
    this.toggleButton = h("button", { type: "button", class: "play", onclick: () => this.toggle() });
    const button = (name, label, run) => h("button", { type: "button", class: "bare", title: label, "aria-label": label.replace(/ \(.*/, ""), onclick: run }, icon(name));
    this.element = h("section", { class: "player-bar", "aria-label": "Player", hidden: true },
      h("div", { class: "player-inner" },
        h("div", { class: "group player-keys" }, button("previous", "Previous (B)", () => this.step(-1)), this.toggleButton, button("next", "Next (N)", () => this.step(1))),
        h("div", { class: "playing" }, this.title, this.more),
        h("div", { class: "player-place" }, this.place, this.time),
        h("div", { class: "group" }, button("open", "Open in Listen (L)", () => open(this.#item)), button("close", "Stop and put the player away (Esc)", () => this.stop()))));
    host.append(this.element);
    const hear = (name, fn) => this.sound.addEventListener(name, fn);
    for (const name of ["play", "pause", "ended", "waiting", "playing"]) hear(name, () => this.#tell());
    hear("timeupdate", () => this.#moved());
    hear("durationchange", () => this.#moved());
    hear("loadedmetadata", () => { if (this.#start) this.sound.currentTime = this.#start; });
    hear("error", () => { if (this.#item && this.sound.getAttribute("src")) this.#broken(); });
    const add = (key, label, run, more = {}) => this.#off.push(keys.add({ key, label, run, group: "Player", ...more }));
    add("Space", "Play or pause", () => (this.#item ? this.toggle() : this.step(1)));
    add("N", "Play the next one", () => this.step(1));
    add("B", "Play the one before", () => this.step(-1));
    add("ArrowRight", "Five seconds on", () => this.#seek(STEP), { repeat: true });
    add("ArrowLeft", "Five seconds back", () => this.#seek(-STEP), { repeat: true });
    add("Escape", "Stop", () => this.stop());
    this.#tell();
  }

  get item() { return this.#item; }

  get playing() { return !this.sound.paused && !this.sound.ended; }

  set list(items) { this.#list = items; }

  play(item) {
    if (this.#item?.id === item.id && this.#item.tune === item.tune) return this.toggle();
    this.#item = item;
    this.#start = item.at ?? 0;
    this.sound.src = addressOf(item, "audio");
    this.element.hidden = false;
    document.documentElement.style.setProperty("--foot", "5rem");
    this.title.textContent = called(item);
    this.more.textContent = [item.artist, item.key && signs(item.key), item.kind !== "audio" && "played by the sampler"].filter(Boolean).join(" · ");
    this.#begin();
    if ("mediaSession" in navigator) {
      navigator.mediaSession.metadata = new MediaMetadata({ title: called(item), artist: item.artist ?? "" });
      navigator.mediaSession.setActionHandler("nexttrack", () => this.step(1));
      navigator.mediaSession.setActionHandler("previoustrack", () => this.step(-1));
    }
    this.dispatchEvent(new CustomEvent("item", { detail: item }));
  }

  toggle() {
    if (!this.#item) return;
    if (this.playing) this.sound.pause();
    else this.#begin();
  }

  step(by) {
    const at = this.#list.findIndex((one) => one.id === this.#item?.id);
    const next = at < 0 ? this.#list[0] : this.#list[at + by];
    if (next) this.play(next);
    else if (this.#list.length) say(by > 0 ? "That was the last one on this page." : "That was the first one on this page.");
  }

  stop() {
    if (!this.#item) return;
    const inside = this.element.contains(document.activeElement);
    this.#item = null;
    this.sound.pause();
    this.sound.removeAttribute("src");
    this.sound.load();
    this.element.hidden = true;
    document.documentElement.style.removeProperty("--foot");
    this.dispatchEvent(new CustomEvent("item", { detail: null }));
    if (inside) document.querySelector(".found .title")?.focus();
  }

  destroy() {
    this.stop();
    for (const off of this.#off) off();
    if ("mediaSession" in navigator) for (const name of ["nexttrack", "previoustrack"]) navigator.mediaSession.setActionHandler(name, null);
  }

  #begin() { this.sound.play().catch((error) => { if (error.name === "NotAllowedError") say("The browser wants a press of the play button first."); }); }

  async #broken() {
    const item = this.#item;
    let words = `${item.name} cannot be played.`;
    const answer = await fetch(this.sound.src, { headers: { Range: "bytes=0-0" } }).catch(() => null);
    if (answer && !answer.ok) words = (await answer.json().catch(() => null))?.error ?? words;
    if (this.#item !== item) return;
    this.stop();
    say(words, { kind: "error" });
  }

  #seek(by) { if (this.#item) this.sound.currentTime = Math.max(0, this.sound.currentTime + by); }

  #tell() {
    this.toggleButton.classList.toggle("playing", this.playing);
    this.toggleButton.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    this.toggleButton.title = `${this.playing ? "Pause" : "Play"} (Space)`;
    this.element.classList.toggle("loading", this.playing && this.sound.readyState < 3);
    this.dispatchEvent(new Event("state"));
  }

  #moved() {
    const length = Number.isFinite(this.sound.duration) ? this.sound.duration : this.#item?.duration || 0;
    this.place.max = String(length || 1);
    this.place.value = String(this.sound.currentTime);
    this.place.setAttribute("aria-valuetext", `${clock(this.sound.currentTime)} of ${clock(length)}`);
    this.time.textContent = `${clock(this.sound.currentTime)} / ${clock(length)}`;
  }
}
