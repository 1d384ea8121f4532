"""Score → annotation: Roman numerals, cadences, grammar, melody and composer models.

Sequences of chords relative to the key (`degree_chords`) have three models of their own: `markov`, `hmm` and `grammar`.
"""
