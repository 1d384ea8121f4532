// The list that `?` opens: the keys that work at this moment, under headings.

import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { keys, spoken } from "./keys.js";

const pressed = (key) => spoken(key).map((chord, i) => [i > 0 && " then ", chord.map((name, j) => [j > 0 && "+", h("kbd", {}, name)])]);

export function showKeys() {
  if (document.querySelector("dialog[open]")) return;
  const groups = keys.list().reduce((map, one) => map.set(one.group, [...(map.get(one.group) ?? []), one]), new Map());
  const order = [...groups].sort(([a], [b]) => Number(a === "Everywhere") - Number(b === "Everywhere"));
  dialog({
    title: "Keys",
    wide: true,
    body: h("div", { class: "key-list" }, order.map(([name, list]) => h("section", {},
      h("h3", {}, name),
      h("dl", {}, list.map((one) => h("div", {}, h("dt", {}, one.shown ?? one.key.map((key, i) => [i > 0 && " or ", pressed(key)])), h("dd", {}, one.label))))))),
  });
}
