"""The raster of chorales: frames, tokens, notes and scores."""

from fractions import Fraction as F

import numpy as np
import pytest

from descant.composition.jsb_raster import RANGES, REST, JsbRaster
from descant.composition.vocabulary import draw, read
from descant.errors import InvalidValueError
from descant.types import Notes, Part, TempoChange
from tests.composition import sets

RASTER = JsbRaster()
CHORD = [72, 67, 64, 48]
PARTS = tuple(Part(name) for name in "SATB")


def in_quarters(rows, bpm=120.0):
    """Notes of (onset, end, pitch, voice)."""
    columns = np.array(rows, dtype=float).reshape(-1, 4)
    onset, end = (columns[:, one] * 60 / bpm for one in (0, 1))
    velocity = np.full(len(rows), 80)
    return Notes(onset, end, columns[:, 2], velocity, columns[:, 3], PARTS, tempos=(TempoChange(0.0, bpm),))


def four(rows):
    """The rows, and a long note in each of the lower voices."""
    return in_quarters([*rows, (0, 1, 67, 1), (0, 1, 64, 2), (0, 1, 48, 3)], bpm=90.0)


def test_a_frame_is_read_from_soprano_to_bass():
    assert RASTER.size == 47  # 36 to 81, and a rest
    assert RASTER.flatten([CHORD, [REST, 67, 64, 36]]).tolist() == [37, 32, 29, 13, 0, 32, 29, 1]
    assert [RASTER.names[one] for one in (37, 0)] == ["pitch 72", "rest"]
    assert RASTER.frames([37, 32, 29, 13]).tolist() == [CHORD]


def test_notes_become_frames():
    found = RASTER.encode(four([(0, 0.5, 72, 0), (0.75, 1, 74, 0)]))
    assert RASTER.frames(found.tokens)[:, 0].tolist() == [72, 72, REST, 74]
    assert RASTER.frames(found.tokens)[:, 3].tolist() == [48] * 4
    assert found.off_grid.exact
    assert str(found.off_grid) == "exact"


def test_what_the_raster_cannot_tell_is_told():
    found = RASTER.encode(four([(0, 0.25, 72, 0), (0.25, 0.5, 72, 0), (0.5, 0.6, 71, 0), (0.6, 0.7, 74, 0)]))
    assert RASTER.frames(found.tokens)[:, 0].tolist() == [72, 72, 71, REST]
    told = found.off_grid
    assert (told.moved, told.lost, told.joined) == (1, 1, 1)
    assert told.farthest == pytest.approx(0.15)
    assert str(told) == "1 note moved, by 0.15 quarters at most; 1 note lost; 1 note joined"


def test_drums_are_lost_and_told():
    music = Notes([0, 1], [1, 2], [38, 38], [80, 80], parts=(Part("kit", drum=True),))
    found = RASTER.encode(music)
    assert (len(found.tokens), found.off_grid.lost) == (0, 2)


def test_drawn_tokens_become_notes_and_come_back():
    rng = np.random.default_rng(0)
    for length in (0, 1, 3, 4, 50, 200):
        tokens = draw(RASTER, rng, length)
        assert RASTER.complete(read(RASTER, tokens))
        assert len(tokens) >= length
        assert RASTER.flatten(RASTER.frames(tokens)).tolist() == tokens.tolist()
        again = RASTER.encode(RASTER.decode(tokens))
        assert again.tokens.tolist() == tokens.tolist()
        assert again.off_grid.exact


def test_every_voice_keeps_to_its_range():
    rng = np.random.default_rng(1)
    frames = RASTER.frames(draw(RASTER, rng, 4000))
    for voice, (low, high) in enumerate(RANGES):
        sung = frames[:, voice][frames[:, voice] != REST]
        assert (sung.min(), sung.max()) == (low, high)


def test_what_it_cannot_take_is_refused():
    with pytest.raises(
        InvalidValueError, match="soprano sings MIDI pitch 59 in frame 1; the raster has it from 60 to 81"
    ):
        RASTER.flatten([CHORD, [59, 55, 50, 40]])
    with pytest.raises(InvalidValueError, match="four voices, soprano to bass; the piece has 2"):
        RASTER.encode(Notes([0, 0], [1, 1], [72, 48], [80, 80], [0, 1], PARTS[:2]))
    with pytest.raises(InvalidValueError, match=r"soprano sings two notes at once, 0\.5 quarters"):
        RASTER.encode(four([(0, 1, 72, 0), (0.5, 1, 74, 0)]))
    with pytest.raises(InvalidValueError, match="5 tokens are no whole number of frames"):
        RASTER.frames([37, 32, 29, 13, 37])
    with pytest.raises(InvalidValueError, match="token 1, pitch 81, cannot stand"):
        RASTER.frames([37, 46, 29, 13])
    with pytest.raises(InvalidValueError, match="token 0 is 47; the vocabulary has 0 to 46"):
        RASTER.frames([47, 0, 0, 0])


def test_a_score_in_four_parts(tmp_path):
    from descant.types.score import Event, KeySignature, Measure, Score, ScorePart, SpelledPitch, TimeSignature

    def part(*pitches):
        length = F(4, len(pitches))
        row = [Event(number * length, length, (SpelledPitch.named(one),)) for number, one in enumerate(pitches)]
        return ScorePart((tuple(row),))

    measure = Measure(F(0), F(4), TimeSignature((4,), 4), KeySignature(0))
    score = Score((measure,), (part("C5", "D5"), part("G4"), part("E4"), part("C3", "C3", "B2", "A2")))
    found = RASTER.encode(score)
    frames = RASTER.frames(found.tokens)
    assert frames[:, 0].tolist() == [72] * 8 + [74] * 8
    assert frames[:, 3].tolist() == [48] * 8 + [47] * 4 + [45] * 4
    assert str(found.off_grid) == "1 note joined"
    grace = Event(F(0), F(0), (SpelledPitch.named("E5"),), grace="acciaccatura")
    ornamented = ScorePart(((grace, *score.parts[0].measures[0]),))
    told = RASTER.encode(Score((measure,), (ornamented, *score.parts[1:]))).off_grid
    assert (told.lost, told.joined, told.moved) == (1, 1, 0)
    triplet = Score((measure,), (part("C5", "D5", "E5"), *score.parts[1:]))
    assert RASTER.encode(triplet).off_grid.moved == 3


def test_chorales_come_back():
    """As frames and as notes."""
    from descant.datasets import jsb

    for chorale in sets.some(jsb.chorales, 50):
        score = chorale.score
        written = in_quarters(np.stack([score.onset, score.onset + score.duration, score.pitch, score.part], axis=1))
        found = RASTER.encode(written)
        assert found.off_grid.exact
        back = RASTER.decode(found.tokens, bpm=120.0)
        for name in ("onset", "offset", "pitch", "part"):
            assert np.allclose(getattr(back, name), getattr(written, name))
