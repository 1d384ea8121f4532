// Notes sounded from recorded ones: the server renders each programme once as a sprite (all its pitches one after
// another in one file), and here they are cut out, shifted to the next pitch and started on the context's clock.
// Simplified: bends and pedals are not played.

import { before } from "./search.js";

const VOICES = 96;
const ATTACK = 0.003, RELEASE = 0.07; // seconds
const LOOP = [1, 0.4]; // where a held note goes on from, and how long one length of it fades into the next
const CHASED = 0.06; // of a note begun earlier, what must be left for it to sound

export class Sampler extends EventTarget {
  #sprites = new Map(); // 'drums' or programme -> promise, then {buffer, lasts}
  #table = null;
  #wanted = new Set();
  #going = new Set();
  #gain;

  constructor(context, out) {
    super();
    this.context = context;
    this.#gain = context.createGain();
    this.#gain.connect(out);
    this.muted = new Set();
    this.set(null);
  }

  // The notes to play, as columns (`columns.js`), and their sounds fetched.
  set(notes) {
    this.notes = notes;
    this.#wanted = new Set();
    for (let i = 0; i < (notes?.onset.length ?? 0); i++) this.#wanted.add(notes.drum[i] ? "drums" : notes.program[i]);
  }

  set loudness(gain) { this.#gain.gain.setTargetAtTime(gain, this.context.currentTime, 0.015); }

  // All sounds that the notes ask for, ready to play. Raises what the network does.
  async prepare() {
    this.#table ??= asked("/api/sounds").then((answer) => answer.json());
    const table = await this.#table.catch((error) => { this.#table = null; throw error; });
    await Promise.all([...this.#wanted].map((name) => this.#load(name, table)));
  }

  get ready() { return [...this.#wanted].every((name) => this.#sprites.get(name)?.buffer); }

  async #load(name, table) {
    if (!this.#sprites.has(name)) {
      this.#sprites.set(name, asked(`/api/sounds/${name}.flac`)
        .then((answer) => answer.arrayBuffer())
        .then((bytes) => this.context.decodeAudioData(bytes))
        .then((buffer) => this.#sprites.set(name, sprite(buffer, name === "drums" ? table.drums : table, name === "drums")))
        .catch((error) => { this.#sprites.delete(name); throw error; }));
    }
    await this.#sprites.get(name);
  }

  // The notes that begin in [from, to), each when `when` says; with `chase`, also those that sound at `from` already.
  schedule(from, to, when, rate = 1, chase = false) {
    const { notes } = this;
    if (!notes) return;
    const first = chase ? before(notes.reach, from) + 1 : before(notes.onset, from - 1e-9) + 1;
    for (let i = first; i < notes.onset.length && notes.onset[i] < to; i++) {
      if (this.muted.has(notes.part[i])) continue;
      const late = Math.max(0, from - notes.onset[i]), left = notes.offset[i] - notes.onset[i] - late;
      if (late > 0 && (left < CHASED || notes.drum[i])) continue;
      this.#note(i, when(notes.onset[i] + late), left / rate, late / rate);
    }
  }

  // One note at once, to hear what it is.
  try(pitch, { program = 0, drum = false, velocity = 80, seconds = 0.5 } = {}) {
    const sprite = this.#sprites.get(drum ? "drums" : program);
    if (sprite?.buffer) this.#voice(sprite, pitch, velocity, this.context.currentTime, seconds, 0);
  }

  silence() {
    const now = this.context.currentTime;
    for (const { source, gain } of this.#going) {
      gain.gain.cancelScheduledValues(now);
      gain.gain.setTargetAtTime(0, now, 0.008);
      source.stop(now + 0.06);
    }
    this.#going.clear();
  }

  #note(i, at, length, late) {
    const { drum, program, pitch, velocity } = this.notes, sprite = this.#sprites.get(drum[i] ? "drums" : program[i]);
    if (!sprite?.buffer) return;
    const now = this.context.currentTime;
    if (at < now) { late += now - at; length -= now - at; at = now; } // behind time: what is left of it
    if (length > 0 || drum[i]) this.#voice(sprite, pitch[i], velocity[i], at, Math.max(length, 0.04), late);
  }

  #voice(sprite, pitch, velocity, at, length, late) {
    const near = nearestOf(sprite.pitches, pitch), shift = 2 ** ((pitch - sprite.pitches[near]) / 12);
    const whole = sprite.seconds / shift, level = (velocity / 100) ** 1.5, [loop, fade] = LOOP;
    const base = near * sprite.seconds;
    if (sprite.drum) return this.#play(sprite.buffer, base, shift, at, at, at + whole, 0.01, level);
    if (!sprite.holds || late + length + RELEASE * 3 < whole) {
      const end = Math.min(at + length, at + whole - late - 0.02);
      if (end > at) this.#play(sprite.buffer, base + late * shift, shift, at, at + ATTACK, end, RELEASE, level);
      return;
    }
    // A held note outlasts its recording: lengths of the held sound, each fading into the next.
    const turn = whole - loop - fade - 0.05;
    for (let begin = 0, place = Math.min(late, loop); begin < length;) {
      const last = length - begin < whole - place - fade - 0.05;
      const end = last ? length : begin + whole - place - fade - 0.05;
      this.#play(sprite.buffer, base + place * shift, shift, at + begin, at + begin + (begin ? fade : ATTACK), at + end,
        last ? RELEASE : fade / 3, level);
      begin = end;
      place = loop;
      if (turn <= 0) break;
    }
  }

  #play(buffer, offset, shift, at, risen, end, release, level) {
    if (this.#going.size >= VOICES) return;
    const source = this.context.createBufferSource(), gain = this.context.createGain();
    source.buffer = buffer;
    source.playbackRate.value = shift;
    gain.gain.setValueAtTime(risen > at ? 0 : level, at);
    if (risen > at) gain.gain.linearRampToValueAtTime(level, risen);
    gain.gain.setTargetAtTime(0, Math.max(end, risen), release);
    source.connect(gain).connect(this.#gain);
    source.start(at, offset);
    source.stop(Math.max(end, risen) + release * 5);
    const voice = { source, gain };
    this.#going.add(voice);
    source.onended = () => { this.#going.delete(voice); gain.disconnect(); };
  }
}

async function asked(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`the sounds of the instruments could not be had (${answer.status})`);
  return answer;
}

// A sprite, and whether its sound holds (an organ) or dies away (a piano).
function sprite(buffer, { pitches, seconds }, drum) {
  const middle = (pitches.length >> 1) * seconds, samples = buffer.getChannelData(0), { sampleRate } = buffer;
  const loudness = (from, to) => {
    let sum = 0;
    for (let i = Math.round((middle + from) * sampleRate); i < (middle + to) * sampleRate; i++) sum += samples[i] ** 2;
    return sum / (to - from);
  };
  const holds = !drum && seconds > 2.4 && loudness(1.8, 2.3) > 0.25 * loudness(0.3, 0.8);
  return { buffer, pitches, seconds, drum, holds };
}

function nearestOf(pitches, pitch) {
  let best = 0;
  for (let i = 1; i < pitches.length; i++) if (Math.abs(pitches[i] - pitch) < Math.abs(pitches[best] - pitch)) best = i;
  return best;
}
