// Which stretch of the piece the lanes show. Times are seconds, x is px from the left edge of the lanes.

const CLOSEST = 800; // px a second

/** Event 'change' whenever the stretch is another one. */
export class View extends EventTarget {
  constructor(duration) {
    super();
    Object.assign(this, { duration, start: 0, scale: 50, width: 1 });
  }

  get span() { return this.width / this.scale; }
  get end() { return this.start + this.span; }
  get whole() { return this.width / Math.max(0.05, this.duration); }
  x(time) { return (time - this.start) * this.scale; }
  time(x) { return this.start + x / this.scale; }

  /** Show the piece from `start` at `scale` px a second, within what there is. */
  set(start, scale = this.scale) {
    const was = [this.start, this.scale];
    this.scale = Math.max(this.whole, Math.min(Math.max(CLOSEST, this.whole), scale));
    this.start = Math.max(0, Math.min(this.duration - this.span, start));
    if (was[0] !== this.start || was[1] !== this.scale) this.dispatchEvent(new Event("change"));
  }

  resize(width) {
    this.width = Math.max(1, width);
    this.set(this.start);
  }

  /** Zoom by a factor, holding the time under `x` where it is. */
  zoom(factor, x = this.width / 2) {
    const held = this.time(x);
    const scale = Math.max(this.whole, Math.min(Math.max(CLOSEST, this.whole), this.scale * factor));
    this.set(held - x / scale, scale);
  }

  scroll(px) { this.set(this.start + px / this.scale); }

  /** All of [start, end], with a little air; as close as it goes. */
  show(start, end) {
    const air = (end - start) * 0.04;
    this.set(start - air, this.width / (end - start + 2 * air));
  }

  /** Bring a time into sight where it is not. */
  reveal(time, share = 1 / 3) {
    if (time < this.start || time > this.end) this.set(time - this.span * share);
  }
}
