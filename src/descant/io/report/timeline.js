// The timeline: lanes under one ruler, drawn as far as they are seen.

const LANES = [
  ['ruler', '', 40], ['sections', 'Sections', 30], ['keys', 'Key', 26], ['chords', 'Chords', 40],
  ['wave', 'Sound', 76], ['notes', 'Notes', 0], ['drums', 'Drums', 74],
];
const DRUMS = ['Kick', 'Snare', 'Toms', 'Hi-hat', 'Cymbals', 'Other'];
const COLOURS = [
  'paper', 'sheet', 'stripe', 'rule', 'beat', 'bar', 'ink', 'soft', 'wave', 'blue', 'red', 'melody',
  's0', 's1', 's2', 's3', 's4', 's5', 's6', 's7',
];
const PART_COLOURS = ['s0', 's2', 's1', 's4', 's5', 's6', 's7'];
const BLACK_KEYS = new Set([1, 3, 6, 8, 10]);
const LEAP = 1.5; // semitones from one drawn frame of the melody to the next
const LONGEST = 2e7; // the widest drawn shape, px: canvases lose precision far beyond

function drumRow(key) {
  if (key === 35 || key === 36) return 0;
  if ([37, 38, 39, 40].includes(key)) return 1;
  if ([41, 43, 45, 47, 48, 50].includes(key)) return 2;
  if ([42, 44, 46].includes(key)) return 3;
  return [49, 51, 52, 53, 55, 57, 59].includes(key) ? 4 : 5;
}

// ---- data: columns of whole numbers back into seconds ----

function seconds(steps) {
  const times = new Float64Array(steps.length);
  let sum = 0;
  for (let i = 0; i < steps.length; i++) times[i] = (sum += steps[i]) / 1000;
  return times;
}

function unpack(data) {
  const piece = { duration: data.duration / 1000, colours: {} };
  for (const name of ['beats', 'chords', 'keys', 'sections', 'notes']) {
    const given = data[name];
    if (!given) continue;
    const start = seconds(given.start);
    piece[name] = { ...given, start };
    if (given.length) piece[name].end = start.map((time, i) => time + given.length[i] / 1000);
  }
  if (piece.beats) piece.beats.bars = barsOf(piece.beats);
  if (piece.sections) piece.sections.labels.forEach(([label], i) => { piece.colours[label] = `s${i % data.colours}`; });
  if (piece.notes) {
    const { notes } = piece;
    notes.drum = Uint8Array.from(notes.pitch, (_, i) => notes.parts[notes.part[i] ?? 0][1]);
    notes.reach = new Float64Array(notes.start.length); // the latest end so far: where to begin drawing
    notes.end.reduce((latest, end, i) => (notes.reach[i] = Math.max(latest, end)), 0);
  }
  if (data.pitch) piece.pitch = { step: data.pitch.step / 1000, ...runsOf(data.pitch) };
  if (data.peaks) piece.peaks = { step: data.peaks.step, levels: pyramid(bytes(data.peaks.values)) };
  return piece;
}

function bytes(text) {
  const binary = atob(text), values = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) values[i] = binary.charCodeAt(i);
  return values;
}

// For each beat the number of its bar, counted as in the chart; and where the bars begin.
function barsOf({ start, position }) {
  const bar = new Int32Array(start.length), first = [];
  let count = 0;
  for (let i = 0; i < start.length; i++) {
    if (position[i] === 1) { count++; first.push(i); }
    bar[i] = count;
  }
  return { of: bar, first };
}

function runsOf({ runs }) {
  const start = new Float64Array(runs.length), cents = [], sure = [];
  runs.forEach(([time, confidence, ...steps], i) => {
    start[i] = time / 1000;
    sure.push(confidence);
    let sum = 0;
    cents.push(Float32Array.from(steps, step => (sum += step) / 100));
  });
  return { start, cents, sure };
}

// The outline at halved and halved resolution, lows and highs alternating, so that any zoom reads about two columns a pixel.
function pyramid(values) {
  const levels = [new Int8Array(values.buffer)];
  while (levels.at(-1).length > 2048) {
    const fine = levels.at(-1), coarse = new Int8Array(Math.ceil(fine.length / 4) * 2);
    for (let i = 0; i < coarse.length; i += 2) {
      coarse[i] = Math.min(fine[2 * i], fine[2 * i + 2] ?? 0);
      coarse[i + 1] = Math.max(fine[2 * i + 1], fine[2 * i + 3] ?? 0);
    }
    levels.push(coarse);
  }
  return levels;
}

// The extremes of the sound between two times, and its loudest column overall.
function extremes({ step, levels }, from, to) {
  const depth = Math.max(0, Math.min(levels.length - 1, Math.floor(Math.log2((to - from) / step))));
  const level = levels[depth], width = step * 2 ** depth;
  let low = 0, high = 0;
  const last = Math.min(level.length / 2 - 1, Math.floor(to / width));
  for (let i = Math.max(0, Math.floor(from / width)); i <= last; i++) {
    low = Math.min(low, level[2 * i]);
    high = Math.max(high, level[2 * i + 1]);
  }
  return [low, high];
}

function loudest({ levels }) {
  return levels.at(-1).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
}

// ---- drawing ----

class Timeline {
  constructor(piece, base, overlay, overview) {
    Object.assign(this, { piece, base, overlay, overview, hidden: new Set(), start: 0, scale: 50 });
    this.pitches = this.pitchRange();
    this.peak = piece.peaks ? loudest(piece.peaks) : 1;
    const struck = new Set(piece.notes?.pitch.filter((_, i) => piece.notes.drum[i]).map(drumRow));
    this.rows = [...struck].sort((a, b) => a - b);
    const gaps = piece.beats ? piece.beats.start.slice(1).map((time, i) => time - piece.beats.start[i]).sort() : [];
    this.beat = gaps[gaps.length >> 1] || 0.5;
    this.perBar = piece.beats?.bars.first.length ? piece.beats.start.length / piece.beats.bars.first.length : 4;
  }

  has(lane) {
    const { piece } = this;
    if (lane === 'wave') return !!piece.peaks;
    if (lane === 'notes') return this.pitches !== null;
    if (lane === 'drums') return this.rows.length > 0;
    return lane === 'ruler' || !!piece[lane];
  }

  shown(lane) { return this.has(lane) && !this.hidden.has(lane); }

  // The lowest and highest row of the piano roll: every note, and the melody but for its outliers.
  pitchRange() {
    const { notes, pitch } = this.piece;
    const all = [];
    notes?.pitch.forEach((key, i) => { if (!notes.drum[i]) all.push(key); });
    all.sort((a, b) => a - b);
    const sung = pitch ? pitch.cents.flatMap(run => [run[0], run[run.length >> 1]]).sort((a, b) => a - b) : [];
    const ends = [all[0], all.at(-1), sung[Math.floor(sung.length * 0.01)], sung[Math.floor(sung.length * 0.99)]].filter(Number.isFinite);
    if (!ends.length) return null;
    const low = Math.floor(Math.min(...ends)) - 2, high = Math.ceil(Math.max(...ends)) + 2;
    const more = Math.max(0, 24 - (high - low)) / 2;
    return [Math.max(0, Math.floor(low - more)), Math.min(127, Math.ceil(high + more))];
  }

  readColours() {
    const probe = document.createElement('span');
    document.body.append(probe);
    this.colour = {};
    for (const name of COLOURS) {
      probe.style.color = `var(--${name})`;
      this.colour[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    const style = getComputedStyle(document.documentElement);
    this.serif = style.getPropertyValue('--serif');
    this.sans = style.getPropertyValue('--sans');
    this.strip = null;
  }

  layout() {
    this.width = this.base.parentElement.clientWidth;
    this.narrow = this.width < 640;
    this.gutter = this.narrow ? 0 : 74;
    this.lanes = {};
    let top = 0;
    for (const [name, , height] of LANES) {
      if (!this.shown(name)) continue;
      const tall = name === 'notes' ? this.rollHeight() : name === 'ruler' && !this.piece.beats ? 20 : height;
      this.lanes[name] = { top, height: tall };
      top += tall + (name === 'ruler' ? 0 : 8);
    }
    this.height = top;
    for (const canvas of [this.base, this.overlay]) this.fit(canvas, this.width, this.height);
    this.fit(this.overview, this.overview.parentElement.clientWidth, 46);
    this.strip = null;
    this.view(this.start, this.scale);
  }

  // The piano roll is as tall as its range asks for, within reason.
  rollHeight() {
    const rows = this.pitches[1] - this.pitches[0] + 1;
    return Math.round(this.narrow ? Math.max(150, Math.min(240, rows * 3.5)) : Math.max(170, Math.min(360, rows * 5)));
  }

  fit(canvas, width, height) {
    const dots = window.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(width * dots));
    canvas.height = Math.max(1, Math.round(height * dots));
    canvas.style.height = `${height}px`;
    canvas.getContext('2d').setTransform(dots, 0, 0, dots, 0, 0);
  }

  get plot() { return Math.max(1, this.width - this.gutter); }
  get span() { return this.plot / this.scale; }
  get fitting() { return this.plot / Math.max(0.05, this.piece.duration); }
  x(time) { return this.gutter + (time - this.start) * this.scale; }
  time(x) { return this.start + (x - this.gutter) / this.scale; }

  // Show the piece from `start` at `scale` px a second, within what there is.
  view(start, scale) {
    this.scale = Math.max(this.fitting, Math.min(Math.max(600, this.fitting), scale));
    this.start = Math.max(0, Math.min(this.piece.duration - this.span, start));
  }

  // Zoom by a factor, holding the time under `x` where it is.
  zoom(factor, x) {
    const held = this.time(x);
    this.view(this.start, this.scale * factor);
    this.view(held - (x - this.gutter) / this.scale, this.scale);
  }

  draw() {
    const pen = this.base.getContext('2d');
    pen.globalAlpha = 1;
    pen.clearRect(0, 0, this.width, this.height);
    pen.textBaseline = 'middle';
    pen.save();
    pen.beginPath();
    pen.rect(this.gutter, 0, this.plot, this.height);
    pen.clip();
    const lanes = this.lanes;
    if (lanes.notes) this.drawKeys(pen, lanes.notes);
    if (lanes.drums) this.drawDrumRows(pen, lanes.drums);
    this.drawGrid(pen);
    if (lanes.sections) this.drawSections(pen, lanes.sections);
    if (lanes.keys) this.drawTonalities(pen, lanes.keys);
    if (lanes.chords) this.drawChords(pen, lanes.chords);
    if (lanes.wave) this.drawWave(pen, lanes.wave);
    if (lanes.notes) {
      if (this.piece.notes) this.drawNotes(pen, lanes.notes);
      if (this.piece.pitch && !this.hidden.has('melody')) this.drawMelody(pen, lanes.notes);
    }
    if (lanes.drums) this.drawDrums(pen, lanes.drums);
    pen.restore();
    this.drawNames(pen);
  }

  // Beats and downbeats through all lanes; the ruler's bar numbers and clock times.
  drawGrid(pen) {
    const { beats } = this.piece, { height } = this.lanes.ruler;
    pen.fillStyle = this.colour.soft;
    pen.font = `11px ${this.sans}`;
    pen.textAlign = 'left';
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600].find(s => s * this.scale >= 76) ?? 7200;
    for (let k = Math.max(0, Math.floor(this.start / step)); k * step <= this.start + this.span; k++) {
      const x = this.x(k * step);
      pen.fillRect(x, 0, 1, 8);
      this.words(pen, clock(k * step, step < 1), x + 4, this.width + 2, 7, this.colour.soft);
    }
    if (!beats) return;
    const barWidth = this.beat * this.perBar * this.scale;
    const showBeats = this.beat * this.scale >= 7;
    const every = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].find(n => n * barWidth >= 34) ?? 2048;
    const lines = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].find(n => n * barWidth >= 14) ?? 2048;
    pen.font = `600 12px ${this.sans}`;
    const { first, of } = beats.bars;
    const ruled = ['wave', 'notes', 'drums'].map(name => this.lanes[name]).filter(Boolean);
    const line = (i, colour, tick) => {
      const x = Math.round(this.x(beats.start[i]));
      pen.globalAlpha = 0.3 + 0.7 * beats.sure[i] / 100;
      pen.fillStyle = this.colour.bar;
      pen.fillRect(x, height - tick, 1, tick - 3);
      pen.fillStyle = colour;
      for (const lane of ruled) pen.fillRect(x, lane.top, 1, lane.height);
    };
    if (showBeats) {
      for (let i = Math.max(0, before(beats.start, this.start)); i < beats.start.length && this.x(beats.start[i]) < this.width; i++) {
        if (beats.position[i] !== 1) line(i, this.colour.rule, 8);
      }
    }
    const from = Math.max(0, of[Math.max(0, before(beats.start, this.start))] - 1 - every);
    for (let k = from; k < first.length && this.x(beats.start[first[k]]) < this.width; k++) {
      if (k % lines === 0) line(first[k], this.colour.beat, 16);
      if (k % every) continue;
      pen.globalAlpha = 1;
      this.words(pen, String(k + 1), this.x(beats.start[first[k]]) + 4, this.width + 2, height - 10, this.colour.ink);
    }
    pen.globalAlpha = 1;
  }

  // The visible part of each segment: draw(index, left, right) with left and right in px within the plot.
  segments({ start, end }, draw) {
    for (let i = Math.max(0, before(start, this.start)); i < start.length; i++) {
      const left = this.x(start[i]), right = this.x(end[i]);
      if (left > this.width) break;
      if (right > this.gutter) draw(i, Math.max(left, this.gutter - 4), Math.min(right, this.width + 4));
    }
  }

  drawSections(pen, { top, height }) {
    const { sections } = this.piece;
    pen.font = `600 16px ${this.serif}`;
    this.segments(sections, (i, left, right) => {
      const [label] = sections.labels[sections.label[i]], colour = this.colour[this.piece.colours[label]];
      pen.fillStyle = this.colour.paper;
      pen.fillRect(left, top, right - left, height);
      pen.fillStyle = colour;
      pen.globalAlpha = 0.1 + 0.22 * sections.sure[i] / 100;
      pen.fillRect(left, top, right - left - 1, height);
      pen.globalAlpha = 1;
      pen.fillRect(left, top, 3, height);
      this.words(pen, label, Math.max(left, this.gutter) + 10, right, top + height / 2 + 1, this.colour.ink);
    });
  }

  drawTonalities(pen, { top, height }) {
    const { keys } = this.piece;
    pen.font = `italic 15px ${this.serif}`;
    this.segments(keys, (i, left, right) => {
      const label = keys.labels[keys.label[i]][1];
      pen.fillStyle = this.colour.paper;
      pen.fillRect(left, top, right - left, height);
      pen.fillStyle = this.colour.ink;
      pen.fillRect(left, top, 1.5, height);
      pen.globalAlpha = 0.15 + 0.6 * keys.sure[i] / 100;
      pen.fillRect(left, top + height - 1.5, right - left - 3, 1.5);
      pen.globalAlpha = 1;
      this.words(pen, label, Math.max(left, this.gutter) + 8, right, top + height / 2, this.colour.ink);
    });
  }

  drawChords(pen, { top, height }) {
    const { chords } = this.piece;
    let skipped = -1;
    this.segments(chords, (i, left, right) => {
      if (right - left < 1 && Math.round(left) === skipped) return;
      skipped = Math.round(left);
      const [harte, name] = chords.labels[chords.label[i]], wide = Math.max(0.5, right - left - 1.5);
      if (harte === 'N') {
        pen.font = `13px ${this.serif}`;
        this.words(pen, name, Math.max(left, this.gutter) + 5, right, top + height / 2, this.colour.soft);
        return;
      }
      pen.fillStyle = this.colour.sheet;
      pen.fillRect(left, top, wide, height);
      pen.globalAlpha = 0.12 + 0.88 * (chords.sure[i] / 100) ** 1.5;
      pen.fillStyle = this.colour.blue;
      pen.fillRect(left, top + height - 3, wide, 3);
      pen.globalAlpha = 1;
      if (right - left < 12) return;
      pen.font = `500 19px ${this.serif}`;
      const place = Math.max(left, this.gutter) + 6;
      if (!this.words(pen, name, place, right, top + height / 2 - 1, this.colour.ink)) {
        pen.font = `500 13px ${this.serif}`;
        this.words(pen, name, place - 3, right, top + height / 2 - 1, this.colour.ink);
      }
    });
  }

  // Text where there is room for it; whether there was.
  words(pen, text, left, right, middle, colour) {
    if (left < this.gutter || left + pen.measureText(text).width > right - 2) return false;
    pen.fillStyle = colour;
    pen.fillText(text, left, middle);
    return true;
  }

  drawWave(pen, { top, height }) {
    const middle = top + height / 2, tall = height / 2 / this.peak;
    pen.fillStyle = this.colour.wave;
    pen.beginPath();
    const right = Math.min(this.width, this.x(this.piece.duration));
    for (let x = this.gutter; x < right; x++) {
      const [low, high] = extremes(this.piece.peaks, this.time(x), this.time(x + 1));
      pen.rect(x, middle - high * tall, 1, Math.max(1, (high - low) * tall));
    }
    pen.fill();
  }

  row(pitch, { top, height }) {
    const [low, high] = this.pitches;
    return top + height - (pitch - low + 1) * height / (high - low + 1);
  }

  drawKeys(pen, lane) {
    const [low, high] = this.pitches, tall = lane.height / (high - low + 1);
    pen.fillStyle = this.colour.stripe;
    pen.fillRect(this.gutter, lane.top, this.plot, lane.height);
    for (let key = low; key <= high; key++) {
      pen.fillStyle = this.colour.sheet;
      if (BLACK_KEYS.has(key % 12) && tall >= 2.5) pen.fillRect(this.gutter, this.row(key, lane), this.plot, tall);
      pen.fillStyle = this.colour.rule;
      if (key % 12 === 0) pen.fillRect(this.gutter, Math.round(this.row(key, lane) + tall), this.plot, 1);
    }
  }

  // The indices of the notes in view, drums or not.
  *visible(drums) {
    const { start, reach, drum } = this.piece.notes, until = this.start + this.span;
    for (let i = before(reach, this.start) + 1; i < start.length && start[i] < until; i++) if (!!drum[i] === drums) yield i;
  }

  drawNotes(pen, lane) {
    const { notes } = this.piece, { start, end, pitch, velocity, part } = notes;
    const [low, high] = this.pitches, tall = Math.max(2, lane.height / (high - low + 1) - (this.narrow ? 0.5 : 1));
    const drawn = new Float64Array(128).fill(-1); // up to where each row is filled already
    const colours = notes.parts.map((_, i) => this.colour[PART_COLOURS[i % PART_COLOURS.length]]);
    for (const i of this.visible(false)) {
      const left = this.x(start[i]), right = Math.min(this.x(end[i]), LONGEST);
      if (right < drawn[pitch[i]]) continue;
      pen.globalAlpha = 0.35 + 0.65 * velocity[i] / 127;
      pen.fillStyle = colours[part[i] ?? 0];
      pen.fillRect(left, this.row(pitch[i], lane), Math.max(1.5, right - left - 0.75), tall);
      drawn[pitch[i]] = Math.ceil(left + 1);
    }
    pen.globalAlpha = 1;
  }

  drawMelody(pen, lane) {
    const { step, start, cents, sure } = this.piece.pitch;
    const [low, high] = this.pitches, tall = lane.height / (high - low + 1);
    const stride = Math.max(1, Math.floor(0.7 / (step * this.scale)));
    pen.save();
    pen.beginPath();
    pen.rect(this.gutter, lane.top, this.plot, lane.height);
    pen.clip();
    pen.lineJoin = pen.lineCap = 'round';
    for (const [colour, width] of [[this.colour.paper, 4.5], [this.colour.melody, 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      const strokes = new Map(); // one path for each tenth of confidence
      let last = -9;
      for (let r = Math.max(0, before(start, this.start)); r < start.length && start[r] < this.start + this.span; r++) {
        const run = cents[r], right = this.x(start[r] + run.length * step);
        if (right - last < 1) continue; // nothing new at this zoom
        last = right;
        const level = Math.round(sure[r] / 10);
        if (!strokes.has(level)) strokes.set(level, new Path2D());
        const path = strokes.get(level);
        const from = Math.max(0, Math.floor((this.start - start[r]) / step) - stride);
        const to = Math.min(run.length, Math.ceil((this.start + this.span - start[r]) / step) + stride);
        for (let i = from - from % stride; i < to; i += stride) {
          const x = this.x(start[r] + i * step), y = this.row(run[i], lane) + tall / 2;
          const leapt = i > from && Math.abs(run[i] - run[i - stride]) > LEAP; // a new note, not a glide
          if (i <= from || leapt) { path.moveTo(x - 0.5, y); path.lineTo(x, y); } else path.lineTo(x, y);
        }
      }
      for (const [level, path] of strokes) {
        pen.globalAlpha = width > 3 ? 0.75 : 0.35 + 0.065 * level;
        pen.stroke(path);
      }
    }
    pen.restore();
  }

  drawDrumRows(pen, { top, height }) {
    const tall = height / this.rows.length;
    this.rows.forEach((_, i) => {
      pen.fillStyle = i % 2 ? this.colour.sheet : this.colour.stripe;
      pen.fillRect(this.gutter, top + i * tall, this.plot, tall);
    });
  }

  drawDrums(pen, { top, height }) {
    const { start, pitch, velocity } = this.piece.notes, tall = height / this.rows.length;
    const drawn = new Float64Array(6).fill(-9);
    pen.fillStyle = this.colour.ink;
    for (const i of this.visible(true)) {
      const row = drumRow(pitch[i]), x = this.x(start[i]);
      if (x < drawn[row] + 0.5) continue;
      drawn[row] = x;
      pen.globalAlpha = 0.25 + 0.75 * velocity[i] / 127;
      pen.fillRect(x, top + this.rows.indexOf(row) * tall + 2, 2.5, tall - 4);
    }
    pen.globalAlpha = 1;
  }

  // Names of lanes, octaves and drums: in the margin, or over the left edge where there is no margin.
  drawNames(pen) {
    const { lanes } = this;
    pen.fillStyle = this.colour.soft;
    const plain = `13px ${this.sans}`, small = `11px ${this.sans}`;
    pen.font = plain;
    pen.textAlign = 'left';
    if (this.gutter) {
      for (const [name, title] of LANES) {
        if (!lanes[name] || name === 'drums' || name === 'notes') continue;
        pen.fillText(title, 0, lanes[name].top + lanes[name].height / 2);
      }
    }
    if (this.gutter && this.piece.beats && this.piece.beats.bars.first.length) pen.fillText('Bar', 0, lanes.ruler.height - 10);
    const octave = (key, lane) => {
      const middle = this.row(key, lane) + lane.height / (this.pitches[1] - this.pitches[0] + 1) / 2;
      if (middle > lane.top + 6) this.name(pen, `C${key / 12 - 1}`, middle);
    };
    pen.font = small;
    if (lanes.notes) {
      const [low, high] = this.pitches;
      for (let key = Math.ceil(low / 12) * 12; key <= high; key += 12) octave(key, lanes.notes);
      pen.font = plain;
      const tuned = this.piece.notes && this.piece.notes.drum.some(drum => !drum);
      if (this.gutter) pen.fillText(tuned ? 'Notes' : 'Melody', 0, lanes.notes.top + 8);
      if (this.gutter && tuned && this.piece.pitch && !this.hidden.has('melody')) {
        pen.fillStyle = this.colour.melody;
        pen.fillText('Melody', 0, lanes.notes.top + 26);
        pen.fillStyle = this.colour.soft;
      }
    }
    pen.font = small;
    if (lanes.drums) {
      const tall = lanes.drums.height / this.rows.length;
      this.rows.forEach((row, i) => this.name(pen, DRUMS[row], lanes.drums.top + (i + 0.5) * tall));
    }
  }

  name(pen, text, middle) {
    if (this.gutter) { pen.textAlign = 'right'; pen.fillText(text, this.gutter - 7, middle); pen.textAlign = 'left'; return; }
    pen.globalAlpha = 0.75;
    pen.fillStyle = this.colour.paper;
    pen.fillRect(0, middle - 6, pen.measureText(text).width + 4, 12);
    pen.globalAlpha = 1;
    pen.fillStyle = this.colour.soft;
    pen.fillText(text, 2, middle);
  }

  // What moves: the cursor, and the chord it stands in.
  drawCursor(now) {
    const pen = this.overlay.getContext('2d'), { chords } = this.piece, lane = this.lanes.chords;
    pen.clearRect(0, 0, this.width, this.height);
    const at = chords ? before(chords.start, now) : -1;
    if (lane && at >= 0 && now < chords.end[at]) {
      const left = Math.max(this.gutter, this.x(chords.start[at])), right = Math.min(this.width, this.x(chords.end[at]));
      pen.strokeStyle = this.colour.red;
      pen.lineWidth = 2;
      if (right > left + 3) pen.strokeRect(left + 1, lane.top + 1, right - left - 3.5, lane.height - 2);
    }
    const x = this.x(now);
    if (x >= this.gutter - 1 && x <= this.width + 1) {
      pen.fillStyle = this.colour.red;
      pen.fillRect(x - 0.75, 0, 1.5, this.height);
      pen.beginPath();
      pen.moveTo(x - 6, 0);
      pen.lineTo(x + 6, 0);
      pen.lineTo(x, 8);
      pen.fill();
    }
    this.drawOverview(now);
  }

  // The whole piece in a strip: its outline in the sections' colours, what the lanes show, and the cursor.
  drawOverview(now) {
    const pen = this.overview.getContext('2d'), width = this.overview.parentElement.clientWidth, margin = 8;
    const x = time => margin + time / Math.max(0.001, this.piece.duration) * (width - 2 * margin);
    this.strip ??= this.makeStrip(width, margin);
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.overview.width, this.overview.height);
    pen.drawImage(this.strip, 0, 0);
    pen.restore();
    if (this.span < this.piece.duration - 0.01) {
      pen.strokeStyle = this.colour.ink;
      pen.lineWidth = 1.5;
      pen.strokeRect(x(this.start), 1, Math.max(4, x(this.start + this.span) - x(this.start)), 44);
    }
    pen.fillStyle = this.colour.red;
    pen.fillRect(x(now) - 1, 0, 2, 46);
  }

  makeStrip(width, margin) {
    const strip = document.createElement('canvas'), { piece, peak } = this;
    this.fit(strip, width, 46);
    const pen = strip.getContext('2d'), wide = width - 2 * margin;
    pen.fillStyle = this.colour.sheet;
    pen.fillRect(margin, 0, wide, 46);
    for (let px = 0; px < wide; px++) {
      const from = px / wide * piece.duration, to = (px + 1) / wide * piece.duration;
      const at = piece.sections ? before(piece.sections.start, from) : -1;
      const label = at >= 0 && from < piece.sections.end[at] ? piece.sections.labels[piece.sections.label[at]][0] : null;
      pen.fillStyle = label === null ? this.colour.wave : this.colour[piece.colours[label]];
      const [low, high] = piece.peaks ? extremes(piece.peaks, from, to) : [0, 0];
      pen.fillRect(margin + px, 23 - high / peak * 20, 1, Math.max(1, (high - low) / peak * 20));
    }
    return strip;
  }

  // What lies under a point, in words; null where nothing does.
  hint(x, y) {
    const time = this.time(x), { piece } = this;
    if (x < this.gutter || time > piece.duration) return null;
    const found = Object.entries(this.lanes).find(([, lane]) => y >= lane.top && y < lane.top + lane.height);
    if (!found) return null;
    const [name, lane] = found;
    const sure = percent => `confidence ${(percent / 100).toFixed(2)}`;
    if (['sections', 'keys', 'chords'].includes(name)) {
      const all = piece[name], at = before(all.start, time);
      if (at < 0 || time >= all.end[at]) return null;
      return `${all.labels[all.label[at]][0]}, ${sure(all.sure[at])}, ${clock(all.start[at], true)} to ${clock(all.end[at], true)}`;
    }
    if (name === 'ruler' && piece.beats) {
      const { start, position, sure: beatSure, bars } = piece.beats, at = before(start, time + this.beat / 2);
      if (at < 0) return null;
      return `${position[at] ? `Bar ${bars.of[at]}, beat ${position[at]}` : `Beat ${at + 1}`}, ${sure(beatSure[at])}, ${clock(start[at], true)}`;
    }
    if (name !== 'notes' && name !== 'drums') return null;
    const melody = name === 'notes' && !this.hidden.has('melody') ? this.melodyAt(time) : null;
    if (melody && Math.abs(this.row(melody.pitch, lane) - y) < 7) {
      return `Melody ${pitchName(Math.round(melody.pitch))}, ${(440 * 2 ** ((melody.pitch - 69) / 12)).toFixed(1)} Hz, ${sure(melody.sure)}`;
    }
    if (!piece.notes) return null;
    const { start, end, pitch, velocity, sure: noteSure, parts, part } = piece.notes;
    const slack = 3 / this.scale, drum = this.rows[Math.floor((y - lane.top) / lane.height * this.rows.length)];
    for (const i of this.visible(name === 'drums')) {
      const there = name === 'drums'
        ? Math.abs(start[i] - time) < 2 * slack && drumRow(pitch[i]) === drum
        : start[i] - slack <= time && time <= end[i] + slack && y >= this.row(pitch[i], lane) - 1 && y <= this.row(pitch[i] - 1, lane) + 1;
      if (!there) continue;
      const title = name === 'drums' ? DRUMS[drumRow(pitch[i])] : pitchName(pitch[i]), by = parts[part[i] ?? 0][0];
      return `${title}, ${clock(start[i], true)}, velocity ${velocity[i]}, ${sure(noteSure[i])}${by ? `, ${by}` : ''}`;
    }
    return null;
  }

  melodyAt(time) {
    const { pitch } = this.piece;
    if (!pitch) return null;
    const run = before(pitch.start, time);
    if (run < 0) return null;
    const value = pitch.cents[run][Math.round((time - pitch.start[run]) / pitch.step)];
    return value === undefined ? null : { pitch: value, sure: pitch.sure[run] };
  }
}

function pitchName(key) {
  return ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'][key % 12] + (Math.floor(key / 12) - 1);
}

function clock(time, tenths) {
  const whole = Math.floor(time + 1e-6), minutes = Math.floor(whole / 60), hours = Math.floor(minutes / 60);
  const two = n => String(n).padStart(2, '0');
  const text = hours ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  return tenths ? `${text}.${Math.floor((time + 1e-6 - whole) * 10)}` : text;
}
