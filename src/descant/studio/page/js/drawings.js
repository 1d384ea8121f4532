// Drawings for what is still empty: a phrase, and a shelf. They mean nothing to a screen reader, and hold still where
// motion is unwelcome.

import { svg } from "./dom.js";

// A phrase of our own: [beat, length, step above the lowest line in half spaces].
const PHRASE = [[0, 1, 2], [1, 0.5, 4], [1.5, 0.5, 5], [2, 1.5, 6], [3.5, 0.5, 5], [4, 1, 4], [5, 0.5, 2], [5.5, 0.5, 3], [6, 2, 4],
  [8, 1, 7], [9, 0.5, 8], [9.5, 0.5, 7], [10, 1.5, 6], [11.5, 0.5, 4], [12, 1, 5], [13, 1, 3], [14, 2, 2]];
const BEAT = 60;
const GAP = 22;
const TOP = 34;

const drawing = (name, width, height, ...children) =>
  svg("svg", { class: `drawing ${name}`, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", preserveAspectRatio: "xMidYMid meet" }, ...children);

/** Five lines, a phrase as the roll shows it, and its contour. */
export function staff() {
  const y = (step) => TOP + 4 * GAP - step * GAP / 2;
  const lines = [0, 1, 2, 3, 4].map((i) => svg("path", { class: "line", d: `M0 ${TOP + i * GAP}H960` }));
  const bars = [0, 4, 8, 12].map((beat) => svg("path", { class: "bar", d: `M${beat * BEAT + 0.75} ${TOP}v${4 * GAP}` }));
  const notes = PHRASE.map(([beat, length, step], i) =>
    svg("rect", { class: `tone s${[0, 1, 2, 1][Math.floor(beat / 4)]}`, x: beat * BEAT + 5, y: y(step) - 6, width: length * BEAT - 9, height: 12, rx: 2, style: { "--at": String(i) } }));
  let d = "";
  for (const [beat, length, step] of PHRASE) {
    const [from, to] = [beat * BEAT + 8, (beat + length) * BEAT - 8];
    d += `${d ? `C${from - 8} ${y(step)} ${from - 8} ${y(step)}` : "M"} ${from} ${y(step)} L${to} ${y(step)}`;
  }
  return drawing("staff", 962, 156, lines, bars, svg("path", { class: "bar last", d: `M953 ${TOP}v${4 * GAP}M959 ${TOP}v${4 * GAP}` }), notes, svg("path", { class: "contour", d }));
}

/** Records on a shelf, [width, height, lean in degrees]. */
const SPINES = [[26, 104], [18, 118], [30, 96], [22, 112], [16, 120], [24, 100], [34, 108], [18, 92], [26, 116], [20, 104, 9], [22, 110], [16, 98], [30, 120], [24, 106], [18, 114], [26, 94], [20, 118, -8]];

export function shelf() {
  const spines = [];
  let x = 8;
  SPINES.forEach(([width, height, lean = 0], i) => {
    const at = x + (lean > 0 ? 4 : lean < 0 ? 15 : 0);
    spines.push(svg("g", { class: `spine s${(i * 3) % 8}`, transform: lean ? `rotate(${lean} ${at + (lean > 0 ? 0 : width)} 134)` : null },
      svg("rect", { class: "tone", x: at, y: 134 - height, width, height, rx: 1.5, style: { "--at": String(i) } }),
      svg("path", { class: "label", d: `M${at + width / 2} ${148 - height}v${Math.round(height * 0.34)}` })));
    x += width + 3 + (lean ? 18 : 0);
  });
  return drawing("shelf", x + 10, 150, spines, svg("path", { class: "board", d: `M0 135.500H${x + 10}` }));
}
