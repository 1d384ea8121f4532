// What the server tells: one stream for the whole page. After a break the server sends the whole list again, so
// nothing has to be remembered across it; a page that nobody looks at gives its connection back (a browser has six).

import { api, ApiError } from "./api.js";

const HIDDEN_FOR = 30_000;
const TRY_AGAIN = 2_000;
const ENDED = new Set(["done", "failed", "cancelled"]);

export const ended = (job) => ENDED.has(job.state);

class Jobs extends EventTarget {
  #jobs = new Map();

  /** Newest first. */
  get list() { return [...this.#jobs.values()].sort((a, b) => b.created - a.created); }

  get(id) { return this.#jobs.get(id); }

  /** One job as the server told it. */
  put(job) {
    this.#jobs.set(job.id, job);
    this.dispatchEvent(new CustomEvent("job", { detail: job }));
  }

  /** All of them: event 'list', then 'job' for each, and 'gone' (detail: its id) for each that is no more. */
  fill(list) {
    const before = this.#jobs;
    this.#jobs = new Map(list.map((job) => [job.id, job]));
    this.dispatchEvent(new Event("list"));
    for (const job of list) this.dispatchEvent(new CustomEvent("job", { detail: job }));
    for (const id of before.keys()) if (!this.#jobs.has(id)) this.dispatchEvent(new CustomEvent("gone", { detail: id }));
  }

  drop(id) {
    if (!this.#jobs.delete(id)) return;
    this.dispatchEvent(new Event("list"));
    this.dispatchEvent(new CustomEvent("gone", { detail: id }));
  }

  async cancel(id) { this.put(await api.post(`/api/jobs/${id}/cancel`)); }

  async forget(id) {
    await api.del(`/api/jobs/${id}`);
    this.drop(id);
  }
}

export const jobs = new Jobs();

/** 'up' and 'down' (detail: words): whether the server is heard. */
export const line = new EventTarget();

const watchers = new Map();
let source = null;
let retry = 0;
let before = false;

function tell(id) {
  for (const fn of [...(watchers.get(id) ?? []), ...(watchers.get("*") ?? [])]) fn(id);
}

/** After a break anything may have changed. */
function tellAll() {
  for (const [id, fns] of watchers) for (const fn of [...fns]) fn(id);
}

function open() {
  clearTimeout(retry);
  if (source) return;
  source = new EventSource("/api/events");
  source.addEventListener("jobs", (event) => {
    line.dispatchEvent(new Event("up"));
    jobs.fill(JSON.parse(event.data));
    if (before) tellAll();
    before = true;
  });
  source.addEventListener("job", (event) => jobs.put(JSON.parse(event.data)));
  source.addEventListener("forgotten", (event) => jobs.drop(JSON.parse(event.data).id));
  source.addEventListener("piece", (event) => tell(JSON.parse(event.data).id));
  source.addEventListener("error", lost);
}

async function lost() {
  close();
  retry = setTimeout(open, TRY_AGAIN);
  let words = "";
  try { await api.get("/api/about"); } catch (error) { words = error.message; }
  if (words) line.dispatchEvent(new CustomEvent("down", { detail: words }));
}

function close() {
  source?.close();
  source = null;
}

let unseen = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(unseen);
  if (document.hidden) unseen = setTimeout(() => { clearTimeout(retry); close(); }, HIDDEN_FOR);
  else open();
});
addEventListener("pagehide", close);
addEventListener("pageshow", open);
open();

/** Calls fn(id) whenever that piece changes; gives a function that stops it. "*" stands for any piece; fn("*") then
 * says that any may have changed. */
export function onPiece(id, fn) {
  if (!watchers.has(id)) watchers.set(id, new Set());
  watchers.get(id).add(fn);
  return () => {
    watchers.get(id)?.delete(fn);
    if (!watchers.get(id)?.size) watchers.delete(id);
  };
}

/** A job's result when it is done. Throws an ApiError with the job's words when it failed or was cancelled. An
 * aborted signal stops waiting, not the job. */
export function whenDone(id, { onShare, signal } = {}) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      jobs.removeEventListener("job", heard);
      jobs.removeEventListener("gone", gone);
      signal?.removeEventListener("abort", left);
    };
    const left = () => { stop(); reject(new DOMException("No longer waited for.", "AbortError")); };
    const look = (job) => {
      if (job.state === "done") { stop(); resolve(job.result); }
      else if (ended(job)) { stop(); reject(new ApiError(job.message || (job.state === "cancelled" ? "Cancelled." : "This failed."), 0)); }
      else onShare?.(job.share, job.message, job);
    };
    const heard = (event) => { if (event.detail.id === id) look(event.detail); };
    // A list that was made before the job began does not have it either: the server knows.
    const ask = () => api.get(`/api/jobs/${id}`).then((job) => { if (!jobs.get(id)) jobs.put(job); }, (error) => { stop(); reject(error); });
    const gone = (event) => { if (event.detail === id) ask(); };
    if (signal?.aborted) return left();
    jobs.addEventListener("job", heard);
    jobs.addEventListener("gone", gone);
    signal?.addEventListener("abort", left);
    const known = jobs.get(id);
    if (known) look(known);
    else ask();
  });
}
