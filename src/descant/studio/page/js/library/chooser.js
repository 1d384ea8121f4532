// Choosing a folder to index. The server shows folders of its own only: those it may open.

import { api } from "../api.js";
import { dialog } from "../dialog.js";
import { clear, h, icon } from "../dom.js";
import { keys } from "../keys.js";

const LEVELS = [
  ["full", "Everything", "words, hums, clips and likeness; some seconds a piece"],
  ["fingerprint", "Names and clips", "names, and which recording a clip is from"],
  ["tags", "Names only", "names and tags; very quick"],
];

/** The chosen {folder, level}, or null. */
export async function chooseFolder() {
  let here = null;
  let answer = null;
  const path = h("p", { class: "chooser-path" });
  const list = h("ul", { class: "chooser" });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const levels = h("fieldset", { class: "levels" }, h("legend", {}, "What is listened for"), LEVELS.map(([value, name, words]) =>
    h("label", {}, h("input", { type: "radio", name: "level", value, checked: value === "full" }), h("span", {}, name, h("small", {}, words)))));
  const box = dialog({
    title: "Choose a folder of music",
    body: h("div", { class: "chooser-box" }, path, wrong, list, levels),
    actions: [{ label: "Cancel" }, { label: "Index this folder", main: true, run: () => {
      if (!here) { wrong.textContent = "Open one of the folders first."; return false; }
      answer = { folder: here, level: levels.querySelector(":checked").value };
      return true;
    } }],
  });
  const main = box.element.querySelector("button.main");

  const entry = (name, label, to) => h("li", {}, h("button", { type: "button", onclick: () => show(to) }, icon(name), label));

  async function show(to) {
    wrong.textContent = "";
    let found;
    try {
      found = await api.get(`/api/library/folders?path=${encodeURIComponent(to)}`);
    } catch (error) {
      wrong.textContent = error.message;
      return;
    }
    here = found.path;
    main.disabled = !here;
    path.textContent = here ?? "Folders that may be indexed";
    const up = found.parent ?? (here ? "" : null);
    clear(list).append(...[up !== null && entry("up", "Up", up), ...found.folders.map((one) => entry("folder", one.name, one.path)),
      !found.folders.length && h("li", { class: "note" }, "No folders in it. Its files can be indexed.")].filter(Boolean));
    list.scrollTop = 0;
    (list.querySelector("button") ?? main).focus();
  }

  const step = (by) => () => {
    const all = [...list.querySelectorAll("button")];
    all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + by))]?.focus();
  };
  const off = [
    keys.add({ key: "ArrowDown", label: "Next folder", run: step(1), scope: list, group: "Folders", repeat: true }),
    keys.add({ key: "ArrowUp", label: "Previous folder", run: step(-1), scope: list, group: "Folders", repeat: true }),
    keys.add({ key: "Backspace", label: "The folder above", run: () => list.querySelector("button")?.click(), scope: list, group: "Folders" }),
  ];
  // where there is one folder to begin with, begin in it
  const roots = await api.get("/api/library/folders").catch((error) => { wrong.textContent = error.message; return null; });
  if (roots) await show(roots.folders.length === 1 ? roots.folders[0].path : "");
  await box.closed;
  for (const one of off) one();
  return answer;
}
