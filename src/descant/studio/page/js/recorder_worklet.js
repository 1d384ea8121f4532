// Gathers the microphone's 128 samples at a time into blocks of 2,048, and hands them over.

const BLOCK = 2048;

registerProcessor("blocks", class extends AudioWorkletProcessor {
  #block = new Float32Array(BLOCK);
  #at = 0;

  process([input]) {
    for (const one of input[0] ?? []) {
      this.#block[this.#at++] = one;
      if (this.#at === BLOCK) {
        this.port.postMessage(this.#block, [this.#block.buffer]);
        this.#block = new Float32Array(BLOCK);
        this.#at = 0;
      }
    }
    return true;
  }
});
