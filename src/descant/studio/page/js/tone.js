// A plain keyboard sound: two oscillators that fade like a struck string. It sounds at once and asks nobody.

const LOUD = 0.22;

let context = null;
let out = null;

function ready() {
  if (!context) {
    context = new AudioContext({ latencyHint: "interactive" });
    out = new DynamicsCompressorNode(context, { threshold: -18 });
    out.connect(context.destination);
  }
  context.resume();
  return context.currentTime;
}

/** Sounds a MIDI pitch from `wait` seconds on; gives what ends it. */
export function press(pitch, wait = 0) {
  const now = ready() + wait;
  const hertz = 440 * 2 ** ((pitch - 69) / 12);
  const gain = new GainNode(context, { gain: 0 });
  gain.connect(out);
  gain.gain.setValueAtTime(0, now);
  gain.gain.linearRampToValueAtTime(LOUD, now + 0.006);
  gain.gain.setTargetAtTime(0, now + 0.006, 0.9);
  const voices = [["triangle", 1, 1], ["sine", 2, 0.3]].map(([type, times, share]) => {
    const voice = new OscillatorNode(context, { type, frequency: hertz * times });
    const level = new GainNode(context, { gain: share });
    voice.connect(level).connect(gain);
    voice.start(now);
    voice.stop(now + 5);
    return voice;
  });
  return (after = 0) => {
    const end = Math.max(context.currentTime, now + 0.05) + after;
    gain.gain.setTargetAtTime(0, end, 0.06);
    for (const voice of voices) voice.stop(end + 0.5);
  };
}

/** Plays pitches one after another. */
export function playLine(pitches, step = 0.32) {
  pitches.forEach((pitch, i) => press(pitch, i * step)(step * 0.9));
}
