// Where writing begins: a piece from nothing, or one that is there already.

import { api } from "../api.js";
import { h } from "../dom.js";
import { ago, called, clock } from "../format.js";
import { Asking, request, STYLES } from "./asking.js";

const SHOWN = 12;

// ask(path, body) starts the job.
export function composePage({ ask }) {
  const form = new Asking({ ways: STYLES, legend: "What to compose", ask: (style, values) => ask("/api/compose", request(style, values, false)) });
  const list = h("ol", { class: "write-pieces" });
  const element = h("div", { class: "write-start" },
    h("section", { class: "write-new", "aria-labelledby": "write-new" }, h("h2", { id: "write-new" }, "From nothing"), form.element),
    h("section", { class: "write-from", "aria-labelledby": "write-from" }, h("h2", { id: "write-from" }, "From a piece"), list));
  fill(list);
  return { element, form };
}

async function fill(list) {
  try {
    const { items } = await api.get("/api/pieces");
    const usable = items.filter((one) => one.state === "ready" && one.kept && (one.has.notes || one.kind !== "sound")).slice(0, SHOWN);
    list.replaceChildren(...usable.map((one) => h("li", {}, h("a", { href: `#/write/${one.id}` }, h("b", {}, called(one)), h("span", {}, `${clock(one.duration)}, ${ago(one.created)}`)))));
    if (!usable.length) list.replaceWith(h("p", { class: "note" }, "Drop a MIDI file, a score or a recording on this page: what is heard in it can be gone on with."));
  } catch (error) {
    list.replaceWith(h("p", { class: "wrong" }, error.message));
  }
}
