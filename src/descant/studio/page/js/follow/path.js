// The way of a take through its score: where the player was at a time, and when a bar was reached.

const MOMENT = 0.03; // seconds

export class Path {
  // positions: {time, bar, share, lost, waiting}, in order of time.
  constructor(positions) { this.rows = positions.filter((one) => !one.waiting); }

  // {bar, share, lost} at a time; between two places of one bar it moves on evenly. Null before the music begins.
  at(time) {
    let low = 0, high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].time <= time) low = middle + 1; else high = middle;
    }
    if (!low) return null;
    const here = this.rows[low - 1], next = this.rows[low];
    if (!next || here.lost || next.bar !== here.bar || next.share < here.share) return here;
    const part = (time - here.time) / Math.max(1e-6, next.time - here.time);
    return { ...here, share: here.share + Math.min(1, part) * (next.share - here.share) };
  }

  // When a bar was first played, and a moment on, since players do not seek to the sample; null where it was not.
  timeOf(bar) {
    const found = this.rows.find((one) => one.bar === bar && !one.lost);
    return found ? found.time + MOMENT : null;
  }
}
