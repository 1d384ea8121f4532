// The jobs: what runs, what waits, what came of it. All of it comes from the server, so a reload loses nothing.

import { clear, h, icon } from "./dom.js";
import { ended, jobs } from "./events.js";
import { count } from "./format.js";
import { keys } from "./keys.js";
import { go } from "./route.js";
import { announce, say } from "./say.js";

const STATES = { queued: "waiting", running: "at work", done: "done", failed: "failed", cancelled: "cancelled" };
const SHOWN = 30;
const SHOWN_BUTTON = "button:not([hidden])";

/** Where a job's result is looked at; empty where there is no such place. */
export function place(job) {
  const made = job.result?.pieces?.[0];
  if (made) return `#/write/${made}`;
  if (job.kind === "index") return "#/library";
  if (job.kind === "follow" || job.kind === "practice") return job.piece ? `#/follow/${job.piece}` : "";
  return job.piece ? `#/listen/${job.piece}` : "";
}

export class Tray {
  #box;
  #button;
  #panel;
  #list;
  #rows = new Map();
  #before = new Map();
  #known = new Set(); // failures that were looked at

  constructor(host) {
    this.#button = h("button", { type: "button", class: "tray-button", "aria-expanded": "false", "aria-controls": "tray-panel", title: "Jobs (J)", onclick: () => this.toggle() });
    this.#list = h("ul", {});
    this.#panel = h("section", { class: "tray", id: "tray-panel", "aria-label": "Jobs", hidden: true },
      h("div", { class: "tray-head" }, h("h2", {}, "Jobs"), h("button", { type: "button", class: "quiet", onclick: () => this.#clearEnded() }, "Clear ended")),
      this.#list);
    this.#box = host;
    host.append(this.#button, this.#panel);
    jobs.addEventListener("list", () => this.#draw());
    jobs.addEventListener("job", (event) => { this.#tell(event.detail); this.#draw(); });
    keys.add({ key: "J", label: "Show or hide the jobs", run: () => this.toggle(), group: "Everywhere" });
    keys.add({ key: "Escape", label: "Close the jobs", run: () => this.toggle(false), scope: this.#panel, group: "Jobs" });
    keys.add({ key: ["X", "Delete"], label: "Cancel or forget the job in focus", run: () => this.#act(document.activeElement.closest("li")?.dataset.id), scope: this.#panel, group: "Jobs" });
    document.addEventListener("pointerdown", (event) => { if (!this.#panel.hidden && !host.contains(event.target)) this.toggle(false, { focus: false }); });
    this.#draw();
  }

  toggle(open = this.#panel.hidden, { focus = true } = {}) {
    this.#panel.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    this.#draw();
    if (!focus) return;
    if (open) (this.#list.querySelector(SHOWN_BUTTON) ?? this.#panel.querySelector("button")).focus();
    else if (this.#box.contains(document.activeElement) || document.activeElement === document.body) this.#button.focus();
  }

  #tell(job) {
    const before = this.#before.get(job.id);
    this.#before.set(job.id, job.state);
    if (!before || before === job.state) return;
    if (job.state === "done") announce(`${job.title}: done.`);
    if (job.state === "failed") say(`${job.title}: ${job.message || "this failed."}`, { kind: "error" });
  }

  async #act(id) {
    const job = jobs.get(id);
    if (!job) return;
    try {
      if (ended(job)) {
        await jobs.forget(id);
        (this.#list.querySelector(SHOWN_BUTTON) ?? this.#button).focus();
      } else await jobs.cancel(id);
    } catch (error) { say(error.message, { kind: "error" }); }
  }

  async #clearEnded() {
    for (const job of jobs.list.filter(ended)) await jobs.forget(job.id).catch((error) => say(error.message, { kind: "error" }));
  }

  #draw() {
    const list = jobs.list;
    const busy = list.filter((job) => !ended(job));
    if (!this.#panel.hidden) for (const job of list) if (job.state === "failed") this.#known.add(job.id);
    const failed = list.some((job) => job.state === "failed" && !this.#known.has(job.id));
    const share = busy.length ? busy.reduce((sum, job) => sum + job.share, 0) / busy.length : 0;
    this.#button.classList.toggle("at-work", busy.length > 0);
    this.#button.setAttribute("aria-label", busy.length ? `${count(busy.length, "job")} at work, ${Math.round(share * 100)} %` : failed ? "Jobs: one has failed" : "Jobs");
    clear(this.#button).append(...(busy.length ? [String(busy.length), h("progress", { max: 1, value: share, "aria-hidden": "true" })] : [icon("work"), failed && h("span", { class: "dot" })]).filter(Boolean));
    const shown = [...busy, ...list.filter(ended)].slice(0, SHOWN);
    for (const [id, row] of this.#rows) if (!shown.some((job) => job.id === id)) { row.element.remove(); this.#rows.delete(id); }
    this.#list.querySelector(".nothing")?.remove();
    for (const [at, job] of shown.entries()) {
      let row = this.#rows.get(job.id);
      if (!row) this.#rows.set(job.id, row = new Row(job, () => this.#act(job.id), () => this.toggle(false, { focus: false })));
      row.put(job);
      if (this.#list.children[at] !== row.element) this.#list.insertBefore(row.element, this.#list.children[at] ?? null);
    }
    if (!shown.length) this.#list.append(h("li", { class: "job nothing" }, h("p", { class: "how" }, "Nothing is at work, and nothing was today.")));
  }
}

/** One job. Updated in place, so that the focus stays where it is. */
class Row {
  constructor(job, act, left) {
    this.how = h("p", { class: "how" });
    this.share = h("progress", { max: 1, "aria-label": job.title });
    this.open = h("button", { type: "button", class: "bare", "aria-label": `Open: ${job.title}`, title: "Open", onclick: () => { left(); go(place(this.job)); } }, icon("open"));
    this.act = h("button", { type: "button", class: "bare", onclick: act }, icon("close"));
    this.element = h("li", { class: "job", dataset: { id: job.id } }, h("p", { class: "what" }, job.title), this.how, h("div", { class: "acts" }, this.open, this.act), this.share);
  }

  put(job) {
    this.job = job;
    const going = !ended(job);
    this.element.className = `job ${job.state}`;
    const words = [STATES[job.state], job.state === "running" && `${Math.round(job.share * 100)} %`, job.message].filter(Boolean).join(" · ");
    if (this.how.textContent !== words) this.how.textContent = words;
    this.share.hidden = !going;
    if (job.state === "queued") this.share.value = 0;
    else this.share.value = job.share;
    this.open.hidden = job.state !== "done" || !place(job);
    const label = `${going ? "Cancel" : "Forget"}: ${job.title}`;
    if (this.act.getAttribute("aria-label") !== label) { this.act.setAttribute("aria-label", label); this.act.title = going ? "Cancel (X)" : "Forget (X)"; }
  }
}
