// Indexing a folder: chosen, watched, cancelled; and which files could not be read.

import { api } from "../api.js";
import { dialog } from "../dialog.js";
import { h } from "../dom.js";
import { ended, jobs } from "../events.js";
import { announce, say } from "../say.js";
import { chooseFolder } from "./chooser.js";

const NEWS = 8_000; // ms between two looks at what is there so far

/** How far it is. `onNews(ended)` is called now and then, and when one has ended, whatever its end: what was finished
 * is there. */
export class Indexing {
  #onNews;
  #told = performance.now();
  #states = new Map();
  #job = null;
  #watch = () => this.#look();

  constructor(onNews) {
    this.#onNews = onNews;
    this.words = h("p", {});
    this.bar = h("progress", { max: 1, "aria-label": "Indexing" });
    this.element = h("div", { class: "indexing", role: "group", "aria-label": "Indexing", hidden: true }, this.words,
      h("button", { type: "button", class: "quiet", title: "Cancel indexing (X)", onclick: () => this.cancel() }, "Cancel"), this.bar);
    jobs.addEventListener("job", this.#watch);
    jobs.addEventListener("list", this.#watch);
    this.#look();
  }

  destroy() {
    jobs.removeEventListener("job", this.#watch);
    jobs.removeEventListener("list", this.#watch);
  }

  async choose() {
    const from = document.activeElement, choice = await chooseFolder();
    if (!choice) return;
    try {
      jobs.put(await api.post("/api/library/index", choice));
      announce("Indexing has begun.");
      if (!from.checkVisibility()) this.element.querySelector("button").focus(); // the focus cannot go back
    } catch (error) { say(error.message, { kind: "error" }); }
  }

  async cancel() {
    if (!this.#job) return;
    try {
      await jobs.cancel(this.#job.id);
      say("Indexing was cancelled. What was finished is kept; index the folder again to go on.");
    } catch (error) { say(error.message, { kind: "error" }); }
  }

  #look() {
    const all = jobs.list.filter((job) => job.kind === "index");
    const job = this.#job = all.findLast((one) => !ended(one)) ?? null;
    this.element.hidden = !job;
    if (job) {
      const share = job.state === "queued" ? 0 : job.share;
      this.words.textContent = [job.title, job.state === "queued" ? "waiting for its turn" : `${Math.round(share * 100)} %`, job.message].filter(Boolean).join(" · ");
      this.bar.value = share;
      if (job.state === "running" && performance.now() - this.#told > NEWS) {
        this.#told = performance.now();
        this.#onNews(false);
      }
    }
    for (const one of all) {
      const before = this.#states.get(one.id);
      this.#states.set(one.id, one.state);
      if (!before || before === one.state || !ended(one)) continue;
      if (one.state === "done") say(one.result?.summary ? `Indexed: ${one.result.summary}` : "Indexed.");
      this.#onNews(true);
    }
  }
}

/** Shows the files that could not be read, and why. */
export async function failures() {
  try {
    const list = await api.get("/api/library/failures");
    dialog({ title: "Files that could not be read", wide: true, body: h("dl", { class: "failures" }, list.map((one) => h("div", {}, h("dt", {}, one.file), h("dd", {}, one.message)))) });
  } catch (error) { say(error.message, { kind: "error" }); }
}
