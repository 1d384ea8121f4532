// Addresses after the hash: #/listen/ID?bar=3.

/** {name, id, rest, query} of an address. */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", id = "", ...rest] = path.split("/").filter(Boolean).map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  return { name: name || "start", id, rest, query: new URLSearchParams(query) };
}

export function go(hash) {
  location.hash = hash;
}

/** The window's title: what is open, then the house. */
export function title(words) {
  document.title = words ? `${words} - descant` : "descant";
}
