// Every action of the view has a key.

import { keys } from "../keys.js";
import { partName } from "./controls.js";
import { announce } from "../say.js";
import { before } from "../search.js";

const LANES = ["sections", "keys", "chords", "beats", "roll", "drums"];

export function listenKeys({ timeline, player, model, controls, head, showNotation, grow, showExports }) {
  const off = [];
  const add = (group) => (key, label, run, more = {}) => off.push(keys.add({ key, label, run, group, ...more }));
  const play = add("Playing"), see = add("Looking"), edit = add("Correcting");
  const step = (toward, marks) => () => player.seek(stepped(timeline, toward, marks));
  play(["Space", "K"], "Play or pause", () => player.toggle());
  play("ArrowLeft", "A beat back", step(-1, "time"), { repeat: true });
  play("ArrowRight", "A beat on", step(1, "time"), { repeat: true });
  play("Shift+ArrowLeft", "A bar back", step(-1, "bars"), { repeat: true });
  play("Shift+ArrowRight", "A bar on", step(1, "bars"), { repeat: true });
  play("Home", "To the beginning", () => player.seek(0));
  play("End", "To the end", () => player.seek(model.duration));
  play("L", "Loop the stretch, else the section; or stop looping", () => controls.toggleLoop());
  play("A", "The stretch begins here", () => mark("start"));
  play("B", "The stretch ends here", () => mark("end"));
  play("C", "Click on the beats", () => controls.toggleClick());
  play("M", "Hear the recording, both, or the transcription", () => controls.turnMix());
  play([",", "<"], "Slower", () => controls.step(-1));
  play([".", ">"], "Faster", () => controls.step(1));
  play("R", "At full speed", () => { player.rate = 1; announce("Full speed"); });
  (model.get("parts") ?? []).slice(0, 9).forEach((part, at, all) => {
    if (all.length > 1) play(`Alt+${at + 1}`, `Mute ${partName(part, at, all)}`, () => controls.mute(at));
  });
  see(["+", "="], "Zoom in", () => controls.zoom(1.5), { repeat: true });
  see("-", "Zoom out", () => controls.zoom(1 / 1.5), { repeat: true });
  see("Z", "The whole piece", () => timeline.view.set(0, 0));
  see("X", "The stretch, as large as it goes", () => timeline.view.show(...Object.values(timeline.selection ?? timeline.barAt(player.time))));
  see("F", "Keep the cursor in sight", () => controls.toggleFollow());
  see("Y", "Taller notes", grow);
  if (controls.notation) see("V", "The written page", showNotation);
  const lanes = timeline.lanes.filter((lane) => lane.present).map((lane) => lane.name);
  LANES.filter((name) => lanes.includes(name)).forEach((name, at) => {
    const { title } = timeline.lanes.find((lane) => lane.name === name);
    edit(String(at + 1), `To the lane ${title}: arrows walk it, ? lists what can be done there`, () => timeline.focusLane(name));
  });
  edit("Mod+Z", "Undo", () => tell("Undone", model.undo()));
  edit(["Mod+Shift+Z", "Mod+Y"], "Redo", () => tell("Done again", model.redo()));
  edit("T", "Correct the tempo", () => head.tempo());
  edit("Shift+T", "Correct the metre", () => head.meter());
  edit("Shift+N", "Rename the piece", () => head.rename());
  if (model.about.kind === "sound") edit("Shift+H", "Hear it again", () => head.again());
  edit("E", "Export", showExports);
  edit("Escape", "Choose nothing", () => { timeline.choose(null); timeline.selection = null; });

  function mark(side) {
    const now = player.time, bar = timeline.barAt(now), { start, end } = timeline.selection ?? bar;
    if (side === "start") timeline.select(now, Math.max(end, now + 0.01));
    else timeline.select(Math.min(start, now), now);
    if (timeline.selection) announce(`From ${timeline.place(timeline.selection.start)} to ${timeline.place(timeline.selection.end)}`);
  }
  const tell = (words, label) => announce(label === null ? "Nothing more" : `${words}: ${label}`);
  return off;
}

// The beat or bar before or after; two seconds (or ten) where there are none.
function stepped({ beats, player, model }, toward, name) {
  const marks = beats[name], now = player.time;
  if (!marks.length) return now + toward * (name === "bars" ? 10 : 2);
  const at = toward > 0 ? before(marks, now + 0.01) + 1 : before(marks, now - (player.playing ? 0.25 : 0.01));
  return at < 0 ? 0 : marks[at] ?? model.duration;
}
