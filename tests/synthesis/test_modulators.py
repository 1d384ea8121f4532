"""What modulators do to the filter is heard, though the player knows none."""

import io
import wave

import midirenderer
import numpy as np
import pytest

from descant.io.midi import midi_bytes
from descant.synthesis import sf2, soundfonts
from descant.synthesis.modulators import BIPOLAR, CUTOFF, KEY, MODULATOR, NEGATIVE, SWEEP, VELOCITY, baked, curve
from descant.types import Notes, Part

TIM = next(path for path in soundfonts.installed() if path.name == soundfonts.ALWAYS).read_bytes()
CONCAVE, CONVEX, SWITCH = 1 << 10, 2 << 10, 3 << 10


@pytest.mark.parametrize(
    ("source", "share", "value"),
    [
        (VELOCITY, 0.25, 0.25),
        (VELOCITY | NEGATIVE, 0.25, 0.75),
        (KEY | BIPOLAR, 0.25, -0.5),
        (KEY | BIPOLAR | NEGATIVE, 0.25, 0.5),
        (VELOCITY | CONCAVE, 0.9, 40 / 96),  # -40/96 log10(1 - 0.9)
        (VELOCITY | CONCAVE | NEGATIVE, 1.0, 0.0),
        (VELOCITY | CONVEX, 0.1, 1 - 40 / 96),
        (VELOCITY | CONVEX, 1.0, 1.0),
        (VELOCITY | SWITCH, 0.49, 0.0),
        (VELOCITY | SWITCH, 0.51, 1.0),
    ],
)
def test_the_curves_of_the_specification(source: int, share: float, value: float) -> None:
    assert curve(source, share) == pytest.approx(value, abs=1e-9)


def test_a_zone_is_split_and_the_rest_stays() -> None:
    headers = np.array([("one", 0), ("end", 3)], sf2.LISTS[b"inst"])
    bags = np.array([(0, 0), (1, 1), (4, 1), (5, 2)], sf2.BAG)
    generators = np.array([(CUTOFF, 6_000), (44, 16 | 31 << 8), (SWEEP, 500), (53, 7), (53, 8), (0, 0)], sf2.GENERATOR)
    modulators = np.array([(VELOCITY, CUTOFF, 1_270, 0, 0), (KEY, CUTOFF, 0, 0, 0), (0,) * 5], MODULATOR)
    (zones,) = baked(headers, bags, generators, modulators.view("V10"), 53)
    assert zones[0] == {CUTOFF: 6_000}
    assert [zone[53] for zone in zones[1:]] == [7, 7, *[8] * 16]
    assert [zone[44] for zone in zones[1:3]] == [16 | 23 << 8, 24 | 31 << 8]
    assert [zone[CUTOFF] for zone in zones[1:3]] == [6_195, 6_275]  # 10 cents a step of velocity, 19.5 and 27.5
    assert zones[1][SWEEP] == 500
    assert all(list(zone)[-1] == 53 for zone in zones[1:])  # what is played is named last
    assert zones[-1][CUTOFF] == 7_235


def test_a_filter_that_velocity_opens_opens() -> None:
    found = sf2.parts(TIM)
    lists = sf2.records(found[b"pdta"])
    lists[b"pmod"] = np.array([(VELOCITY, CUTOFF, 9_000, 0, 0), (0,) * 5], MODULATOR).view("V10")
    bags = lists[b"pbag"].copy()
    bags["modulator"] = 1
    generators = lists[b"pgen"]
    square = int(np.flatnonzero((lists[b"phdr"]["program"] == 80) & (lists[b"phdr"]["bank"] == 0))[0])
    bag = int(lists[b"phdr"]["bag"][square])
    at = int(bags["generator"][bag])
    lists[b"pgen"] = np.insert(generators, at, np.array([(CUTOFF, 65_536 - 8_500)], sf2.GENERATOR))
    bags["generator"][bag + 1 :] += 1
    bags["modulator"][: bag + 1] = 0
    lists[b"pbag"] = bags
    font = sf2.assembled(found[b"INFO"], found[b"sdta"][b"smpl"], lists)

    def centre(font: bytes, velocity: int) -> float:
        midi = midi_bytes(Notes([0.0], [0.5], [60], [velocity], parts=(Part(program=80),)))
        with wave.open(io.BytesIO(midirenderer.render_wave_from(sf2.only(font, {(0, 80)}), midi))) as file:
            sound = np.frombuffer(file.readframes(20_000), "<i2")[::2]
        spectrum = np.abs(np.fft.rfft(sound)) ** 2
        return float(np.average(np.arange(len(spectrum)), weights=spectrum))

    assert centre(TIM, 120) == pytest.approx(centre(TIM, 30), rel=0.02)
    assert centre(font, 120) > 1.2 * centre(font, 30)
