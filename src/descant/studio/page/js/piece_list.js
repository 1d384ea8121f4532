// The newest pieces that something can be begun with: those that are usable, each a way to a view.

import { api } from "./api.js";
import { h } from "./dom.js";
import { called } from "./format.js";

const SHOWN = 12;

// usable(piece) says which; words(piece) stand beside the name; `none` is said where there is none.
export function pieceList({ view, usable, words, none }) {
  const list = h("ol", { class: "piece-list" });
  fill().catch((error) => list.replaceWith(h("p", { class: "wrong" }, error.message)));
  return list;

  async function fill() {
    const found = [];
    for (let page = 1, pages = 1; page <= pages && found.length < SHOWN; page++) {
      const answer = await api.get(`/api/pieces?page=${page}`);
      pages = answer.pages;
      found.push(...answer.items.filter(usable));
    }
    list.replaceChildren(...found.slice(0, SHOWN).map((one) => h("li", {}, h("a", { href: `#/${view}/${one.id}` }, h("b", {}, called(one)), h("span", {}, words(one))))));
    if (!found.length) list.replaceWith(h("p", { class: "note" }, none));
  }
}
