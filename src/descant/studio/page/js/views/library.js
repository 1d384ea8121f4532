// The library: a folder is indexed, browsed, and searched with one box. What plays, why it was found, and what is like
// it are one press away.

import { api } from "../api.js";
import { clear, h, icon } from "../dom.js";
import { shelf } from "../drawings.js";
import { takeDrops } from "../drop.js";
import { count } from "../format.js";
import { keys } from "../keys.js";
import { Indexing, failures } from "../library/indexing.js";
import { addressOf } from "../library/item.js";
import { ListPlayer } from "../library/list_player.js";
import { Asked } from "../library/query.js";
import { ResultRow } from "../library/results.js";
import { SearchBox } from "../library/search_box.js";
import { go } from "../route.js";
import { say } from "../say.js";

const SORTS = { newest: "newest first", name: "by name", artist: "by artist", tempo: "by tempo", key: "by key", year: "by year", duration: "by length" };
const KINDS = { audio: "recording", midi: "MIDI file", score: "score", tune: "tune" };

let left = null; // the file that was searched by, for who comes back

export async function mount(root, params, leave) {
  const asked = Asked.from(params.query);
  if (left && asked.empty) Object.assign(asked, left);
  left = null;
  let rows = [];
  let found = null;
  let about = null;
  let search = null;
  let draft = false; // the address is that of words which are still being typed

  const heading = h("h1", {}, "Library");
  const figures = h("p", { class: "figures" });
  const indexing = new Indexing(grown);
  const indexButton = h("button", { type: "button", title: "Index a folder (I)", onclick: () => indexing.choose() }, icon("folder"), "Index a folder");
  const full = h("div", { class: "full" });
  const empty = h("div", { class: "nothing-yet", hidden: true }, shelf(),
    h("h2", {}, "No music here yet"),
    h("p", { class: "lead" }, "Show descant a folder, and it listens to everything in it, once. Then find pieces by what they sound like: by words, by a few notes, by humming, or by a clip of one. Files stay where they are, and nothing leaves this computer."),
    h("div", { class: "group" }, h("button", { type: "button", class: "main", onclick: () => indexing.choose() }, icon("folder"), "Choose a folder"), h("span", { class: "note by-key" }, "or press ", h("kbd", {}, "I"))),
    h("p", { class: "meanwhile" }, "Pieces stand here as soon as they have been heard."));
  const told = h("ul", { class: "told" });
  const status = h("p", { class: "count", role: "status" });
  const sort = h("select", { "aria-label": "Order", onchange: () => { asked.sort = sort.value; asked.page = 1; look(); } }, Object.entries(SORTS).map(([value, words]) => h("option", { value, selected: value === asked.sort }, words)));
  const heads = h("div", { class: "heads", "aria-hidden": "true" }, ["", "Key", "Tempo", "Metre", "Year", "Length", ""].map((words) => h("span", {}, words)));
  const list = h("ol", { class: "results" });
  const pager = h("nav", { class: "pager group", "aria-label": "Pages" });
  root.append(h("header", { class: "library-head" }, h("div", {}, heading, figures), indexButton), indexing.element, empty, full);
  const player = new ListPlayer(root, { open });
  const box = new SearchBox(full, asked);
  full.append(h("div", { class: "list-head" }, status, h("label", { class: "group order" }, "Order", sort)), told, heads, list, pager);

  leave(() => {
    search?.abort();
    if (asked.file) left = { file: asked.file, name: asked.name, kind: asked.kind, by: asked.by, words: asked.words };
    indexing.destroy();
    box.destroy();
    player.destroy();
  });

  // ---- what is found ----

  async function look({ address = "push", focus = false } = {}) {
    search?.abort();
    const mine = search = new AbortController();
    if (address && location.hash.startsWith("#/library") && location.hash !== asked.hash) history[`${address}State`](null, "", asked.hash);
    sort.parentElement.hidden = !asked.empty;
    list.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => { status.textContent = asked.file ? "Listening to it…" : "Searching…"; }, 250);
    try {
      found = await asked.find(mine.signal);
      draw();
      if (focus) list.querySelector(".title")?.focus();
    } catch (error) {
      if (error.name === "AbortError") return;
      found = null;
      rows = [];
      player.list = [];
      clear(list);
      clear(pager);
      clear(told);
      heads.hidden = true;
      status.replaceChildren(h("span", { class: "wrong" }, error.message));
    } finally {
      clearTimeout(slow);
      if (search === mine) list.removeAttribute("aria-busy");
    }
  }

  function draw() {
    rows = found.items.map((item) => new ResultRow(item, { play: (one) => player.play(one), open, like: (one) => { box.like(one); scrollTo({ top: 0 }); } }));
    clear(list).append(...rows.map((row) => row.element));
    player.list = found.items;
    mark();
    heads.hidden = !rows.length;
    status.textContent = asked.empty ? count(found.count, "piece") : found.count ? `${found.count.toLocaleString("en")} found` : "Nothing found";
    clear(told).append(...found.told.map((words) => h("li", { class: "note" }, words)));
    if (!found.count && !asked.empty) told.append(...hints().map((one) => h("li", { class: "note" }, one)));
    const page = (to, label, name) => h("button", { type: "button", disabled: to < 1 || to > found.pages, onclick: () => turn(to) }, name === "left" && icon(name), label, name === "right" && icon(name));
    clear(pager).append(...(found.pages > 1 ? [page(found.page - 1, "Previous", "left"), h("span", { class: "note" }, `page ${found.page} of ${found.pages.toLocaleString("en")}`), page(found.page + 1, "Next", "right")] : []));
  }

  function hints() {
    if (asked.file && asked.kind === "clip") return [h("button", { type: "button", onclick: () => { asked.kind = "like"; box.draw(); look(); } }, icon("alike"), "Look for music like it instead")];
    return ["Fewer words find more. Names, moods, instruments, keys and tempos are understood."];
  }

  function turn(to) {
    if (!found || to < 1 || to > found.pages) return;
    asked.page = to;
    look({ focus: true });
    scrollTo({ top: 0 });
  }

  function mark() { for (const row of rows) row.playing(player.item, player.playing); }

  async function open(item) {
    if (!item) return;
    try {
      const piece = await api.post(addressOf(item, "open"));
      go(`#/listen/${piece.id}`);
    } catch (error) { say(error.message, { kind: "error" }); }
  }

  // ---- what is there ----

  /** The list stays as it is while somebody reads it, but for the first pieces. */
  async function grown(ended) {
    const before = about?.count;
    try {
      await refresh();
      if (ended || !before) await look({ address: null });
    } catch (error) { say(error.message, { kind: "error" }); }
  }

  async function refresh() {
    about = await api.get("/api/library");
    empty.hidden = about.count > 0;
    full.hidden = about.count === 0;
    indexButton.hidden = about.count === 0;
    const kinds = Object.entries(about.kinds).filter(([, n]) => n).map(([kind, n]) => (KINDS[kind] ? count(n, KINDS[kind]) : `${n} ${kind}`));
    const hours = about.hours ? [about.hours < 1 ? count(Math.round(about.hours * 60), "minute") : `${about.hours.toLocaleString("en", { maximumFractionDigits: 1 })} hours`] : [];
    clear(figures).append(...(about.count ? [[...kinds, ...hours].join(" · ")] : []));
    if (about.failures) figures.append(about.count ? " · " : "", h("button", { type: "button", class: "quiet", onclick: failures }, `${count(about.failures, "file")} could not be read`));
  }

  // ---- hands ----

  const hear = (target, name, fn) => { target.addEventListener(name, fn); leave(() => target.removeEventListener(name, fn)); };
  hear(box, "change", ({ detail: { settled } }) => {
    look({ address: draft ? "replace" : "push" });
    draft = !settled;
  });
  hear(box, "down", () => list.querySelector(".title")?.focus());
  hear(player, "item", mark);
  hear(player, "state", mark);
  leave(takeDrops({ label: "Drop to search by it", run: ([file]) => {
    if (about?.count) box.take(file);
    else say("Index a folder first: then it can be searched.");
  } }));
  const add = (key, label, run, more = {}) => leave(keys.add({ key, label, run, group: "Library", ...more }));
  const at = () => rows.find((row) => row.element.contains(document.activeElement));
  const chosen = () => at()?.item ?? player.item;
  const move = (by) => () => {
    const next = rows.indexOf(at()) + by;
    if (next < 0) box.field.focus();
    else rows[Math.min(next, rows.length - 1)]?.title.focus();
  };
  add("ArrowDown", "Next in the list", move(1), { scope: list, repeat: true });
  add("ArrowUp", "Previous in the list", move(-1), { scope: list, repeat: true });
  add("R", "To the list", () => (rows.find((row) => row.item.id === player.item?.id) ?? rows[0])?.title.focus());
  add("L", "Open in Listen", () => open(chosen()));
  add("M", "More like this", () => { const item = chosen(); if (item) box.like(item); });
  add("D", "All that is known of it", () => at()?.toggle());
  add("S", "Order", () => sort.focus());
  add("PageDown", "Next page", () => turn(found.page + 1), { scope: list });
  add("PageUp", "Previous page", () => turn(found.page - 1), { scope: list });
  add("I", "Index a folder", () => indexing.choose());
  add("X", "Cancel indexing", () => indexing.cancel());

  await Promise.all([refresh(), look({ address: null })]);
}
