// An item that was found: what it is called and where it is heard, which of a book of tunes is the one that has matched.

export const called = (item) => item.tune ?? (item.title || item.name);

/** What the server has of it: `what` is "audio" or "open". */
export function addressOf(item, what) {
  return `/api/library/items/${item.id}/${what}${item.tune === null ? "" : `?tune=${encodeURIComponent(item.tune)}`}`;
}
