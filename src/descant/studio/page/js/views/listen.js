// Listen: one piece, seen and heard at once, and corrected.

import { api } from "../api.js";
import { confirm, prompt } from "../dialog.js";
import { clear, h, icon, sheet } from "../dom.js";
import { jobs } from "../events.js";
import { keyName } from "../edit/chord_names.js";
import { clock } from "../format.js";
import { Controls } from "../listen/controls.js";
import { showExports } from "../listen/exports.js";
import { Inspector } from "../listen/inspector.js";
import { listenKeys } from "../listen/keys.js";
import { Now } from "../listen/now.js";
import { waiting } from "../listen/waiting.js";
import { PieceModel } from "../piece.js";
import { Player } from "../player.js";
import { go, title } from "../route.js";
import { say } from "../say.js";
import { Timeline } from "../timeline/timeline.js";

export async function mount(root, { id, query }) {
  if (!id) { go("#/"); return () => {}; }
  const [model] = await Promise.all([PieceModel.load(id), sheet("timeline")]);
  let leave = show(root, model, query);
  const again = () => { leave(); leave = show(clear(root), model, query); };
  model.addEventListener("refresh", again);
  return () => { leave(); model.close(); };
}

function show(root, model, query) {
  title(model.about.name);
  return model.about.state === "ready" ? listening(root, model, query) : waiting(root, model);
}

function listening(root, model, query) {
  const player = new Player(), stop = new AbortController(), off = [];
  const on = (target, name, run) => target.addEventListener(name, run, { signal: stop.signal });
  player.load({
    audio: model.about.has.audio ? `/api/pieces/${model.id}/audio` : null, duration: model.duration,
    notes: model.get("notes"), parts: model.get("parts"), beats: model.get("beats"),
  });
  const stage = h("div", { class: "stage" }), paper = h("div", { class: "paper", hidden: true });
  const head = heading(model), above = h("div", { class: "above" });
  root.append(head.element, above, stage, paper);
  const timeline = new Timeline(stage, { model, player }), now = new Now(timeline), inspector = new Inspector(timeline);
  let notation = null;
  const showNotation = async () => {
    const open = paper.hidden;
    paper.hidden = !open;
    controls.notation?.setAttribute("aria-pressed", String(open));
    if (open && !notation) notation = await openNotation(paper, model, player, timeline);
    if (open) paper.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  const grow = () => {
    const roll = timeline.lanes.find((lane) => lane.name === "roll");
    roll.grown = !roll.grown;
    controls.grow.setAttribute("aria-pressed", String(roll.grown));
    timeline.layout();
  };
  const controls = new Controls(timeline, { hasNotation: model.about.has.notes || !!model.get("notes")?.length, onNotation: showNotation, onGrow: grow });
  above.append(now.element, controls.sound);
  stage.after(inspector.element, controls.element);

  on(player, "time", () => now.show());
  on(player, "state", () => { now.show(); controls.show(); timeline.request(); });
  on(player, "lost", () => say("The recording cannot be played here; its transcription is heard instead.", { kind: "error" }));
  on(player, "sounds", (event) => { if (event.detail) say(event.detail.message, { kind: "error" }); });
  on(timeline, "choose", () => inspector.show());
  on(timeline, "follow", () => controls.show());
  on(timeline, "select", ({ detail }) => { if (player.loop && detail) player.loop = detail; });
  on(model, "change", ({ detail: { field } }) => {
    if (field === "beats" || field === "notes") player.update({ [field]: model.get(field) ?? [], parts: model.get("parts") });
    now.present();
    now.show();
    controls.show();
    inspector.show();
    head.show();
  });
  off.push(...listenKeys({ timeline, player, model, controls, head, showNotation, grow, showExports: () => showExports(model) }));
  now.show();
  const from = Number(query?.get("t"));
  if (from > 0) player.seek(from);
  return () => {
    stop.abort();
    for (const end of off) end();
    notation?.destroy();
    timeline.close();
    player.close();
  };
}

async function openNotation(paper, model, player, timeline) {
  await model.flush();
  const { Notation } = await import("../notation.js"), notation = new Notation(paper, { id: model.id, player });
  notation.addEventListener("select", ({ detail }) => { if (detail?.start !== undefined) timeline.selection = detail.start === null ? null : { start: detail.start, end: detail.end }; });
  notation.load();
  return notation;
}

// The name of the piece, what is said of the whole, and what can be done with it.
function heading(model) {
  const { tags = {} } = model.piece, name = h("h1", {}), facts = h("dl", { class: "summary" });
  const act = (words, picture, run, more = {}) => h("button", { type: "button", class: "quiet", onclick: run, ...more }, icon(picture), words);
  const head = {
    rename: async () => {
      const given = await prompt({ title: "Rename the piece", label: "Name", value: model.about.name });
      if (!given || given === model.about.name) return;
      try {
        await api.patch(`/api/pieces/${model.id}`, { name: given });
        model.about.name = given;
        title(given);
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
        jobs.put(await api.post(`/api/pieces/${model.id}/listen`, {}));
        await model.refresh();
      } catch (error) { say(error.message, { kind: "error" }); }
    },
    show() {
      name.textContent = model.about.name;
      const { loudness, tuning_cents: cents } = model.piece, meter = model.get("meter"), tempo = model.get("tempo"), key = model.get("key");
      const fact = (words, value, small, field, run) => value && h("div", {}, h("dt", {}, words, field && model.corrected(field) && h("span", { class: "mine" }, " corrected")),
        h("dd", {}, run ? h("button", { type: "button", class: "value", onclick: run, "aria-label": `${words}: ${value}. Correct it` }, value) : value, small && h("small", { title: Array.isArray(small) ? "confidence" : null }, small)));
      clear(facts).append(...[
        fact("Key", key?.label && key.label !== "N" && keyName(key.label), sureness(key?.confidence), "keys"),
        fact("Tempo", tempo && (tempo.bpm ? `${Math.round(tempo.bpm * 10) / 10} bpm` : "free"), sureness(tempo?.candidates?.[0]?.confidence), "tempo", head.tempo),
        fact("Metre", meter, sureness(model.get("meter_confidence")), "meter", head.meter),
        fact("Length", clock(model.duration)),
        fact("Tuning", cents !== undefined && `A = ${(440 * 2 ** (cents / 1200)).toFixed(1)} Hz`, cents !== undefined && `${cents > 0 ? "+" : cents < 0 ? "−" : ""}${Math.abs(cents).toFixed(1)} cents`),
        fact("Loudness", loudness?.integrated_lufs != null && `${loudness.integrated_lufs.toFixed(1).replace("-", "−")} LUFS`),
      ].filter(Boolean));
    },
  };
  const artist = [tags.artist, tags.title].filter(Boolean).join(": ");
  head.element = h("header", { class: "piece-head" },
    h("div", { class: "names" }, name, artist && h("p", { class: "artist" }, artist)),
    h("div", { class: "group acts" }, act("Export", "download", () => showExports(model), { title: "Export (E)" }), h("a", { class: "button quiet", href: `#/write/${model.id}` }, "Write"),
      h("a", { class: "button quiet", href: `#/follow/${model.id}` }, "Follow"), act("Rename", "edit", () => head.rename(), { title: "Rename (Shift+N)" }),
      model.about.kind === "sound" && act("Hear again", "sound", () => head.again(), { title: "Hear it again (Shift+H)" })),
    facts, (model.piece.warnings ?? []).map((words) => h("p", { class: "warning" }, words)));
  head.show();
  return head;
}

const sureness = (confidence) => (confidence === undefined || confidence >= 1 ? "" : [h("span", { class: "unseen" }, "confidence "), confidence.toFixed(2)]);
