// Short words at the foot of the page, read out by screen readers: done, failed, undo.

import { h, icon } from "./dom.js";
import { keys } from "./keys.js";

const STAYS = { ok: 6_000, error: 14_000 };
const shown = new Map(); // words that stand -> what takes them away

/** Reads words out and shows nothing. */
export function announce(words, { firmly = false } = {}) {
  const region = document.getElementById(firmly ? "said-firmly" : "said-softly");
  region.textContent = "";
  setTimeout(() => { region.textContent = words; }, 50);
}

/** kind: 'ok' or 'error'. `undo`: a function; it gets a button, and the key U while the words stand. */
export function say(words, { kind = "ok", undo = null } = {}) {
  const box = document.getElementById("said");
  announce(undo ? `${words} Press U to undo.` : words, { firmly: kind === "error" });
  let timer = 0;
  const off = [];
  const away = () => { clearTimeout(timer); for (const each of off) each(); shown.delete(toast); toast.remove(); };
  const wait = () => { clearTimeout(timer); timer = setTimeout(away, STAYS[kind]); };
  const back = () => { away(); undo(); };
  const toast = h("div", { class: `toast ${kind}`, onpointerenter: () => clearTimeout(timer), onpointerleave: wait, onfocusin: () => clearTimeout(timer), onfocusout: wait },
    h("p", {}, words),
    undo && h("button", { type: "button", class: "quiet", onclick: back }, "Undo"),
    h("button", { type: "button", class: "bare", "aria-label": "Dismiss", onclick: away }, icon("close")));
  if (undo) off.push(keys.add({ key: "U", label: "Undo what was just done", run: back, group: "Everywhere" }));
  for (const gone of [...shown.values()].slice(0, -2)) gone();
  shown.set(toast, away);
  box.append(toast);
  wait();
  return away;
}
