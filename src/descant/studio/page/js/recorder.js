// The microphone: raw blocks as they come, and a WAV file at the end. Nothing is filtered: echo cancelling and the
// like are made for speech and eat held notes.

const WIDEST = 32767;

/** What went wrong with a microphone, in words. */
export function refused(error) {
  if (!navigator.mediaDevices?.getUserMedia) return "A browser lends the microphone only to pages of this computer (http://localhost) and over https.";
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "The microphone was refused. Allow it in the browser, beside the address, and try again.";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "No microphone was found. Plug one in, or choose one in the system's settings.";
  if (error.name === "NotReadableError") return "The microphone is taken by another program, or does not answer.";
  return `The microphone cannot be used: ${error.message}`;
}

/** Event 'level' (detail: 0..1, the peak of a block). */
export class Recorder extends EventTarget {
  #context = null;
  #stream = null;
  #node = null;
  #blocks = [];
  #length = 0;
  #keep = true;
  #turn = 0; // grows with each start and end: a start that was overtaken gives the microphone back

  /** Hertz, known once it has started. */
  get rate() { return this.#context?.sampleRate ?? 0; }

  get seconds() { return this.rate ? this.#length / this.rate : 0; }

  get running() { return Boolean(this.#stream); }

  /** Starts. `onBlock(samples: Float32Array, rate)` hears every block; `keep: false` where no file is wanted.
   * Throws an Error in words where there is no microphone, and an AbortError where it was cancelled meanwhile. */
  async start({ onBlock = null, keep = true } = {}) {
    this.#end();
    const mine = this.#turn;
    let stream = null, context = null;
    const still = () => { if (mine !== this.#turn) throw new DOMException("It was cancelled meanwhile.", "AbortError"); };
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
      still();
      context = new AudioContext();
      await context.resume();
      await context.audioWorklet.addModule(new URL("./recorder_worklet.js", import.meta.url));
      still();
      this.#node = new AudioWorkletNode(context, "blocks", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    } catch (error) {
      for (const track of stream?.getTracks() ?? []) track.stop();
      context?.close();
      still();
      throw new Error(refused(error));
    }
    this.#stream = stream;
    this.#context = context;
    this.#length = 0;
    this.#keep = keep;
    this.#node.port.onmessage = ({ data }) => {
      if (mine !== this.#turn) return;
      if (this.#keep) this.#blocks.push(data);
      this.#length += data.length;
      let peak = 0;
      for (const one of data) peak = Math.max(peak, Math.abs(one));
      this.dispatchEvent(new CustomEvent("level", { detail: Math.min(1, peak) }));
      onBlock?.(data, this.rate);
    };
    this.#context.createMediaStreamSource(this.#stream).connect(this.#node);
  }

  /** Ends, and gives what was heard as a WAV file. */
  stop() {
    const rate = this.rate;
    const blocks = this.#blocks;
    this.#end();
    return wav(blocks, rate);
  }

  cancel() { this.#end(); }

  #end() {
    this.#turn++;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#node?.disconnect();
    this.#node = null;
    this.#blocks = [];
    this.#context?.close();
    this.#context = null;
  }
}

/** Mono blocks as a 16-bit WAV file. */
export function wav(blocks, rate) {
  const frames = blocks.reduce((sum, block) => sum + block.length, 0);
  const view = new DataView(new ArrayBuffer(44 + 2 * frames));
  const text = (at, words) => [...words].forEach((sign, i) => view.setUint8(at + i, sign.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * frames, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * frames, true);
  let at = 44;
  for (const block of blocks) {
    for (const one of block) {
      view.setInt16(at, Math.round(Math.max(-1, Math.min(1, one)) * WIDEST), true);
      at += 2;
    }
  }
  return new Blob([view.buffer], { type: "audio/wav" });
}
