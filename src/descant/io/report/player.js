// The sound: the recording (or, without it, a silent clock), a click on the beats, and the notes heard.

// The index of the last entry not after `value`; -1 before the first.
function before(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1; else high = middle;
  }
  return low - 1;
}

// A place in time that plays, stops and jumps. Where the recording cannot be had, a clock runs in its stead.
class Player {
  constructor(duration, address, changed, lost) {
    this.duration = duration;
    this.changed = changed;
    this.speed = 1;
    this.since = null; // when the clock started, ms; null while it stands
    this.place = 0;
    this.audio = null;
    if (!address) return;
    this.audio = new Audio();
    this.audio.preload = 'auto';
    for (const name of ['play', 'playing', 'pause', 'ended', 'seeked']) this.audio.addEventListener(name, () => this.changed());
    this.audio.addEventListener('error', () => {
      const went = this.playing;
      this.place = this.time;
      this.audio = null;
      lost();
      if (went) this.play(); else this.changed();
    });
    this.audio.src = address;
  }

  get playing() { return this.audio ? !this.audio.paused && !this.audio.ended : this.since !== null; }

  get time() {
    if (this.audio) return Math.min(this.audio.currentTime, this.duration);
    if (this.since === null) return this.place;
    const now = this.place + (performance.now() - this.since) / 1000 * this.speed;
    if (now < this.duration) return now;
    this.place = this.duration;
    this.since = null;
    return this.duration;
  }

  play() {
    if (this.time >= this.duration - 0.02) this.seek(0);
    // A refusal is told by the error event, or leaves the player as it was.
    if (this.audio) this.audio.play().catch(() => this.changed());
    else if (this.since === null) this.since = performance.now();
    this.changed();
  }

  pause() {
    if (this.audio) this.audio.pause();
    else { this.place = this.time; this.since = null; }
    this.changed();
  }

  seek(time) {
    this.place = Math.max(0, Math.min(this.duration, time));
    if (this.audio) this.audio.currentTime = this.place;
    else if (this.since !== null) this.since = performance.now();
    this.changed();
  }

  set rate(speed) {
    const now = this.time;
    this.speed = speed;
    if (this.audio) this.audio.playbackRate = this.audio.defaultPlaybackRate = speed;
    else { this.place = now; if (this.since !== null) this.since = performance.now(); }
  }

  set heard(on) { if (this.audio) this.audio.muted = !on; }
}

const AHEAD = 0.15; // seconds of sound scheduled in advance
const VOICES = 64;

// Clicks and plain tones beside the recording, scheduled a little ahead of its time.
class Band {
  constructor(player, beats, notes, tuning) {
    Object.assign(this, { player, beats, notes, tuning, click: false, tones: false, timer: null, voices: 0 });
  }

  // Call whenever the player started, stopped or jumped, or a sound was switched.
  refresh() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.bus) { this.bus.gain.setTargetAtTime(0, this.context.currentTime, 0.01); this.bus = null; }
    if (!this.player.playing || !(this.click || this.tones)) return;
    if (!this.context) this.context = new AudioContext();
    this.context.resume();
    this.bus = this.context.createGain();
    this.bus.gain.value = 0.5;
    this.bus.connect(this.context.destination);
    this.voices = 0;
    this.done = this.player.time - 0.005; // a beat that was just jumped to is heard
    this.timer = setInterval(() => this.schedule(), 30);
    this.schedule();
  }

  schedule() {
    const now = this.player.time, speed = this.player.speed, until = now + AHEAD * speed;
    const when = time => this.context.currentTime + Math.max(0, (time - now) / speed);
    if (this.click && this.beats) {
      const { start, position } = this.beats;
      for (let i = before(start, this.done) + 1; i < start.length && start[i] <= until; i++) {
        this.tone(when(start[i]), 0.045, position[i] === 1 ? 1760 : 1175, 0.5, 'square');
      }
    }
    if (this.tones && this.notes) {
      const { start, end, pitch, velocity, drum } = this.notes;
      for (let i = before(start, this.done) + 1; i < start.length && start[i] <= until; i++) {
        const loud = (velocity[i] / 127) ** 2 * 0.35;
        if (drum[i]) this.stroke(when(start[i]), pitch[i], loud);
        else {
          const hertz = 440 * 2 ** ((pitch[i] - 69 + this.tuning / 100) / 12);
          this.tone(when(start[i]), (end[i] - start[i]) / speed, hertz, loud, 'triangle');
        }
      }
    }
    this.done = Math.max(this.done, until);
  }

  tone(at, length, hertz, loud, shape) {
    const source = this.context.createOscillator();
    source.type = shape;
    source.frequency.value = hertz;
    this.sound(source, source, at, length, loud);
  }

  stroke(at, key, loud) {
    if (key <= 36) return this.tone(at, 0.09, 62, loud * 2.5, 'sine');
    const filter = this.context.createBiquadFilter();
    filter.type = 'bandpass';
    filter.frequency.value = drumRow(key) === 1 ? 1800 : drumRow(key) === 2 ? 260 : 8000;
    const source = this.context.createBufferSource();
    source.buffer = this.noise ??= this.makeNoise();
    source.connect(filter);
    this.sound(source, filter, at, key === 49 || key === 57 ? 0.5 : 0.08, loud * 1.5);
  }

  sound(source, last, at, length, loud) {
    if (this.voices >= VOICES) return;
    this.voices++;
    const gain = this.context.createGain(), end = at + Math.max(0.04, length);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud, at + 0.006);
    gain.gain.setTargetAtTime(loud * 0.4, at + 0.006, 0.25);
    gain.gain.setTargetAtTime(0, end, 0.025);
    last.connect(gain).connect(this.bus);
    source.onended = () => { this.voices--; gain.disconnect(); };
    source.start(at);
    source.stop(end + 0.2);
  }

  makeNoise() {
    const buffer = this.context.createBuffer(1, this.context.sampleRate, this.context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
    return buffer;
  }
}
