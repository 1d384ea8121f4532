// The row of controls: what is heard and how fast, what is looped, what is seen.

import { clear, h, icon } from "../dom.js";
import { announce } from "../say.js";
import { partColour } from "../timeline/palette.js";

const SPEEDS = [0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2];
const MOST_PARTS = 24;

export class Controls {
  constructor(timeline, { hasNotation, onNotation, onGrow }) {
    const { player, model } = timeline;
    Object.assign(this, { timeline, player });
    const press = (words, run, attributes = {}) => h("button", { type: "button", "aria-pressed": "false", onclick: run, ...attributes }, words);
    this.loop = press([icon("loop"), "Loop"], () => this.toggleLoop(), { title: "Loop the stretch, or the section (L)" });
    this.click = press("Click", () => this.toggleClick(), { title: "A click on every beat (C)" });
    this.follow = press("Follow", () => this.toggleFollow(), { title: "Keep the cursor in sight (F)" });
    this.speed = h("input", { type: "range", min: 0.25, max: 2, step: 0.05, value: 1, class: "speed", "aria-label": "Speed", oninput: () => { player.rate = Number(this.speed.value); } });
    this.rate = h("output", { class: "rate" });
    this.mix = h("input", { type: "range", min: 0, max: 1, step: 0.05, value: player.mix, class: "mix", "aria-label": "From the recording to the transcription", oninput: () => { player.mix = Number(this.mix.value); } });
    this.parts = this.#makeParts(model.get("parts") ?? []);
    this.notation = hasNotation ? press("Notation", onNotation, { title: "The written page (V)" }) : null;
    this.grow = press("Taller", onGrow, { title: "Taller notes (Y)" });
    this.mixer = h("label", { class: "slider mixer" }, h("span", {}, "Recording"), this.mix, h("span", {}, "Transcription"));
    this.sound = h("div", { class: "controls sound", role: "group", "aria-label": "Sound" }, this.loop, this.click,
      h("label", { class: "slider" }, h("span", {}, "Speed"), this.speed, this.rate), this.mixer, this.parts);
    this.element = h("div", { class: "controls" },
      h("div", { class: "group", role: "group", "aria-label": "View" },
        h("button", { type: "button", class: "square", "aria-label": "Zoom out", title: "Zoom out (-)", onclick: () => this.zoom(1 / 1.5) }, icon("minus")),
        h("button", { type: "button", class: "square", "aria-label": "Zoom in", title: "Zoom in (+)", onclick: () => this.zoom(1.5) }, icon("plus")),
        h("button", { type: "button", title: "The whole piece (Z)", onclick: () => timeline.view.set(0, 0) }, "Whole"), this.follow, this.grow, this.notation),
      this.lanes = h("div", { class: "group", role: "group", "aria-label": "Lanes shown" }));
    timeline.addEventListener("ready", () => this.showLanes());
    this.showLanes();
    this.show();
  }

  /** A switch for each lane that there is, and for what lies over the notes. */
  showLanes() {
    const { timeline } = this, names = timeline.lanes.filter((lane) => lane.present && lane.name !== "axis").map((lane) => [lane.name, lane.title, !lane.hidden]);
    for (const [name, title] of [["spectrum", "Spectrum"], ["melody", "Melody"]]) if (timeline[name]) names.push([name, title, timeline.shows[name]]);
    clear(this.lanes).append(...names.map(([name, title, on]) => h("button", {
      type: "button", class: "small", "aria-pressed": String(on), onclick: (event) => {
        const show = event.currentTarget.getAttribute("aria-pressed") !== "true";
        event.currentTarget.setAttribute("aria-pressed", show);
        timeline.show(name, show);
      },
    }, title)));
  }

  #makeParts(parts) {
    if (parts.length < 2) return null;
    return h("div", { class: "parts", role: "group", "aria-label": "Parts heard" }, parts.slice(0, MOST_PARTS).map((part, at) => {
      const name = partName(part, at, parts);
      const button = h("button", { type: "button", class: "part small", "aria-pressed": "true", title: at < 9 ? `Mute ${name} (Alt+${at + 1})` : `Mute ${name}`, onclick: () => this.mute(at) },
        h("span", { class: "swatch" }), name);
      button.firstChild.style.background = partColour(at);
      return button;
    }));
  }

  mute(at) {
    this.player.mute(at);
    if (this.player.muted.has(at) && this.player.recording && this.player.mix === 0) announce("Parts are muted in the transcription; mix it in with M");
  }

  zoom(factor) {
    const { view, player } = this.timeline;
    view.zoom(factor, Math.max(0, Math.min(view.width, view.x(player.time))));
  }

  toggleClick() {
    this.player.click = !this.player.click;
    announce(this.player.click ? "Click on" : "Click off");
  }

  toggleFollow() { this.timeline.setFollow(!this.timeline.follow); }

  /** The selected stretch, else the section or the bars at the cursor; or no loop any more. */
  toggleLoop() {
    const { timeline, player } = this;
    if (player.loop) player.loop = null;
    else {
      const lane = timeline.lanes.find((one) => one.name === "sections"), at = lane?.present ? lane.at(player.time + 1e-4) : -1;
      if (!timeline.selection && at >= 0) { const [start, end] = lane.extent(at); player.loop = { start, end }; }
      else player.loop = timeline.selection ?? timeline.barAt(player.time);
    }
    announce(player.loop ? `Looping ${timeline.place(player.loop.start)} to ${timeline.place(player.loop.end)}` : "No loop");
  }

  step(by) {
    const { rate } = this.player, next = by > 0 ? SPEEDS.find((speed) => speed > rate + 0.001) : SPEEDS.findLast((speed) => speed < rate - 0.001);
    if (next) this.player.rate = next;
    announce(`Speed ${Math.round(this.player.rate * 100)} per cent`);
  }

  /** Recording, both, transcription, and round again. */
  turnMix() {
    const { player } = this;
    if (!player.recording) return;
    player.mix = player.mix === 0 ? 0.5 : player.mix < 1 ? 1 : 0;
    announce({ 0: "The recording", 0.5: "Recording and transcription", 1: "The transcription" }[player.mix]);
  }

  show() {
    const { player, timeline } = this, pressed = (button, on) => button.setAttribute("aria-pressed", String(on));
    pressed(this.loop, player.loop !== null);
    pressed(this.click, player.click);
    pressed(this.follow, timeline.follow);
    this.click.hidden = !timeline.beats.time.length;
    this.speed.value = player.rate;
    this.rate.textContent = `${Math.round(player.rate * 100)} %`;
    this.speed.setAttribute("aria-valuetext", this.rate.textContent);
    this.mix.value = player.mix;
    this.mix.setAttribute("aria-valuetext", player.mix === 0 ? "the recording alone" : player.mix === 1 ? "the transcription alone" : `${Math.round(player.mix * 100)} % transcription`);
    this.mixer.hidden = !player.recording || !timeline.notes.rows.length;
    this.parts?.childNodes.forEach((button, at) => pressed(button, !player.muted.has(at)));
  }
}

/** What a part is called, where it has a name or is the only one of its kind. */
export function partName(part, at, parts) {
  if (part.name) return part.name[0].toUpperCase() + part.name.slice(1);
  if (part.drum) return "Drums";
  return parts.filter((one) => !one.drum).length === 1 ? "Notes" : `Part ${at + 1}`;
}
