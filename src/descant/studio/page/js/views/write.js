// Writing: a piece from nothing, or something done to one; takes side by side, heard at the same place; one is kept.
// Everything that is asked for is a job, and its name stands in the address, so a page that is loaded again goes on.

import { api } from "../api.js";
import { confirm } from "../dialog.js";
import { h, icon, sheet } from "../dom.js";
import { jobs, whenDone } from "../events.js";
import { called, count } from "../format.js";
import { keys } from "../keys.js";
import { showExports } from "../listen/exports.js";
import { Notation } from "../notation.js";
import { barWords } from "../notation/times.js";
import { Player } from "../player.js";
import { go, title } from "../route.js";
import { announce, say } from "../say.js";
import { Asking, request, WAYS } from "../write/asking.js";
import { composePage } from "../write/compose_page.js";
import { forgetPages } from "../write/excerpt.js";
import { Strip } from "../write/strip.js";
import { compareNotes, comparePages, Takes, version } from "../write/takes.js";
import { Transport } from "../write/transport.js";
import { Versions } from "../write/versions.js";

export async function mount(root, { id, query }, leave) {
  await Promise.all([sheet("notation"), sheet("listen")]); // exports look the same everywhere
  const room = new Room(root, id);
  leave(() => room.close());
  await room.open(query.get("job"));
}

const marks = (one) => new Map([...one.names].map((name) => [name, "new"]));

class Room {
  #off = [];
  #stop = new AbortController();
  #panels = new Map(); // of versions: their notation

  constructor(root, id) {
    Object.assign(this, { root, id, before: null, heard: null, last: null, form: null, parts: [] });
    this.player = new Player();
    this.transport = new Transport(this.player, { loop: () => this.chosen });
    this.takes = new Takes({ hear: (one) => this.listen(one), keep: (one) => this.keep(one), discard: () => this.discard() });
    this.versions = new Versions();
    this.progress = h("div", { class: "write-progress", hidden: true });
    this.pages = h("div", { class: "write-pages" });
    this.roll = h("div", { class: "write-roll" });
    this.desk = h("section", { class: "write-desk", "aria-label": "The music", hidden: true },
      h("div", { class: "write-bar" }, this.transport.element, h("p", { class: "write-heard", "aria-live": "polite" }), h("button", { type: "button", onclick: () => this.export() }, icon("download"), "Export")), this.pages, this.roll);
    this.heardWords = this.desk.querySelector(".write-heard");
    this.strip = new Strip(this.roll, {
      label: "All notes, from left to right in time. Drag to select bars.", height: 92,
      select: (start, end) => this.panel?.selectTimes(start, end), go: (time) => this.seek(time),
    });
    this.#bind();
  }

  get panel() { return this.heard ? this.#panels.get(this.heard.id) : null; }

  // The stretch of time that is selected.
  get chosen() {
    const { start = null, end = null } = this.selection ?? {};
    return start === null || end === null ? null : { start, end };
  }

  async open(job) {
    if (this.id) await this.#openPiece();
    else this.#openNothing();
    if (job) this.#await(job);
  }

  close() {
    this.#stop.abort();
    for (const off of this.#off) off();
    for (const panel of this.#panels.values()) panel.destroy();
    this.takes.close();
    this.strip.close();
    this.transport.close();
    this.player.close();
    forgetPages();
  }

  #openNothing() {
    title("Write");
    const page = composePage({ ask: (path, body) => this.ask(path, body) });
    this.form = page.form;
    this.root.append(h("h1", {}, "Write"), this.progress, this.takes.element, this.desk, page.element);
  }

  // Notes of a piece that is there already, with its way of asking beside them.
  async #openPiece() {
    const { signal } = this.#stop;
    const about = await api.get(`/api/pieces/${this.id}`, { signal });
    title(called(about));
    this.root.append(
      h("div", { class: "write-head" }, h("h1", {}, called(about)), h("a", { class: "quiet-link", href: `#/listen/${this.id}` }, "Listen to it")),
      this.versions.element, this.progress, this.takes.element);
    if (about.job && ["new", "working"].includes(about.state)) await this.#listened(about);
    this.before = await version(this.id);
    signal.throwIfAborted();
    this.form = new Asking({
      ways: WAYS, legend: "What to write", parts: this.before.parts,
      ask: (what, values) => this.ask(`/api/pieces/${this.id}/write`, request(what, values, true)),
    });
    this.root.append(h("div", { class: "write-room" }, this.desk, h("aside", { class: "write-ask", "aria-label": "What to write" }, this.form.element)));
    this.form.element.addEventListener("change", (event) => { if (event.target.name === "bars") this.#selectTyped(event.target.value); });
    await this.hear(this.before);
    this.versions.show(await api.get(`/api/pieces/${this.id}/versions`, { signal }));
  }

  async #listened({ name, job }) {
    this.#tell(`${name} is being listened to …`, job);
    try {
      await whenDone(job, { signal: this.#stop.signal });
    } finally {
      this.progress.hidden = true;
    }
  }

  // Start a job, and show what comes of it. What cannot be is told where it was asked for.
  async ask(path, body) {
    this.form.busy = true;
    this.form.refuse("");
    try {
      const job = await api.post(path, body);
      jobs.put(job);
      history.replaceState(null, "", `#/write${this.id ? `/${this.id}` : ""}?job=${job.id}`);
      await this.#await(job.id);
    } catch (error) {
      this.form.refuse(error.message);
    } finally {
      this.form.busy = false;
    }
  }

  async #await(id) {
    this.#tell("Waiting its turn", id);
    if (this.before && this.heard !== this.before) await this.hear(this.before);
    this.#dropTakes();
    try {
      const { pieces, said = [] } = await whenDone(id, { signal: this.#stop.signal, onShare: (share) => this.#tell(`Writing: ${Math.round(100 * share)} %`, id, share) });
      this.#tell("Laying the takes side by side", null, 1);
      await this.#compare(pieces, said);
    } catch (error) {
      if (error.name !== "AbortError") this.form?.refuse(error.message);
    }
    this.progress.hidden = true;
  }

  #tell(words, job, share = 0) {
    const cancel = job && h("button", { type: "button", class: "quiet", onclick: () => jobs.cancel(job).catch((error) => say(error.message, { kind: "error" })) }, "Cancel");
    this.progress.hidden = false;
    if (this.told !== job) this.progress.replaceChildren(h("p", { role: "status" }), h("progress", { max: 1, value: 0, "aria-label": "How much is written" }), cancel || "");
    this.told = job;
    this.progress.querySelector("p").textContent = words;
    this.progress.querySelector("progress").value = share;
  }

  async #compare(ids, said) {
    const found = (await Promise.all(ids.map((one) => version(one).catch(() => null)))).filter(Boolean);
    if (!found.length) throw new Error("These takes are gone: they were discarded, or another one was kept.");
    found.forEach((one, at) => Object.assign(one, { take: one.about.take ?? at + 1, digit: at + 1 }));
    await this.before?.engraved;
    if (this.#stop.signal.aborted) return;
    const window = this.#window(found[0].about.made), shown = window ?? this.#added(found[0]);
    for (const one of found) if (this.before) compareNotes(one, this.before, window);
    const engraved = async (one) => {
      await one.engraved;
      if (!this.before || one === this.before) return;
      await comparePages(one, this.before, window);
      this.#panels.get(one.id)?.mark(marks(one));
    };
    this.takes.show({ versions: this.before ? [this.before, ...found] : found, window: shown, said, engraved });
    if (window) {
      this.panel?.select(window.first, window.last);
      this.form.set("tracks", found[0].about.made.tracks ?? []);
    } else this.panel?.clearSelection();
    const engraving = this.hear(found[0]);
    if (shown) {
      this.transport.setLoop(true);
      this.seek(shown.start);
    }
    announce(`${count(found.length, "take")} written`);
    this.takes.element.scrollIntoView({ block: "start" });
    this.progress.hidden = true;
    await engraving; // of a long piece half a minute, in which the takes can be heard
    if (!shown || this.heard !== found[0]) return;
    this.panel?.select(shown.first, shown.last);
    this.panel?.reveal(shown.first);
  }

  // The bars that were added at the end, and one before them.
  #added(take) {
    if (!this.before?.bars.length || !(take.about.made?.what === "continue" || take.about.made?.continue)) return null;
    const bars = this.before.bars;
    return { first: bars.length - 1, last: bars.length + 14, start: bars.at(-1).start ?? 0, end: take.about.duration, words: "" };
  }

  // The bars that a take was asked to write anew, with their time; null for all.
  #window(made) {
    const asked = made?.what === "inpaint" && /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(made.bars);
    if (!asked || !this.before?.bars.length) return null;
    const upbeat = this.before.bars[0].number === "0" ? 1 : 0;
    const first = Number(asked[1]) - 1 + upbeat, last = Number(asked[2] ?? asked[1]) - 1 + upbeat;
    const bars = this.before.bars.slice(first, last + 1);
    return bars.length ? { first, last, start: bars[0].start, end: bars.at(-1).end, words: barWords(this.before.bars, first, last) } : null;
  }

  // Hear a version aloud; the one that is heard pauses, or goes on.
  async listen(one) {
    if (!one) return;
    if (one === this.heard) { this.player.toggle(); return; }
    await this.hear(one);
    if (!this.player.playing && !this.#stop.signal.aborted) this.player.play();
  }

  // Hear and show a version from now on, at the place where the music is.
  async hear(one) {
    if (!one || one === this.heard) return;
    this.last = this.heard;
    const chosen = this.selection, begun = this.heard !== null;
    this.heard = one;
    if (begun) {
      this.player.duration = one.about.duration;
      this.player.update({ notes: one.notes, parts: one.parts });
    } else this.player.load({ audio: null, duration: one.about.duration, notes: one.notes, parts: one.parts });
    this.desk.hidden = false;
    this.takes.mark(one);
    this.heardWords.textContent = one.take ? `Take ${one.take}` : this.takes.versions.length ? "As it was" : "";
    this.strip.show({ notes: one.notes, fresh: one.fresh, bars: one.bars.map((bar) => bar.start).filter((time) => time !== null), start: 0, end: one.about.duration });
    await this.#showPanel(one, chosen);
    this.transport.follow();
  }

  async #showPanel(one, chosen) {
    for (const [id, panel] of this.#panels) panel.root.hidden = id !== one.id;
    let panel = this.#panels.get(one.id);
    if (!panel) {
      panel = new Notation(this.pages, { id: one.id, label: one.take ? `Take ${one.take}` : "The music" });
      this.#panels.set(one.id, panel);
      panel.addEventListener("seek", (event) => event.detail.time !== null && this.seek(event.detail.time));
      panel.addEventListener("select", (event) => { if (panel === this.panel) this.#selected(event.detail); });
      panel.onsets = one.notes.map((note) => note.onset).sort((a, b) => a - b);
      await panel.load();
    }
    panel.mark(marks(one));
    if (chosen && panel.bars.length) panel.select(chosen.first, chosen.last, { tell: false });
    if (panel.timed) panel.at(this.player.time);
  }

  #selected(selection) {
    this.selection = selection;
    this.strip.choose(this.chosen);
    this.transport.follow();
    if (!this.id || (selection && selection.last >= this.before.bars.length)) return; // what was added has no bars to write anew
    if (selection && this.form.way !== "inpaint") this.form.choose("inpaint");
    this.form.set("bars", selection?.bars ?? "");
  }

  #selectTyped(words) {
    const window = this.#window({ what: "inpaint", bars: words });
    if (window) this.panel?.select(window.first, window.last);
  }

  seek(time) {
    this.player.seek(time);
    this.#moved();
  }

  async keep(one) {
    try {
      await api.post(`/api/pieces/${one.id}/keep`);
      const others = this.takes.versions.filter((other) => other.take && other !== one).length;
      say(`${one.take ? `Take ${one.take}` : "It"} is kept${others ? ", the others are gone" : ""}.${this.before ? " Undo goes back to what was before." : ""}`);
      go(`#/write/${one.id}`);
    } catch (error) {
      say(error.message, { kind: "error" });
    }
  }

  async discard() {
    const takes = this.takes.versions.filter((one) => one.take);
    if (!await confirm({ title: "Discard the takes?", words: `${count(takes.length, "take")} will be gone. What was before stays.`, yes: "Discard", danger: true })) return;
    try {
      await Promise.all(takes.map((one) => api.del(`/api/pieces/${one.id}`)));
    } catch (error) {
      say(error.message, { kind: "error" });
    }
    const address = `#/write${this.id ? `/${this.id}` : ""}`;
    if (!this.id) { go(`${address}?`); return; }
    await this.hear(this.before);
    this.#dropTakes();
    history.replaceState(null, "", address);
  }

  // The takes are no more: neither their pages, nor the way back to one.
  #dropTakes() {
    for (const { id, take } of this.takes.versions) {
      if (!take || id === this.heard.id) continue;
      this.#panels.get(id)?.destroy();
      this.#panels.delete(id);
    }
    this.takes.close();
    this.last = null;
    if (this.heard === this.before) this.heardWords.textContent = "";
  }

  // Write out what is heard.
  export() {
    const { id, about } = this.heard ?? {};
    if (id) showExports({ id, about, flush: async () => {}, get: (field) => about.piece.corrections?.[field] ?? about.piece[field] });
  }

  #moved() {
    const { time } = this.player;
    this.strip.at(time);
    this.takes.at(time);
    if (this.panel?.timed) this.panel.at(time);
  }

  #bind() {
    const moved = () => this.#moved();
    this.player.addEventListener("time", moved);
    const add = (key, label, run, group = "Writing") => this.#off.push(keys.add({ key, label, run, group }));
    for (let digit = 0; digit <= 8; digit++) {
      add(String(digit), digit ? `Hear take ${digit}` : "Hear what was before", () => this.listen(this.takes.versions.find((one) => one.digit === digit)), "Takes");
    }
    add("B", "Hear the one before again: A, B, A ...", () => this.listen(this.last), "Takes");
    add("K", "Keep the take that is heard", () => this.heard?.take && this.takes.versions.length && this.keep(this.heard), "Takes");
    add("Mod+Z", "Undo: the version before", () => this.versions.undo());
    add(["Mod+Shift+Z", "Mod+Y"], "Redo: the next version", () => this.versions.redo());
    add("E", "Export", () => this.export());
    add("A", "Say what to write", () => this.form?.element.querySelector("input:not([type=radio]), select")?.focus());
    add("M", "To the notation", () => this.panel?.scroller.focus());
  }
}
