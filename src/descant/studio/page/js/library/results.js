// The list: what it is, why it is there, and its facts. The title plays it.

import { api } from "../api.js";
import { h, icon } from "../dom.js";
import { clock, signs } from "../format.js";
import { say } from "../say.js";
import { called } from "./item.js";

const KINDS = { audio: "recording", midi: "MIDI", score: "score", tune: "tune" };
const NONE = "–";

/** One item. `acts`: {play, open, like}. */
export class ResultRow {
  constructor(item, acts) {
    this.item = item;
    this.title = h("button", { type: "button", class: "title", title: "Play (Enter)", onclick: () => acts.play(item) }, h("span", { class: "mark" }, icon("play")), h("span", {}, called(item)));
    this.details = h("div", { class: "details", hidden: true });
    this.detailsButton = h("button", { type: "button", class: "bare", title: "All that is known (D)", "aria-label": `All that is known of ${item.name}`, "aria-expanded": "false", onclick: () => this.toggle() }, icon("down"));
    const about = [item.artist && h("i", {}, item.artist), item.tune === null ? KINDS[item.kind] ?? item.kind : `from a book of tunes, ${item.title || item.name} and others`].filter(Boolean);
    const first = item.tune === null ? item : {}; // what is known of a book is its first tune's
    this.element = h("li", { class: "found", dataset: { id: item.id } },
      h("div", { class: "names" }, this.title,
        h("p", { class: "about" }, about.flatMap((part, i) => (i ? [" · ", part] : [part]))),
        (item.reasons.length > 0 || item.at !== null) && h("p", { class: "why", title: item.percentile === null ? null : `Ahead of ${Math.floor(item.percentile * 10) / 10} % of the library` },
          item.at !== null && h("span", { class: "at" }, `at ${clock(Math.round(item.at))}`), // as the reasons round it
          item.reasons.map((words) => h("span", {}, signs(words))))),
      h("dl", { class: "facts" },
        fact("Key", first.key && signs(first.key)), fact("Tempo", first.tempo && `${Math.round(first.tempo)} bpm`), fact("Metre", first.meter), fact("Year", item.year), fact("Length", first.duration ? clock(first.duration) : "")),
      h("div", { class: "acts" },
        h("button", { type: "button", class: "bare", title: "More like this (M)", "aria-label": `More like ${item.name}`, onclick: () => acts.like(item) }, icon("alike")),
        h("button", { type: "button", class: "bare", title: "Open in Listen (L)", "aria-label": `Open ${called(item)} in Listen`, onclick: () => acts.open(item) }, icon("open")),
        this.detailsButton),
      this.details);
  }

  playing(item, on) {
    const mine = item?.id === this.item.id;
    this.element.classList.toggle("current", mine);
    const name = mine && on ? "pause" : "play";
    if (this.mark !== name) this.title.querySelector(".mark").replaceChildren(icon(name));
    this.mark = name;
    if (mine) this.title.setAttribute("aria-current", "true");
    else this.title.removeAttribute("aria-current");
  }

  async toggle(open = this.details.hidden) {
    this.detailsButton.setAttribute("aria-expanded", String(open));
    this.details.hidden = !open;
    if (!open || this.details.childElementCount) return;
    try {
      const all = await api.get(`/api/library/items/${this.item.id}`);
      const sounds = Object.entries(all.instruments).map(([name, share]) => `${name} ${Math.round(100 * share)} %`).join(", ");
      const sure = (share) => (share === null ? "" : ` (sure to ${Math.round(100 * share)} %)`);
      const rows = [["Album", all.album], ["Composer", all.composer], ["Genre", all.genre], ["Heard in it", sounds], ["Loudness", all.loudness === null ? "" : `${all.loudness.toFixed(1)} LUFS`.replace("-", "−")],
        ["Key", all.key && `${signs(all.key)}${sure(all.key_confidence)}`], ["Tempo", all.tempo && `${all.tempo.toFixed(1)} bpm${sure(all.tempo_confidence)}`], ["Files", all.files.join(", ")], ["Source", all.source], ["To be known", all.warnings.join("; ")]];
      this.details.append(h("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))));
    } catch (error) {
      this.toggle(false);
      say(error.message, { kind: "error" });
    }
  }
}

function fact(name, value) {
  return h("div", { class: value ? null : "none" }, h("dt", { class: "unseen" }, name), h("dd", {}, value || NONE));
}
