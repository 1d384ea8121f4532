// One box for everything that can be looked for. What is no words stands beside them as a tag that can be taken away.

import { clear, h, icon } from "../dom.js";
import { signs } from "../format.js";
import { keys } from "../keys.js";
import { Piano, noteName } from "../piano.js";
import { playLine } from "../tone.js";
import { HumPanel } from "./hum.js";
import { FACETS, pitchesOf } from "./query.js";

const PAUSE = 350; // ms after the last letter
const PLAYED = 650; // and after the last note
const EXAMPLES = ["calm piano in a minor key", "120 bpm, no drums", "slow waltz", "C C G G A A G"];

/** Events: 'change' (what is looked for has changed; detail: {settled}), 'down' (the focus goes to the results). */
export class SearchBox extends EventTarget {
  #asked;
  #timer = 0;
  #piano = null;
  #hum;
  #off = [];

  constructor(host, asked) {
    super();
    this.#asked = asked;
    this.field = h("input", { type: "text", class: "words", value: asked.words, placeholder: "Words, notes, or drop a clip", autocomplete: "off", autocapitalize: "off", spellcheck: false, enterkeyhint: "search", maxlength: 1000, "aria-label": "Search: words, filters, or notes by their names",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event) });
    this.#files = h("input", { type: "file", hidden: true, accept: "audio/*,.mid,.midi,.musicxml,.mxl,.abc", onchange: () => { const [file] = this.#files.files; this.#files.value = ""; if (file) this.take(file); } });
    this.tags = h("div", { class: "tags" });
    this.read = h("p", { class: "note", role: "status" });
    this.pianoButton = tool("piano", "Play notes (P)", () => this.togglePiano());
    this.humButton = tool("microphone", "Hum a tune (H)", () => this.#hum.toggle());
    this.wipeButton = h("button", { type: "button", class: "bare", "aria-label": "Clear the search", title: "Clear (Esc)", onclick: () => this.wipe() }, icon("close"));
    this.panel = h("div", { class: "box-panel", id: "piano-panel", hidden: true });
    this.humPanel = h("div", { class: "box-panel", id: "hum-panel", hidden: true });
    this.examples = h("div", { class: "examples group" }, h("span", { class: "note" }, "Try"), EXAMPLES.map((words) => h("button", { type: "button", class: "quiet", onclick: () => { this.field.value = words; this.#typed(true); this.field.focus(); } }, words)));
    this.pianoButton.setAttribute("aria-controls", "piano-panel");
    this.humButton.setAttribute("aria-controls", "hum-panel");
    this.element = h("search", { class: "finder" },
      h("form", { class: "finder-line", onsubmit: (event) => { event.preventDefault(); this.#typed(true); } },
        h("span", { class: "finder-glass" }, icon("search")), this.tags, this.field, this.wipeButton,
        h("div", { class: "group finder-tools" }, this.pianoButton, this.humButton, tool("clip", "Choose a clip (C)", () => this.#files.click())), this.#files),
      this.read, this.examples, this.panel, this.humPanel);
    host.append(this.element);
    this.#hum = new HumPanel(this.humPanel, { onOpen: (open, inside) => this.#opened(open, inside), onHeard: (blob) => { this.#asked.take(blob, "what you hummed.wav"); this.#asked.kind = "hum"; this.#changed(); } });
    const add = (key, label, run) => this.#off.push(keys.add({ key, label, run, group: "Search" }));
    add("/", "To the search box", () => { this.field.focus(); this.field.select(); });
    add("P", "Play notes on a keyboard", () => this.togglePiano());
    add("H", "Hum into the microphone", () => this.#hum.toggle());
    add("C", "Choose a clip", () => this.#files.click());
    this.#off.push(keys.add({ key: "Escape", label: "Clear the search", run: () => this.wipe(), scope: this.element.querySelector("form"), group: "Search" }),
      keys.add({ key: "Escape", label: "Put the keyboard away", run: () => this.togglePiano(false), scope: this.panel, group: "Keyboard" }),
      keys.add({ key: "Backspace", label: "Take the last note back", run: () => this.#back(), scope: this.panel, group: "Keyboard", repeat: true }));
    this.draw();
  }

  #files;

  destroy() {
    clearTimeout(this.#timer);
    this.#hum.destroy();
    this.#piano?.destroy();
    for (const off of this.#off) off();
  }

  take(file) {
    this.#asked.take(file);
    this.#changed();
  }

  like(item) {
    Object.assign(this.#asked, { like: { id: item.id, name: item.name }, file: null, notes: "", words: "", page: 1 });
    this.field.value = "";
    this.#changed();
  }

  wipe() {
    Object.assign(this.#asked, { words: "", plain: false, notes: "", like: null, file: null, by: "all", page: 1 });
    this.field.value = "";
    this.#changed();
    this.field.focus();
  }

  togglePiano(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.draw();
    this.pianoButton.setAttribute("aria-expanded", String(open));
    if (!open) { this.pianoButton.focus(); return; }
    if (!this.#piano) {
      this.#piano = new Piano(this.panel);
      this.#piano.addEventListener("note", (event) => this.#played(event.detail));
      this.#piano.shift.append(h("button", { type: "button", class: "quiet", title: "Take the last note back (Backspace)", "aria-label": "Take the last note back", onclick: () => this.#back() }, "take back"));
    }
    this.#piano.focus();
  }

  /** The panel for humming is there or gone; the focus that was in it goes back to its button. */
  #opened(open, inside) {
    this.humButton.setAttribute("aria-expanded", String(open));
    if (!open && inside) this.humButton.focus();
  }

  draw() {
    const at = document.activeElement, chosen = this.tags.contains(at) && at.matches("select") && at.ariaLabel;
    const { notes, like, file, name, kind, by } = this.#asked;
    const listen = notes && h("button", { type: "button", class: "bare", "aria-label": "Hear these notes", onclick: () => playLine(pitchesOf(notes)) }, icon("play"));
    const facets = (like || (file && kind === "like")) && pick("Alike in", FACETS.map((one) => [one, one === "all" ? "in all" : `in ${one}`]), by, (value) => this.#set({ by: value }));
    const ways = file && pick("What it is", Object.entries({ clip: "what has this clip", hum: "what has this tune", like: "what is like it" }), kind, (value) => this.#set({ kind: value }));
    clear(this.tags).append(...[
      notes && this.#tag([icon("note"), h("span", { class: "tag-notes", title: signs(notes) }, signs(notes))], "the notes", { notes: "" }, listen),
      like && this.#tag([icon("alike"), `like ${like.name || `item ${like.id}`}`], "what it is to be like", { like: null, by: "all" }, facets),
      file && this.#tag([icon("clip"), name], "the clip", { file: null, by: "all" }, ways, facets),
    ].filter(Boolean));
    this.tags.querySelector(".tag-notes")?.scrollTo(Number.MAX_SAFE_INTEGER, 0); // the last ones are seen
    if (chosen) this.tags.querySelector(`select[aria-label="${chosen}"]`)?.focus(); // it is another element now
    this.examples.hidden = !this.#asked.empty || !this.panel.hidden; // gone before the first note: the keys lie still under the finger
    this.wipeButton.hidden = this.#asked.empty;
    clear(this.read).append(...(this.#asked.asNotes ? ["Read as notes. ", h("button", { type: "button", class: "quiet", onclick: () => playLine(pitchesOf(this.#asked.words)) }, "Hear them"), h("button", { type: "button", class: "quiet", onclick: () => { this.#set({ plain: true }); this.field.focus(); } }, "Search for these words instead")] : []));
  }

  #tag(words, what, without, ...more) {
    return h("span", { class: "tag" }, words, more, h("button", { type: "button", class: "bare", "aria-label": `Without ${what}`, onclick: () => { this.#set(without); this.field.focus(); } }, icon("close")));
  }

  #set(values) {
    Object.assign(this.#asked, values, { page: 1 });
    this.#changed();
  }

  #changed(settled = true) {
    clearTimeout(this.#timer);
    this.draw();
    this.dispatchEvent(new CustomEvent("change", { detail: { settled } }));
  }

  #typed(now = false) {
    if (this.#asked.words !== this.field.value) Object.assign(this.#asked, { words: this.field.value, plain: false, page: 1 });
    this.draw();
    clearTimeout(this.#timer);
    if (now) this.#changed();
    else this.#timer = setTimeout(() => this.#changed(false), PAUSE);
  }

  #key(event) {
    if (event.key === "ArrowDown") { event.preventDefault(); this.dispatchEvent(new Event("down")); }
    if (event.key === "Backspace" && !this.field.value) {
      if (this.#asked.file) this.#set({ file: null });
      else if (this.#asked.like) this.#set({ like: null });
      else if (this.#asked.notes) this.#back();
    }
  }

  #played(pitch) {
    Object.assign(this.#asked, { notes: `${this.#asked.notes} ${noteName(pitch)}`.trim(), like: null, file: null, page: 1 });
    this.#soon();
  }

  #back() {
    this.#asked.notes = this.#asked.notes.split(" ").slice(0, -1).join(" ");
    this.#asked.page = 1;
    this.#soon();
  }

  /** Too few notes are not looked for yet. */
  #soon() {
    this.draw();
    clearTimeout(this.#timer);
    const many = this.#asked.notes.split(" ").length;
    if (!this.#asked.notes || many >= 4) this.#timer = setTimeout(() => this.#changed(), PLAYED);
  }
}

function tool(name, title, run) {
  return h("button", { type: "button", class: "bare", title, "aria-label": title.replace(/ \(.*/, ""), "aria-expanded": name === "clip" ? null : "false", onclick: run }, icon(name));
}

function pick(label, choices, value, run) {
  return h("select", { "aria-label": label, onchange: (event) => run(event.target.value) }, choices.map(([key, words]) => h("option", { value: key, selected: key === value }, words)));
}
