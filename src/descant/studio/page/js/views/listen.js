// Listen: one piece. It is fetched while what shows it is: neither waits for the other.

import { clear, sheet } from "../dom.js";
import { called } from "../format.js";
import { waiting } from "../listen/waiting.js";
import { PieceModel } from "../piece.js";
import { go, title } from "../route.js";

export async function mount(root, { id, query }, leave) {
  if (!id) { go("#/"); return; }
  const left = new AbortController(), { signal } = left;
  leave(() => left.abort());
  const [model, { listening }] = await Promise.all([PieceModel.load(id), import("../listen/listening.js"), sheet("timeline")]);
  leave(() => model.close());
  signal.throwIfAborted();
  const show = () => {
    title(called(model.about));
    return model.heard ? listening(root, model, query, signal) : waiting(root, model);
  };
  let hide = show();
  leave(() => hide());
  model.addEventListener("refresh", () => {
    hide();
    clear(root);
    hide = show();
  }, { signal });
}
