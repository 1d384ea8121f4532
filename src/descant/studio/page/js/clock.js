// Where the music is: read from the recording that plays or, without one, from the AudioContext. Both tell at which
// of the context's times a moment of the music will be heard, so that other sounds can be scheduled beside it.

const LEAD = 0.08; // seconds from the press of Play to the first sound without a recording
const READINGS = 15; // of the recording's place, the median of which counts

// The context's time that is being heard now: what is rendered leaves the loudspeaker later.
function heard(context) {
  const { contextTime, performanceTime } = context.getOutputTimestamp();
  const latest = context.currentTime - (context.outputLatency || 0);
  const told = contextTime + (performance.now() - performanceTime) / 1000;
  return contextTime > 0 && Math.abs(told - latest) < 0.25 ? told : latest;
}

// An <audio> element, which changes speed without pitch.
export class RecordingClock extends EventTarget {
  #rate = 1;
  #offsets = [];

  constructor(url) {
    super();
    this.audio = new Audio();
    this.audio.preload = "auto";
    this.audio.preservesPitch = true;
    for (const name of ["playing", "pause", "ended", "seeked", "ratechange", "waiting"]) {
      this.audio.addEventListener(name, () => {
        this.#offsets = [];
        this.dispatchEvent(new Event("jump"));
      });
    }
    this.audio.addEventListener("error", () => this.dispatchEvent(new Event("lost")));
    this.audio.src = url;
  }

  get playing() { return !this.audio.paused && !this.audio.ended; }
  get ended() { return this.audio.ended; }
  get steady() { return this.playing && !this.audio.seeking && this.audio.readyState > 2; }
  get time() { return this.audio.currentTime; }
  get rate() { return this.#rate; }
  set rate(rate) { this.#rate = this.audio.playbackRate = this.audio.defaultPlaybackRate = rate; }
  set loudness(gain) { this.audio.volume = gain; }

  // A refusal to play is told by the error event, or leaves the player as it was.
  play() { this.audio.play().catch(() => this.dispatchEvent(new Event("jump"))); }
  pause() { this.audio.pause(); }
  seek(time) { this.audio.currentTime = time; }
  wrap() { return false; }

  // The element's clock and the context's are read one after the other, each in steps: their median distance is the true one.
  read(context) {
    this.#offsets.push(heard(context) - this.audio.currentTime / this.#rate);
    if (this.#offsets.length > READINGS) this.#offsets.shift();
    const sorted = [...this.#offsets].sort((a, b) => a - b);
    this.offset = sorted[sorted.length >> 1];
  }

  when(time) { return this.offset + time / this.#rate; }
  at(moment) { return (moment - this.offset) * this.#rate; }
  close() { this.audio.pause(); this.audio.removeAttribute("src"); this.audio.load(); }
}

// A clock of its own, which loops without a gap: a jump back is planned ahead.
export class SilentClock extends EventTarget {
  #place = 0;
  #rate = 1;
  #anchors = null; // [{at: the context's time, time: the music's}], the later of which take over when they are due

  constructor(context) {
    super();
    this.context = context;
  }

  get playing() { return this.#anchors !== null; }
  get ended() { return false; }
  get steady() { return this.playing; }
  get rate() { return this.#rate; }

  get time() {
    if (!this.#anchors) return this.#place;
    const now = heard(this.context);
    while (this.#anchors.length > 1 && this.#anchors[1].at <= now) this.#anchors.shift();
    const { at, time } = this.#anchors[0];
    return time + Math.max(0, now - at) * this.#rate;
  }

  set rate(rate) { this.#move(() => { this.#rate = rate; }); }

  play() {
    this.#anchors = [{ at: this.context.currentTime + LEAD, time: this.#place }];
    this.dispatchEvent(new Event("jump"));
  }

  pause() {
    this.#place = this.time;
    this.#anchors = null;
    this.dispatchEvent(new Event("jump"));
  }

  seek(time) { this.#move(() => { this.#place = time; }); }

  // Plan the jump from `end` back to `start`; whether that could be planned.
  wrap(end, start) {
    this.#anchors.push({ at: this.when(end), time: start });
    return true;
  }

  read() {}

  when(time) {
    const { at, time: anchor } = this.#anchors.at(-1);
    return at + (time - anchor) / this.#rate;
  }

  at(moment) {
    const { at, time } = this.#anchors.at(-1);
    return time + (moment - at) * this.#rate;
  }

  #move(change) {
    const went = this.playing;
    this.#place = this.time;
    change();
    this.#anchors = null;
    if (went) this.play(); else this.dispatchEvent(new Event("jump"));
  }

  close() { this.#anchors = null; }
}
