"""Models of the next token under a grammar, on the raster of chorales."""

import numpy as np
import pytest

from descant.composition.jsb_raster import JsbRaster
from descant.composition.next_token import go_on, nats
from descant.composition.vocabulary import draw, read
from descant.errors import InvalidValueError
from descant.sequences.hmm import Hmm
from descant.sequences.markov import Markov

RASTER = JsbRaster()
CHORDS = [[72, 67, 64, 48], [74, 67, 62, 47], [72, 67, 64, 48], [71, 67, 62, 43]]
PIECE = RASTER.flatten(CHORDS * 6)


class Even:
    """Every token is as likely as another."""

    start = None

    def probabilities(self, memory):
        return np.full(RASTER.size, 1 / RASTER.size)

    def after(self, memory, token):
        return memory


def models():
    yield Markov.fit([PIECE] * 2, RASTER.size, 3)
    yield Hmm.fit([PIECE] * 2, RASTER.size, 12, np.random.default_rng(0), rounds=10)


def test_what_is_forbidden_costs_nothing():
    """An even model spends the logarithm of what each voice may sing: 22, 23, 24 and 31 pitches, and a rest."""
    found = nats(Even(), RASTER, PIECE[:8])
    assert found == pytest.approx(np.log([23, 24, 25, 32] * 2))


def test_nats_are_the_models_own_where_all_is_allowed():
    everything = JsbRaster(((36, 81),) * 4)
    tokens = draw(everything, np.random.default_rng(0), 40)
    for model in models():
        assert nats(model, everything, tokens) == pytest.approx(model.bits(tokens) * np.log(2))
        assert (nats(model, RASTER, PIECE) <= model.bits(PIECE) * np.log(2) + 1e-9).all()


def test_a_piece_goes_on_within_the_grammar():
    for model in models():
        tokens = go_on(model, RASTER, np.random.default_rng(1), 58, PIECE[:5])
        assert tokens[:5].tolist() == PIECE[:5].tolist()
        assert len(tokens) == 64  # 63, and what closes the last frame
        assert RASTER.complete(read(RASTER, tokens))
        again = go_on(model, RASTER, np.random.default_rng(1), 58, PIECE[:5])
        assert again.tolist() == tokens.tolist()


def test_what_was_learned_is_drawn():
    markov = next(models())
    drawn = RASTER.frames(go_on(markov, RASTER, np.random.default_rng(2), 400))
    assert np.mean([frame.tolist() in CHORDS for frame in drawn]) > 0.7


def test_forbidden_tokens_are_refused():
    with pytest.raises(InvalidValueError, match="token 1, pitch 81, cannot stand"):
        nats(Even(), RASTER, [37, 46])
    with pytest.raises(InvalidValueError, match="token 0 is 99; the vocabulary has 0 to 46"):
        go_on(Even(), RASTER, np.random.default_rng(0), 4, [99])
