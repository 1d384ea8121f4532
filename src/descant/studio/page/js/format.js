// How numbers and names are written.

/** 3:07, or 1:02:03. */
export function clock(seconds) {
  if (!Number.isFinite(seconds)) return "";
  const all = Math.max(0, Math.floor(seconds + 1e-6));
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** What a piece is called: as its file's tags say, until somebody names it; the file's own name is used for want of both. */
export const called = (piece) => (/\.[a-z0-9]{2,8}$/i.test(piece.name) && piece.heard?.title) || piece.name;

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Bb minor -> B♭ minor; F#:maj7 -> F♯:maj7. For keys and chords only. */
export const signs = (words) => String(words ?? "").replace(/([A-G])(b+|#+)/g, (_, letter, marks) => letter + marks.replaceAll("b", "♭").replaceAll("#", "♯"));

/** How long ago, roughly: people do not need the minute of last week. */
export function ago(unix, now = Date.now() / 1000) {
  const past = Math.max(0, now - unix);
  if (past < 60) return "just now";
  if (past < 3600) return `${Math.floor(past / 60)} min ago`;
  const day = new Date(unix * 1000);
  const today = new Date(now * 1000);
  const time = day.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  if (day.toDateString() === today.toDateString()) return `today, ${time}`;
  return day.toLocaleDateString(undefined, { day: "numeric", month: "short", year: day.getFullYear() === today.getFullYear() ? undefined : "numeric" });
}
