// Files on their way to the server. They outlive the view; a page that is left is asked about first.

import { api } from "./api.js";
import { go, parse } from "./route.js";
import { announce, say } from "./say.js";

const AT_ONCE = 2;

class Uploads extends EventTarget {
  /** {name, share, state: 'waiting'|'sending'|'failed', message}, newest first; 'piece' (detail) when one has arrived. */
  list = [];
  #running = 0;

  add(files) {
    const fresh = [...files].map((file) => ({ file, name: file.name, share: 0, state: "waiting", message: "", stop: new AbortController() }));
    this.list = [...fresh, ...this.list];
    if (parse(location.hash).name !== "start") {
      say(fresh.length === 1 ? `${fresh[0].name} is being listened to.` : `${fresh.length} files are being listened to.`);
      go("#/");
    }
    this.#changed();
    this.#next();
  }

  cancel(one) {
    one.stop.abort();
    this.remove(one);
    this.#next();
  }

  remove(one) {
    this.list = this.list.filter((other) => other !== one);
    this.#changed();
  }

  get busy() { return this.list.some((one) => one.state === "waiting" || one.state === "sending"); }

  #changed() { this.dispatchEvent(new Event("change")); }

  #next() {
    while (this.#running < AT_ONCE) {
      const one = this.list.findLast((each) => each.state === "waiting");
      if (!one) return;
      this.#send(one);
    }
  }

  async #send(one) {
    this.#running++;
    one.state = "sending";
    this.#changed();
    try {
      const piece = await api.upload(one.file, { signal: one.stop.signal, onShare: (share) => { one.share = share; this.#changed(); } });
      this.list = this.list.filter((other) => other !== one);
      this.dispatchEvent(new CustomEvent("piece", { detail: piece }));
    } catch (error) {
      if (error.name !== "AbortError") {
        one.state = "failed";
        one.message = error.message;
        if (parse(location.hash).name === "start") announce(error.message, { firmly: true }); // its row says it
        else say(`${one.name}: ${error.message}`, { kind: "error" });
      }
    }
    one.file = null;
    this.#running--;
    this.#changed();
    this.#next();
  }
}

export const uploads = new Uploads();
addEventListener("beforeunload", (event) => { if (uploads.busy) event.preventDefault(); });
