// A lane in tiles that are drawn once a zoom and then only moved: what scrolling costs does not depend on what they show.

const WIDTH = 512; // px of the page
const KEPT = 2.5; // times what is in sight

export class Tiles {
  #kept = new Map(); // number -> canvas, the last used last
  #scale = 0;
  #height = 0;
  #dots = 1;

  /** draw(pen, start, end, x): the lane from `start` to `end` seconds, where x(time) tells the place in the tile. */
  constructor(draw) { this.draw = draw; }

  clear() { this.#kept.clear(); }

  /** Forget the tiles that touch [start, end] seconds. */
  spoil(start, end) {
    for (const at of this.#kept.keys()) {
      if ((at + 1) * WIDTH >= start * this.#scale && at * WIDTH <= end * this.#scale) this.#kept.delete(at);
    }
  }

  paint(pen, view, height, dots) {
    if (view.scale !== this.#scale || height !== this.#height || dots !== this.#dots) this.clear();
    [this.#scale, this.#height, this.#dots] = [view.scale, height, dots];
    const left = Math.round(view.start * view.scale * dots) / dots;
    const first = Math.floor(left / WIDTH), last = Math.floor((left + view.width) / WIDTH);
    for (let at = first; at <= last; at++) pen.drawImage(this.#tile(at), at * WIDTH - left, 0, WIDTH, height);
    const most = Math.ceil((last - first + 2) * KEPT);
    for (const at of this.#kept.keys()) {
      if (this.#kept.size <= most) break;
      this.#kept.delete(at);
    }
  }

  /** Draw the next tile to the right while nobody waits. */
  prepare(view) {
    const next = Math.floor((view.start * view.scale + view.width) / WIDTH) + 1;
    if (view.scale === this.#scale && this.#height && next * WIDTH < view.duration * view.scale) this.#tile(next);
  }

  #tile(at) {
    let tile = this.#kept.get(at);
    this.#kept.delete(at);
    tile ??= this.#make(at);
    this.#kept.set(at, tile);
    return tile;
  }

  #make(at) {
    const tile = document.createElement("canvas"), scale = this.#scale, left = at * WIDTH;
    tile.width = Math.round(WIDTH * this.#dots);
    tile.height = Math.max(1, Math.round(this.#height * this.#dots));
    const pen = tile.getContext("2d");
    pen.scale(this.#dots, this.#dots);
    this.draw(pen, left / scale, (left + WIDTH) / scale, (time) => time * scale - left, WIDTH);
    return tile;
  }
}
