"""A part of a SoundFont plays exactly as the whole."""

import midirenderer
import numpy as np
import pytest

from descant.errors import UnreadableFileError
from descant.io.midi import midi_bytes
from descant.synthesis import sf2, soundfonts
from descant.types import Notes, Part

TIM = next(path for path in soundfonts.installed() if path.name == soundfonts.ALWAYS).read_bytes()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_sounds_the_same_to_the_bit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = (
        *(Part(program=int(program)) for program in rng.integers(0, 128, 4)),
        Part(drum=True, program=int(rng.choice([0, 8, 25, 100]))),  # kit 100 is in no font: the first stands in
    )
    onset = np.sort(rng.uniform(0, 2, 40))
    notes = Notes(
        onset, onset + 0.3, rng.integers(35, 82, 40), rng.integers(20, 127, 40), rng.integers(0, 5, 40), parts
    )
    few = sf2.only(TIM, {(sf2.DRUM_BANK * part.drum, part.program) for part in parts})
    assert len(few) < 0.5 * len(TIM)
    midi = midi_bytes(notes)
    assert midirenderer.render_wave_from(few, midi) == midirenderer.render_wave_from(TIM, midi)


def test_a_bank_that_is_not_there_falls_back_as_the_player_does() -> None:
    assert sf2.only(TIM, {(77, 40)}) == sf2.only(TIM, {(0, 40)})
    assert sf2.only(TIM, {(sf2.DRUM_BANK + 3, 99)}) == sf2.only(TIM, {(sf2.DRUM_BANK, 0)})


def test_taken_apart_and_put_together_it_is_the_same() -> None:
    found = sf2.parts(TIM)
    lists = sf2.records(found[b"pdta"])
    again = sf2.parts(sf2.assembled(found[b"INFO"], found[b"sdta"][b"smpl"], lists))
    assert again[b"sdta"][b"smpl"] == found[b"sdta"][b"smpl"]
    assert all(again[b"pdta"][name] == found[b"pdta"][name] for name in sf2.LISTS)


@pytest.mark.parametrize(
    ("name", "words"), [(b"sdta", "three parts"), (b"igen", "nine lists"), (b"smpl", "three parts")]
)
def test_a_missing_part_is_named(name: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        sf2.only(TIM.replace(name, b"xxxx", 1), {(0, 0)})


def test_lists_that_do_not_fit_together_are_refused() -> None:
    found = sf2.parts(TIM)
    lists = sf2.records(found[b"pdta"])
    lists[b"pbag"] = lists[b"pbag"][:5]
    with pytest.raises(UnreadableFileError, match="do not fit together"):
        sf2.only(sf2.assembled(found[b"INFO"], found[b"sdta"][b"smpl"], lists), {(0, 100)})
