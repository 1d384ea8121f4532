// Elements without innerHTML: names, tags and lyrics become text nodes and stay text.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function" && name.startsWith("on")) element.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === "style") for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** An element. Props: attributes, `onclick` and the like, `style` and `dataset` as objects. Children: nodes or text. */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for drawings. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

export function clear(element) {
  element.replaceChildren();
  return element;
}

const PATHS = {
  play: ["M6 3.500v13l11-6.500z", "fill"],
  pause: ["M5 3.500h3.500v13H5zM11.500 3.500H15v13h-3.500z", "fill"],
  stop: ["M5 5h10v10H5z", "fill"],
  previous: ["M15.500 4v12L7 10zM4.500 4h2v12h-2z", "fill"],
  next: ["M4.500 4v12l8.500-6zM13.500 4h2v12h-2z", "fill"],
  close: ["M5 5l10 10M15 5L5 15"],
  plus: ["M10 4v12M4 10h12"],
  minus: ["M4 10h12"],
  check: ["M4 10.500l4 4 8-9"],
  search: ["M12.700 12.700L17 17M14 8.500a5.500 5.500 0 1 1-11 0 5.500 5.500 0 0 1 11 0z"],
  microphone: ["M10 12.500a3 3 0 0 0 3-3v-4a3 3 0 0 0-6 0v4a3 3 0 0 0 3 3zM4.500 9.500a5.500 5.500 0 0 0 11 0M10 15v2.500"],
  piano: ["M2.500 4.500h15v11h-15zM7.500 4.500v6.500h2v4.500M12.500 4.500v6.500h-2"],
  folder: ["M2.500 5.500h5l1.500 2h8.500v8.500h-15z"],
  file: ["M5 2.500h6.500L15 6v11.500H5zM11.500 2.500V6H15"],
  upload: ["M10 13V3.500M6 7l4-4 4 4M3 13v3.500h14V13"],
  download: ["M10 3.500V13M6 9.500l4 4 4-4M3 13v3.500h14V13"],
  undo: ["M7.500 4L4 7.500 7.500 11M4 7.500h7.500a4.500 4.500 0 0 1 0 9H8"],
  redo: ["M12.500 4L16 7.500 12.500 11M16 7.500H8.500a4.500 4.500 0 0 0 0 9H12"],
  loop: ["M4 9V7.500A2.500 2.500 0 0 1 6.500 5H16M13.500 2.500L16 5l-2.500 2.500M16 11v1.500a2.500 2.500 0 0 1-2.500 2.500H4M6.500 12.500L4 15l2.500 2.500"],
  edit: ["M4 16l.800-3.500L13 4.300l2.700 2.700-8.200 8.200zM11.500 5.800l2.700 2.700"],
  trash: ["M3.500 5.500h13M8 5.500v-2h4v2M5.500 5.500l.700 11h7.600l.700-11"],
  more: ["M4.500 10h.01M10 10h.01M15.500 10h.01"],
  alike: ["M8 13.500a5 5 0 1 1 0-7M12 6.500a5 5 0 1 1 0 7"],
  open: ["M11 4h5v5M16 4l-7.500 7.500M8 5H4v11h11v-4"],
  left: ["M12.500 4L6.500 10l6 6"],
  right: ["M7.500 4l6 6-6 6"],
  up: ["M4 12.500l6-6 6 6"],
  down: ["M4 7.500l6 6 6-6"],
  light: ["M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M15.700 4.300l-1.100 1.100M5.400 14.600l-1.100 1.100"],
  dark: ["M16 12A6.500 6.500 0 0 1 8 4a6.500 6.500 0 1 0 8 8z"],
  system: ["M2.500 4h15v10h-15zM7 17.500h6M10 14v3.500"],
  work: ["M3 5.500h14M3 10h9M3 14.500h5"],
  sound: ["M3 8v4h3l4 3.500v-11L6 8zM13 7.500a3.500 3.500 0 0 1 0 5M15 5.500a6.500 6.500 0 0 1 0 9"],
  clip: ["M2.500 9v2M5.500 7v6M8.500 4v12M11.500 7.500v5M14.500 5.500v9M17.500 9v2"],
  note: ["M8 15V4l8-1.500V13M8 15a2.200 2 0 1 1-4.400 0A2.200 2 0 0 1 8 15zM16 13a2.200 2 0 1 1-4.400 0 2.200 2 0 0 1 4.400 0z"],
};

/** A small drawing that says nothing to a screen reader: the button beside it has the words. */
export function icon(name) {
  const [path, how] = PATHS[name] ?? PATHS.more;
  return svg("svg", { class: how === "fill" ? "icon solid" : "icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: path }));
}

const sheets = new Map();

/** Loads css/NAME.css once; resolves when it is in force. */
export function sheet(name) {
  if (!sheets.has(name)) {
    sheets.set(name, new Promise((resolve, reject) => {
      const link = h("link", { rel: "stylesheet", href: new URL(`../css/${name}.css`, import.meta.url).href });
      link.addEventListener("load", () => resolve());
      link.addEventListener("error", () => { link.remove(); sheets.delete(name); reject(new Error(`css/${name}.css is missing`)); });
      document.head.append(link);
    }));
  }
  return sheets.get(name);
}
