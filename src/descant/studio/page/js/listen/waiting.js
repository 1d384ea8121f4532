// A piece that is still being listened to, or that could not be.

import { api } from "../api.js";
import { h } from "../dom.js";
import { jobs, whenDone } from "../events.js";
import { go } from "../route.js";
import { say } from "../say.js";

export function waiting(root, model) {
  const { about } = model, stop = new AbortController(), words = h("p", { class: "note", role: "status" }, "Waiting for its turn …"), share = h("progress", { max: 1, value: 0, "aria-label": "How much is done" });
  const attempt = (run) => async () => { try { await run(); } catch (error) { if (error.name !== "AbortError") say(error.message, { kind: "error" }); } };
  const again = attempt(async () => {
    jobs.put(await api.post(`/api/pieces/${model.id}/listen`, {}));
    await model.refresh();
  });
  const remove = attempt(async () => { await api.del(`/api/pieces/${model.id}`); go("#/"); });
  const failed = about.state === "failed" || !about.job;
  root.append(h("div", { class: "plain" }, h("h1", {}, about.name),
    failed ? [h("p", { class: "wrong" }, about.message || "It has not been listened to yet."),
      h("div", { class: "group" }, h("button", { type: "button", class: "main", onclick: again }, "Listen again"), h("button", { type: "button", class: "danger", onclick: remove }, "Remove it"))]
      : [share, words, h("div", { class: "group" }, h("button", { type: "button", onclick: attempt(() => jobs.cancel(about.job)) }, "Cancel"))]));
  if (!failed) {
    whenDone(about.job, { signal: stop.signal, onShare: (done, message) => { share.value = done; if (words.textContent !== message) words.textContent = message || "Listening …"; } })
      .catch((error) => { if (error.name !== "AbortError") say(error.message, { kind: "error" }); })
      .finally(() => { if (!stop.signal.aborted) attempt(() => model.refresh())(); });
  }
  return () => stop.abort();
}
