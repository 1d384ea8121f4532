"""Random counterpoint: each rule by a case of its own, and pieces that break none."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from descant.composition.illiac import RULES, Place, broken, illiac
from descant.composition.jsb_raster import RANGES, JsbRaster
from descant.errors import InvalidValueError

# Counted from a tonic of 0, an octave is 12: S A T B.
TONIC = (72, 67, 64, 48)
DOMINANT = (71, 67, 62, 55)


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("no triad", Place((74, 67, 64, 48), TONIC)),
        ("inversion", Place((72, 64, 60, 55), DOMINANT)),  # six-four
        ("inversion", Place((77, 74, 65, 59 - 12), TONIC)),  # B diminished on its root
        ("doubled leading note", Place((71, 67, 62, 59), TONIC)),
        ("spacing", Place((67, 72, 64, 48), TONIC)),  # alto above soprano
        ("spacing", Place((79, 64, 60, 48), TONIC)),  # more than an octave between them
        ("cadence", Place(DOMINANT)),  # the first chord
        ("cadence", Place((74, 67, 65, 50), TONIC, left=1)),  # no leading note before the last
        ("cadence", Place(DOMINANT, TONIC, left=0)),
        ("cadence", Place((67, 64, 60, 48), (71, 67, 62, 55), left=0)),  # B falls to G
        ("same chord", Place(TONIC, TONIC)),
        ("overlap", Place((64, 60, 60, 48), (72, 67, 64, 48))),  # the soprano sings below where the alto was
        ("parallels", Place((74, 69, 65, 50), (72, 67, 64, 48))),  # octaves of soprano and bass
        ("leap", Place((72, 65, 60, 53), (72, 65, 65, 59))),  # a tritone down in the bass
    ],
)
def test_each_rule_forbids_its_case(rule, place):
    assert RULES[rule](place)
    assert broken(place)


def test_a_plain_cadence_breaks_no_rule():
    subdominant = (72, 69, 65, 53)
    assert broken(Place(TONIC)) == ""
    assert broken(Place(subdominant, TONIC)) == ""
    assert broken(Place((71, 67, 62, 55), subdominant, TONIC, left=1)) == ""
    assert broken(Place(TONIC, (71, 67, 62, 55), subdominant, left=0)) == ""


def test_a_leap_turns_back_save_in_the_bass():
    rule = RULES["leap not turned"]
    up = ((72, 67, 64, 48), (77, 69, 65, 53))
    assert rule(Place((79, 71, 67, 55), up[1], up[0]))
    assert not rule(Place((76, 67, 60, 60), up[1], up[0]))
    assert not rule(Place((79, 71, 67, 55), up[1]))


def test_the_soprano_does_not_leap_into_a_fifth_with_the_bass():
    rule = RULES["leapt into"]
    assert rule(Place((76, 67, 60, 57), (72, 67, 64, 48)))
    assert not rule(Place((74, 67, 60, 55), (72, 67, 64, 48)))  # a step


@pytest.mark.parametrize(("key", "seed"), [("C major", 0), ("Eb minor", 1), ("F# major", 2)])
def test_pieces_break_no_rule(key, seed):
    """Reckoned anew: triads, ranges, and no parallel fifths and octaves."""
    frames = illiac(10, np.random.default_rng(seed), key)
    assert frames.tolist() == illiac(10, np.random.default_rng(seed), key).tolist()
    assert len(JsbRaster().flatten(frames)) == 40  # within every voice's range
    tonic = {"C": 0, "Eb": 3, "F#": 6}[key.split()[0]]
    assert frames[0, -1] % 12 == frames[-1, -1] % 12 == tonic
    assert all(len(set(chord % 12)) == 3 for chord in frames)
    for was, now in pairwise(frames):
        assert (np.diff(now) <= 0).all()
        for one, two in combinations(range(len(RANGES)), 2):
            both_move = was[one] != now[one] and was[two] != now[two]
            intervals = {int(was[one] - was[two]) % 12, int(now[one] - now[two]) % 12}
            assert not (both_move and intervals in ({0}, {7}))


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InvalidValueError, match="3 to 1,000 chords, got 2"):
        illiac(2, np.random.default_rng(0))
    with pytest.raises(InvalidValueError, match="'H major' is no key"):
        illiac(8, np.random.default_rng(0), "H major")
