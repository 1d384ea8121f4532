// The start: drop files, see them being listened to, find again what was heard before.

import { api } from "../api.js";
import { confirm, prompt } from "../dialog.js";
import { clear, h, icon } from "../dom.js";
import { jobs, onPiece } from "../events.js";
import { keys } from "../keys.js";
import { say } from "../say.js";
import { staff } from "../drawings.js";
import { uploads } from "../uploads.js";
import { PieceRow } from "./start_rows.js";

const KINDS = "audio/*,video/mp4,.mid,.midi,.musicxml,.xml,.mxl,.mei,.abc,.krn,.wav,.flac,.mp3,.ogg,.opus,.m4a,.aac,.aiff,.aif";

export async function mount(root) {
  const leave = [];
  const rows = new Map();
  let page = 1;
  let pages = 1;

  const field = h("input", { type: "file", multiple: true, accept: KINDS, class: "unseen", tabindex: -1, "aria-label": "Files to listen to", onchange: () => { uploads.add(field.files); field.value = ""; } });
  const choose = () => field.click();
  const heading = h("h1", {});
  const welcome = h("div", { class: "welcome" },
    staff(),
    heading,
    h("p", { class: "lead" }, "A recording, a MIDI file or a score. descant hears its beats, chords, key, sections and notes, and shows them to you in time with the sound. Nothing leaves this computer."),
    h("div", { class: "group" }, h("button", { type: "button", class: "main", onclick: choose }, icon("upload"), "Choose files"), h("span", { class: "note" }, "or press ", h("kbd", {}, "O"))));
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

  function put(piece, first = false) {
    let row = rows.get(piece.id);
    if (!row) {
      row = new PieceRow(piece, { rename, remove, again, cancel });
      rows.set(piece.id, row);
      if (first) list.prepend(row.element);
      else list.append(row.element);
    }
    row.put(piece, piece.job && jobs.get(piece.job));
    frame();
  }

  function drop(id) {
    rows.get(id)?.element.remove();
    rows.delete(id);
    frame();
  }

  async function load(which = 1) {
    const answer = await api.get(`/api/pieces?page=${which}`);
    page = answer.page;
    pages = answer.pages;
    for (const piece of answer.items) put(piece);
    frame();
  }

  async function refresh(id) {
    try {
      if (id === "*") return await load();
      put(await api.get(`/api/pieces/${id}`), !rows.has(id));
    } catch (error) {
      if (error.status === 404) drop(id);
    }
  }

  async function rename(piece) {
    const name = await prompt({ title: "Rename", label: "Name", value: piece.name });
    if (name && name !== piece.name) await act(() => api.patch(`/api/pieces/${piece.id}`, { name }).then(() => refresh(piece.id)));
  }

  async function remove(piece) {
    if (!await confirm({ title: "Remove this piece?", words: `“${piece.name}” and your corrections of it are removed from the studio. The file it came from stays where it is.`, yes: "Remove", danger: true })) return;
    const next = rows.get(piece.id)?.element.nextElementSibling ?? rows.get(piece.id)?.element.previousElementSibling;
    if (await act(() => api.del(`/api/pieces/${piece.id}`))) {
      drop(piece.id);
      say(`Removed ${piece.name}.`);
      (next?.querySelector("a") ?? root.querySelector("button")).focus();
    }
  }

  const again = (piece) => act(() => api.post(`/api/pieces/${piece.id}/listen`, {}).then(() => refresh(piece.id)));

  const cancel = (piece) => act(() => jobs.cancel(piece.job).then(() => refresh(piece.id)));

  async function act(fn) {
    try { await fn(); return true; } catch (error) { say(error.message, { kind: "error" }); return false; }
  }

  function drawSending() {
    clear(sending).append(...uploads.list.filter((one) => one.state !== "done").map((one) => h("li", { class: `job ${one.state}` },
      h("p", { class: "what" }, one.name),
      h("p", { class: "how" }, one.state === "failed" ? one.message : one.state === "waiting" ? "waiting" : `being sent · ${Math.round(one.share * 100)} %`),
      h("div", { class: "acts" }, h("button", { type: "button", class: "bare", "aria-label": `${one.state === "failed" ? "Dismiss" : "Stop sending"}: ${one.name}`, onclick: () => (one.state === "failed" ? uploads.remove(one) : uploads.cancel(one)) }, icon("close"))),
      one.state !== "failed" && h("progress", { max: 1, value: one.share, "aria-label": `Sending ${one.name}` }))));
    frame();
  }

  const hear = (target, name, fn) => { target.addEventListener(name, fn); leave.push(() => target.removeEventListener(name, fn)); };
  hear(uploads, "change", drawSending);
  hear(uploads, "piece", (event) => put(event.detail, true));
  hear(jobs, "job", (event) => { const row = rows.get(event.detail.piece); if (row) row.job(event.detail); });
  leave.push(onPiece("*", refresh));
  leave.push(keys.add({ key: "O", label: "Choose files to listen to", run: choose }));
  const step = (by) => () => {
    const links = [...list.querySelectorAll("a.title")];
    const at = links.indexOf(document.activeElement.closest("li")?.querySelector("a.title"));
    links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  };
  const focused = (fn) => () => { const row = rows.get(document.activeElement.closest("li")?.dataset.id); if (row) fn(row.piece, row); };
  leave.push(keys.add({ key: "H", label: "To what was heard lately", run: step(1) }));
  const here = { scope: list, group: "Heard lately" };
  leave.push(keys.add({ ...here, key: "ArrowDown", label: "Next piece", run: step(1), repeat: true }));
  leave.push(keys.add({ ...here, key: "ArrowUp", label: "Previous piece", run: step(-1), repeat: true }));
  leave.push(keys.add({ ...here, key: "F2", label: "Rename the piece in focus", run: focused(rename) }));
  leave.push(keys.add({ ...here, key: "Delete", label: "Remove the piece in focus", run: focused(remove) }));
  leave.push(keys.add({ ...here, key: "X", label: "Cancel listening to the piece in focus", run: focused((piece, row) => row.working && cancel(piece)) }));
  leave.push(keys.add({ ...here, key: "R", label: "Listen again to the piece in focus", run: focused((piece, row) => !row.working && again(piece)) }));

  drawSending();
  await load();
  return () => { for (const each of leave) each(); };
}

function way(href, name, words) {
  return h("a", { href }, h("strong", {}, name), h("span", {}, words));
}
