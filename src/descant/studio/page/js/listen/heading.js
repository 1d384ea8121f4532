// The head of the view: the piece's name, what is said of the whole, and what can be done with it.

import { api } from "../api.js";
import { confirm, prompt } from "../dialog.js";
import { clear, h, icon } from "../dom.js";
import { keyName } from "../edit/chord_names.js";
import { jobs, whenDone } from "../events.js";
import { called, clock } from "../format.js";
import { title } from "../route.js";
import { say } from "../say.js";
import { showExports } from "./exports.js";

/** `signal`: then what was asked for here is no longer waited for. */
export function heading(model, signal) {
  const { tags = {} } = model.piece, name = h("h1", {}), file = h("p", { class: "file" }), facts = h("dl", { class: "summary" });
  const act = (words, picture, run, more = {}) => h("button", { type: "button", class: "quiet", onclick: run, ...more }, icon(picture), words);
  const head = {
    rename: async () => {
      const given = await prompt({ title: "Rename the piece", label: "Name", value: model.about.name });
      if (!given || given === model.about.name) return;
      try {
        await api.patch(`/api/pieces/${model.id}`, { name: given });
        model.about.name = given;
        title(called(model.about));
        head.show();
      } catch (error) { say(error.message, { kind: "error" }); }
    },
    tempo: async () => {
      const bpm = model.get("tempo")?.bpm, given = await prompt({ title: "Tempo", label: "Beats a minute (empty: the estimate)", value: bpm ? String(Math.round(bpm * 10) / 10) : "" });
      if (given === null) return;
      if (!given) return model.revert("tempo");
      const number = Number(given.replace(",", "."));
      if (!(number >= 10 && number <= 500)) return say("A tempo is a number of beats a minute, from 10 to 500.", { kind: "error" });
      model.correct("tempo", { tempo: { bpm: number, candidates: [{ bpm: number, confidence: 1 }] } }, "the tempo changed");
    },
    meter: async () => {
      const given = await prompt({ title: "Metre", label: "Such as 3/4 (empty: the estimate)", value: model.get("meter") ?? "" });
      if (given === null) return;
      if (!given) return model.revert("meter");
      if (!/^[1-9]\d?\/(1|2|4|8|16|32)$/.test(given)) return say("A metre is written as 3/4 or 6/8.", { kind: "error" });
      model.correct("meter", { meter: given, meter_confidence: 1 }, "the metre changed");
    },
    again: async () => {
      const sure = await confirm({ title: "Hear it again?", words: "The estimates are made anew. What you have corrected stays.", yes: "Hear again" });
      if (!sure) return;
      try {
        await model.flush();
        const job = await api.post(`/api/pieces/${model.id}/listen`, {});
        jobs.put(job);
        say("It is being heard again. You can go on meanwhile.");
        await whenDone(job.id, { signal });
        await model.refresh();
        say("It has been heard again; what you corrected is as it was.");
      } catch (error) { if (error.name !== "AbortError") say(error.message, { kind: "error" }); }
    },
    show() {
      name.textContent = called(model.about);
      file.textContent = called(model.about) === model.about.name ? "" : model.about.name;
      const { loudness, tuning_cents: cents, tuning_confidence: tuned } = model.piece, meter = model.get("meter"), tempo = model.get("tempo"), key = model.get("key");
      const fact = (words, value, small, field, run) => value && h("div", {}, h("dt", {}, words, field && model.corrected(field) && h("span", { class: "mine" }, " corrected")),
        h("dd", {}, run ? h("button", { type: "button", class: "value", onclick: run, "aria-label": `${words}: ${value}. Correct it` }, value) : value, small && h("small", { title: Array.isArray(small) ? "confidence" : null }, small)));
      clear(facts).append(...[
        fact("Key", key?.label && key.label !== "N" && keyName(key.label), sureness(key?.confidence), "keys"),
        fact("Tempo", tempo && (tempo.bpm ? `${Math.round(tempo.bpm * 10) / 10} bpm` : "free"), sureness(tempo?.candidates?.[0]?.confidence), "tempo", head.tempo),
        fact("Metre", meter, sureness(model.get("meter_confidence")), "meter", head.meter),
        fact("Length", clock(model.duration)),
        fact("Tuning", cents !== undefined && tuned !== 0 && `A = ${(440 * 2 ** (cents / 1200)).toFixed(1)} Hz`, cents !== undefined && `${cents > 0 ? "+" : cents < 0 ? "−" : ""}${Math.abs(cents).toFixed(1)} cents`),
        fact("Loudness", loudness?.integrated_lufs != null && `${loudness.integrated_lufs.toFixed(1).replace("-", "−")} LUFS`),
      ].filter(Boolean));
    },
  };
  head.element = h("header", { class: "piece-head" },
    h("div", { class: "names" }, name, tags.artist && h("p", { class: "artist" }, tags.artist), file),
    h("div", { class: "group acts" }, act("Export", "download", () => showExports(model), { title: "Export (E)" }), h("a", { class: "button quiet", href: `#/write/${model.id}` }, "Write"),
      h("a", { class: "button quiet", href: `#/follow/${model.id}` }, "Follow"), act("Rename", "edit", () => head.rename(), { title: "Rename (Shift+N)" }),
      model.about.kind === "sound" && act("Hear again", "sound", () => head.again(), { title: "Hear it again (Shift+H)" })),
    facts, (model.piece.warnings ?? []).map((words) => h("p", { class: "warning" }, words)));
  head.show();
  return head;
}

const sureness = (confidence) => (confidence === undefined || confidence >= 1 ? "" : [h("span", { class: "unseen" }, "confidence "), confidence.toFixed(2)]);
