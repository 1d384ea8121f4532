"""What the page sounds: notes at their times and pitches, clicks on the beats, both beside the recording's clock."""

import base64

import numpy as np
import pytest

from tests.studio.made_pieces import add_song

RATE = 44100
RENDERED = """async ([what, rows, length]) => {
    const { Sampler } = await import("/page/js/sampler.js"), { Click } = await import("/page/js/click.js");
    const { noteColumns } = await import("/page/js/columns.js");
    const context = new OfflineAudioContext(1, Math.ceil(length * 44100), 44100);
    const source = new (what === "click" ? Click : Sampler)(context, context.destination);
    source.set(what === "click" ? rows : noteColumns(rows, [{ program: 0 }]));
    await source.prepare?.();
    source.schedule(0, length, (time) => time + 0.1);
    const bytes = new Uint8Array((await context.startRendering()).getChannelData(0).buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
}"""


@pytest.fixture
def page(studio, open_page):
    return open_page(studio)


def rendered(page, what, rows, length):
    return np.frombuffer(base64.b64decode(page.evaluate(RENDERED, [what, rows, length])), np.float32)


def onsets(samples, gap=0.1):
    """Seconds at which sound begins after a silence of `gap`."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-RATE) > gap * RATE)]
    return starts / RATE


def pitch(samples):
    """The MIDI pitch of a tone: of its lowest strong partial."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 17))
    strong = np.flatnonzero(spectrum > 0.25 * spectrum.max())
    peak = strong[0] + np.argmax(spectrum[strong[0] : strong[0] + 40])
    return 69 + 12 * np.log2(peak * RATE / (1 << 17) / 440)


def test_notes_are_played_at_their_times_and_pitches(page):
    wanted = [(0.0, 60), (1.0, 67), (2.0, 73), (3.25, 52)]
    rows = [{"onset": time, "offset": time + 0.5, "pitch": key, "velocity": 100, "part": 0} for time, key in wanted]
    heard = rendered(page, "notes", rows, 5.0)
    found = onsets(heard)
    assert found == pytest.approx([time + 0.1 for time, _ in wanted], abs=0.012)
    for start, (_, key) in zip(found, wanted, strict=True):
        at = round((start + 0.05) * RATE)
        assert pitch(heard[at : at + round(0.35 * RATE)]) == pytest.approx(key, abs=0.2)


def test_a_held_note_outlasts_its_recording_and_a_short_one_does_not(page):
    row = {"onset": 0.0, "pitch": 60, "velocity": 100, "part": 0, "program": 19}  # an organ, which holds
    heard = rendered(page, "notes", [{**row, "offset": 7.0}], 9.0)
    level = np.sqrt(np.mean(heard[: 8 * RATE].reshape(-1, RATE // 4) ** 2, axis=1))
    assert level[1:27].min() > 0.25 * level[1:27].max()
    assert level[-2] < 0.02 * level.max()
    short = rendered(page, "notes", [{**row, "offset": 0.5}], 2.0)
    assert np.abs(short[int(1.2 * RATE) :]).max() < 0.02 * np.abs(short).max()


def test_clicks_fall_on_the_beats_and_downbeats_are_louder(page):
    beats = [{"time": 0.5 * i + 0.013, "position": i % 3 + 1} for i in range(9)]
    heard = rendered(page, "click", beats, 5.0)
    found = onsets(heard)
    assert found == pytest.approx([beat["time"] + 0.1 for beat in beats], abs=0.002)
    peaks = [np.abs(heard[round(at * RATE) : round((at + 0.03) * RATE)]).max() for at in found]
    assert min(peaks[0::3]) > 1.3 * max(peaks[1::3] + peaks[2::3])


@pytest.mark.parametrize("rate", [1, 0.5])
def test_clicks_keep_to_the_recordings_clock(studio, open_page, rate):
    piece = add_song(studio.pieces)
    page = open_page(studio)
    misses = page.evaluate(
        """async ([piece, rate]) => {
            const { Player } = await import("/page/js/player.js"), { PieceModel } = await import("/page/js/piece.js");
            const model = await PieceModel.load(piece), player = new Player(), planned = [];
            const beats = model.get("beats"), address = `/api/pieces/${piece}/audio`;
            player.load({ audio: address, duration: model.duration, beats });
            const [context, start] = [new AudioContext(), AudioBufferSourceNode.prototype.start];
            player.context = () => context;
            AudioBufferSourceNode.prototype.start = function (when) {
                planned.push({ when, ahead: when - context.currentTime, music: player.time });
                return start.call(this, when);
            };
            player.click = true;
            player.rate = rate;
            player.seek(1.9);
            player.play();
            await new Promise((done) => setTimeout(done, 2200));
            player.close();
            // How far each click is from the beat that is nearest to where the music is when it sounds.
            return planned.map(({ ahead, music }) => {
                const there = music + (ahead + (context.outputLatency || 0)) * rate;
                return Math.min(...beats.map((beat) => Math.abs(beat.time - there))) / rate;
            });
        }""",
        [piece, rate],
    )
    assert len(misses) >= 2
    assert np.median(misses) < 0.03


def test_without_a_recording_notes_loop_without_a_gap(page):
    times, music = page.evaluate(
        """async () => {
            const { Player } = await import("/page/js/player.js"), planned = [];
            const player = new Player(), start = AudioBufferSourceNode.prototype.start;
            const notes = [...Array(12).keys()].map((i) => ({ onset: i / 4, offset: i / 4 + 0.1, pitch: 60, part: 0 }));
            player.load({ duration: 3, notes, parts: [{ program: 0, drum: false }] });
            player.loop = { start: 1, end: 2 };
            player.seek(1);
            await player.try(60, { velocity: 1 }); // now the sounds are there
            AudioBufferSourceNode.prototype.start = function (when, ...more) {
                planned.push(when);
                return start.call(this, when, ...more);
            };
            player.play();
            await new Promise((done) => setTimeout(done, 2200));
            const { time } = player;
            player.close();
            return [planned, time];
        }"""
    )
    assert len(times) >= 7  # four in a turn
    assert np.diff(times) == pytest.approx(np.full(len(times) - 1, 0.25), abs=1e-6)
    assert 1 <= music <= 2


def test_a_recording_is_heard_after_notes_alone(studio, open_page):
    piece = add_song(studio.pieces)
    page = open_page(studio)
    mix, loudness, rate = page.evaluate(
        """async (piece) => {
            const { Player } = await import("/page/js/player.js"), player = new Player();
            player.rate = 0.5;
            player.load({ duration: 3 });
            const made = [];
            window.Audio = class extends Audio { constructor() { super(); made.push(this); } };
            player.load({ audio: `/api/pieces/${piece}/audio`, duration: 16 });
            const [{ volume, playbackRate }] = made;
            const { mix } = player;
            player.close();
            return [mix, volume, playbackRate];
        }""",
        piece,
    )
    assert (mix, loudness, rate) == (0, 1, 0.5)
