// Where the bars of an engraved page stand: boxes in the page's own lengths, from the staff lines of each measure.

// {measures: [{group, system, left, right, top, bottom, first}], systems: [{left, right, top, bottom, measures}], frame, box}
// of an SVG that is in the document. top and bottom hold what the whole system draws; first is where its music begins.
export function geometryOf(svg) {
  const systems = [], measures = [];
  const groups = [...svg.querySelectorAll('g.e-system')];
  for (const [at, group] of (groups.length ? groups : [svg]).entries()) {
    const here = [...group.querySelectorAll('g.e-measure')].map(one => measureOf(one, at)).filter(Boolean);
    if (!here.length) continue;
    const drawn = group.getBBox();
    const top = Math.min(drawn.y, ...here.map(one => one.staffTop)), bottom = Math.max(drawn.y + drawn.height, ...here.map(one => one.staffBottom));
    for (const one of here) Object.assign(one, { system: systems.length, top, bottom });
    systems.push({
      left: Math.min(drawn.x, here[0].left), right: here.at(-1).right, top, bottom,
      staffTop: Math.min(...here.map(one => one.staffTop)), staffBottom: Math.max(...here.map(one => one.staffBottom)),
      measures: here,
    });
    measures.push(...here);
  }
  const frame = measures.length ? measures[0].group.ownerSVGElement : svg;
  return { measures, systems, frame };
}

function measureOf(group, system) {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (const staff of group.querySelectorAll(':scope > g.e-staff')) {
    for (const line of staff.querySelectorAll(':scope > path')) {
      const box = line.getBBox();
      left = Math.min(left, box.x);
      right = Math.max(right, box.x + box.width);
      top = Math.min(top, box.y);
      bottom = Math.max(bottom, box.y + box.height);
    }
  }
  if (left > right) return null;
  return { group, system, left, right, staffTop: top, staffBottom: bottom, first: firstOf(group, left, right) };
}

// Where the music of a bar begins, after clef, key and metre: the leftmost head or rest.
function firstOf(group, left, right) {
  let first = right;
  for (const one of group.querySelectorAll('g.e-notehead, g.e-rest, g.e-mRest')) {
    const box = one.getBBox();
    if (box.width) first = Math.min(first, box.x);
  }
  return first < right ? first : left;
}

// The places of a bar at which something begins, from left to right, without grace notes.
export function columnsOf(measure) {
  const found = [];
  for (const head of measure.group.querySelectorAll('g.e-note, g.e-rest, g.e-mRest')) {
    if (head.closest('g.e-graceGrp')) continue;
    const mark = head.classList.contains('e-note') ? head.querySelector('g.e-notehead') : head;
    if (mark) found.push(mark.getBBox().x);
  }
  found.sort((a, b) => a - b);
  return found.filter((x, at) => !at || x - found[at - 1] > 250);
}
