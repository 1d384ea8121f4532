// What one asks for: a piece from nothing, or something done to a piece. Each way has its own fields and its own sentence.

import { h } from "../dom.js";
import { count } from "../format.js";

const TONICS = { major: "C Db D Eb E F F# G Ab A Bb B", minor: "C C# D Eb E F F# G G# A Bb B" }; // with the fewest signs
const KEYS = Object.entries(TONICS).flatMap(([mode, tonics]) => tonics.split(" ").map((tonic) => `${tonic} ${mode}`));
const MOST_TAKES = 8;

// name -> what it is called, what it does, and its fields
export const WAYS = {
  inpaint: { name: "Some bars anew", does: "The bars you select are written again. Every other note stays as it is.", fields: ["bars", "tracks"] },
  continue: { name: "Go on", does: "The music goes on where it ends. What is there stays as it is.", fields: ["length", "key", "chords"] },
  harmonise: { name: "Harmonise", does: "Alto, tenor and bass are written to its melody, which stays as it is.", fields: ["key", "tempo", "chords"] },
  accompany: { name: "Accompany", does: "Chords, piano and a bridge are written to its melody, which stays as it is.", fields: ["part", "key", "tempo", "chords"] },
};
export const STYLES = {
  chorale: { name: "Chorale", does: "Four voices, phrases that close under fermatas.", fields: ["length", "key", "tempo", "chords"] },
  pop: { name: "Pop song", does: "A melody over piano and a bridge.", fields: ["length", "key", "tempo", "chords"] },
  performance: { name: "Performance", does: "A pianist who improvises, with touch and rubato.", fields: ["seconds"] },
};

// A form over `ways` (WAYS or STYLES). ask(way, values) is called when it is sent.
export class Asking {
  #busy = false;
  #upbeat = false; // alone, which no bar is

  constructor({ ways, legend, parts = [], start = Object.keys(ways)[0], ask }) {
    Object.assign(this, { ways, parts, ask, way: start, fields: new Map() });
    this.radios = h("fieldset", { class: "ways-of-writing" }, h("legend", { class: "unseen" }, legend), Object.entries(ways).map(([way, { name }]) =>
      h("label", { class: "way-of-writing" }, h("input", { type: "radio", name: "way", value: way, checked: way === start, onchange: () => this.choose(way) }), h("span", {}, name))));
    this.does = h("p", { class: "note" });
    this.body = h("div", { class: "asking-fields" });
    this.refusal = h("p", { class: "warning", role: "alert", hidden: true });
    this.send = h("button", { type: "submit", class: "main" });
    this.element = h("form", { class: "asking", onsubmit: (event) => { event.preventDefault(); this.#sent(); } },
      this.radios, this.does, this.body, h("div", { class: "asking-send" }, this.#takes(), this.send), this.refusal);
    this.#draw();
  }

  choose(way) {
    this.way = way;
    for (const radio of this.radios.querySelectorAll("input")) radio.checked = radio.value === way;
    this.#draw();
  }

  // Fill a field in from outside, such as the bars that are selected.
  set(name, value) {
    const field = this.fields.get(name);
    if (field) field.value = value;
    this.#name();
  }

  refuse(words) {
    this.refusal.textContent = words;
    this.refusal.hidden = !words;
    if (words) this.refusal.scrollIntoView({ block: "nearest" });
  }

  set busy(busy) {
    this.#busy = busy;
    this.#able();
  }

  #able() { this.send.ariaDisabled = this.#busy || this.#upbeat ? "true" : null; } // it keeps the focus

  #draw() {
    const kept = Object.fromEntries([...this.fields].map(([name, field]) => [name, field.value]));
    this.fields.clear();
    this.refuse("");
    this.does.textContent = this.ways[this.way].does;
    this.body.replaceChildren(...[...this.ways[this.way].fields, "seed"].map((name) => this.#field(name)).filter(Boolean));
    for (const [name, value] of Object.entries(kept)) if (this.fields.has(name)) this.fields.get(name).value = value;
    this.#name();
  }

  #name() {
    const takes = Number(this.take.value), bars = this.fields.get("bars")?.value;
    this.#upbeat = bars?.trim() === "0";
    this.#able();
    if (this.#upbeat) this.send.textContent = "The upbeat stays; select bars from 1";
    else this.send.textContent = bars === undefined ? `Write ${count(takes, "take")}` : bars ? `Write ${count(takes, "take")} of ${/^\d+$/.test(bars) ? "bar" : "bars"} ${bars}` : "Select bars first";
  }

  #takes() {
    this.take = h("select", { "aria-label": "How many takes", onchange: () => this.#name() },
      Array.from({ length: MOST_TAKES }, (_, at) => h("option", { value: at + 1, selected: at === 2 }, count(at + 1, "take"))));
    return this.take;
  }

  #field(name) {
    const make = {
      bars: () => this.#text("bars", "Bars, counted from 1", "such as 9-12", { inputmode: "text", pattern: "\\s*\\d+\\s*(-\\s*\\d+\\s*)?", required: true, title: "Such as 9 or 9-12" }),
      tracks: () => this.#voices(),
      part: () => this.#select("part", "The melody", [["", "as it is named, or the only one"], ...this.parts.map((part, at) => [part.name || String(at + 1), part.name || `part ${at + 1}`])]),
      length: () => this.#text("length", "Bars to write", "8", { inputmode: "numeric", pattern: "\\s*\\d*\\s*", title: "A whole number" }),
      seconds: () => this.#text("seconds", "Seconds", "30", { inputmode: "decimal", pattern: "\\s*[\\d.]*\\s*", title: "A number" }),
      key: () => this.#select("key", "Key", [["", this.ways === STYLES ? "drawn" : "as it is heard"], ...KEYS.map((key) => [key, key.replace("b", "♭").replace("#", "♯")])]),
      tempo: () => this.#text("tempo", "Quarters a minute", "as it suits", { inputmode: "decimal", pattern: "\\s*[\\d.]*\\s*", title: "A number" }),
      chords: () => this.#text("chords", "Chords, bar by bar", "Dm | Gm C7 | A7 | Dm", { wide: true }),
      seed: () => this.#text("seed", "Seed", "0", { inputmode: "numeric", pattern: "\\s*\\d*\\s*", title: "Another number, another music" }),
    };
    return make[name]();
  }

  #text(name, label, placeholder, { wide = false, ...more } = {}) {
    const input = h("input", { type: "text", name, placeholder, autocomplete: "off", spellcheck: "false", oninput: () => this.#name(), ...more });
    this.fields.set(name, input);
    return h("label", { class: wide ? "field wide" : "field" }, label, input);
  }

  #select(name, label, options) {
    const input = h("select", { name }, options.map(([value, words]) => h("option", { value }, words)));
    this.fields.set(name, input);
    return h("label", { class: "field" }, label, input);
  }

  // Which voices: all, or those that are ticked.
  #voices() {
    const boxes = this.parts.map((part, at) => h("label", { class: "voice" },
      h("input", { type: "checkbox", value: part.name || String(at + 1), checked: true }), h("span", {}, part.name || `part ${at + 1}`)));
    const inputs = boxes.map((box) => box.querySelector("input"));
    this.fields.set("tracks", {
      get value() { return inputs.every((one) => one.checked) ? [] : inputs.filter((one) => one.checked).map((one) => one.value); },
      set value(names) { for (const one of inputs) one.checked = !names.length || names.includes(one.value); },
    });
    return boxes.length > 1 ? h("fieldset", { class: "voices wide" }, h("legend", {}, "Voices"), boxes) : null;
  }

  #sent() {
    if (this.send.ariaDisabled) return;
    const values = Object.fromEntries([...this.fields].map(([name, field]) => [name, typeof field.value === "string" ? field.value.trim() : field.value]));
    if (values.tracks && this.parts.length > 1 && !this.body.querySelector(".voice input:checked")) { this.refuse("Tick one voice at least."); return; }
    this.refuse("");
    this.ask(this.way, { ...values, takes: Number(this.take.value) });
  }
}

// What is sent: numbers as numbers, and nothing that was left open.
export function request(way, { length, tracks, ...values }, piece) {
  const sent = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  for (const name of ["seconds", "tempo", "seed"]) if (sent[name] !== undefined) sent[name] = Number(sent[name]);
  if (tracks?.length) sent.tracks = tracks;
  if (!piece) return { style: way, ...(length ? { bars: Number(length) } : {}), ...sent };
  return { what: way, ...(length ? { bars: String(Number(length)) } : {}), ...sent };
}
