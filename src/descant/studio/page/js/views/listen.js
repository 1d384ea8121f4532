// Listen: one piece. It is fetched while what shows it is: neither waits for the other.

import { clear, sheet } from "../dom.js";
import { called } from "../format.js";
import { waiting } from "../listen/waiting.js";
import { PieceModel } from "../piece.js";
import { go, title } from "../route.js";

export async function mount(root, { id, query }) {
  if (!id) { go("#/"); return () => {}; }
  const [model, { listening }] = await Promise.all([PieceModel.load(id), import("../listen/listening.js"), sheet("timeline")]);
  const show = () => {
    title(called(model.about));
    return model.heard ? listening(root, model, query) : waiting(root, model);
  };
  let leave = show();
  model.addEventListener("refresh", () => {
    leave();
    clear(root);
    leave = show();
  });
  return () => { leave(); model.close(); };
}
