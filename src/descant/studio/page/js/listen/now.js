// What is sounding: chord and next chord, bar and beat, key, section; and the clock beside the big button.

import { chordName, keyName } from "../edit/chord_names.js";
import { clock } from "../format.js";
import { clear, h } from "../dom.js";
import { before } from "../search.js";

const MOST_DOTS = 16;
const EARLY = 0.03; // seconds before a beat in which it counts as there: eyes are slower than that

export class Now {
  #dotted = "";
  #texts = {};

  constructor(timeline) {
    this.timeline = timeline;
    const value = (name, part = "value") => (this.#texts[name] = h("span", { class: part }, "–"));
    const fact = (name, title, ...inside) => h("div", { class: `fact fact-${name}` }, h("span", { class: "name" }, title), inside);
    this.dots = h("span", { class: "dots", "aria-hidden": "true" });
    this.button = h("button", { type: "button", class: "play", "aria-label": "Play", onclick: () => timeline.player.toggle() });
    this.facts = {
      chords: fact("chord", "Chord", value("chord", "chord"), value("next", "next")), beats: fact("bar", "Bar and beat", value("bar"), this.dots),
      keys: fact("key", "Key", value("key")), sections: fact("section", "Section", value("section")),
    };
    this.element = h("section", { class: "now", "aria-label": "Now playing" }, Object.values(this.facts),
      h("div", { class: "transport" }, this.button,
        h("span", { class: "time" }, value("time", "time-now"), h("span", {}, ` / ${clock(timeline.model.duration)}`))));
    this.present();
  }

  /** Only what the piece has. */
  present() {
    for (const [field, fact] of Object.entries(this.facts)) fact.hidden = !this.timeline.model.get(field)?.length;
  }

  show() {
    const { timeline } = this, { player } = timeline, now = player.time + 1e-4;
    this.#say("time", clock(now));
    this.#showChord(now);
    this.#say("key", this.#label("keys", now, keyName));
    this.#say("section", this.#label("sections", now, String));
    this.#showBeat(now);
    if (this.playing === player.playing) return;
    this.playing = player.playing;
    this.button.classList.toggle("playing", this.playing);
    this.button.setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  #say(name, text) {
    if (this.#texts[name].textContent !== text) this.#texts[name].textContent = text;
  }

  #label(field, now, shown) {
    const { rows, start, end } = this.timeline.columns(field), at = before(start, now);
    return at >= 0 && now < end[at] ? shown(rows[at].label) : "–";
  }

  #showChord(now) {
    const { rows, start, end } = this.timeline.columns("chords"), at = before(start, now), name = this.#label("chords", now, chordName);
    this.#say("chord", name);
    this.#texts.chord.classList.toggle("long", name.length > 6);
    const here = at >= 0 && now < end[at] ? rows[at].label : null;
    let next = at + 1;
    while (next < rows.length && rows[next].label === here) next++;
    this.#say("next", next < rows.length ? `then ${chordName(rows[next].label)}` : "");
  }

  #showBeat(now) {
    const { time, position, bar, first, usual } = this.timeline.beats, at = before(time, now + EARLY);
    this.#say("bar", at < 0 ? "–" : position[at] ? `${bar[at]} : ${position[at]}` : `beat ${at + 1}`);
    let count = 0;
    if (at >= 0 && position[at] && bar[at]) {
      const begin = first[bar[at] - 1], next = first[bar[at]] ?? begin + (first.length > 1 ? first.at(-1) - first.at(-2) : 4);
      count = usual ? Math.min(MOST_DOTS, next - begin) : 0;
    }
    const state = `${count}/${position[at]}`;
    if (state === this.#dotted) return;
    this.#dotted = state;
    clear(this.dots).append(...Array.from({ length: count }, (_, i) => h("span", { class: i + 1 === position[at] ? "on" : null })));
  }
}
