"""The sampler plays what is written: every exact label that is made by rendering rests on this."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from descant.errors import InvalidValueError, MissingDataError, UnreadableFileError
from descant.synthesis import soundfonts
from descant.synthesis.sampler import SOFTEST, sampler
from descant.types import Audio, ControlChange, Notes, Part, PitchBend, TempoChange

FONTS = soundfonts.installed()
TIM = str(next(path for path in FONTS if path.name == soundfonts.ALWAYS))

# Four that decay, four that last; chosen without strong vibrato, chorus or organ stops an octave below.
PIANO, ELECTRIC_PIANO, HARPSICHORD, GUITAR, CELLO, CLARINET, FLUTE, SQUARE = 0, 4, 6, 24, 42, 71, 73, 80
PROGRAMS = (PIANO, ELECTRIC_PIANO, HARPSICHORD, GUITAR, CELLO, CLARINET, FLUTE, SQUARE)
LOWEST, HIGHEST = 21, 108
# Where a SoundFont itself is out of tune, the pitches that are held to: the grands are stretched like real ones
# (FluidR3's by 20 to 31 cents from 82 on, MuseScore General's by as much from 101 on, and flat below 25; its 35 and 36,
# two microphones in one channel, lose their fundamental), and some topmost notes sound an octave low.
IN_TUNE = {
    ("FluidR3_GM.sf2", PIANO): (LOWEST, 81),
    ("FluidR3_GM.sf2", CLARINET): (LOWEST, 107),
    ("MuseScore_General.sf3", PIANO): (37, 100),
    ("MuseScore_General.sf3", CELLO): (LOWEST, 107),
    ("MuseScore_General.sf3", CLARINET): (LOWEST, 107),
}

# Of these only the piano's labels are relied on.
PROGRAMS_OF = {"sonivox.sf2": (PIANO,), "sf_GMbank.sf2": (PIANO,)}

# A sound reaches a tenth of its peak this long after its label at the latest, seconds: most within 10 ms, bows, reeds
# and low strings more slowly; 50 ms is what onset scores forgive. Wind players' notes below their range (a SoundFont
# stretches one sample far down, and its attack with it) are let off, and FluidR3's lowest clarinet note, 53 ms.
LATEST = 0.05
LATEST_OF = {("MuseScore_General.sf3", FLUTE): 0.06}
LOWEST_BLOWN = {CLARINET: 51, FLUTE: 60}

DRY = (ControlChange(0, 0.0, 91, 0), ControlChange(0, 0.0, 93, 0))  # neither reverberation nor chorus
STEP, LENGTH = 0.7, 0.5  # seconds from note to note, and of each


def hertz(pitch: float) -> float:
    return 440.0 * 2 ** ((pitch - 69) / 12)


def cents(hz: float, pitch: float) -> float:
    return 1200 * float(np.log2(hz / hertz(pitch)))


def mono(audio: Audio, start: float, end: float) -> npt.NDArray[np.float64]:
    """The sound from `start` to `end` seconds, its channels' mean; nothing after its end."""
    first, last = round(start * audio.sample_rate), round(end * audio.sample_rate)
    found = audio.samples[:, first:last].mean(axis=0, dtype=float)
    return np.pad(found, (0, last - first - len(found)))


def level(audio: Audio, start: float, end: float) -> float:
    """RMS in dBFS."""
    return 10 * float(np.log10(np.mean(mono(audio, start, end) ** 2) + 1e-20))


def f0(signal: npt.NDArray[np.float64], rate: int) -> float:
    """The fundamental frequency, Hz, without being told what to expect, so that a wrong octave is found out.

    McLeod and Wyvill 2005: the first peak of the normalised square difference within 0.9 of the highest is one period;
    then longer and longer multiples of the period are measured, for precision.
    """
    signal = signal - signal.mean()
    size = len(signal)
    spectrum = np.fft.rfft(signal, 2 * size)
    energy = np.concatenate(([0.0], np.cumsum(signal**2)))
    lags = np.arange(size // 2)
    both = energy[size - lags] + energy[size] - energy[lags]
    alike = 2 * np.fft.irfft(np.abs(spectrum) ** 2)[: size // 2] / np.maximum(both, 1e-12)

    def peak_near(lag: int) -> float:
        left, middle, right = alike[lag - 1 : lag + 2]
        return lag + 0.5 * (left - right) / (left - 2 * middle + right)

    start = int(np.argmax(alike < 0))
    assert start > 0, "no period"
    peaks = np.flatnonzero((alike[1:-1] >= alike[:-2]) & (alike[1:-1] > alike[2:])) + 1
    peaks = peaks[peaks > start]
    best = float(alike[peaks].max())
    period, multiple = peak_near(int(peaks[alike[peaks] >= 0.9 * best][0])), 1
    while period * (2 * multiple + 1) < size / 3:
        multiple *= 2
        near, reach = round(period * multiple), max(1, int(period * 0.3))
        lag = near - reach + int(np.argmax(alike[near - reach : near + reach + 1]))
        if alike[lag] < 0.8 * best:
            break
        period = peak_near(lag) / multiple
    return rate / period


def rise(audio: Audio, onset: float) -> float:
    """Seconds from `onset` until the sound first reaches a tenth of its peak within the following 0.3 s."""
    after = np.abs(mono(audio, onset, onset + 0.3))
    return float(np.argmax(after > 0.1 * after.max())) / audio.sample_rate


def play(*pitches: int, program: int = SQUARE, length: float = 1.0, font: str = TIM, **more: object) -> Audio:
    """Notes of one length, a second and a half apart, the first at 0.5 s."""
    onset = 0.5 + 1.5 * np.arange(len(pitches))
    parts = (Part(program=program),)
    return sampler(
        Notes(onset, onset + length, pitches, np.full(len(pitches), 100), parts=parts, **more), soundfont=font
    )


@pytest.mark.sound
@pytest.mark.parametrize(
    ("font", "program"),
    [(font, program) for font in FONTS for program in PROGRAMS_OF.get(font.name, PROGRAMS)],
    ids=lambda one: one.name if isinstance(one, Path) else str(one),
)
def test_every_pitch_is_in_tune_and_in_time(font: Path, program: int) -> None:
    lowest, highest = IN_TUNE.get((font.name, program), (LOWEST, HIGHEST))
    pitches = np.arange(lowest, highest + 1)
    onset = 0.25 + STEP * np.arange(len(pitches))
    # All sound is stopped before each note, and no reverberation lives on, so that a rise is the note's own.
    stops = tuple(ControlChange(0, float(time) - 0.03, 120, 0) for time in onset[1:])
    velocity = np.full(len(pitches), 100)
    notes = Notes(onset, onset + LENGTH, pitches, velocity, parts=(Part(program=program),), controls=DRY + stops)
    audio = sampler(notes, soundfont=str(font))

    measured = [f0(mono(audio, time + 0.1, time + LENGTH - 0.02), audio.sample_rate) for time in onset]
    off = {int(pitch): round(cents(hz, pitch), 1) for hz, pitch in zip(measured, pitches, strict=True)}
    assert {pitch: deviation for pitch, deviation in off.items() if abs(deviation) > 20} == {}

    delay = {int(pitch): rise(audio, float(time)) for pitch, time in zip(pitches, onset, strict=True)}
    latest = LATEST_OF.get((font.name, program), LATEST)
    late = {pitch: at for pitch, at in delay.items() if at > latest and pitch >= LOWEST_BLOWN.get(program, LOWEST)}
    assert late == {}


def test_the_sampler_adds_no_delay_of_its_own() -> None:
    # A square wave is at full height at once. Events fall on a grid of 64 samples: 1.3 ms.
    onset = np.array([0.0, 0.5003, 1.0111, 1.5217, 2.0329, 100.04])
    notes = Notes(onset, onset + 0.2, np.full(6, 72), np.full(6, 100), parts=(Part(program=SQUARE),), controls=DRY)
    tempos = (TempoChange(0.0, 83.7), TempoChange(1.2, 191.3), TempoChange(50.0, 44.4))
    changed = Notes(
        notes.onset, notes.offset, notes.pitch, notes.velocity, parts=notes.parts, tempos=tempos, controls=DRY
    )
    for one in (notes, changed):
        audio = sampler(one, soundfont=TIM)
        assert max(rise(audio, time) for time in onset) < 0.003
        # 10 ms before each label all is quiet: nothing sounds early.
        assert all(level(audio, time - 0.01, time) < level(audio, time, time + 0.1) - 30 for time in onset[1:])


def test_the_pedal_holds_notes() -> None:
    pedal = (ControlChange(0, 0.0, 64, 127), ControlChange(0, 2.5, 64, 0))
    held, loose = (play(60, program=PIANO, length=0.5, controls=controls) for controls in (pedal, ()))
    assert abs(level(held, 0.5, 0.9) - level(loose, 0.5, 0.9)) < 1
    assert level(held, 1.6, 1.8) > level(loose, 1.6, 1.8) + 20
    assert level(held, 3.3, 3.5) < level(held, 2.3, 2.5) - 20  # and lets go


@pytest.mark.parametrize("semitones", [2.0, -2.0, 0.5, 7.0, -12.0])
def test_bends_move_the_pitch(semitones: float) -> None:
    audio = play(69, 69, program=SQUARE, bends=(PitchBend(0, 1.8, semitones),))
    assert abs(cents(f0(mono(audio, 0.7, 1.3), audio.sample_rate), 69)) < 20
    assert abs(cents(f0(mono(audio, 2.2, 2.8), audio.sample_rate), 69 + semitones)) < 20


@pytest.mark.parametrize("program", [SQUARE, CLARINET, PIANO])
def test_a_released_note_dies_away(program: int) -> None:
    audio = play(60, program=program, length=1.0)
    assert level(audio, 1.9, 2.0) < level(audio, 1.3, 1.5) - 30
    assert audio.duration < 5


def test_volume_and_velocity_make_it_louder() -> None:
    quiet = play(60, 60, program=FLUTE, controls=(ControlChange(0, 1.9, 7, 50),))
    assert 10 < level(quiet, 0.8, 1.4) - level(quiet, 2.3, 2.9) < 14  # (50/100)^2: 12 dB
    notes = Notes([0.5, 2.0], [1.5, 3.0], [60, 60], [100, 50], parts=(Part(program=FLUTE),))
    soft = sampler(notes, soundfont=TIM)
    assert level(soft, 0.8, 1.4) - level(soft, 2.3, 2.9) > 6


def test_the_softest_note_sounds() -> None:
    audio = sampler(Notes([0.5, 2.0], [1.5, 3.0], [60, 60], [100, 1]), soundfont=TIM)
    same = sampler(Notes([0.5, 2.0], [1.5, 3.0], [60, 60], [100, SOFTEST]), soundfont=TIM)
    assert -80 < level(audio, 2.0, 2.5) < level(audio, 0.5, 1.0) - 20
    np.testing.assert_array_equal(audio.samples, same.samples)


def test_drums_are_drums() -> None:
    # A closed hi-hat's key is F#2 as a pitch; its noise lies far above that.
    drum, pitched = (
        sampler(Notes([0.1], [0.4], [42], [100], parts=(Part(drum=drum),)), soundfont=TIM) for drum in (True, False)
    )

    def centre(audio: Audio) -> float:
        spectrum = np.abs(np.fft.rfft(mono(audio, 0.1, 0.3)))
        return float(np.average(np.fft.rfftfreq(2 * len(spectrum) - 2, 1 / audio.sample_rate), weights=spectrum))

    assert centre(drum) > 3 * centre(pitched)


def test_thirty_parts_and_two_kits_all_sound() -> None:
    # 40 programmes one after another: each sounds at its own place, with nobody's programme changed by another part.
    parts = (*(Part(program=SQUARE if at % 2 else FLUTE) for at in range(30)), Part(drum=True), Part(drum=True))
    onset = 0.25 + 0.5 * np.arange(32)
    pitch = [*range(60, 90), 38, 42]
    audio = sampler(Notes(onset, onset + 0.4, pitch, np.full(32, 100), np.arange(32), parts), soundfont=TIM)
    for time, expected in zip(onset[:30], pitch, strict=False):
        assert abs(cents(f0(mono(audio, time + 0.1, time + 0.38), audio.sample_rate), expected)) < 20
    assert min(level(audio, time, time + 0.1) for time in onset) > -50
    assert max(rise(audio, time) for time in onset[1:30:2]) < 0.003


def test_dense_music_does_not_clip() -> None:
    count = 60
    notes = Notes(
        np.full(count, 0.1), np.full(count, 2.0), np.tile(np.arange(40, 60), 3), np.full(count, 127),
        np.repeat([0, 1, 2], 20), tuple(Part(program=56) for _ in range(3)),
    )  # fmt: skip
    audio = sampler(notes, soundfont=TIM)
    highest = np.abs(audio.samples).max()
    assert highest == pytest.approx(10 ** (-1 / 20), abs=1e-4)
    assert np.count_nonzero(np.abs(audio.samples) > 0.999 * highest) < 10


def test_the_same_notes_give_the_same_samples() -> None:
    np.testing.assert_array_equal(play(60, 64, program=PIANO).samples, play(60, 64, program=PIANO).samples)


def test_silence_stays_silent() -> None:
    assert sampler(Notes([], [], [], []), soundfont=TIM).frames == 0
    mute = play(60, controls=(ControlChange(0, 0.0, 7, 0),))
    assert mute.duration == pytest.approx(1.5)
    assert not mute.samples.any()


def test_hours_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="60 at most"):
        sampler(Notes([0.0, 9000.0], [1.0, 9001.0], [60, 60], [80, 80]), soundfont=TIM)


def test_a_damaged_soundfont_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = Notes([0.0], [1.0], [60], [80])
    font = Path(TIM).read_bytes()
    holed = tmp_path / "holed.sf2"
    holed.write_bytes(font[:-200_000] + bytes(200_000))
    with pytest.raises(UnreadableFileError, match=r"holed\.sf2: cannot be played"):
        sampler(note, soundfont=str(holed))

    class PanicError(BaseException):
        """As pyo3's: no Exception."""

    def panic(*_: object) -> bytes:
        raise PanicError("index out of bounds")

    monkeypatch.setattr("midirenderer.render_wave_from", panic)
    with pytest.raises(UnreadableFileError, match="index out of bounds"):
        sampler(note, soundfont=TIM)


def test_no_soundfont_at_all_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfonts, "installed", lambda: ())
    with pytest.raises(MissingDataError, match="--soundfont"):
        sampler(Notes([0.0], [1.0], [60], [80]))
