// The start: drop files, see them being listened to, find again what was heard before.

import { api } from "../api.js";
import { confirm, prompt } from "../dialog.js";
import { h, icon } from "../dom.js";
import { jobs, onPiece } from "../events.js";
import { keys } from "../keys.js";
import { say } from "../say.js";
import { staff } from "../drawings.js";
import { uploads } from "../uploads.js";
import { SendingRow } from "./sending_row.js";
import { PieceRow } from "./start_rows.js";

const KINDS = "audio/*,video/mp4,.mid,.midi,.musicxml,.xml,.mxl,.mei,.abc,.krn,.wav,.flac,.mp3,.ogg,.opus,.m4a,.aac,.aiff,.aif";

const TOGETHER = 80; // ms in which several changes are looked up at once
const AGAIN = 2_000; // ms until what could not be looked up is asked for again

export async function mount(root, _, leave) {
  const rows = new Map();
  const sent = new Map();
  let page = 1;
  let pages = 1;

  const field = h("input", { type: "file", multiple: true, accept: KINDS, hidden: true, onchange: () => { uploads.add(field.files); field.value = ""; } });
  const choose = () => field.click();
  const heading = h("h1", {});
  const welcome = h("div", { class: "welcome" },
    staff(),
    heading,
    h("p", { class: "lead" }, "A recording, a MIDI file or a score. descant hears its beats, chords, key, sections and notes, and shows them to you in time with the sound. Nothing leaves this computer."),
    h("div", { class: "group" }, h("button", { type: "button", class: "main", onclick: choose }, icon("upload"), "Choose files"), h("span", { class: "note by-key" }, "or press ", h("kbd", {}, "O"))));
  const ways = h("nav", { class: "ways", "aria-label": "Other ways in" },
    way("#/library", "Library", "Index a folder, then find music by words, by a clip, by notes, or by humming."),
    way("#/write", "Write", "Have it continue, harmonise, accompany or fill the bars you choose."),
    way("#/follow", "Follow", "Open a score and play: the page turns itself, and marks come afterwards."));
  const sending = h("ul", { class: "sending", "aria-label": "Files being sent" });
  const list = h("ol", { class: "pieces" });
  const more = h("button", { type: "button", onclick: () => load(page + 1) }, "Show older ones");
  const recent = h("section", { class: "recent", "aria-labelledby": "recent-head" }, h("h2", { id: "recent-head" }, "Heard lately"), list, more);
  root.append(field, welcome, sending, recent, ways);

  function frame() {
    const empty = !rows.size && !uploads.list.length;
    root.classList.toggle("empty", empty);
    heading.textContent = "Drop some music";
    recent.hidden = !rows.size;
    more.hidden = page >= pages;
  }

  function put(piece) {
    let row = rows.get(piece.id);
    if (!row) rows.set(piece.id, row = new PieceRow(piece, { rename, remove, again, cancel }));
    row.put(piece, piece.job && jobs.get(piece.job));
    return row.element;
  }

  /** Pages 1 to `last`: what is there, in its order, and nothing else. Rows stay what they are, and keep the focus. */
  async function load(last = page) {
    const answers = await Promise.all(Array.from({ length: last }, (_, i) => api.get(`/api/pieces?page=${i + 1}`)));
    page = last;
    pages = answers[0].pages;
    const elements = worthShowing(answers.flatMap((answer) => answer.items)).map(put);
    for (const [id, row] of rows) if (!elements.includes(row.element)) { row.element.remove(); rows.delete(id); }
    elements.forEach((element, at) => { if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null); });
    frame();
  }

  let soon = 0, behind = false; // the list is not what the server has
  leave(() => clearTimeout(soon));
  const later = (ms) => {
    clearTimeout(soon);
    soon = setTimeout(() => load().then(() => { behind = false; }, fail), ms);
  };
  const fail = (error) => {
    if (!root.isConnected) return;
    if (!behind) say(error.message, { kind: "error" }); // once, not at every try
    behind = true;
    later(AGAIN);
  };
  const refresh = () => later(TOGETHER);

  async function rename(piece) {
    const name = await prompt({ title: "Rename", label: "Name", value: piece.name });
    if (name && name !== piece.name) await act(() => api.patch(`/api/pieces/${piece.id}`, { name }).then(refresh));
  }

  async function remove(piece) {
    if (!await confirm({ title: "Remove this piece?", words: `“${piece.name}” and your corrections of it are removed from the studio. The file it came from stays where it is.`, yes: "Remove", danger: true })) return;
    const next = rows.get(piece.id)?.element.nextElementSibling ?? rows.get(piece.id)?.element.previousElementSibling;
    if (await act(() => api.del(`/api/pieces/${piece.id}`))) {
      await load();
      say(`Removed ${piece.name}.`);
      (next?.querySelector("a") ?? root.querySelector("button")).focus();
    }
  }

  const again = (piece) => act(() => api.post(`/api/pieces/${piece.id}/listen`, {}).then(refresh));

  const cancel = (piece) => act(() => jobs.cancel(piece.job).then(refresh));

  async function act(fn) {
    try { await fn(); return true; } catch (error) { say(error.message, { kind: "error" }); return false; }
  }

  function drawSending() {
    const inside = sending.contains(document.activeElement);
    for (const [one, row] of sent) if (!uploads.list.includes(one)) { row.element.remove(); sent.delete(one); }
    for (const [at, one] of uploads.list.entries()) {
      if (!sent.has(one)) sent.set(one, new SendingRow(one));
      const { element } = sent.get(one).put();
      if (sending.children[at] !== element) sending.insertBefore(element, sending.children[at] ?? null);
    }
    if (inside && !sending.contains(document.activeElement)) root.querySelector(".sending button, .welcome button").focus();
    frame();
  }

  const hear = (target, name, fn) => { target.addEventListener(name, fn); leave(() => target.removeEventListener(name, fn)); };
  hear(uploads, "change", drawSending);
  hear(uploads, "piece", (event) => { list.prepend(put(event.detail)); frame(); });
  hear(jobs, "job", (event) => { const row = rows.get(event.detail.piece); if (row) row.job(event.detail); });
  hear(globalThis, "online", refresh);
  leave(onPiece("*", refresh));
  leave(keys.add({ key: "O", label: "Choose files to listen to", run: choose }));
  const step = (by) => () => {
    const links = [...list.querySelectorAll("a.title")];
    const at = links.indexOf(document.activeElement.closest("li")?.querySelector("a.title"));
    links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  };
  const focused = (fn) => () => { const row = rows.get(document.activeElement.closest("li")?.dataset.id); if (row) fn(row.piece, row); };
  leave(keys.add({ key: "H", label: "To what was heard lately", run: step(1) }));
  const here = { scope: list, group: "Heard lately" };
  leave(keys.add({ ...here, key: "ArrowDown", label: "Next piece", run: step(1), repeat: true }));
  leave(keys.add({ ...here, key: "ArrowUp", label: "Previous piece", run: step(-1), repeat: true }));
  leave(keys.add({ ...here, key: "F2", label: "Rename the piece in focus", run: focused(rename) }));
  leave(keys.add({ ...here, key: "Delete", label: "Remove the piece in focus", run: focused(remove) }));
  leave(keys.add({ ...here, key: "X", label: "Cancel listening to the piece in focus", run: focused((piece, row) => row.working && cancel(piece)) }));
  leave(keys.add({ ...here, key: "R", label: "Listen again to the piece in focus", run: focused((piece, row) => !row.working && again(piece)) }));

  drawSending();
  await load();
  performance.mark("pieces-listed"); // measured in the tests
}

/** Takes that nobody has chosen from yet stand there once, by their first. */
function worthShowing(pieces) {
  const first = new Map();
  for (const piece of pieces) if (!piece.kept && !(first.get(piece.batch)?.take < piece.take)) first.set(piece.batch, piece);
  return pieces.filter((piece) => piece.kept || first.get(piece.batch) === piece);
}

function way(href, name, words) {
  return h("a", { href }, h("strong", {}, name), h("span", {}, words));
}
