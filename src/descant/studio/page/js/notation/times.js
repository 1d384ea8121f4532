// Which bar sounds at a time, and how much of it is over.

// The spans of bars in order of time; a bar that is played twice has two.
export function spansOf(bars) {
  const spans = bars.flatMap((bar, at) => {
    const times = bar.times?.length ? bar.times : bar.start === null || bar.start === undefined ? [] : [[bar.start, bar.end]];
    return times.map(([start, end]) => ({ bar: at, start, end }));
  });
  return spans.sort((a, b) => a.start - b.start);
}

// {bar, share} at a time; null before the first bar or where no bar has a time.
export function barAt(spans, time) {
  let low = 0, high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle].start <= time + 1e-6) low = middle + 1; else high = middle;
  }
  if (!low) return null;
  const { bar, start, end } = spans[low - 1];
  return { bar, share: Math.min(1, Math.max(0, (time - start) / Math.max(1e-6, end - start))) };
}

// Bars as `descant inpaint` counts them, from 1 without an upbeat: '9-12' or '9'; an upbeat alone is '0', which it refuses.
export function counted(bars, first, last) {
  const upbeat = bars[0]?.number === "0" ? 1 : 0;
  const to = last + 1 - upbeat, from = Math.min(to, Math.max(1, first + 1 - upbeat));
  return from === to ? `${from}` : `${from}-${to}`;
}

// The same for people, with the numbers that are printed.
export function barWords(bars, first, last) {
  const from = bars[first]?.number || first + 1, to = bars[last]?.number || last + 1;
  if (first === last) return barName(from);
  return from === "0" ? `upbeat to bar ${to}` : `bars ${from} to ${to}`;
}

export const barName = (number) => (number === "0" ? "upbeat" : `bar ${number}`);
