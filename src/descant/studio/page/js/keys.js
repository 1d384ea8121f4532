// Keys: one table for the whole page, so that `?` can list what works at this moment.
//
// A key is written 'Space', 'K', 'Shift+L', 'Mod+Z' (Ctrl, or Command on a Mac), 'Alt+ArrowUp', '?', or as two keys in
// a row: 'G L'. A `scope` is an element: the key works while the focus is inside it, and before keys without one.

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const SEQUENCE = 1_200;
const table = [];
let first = "";
let forget = 0;

const TYPED = new Set(["text", "search", "url", "tel", "email", "password", "number", "date", "time"]);

function types(element) {
  if (element instanceof HTMLInputElement) return TYPED.has(element.type);
  return element instanceof HTMLTextAreaElement || element?.isContentEditable;
}

/** Keys that the focused control needs for itself. */
function own(element, key) {
  if (!(element instanceof Element)) return false;
  if ((key === "Space" || key === "Enter") && element.closest("button, a[href], summary, label, select, input, [role=button], [role=option], [role=menuitem]")) return true;
  const steps = /^(Arrow|Home|End|Page)/.test(key);
  if (steps && (element instanceof HTMLSelectElement || element.matches("input[type=range], input[type=radio], [role=slider], [role=spinbutton]"))) return true;
  return element instanceof HTMLSelectElement && key.length === 1;
}

/** 'Shift+L' for an event. Shift is left out where it only makes another sign ('?'). */
function written(event) {
  let key = event.key === " " ? "Space" : event.key;
  if (key.length === 1) key = key.toUpperCase();
  const sign = key.length === 1 && !/[A-Z0-9]/.test(key);
  const held = [
    (MAC ? event.metaKey : event.ctrlKey) && "Mod",
    (MAC ? event.ctrlKey : event.metaKey) && "Other",
    event.altKey && "Alt",
    event.shiftKey && !sign && "Shift",
  ].filter(Boolean);
  return [...held, key].join("+");
}

const inForce = (one) => !one.scope || one.scope.contains(document.activeElement);
const modal = () => [...document.querySelectorAll("dialog[open]")].findLast((one) => one.matches(":modal"));

function usable() {
  const box = modal();
  return table.filter((one) => (!box || (one.scope && box.contains(one.scope))) && inForce(one)).reverse()
    .sort((a, b) => Number(Boolean(b.scope)) - Number(Boolean(a.scope)));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  const key = written(event);
  const plain = !/^(Mod|Alt)\+/.test(key) && key !== "Escape";
  const choice = usable();
  const find = (name) => choice.find((one) => one.key.some((each) => each === name) && (key === "Escape" || one.typing || !types(event.target)));
  const pair = first ? find(`${first} ${key}`) : undefined;
  first = "";
  clearTimeout(forget);
  const one = pair ?? find(key);
  if (one && !pair && own(event.target, key)) return;
  if (one) {
    if (event.repeat && !one.repeat) return event.preventDefault();
    event.preventDefault();
    one.run(event);
  } else if (plain && !types(event.target) && choice.some((each) => each.key.some((name) => name.startsWith(`${key} `)))) {
    first = key;
    forget = setTimeout(() => { first = ""; }, SEQUENCE);
  }
});

/** Whether a key is worth listing: its scope can be seen, though the focus may be elsewhere. */
const listed = (one) => !one.scope || one.scope.checkVisibility?.() !== false;

/** The key as people read it. */
export function spoken(key) {
  const names = { Mod: MAC ? "⌘" : "Ctrl", Alt: MAC ? "⌥" : "Alt", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };
  return key.split(" ").map((part) => part.split(/\+(?=.)/).map((name) => names[name] ?? name));
}

export const keys = {
  /** `key` may be a list. `repeat`: also while held; `typing`: also in a text field; `group`: its heading in the list;
   * `shown`: how the list writes it, for keys that somebody else hears. */
  add({ key, label, run, scope = null, group = "This page", repeat = false, typing = false, shown = null }) {
    const one = { key: [key].flat(), label, run, scope, group, repeat, typing, shown };
    table.push(one);
    return () => { const at = table.indexOf(one); if (at >= 0) table.splice(at, 1); };
  },
  /** What works now, or once the focus is where it is meant for. */
  list: () => table.filter(listed),
};
