// Light, dark, or as the system has it. Loaded before the first paint, so nothing flashes.

const CHOICES = ["system", "light", "dark"];
const PLACE = "descant-theme";

function read() {
  try { return CHOICES.includes(localStorage.getItem(PLACE)) ? localStorage.getItem(PLACE) : "system"; } catch { return "system"; }
}

let choice = read();

function apply() {
  document.documentElement.style.colorScheme = choice === "system" ? "light dark" : choice;
}
apply();

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => theme.dispatchEvent(new Event("change")));

class Theme extends EventTarget {
  get choice() { return choice; }

  /** Whether the page is dark now: canvases ask, and redraw on 'change'. */
  get dark() { return choice === "dark" || (choice === "system" && dark.matches); }

  set(name) {
    choice = name;
    try { localStorage.setItem(PLACE, name); } catch { /* private window: for this page only */ }
    apply();
    this.dispatchEvent(new Event("change"));
  }

  next() { this.set(CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length]); }
}

export const theme = new Theme();
