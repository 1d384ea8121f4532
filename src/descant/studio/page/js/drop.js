// Files dropped anywhere on the page. A view may take them for itself (the library searches by them); else they are
// listened to.

import { h } from "./dom.js";
import { say } from "./say.js";
import { uploads } from "./uploads.js";

const takers = [{ label: "Drop to listen", run: (files) => uploads.add(files) }];

/** `run(files)` gets what is dropped from now on; gives a function that hands it back. */
export function takeDrops({ label, run }) {
  const one = { label, run };
  takers.push(one);
  return () => takers.splice(takers.indexOf(one), 1);
}

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

export function watchDrops() {
  const words = h("p");
  const veil = h("div", { class: "veil", hidden: true, "aria-hidden": "true" }, words);
  document.body.append(veil);
  let depth = 0;
  const hide = () => { depth = 0; veil.hidden = true; };
  addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth++;
    words.textContent = takers.at(-1).label;
    veil.hidden = false;
  });
  addEventListener("dragover", (event) => { if (carriesFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } });
  addEventListener("dragleave", (event) => { if (carriesFiles(event) && --depth <= 0) hide(); });
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    hide();
    const folders = new Set([...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.()).filter((one) => one?.isDirectory).map((one) => one.name));
    const files = [...event.dataTransfer.files].filter((one) => !folders.has(one.name));
    if (folders.size) say("A folder is indexed in the library: press G, then L.");
    if (files.length) takers.at(-1).run(files);
  });
}
