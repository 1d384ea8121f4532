// Following while it is played: the microphone's blocks go to the server one after another, places in the score come back.

import { api } from "../api.js";
import { Recorder } from "../recorder.js";

const LEAST = 3072; // samples sent at once: less would only cost
const MOST_SECONDS = 10; // what has piled up beyond this is sent in pieces

// Events: 'level' {0..1}, 'position' {…}, 'lost' (Error): the session broke off.
export class Live extends EventTarget {
  #blocks = [];
  #sending = null;
  #ended = false;

  constructor(score) {
    super();
    this.score = score;
    this.recorder = new Recorder();
    this.recorder.addEventListener("level", (event) => this.dispatchEvent(new CustomEvent("level", { detail: event.detail })));
  }

  // Ready when it resolves: the score was looked at and the microphone is open. Throws an Error in words, or an AbortError
  // where it was cancelled meanwhile.
  async start() {
    try {
      this.session = await api.post("/api/follow", { score: this.score });
      if (!this.#ended) await this.recorder.start({ keep: false, onBlock: (samples, rate) => this.#heard(samples, rate) });
    } catch (error) {
      if (!this.#ended) { this.#drop(); throw error; }
    }
    if (!this.#ended) return;
    this.#drop();
    throw new DOMException("It was cancelled meanwhile.", "AbortError");
  }

  // End; gives {take, found, said}.
  async finish() {
    this.recorder.stop();
    await this.#sending;
    while (this.#blocks.length && !this.#ended) await this.#send();
    this.#ended = true;
    const told = await api.post(`/api/follow/${this.session.id}/finish`);
    this.#tell(told.positions);
    return told;
  }

  // End, and keep nothing.
  cancel() {
    if (this.#ended) return;
    this.#ended = true;
    this.recorder.cancel();
    this.#drop();
  }

  // The session is of no use any more; it goes when what is on its way to it has arrived.
  async #drop() {
    const { session } = this;
    this.session = null;
    await this.#sending;
    if (session) api.del(`/api/follow/${session.id}`).catch(() => {});
  }

  #heard(samples, rate) {
    this.rate = rate;
    this.#blocks.push(samples);
    if (this.#sending || !this.#enough) return;
    this.#sending = this.#run().finally(() => { this.#sending = null; });
  }

  get #enough() { return this.#blocks.reduce((sum, one) => sum + one.length, 0) >= LEAST; }

  async #run() {
    try {
      while (!this.#ended && this.#enough) await this.#send();
    } catch (error) {
      this.#ended = true;
      this.recorder.cancel();
      this.dispatchEvent(new CustomEvent("lost", { detail: error }));
    }
  }

  async #send() {
    const blocks = [];
    let length = 0;
    while (this.#blocks.length && length < MOST_SECONDS * this.rate) { blocks.push(this.#blocks.shift()); length += blocks.at(-1).length; }
    const body = new Float32Array(length);
    let at = 0;
    for (const one of blocks) { body.set(one, at); at += one.length; }
    const answer = await api.fetch(`/api/follow/${this.session.id}/samples?rate=${this.rate}`, { method: "POST", body: body.buffer });
    this.#tell((await answer.json()).positions);
  }

  #tell(positions) { for (const one of positions) this.dispatchEvent(new CustomEvent("position", { detail: one })); }
}
