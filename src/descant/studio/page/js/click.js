// A click on every beat, the downbeats higher and louder.

import { before } from "./search.js";

const LENGTH = 0.03; // seconds

export class Click {
  #sounds;
  #going = new Set();

  constructor(context, out) {
    this.context = context;
    this.gain = context.createGain();
    this.gain.connect(out);
    this.#sounds = [this.#make(1175, 0.4), this.#make(1760, 0.7)];
    this.set([]);
  }

  set(beats) {
    this.time = Float64Array.from(beats, (beat) => beat.time);
    this.down = Uint8Array.from(beats, (beat) => beat.position === 1);
  }

  // The beats of [from, to), each when `when` says.
  schedule(from, to, when) {
    for (let i = before(this.time, from - 1e-9) + 1; i < this.time.length && this.time[i] < to; i++) {
      const source = this.context.createBufferSource();
      source.buffer = this.#sounds[this.down[i]];
      source.connect(this.gain);
      source.start(Math.max(this.context.currentTime, when(this.time[i])));
      this.#going.add(source);
      source.onended = () => this.#going.delete(source);
    }
  }

  silence() {
    for (const source of this.#going) source.stop();
    this.#going.clear();
  }

  #make(hertz, loud) {
    const { sampleRate } = this.context, buffer = this.context.createBuffer(1, Math.ceil(LENGTH * sampleRate), sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i++) {
      const time = i / sampleRate;
      samples[i] = loud * Math.sin(2 * Math.PI * hertz * time) * Math.exp(-time * 140) * Math.min(1, time * 2000);
    }
    return buffer;
  }
}
