// The page: what is said now, the controls, and the hands on the timeline.

const $ = id => document.getElementById(id);
const data = JSON.parse($('data').textContent);
const piece = unpack(data);
const timeline = new Timeline(piece, $('base'), $('overlay'), $('overview'));
const calm = matchMedia('(prefers-reduced-motion: reduce)');

function address() {
  if (!data.sound.embedded) return data.sound.url;
  return URL.createObjectURL(new Blob([bytes($('sound').textContent)], { type: data.sound.mime }));
}

function tellSound(lost) {
  const file = data.sound.url ? `the original file (${safely(data.sound.url)})` : '';
  const others = [piece.beats && 'the click', piece.notes && 'the notes'].filter(Boolean).join(' and ');
  const silent = `The cursor still runs${others && `, and ${others} can still be heard`}.`;
  let words = '';
  if (lost && data.sound.embedded) words = `This browser cannot play the recording. ${silent}`;
  else if (lost) words = `The recording is not in this page, and ${file} was not found or cannot be played. ${silent}`;
  else if (!data.sound.embedded && file) words = `The recording is not in this page: it plays from ${file}, so keep that where it is.`;
  else if (!data.sound.embedded) words = `The recording is not in this page. ${silent}`;
  $('sound-note').textContent = words;
  $('sound-note').hidden = !words;
  if (lost || !(data.sound.embedded || data.sound.url)) $('hear-recording').hidden = true;
}

function safely(url) {
  try { return decodeURIComponent(url); } catch { return url; }
}

const player = new Player(piece.duration, address(), refresh, () => tellSound(true));
const band = new Band(player, piece.beats, piece.notes, data.tuning ?? 0);
tellSound(false);

// ---- now ----

const cells = [...document.querySelectorAll('.bars li')];
const cellStarts = cells.map(cell => Number(cell.dataset.start));
let cell = null;

function say(id, text) {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
}

function labelAt(all, time) {
  if (!all) return '';
  const at = before(all.start, time);
  return at >= 0 && time < all.end[at] ? all.labels[all.label[at]][1] : '';
}

function beatAt(time) {
  const at = piece.beats ? before(piece.beats.start, time) : -1;
  return at < 0 ? null : { at, bar: piece.beats.bars.of[at], position: piece.beats.position[at] };
}

function showNow() {
  const now = player.time + 1e-4, beat = beatAt(now), { chords } = piece;
  say('time', clock(now));
  const chord = labelAt(chords, now) || '–';
  say('now-chord', chord);
  $('now-chord').classList.toggle('long', chord.length > 7);
  say('now-key', labelAt(piece.keys, now) || '–');
  say('now-section', labelAt(piece.sections, now) || '–');
  const place = !beat ? '–' : beat.position ? `${beat.bar} : ${beat.position}` : `beat ${beat.at + 1}`;
  say('now-bar', place);
  showDots(beat);
  if (chords) {
    const at = before(chords.start, now);
    let next = at + 1;
    while (next < chords.start.length && chords.label[next] === chords.label[at]) next++;
    say('now-next', next < chords.start.length ? `then ${chords.labels[chords.label[next]][1]}` : '');
  }
  const slider = $('position');
  if (document.activeElement !== slider || !slider.matches(':active')) slider.value = player.time;
  const spoken = [clock(now), beat?.position && `bar ${beat.bar} beat ${beat.position}`, chord].filter(Boolean).join(', ');
  if (!player.playing && slider.getAttribute('aria-valuetext') !== spoken) slider.setAttribute('aria-valuetext', spoken);
  const at = before(cellStarts, now), found = at >= 0 && now < Number(cells[at].dataset.end) ? cells[at] : null;
  if (found !== cell) {
    cell?.classList.remove('current');
    found?.classList.add('current');
    cell = found;
  }
}

// A dot for each beat of the bar.
let dotted = '';
function showDots(beat) {
  let count = 0;
  if (beat?.position) {
    const { first } = piece.beats.bars, start = first[beat.bar - 1] ?? 0, after = first[beat.bar] ?? start + Math.round(timeline.perBar);
    count = beat.bar === 0 ? 0 : Math.min(16, after - start);
  }
  const state = `${count}/${beat?.position}`;
  if (state === dotted) return;
  dotted = state;
  $('now-dots').replaceChildren(...Array.from({ length: count }, (_, i) => {
    const dot = document.createElement('span');
    if (i + 1 === beat.position) dot.className = 'on';
    return dot;
  }));
}

// ---- drawing, once a frame at most ----

let asked = false, stale = true, follow = true;

function redraw(all = true) {
  stale ||= all;
  if (asked) return;
  asked = true;
  requestAnimationFrame(frame);
}

function frame() {
  asked = false;
  if (player.playing && follow && !hands.size) followCursor();
  if (stale) timeline.draw();
  stale = false;
  timeline.drawCursor(player.time);
  showNow();
  if (player.playing) redraw(false);
  else showButtons();
}

// The view glides with the cursor at a third of its width; with reduced motion it turns pages.
function followCursor() {
  const { start, span } = timeline, now = player.time;
  if (calm.matches) {
    if (now < start || now > start + 0.95 * span) timeline.view(now - 0.05 * span, timeline.scale);
  } else timeline.view(now - span / 3, timeline.scale);
  if (timeline.start !== start) stale = true;
}

function reveal() {
  const { start, span } = timeline;
  if (player.time < start || player.time > start + span) timeline.view(player.time - span / 3, timeline.scale);
}

function refresh() {
  band.refresh();
  showButtons();
  if (!player.playing) reveal();
  redraw();
}

function showButtons() {
  $('play').classList.toggle('playing', player.playing);
  $('play').setAttribute('aria-label', player.playing ? 'Pause' : 'Play');
}

function setFollow(on) {
  follow = on;
  $('follow').setAttribute('aria-pressed', on);
}

// ---- controls ----

const toggle = () => (player.playing ? player.pause() : player.play());
$('play').addEventListener('click', toggle);
$('length').textContent = clock(Math.round(piece.duration));
$('position').max = piece.duration;
$('position').addEventListener('input', event => player.seek(Number(event.target.value)));

function press(id, action) {
  $(id).addEventListener('click', () => {
    const on = $(id).getAttribute('aria-pressed') !== 'true';
    $(id).setAttribute('aria-pressed', on);
    action(on);
  });
}
press('follow', on => { setFollow(on); redraw(); });
press('hear-recording', on => { player.heard = on; });
press('hear-click', on => { band.click = on; band.refresh(); });
press('hear-notes', on => { band.tones = on; band.refresh(); });
$('hear-click').hidden = !piece.beats;
$('hear-notes').hidden = !piece.notes;
$('speed').addEventListener('change', event => { player.rate = Number(event.target.value); refresh(); });

function zoom(factor, x) {
  timeline.zoom(factor, x ?? Math.max(timeline.gutter, Math.min(timeline.width, timeline.x(player.time))));
  redraw();
}
$('zoom-in').addEventListener('click', () => zoom(1.5));
$('zoom-out').addEventListener('click', () => zoom(1 / 1.5));
$('zoom-fit').addEventListener('click', () => { timeline.view(0, 0); redraw(); });
$('print').addEventListener('click', () => print());

const lanes = LANES.slice(1).map(([name, title]) => [name, title]);
if (piece.pitch) lanes.splice(5, 0, ['melody', 'Melody']);
const lonely = piece.pitch && !(piece.notes && piece.notes.drum.some(drum => !drum)); // the melody has the roll to itself
for (const [name, title] of lanes) {
  if (name !== 'melody' && !timeline.has(name) || name === 'notes' && lonely) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = title;
  button.setAttribute('aria-pressed', 'true');
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', on);
    for (const lane of lonely && name === 'melody' ? ['melody', 'notes'] : [name]) timeline.hidden[on ? 'delete' : 'add'](lane);
    timeline.layout();
    redraw();
  });
  $('lane-toggles').append(button);
}

$('chart').addEventListener('click', event => {
  const target = event.target.closest('[data-start]');
  if (!target) return;
  player.seek(Number(target.dataset.start));
  reveal();
});

$('now-chord-box').hidden = !piece.chords;
$('now-bar-box').hidden = !piece.beats;
$('now-key-box').hidden = !piece.keys;
$('now-section-box').hidden = !piece.sections;

// Steps by beats (or by bars); by two seconds (or ten) where there are none.
function step(direction, byBar) {
  const { beats } = piece, now = player.time;
  const marks = beats && (byBar && beats.bars.first.length ? Float64Array.from(beats.bars.first, i => beats.start[i]) : beats.start);
  if (!marks) return player.seek(now + direction * (byBar ? 10 : 2));
  const at = direction > 0 ? before(marks, now + 0.01) + 1 : before(marks, now - (player.playing ? 0.25 : 0.01));
  player.seek(at < 0 ? 0 : at < marks.length ? marks[at] : piece.duration);
}

document.addEventListener('keydown', event => {
  const within = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || within.tagName === 'SELECT') return;
  const act = {
    ' ': within.tagName === 'BUTTON' ? null : toggle,
    ArrowLeft: () => step(-1, event.shiftKey),
    ArrowRight: () => step(1, event.shiftKey),
    Home: within.id === 'position' ? () => player.seek(0) : null,
    End: within.id === 'position' ? () => player.seek(piece.duration) : null,
    '+': () => zoom(1.5),
    '=': () => zoom(1.5),
    '-': () => zoom(1 / 1.5),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// ---- hands on the timeline: click or drag to go there; fingers drag the view, two of them zoom ----

const hands = new Map(); // pointer id -> its place
const field = $('lanes');
let moved = 0;

const local = event => {
  const box = field.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
};
const goTo = x => player.seek(timeline.time(Math.max(timeline.gutter, x)));

field.addEventListener('pointerdown', event => {
  if (event.button) return;
  hands.set(event.pointerId, local(event));
  field.setPointerCapture(event.pointerId);
  moved = 0;
  hideHint();
  if (event.pointerType === 'mouse') goTo(local(event).x);
});
field.addEventListener('pointermove', event => {
  const now = local(event), last = hands.get(event.pointerId);
  if (!last) return event.pointerType === 'mouse' ? showHint(event, now) : undefined;
  hands.set(event.pointerId, now);
  moved += Math.abs(now.x - last.x);
  if (event.pointerType === 'mouse') return goTo(now.x);
  if (hands.size === 2) {
    const [other] = [...hands].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const wide = Math.abs(now.x - other.x), was = Math.abs(last.x - other.x);
    if (was > 8 && wide > 8) zoom(wide / was, (now.x + other.x) / 2);
  } else if (moved > 6) {
    setFollow(false);
    timeline.view(timeline.start - (now.x - last.x) / timeline.scale, timeline.scale);
    redraw();
  }
});
for (const name of ['pointerup', 'pointercancel']) {
  field.addEventListener(name, event => {
    const last = hands.get(event.pointerId);
    hands.delete(event.pointerId);
    if (name === 'pointerup' && last && event.pointerType !== 'mouse' && moved <= 6) { setFollow(true); goTo(last.x); }
  });
}
field.addEventListener('pointerleave', hideHint);
field.addEventListener('wheel', event => {
  const unit = event.deltaMode === 1 ? 16 : 1;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * unit * 0.004), local(event).x);
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    setFollow(false);
    timeline.view(timeline.start + (event.deltaX || event.deltaY) * unit / timeline.scale, timeline.scale);
    redraw();
  }
}, { passive: false });

function showHint(event, { x, y }) {
  const words = timeline.hint(x, y), hint = $('hint');
  hint.hidden = !words;
  if (!words) return;
  hint.textContent = words;
  hint.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - hint.offsetWidth - 8))}px`;
  hint.style.top = `${event.clientY + 18}px`;
}
function hideHint() { $('hint').hidden = true; }

// ---- light and dark ----

const dark = matchMedia('(prefers-color-scheme: dark)');
let theme = null; // null: as the system has it
function paint() {
  const now = theme ?? (dark.matches ? 'dark' : 'light');
  document.documentElement.style.colorScheme = theme ?? '';
  $('theme').textContent = now === 'dark' ? 'Light' : 'Dark';
  $('theme').setAttribute('aria-label', `Show in ${now === 'dark' ? 'light' : 'dark'} colours`);
  timeline.readColours();
  redraw();
}
$('theme').addEventListener('click', () => {
  theme = (theme ?? (dark.matches ? 'dark' : 'light')) === 'dark' ? 'light' : 'dark';
  paint();
});
dark.addEventListener('change', paint);
addEventListener('resize', () => { timeline.layout(); redraw(); });

timeline.layout();
// To begin with, eight bars (on a phone, four) and never more than half a minute.
const opening = (timeline.narrow ? 4 : 8) * timeline.perBar * timeline.beat;
timeline.view(0, timeline.plot / Math.min(opening, timeline.narrow ? 15 : 30));
paint();
showButtons();
