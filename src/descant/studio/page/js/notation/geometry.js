// Where the bars of an engraved page stand: boxes in the page's own lengths, from the staff lines of each measure.

import { h } from "../dom.js";

const HEAD = 250; // units of the engraver's: what stands nearer than a head is struck at once

// What `look` gives of a drawing that is laid out for the moment, unseen, wherever it will stand.
export function laidOut(drawing, look) {
  const stage = h("div", { class: "engraving-stage", "aria-hidden": "true" }, drawing);
  document.body.append(stage);
  try { return look(drawing); } finally { stage.remove(); }
}

// {measures: [{group, system, left, right, top, bottom, columns, first}], systems: [{left, right, top, bottom, measures}], frame}
// of an SVG that is laid out. top and bottom hold what the whole system draws; first is where its music begins.
export function geometryOf(svg) {
  const systems = [], measures = [];
  const groups = [...svg.querySelectorAll("g.e-system")];
  for (const group of groups.length ? groups : [svg]) {
    const here = [...group.querySelectorAll("g.e-measure")].map(measureOf).filter(Boolean);
    if (!here.length) continue;
    const drawn = group.getBBox();
    const top = Math.min(drawn.y, ...here.map((one) => one.staffTop)), bottom = Math.max(drawn.y + drawn.height, ...here.map((one) => one.staffBottom));
    for (const one of here) Object.assign(one, { system: systems.length, top, bottom });
    systems.push({
      left: Math.min(drawn.x, here[0].left), right: here.at(-1).right, top, bottom,
      staffTop: Math.min(...here.map((one) => one.staffTop)), staffBottom: Math.max(...here.map((one) => one.staffBottom)),
      measures: here,
    });
    measures.push(...here);
  }
  const frame = measures.length ? measures[0].group.ownerSVGElement : svg;
  return { measures, systems, frame };
}

function measureOf(group) {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (const staff of group.querySelectorAll(":scope > g.e-staff")) {
    for (const line of staff.querySelectorAll(":scope > path")) {
      const box = line.getBBox();
      left = Math.min(left, box.x);
      right = Math.max(right, box.x + box.width);
      top = Math.min(top, box.y);
      bottom = Math.max(bottom, box.y + box.height);
    }
  }
  if (left > right) return null;
  const columns = columnsOf(group);
  return { group, left, right, staffTop: top, staffBottom: bottom, columns, first: columns[0] ?? left };
}

// The places of a bar at which something begins, from left to right, without grace notes.
function columnsOf(group) {
  const found = [];
  for (const one of group.querySelectorAll("g.e-note, g.e-rest, g.e-mRest")) {
    if (one.closest("g.e-graceGrp")) continue;
    const mark = one.classList.contains("e-note") ? one.querySelector("g.e-notehead") : one, box = mark?.getBBox();
    if (box?.width) found.push(box.x);
  }
  found.sort((a, b) => a - b);
  return found.filter((x, at) => !at || x - found[at - 1] > HEAD);
}
