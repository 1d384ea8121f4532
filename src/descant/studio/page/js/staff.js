// The drawing of an empty start: five lines, a phrase as the roll shows it, and its contour. It means nothing to a
// screen reader, and holds still where motion is unwelcome.

import { svg } from "./dom.js";

// A phrase of our own: [beat, length, step above the lowest line in half spaces].
const PHRASE = [[0, 1, 2], [1, 0.5, 4], [1.5, 0.5, 5], [2, 1.5, 6], [3.5, 0.5, 5], [4, 1, 4], [5, 0.5, 2], [5.5, 0.5, 3], [6, 2, 4],
  [8, 1, 7], [9, 0.5, 8], [9.5, 0.5, 7], [10, 1.5, 6], [11.5, 0.5, 4], [12, 1, 5], [13, 1, 3], [14, 2, 2]];
const BEAT = 60;
const GAP = 22;
const TOP = 34;

const y = (step) => TOP + 4 * GAP - step * GAP / 2;

export function staff() {
  const lines = [0, 1, 2, 3, 4].map((i) => svg("path", { class: "line", d: `M0 ${TOP + i * GAP}H960` }));
  const bars = [0, 4, 8, 12].map((beat) => svg("path", { class: "bar", d: `M${beat * BEAT + 0.75} ${TOP}v${4 * GAP}` }));
  const notes = PHRASE.map(([beat, length, step], i) =>
    svg("rect", { class: `tone s${[0, 1, 2, 1][Math.floor(beat / 4)]}`, x: beat * BEAT + 5, y: y(step) - 6, width: length * BEAT - 9, height: 12, rx: 2, style: { "--at": String(i) } }));
  let d = "";
  for (const [beat, length, step] of PHRASE) {
    const [x0, x1] = [beat * BEAT + 8, (beat + length) * BEAT - 8];
    d += `${d ? `C${x0 - 8} ${y(step)} ${x0 - 8} ${y(step)}` : "M"} ${x0} ${y(step)} L${x1} ${y(step)}`;
  }
  return svg("svg", { class: "staff", viewBox: "0 0 962 156", "aria-hidden": "true", preserveAspectRatio: "xMidYMid meet" },
    ...lines, ...bars, svg("path", { class: "bar last", d: `M953 ${TOP}v${4 * GAP}M959 ${TOP}v${4 * GAP}` }), ...notes, svg("path", { class: "contour", d }));
}
