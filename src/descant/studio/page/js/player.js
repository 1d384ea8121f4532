// Playing a piece: the recording, its transcription or a mix of both, and a click, on one clock. A short while of notes
// and clicks is scheduled ahead of the clock at a time, each at its exact moment.

import { Click } from "./click.js";
import { RecordingClock, SilentClock } from "./clock.js";
import { noteColumns } from "./columns.js";
import { Sampler } from "./sampler.js";

const TICK = 30; // ms
const AHEAD = 0.2, HIDDEN_AHEAD = 1.6; // seconds scheduled ahead; browsers wake a hidden page once a second
const DRIFT = 0.03; // seconds the recording may leave what was scheduled before all is scheduled anew
const SLOWEST = 0.25, FASTEST = 2;
const HEADROOM = 0.5;

// Events: 'state' (play, pause, rate, loop, mix...), 'time' (each frame while it plays, and at each jump), 'lost' (the
// recording cannot be played), 'sounds' (detail: null when they are ready, else the error).
export class Player extends EventTarget {
  #clock = null;
  #context = null;
  #band = null; // {click, sampler, out} once there was a first sound
  #mix = 0;
  #click = false;
  #rate = 1;
  #loop = null;
  #done = 0; // scheduled up to here
  #said = null; // when the clock's offset was last used
  #timer = null;
  #hidden; // what is done when the page goes out of sight: more is scheduled ahead
  #notes = noteColumns([]);
  #beats = [];
  #again = true; // all is to be scheduled anew
  #place = 0; // before there is a clock
  #wanted = false; // whether it is to play: at its end a recording is not asked to, but a loop goes on

  constructor() {
    super();
    this.#hidden = () => { if (this.#timer !== null) this.#schedule(); };
    document.addEventListener("visibilitychange", this.#hidden);
    this.duration = 0;
    this.recording = false;
    this.muted = new Set();
  }

  // The piece to play. `audio` is the recording's address; without it the transcription is heard.
  load({ audio = null, duration, notes = [], parts = [], beats = [] }) {
    this.#reset();
    this.duration = duration;
    this.recording = !!audio;
    this.#clock = audio ? new RecordingClock(audio) : null;
    this.#mix = audio ? 0 : 1;
    if (audio) {
      this.#hear(this.#clock);
      this.#clock.rate = this.#rate;
    }
    this.update({ notes, parts, beats });
    this.#loudness();
    this.#tell();
  }

  // Other notes or beats from now on, also while it plays.
  update({ notes, parts, beats }) {
    if (notes) this.#notes = noteColumns(notes, parts ?? this.#notes.parts);
    if (beats) this.#beats = beats;
    if (this.#band) {
      this.#band.sampler.set(this.#notes);
      this.#band.click.set(this.#beats);
      this.#prepare();
    }
    this.#reschedule();
  }

  get time() { return Math.min(this.duration, this.#clock?.time ?? this.#place); }

  get playing() { return this.#clock?.playing ?? false; }

  play() {
    this.#start();
    this.#wanted = true;
    if (this.time >= this.duration - 0.02) this.seek(this.#loop?.start ?? 0);
    if (!this.playing) this.#clock.play();
    this.#tell();
    this.#run();
  }

  pause() {
    this.#wanted = false;
    if (!this.playing) return;
    this.#clock.pause();
    this.#stop();
    this.#tell();
  }

  toggle() { if (this.playing) this.pause(); else this.play(); }

  seek(time) {
    const there = Math.max(0, Math.min(this.duration, time));
    if (this.#clock) this.#clock.seek(there); else this.#place = there;
    this.#reschedule();
    this.#tick();
  }

  get rate() { return this.#rate; }
  set rate(rate) {
    this.#rate = Math.max(SLOWEST, Math.min(FASTEST, rate));
    if (this.#clock) this.#clock.rate = this.#rate;
    this.#reschedule();
    this.#tell();
  }

  get loop() { return this.#loop; }
  set loop(loop) {
    this.#loop = loop && loop.end - loop.start > 0.05 ? { start: Math.max(0, loop.start), end: Math.min(this.duration, loop.end) } : null;
    if (this.#loop && this.playing && (this.time >= this.#loop.end || this.time < this.#loop.start)) this.seek(this.#loop.start);
    this.#reschedule();
    this.#tell();
  }

  // From the recording (0) to the transcription (1); between them both are heard.
  get mix() { return this.#mix; }
  set mix(mix) {
    const silent = this.#mix === 0;
    this.#mix = this.recording ? Math.max(0, Math.min(1, mix)) : 1;
    if (this.playing) this.#start();
    this.#loudness();
    if (silent) this.#reschedule();
    this.#tell();
  }

  get click() { return this.#click; }
  set click(on) {
    this.#click = on;
    if (this.playing) this.#start();
    this.#reschedule();
    this.#tell();
  }

  // Silence a part of the transcription, or let it sound again.
  mute(part, on = !this.muted.has(part)) {
    this.muted[on ? "add" : "delete"](part);
    this.#reschedule();
    this.#tell();
  }

  // Sound one note now, such as one that is being moved.
  async try(pitch, options) {
    this.#start();
    await this.#prepare();
    this.#band.sampler.try(pitch, options);
  }

  close() {
    document.removeEventListener("visibilitychange", this.#hidden);
    this.#reset();
    this.#context?.close();
    this.#context = null;
    this.#band = null;
  }

  #reset() {
    this.#stop();
    this.#clock?.close();
    this.#clock = null;
    this.#place = 0;
    this.#loop = null;
    this.muted.clear();
  }

  // The context is made at the first press of a key: browsers allow no sound before.
  #start() {
    this.#context ??= this.context();
    this.#context.resume();
    if (!this.#band) {
      const out = this.#context.createDynamicsCompressor(), gain = this.#context.createGain();
      out.threshold.value = -6;
      out.ratio.value = 12;
      gain.gain.value = HEADROOM;
      gain.connect(out).connect(this.#context.destination);
      this.#band = { out, click: new Click(this.#context, gain), sampler: new Sampler(this.#context, gain) };
      this.#band.sampler.muted = this.muted;
      this.#band.sampler.set(this.#notes);
      this.#band.click.set(this.#beats);
      this.#loudness();
    }
    if (!this.#clock) {
      this.#clock = new SilentClock(this.#context);
      this.#hear(this.#clock);
      this.#clock.seek(this.#place);
      this.#clock.rate = this.#rate;
    }
    this.#prepare();
  }

  context() { return new AudioContext({ latencyHint: "interactive" }); }

  #hear(clock) {
    clock.addEventListener("jump", () => {
      if (clock !== this.#clock) return;
      if (clock.ended && this.#loop && this.#wanted) { clock.seek(this.#loop.start); clock.play(); return; }
      this.#reschedule();
      if (clock.ended) this.#wanted = false;
      if (clock.playing) this.#run(); else this.#stop();
      this.#tell();
    });
    clock.addEventListener("lost", () => {
      if (clock !== this.#clock) return;
      const went = clock.playing;
      this.#place = clock.time;
      this.#clock = null;
      this.recording = false;
      this.#mix = 1;
      this.dispatchEvent(new Event("lost"));
      if (went) this.play(); else this.#tell();
    });
  }

  // Fetch the sounds where they will be heard; what is scheduled meanwhile is heard once they are there.
  async #prepare() {
    const { sampler } = this.#band;
    if (this.#mix === 0 || sampler.ready) return;
    try {
      await sampler.prepare();
      this.#reschedule();
      this.dispatchEvent(new CustomEvent("sounds", { detail: null }));
    } catch (error) {
      this.dispatchEvent(new CustomEvent("sounds", { detail: error }));
    }
  }

  // Equal power at every point of the mix.
  #loudness() {
    if (this.recording) this.#clock.loudness = Math.cos(this.#mix * Math.PI / 2);
    if (this.#band) this.#band.sampler.loudness = Math.sin(this.#mix * Math.PI / 2);
  }

  #reschedule() { this.#again = true; }

  #run() {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#schedule(), TICK);
    this.#schedule();
    const frame = () => {
      if (!this.playing) return;
      this.#turn();
      this.#tick();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#silence();
    this.#tick();
  }

  #silence() {
    this.#band?.click.silence();
    this.#band?.sampler.silence();
  }

  #schedule() {
    if (!this.playing) return this.#stop();
    const clock = this.#clock;
    this.#turn();
    if (!this.recording && clock.time >= this.duration) { this.pause(); clock.seek(this.duration); return; }
    if (!clock.steady) return;
    if (!this.#click && this.#mix === 0) {
      this.#silence();
      this.#again = true;
      return;
    }
    clock.read(this.#context);
    if (this.#again || Math.abs(clock.offset - this.#said) > DRIFT) this.#begin(clock.time);
    this.#fill(this.#context.currentTime + (document.hidden ? HIDDEN_AHEAD : AHEAD));
  }

  // A recording is sent back when it has passed the end of the loop.
  #turn() {
    if (this.recording && this.#loop && this.#clock.time >= this.#loop.end) this.#clock.seek(this.#loop.start);
  }

  #begin(now) {
    this.#again = false;
    this.#silence();
    this.#said = this.#clock.offset;
    this.#done = now;
    this.#send(now + 0.001, true);
  }

  // Schedule what is heard before the context's time `horizon`, round the loop where the clock can plan that.
  #fill(horizon) {
    for (;;) {
      const loop = this.#loop && this.#done < this.#loop.end ? this.#loop : null;
      const until = Math.min(this.#clock.at(horizon), loop?.end ?? Infinity);
      if (until > this.#done) this.#send(until);
      if (until !== loop?.end || !this.#clock.wrap(loop.end, loop.start)) return;
      this.#done = loop.start;
    }
  }

  #send(until, chase = false) {
    const { click, sampler } = this.#band, when = (time) => this.#clock.when(time);
    if (this.#click) click.schedule(this.#done, until, when);
    if (this.#mix > 0) sampler.schedule(this.#done, until, when, this.#rate, chase);
    this.#done = until;
  }

  #tell() { this.dispatchEvent(new Event("state")); }
  #tick() { this.dispatchEvent(new Event("time")); }
}
