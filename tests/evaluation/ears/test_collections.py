"""How recordings are made: stretched takes, played chorales, splits, and sound that is kept."""

from types import SimpleNamespace

import numpy as np
import pytest

from descant.datasets import when_in_rome
from descant.evaluation.ears import rendering
from descant.evaluation.ears.collections import COLLECTIONS, chorales, clips, performances, strokes, voices
from descant.io.audio import blocks
from descant.types import Audio, Beats, ControlChange, Notes, Part


def test_a_take_is_stretched_to_the_tempo_and_repeated():
    notes = Notes([0.0, 1.0, 1.9], [0.1, 1.1, 2.0], [36, 38, 42], [90] * 3, parts=(Part("kit", 0, drum=True),))
    played = clips.strokes(SimpleNamespace(bpm=120.0, notes=notes), 60.0)  # a bar of 2 s becomes one of 4 s
    assert played.onset[:4].tolist() == [0.0, 2.0, 3.8, 4.0]
    assert played.pitch[:4].tolist() == [36, 38, 42, 36]
    assert len(played) == 30
    assert all(played.drum)


def test_clips_start_at_a_downbeat():
    assert clips.start_of(Beats(np.arange(20.0), np.arange(20) % 4 + 1)) == 8.0
    assert clips.start_of(Beats(np.arange(20.0), np.zeros(20))) == 0.0


def test_every_program_of_an_ensemble_plays_its_voice():
    score = SimpleNamespace(
        onset=np.array([0.0, 0.0, 1.0]), duration=np.ones(3), pitch=np.array([72, 48, 74]), part=np.array([0, 3, 0])
    )
    notes = chorales.sung(SimpleNamespace(score=score), (71, 71, 66, 58), np.random.default_rng(0))
    assert sorted(zip(notes.pitch.tolist(), notes.program.tolist(), strict=True)) == [(48, 58), (72, 71), (74, 71)]
    assert np.all(notes.onset[:2] <= 0.02)
    again = chorales.sung(SimpleNamespace(score=score), (71, 71, 66, 58), np.random.default_rng(0))
    assert again.onset.tolist() == notes.onset.tolist()


def test_pieces_are_split_for_good():
    names = [f"Composer/Set/{number}" for number in range(2000)]
    splits = [when_in_rome.split_of(name) for name in names]
    assert splits == [when_in_rome.split_of(name) for name in names]
    assert 60 < splits.count("test") < 140
    assert 60 < splits.count("valid") < 140
    assert when_in_rome.split_of("Keyboard_Other/Bach,_Johann_Sebastian/The_Well-Tempered_Clavier_I/16") == "test"


def test_real_recordings_are_never_tuned_on():
    assert COLLECTIONS["mixes"].ids("valid") == ()
    assert COLLECTIONS["stems"].ids("valid") == ()
    test, valid = ({name.rpartition("/")[0] for name in names} for names in (performances.PLAYED, performances.TUNED))
    assert len(test) == len(performances.PLAYED)
    assert not test & valid


def test_stems_become_notes_of_a_kit(monkeypatch):
    onsets = (np.array([0.5]), np.array([1.0]), np.zeros(0), np.zeros(0), np.array([0.25]))
    stem = SimpleNamespace(id="Clip", audio=None, onsets=onsets)
    monkeypatch.setattr(strokes.mdb_drums, "drum_stems", lambda: iter([stem]))
    monkeypatch.setattr(strokes, "open_audio", lambda path: None)
    notes = strokes.load_stem("test", "Clip").notes
    assert list(zip(notes.onset.tolist(), notes.pitch.tolist(), strict=True)) == [(0.25, 49), (0.5, 36), (1.0, 38)]
    assert all(notes.drum)


def test_voices_sing_the_melody_without_a_pedal(monkeypatch):
    parts = (Part("MELODY"), Part("PIANO"))
    pedal = (ControlChange(0, 0.0, 64, 127),)
    song = SimpleNamespace(
        notes=Notes([0.0, 1.0, 1.0], [0.5, 1.5, 2.0], [60, 62, 48], [80] * 3, [0, 0, 1], parts, controls=pedal),
        beats=Beats([0.0, 0.5], [1, 2]),
    )
    monkeypatch.setattr(voices.pop909, "read_song", lambda name: song)
    monkeypatch.setattr(voices, "sung", lambda notes, seed, name: (seed, name))
    recording = voices.load("valid", "038")
    assert recording.notes.pitch.tolist() == [60, 62]
    assert recording.notes.controls == ()
    assert recording.sound == (voices.SEED + 38, "valid/038")


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_CACHE", str(tmp_path))
    return tmp_path


def test_sound_is_made_once_for_the_same_notes(cache):
    made = []

    def make():
        made.append(1)
        return Audio(np.full((1, 2_205), 0.5), rendering.RATE)

    notes = Notes([0.0], [0.1], [60], [90])
    first = rendering.kept(notes, "font/tune", make)
    second = rendering.kept(notes, "font/tune", make)
    assert first.path == second.path
    assert len(made) == 1
    assert np.concatenate(list(blocks(second, 1.0)), axis=1) == pytest.approx(0.5, abs=1e-4)
    rendering.kept(Notes([0.0], [0.1], [61], [90]), "font/tune", make)
    assert len(made) == 2


def test_played_on_the_split_s_soundfont(cache):
    sound = rendering.rendered(Notes([0.0], [0.2], [60], [90]), "test", "one")
    assert (sound.sample_rate, sound.channels) == (rendering.RATE, 1)
    assert "TimGM6mb" in str(sound.path)
