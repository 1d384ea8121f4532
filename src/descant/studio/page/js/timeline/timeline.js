// The timeline: lanes under one ruler, drawn as far as they are seen, one view and one cursor for all. It holds what is
// chosen (an entry of a lane) and what is selected (a stretch of time), and passes every change on to the piece.

import { clear, h } from "../dom.js";
import { announce } from "../say.js";
import { theme } from "../theme.js";
import { AxisLane } from "./axis.js";
import { BeatsLane } from "./beats.js";
import { Changing } from "./changing.js";
import { ChordsLane } from "./chords.js";
import { DrumsLane } from "./drums.js";
import { Estimates } from "./estimates.js";
import { Hands } from "./hands.js";
import { KeysLane } from "./keys.js";
import { Melody } from "./melody.js";
import { Mirror, walking } from "./mirror.js";
import { Overview } from "./overview.js";
import { Palette } from "./palette.js";
import { RollLane } from "./roll.js";
import { SectionsLane } from "./sections.js";
import { Spectrum } from "./spectrum.js";
import { View } from "./view.js";
import { Outline, WaveformLane } from "./waveform.js";

const LANES = [AxisLane, SectionsLane, KeysLane, ChordsLane, BeatsLane, WaveformLane, RollLane, DrumsLane];
const LANE_NAMES = LANES.map((lane) => lane.key);
const TOLD = 250; // ms between two times that the slider is told the time, while it plays
const OPENING = [8, 30]; // bars and most seconds to begin with; half of that on a narrow screen

const later = window.requestIdleCallback ?? ((run) => setTimeout(run, 50));

/** Events: 'select' (detail: the stretch or null), 'choose' (an entry), 'view', 'follow', 'ready' (all pictures are there). */
export class Timeline extends Changing {
  #asked = false;
  #stop = new AbortController();
  #watch;
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  #told = 0; // when the slider was told the time
  #now = {}; // bar and spans that the cursor is in

  constructor(host, { model, player, lanes = LANE_NAMES, editable = true, overview = true }) {
    super(model, player, new View(model.duration));
    Object.assign(this, { host, editable, follow: true });
    Object.assign(this, { outline: null, spectrum: null, melody: null, shows: { spectrum: true, melody: true } });
    this.palette = new Palette();
    this.estimates = new Estimates(model);
    this.lanes = LANES.filter((lane) => lanes.includes(lane.key)).map((Kind) => new Kind(this));
    this.overview = overview ? new Overview(this) : null;
    this.cursor = h("div", { class: "cursor" });
    this.stretch = h("div", { class: "stretch", hidden: true });
    this.area = h("div", { class: "lanes" }, this.lanes.map((lane) => lane.element), h("div", { class: "over" }, this.stretch, this.cursor));
    this.element = h("div", { class: "timeline", role: "group", "aria-label": "Timeline" }, this.overview?.element, this.area);
    clear(host).append(this.element);
    this.mirrors = new Map(this.lanes.filter((lane) => lane.name !== "axis" && lane.name !== "waveform").map((lane) => [lane, new Mirror(lane)]));
    this.walks = walking(this);
    this.hands = new Hands(this, this.area);
    this.#listen();
    this.layout();
    this.#open();
    this.#load();
  }

  // ---- the view ----

  goTo(time) {
    this.player.seek(time);
    this.setFollow(true);
  }

  setFollow(on) {
    if (this.follow === on) return;
    this.follow = on;
    this.dispatchEvent(new Event("follow"));
    this.request();
  }

  /** Show or hide a lane, or what lies over the notes ("spectrum", "melody"). */
  show(name, on) {
    if (name in this.shows) {
      this.shows[name] = on;
      for (const lane of this.lanes) if (lane.name === "roll") lane.changed();
    } else {
      this.lanes.find((lane) => lane.name === name).hidden = !on;
      this.layout();
    }
    this.request();
  }

  focusLane(name) {
    const lane = this.lanes.find((one) => one.name === name);
    if (lane && !lane.element.hidden) this.mirrors.get(lane)?.focus();
  }

  focusBeside(lane, by) {
    const lists = [...this.mirrors.keys()].filter((one) => !one.element.hidden), at = lists.indexOf(lane) + by;
    if (lists[at]) this.mirrors.get(lists[at]).focus();
  }

  layout() {
    const dots = Math.min(3, window.devicePixelRatio || 1);
    this.palette.read();
    this.view.resize(this.lanes[0].body.clientWidth);
    for (const lane of this.lanes) lane.layout(dots);
    this.overview?.layout(dots);
    this.showStretch();
    this.request();
  }

  /** Draw in the next frame what has changed. */
  request() {
    if (this.#asked || this.#stop.signal.aborted) return;
    this.#asked = true;
    requestAnimationFrame(() => this.#frame());
  }

  close() {
    this.#stop.abort();
    this.#watch.disconnect();
    this.hands.close();
    for (const off of this.walks) off();
    for (const mirror of this.mirrors.values()) mirror.close();
  }

  // ---- within ----

  #frame() {
    this.#asked = false;
    if (this.#stop.signal.aborted) return;
    const now = this.player.time;
    if (this.player.playing && this.follow && !this.hands.busy && !this.field) this.#follow(now);
    this.#mark();
    for (const lane of this.lanes) lane.paint();
    this.overview?.paint(now);
    const x = this.view.x(now);
    this.cursor.style.transform = `translateX(${Math.round(x * 2) / 2}px)`;
    if (this.player.playing) this.#later();
    if (this.player.playing && performance.now() - this.#told < TOLD) return;
    this.#told = performance.now();
    this.overview?.tell(now);
  }

  // The bar and the chord that the cursor is in are marked in their lanes.
  #mark() {
    for (const lane of this.lanes) {
      if (lane.name !== "axis" && lane.name !== "chords") continue;
      const now = lane.name === "axis" ? this.barNow : this.spanNow(lane);
      if (this.#now[lane.name] !== now) lane.stale = true;
      this.#now[lane.name] = now;
    }
  }

  // The view glides with the cursor at a third of its width; with reduced motion it turns pages.
  #follow(now) {
    const { view } = this;
    if (!this.#still.matches) view.set(now - view.span / 3);
    else if (now < view.start || now > view.start + 0.95 * view.span) view.set(now - 0.05 * view.span);
  }

  // Tiles that will come into sight are drawn while nobody waits.
  #later() {
    if (this.idle) return;
    this.idle = later(() => {
      this.idle = 0;
      for (const lane of this.lanes) if (!lane.element.hidden) lane.prepare?.();
    });
  }

  #open() {
    const { unit } = this.palette, narrow = this.view.width < 560 * unit, [bars, most] = OPENING.map((n) => (narrow ? n / 2 : n));
    const wide = this.view.width / unit > 1600 ? this.view.width / unit / 1600 : 1;
    const seconds = Math.min((bars * this.barWidth) / this.view.scale, most) * wide;
    this.view.set(0, this.view.width / Math.max(4, seconds));
  }

  #listen() {
    const on = (target, name, run) => target.addEventListener(name, run, { signal: this.#stop.signal });
    on(this.view, "change", () => {
      for (const lane of this.lanes) lane.stale = true;
      this.field?.();
      this.showStretch();
      this.dispatchEvent(new Event("view"));
      this.request();
    });
    on(this.player, "time", () => {
      if (!this.player.playing && !this.hands.busy) this.view.reveal(this.player.time);
      this.request();
    });
    on(this.player, "state", () => {
      for (const lane of this.lanes) if (lane.name === "axis" || lane.field === "notes") this.#remute(lane);
      this.request();
    });
    on(this.model, "change", (event) => this.touch(event.detail.field));
    on(theme, "change", () => {
      this.palette.read();
      this.spectrum?.repaint();
      for (const lane of this.lanes) lane.changed();
      this.overview?.changed();
      this.request();
    });
    this.#watch = new ResizeObserver(() => { if (Math.abs(this.lanes[0].body.clientWidth - this.view.width) > 0.5) this.layout(); });
    this.#watch.observe(this.area);
  }

  #remute(lane) {
    const muted = [...this.player.muted].join();
    if (lane.name === "axis") lane.stale = true;
    else if (lane.muted !== muted) {
      lane.muted = muted;
      lane.changed();
    }
  }

  // A field has changed: what rests on it is drawn anew.
  touch(field) {
    const all = field === "beats", taller = this.lanes.some((lane) => Math.round(lane.tall) !== lane.height || lane.element.hidden !== (lane.hidden || !lane.present));
    for (const lane of this.lanes) if (all || lane.field === field) lane.changed();
    if (taller) this.layout();
    if (field === "sections" || field === "notes") this.overview?.changed();
    if (this.chosen && this.chosen.index >= this.chosen.lane.count) this.choose(null);
    for (const [lane, mirror] of this.mirrors) if (all || lane.field === field) mirror.update();
    this.request();
  }

  showStretch() {
    const { stretch, view } = this, selected = this.selection;
    stretch.hidden = !selected;
    if (selected) stretch.style.transform = `translateX(${view.x(selected.start)}px) scaleX(${Math.max(1, (selected.end - selected.start) * view.scale)})`;
  }

  // Pictures of the sound come after the first view: the rest does not wait for them.
  async #load() {
    const { has = {} } = this.model.about, { id } = this.model;
    const got = (name, value) => {
      if (this.#stop.signal.aborted) return;
      this[name] = value;
      for (const lane of this.lanes) if (lane.name === "roll" || lane.name === "waveform") lane.changed();
      this.layout();
    };
    const jobs = [];
    if (has.audio) jobs.push(Outline.load(id).then((outline) => { got("outline", outline); this.overview?.changed(); }));
    if (has.spectrum && this.lanes.some((lane) => lane.name === "roll")) {
      jobs.push(Spectrum.load(id).then((spectrum) => {
        got("spectrum", spectrum);
        spectrum.addEventListener("tile", ({ detail: { start, end } }) => {
          for (const lane of this.lanes) if (lane.name === "roll") { lane.tiles.spoil(start, end); lane.stale = true; }
          this.request();
        });
      }));
    }
    if (has.audio) jobs.push(Melody.load(id).then((melody) => { if (!melody.empty) got("melody", melody); }));
    const failed = (await Promise.allSettled(jobs)).filter((one) => one.status === "rejected");
    if (failed.length) announce(`Not all pictures of the sound could be had: ${failed[0].reason.message}`);
    this.dispatchEvent(new Event("ready"));
  }
}
