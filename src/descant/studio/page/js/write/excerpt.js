// Some bars cut out of engraved pages: a line for each system, with the clefs and the key in front, as a printed example has.

import { api } from "../api.js";
import { h, svg } from "../dom.js";
import { geometryOf, laidOut } from "../notation/geometry.js";
import { sanitised } from "../sanitise_svg.js";

const SCALE = 0.00325; // rem a unit of the engraver's: a staff is 2.3 rem high
const AROUND = 120;
const MOST_LINES = 6;
let made = 0;

const pagesKept = new Map(); // address -> promise of the text; while the view is there, none of them changes

export const forgetPages = () => pagesKept.clear();

// The text of an engraved page.
export function pageText(id, number) {
  const address = `/api/pieces/${id}/notation/${number}.svg`;
  if (!pagesKept.has(address)) {
    if (pagesKept.size > 60) pagesKept.delete(pagesKept.keys().next().value);
    const coming = api.fetch(address).then((answer) => answer.text());
    coming.catch(() => pagesKept.delete(address));
    pagesKept.set(address, coming);
  }
  return pagesKept.get(address);
}

// Numbers of the pages on which bars stand.
export const pagesOf = (bars, first, last) => [...new Set(bars.slice(first, last + 1).map((bar) => bar.page))];

// Show bars first to last of a piece in `host`; resolves when they stand. mark: names of notes that are new.
export async function excerpt(host, { id, bars, first, last, mark = new Set() }) {
  const lines = [];
  for (const number of pagesOf(bars, first, last)) {
    const before = bars.findIndex((bar) => bar.page === number); // the page's first bar
    const page = sanitised(await pageText(id, number), `x${++made}-`);
    page.classList.add("engraved");
    lines.push(...laidOut(page, () => cut(page, first - before, last - before, mark)));
    if (lines.length >= MOST_LINES) break;
  }
  const shown = lines.slice(0, MOST_LINES), widest = Math.max(...shown.map((one) => one.wide));
  for (const { drawing, wide } of shown) drawing.style.width = `${(100 * wide / widest).toFixed(2)}%`; // all notes as large
  host.replaceChildren(h("div", { class: "excerpt-lines", style: { width: `${(widest * SCALE).toFixed(2)}rem` } }, shown.map((one) => one.drawing)));
}

function cut(page, first, last, mark) {
  const { systems } = geometryOf(page);
  const lines = [], glyphs = [...page.querySelectorAll("defs")];
  let at = 0;
  for (const system of systems) {
    const chosen = system.measures.filter((_, index) => at + index >= first && at + index <= last);
    at += system.measures.length;
    if (chosen.length) lines.push(line(system, chosen, lines.length ? [] : glyphs, mark));
  }
  return lines;
}

function line(system, chosen, glyphs, mark) {
  const head = chosen[0] === system.measures[0] ? { parts: [], width: 0 } : headOf(system, chosen[0].left);
  const left = chosen[0] === system.measures[0] ? system.left : chosen[0].left - head.width;
  const wide = chosen.at(-1).right - left + 2 * AROUND, high = system.bottom - system.top + 2 * AROUND;
  for (const note of chosen.flatMap((one) => [...one.group.querySelectorAll("[data-name]")])) if (mark.has(note.dataset.name)) note.classList.add("new");
  const drawing = svg("svg", {
    class: "engraved excerpt", viewBox: `${left - AROUND} ${system.top - AROUND} ${wide} ${high}`, "aria-hidden": "true", focusable: "false",
  }, glyphs, head.parts, chosen.map((one) => one.group));
  return { drawing, wide };
}

// Clefs, keys and a stretch of staff lines, moved so that they end where the first bar begins.
function headOf(system, end) {
  const start = system.measures[0], staves = [...start.group.querySelectorAll(":scope > g.e-staff")];
  const signs = staves.map((staff) => [...staff.querySelectorAll(":scope > g.e-clef, :scope > g.e-keySig")]);
  const boxes = signs.flat().map((one) => one.getBBox()).filter((box) => box.width);
  const width = Math.max(0, ...boxes.map((box) => box.x + box.width)) - start.left + 160;
  const parts = staves.flatMap((staff, at) => [
    ...[...staff.querySelectorAll(":scope > path")].map((path) => {
      const y = path.getBBox().y;
      return svg("path", { d: `M${end - width} ${y} L${end} ${y}`, "stroke-width": 13 });
    }),
    svg("g", { transform: `translate(${end - width - start.left}, 0)` }, signs[at].map((one) => one.cloneNode(true))),
  ]);
  return { parts, width };
}
