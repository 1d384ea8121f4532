// Where writing begins: a piece from nothing, or one that is there already.

import { h } from "../dom.js";
import { ago, clock } from "../format.js";
import { pieceList } from "../piece_list.js";
import { Asking, request, STYLES } from "./asking.js";

// ask(path, body) starts the job.
export function composePage({ ask }) {
  const form = new Asking({ ways: STYLES, legend: "What to compose", ask: (style, values) => ask("/api/compose", request(style, values, false)) });
  const list = pieceList({
    view: "write",
    usable: (one) => one.state === "ready" && one.kept && (one.has.notes || one.kind === "score"),
    words: (one) => `${clock(one.duration)}, ${ago(one.created)}`,
    none: "Drop a MIDI file, a score or a recording on this page: what is heard in it can be gone on with.",
  });
  const element = h("div", { class: "write-start" },
    h("section", { class: "write-new", "aria-labelledby": "write-new" }, h("h2", { id: "write-new" }, "From nothing"), form.element),
    h("section", { class: "write-from", "aria-labelledby": "write-from" }, h("h2", { id: "write-from" }, "From a piece"), list));
  return { element, form };
}
