// An engraved page made safe: parsed as XML, then built anew of what is allowed. Anything else is left out.
//
// Words stay words, since they become text nodes. Names get a prefix, so that several pages can stand in one document, and
// classes another, so that the page's own styles do not meet them: the engraver's `note` is `e-note`.
// Black and white follow the page's own ink and paper, so that notation can be read in the dark.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = ["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use"];
const ELEMENTS = new Set(["svg", "g", "defs", "symbol", ...DRAWN]);
const NUMBERS = new Set([
  "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height", "viewBox", "d", "points",
  "transform", "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "font-size", "textLength",
]);
const PAINTS = new Set(["fill", "stroke", "color"]);
const WORDS = new Set([
  "stroke-linecap", "stroke-linejoin", "fill-rule", "text-anchor", "font-family", "font-style", "font-weight", "paint-order",
  "overflow", "preserveAspectRatio", "visibility", "lengthAdjust",
]);
const NUMERIC = /^[-+\w\s.,()%]*$/;
const PAINT = /^(#[0-9a-f]{3,8}|[a-z]+|rgba?\([\d\s.,%]+\))$/i;
const WORDY = /^[\w\s,.'"-]*$/;
const NAME = /^[\w.:-]+$/;
const MOST_ELEMENTS = 100_000, DEEPEST = 64;

// Ink and paper, however they are written.
const OWN = {
  black: "currentColor", "#000": "currentColor", "#000000": "currentColor", currentcolor: "currentColor",
  white: "var(--paper, white)", "#fff": "var(--paper, white)", "#ffffff": "var(--paper, white)", "#555555": "var(--soft, #555555)",
  "#0072b2": "light-dark(#0072b2, #4fb0ec)", // the one of the signs' colours that the dark would swallow
};

// An SVG element that holds the drawing alone. Throws where the text is no SVG, or too large to be a page.
export function sanitised(text, prefix = "") {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new Error("the page is no plain SVG");
  const parsed = new DOMParser().parseFromString(quiet(text), "image/svg+xml");
  const root = parsed.documentElement;
  if (!root || root.localName !== "svg" || parsed.getElementsByTagName("parsererror").length) throw new Error("the page is no SVG");
  const builder = new Builder(prefix);
  const built = builder.element(root, 0, false);
  builder.link();
  return built;
}

// Styles and handlers under other names: a policy of content complains of them even in a document that nobody shows.
function quiet(text) {
  const tag = /<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>/gi;
  return text.replace(/<style[\s>][^]*?<\/style\s*>/gi, "")
    .replace(tag, (one) => one.replace(/\sstyle(?=\s*=)/gi, " looks").replace(/\s(on\w+)(?=\s*=)/gi, " not-$1"));
}

class Builder {
  constructor(prefix) {
    this.prefix = prefix;
    this.count = 0;
    this.defined = new Set(); // names of what may be used: it stands in <defs>, and uses nothing itself
    this.uses = [];
  }

  element(source, depth, inDefs) {
    if (++this.count > MOST_ELEMENTS || depth > DEEPEST) throw new Error("the page is too large to show");
    const made = document.createElementNS(SVG, source.localName);
    for (const { localName, value } of source.attributes) this.attribute(made, localName, value, inDefs);
    const within = inDefs || source.localName === "defs";
    const wordy = source.localName === "text" || source.localName === "tspan";
    for (const child of source.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE) {
        if (allowed(child, within)) made.append(this.element(child, depth + 1, within));
      } else if (wordy && (child.nodeType === Node.TEXT_NODE || child.nodeType === Node.CDATA_SECTION_NODE)) {
        made.append(document.createTextNode(child.data));
      }
    }
    return made;
  }

  attribute(made, name, value, inDefs) {
    if (name === "id") {
      if (!NAME.test(value)) return;
      made.setAttribute("id", this.prefix + value);
      if (/^[nm]\d/.test(value)) made.dataset.name = value; // a note's or a measure's own name
      if (inDefs) this.defined.add(value);
    } else if (name === "href") {
      if (made.localName === "use" && value.startsWith("#")) this.uses.push([made, value.slice(1)]);
    } else if (name === "class") {
      if (WORDY.test(value)) made.setAttribute("class", value.trim().split(/\s+/).map((one) => `e-${one}`).join(" "));
    } else if (name === "looks") {
      for (const part of value.split(";")) {
        const at = part.indexOf(":");
        if (at > 0) this.styled(made, part.slice(0, at).trim(), part.slice(at + 1).trim());
      }
    } else if (PAINTS.has(name)) {
      const own = OWN[value.trim().toLowerCase()];
      if (own) made.style.setProperty(name, own);
      else if (PAINT.test(value.trim())) made.setAttribute(name, value.trim());
    } else if (fits(name, value)) made.setAttribute(name, value);
  }

  // Set as properties, since a policy of content forbids them as an attribute.
  styled(made, name, value) {
    if (PAINTS.has(name)) {
      const own = OWN[value.toLowerCase()];
      if (own || PAINT.test(value)) made.style.setProperty(name, own ?? value);
    } else if (fits(name, value)) made.style.setProperty(name, value);
  }

  link() {
    for (const [made, name] of this.uses) {
      if (this.defined.has(name)) made.setAttribute("href", `#${this.prefix}${name}`);
      else made.remove();
    }
  }
}

function allowed(child, inDefs) {
  if (child.namespaceURI !== null && child.namespaceURI !== SVG) return false;
  return ELEMENTS.has(child.localName) && !(inDefs && child.localName === "use");
}

function fits(name, value) {
  return value.length < 100_000 && ((NUMBERS.has(name) && NUMERIC.test(value)) || (WORDS.has(name) && WORDY.test(value)));
}
