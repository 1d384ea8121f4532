"""A soprano harmonised by a denoiser that has learnt nothing: what is asked for is met whoever draws."""

import numpy as np
import pytest

from descant.composition import discrete_diffusion, music_transformer
from descant.composition.chord_spans import TRIADS, ChordSpan
from descant.composition.harmonising import Soprano, Sung, draw, ending, faults, harmonise, met, uncrossed
from descant.composition.jsb_raster import RANGES, JsbRaster
from descant.composition.pulse import Pulse
from descant.composition.voice_leading import crossing

RASTER = JsbRaster()
C_MAJOR, G_MINOR = 0, 19


def tokens(pitches):
    return np.where(np.array(pitches) < 0, 0, np.array(pitches) - RASTER.lowest + 1)


def soprano(*notes, pulse=None, key=C_MAJOR):
    """From (pitch, steps) in order; a pitch of -1 is a rest."""
    line = np.concatenate([np.full(steps, pitch) for pitch, steps in notes])
    starts = np.cumsum([0, *(steps for _, steps in notes[:-1])])
    struck = np.zeros(len(line), dtype=bool)
    struck[[at for at, (pitch, _) in zip(starts, notes, strict=True) if pitch >= 0]] = True
    found = pulse or Pulse.of_quarters(len(line))
    return Soprano(tokens(line), struck, found, np.arange(0, len(line), 16), np.full(len(line), key))


@pytest.fixture(autouse=True)
def _nobody_learnt(monkeypatch):
    rng = np.random.default_rng(0)
    monkeypatch.setattr(
        discrete_diffusion, "denoise", lambda grid, levels, step=None: rng.normal(size=(*grid.shape, 47))
    )
    monkeypatch.setattr(music_transformer, "nll", lambda frames: np.full(frames.shape, 0.5))


TUNE = ((67, 4), (72, 4), (71, 2), (69, 2), (67, 4), (65, 4), (67, 4), (71, 4), (72, 12))


def test_nobody_rests_leaves_the_range_or_crosses():
    melody = soprano(*TUNE)
    for seed in range(3):
        frames = draw(melody, Sung(melody, ()), np.random.default_rng(seed))
        pitches = RASTER.frames(frames.ravel())
        assert np.array_equal(frames[:, 0], melody.tokens)
        assert (frames > 0).all()
        for line, (low, high) in zip(pitches.T, RANGES, strict=True):
            assert low <= line.min() <= line.max() <= high
        assert not crossing(pitches).found.any()


def test_voices_move_on_beats_and_half_way_between():
    melody = soprano(*TUNE)
    frames = draw(melody, Sung(melody, ()), np.random.default_rng(0))
    moves = (np.diff(frames[:, 1:], axis=0) != 0).any(axis=1)
    assert not moves[0::2].any()  # into the second and fourth sixteenth
    assert moves[3::4].any()
    assert not moves[melody.last :].any()


def test_beats_of_three_eighths():
    six_eight = Pulse.of_bars([((6, 6), 8, 12), *([((6, 6), 0, 12)] * 3)])
    melody = soprano((67, 4), (72, 6), (71, 4), (69, 2), (67, 6), (65, 6), (67, 4), (71, 2), (72, 6), pulse=six_eight)
    frames = draw(melody, Sung(melody, ()), np.random.default_rng(0))
    into = np.flatnonzero((np.diff(frames[:, 1:], axis=0) != 0).any(axis=1)) + 1
    assert set(((into + 8) % 6).tolist()) <= {0, 4}


def test_silence_is_of_all_voices():
    melody = soprano((67, 4), (-1, 7), (69, 5), (71, 8), (-1, 4))
    frames = draw(melody, Sung(melody, ()), np.random.default_rng(0))
    assert not frames[4:11].any()
    assert not frames[24:].any()
    assert (frames[np.r_[0:4, 11:24]] > 0).all()


def test_chords_are_sung_on_their_beats():
    melody = soprano(*TUNE)
    spans = [ChordSpan.of(0, 8, 0, (0, 4, 7), 0), ChordSpan.of(8, 16, 7, (0, 4, 7, 10), 11)]
    frames = draw(melody, Sung(melody, spans), np.random.default_rng(0))
    assert met(spans, melody, frames) == (4, 4, 0)
    pitches = RASTER.frames(frames.ravel()) % 12
    assert {0, 4, 7} == set(pitches[0].tolist())  # all of it where it begins
    assert len({7, 2, 5} & set(pitches[8, 1:3].tolist())) == 2  # B is in soprano and bass: two of the others between


def test_what_the_melody_does_not_sing_of_a_chord_is_told():
    melody = soprano(*TUNE)
    spans = [ChordSpan.of(0, 8, 6, (0, 4, 7), 6)]
    frames = draw(melody, Sung(melody, spans), np.random.default_rng(0))
    assert met(spans, melody, frames) == (2, 2, 2)


def test_chords_that_change_under_the_last_note():
    melody = soprano((67, 4), (72, 28))
    spans = [
        ChordSpan.of(0, 16, 0, (0, 4, 7), 0),
        ChordSpan.of(16, 24, 5, (0, 4, 7), 5),
        ChordSpan.of(24, 32, 0, (0, 4, 7), 0),
    ]
    frames = draw(melody, Sung(melody, spans), np.random.default_rng(0))
    assert met(spans, melody, frames) == (8, 8, 0)
    assert (frames[24:] == frames[24]).all()


def test_chords_of_a_melody_that_is_read_in_another_key():
    """Read two semitones up, a D major chord is sung as E major; ranges are those of what will be sung."""
    melody = soprano(*TUNE)
    frames = draw(melody, Sung(melody, (), moved=2), np.random.default_rng(0))
    pitches = RASTER.frames(frames.ravel())[:, 1:] - 2
    for line, (low, high) in zip(pitches.T, RANGES[1:], strict=True):
        assert low <= line.min() <= line.max() <= high


def test_a_cadence_where_the_melody_has_one():
    dominant, tonic = ending(soprano(*TUNE), 0, "major")
    assert (dominant.start, dominant.stop, dominant.bass) == (24, 28, 7)
    assert dominant.tones == {7, 11, 2, 5}
    assert (tonic.start, tonic.stop, tonic.bass, tonic.tones, tonic.held) == (28, 40, 0, {0, 4, 7}, True)
    melody = soprano(*TUNE)
    frames = draw(melody, Sung(melody, (dominant, tonic)), np.random.default_rng(0))
    assert set((RASTER.frames(frames.ravel())[-1] % 12).tolist()) == {0, 4, 7}
    assert (frames[28:] == frames[28]).all()


def test_a_cadence_where_it_has_none():
    plagal = soprano((67, 4), (69, 4), (67, 8))
    (tonic,) = ending(plagal, 0, "major")
    assert tonic.tones == {(0 + one) % 12 for one in TRIADS["major"]}
    assert ending(soprano((67, 4), (69, 8)), 0, "major") == []
    assert len(ending(soprano((72, 8)), 0, "major")) == 1  # one note has nothing before it


def test_the_fewest_faults_first():
    melody = soprano(*TUNE)
    found = harmonise(melody, (), np.random.default_rng(0), 4)
    assert [one.order for one in found] == sorted(one.order for one in found)
    assert found[0].nats == 0.5
    assert found[0].faults == faults(melody, found[0].frames)


def test_faults_by_hand():
    melody = soprano((72, 16), (74, 16))
    frames = np.repeat([[72, 67, 64, 48], [74, 69, 66, 50]], 16, axis=0)
    told = faults(melody, tokens(frames))
    assert told["parallel fifths"] + told["parallel octaves"] == 2  # alto and bass, soprano and bass
    assert told["bar lines held over"] == told["beats without a chord"] == 0
    frames[16:, 1:] = [67, 64, 48]
    told = faults(melody, tokens(frames))
    assert told["bar lines held over"] == 1
    assert told["beats without a chord"] == 4  # C, E, G and D


def test_between_its_neighbours_where_it_can_be():
    frames = tokens(np.array([[72, -1, 60, 48], [60, -1, 64, 48]]))
    allowed = np.repeat(RASTER.voice_masks[1][None], 2, axis=0)
    found = uncrossed(frames, 1, allowed)
    assert (np.flatnonzero(found[0]) + RASTER.lowest - 1).tolist() == list(range(60, 73))
    assert np.array_equal(found[1], allowed[1])
