// A piece that has been listened to: seen and heard at once, and corrected.

import { h } from "../dom.js";
import { Player } from "../player.js";
import { say } from "../say.js";
import { Timeline } from "../timeline/timeline.js";
import { Controls } from "./controls.js";
import { showExports } from "./exports.js";
import { heading } from "./heading.js";
import { Inspector } from "./inspector.js";
import { listenKeys } from "./keys.js";
import { Now } from "./now.js";

/** Shows it; gives what takes it away again. `left` is aborted when the view is left: what shows it may change before. */
export function listening(root, model, query, left) {
  const player = new Player(), stop = new AbortController(), off = [];
  const on = (target, name, run) => target.addEventListener(name, run, { signal: stop.signal });
  player.load({
    audio: model.about.has.audio ? `/api/pieces/${model.id}/audio` : null, duration: model.duration,
    notes: model.get("notes"), parts: model.get("parts"), beats: model.get("beats"),
  });
  const stage = h("div", { class: "stage" }), paper = h("div", { class: "paper", hidden: true });
  const head = heading(model, left), above = h("div", { class: "above" });
  root.append(head.element, above, stage, paper);
  const timeline = new Timeline(stage, { model, player }), now = new Now(timeline), inspector = new Inspector(timeline);
  let notation = null;
  const showNotation = async () => {
    const open = paper.hidden;
    paper.hidden = !open;
    controls.notation?.setAttribute("aria-pressed", String(open));
    if (open) notation ??= openNotation(paper, model, player, timeline).catch((error) => { notation = null; say(error.message, { kind: "error" }); });
    await notation;
    if (open) paper.scrollIntoView({ block: "nearest" });
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
  keepSpace(root, stop.signal);

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
    notation?.then((one) => one?.destroy());
    timeline.close();
    player.close();
  };
}

// What the mouse has pressed does not take the focus, so that Space plays whatever was pressed last.
function keepSpace(root, signal) {
  root.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); }, { signal });
  root.addEventListener("pointerup", (event) => { if (event.target.matches("input[type=range]")) event.target.blur(); }, { signal });
}

async function openNotation(paper, model, player, timeline) {
  await model.flush();
  const { Notation } = await import("../notation.js"), notation = new Notation(paper, { id: model.id, player });
  notation.addEventListener("select", ({ detail }) => { if (detail?.start !== undefined) timeline.selection = detail.start === null ? null : { start: detail.start, end: detail.end }; });
  notation.load();
  return notation;
}
