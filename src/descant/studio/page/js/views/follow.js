// Following: a score on the stand; a recording of it or the microphone turns its pages; then the score with marks.

import { api } from "../api.js";
import { h, icon, sheet } from "../dom.js";
import { takeDrops } from "../drop.js";
import { jobs, whenDone } from "../events.js";
import { called, capital } from "../format.js";
import { keys } from "../keys.js";
import { Player } from "../player.js";
import { title } from "../route.js";
import { announce, say } from "../say.js";
import { choosePage, fileField } from "../follow/choose.js";
import { Live } from "../follow/live.js";
import { Path } from "../follow/path.js";
import { Result } from "../follow/result.js";
import { Stand } from "../follow/stand.js";
import { barName } from "../notation/times.js";
import { Transport } from "../write/transport.js";

const TAKES = "audio/*,video/mp4,.mid,.midi,.wav,.flac,.mp3,.ogg,.opus,.m4a,.aac";
const AFTER_END = 2500; // ms that the microphone listens on when the last note was reached

export async function mount(root, { id, query }, leave) {
  await Promise.all([sheet("notation"), sheet("write")]);
  if (!id) { title("Follow"); return choosePage(root, leave); }
  const room = new Room(root, id);
  leave(() => room.close());
  await room.open(query);
}

class Room {
  #off = [];
  #stop = new AbortController();
  #ending = 0;

  constructor(root, id) {
    Object.assign(this, { root, id, take: null, path: null, live: null, addressed: {} });
    this.player = new Player();
    this.transport = new Transport(this.player, { loop: () => null });
    this.transport.element.hidden = true;
    this.field = fileField({ accept: TAKES, label: "A recording of this score", run: (file) => this.send(file) });
    this.mic = h("button", { type: "button", class: "microphone", "aria-pressed": "false", onclick: () => this.listen() }, icon("microphone"), h("span", {}, "Microphone"));
    this.level = h("meter", { class: "level", min: 0, max: 1, hidden: true, "aria-label": "How loud" });
    this.where = h("p", { class: "stand-where" });
    this.words = h("p", { class: "stand-words", role: "status" });
    this.stand = new Stand(id, [
      h("div", { class: "group" }, h("button", { type: "button", onclick: () => this.field.click() }, icon("upload"), "Recording"), this.mic, this.level), this.transport.element, this.where]);
    this.result = new Result({ go: (bar) => this.goTo(bar), judge: (part) => this.practise(part) });
    this.#bind();
  }

  async open(query) {
    const about = await api.get(`/api/pieces/${this.id}`, { signal: this.#stop.signal });
    title(called(about));
    this.root.append(this.field,
      h("div", { class: "follow-head" }, h("h1", {}, called(about)), h("a", { class: "quiet-link", href: "#/follow" }, "Another score")),
      this.words, this.stand.element, this.result.element);
    this.result.setParts(about.piece?.parts ?? []);
    this.#ready(about, query);
  }

  async #ready(about, query) {
    try {
      if (about.job && ["new", "working"].includes(about.state)) {
        this.tell(`${about.name} is being read …`);
        await whenDone(about.job, { signal: this.#stop.signal });
        this.result.setParts((await api.get(`/api/pieces/${this.id}`)).piece.parts ?? []);
      }
      this.tell("");
      if (!await this.stand.load()) return;
      this.stand.place(0, 0);
      const take = query.get("take");
      if (!take) { this.tell("Choose a recording, drop one here, or start the microphone and play."); return; }
      this.addressed = { take, job: query.get("job"), practice: query.get("practice") };
      await this.follow(take, this.addressed);
    } catch (error) {
      if (error.name !== "AbortError") this.tell(error.message, true);
    }
  }

  close() {
    this.#stop.abort();
    clearTimeout(this.#ending);
    this.live?.cancel();
    for (const off of this.#off) off();
    this.transport.close();
    this.player.close();
    this.stand.close();
  }

  // A recording, or MIDI, is sent and then followed.
  async send(file) {
    try {
      this.live?.cancel();
      this.#micOff();
      const piece = await api.upload(file, { signal: this.#stop.signal, onShare: (share) => this.tell(`${file.name} is on its way: ${Math.round(100 * share)} %`) });
      await this.follow(piece.id);
    } catch (error) {
      if (error.name !== "AbortError") this.tell(`${file.name}: ${error.message}`, true);
    }
  }

  // Find the way of a take through the score, then play it. job, practice: what was started before the page was loaded anew.
  async follow(take, { job = null, practice = null } = {}) {
    const { signal } = this.#stop;
    let about = await api.get(`/api/pieces/${take}`, { signal });
    if (about.job && !about.has.audio && ["new", "working"].includes(about.state)) {
      this.tell(`${about.name} is being listened to …`);
      await whenDone(about.job, { signal });
      about = await api.get(`/api/pieces/${take}`, { signal });
    }
    this.take = take;
    this.#load(about);
    job ??= await this.#start("follow", { take });
    this.#address({ take, job, practice });
    const found = await whenDone(job, { signal, onShare: (share) => this.tell(`Finding the way through the score: ${Math.round(100 * share)} %`) });
    const { positions } = await api.get(`/api/pieces/${this.id}/follow/${job}`, { signal });
    this.path = new Path(positions);
    if (!this.player.duration) this.player.duration = positions.at(-1)?.time ?? 0; // it is still being listened to
    this.tell([found.said, found.repeats].filter(Boolean).join(" ") || "The page turns with the music. Space plays.");
    this.#moved();
    if (practice) await this.#practised(practice); else await this.practise("");
  }

  // Hold the take against the score; the page then shows what was not as written.
  async practise(part) {
    if (!this.take) return;
    try {
      const practice = await this.#start("practice", { take: this.take, part });
      this.#address({ ...this.addressed, practice });
      await this.#practised(practice, part);
    } catch (error) {
      if (error.name !== "AbortError") this.tell(error.message, true);
    }
  }

  async #practised(job, part = "") {
    const told = this.words.textContent;
    const found = await whenDone(job, { signal: this.#stop.signal, onShare: (share) => this.tell(`Holding it against the score: ${Math.round(100 * share)} %`) });
    this.tell(told.startsWith("Holding") ? "" : told);
    this.result.show({ ...found, part });
    await this.stand.setMarks((page) => `/api/pieces/${this.id}/practice/${job}/${page}.svg`);
    announce(`${Math.round(found.score)} of 100. The marked score is shown.`);
  }

  async #start(what, body) {
    const { signal } = this.#stop;
    const job = await api.post(`/api/pieces/${this.id}/${what}`, body, { signal });
    jobs.put(job);
    return job.id;
  }

  #address(parts) {
    this.addressed = parts;
    const query = new URLSearchParams(Object.entries(parts).filter(([, value]) => value));
    history.replaceState(null, "", `#/follow/${this.id}?${query}`);
  }

  #load(about) {
    const { notes = [], parts = [] } = { ...about.piece, ...about.piece?.corrections };
    this.player.load({ audio: about.has.audio ? `/api/pieces/${about.id}/audio` : null, duration: about.piece?.duration || about.duration, notes, parts });
    this.transport.element.hidden = false;
    this.result.element.hidden = true;
    this.stand.marksButton.hidden = true;
    if (this.stand.isMarked) this.stand.setMarked(false);
  }

  // The microphone, from now on or no longer.
  async listen() {
    if (this.mic.ariaDisabled) return; // it is getting ready
    if (this.live) { await this.finish(); return; }
    this.player.pause();
    this.tell("Getting ready to listen …");
    this.mic.ariaDisabled = "true";
    const live = this.live = new Live(this.id);
    live.addEventListener("level", (event) => { this.level.value = Math.sqrt(event.detail); });
    live.addEventListener("position", (event) => this.#heard(event.detail));
    live.addEventListener("lost", (event) => { this.#micOff(); this.tell(event.detail.message, true); });
    try {
      await live.start();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#micOff();
      this.tell(error.message, true);
      return;
    }
    this.mic.ariaDisabled = null;
    this.mic.setAttribute("aria-pressed", "true");
    this.mic.lastChild.textContent = "Stop";
    this.level.hidden = false;
    this.transport.element.hidden = true;
    if (this.stand.isMarked) this.stand.setMarked(false);
    this.stand.place(0, 0);
    this.stand.stayAwake(true);
    this.tell("Listening: play.");
  }

  #heard(position) {
    if (position.waiting) return;
    this.stand.place(position.bar, position.share, { lost: position.lost });
    this.#at(position.bar, position.lost);
    if (position.state === "ended" && !this.#ending && this.live) this.#ending = setTimeout(() => this.finish(), AFTER_END);
    else if (position.state !== "ended") { clearTimeout(this.#ending); this.#ending = 0; }
  }

  // The player is done: what was played becomes a take.
  async finish() {
    const { live } = this;
    if (!live) return;
    this.#micOff();
    this.tell("Keeping what was played …");
    try {
      const { take, said } = await live.finish();
      if (!take) { this.tell(said || "That was too short to keep."); return; }
      await this.follow(take);
    } catch (error) {
      if (error.name !== "AbortError") this.tell(error.message, true);
    }
  }

  #micOff() {
    this.live = null;
    clearTimeout(this.#ending);
    this.#ending = 0;
    this.stand.stayAwake(false);
    this.mic.ariaDisabled = null;
    this.mic.setAttribute("aria-pressed", "false");
    this.mic.lastChild.textContent = "Microphone";
    this.level.hidden = true;
  }

  // To a bar on the page, and in the recording where it was played.
  goTo(bar) {
    const time = this.path?.timeOf(bar) ?? null;
    if (time !== null) this.player.seek(time);
    this.stand.shown.reveal(bar);
    this.stand.place(bar, 0);
  }

  #moved() {
    const place = this.live ? null : this.path?.at(this.player.time);
    if (!place) return;
    this.stand.place(place.bar, place.share, { lost: place.lost });
    this.#at(place.bar, place.lost);
  }

  #at(bar, lost) {
    const number = this.stand.notation.bars[bar]?.number || bar + 1;
    const words = lost ? "Lost: listening for the place" : capital(barName(number));
    if (this.where.textContent !== words) this.where.textContent = words;
    this.result.at(bar);
  }

  tell(words, wrong = false) {
    this.words.textContent = words;
    this.words.classList.toggle("warning", wrong);
    this.words.hidden = !words;
  }

  #bind() {
    const moved = () => this.#moved();
    this.player.addEventListener("time", moved);
    this.player.addEventListener("lost", () => say("The recording cannot be played here; its notes are heard instead.", { kind: "error" }));
    this.stand.addEventListener("seek", (event) => {
      const time = this.path?.timeOf(event.detail.bar) ?? null;
      if (time !== null) this.player.seek(time);
    });
    const add = (key, label, run) => this.#off.push(keys.add({ key, label, run, group: "Following" }));
    add("R", "Choose a recording", () => this.field.click());
    add("M", "Start or stop the microphone", () => this.listen());
    add("N", "To the next bar to practise", () => this.#nextToPractise());
    this.#off.push(takeDrops({ label: "Drop a recording of this score", run: (files) => this.send(files[0]) }));
  }

  #nextToPractise() {
    const first = this.result.element.hidden ? [] : this.result.found;
    if (!first?.length) return;
    const one = first[this.turn = ((this.turn ?? -1) + 1) % first.length];
    this.goTo(one.bar);
    announce(`Bar ${one.number}: ${one.reason}`);
  }
}
