// Choosing the score that is to be followed: a file, or a piece that is there.

import { api } from "../api.js";
import { h, icon } from "../dom.js";
import { takeDrops } from "../drop.js";
import { ago } from "../format.js";
import { keys } from "../keys.js";
import { pieceList } from "../piece_list.js";
import { go } from "../route.js";
import { say } from "../say.js";

const SCORES = ".musicxml,.xml,.mxl,.mei,.abc,.krn,.mid,.midi";

// A hidden field for a file; `run(file)` gets what is chosen.
export function fileField({ accept, label, run }) {
  const field = h("input", { type: "file", accept, class: "unseen", tabindex: -1, "aria-label": label, onchange: () => { if (field.files[0]) run(field.files[0]); field.value = ""; } });
  return field;
}

export function choosePage(root, leave) {
  const left = new AbortController(), { signal } = left;
  const send = async (file) => {
    state.textContent = `${file.name} is on its way …`;
    try {
      const piece = await api.upload(file, { signal, onShare: (share) => { state.textContent = `${file.name} is on its way: ${Math.round(100 * share)} %`; } });
      go(`#/follow/${piece.id}`);
    } catch (error) {
      if (error.name === "AbortError") return;
      state.textContent = "";
      say(`${file.name}: ${error.message}`, { kind: "error" });
    }
  };
  const field = fileField({ accept: SCORES, label: "A score to follow", run: send });
  const state = h("p", { class: "note", role: "status" });
  const list = pieceList({
    view: "follow",
    usable: (one) => one.kept && (one.kind === "score" ? one.state !== "failed" : one.kind === "notes" && one.has.notes),
    words: (one) => ago(one.created),
    none: "None yet. What you write in the Write view can be followed too.",
  });
  root.append(field, h("div", { class: "follow-choose" },
    h("section", { class: "follow-open" },
      h("h1", {}, "Open a score, and play"),
      h("p", { class: "lead" }, "The page turns by itself while you play, or while a recording does. Afterwards it shows what was not as written, and what to practise first."),
      h("div", { class: "group" }, h("button", { type: "button", class: "main", onclick: () => field.click() }, icon("upload"), "Choose a score"), h("span", { class: "note" }, "or drop it here: MusicXML, MEI, ABC, MIDI")), state),
    h("section", { "aria-labelledby": "follow-recent" }, h("h2", { id: "follow-recent" }, "Scores at hand"), list)));
  leave(() => left.abort());
  leave(takeDrops({ label: "Drop a score to follow", run: (files) => send(files[0]) }));
  leave(keys.add({ key: "O", label: "Choose a score", run: () => field.click(), group: "Following" }));
}
