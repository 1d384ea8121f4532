// The way a piece came: versions from the first to this one, and what was made of it. Undo goes back along it, redo on.

import { h, icon } from "../dom.js";
import { go } from "../route.js";

const WORDS = {
  inpaint: (made) => `${/^\d+$/.test(made.bars) ? "bar" : "bars"} ${made.bars} anew${made.tracks?.length ? `, ${made.tracks.join(", ")}` : ""}`,
  continue: (made) => (made.bars ? `${made.bars} bars on` : "gone on with"),
  harmonise: () => "harmonised",
  accompany: () => "accompanied",
  compose: () => "composed",
};

// What a version is, in few words.
function versionWords(about) {
  const made = about.made;
  return made ? (WORDS[made.what] ?? WORDS.compose)(made) : "as it came";
}

export class Versions {
  constructor() {
    this.undoButton = h("button", { type: "button", "aria-label": "Undo: back to the version before", title: "Back to the version before", "aria-disabled": "true", onclick: () => this.undo() }, icon("undo"), "Undo");
    this.redoButton = h("button", { type: "button", "aria-label": "Redo: on to the next version", title: "On to the next version", "aria-disabled": "true", onclick: () => this.redo() }, icon("redo"), "Redo");
    this.list = h("ol", { class: "versions", "aria-label": "Versions" });
    this.element = h("div", { class: "versions-box" }, h("span", { class: "group" }, this.undoButton, this.redoButton), this.list);
    this.back = this.on = null;
  }

  // chain: from the first version to this one; children: what was made of it.
  show({ chain, children }) {
    const kept = children.filter((one) => one.kept);
    this.back = chain.at(-2) ?? null;
    this.on = kept.toSorted((a, b) => b.created - a.created)[0] ?? null;
    this.undoButton.setAttribute("aria-disabled", String(!this.back)); // and not `disabled`: it would lose the focus
    this.redoButton.setAttribute("aria-disabled", String(!this.on));
    const link = (one, current) => h("li", {}, h("a", { href: `#/write/${one.id}`, "aria-current": current ? "true" : null }, versionWords(one)));
    this.list.replaceChildren(...chain.map((one, at) => link(one, at === chain.length - 1)), ...kept.slice(0, 4).map((one) => link(one, false)));
    this.list.classList.toggle("alone", chain.length + kept.length < 2);
    for (const [at, item] of [...this.list.children].entries()) item.classList.toggle("later", at >= chain.length);
  }

  undo() { if (this.back) go(`#/write/${this.back.id}`); }
  redo() { if (this.on) go(`#/write/${this.on.id}`); }
}
