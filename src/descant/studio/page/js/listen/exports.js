// Everything as a file, with what was corrected in it.

import { api } from "../api.js";
import { dialog } from "../dialog.js";
import { h } from "../dom.js";
import { say } from "../say.js";

const WRITTEN = [["pdf", "PDF"], ["musicxml", "MusicXML"], ["mxl", "MusicXML, packed"], ["svg", "SVG"], ["png", "PNG"], ["abc", "ABC"], ["cho", "ChordPro"], ["rntxt", "RomanText"], ["jianpu.pdf", "Jianpu"]];
const SOUND = [["wav", "WAV"], ["flac", "FLAC"], ["mp3", "MP3"], ["ogg", "Ogg Vorbis"]];
const LISTS = [["chords", "Chords"], ["beats", "Beats"], ["keys", "Keys"], ["sections", "Sections"], ["notes", "Notes"]];
const FORMS = { chords: ["lab", "csv", "txt"], beats: ["lab", "csv", "txt"], keys: ["lab", "csv", "txt"], sections: ["lab", "csv", "txt"], notes: ["csv", "txt"] };

async function save(model, ending, what, link) {
  link.setAttribute("aria-busy", "true");
  try {
    await model.flush();
    const answer = await api.fetch(`/api/pieces/${model.id}/export/${ending}${what ? `?what=${what}` : ""}`);
    const address = URL.createObjectURL(await answer.blob());
    h("a", { href: address, download: named(answer.headers.get("Content-Disposition")) ?? `${model.about.name.replace(/\.[^.]+$/, "")}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    say(error.message, { kind: "error" });
  }
  link.removeAttribute("aria-busy");
}

function named(disposition) {
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? ""), plain = /filename="([^"]+)"/.exec(disposition ?? "");
  try { return wide ? decodeURIComponent(wide[1]) : plain?.[1] ?? null; } catch { return null; }
}

export function showExports(model) {
  if (document.querySelector("dialog[open]")) return;
  model.flush();
  const link = (words, ending, what = "") => {
    const one = h("button", { type: "button", dataset: { ending, what }, onclick: () => save(model, ending, what, one) }, words, h("span", { class: "ending" }, `.${ending}`));
    return one;
  };
  const block = (title, ...inside) => h("section", {}, h("h3", {}, title), h("div", { class: "group" }, inside));
  const lists = LISTS.filter(([field]) => model.get(field)?.length);
  dialog({
    title: "Export", wide: true,
    body: h("div", { class: "exports" },
      block("Everything", link("Piece", "json"), link("JAMS", "jams")),
      model.get("notes")?.length > 0 && [
        block("Notes", link("MIDI", "mid")), block("On paper", WRITTEN.map(([ending, words]) => link(words, ending))),
        block("Sound of its notes, synthesised", SOUND.map(([ending, words]) => link(words, ending))),
      ],
      lists.length > 0 && block("Lists", lists.map(([field, words]) => h("div", { class: "list-row" }, h("span", {}, words), FORMS[field].map((ending) => link("", ending, field)))))),
  });
}
