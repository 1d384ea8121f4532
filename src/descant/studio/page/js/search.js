// The index of the last entry not after `value`; -1 before the first.
export function before(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1; else high = middle;
  }
  return low - 1;
}

// The index of the entry nearest to `value`; -1 where there is none.
export function nearest(sorted, value) {
  const at = before(sorted, value);
  if (at < 0) return sorted.length ? 0 : -1;
  return at + 1 < sorted.length && sorted[at + 1] - value < value - sorted[at] ? at + 1 : at;
}
