// What is in sight: pages or systems are turned to in time, once each, so that a reader may look elsewhere meanwhile.

const AHEAD = 0.5; // of a bar: from there on the next one has to be in sight
const ROOM = 10; // pixels left over a system that is turned to

export class Turning {
  #target = "";

  // pages: Pages. whole: whether whole pages are turned, not systems.
  constructor(pages, { whole = false } = {}) {
    Object.assign(this, { pages, scroller: pages.scroller, whole });
  }

  // The place turned to last counts no longer.
  forget() { this.#target = ""; }

  // bar, share: where the music is; locate(bar) -> {number, measure} of the page it stands on, measure null while that is not there.
  keepInSight(bar, share, locate) {
    const now = locate(bar), { number, page, measure } = (share > AHEAD && locate(bar + 1)) || now;
    if (!page) this.pages.load(number).catch(() => {});
    if (!measure && !this.whole) return;
    if (measure) this.#sideways(page, measure);
    const target = this.whole ? `page ${number}` : `${number} ${measure.system}`;
    if (target === this.#target) return;
    this.#target = target;
    const { scrollTop, clientHeight } = this.scroller;
    const box = this.whole ? this.pages.pageBox(number) : this.#system(page, measure.system);
    if (box.top < scrollTop - 2 || box.bottom > scrollTop + clientHeight + 2) this.to(this.#withThis(now, box));
  }

  // Where to turn to so that a system is in sight, and the one that sounds with it where there is room for both.
  #withThis({ page, measure }, box) {
    if (this.whole || !measure) return box.top;
    const now = this.pages.systemBox(page, measure.system);
    const top = Math.min(now.top, box.top), bottom = Math.max(now.bottom, box.bottom);
    return bottom - top + ROOM <= this.scroller.clientHeight + 2 ? top : box.top;
  }

  // The top of a page, a system, or all.
  to(top) { this.scroller.scrollTop = Math.max(0, top - (this.whole ? 0 : ROOM)); }

  // One screenful on (1) or back (-1), to the top of a page or a system. Back is where a step on leads here again.
  step(direction) {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    const tops = this.#tops(), room = this.whole ? 0 : ROOM;
    const after = (from) => tops.find((one) => one.bottom > from + clientHeight + 2 && one.top - room > from + 2);
    if (direction > 0) { this.to(after(scrollTop)?.top ?? scrollHeight); return; }
    const before = tops.filter((one) => one.top - room < scrollTop - 2);
    this.to(before.find((one) => (after(Math.max(0, one.top - room))?.top ?? Infinity) - room >= scrollTop - 2)?.top ?? 0);
  }

  // Where screens may begin: pages, or the systems of those that are there.
  #tops() {
    const tops = [];
    for (let number = 1; number <= this.pages.count; number++) {
      const page = this.pages.shown(number);
      if (this.whole || !page) tops.push(this.pages.pageBox(number));
      else page.geometry.systems.forEach((_, at) => tops.push(this.#system(page, at)));
    }
    return tops;
  }

  // A system's box; the first one's begins where its page does, so that a title is seen with it.
  #system(page, at) {
    const box = this.pages.systemBox(page, at), { top, bottom } = this.pages.pageBox(page.number);
    return at === 0 && box.bottom - top < this.scroller.clientHeight ? { ...box, top } : { ...box, bottom: Math.min(box.bottom, bottom) };
  }

  #sideways(page, measure) {
    const { scrollLeft, clientWidth, scrollWidth } = this.scroller;
    if (scrollWidth <= clientWidth + 1) return;
    const box = this.pages.barBox(page, measure);
    if (box.left < scrollLeft || box.right > scrollLeft + clientWidth) this.scroller.scrollLeft = box.left - 24;
  }
}
