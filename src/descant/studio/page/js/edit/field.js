// A text field over a lane, where an entry is: Enter keeps what is typed, Tab goes on to the next, Escape leaves. What
// takes the focus away keeps it too, where it can be read.

import { h } from "../dom.js";
import { say } from "../say.js";

/** `read(text)` gives the value or null; `closed()`, `done(value)`, then `next(by)` or `leave()` are called. Gives what
 * closes it as the loss of the focus does. */
export function openField(body, { left, width, label, value, wrong, read, done, next, leave, closed }) {
  const field = h("input", { type: "text", class: "lane-field", value, "aria-label": label, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  let open = true;
  let unsay = () => {};
  const close = () => {
    if (!open) return;
    open = false;
    unsay();
    field.remove();
    closed();
  };
  const keep = () => {
    const found = field.value.trim() === value ? undefined : read(field.value);
    if (found === null) {
      field.setAttribute("aria-invalid", "true");
      unsay();
      unsay = say(wrong, { kind: "error" });
      field.title = wrong;
      return false;
    }
    close();
    if (found !== undefined) done(found);
    return true;
  };
  field.addEventListener("input", () => {
    const fine = read(field.value) !== null;
    field.toggleAttribute("aria-invalid", !fine);
    if (!fine) field.setAttribute("aria-invalid", "true");
    field.title = fine ? "" : wrong;
  });
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") { close(); leave(); }
    if (event.key === "Enter" && keep()) leave();
    if (event.key === "Tab") {
      event.preventDefault();
      if (keep()) next(event.shiftKey ? -1 : 1);
    }
    if (["Escape", "Enter"].includes(event.key)) event.preventDefault();
  });
  const away = () => {
    if (!open || keep()) return;
    unsay = () => {}; // what was typed is gone: the words stay
    close();
  };
  field.addEventListener("blur", away);
  field.style.left = `${left}px`;
  field.style.width = `${width}px`;
  body.append(field);
  field.focus();
  field.select();
  return away;
}
