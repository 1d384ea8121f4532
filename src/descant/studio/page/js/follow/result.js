// What practice found: points of the whole, of each bar, and what to practise first.

import { h } from "../dom.js";
import { capital } from "../format.js";
import { barName } from "../notation/times.js";

const SIGNS = { wrong: "×", missed: "○", extra: "+", octave: "8", early: "←", late: "→", loud: "▲", soft: "▼", sharp: "↑", flat: "↓", pause: "//" };

// go(bar): to a bar on the page. judge(part): hold the take against another part.
export class Result {
  constructor({ go, judge }) {
    Object.assign(this, { go, judge });
    this.points = h("p", { class: "points" });
    this.summary = h("p", { class: "result-summary" });
    this.counts = h("ul", { class: "result-counts", "aria-label": "What was found" });
    this.first = h("ol", { class: "result-first" });
    this.lines = h("ul", { class: "result-lines" });
    this.bars = h("ol", { class: "result-bars", "aria-label": "Points of each bar" });
    this.part = h("select", { "aria-label": "What was played", onchange: () => this.judge(this.part.value) });
    this.element = h("section", { class: "result", "aria-label": "What to practise", hidden: true },
      h("div", { class: "result-whole" }, this.points, h("div", {}, this.summary, this.counts)),
      h("div", { class: "result-next" }, h("h2", {}, "Practise first"), this.first, this.lines, h("label", { class: "field" }, "What was played", this.part)),
      h("div", { class: "result-all" }, h("h3", {}, "Bar by bar"), this.bars));
  }

  setParts(parts) {
    this.part.replaceChildren(h("option", { value: "" }, "All parts"), ...parts.map((part, at) => h("option", { value: part.name || String(at + 1) }, part.name || `Part ${at + 1}`)));
    this.part.closest("label").hidden = parts.length < 2;
  }

  show({ score, summary, counts, bars, first, lines, part = "" }) {
    this.found = first;
    this.points.replaceChildren(h("b", {}, String(Math.round(score))), h("span", {}, "of 100"));
    this.summary.textContent = summary.replace(/^\d+ of 100: /, "");
    this.counts.replaceChildren(...Object.entries(counts).map(([kind, count]) => h("li", { class: `kind-${kind}` }, h("b", { "aria-hidden": "true" }, SIGNS[kind] ?? "•"), ` ${kind} ${count}`)));
    this.first.replaceChildren(...first.map((one) => h("li", {}, h("button", { type: "button", onclick: () => this.go(one.bar) },
      h("b", {}, capital(barName(one.number))), h("span", {}, one.reason || "to be made surer")))));
    if (!first.length) this.first.append(h("li", { class: "note" }, "Nothing stands out."));
    this.lines.replaceChildren(...lines.filter((words) => !words.startsWith("practise ")).map((words) => h("li", {}, words)));
    this.bars.replaceChildren(...bars.map((one) => this.#bar(one)));
    this.part.value = part;
    this.element.hidden = false;
  }

  // Mark the bar that is played.
  at(bar) {
    if (this.now === bar) return;
    this.bars.children[this.now]?.classList.remove("now");
    this.now = bar;
    this.bars.children[bar]?.classList.add("now");
  }

  #bar({ bar, number, points, counts }) {
    const said = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`).join(", ");
    const words = points === null ? "not played" : `${Math.round(points)} of 100${said ? `: ${said}` : ""}`;
    const cell = h("button", { type: "button", "aria-label": `${capital(barName(number))}: ${words}`, title: words, class: points === null ? "unplayed" : "", onclick: () => this.go(bar) },
      h("span", { class: "column" }), h("span", { class: "number" }, number));
    cell.style.setProperty("--points", points === null ? 0 : points / 100);
    return h("li", { class: points !== null && points < 60 ? "weak" : points !== null && points < 95 ? "fair" : "" }, cell);
  }
}
