// Modal dialogs over the browser's own <dialog>: it keeps the focus inside and gives it back.

import { h, icon } from "./dom.js";

let count = 0;

/** Opens one. `body`: nodes; `actions`: [{label, run, main, danger}] (run returns false to stay open; none: closes). Gives {element, close, closed}. */
export function dialog({ title, body, actions = [], wide = false }) {
  const name = `dialog-${++count}`;
  let settle;
  const closed = new Promise((resolve) => { settle = resolve; });
  const close = () => element.close();
  const press = async (action) => { if ((await action.run?.()) !== false) close(); };
  const element = h("dialog", { class: wide ? "box wide" : "box", "aria-labelledby": name, onclose: () => { element.remove(); settle(); } },
    h("form", { method: "dialog", class: "box-form", onsubmit: (event) => { event.preventDefault(); const main = actions.find((one) => one.main); if (main) press(main); } },
      h("div", { class: "box-head" }, h("h2", { id: name }, title), h("button", { type: "button", class: "bare", "aria-label": "Close", onclick: close }, icon("close"))),
      h("div", { class: "box-body" }, body),
      actions.length > 0 && h("div", { class: "box-foot" }, actions.map((action) =>
        h("button", { type: action.main ? "submit" : "button", class: [action.main && "main", action.danger && "danger"].filter(Boolean).join(" ") || null,
          onclick: action.main ? null : () => press(action) }, action.label)))));
  element.addEventListener("click", (event) => { if (event.target === element) close(); });
  document.body.append(element);
  element.showModal();
  return { element, close, closed };
}

/** Asks before something that cannot be undone. */
export async function confirm({ title, words, yes = "Yes", no = "Cancel", danger = false }) {
  let answer = false;
  await dialog({ title, body: h("p", {}, words), actions: [{ label: no }, { label: yes, main: true, danger, run: () => { answer = true; } }] }).closed;
  return answer;
}

/** Asks for a line of text; null when left. */
export async function prompt({ title, label, value = "", yes = "Save" }) {
  let answer = null;
  const field = h("input", { type: "text", value, autofocus: true, autocomplete: "off" });
  const box = dialog({ title, body: h("label", { class: "field" }, label, field), actions: [{ label: "Cancel" }, { label: yes, main: true, run: () => { answer = field.value.trim(); } }] });
  field.select();
  await box.closed;
  return answer;
}
