// Boot and routes. A view is a module views/NAME.js with `mount(root, params, leave)` and a sheet css/NAME.css. What it
// gives to `leave` is called when it is left, the last first; at once where it has been left already.

import { clear, h, icon, sheet } from "./dom.js";
import { line } from "./events.js";
import { keys } from "./keys.js";
import { showKeys } from "./key_list.js";
import { go, parse, title } from "./route.js";
import { announce } from "./say.js";
import { theme } from "./theme.js";
import { Tray } from "./tray.js";
import { watchDrops } from "./drop.js";

const VIEWS = {
  start: { name: "Start", tab: "listen" },
  listen: { name: "Listen", tab: "listen" },
  library: { name: "Library", tab: "library" },
  write: { name: "Write", tab: "write" },
  follow: { name: "Follow", tab: "follow" },
};

const main = document.getElementById("main");
let unmount = () => {};
let turn = 0;
let failed = null; // why the view could not be shown

function plain(heading, words) {
  clear(main).append(h("div", { class: "plain" }, h("h1", {}, heading), h("p", {}, words), h("p", {}, h("a", { href: "#/" }, "To the start"))));
}

function undo(offs) {
  while (offs.length) {
    try { offs.pop()(); } catch (error) { console.error(error); }
  }
}

async function show({ focus = true } = {}) {
  const mine = ++turn;
  const params = parse(location.hash);
  const view = VIEWS[params.name];
  const loading = setTimeout(() => main.setAttribute("aria-busy", "true"), 150);
  let module = null, missed = null;
  try {
    if (view) [module] = await Promise.all([import(`./views/${params.name}.js`), sheet(params.name)]);
  } catch (error) {
    console.warn(error);
    missed = error;
  }
  clearTimeout(loading);
  if (mine !== turn) return;
  unmount();
  failed = missed;
  for (const box of document.querySelectorAll("dialog[open]")) box.close(); // of the view that is left
  main.removeAttribute("aria-busy");
  clear(main);
  main.className = `view-${view ? params.name : "none"}`;
  for (const link of document.querySelectorAll(".nav a")) {
    if (view?.tab === link.dataset.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  title(view && params.name !== "start" ? view.name : "");
  if (!view) plain("There is nothing here", `No view is called “${params.name}”.`);
  else if (!module) plain(view.name, `The view “${view.name}” could not be loaded. If descant studio still runs, load this page again.`);
  else {
    try {
      const root = h("div", { class: `view ${params.name}` }), offs = [];
      main.append(root);
      unmount = () => undo(offs);
      await module.mount(root, params, (off) => { offs.push(off); if (mine !== turn) undo(offs); });
      if (mine !== turn) return;
    } catch (error) {
      if (mine !== turn) return;
      unmount();
      console.warn(error);
      failed = error;
      plain(view.name, error.message || "This view could not be shown.");
    }
  }
  if (!focus) return;
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  if (!main.contains(document.activeElement) || document.activeElement === main) {
    heading?.setAttribute("tabindex", "-1");
    (heading ?? main).focus({ preventScroll: true });
  }
  announce(view ? `${view.name}${heading ? `: ${heading.textContent}` : ""}` : "Nothing here");
}

function wireTop() {
  document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
  const button = document.getElementById("theme-button");
  const tellTheme = () => {
    clear(button).append(icon(theme.choice));
    button.title = `Colours: ${theme.choice} (Shift+D)`;
    button.setAttribute("aria-label", `Colours: ${theme.choice}. Change`);
  };
  const nextTheme = () => { theme.next(); announce(`Colours: ${theme.choice}`); };
  theme.addEventListener("change", tellTheme);
  button.addEventListener("click", nextTheme);
  tellTheme();
  document.getElementById("keys-button").addEventListener("click", showKeys);
  const everywhere = { group: "Everywhere" };
  keys.add({ ...everywhere, key: "?", label: "List the keys", run: showKeys });
  keys.add({ ...everywhere, key: "Shift+D", label: "Colours: system, light, dark", run: nextTheme });
  keys.add({ ...everywhere, key: "G H", label: "Go to the start", run: () => go("#/") });
  keys.add({ ...everywhere, key: "G L", label: "Go to the library", run: () => go("#/library") });
  keys.add({ ...everywhere, key: "G W", label: "Go to writing", run: () => go("#/write") });
  keys.add({ ...everywhere, key: "G F", label: "Go to following", run: () => go("#/follow") });
  const lost = document.getElementById("link-lost");
  line.addEventListener("down", (event) => { lost.textContent = event.detail; lost.hidden = false; });
  line.addEventListener("up", () => {
    lost.hidden = true;
    if (failed && !failed.status) show({ focus: false }); // the server was away
  });
  document.addEventListener("click", (event) => { // a link to where one is changes no address
    if (failed && event.target.closest?.("a[href]")?.hash === location.hash) show();
  });
}

wireTop();
new Tray(document.getElementById("tray"));
watchDrops();
addEventListener("hashchange", () => show());
show({ focus: false });
