// The colours and letters of the page, as a canvas needs them: read when the theme or the size changes, not in a frame.

const NAMES = [
  "paper", "sheet", "stripe", "raised", "rule", "beat", "bar", "ink", "soft", "wave", "blue", "red", "melody",
  "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7",
];
const PART_COLOURS = ["s0", "s2", "s1", "s4", "s5", "s6", "s7", "s3"];

export class Palette {
  constructor() { this.read(); }

  read() {
    const probe = document.createElement("span");
    document.body.append(probe);
    for (const name of NAMES) {
      probe.style.color = `var(--${name})`;
      this[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    const style = getComputedStyle(document.documentElement);
    this.serifs = style.getPropertyValue("--serif");
    this.sanses = style.getPropertyValue("--sans");
    this.unit = parseFloat(style.fontSize) / 16; // 1, and more on very wide screens
  }

  part(at) { return this[PART_COLOURS[at % PART_COLOURS.length]]; }
  serif(px, style = "500") { return `${style} ${px * this.unit}px ${this.serifs}`; }
  sans(px, style = "") { return `${style} ${px * this.unit}px ${this.sanses}`; }
}

/** The name of a part's colour, for what is not drawn on a canvas. */
export const partColour = (at) => `var(--${PART_COLOURS[at % PART_COLOURS.length]})`;
