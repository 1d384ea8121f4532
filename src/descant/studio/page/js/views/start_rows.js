// One piece in the list of the start: its name, what was heard in it, or how far the listening is.

import { h, icon } from "../dom.js";
import { ended } from "../events.js";
import { ago, called, clock, signs } from "../format.js";

const KINDS = { sound: "recording", notes: "notes", score: "score" };
const MADE = { compose: "composed here", continue: "gone on with here", harmonise: "harmonised here", accompany: "accompanied here", inpaint: "filled in here" };

/** Chords or beats alone are no notes. */
const kindOf = (piece) => (piece.kind === "notes" && piece.heard?.notes === null ? "annotations" : KINDS[piece.kind]);

/** The facts of a summary, or of a whole piece. */
function heard(piece) {
  const facts = piece.heard ?? {};
  return {
    artist: facts.artist || "",
    key: facts.key ? signs(facts.key) : "",
    tempo: facts.tempo ? `${Math.round(facts.tempo)}` : "",
    meter: facts.meter ?? "",
    chords: facts.chords ?? [],
    sections: facts.sections ?? [],
  };
}

export class PieceRow {
  constructor(piece, { rename, remove, again, cancel }) {
    this.piece = piece;
    this.title = h("a", { class: "title" });
    this.about = h("p", { class: "about" });
    this.facts = h("dl", { class: "facts" });
    this.chords = h("p", { class: "chords" });
    this.strip = h("div", { class: "strip", "aria-hidden": "true" });
    this.share = h("progress", { max: 1 });
    this.words = h("p", { class: "words" });
    this.again = h("button", { type: "button", class: "quiet", title: "Listen again (R)", onclick: () => again(this.piece) }, "Listen again");
    this.stop = h("button", { type: "button", class: "quiet", title: "Cancel (X)", onclick: () => cancel(this.piece) }, "Cancel");
    this.rename = h("button", { type: "button", class: "bare", title: "Rename (F2)", onclick: () => rename(this.piece) }, icon("edit"));
    this.remove = h("button", { type: "button", class: "bare", title: "Remove (Del)", onclick: () => remove(this.piece) }, icon("trash"));
    this.acts = h("div", { class: "acts" }, this.again, this.stop, this.rename, this.remove);
    this.element = h("li", { class: "piece", dataset: { id: piece.id } },
      h("div", { class: "names" }, this.title, this.about, this.words), this.facts, this.chords, this.acts, this.share, this.strip);
  }

  put(piece, job) {
    this.piece = piece;
    const facts = heard(piece);
    this.title.textContent = called(piece);
    this.title.href = piece.kept ? `#/listen/${piece.id}` : `#/write/${piece.id}`;
    for (const [button, words] of [[this.again, "Listen again to"], [this.stop, "Cancel listening to"], [this.rename, "Rename"], [this.remove, "Remove"]]) button.setAttribute("aria-label", `${words} ${piece.name}`);
    this.about.replaceChildren(...[facts.artist && h("i", {}, facts.artist), called(piece) !== piece.name && piece.name, piece.made ? MADE[piece.made.what] ?? "written here" : kindOf(piece), !piece.kept && "takes to choose from", ago(piece.created)]
      .filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part])));
    this.facts.replaceChildren(...[["Key", facts.key], ["Tempo", facts.tempo && `${facts.tempo} bpm`], ["Metre", facts.meter], ["Length", piece.duration ? clock(piece.duration) : ""]]
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value || "–"))));
    this.chords.textContent = facts.chords.map(signs).join("  ");
    const length = piece.duration || facts.sections.at(-1)?.[2] || 1;
    const names = [...new Set(facts.sections.map(([name]) => name))];
    this.strip.replaceChildren(...facts.sections.map(([name, start, end]) => h("span", { class: `s${names.indexOf(name) % 8}`, style: { left: `${100 * start / length}%`, width: `${100 * (end - start) / length}%` } })));
    this.#state(piece.state, piece.message);
    if (job) this.job(job);
  }

  job(job) {
    if (!ended(job)) {
      this.#state("working", job.state === "queued" ? "waiting for its turn" : [`${Math.round(job.share * 100)} %`, job.message].filter(Boolean).join(" · "));
      this.share.value = job.share;
    } else if (job.state !== "done") this.#state("failed", job.message || (job.state === "cancelled" ? "Listening was cancelled." : ""));
  }

  #state(state, words = "") {
    const working = state === "new" || state === "working";
    this.element.classList.toggle("working", working);
    this.element.classList.toggle("failed", state === "failed");
    this.share.hidden = !working;
    this.share.setAttribute("aria-label", `Listening to ${this.piece.name}`);
    this.working = working;
    this.again.hidden = state !== "failed";
    this.stop.hidden = !working || !this.piece.job;
    this.facts.hidden = working || !this.piece.duration;
    this.words.textContent = working ? `listening · ${words || "soon"}` : state === "failed" ? words || "This could not be listened to." : "";
  }
}
